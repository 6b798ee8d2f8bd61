//! One operation of a document, ready to become a tool.

use std::sync::Arc;

use crate::schema::Note;
use crate::spec::arguments::argument_object::Arguments;
use crate::spec::security::security_requirement::SecurityAlternatives;
use crate::spec::uri_template::path_template::PathTemplate;

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, where it has one that is not empty.
    pub id: Option<Arc<str>>,
    /// The path.
    pub template: PathTemplate,
    /// What it does, as the document says it: summary and description, or method and path where it says nothing.
    pub description: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What a model fills in.
    pub arguments: Arguments,
    /// Where its API is, where that is another address than the document's; it may be relative.
    pub server: Option<String>,
    /// What callers must show. Operations that ask for the same share it while their reader is there.
    pub security: SecurityAlternatives,
    /// Whether no operation before it asked for the same.
    pub security_is_new: bool,
    /// What its requests ask for, where the document says what it answers with.
    pub accept: Option<Arc<str>>,
    /// What was changed on the way here.
    pub notes: Vec<Note>,
}
