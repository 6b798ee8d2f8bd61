//! A document that was read: which dialect, and which operations it has.

use crate::error::{Error, Result};
use crate::json::{Node, Object, pointer};
use crate::schema::{Dialect, resolve};

/// The methods that a path item may have, in the words of `OpenAPI` 3.0 and 3.1.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A document and its dialect.
#[derive(Debug)]
pub struct Document<'d, 'a> {
    /// The whole document.
    pub root: &'d Node<'a>,
    /// What its schemas are written in.
    pub dialect: Dialect,
}

/// Where an operation stands.
#[derive(Clone, Debug)]
pub struct OperationSite<'d, 'a> {
    /// The method in capitals.
    pub method: String,
    /// The path template as written.
    pub path: String,
    /// The JSON pointer of the operation.
    pub pointer: String,
    /// The operation, which may turn out not to be a map.
    pub node: &'d Node<'a>,
    /// The path item it stands in.
    pub item: &'d Object<'a>,
}

impl<'d, 'a> Document<'d, 'a> {
    /// Takes a value as a document of `OpenAPI` 3.0 or 3.1.
    pub fn new(root: &'d Node<'a>) -> Result<Self> {
        let invalid =
            |pointer: &str, reason: String| Error::InvalidSpec { pointer: pointer.to_owned(), reason };
        let Node::Object(map) = root else {
            return Err(invalid("", format!("an OpenAPI document is a map, this is {}", root.kind())));
        };
        let version = |node: &Node<'_>| match node {
            Node::String(text) => text.to_string(),
            other => other.to_value().to_string(),
        };
        let unsupported = |found: String| Error::UnsupportedSpec {
            pointer: String::new(),
            found,
            supported: "OpenAPI 3.0 and 3.1",
        };
        let dialect = match (map.get("openapi").map(version), map.get("swagger").map(version)) {
            (Some(text), _) if text == "3.0" || text.starts_with("3.0.") => Dialect::OpenApi30,
            (Some(text), _) if text == "3.1" || text.starts_with("3.1.") => Dialect::JsonSchema202012,
            (Some(text), _) => return Err(unsupported(format!("OpenAPI {text}"))),
            (None, Some(text)) => return Err(unsupported(format!("Swagger {text}"))),
            (None, None) => {
                return Err(invalid(
                    "",
                    "there is no \"openapi\" key: this is no OpenAPI document".to_owned(),
                ));
            }
        };
        if let Some(paths) = map.get("paths").filter(|paths| paths.as_object().is_none()) {
            return Err(invalid("/paths", format!("paths are a map, this is {}", paths.kind())));
        }
        Ok(Self { root, dialect })
    }

    /// A text under `info`.
    pub fn info(&self, key: &str) -> Option<&str> {
        self.root.get("info").and_then(|info| info.get(key)).and_then(Node::as_str)
    }

    /// The address of the first server, variables in it given their defaults.
    pub fn server(&self) -> Option<String> {
        let server = self.root.get("servers")?.as_array()?.first()?;
        let mut url = server.get("url")?.as_str()?.to_owned();
        if let Some(variables) = server.get("variables").and_then(Node::as_object) {
            for (name, variable) in variables.iter() {
                let default = variable.get("default").and_then(Node::as_str).unwrap_or_default();
                url = url.replace(&format!("{{{name}}}"), default);
            }
        }
        Some(url)
    }

    /// Every operation of every path, in the order of the document. A path item that cannot be read is told once, with
    /// the method `*`.
    pub fn operations(&self) -> Vec<Result<OperationSite<'d, 'a>, (String, Error)>> {
        let mut sites = Vec::new();
        let paths = self.root.get("paths").and_then(Node::as_object);
        for (path, node) in
            paths.into_iter().flat_map(Object::iter).filter(|(path, _)| !path.starts_with("x-"))
        {
            let place = pointer::push("/paths", path);
            match self.path_item(node, place) {
                Ok((place, item)) => {
                    for (method, node) in item.iter().filter(|(key, _)| METHODS.contains(key)) {
                        sites.push(Ok(OperationSite {
                            method: method.to_ascii_uppercase(),
                            path: path.to_owned(),
                            pointer: pointer::push(&place, method),
                            node,
                            item,
                        }));
                    }
                }
                Err(error) => sites.push(Err((path.to_owned(), error))),
            }
        }
        sites
    }

    fn path_item(&self, node: &'d Node<'a>, place: String) -> Result<(String, &'d Object<'a>)> {
        let (place, node) = match node.get("$ref").and_then(Node::as_str) {
            Some(reference) => resolve(self.root, reference, || pointer::push(&place, "$ref"))?,
            None => (place, node),
        };
        match node.as_object() {
            Some(item) => Ok((place, item)),
            None => Err(Error::InvalidSpec {
                pointer: place,
                reason: format!("a path item is a map, this is {}", node.kind()),
            }),
        }
    }
}
