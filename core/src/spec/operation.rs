//! One operation of a document, as a tool is made of it.

use std::sync::Arc;

use crate::schema::Note;
use crate::spec::arguments::argument_object::Arguments;
use crate::spec::security::security_requirement::SecurityAlternatives;
use crate::spec::uri_template::path_template::PathTemplate;

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, where it is not empty.
    pub id: Option<Arc<str>>,
    /// Its path template.
    pub template: PathTemplate,
    /// Summary and description; method and path where the document has neither.
    pub description: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its arguments.
    pub arguments: Arguments,
    /// Its server URL, where it differs from that of the document. It may be relative.
    pub server: Option<String>,
    /// Its security alternatives. Operations with equal ones share them.
    pub security: SecurityAlternatives,
    /// Whether no earlier operation had the same security.
    pub security_is_new: bool,
    /// The `Accept` header of its requests, where the document declares media types of responses.
    pub accept: Option<Arc<str>>,
    /// Notes of what was changed or left out.
    pub notes: Vec<Note>,
}
