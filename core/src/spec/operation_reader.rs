//! Reads the operations of a document, each alone.

use super::accept_header::accept_header;
use super::argument_merge::OperationInputs;
use super::document::Document;
use super::operation::Operation;
use super::operation_site::OperationSite;
use super::server;
use crate::error::{Error, Result, excerpt};
use crate::json::{Node, pointer};
use crate::schema::{Direction, DocumentSet, LocatedNode, Note, SchemaConverter, TextRole, kind};
use crate::spec::arguments::argument_object::ArgumentShape;
use crate::spec::body::body_context::BodyContext;
use crate::spec::body::body_schema::SharedBodySchemas;
use crate::spec::hidden_unicode::hidden_unicode_stripper::HiddenUnicodeStripper;
use crate::spec::parameter::parameter_lists::ParameterReader;
use crate::spec::parameter::path_parameters::{MatchedPath, match_path};
use crate::spec::security::security_requirement::SecurityReader;
use crate::unicode::HiddenUnicode;

/// The most notes of hidden Unicode characters of one operation.
const MOST_HIDDEN: usize = 50;

/// Reads the operations of one document. What many of them share is converted once.
pub struct OperationReader<'l, 'a> {
    root: LocatedNode<'a>,
    converter: SchemaConverter<'l, 'a>,
    parameters: ParameterReader<'a>,
    bodies: SharedBodySchemas<'a>,
    stripper: HiddenUnicodeStripper,
    shape: ArgumentShape,
    security: SecurityReader,
}

impl<'l, 'a> OperationReader<'l, 'a> {
    /// A reader for a document. `shape` is the shape of the argument objects.
    pub fn new(document: &'l Document<'a>, shape: ArgumentShape) -> Self {
        Self {
            root: document.root(),
            converter: SchemaConverter::new(document.library(), Direction::Request),
            parameters: ParameterReader::default(),
            bodies: SharedBodySchemas::default(),
            stripper: HiddenUnicodeStripper::default(),
            shape,
            security: SecurityReader::new(document.library(), &document.root()),
        }
    }

    /// Reads one operation. Its error does not affect the others.
    ///
    /// # Errors
    /// `INVALID_SPEC`, `UNRESOLVED_REF`, `LIMIT_EXCEEDED` or `HIDDEN_UNICODE` with the pointer of the cause.
    pub fn read(&self, site: &OperationSite<'a>) -> Result<Operation> {
        let (converter, library) = (&self.converter, self.converter.library());
        let invalid = |reason: String| Error::InvalidSpec { pointer: site.pointer.to_string(), reason };
        if site.operation.node.as_object().is_none() {
            return Err(invalid(format!("an operation is a map, this is {}", site.operation.node.kind())));
        }
        let mut notes = note_dropped_siblings(site);
        let declared = self.parameters.read(converter, site)?;
        let MatchedPath { template, parameters, notes: of_path } =
            match_path(site, declared.parameters).map_err(invalid)?;
        let bodies = BodyContext { schemas: converter, root: &self.root, site, shared: &self.bodies };
        let (body, of_body) = bodies.read_body(&declared.bodies)?;
        let inputs = OperationInputs { parameters: &parameters, body };
        let (arguments, of_arguments) = inputs.merge(converter, site, self.shape)?;
        for more in [declared.notes, of_path, of_body, of_arguments, notes_of_hidden_texts(library, site)] {
            notes.extend(more);
        }
        notes.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        notes.dedup();
        let (security, security_is_new) = self.security.read(library, &self.root, site)?;
        let mut operation = Operation {
            id: site.id().map(Into::into),
            template,
            description: description_of(site),
            tags: site.tags(),
            arguments,
            server: server::server_of_operation(library, site)?,
            security,
            security_is_new,
            accept: accept_header(library, &self.root, site),
            notes: limit_hidden_notes(notes, site),
        };
        if library.hidden_unicode() == HiddenUnicode::Strip {
            self.stripper.strip(&mut operation, site)?;
        }
        Ok(operation)
    }
}

/// The note of keys beside the `$ref` of an operation, which do not count.
fn note_dropped_siblings(site: &OperationSite<'_>) -> Vec<Note> {
    if site.dropped.is_empty() {
        return Vec::new();
    }
    let dropped = site.dropped.join("\", \"");
    let message = format!("\"{}\" beside \"$ref\" is left out", excerpt(&dropped));
    vec![Note::new(kind::REF_SIBLINGS_DROPPED, &*site.pointer, message)]
}

/// Notes of hidden Unicode characters in the texts of the operation itself.
fn notes_of_hidden_texts(library: &DocumentSet<'_>, site: &OperationSite<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let text = |key: &str| site.operation.node.text(key);
    let own = |key: &str| pointer::push(&site.pointer, key);
    for key in ["operationId", "summary", "description"] {
        notes.extend(text(key).and_then(|text| library.hidden_text_note(text, TextRole::Read, || own(key))));
    }
    for (i, tag) in site.operation.node.get("tags").into_iter().flat_map(Node::items).enumerate() {
        let tag = tag.as_str().unwrap_or_default();
        notes.extend(library.hidden_text_note(tag, TextRole::Read, || format!("{}/{i}", own("tags"))));
    }
    let item = || {
        site.items
            .first()
            .map(|item| library.display_location(item.location).into_owned())
            .unwrap_or_default()
    };
    notes.extend(library.hidden_text_note(site.path, TextRole::Sent, item));
    notes
}

/// Keeps the first notes of hidden Unicode characters, and counts the others in one note.
fn limit_hidden_notes(mut notes: Vec<Note>, site: &OperationSite<'_>) -> Vec<Note> {
    let mut found = 0;
    notes.retain(|note| {
        found += usize::from(note.kind == kind::HIDDEN_UNICODE);
        note.kind != kind::HIDDEN_UNICODE || found <= MOST_HIDDEN
    });
    if found > MOST_HIDDEN {
        let message = format!("{} more places have hidden characters", found - MOST_HIDDEN);
        notes.push(Note::new(kind::HIDDEN_UNICODE, &*site.pointer, message));
    }
    notes
}

/// Summary and description; method and path where there is neither.
fn description_of(site: &OperationSite<'_>) -> String {
    let text = |key: &str| site.operation.node.text(key).map(str::trim).filter(|text| !text.is_empty());
    match (text("summary"), text("description")) {
        (Some(summary), Some(description))
            if description.len() >= summary.len() && description.contains(summary) =>
        {
            description.to_owned()
        }
        (Some(summary), Some(description)) => format!("{summary}\n\n{description}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => format!("{} {}", site.method, site.path),
    }
}
