//! Reads the operations of a document.

use crate::error::{Error, Result, excerpt};
use crate::json::{Node, pointer};
use crate::schema::{Converter, Direction, Library, Note, Spot, TextRole, kind};
use crate::spec::arguments::argument_object::ArgumentShape;
use crate::spec::body::{openapi3_body, request_body};
use crate::spec::document::Document;
use crate::spec::hidden_unicode::hidden_unicode_stripper::HiddenUnicodeStripper;
use crate::spec::operation::Operation;
use crate::spec::operation_site::OperationSite;
use crate::spec::parameter::parameter_lists::{DeclaredParameters, ParameterReader};
use crate::spec::parameter::path_parameters;
use crate::spec::security::security_requirement::SecurityReader;
use crate::spec::{accept_header, argument_merge, server};
use crate::unicode::HiddenUnicode;

/// Places of one operation whose hidden characters are told one by one.
const MOST_HIDDEN: usize = 50;

/// Reads the operations of one document; what many share is converted once.
pub struct OperationReader<'l, 'a> {
    root: Spot<'a>,
    converter: Converter<'l, 'a>,
    parameters: ParameterReader<'a>,
    bodies: request_body::SharedBodySchemas<'a>,
    stripping: HiddenUnicodeStripper,
    shape: ArgumentShape,
    security: SecurityReader,
}

impl<'l, 'a> OperationReader<'l, 'a> {
    /// A reader for a document.
    pub fn new(document: &'l Document<'a>, shape: ArgumentShape) -> Self {
        Self {
            root: document.root(),
            converter: Converter::new(document.library(), Direction::Request),
            parameters: ParameterReader::default(),
            bodies: request_body::SharedBodySchemas::default(),
            stripping: HiddenUnicodeStripper::default(),
            shape,
            security: SecurityReader::new(document.library(), &document.root()),
        }
    }

    /// Reads one operation; its error costs no other.
    pub fn read(&self, site: &OperationSite<'a>) -> Result<Operation> {
        let invalid = |reason: String| Error::InvalidSpec { pointer: site.pointer.to_string(), reason };
        if site.spot.node.as_object().is_none() {
            return Err(invalid(format!("an operation is a map, this is {}", site.spot.node.kind())));
        }
        let mut notes = Vec::new();
        if !site.dropped.is_empty() {
            let dropped = site.dropped.join("\", \"");
            let message = format!("\"{}\" beside \"$ref\" is left out", excerpt(&dropped));
            notes.push(Note::new(kind::REF_SIBLINGS_DROPPED, &*site.pointer, message));
        }
        let DeclaredParameters { mut parameters, bodies } =
            self.parameters.read(&self.converter, site, &mut notes)?;
        let template = path_parameters::agree(site, &mut parameters, &mut notes).map_err(invalid)?;
        let body = openapi3_body::body(&self.converter, &self.root, site, &bodies, &self.bodies, &mut notes)?;
        let arguments =
            argument_merge::merge(&self.converter, site, &parameters, body, self.shape, &mut notes)?;
        notes.extend(hidden(self.converter.library(), site));
        notes.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        notes.dedup();
        bound_hidden(&mut notes, site);
        let (security, security_is_new) = self.security.of(self.converter.library(), &self.root, site)?;
        let mut operation = Operation {
            id: site.id().map(Into::into),
            template,
            description: description(site),
            tags: site.tags(),
            arguments,
            server: server::of_operation(self.converter.library(), site)?,
            security,
            security_is_new,
            accept: accept_header::accept(self.converter.library(), &self.root, site),
            notes,
        };
        if self.converter.library().hidden_unicode() == HiddenUnicode::Strip {
            self.stripping.strip(&mut operation, site)?;
        }
        Ok(operation)
    }
}

/// What an operation says itself with hidden characters.
fn hidden(library: &Library<'_>, site: &OperationSite<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let text = |key: &str| site.spot.node.text(key);
    let own = |key: &str| pointer::push(&site.pointer, key);
    for key in ["operationId", "summary", "description"] {
        notes.extend(text(key).and_then(|text| library.hidden_in(text, TextRole::Read, || own(key))));
    }
    for (i, tag) in site.spot.node.get("tags").into_iter().flat_map(Node::items).enumerate() {
        let tag = tag.as_str().unwrap_or_default();
        notes.extend(library.hidden_in(tag, TextRole::Read, || format!("{}/{i}", own("tags"))));
    }
    let item = || site.items.first().map(|item| library.show(item.place).into_owned()).unwrap_or_default();
    notes.extend(library.hidden_in(site.path, TextRole::Sent, item));
    notes
}

/// Keeps the notes of hidden characters few: the first tell a reader what the document does.
fn bound_hidden(notes: &mut Vec<Note>, site: &OperationSite<'_>) {
    let mut found = 0;
    notes.retain(|note| {
        found += usize::from(note.kind == kind::HIDDEN_UNICODE);
        note.kind != kind::HIDDEN_UNICODE || found <= MOST_HIDDEN
    });
    if found > MOST_HIDDEN {
        let message = format!("{} more places have hidden characters", found - MOST_HIDDEN);
        notes.push(Note::new(kind::HIDDEN_UNICODE, &*site.pointer, message));
    }
}

fn description(site: &OperationSite<'_>) -> String {
    let text = |key: &str| site.spot.node.text(key).map(str::trim).filter(|text| !text.is_empty());
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
