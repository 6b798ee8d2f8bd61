//! One parameter of an operation.

use serde::Serialize;
use serde_json::json;

use super::OperationSite;
use crate::error::{Error, Result};
use crate::json::{Node, pointer};
use crate::schema::{Note, resolve};

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum In {
    /// In the path.
    Path,
    /// Behind the `?`.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl In {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::Header, Self::Cookie].into_iter().find(|place| place.as_str() == text)
    }
}

/// How a value that is no plain text is written. Source: OpenAPI 3.1.1, "Style Values".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Style {
    /// `a,b` in paths and headers.
    Simple,
    /// `.a.b` in paths.
    Label,
    /// `;name=a,b` in paths.
    Matrix,
    /// `name=a&name=b` or `name=a,b` in queries and cookies.
    Form,
    /// `name=a b` in queries.
    SpaceDelimited,
    /// `name=a|b` in queries.
    PipeDelimited,
    /// `name[key]=a` in queries.
    DeepObject,
    /// JSON text: a parameter that says `content: application/json`.
    Json,
}

impl Style {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "simple" => Self::Simple,
            "label" => Self::Label,
            "matrix" => Self::Matrix,
            "form" => Self::Form,
            "spaceDelimited" => Self::SpaceDelimited,
            "pipeDelimited" => Self::PipeDelimited,
            "deepObject" => Self::DeepObject,
            _ => return None,
        })
    }

    fn fits(self, place: In) -> bool {
        match self {
            Self::Simple => matches!(place, In::Path | In::Header),
            Self::Label | Self::Matrix => place == In::Path,
            Self::Form => matches!(place, In::Query | In::Cookie),
            Self::SpaceDelimited | Self::PipeDelimited | Self::DeepObject => place == In::Query,
            Self::Json => true,
        }
    }

    const fn default_of(place: In) -> Self {
        match place {
            In::Path | In::Header => Self::Simple,
            In::Query | In::Cookie => Self::Form,
        }
    }
}

/// One parameter as the document declares it.
#[derive(Debug)]
pub struct Parameter<'d, 'a> {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub place: In,
    /// Whether every request has it.
    pub required: bool,
    /// How its value is written.
    pub style: Style,
    /// Whether each member of a list or map is written by itself.
    pub explode: bool,
    /// What it is for.
    pub description: Option<String>,
    /// Its schema and where that stands; `None` for one that takes any text.
    pub schema: Option<(&'d Node<'a>, String)>,
}

/// Headers that the client sets itself, or that a document may not declare as parameters: OpenAPI says of the first
/// three that they SHALL be ignored; the others frame the request.
const RESERVED_HEADERS: [&str; 9] = [
    "accept",
    "content-type",
    "authorization",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "cookie",
    "upgrade",
];

/// The parameters of an operation, those of its path item among them; one of the operation itself comes before one of
/// the path item with the same name and place.
pub fn parameters<'d, 'a>(
    root: &'d Node<'a>,
    site: &OperationSite<'d, 'a>,
    notes: &mut Vec<Note>,
) -> Result<Vec<Parameter<'d, 'a>>> {
    let item_place = site.pointer.rsplit_once('/').map_or("", |(place, _)| place);
    let mut all: Vec<Parameter<'d, 'a>> = Vec::new();
    let lists = [(site.item.get("parameters"), item_place), (site.node.get("parameters"), &site.pointer)];
    for (own, (list, place)) in lists.into_iter().enumerate() {
        let Some(list) = list else { continue };
        let place = pointer::push(place, "parameters");
        let Node::Array(list) = list else {
            return Err(Error::InvalidSpec {
                pointer: place,
                reason: format!("parameters are a list, this is {}", list.kind()),
            });
        };
        let before = all.len();
        for (i, node) in list.iter().enumerate() {
            let Some(parameter) = parameter(root, node, format!("{place}/{i}"), notes)? else { continue };
            match all.iter().position(|known| known.name == parameter.name && known.place == parameter.place)
            {
                Some(twice) if own == 1 && twice < before => all[twice] = parameter,
                Some(_) => notes.push(Note {
                    code: "PARAMETER_TWICE",
                    pointer: format!("{place}/{i}"),
                    message: format!(
                        "\"{}\" in {} is declared twice; the first counts",
                        parameter.name,
                        parameter.place.as_str()
                    ),
                }),
                None => all.push(parameter),
            }
        }
    }
    Ok(all)
}

fn parameter<'d, 'a>(
    root: &'d Node<'a>,
    node: &'d Node<'a>,
    place: String,
    notes: &mut Vec<Note>,
) -> Result<Option<Parameter<'d, 'a>>> {
    let (pointer, node) = match node.get("$ref").and_then(Node::as_str) {
        Some(reference) => resolve(root, reference, || pointer::push(&place, "$ref"))?,
        None => (place, node),
    };
    let invalid = |reason: String| Error::InvalidSpec { pointer: pointer.clone(), reason };
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    let (Some(name), Some(location)) = (text("name"), text("in")) else {
        return Err(invalid("a parameter needs a name and a place (\"in\")".to_owned()));
    };
    let Some(location) = In::parse(location) else {
        return Err(invalid(format!("\"{location}\" is none of path, query, header, cookie")));
    };
    if location == In::Header && RESERVED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        let message = format!("the header \"{name}\" is the client's to set");
        notes.push(Note { code: "OAS_HEADER_IGNORED", pointer, message });
        return Ok(None);
    }
    let content = node.get("content").and_then(Node::as_object).and_then(|content| content.iter().next());
    let style = match text("style") {
        _ if content.is_some() => Style::Json,
        None => Style::default_of(location),
        Some(written) => Style::parse(written).filter(|style| style.fits(location)).unwrap_or_else(|| {
            notes.push(Note {
                code: "STYLE_REPLACED",
                pointer: format!("{pointer}/style"),
                message: format!("\"{written}\" is no style of a parameter in {}", location.as_str()),
            });
            Style::default_of(location)
        }),
    };
    let schema = match content {
        Some((media, content)) => content.get("schema").map(|schema| {
            (schema, format!("{}/schema", pointer::push(&format!("{pointer}/content"), media)))
        }),
        None => node.get("schema").map(|schema| (schema, format!("{pointer}/schema"))),
    };
    let flag = |key: &str| node.get(key).and_then(Node::as_bool);
    Ok(Some(Parameter {
        name: name.to_owned(),
        place: location,
        // Path parameters must be required; a document that forgets to say so means it.
        required: location == In::Path || flag("required") == Some(true),
        style,
        explode: flag("explode").unwrap_or(style == Style::Form),
        description: text("description").map(ToOwned::to_owned),
        schema,
    }))
}

impl Parameter<'_, '_> {
    /// A path variable that the template has and no parameter declares: one operation in eight of the field.
    pub fn undeclared(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            place: In::Path,
            required: true,
            style: Style::Simple,
            explode: false,
            description: None,
            schema: None,
        }
    }

    /// The schema of a parameter that has none.
    pub fn any_text() -> serde_json::Value {
        json!({"type": "string"})
    }
}
