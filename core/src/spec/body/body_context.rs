//! What the readers of one request body share.

use super::body_schema::SharedBodySchemas;
use super::request_body::RequestBody;
use crate::schema::{LocatedNode, Note, SchemaConverter};
use crate::spec::operation_site::OperationSite;

/// The operation whose body is read, and what its readers share.
pub struct BodyContext<'s, 'l, 'a> {
    /// Converts schemas.
    pub schemas: &'s SchemaConverter<'l, 'a>,
    /// The root of the first document: Swagger 2.0 has `consumes` there.
    pub root: &'s LocatedNode<'a>,
    /// The operation.
    pub site: &'s OperationSite<'a>,
    /// Body schemas that other operations have converted.
    pub shared: &'s SharedBodySchemas<'a>,
}

/// A body and the notes of its reading.
pub type ReadBody<'a> = (Option<RequestBody<'a>>, Vec<Note>);
