//! One operation of a document, ready to become a tool.

use super::arguments::{self, Arguments};
use super::parameter::{self, In, Parameter};
use super::{Document, OperationSite, Template, body};
use crate::error::{Error, Result};
use crate::json::Node;
use crate::schema::{Converter, Note};

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, where it has one that is not empty.
    pub id: Option<String>,
    /// The method in capitals.
    pub method: String,
    /// The path.
    pub template: Template,
    /// What it does, as the document says it: summary and description, or method and path where it says nothing.
    pub description: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What a model fills in.
    pub arguments: Arguments,
    /// The media type of its body, where it takes one.
    pub media_type: Option<String>,
    /// Whether every request has a body.
    pub body_required: bool,
    /// What was changed on the way here.
    pub notes: Vec<Note>,
}

/// Reads the operations of one document; definitions that many share are converted once.
pub struct OperationReader<'d, 'a> {
    root: &'d Node<'a>,
    converter: Converter<'d, 'a>,
}

impl<'d, 'a> OperationReader<'d, 'a> {
    /// A reader for a document.
    pub fn new(document: &Document<'d, 'a>) -> Self {
        Self { root: document.root, converter: Converter::new(document.root, document.dialect) }
    }

    /// Reads one operation; its error costs no other.
    pub fn read(&self, site: &OperationSite<'d, 'a>) -> Result<Operation> {
        let invalid = |reason: String| Error::InvalidSpec { pointer: site.pointer.clone(), reason };
        if site.node.as_object().is_none() {
            return Err(invalid(format!("an operation is a map, this is {}", site.node.kind())));
        }
        let template = Template::parse(&site.path).map_err(invalid)?;
        let mut notes = Vec::new();
        let mut parameters = parameter::parameters(self.root, site, &mut notes)?;
        agree(&template, &mut parameters, site, &mut notes);
        let body = body::body(&self.converter, self.root, site)?;
        let arguments = arguments::merge(&self.converter, &parameters, body.as_ref(), &mut notes)?;
        notes.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        notes.dedup();
        Ok(Operation {
            id: id_of(site),
            method: site.method.clone(),
            template,
            description: description(site),
            tags: tags(site),
            arguments,
            body_required: body.as_ref().is_some_and(|body| body.required),
            media_type: body.map(|body| body.media_type),
            notes,
        })
    }
}

/// The id of an operation, where it has one.
pub fn id_of(site: &OperationSite<'_, '_>) -> Option<String> {
    let id = site.node.get("operationId").and_then(Node::as_str).map(str::trim)?;
    (!id.is_empty()).then(|| id.to_owned())
}

/// Makes the path parameters those that the template has.
fn agree(
    template: &Template,
    parameters: &mut Vec<Parameter<'_, '_>>,
    site: &OperationSite<'_, '_>,
    notes: &mut Vec<Note>,
) {
    let variables = template.variables();
    parameters.retain(|parameter| {
        let stands = parameter.place != In::Path || variables.contains(&parameter.name.as_str());
        if !stands {
            let message = format!("the path has no variable \"{}\"", parameter.name);
            notes.push(Note { code: "PATH_PARAMETER_DROPPED", pointer: site.pointer.clone(), message });
        }
        stands
    });
    let declared = |name: &str| parameters.iter().any(|known| known.place == In::Path && known.name == name);
    let missing: Vec<_> = variables.into_iter().filter(|name| !declared(name)).collect();
    for (i, name) in missing.into_iter().enumerate() {
        let message = format!("no parameter declares the path variable \"{name}\"; it takes any text");
        notes.push(Note { code: "PATH_VARIABLE_UNDECLARED", pointer: site.pointer.clone(), message });
        parameters.insert(i, Parameter::undeclared(name));
    }
}

fn description(site: &OperationSite<'_, '_>) -> String {
    let text =
        |key: &str| site.node.get(key).and_then(Node::as_str).map(str::trim).filter(|text| !text.is_empty());
    match (text("summary"), text("description")) {
        (Some(summary), Some(description)) if description.contains(summary) => description.to_owned(),
        (Some(summary), Some(description)) => format!("{summary}\n\n{description}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => format!("{} {}", site.method, site.path),
    }
}

fn tags(site: &OperationSite<'_, '_>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in
        site.node.get("tags").and_then(Node::as_array).unwrap_or_default().iter().filter_map(Node::as_str)
    {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}
