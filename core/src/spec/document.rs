//! An API document: its operations, servers, security schemes and webhooks.

use std::borrow::Cow;
use std::rc::Rc;

use url::Url;

use crate::error::{Error, Result};
use crate::json::{HashSet, Node};
use crate::schema::{Dialect, DocumentSet, LocatedNode};
use crate::spec::operation_site::OperationSite;
use crate::spec::security::security_scheme;
use crate::spec::security::security_scheme::SecuritySchemes;
use crate::spec::server;

/// The methods of a path item, as keys and as in requests. Swagger 2.0 has no `trace`; `query` is of OpenAPI 3.2.
const METHODS: [(&str, &str); 9] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
    ("query", "QUERY"),
];

/// Keys of a valid document without `paths`: definitions for other documents, or webhooks.
const WITHOUT_PATHS: [&str; 6] =
    ["components", "webhooks", "x-webhooks", "definitions", "parameters", "responses"];

/// A document with those that its references reach.
pub struct Document<'a> {
    library: DocumentSet<'a>,
    methods: &'static [(&'static str, &'static str)],
}

/// An operation that cannot be read; its method is `*` for a whole path item.
#[derive(Debug)]
pub struct InvalidOperation {
    /// The method as written.
    pub method: String,
    /// The path as written.
    pub path: String,
    /// The error.
    pub error: Error,
}

impl<'a> Document<'a> {
    /// Takes a library. Only the operations of its first document count.
    ///
    /// # Errors
    /// `INVALID_SPEC` where that has no paths and is no document of definitions.
    pub fn new(library: DocumentSet<'a>) -> Result<Self> {
        let root = library.root(0).node;
        let no_paths = |reason| Error::InvalidSpec { pointer: "/paths".to_owned(), reason };
        match root.get("paths") {
            Some(Node::Object(_)) => {}
            None | Some(Node::Null) if WITHOUT_PATHS.iter().any(|key| root.get(key).is_some()) => {}
            None => return Err(no_paths("there are no paths".to_owned())),
            Some(other) => return Err(no_paths(format!("paths are a map, this is {}", other.kind()))),
        }
        let is_3_2 = root.get("openapi").is_some_and(|version| match version {
            Node::String(text) => text.starts_with("3.2"),
            Node::Number(number) => number.as_str().starts_with("3.2"),
            _ => false,
        });
        let methods = match library.dialect(0) {
            Dialect::Swagger20 => &METHODS[..7],
            _ if is_3_2 => &METHODS[..],
            _ => &METHODS[..8],
        };
        Ok(Self { library, methods })
    }

    /// The library of all documents.
    pub const fn library(&self) -> &DocumentSet<'a> {
        &self.library
    }

    /// The root of the document.
    pub fn root(&self) -> LocatedNode<'a> {
        self.library.root(0)
    }

    /// Whether it has a map of paths, which may be empty.
    pub fn has_paths(&self) -> bool {
        self.root().node.get("paths").is_some_and(|paths| paths.as_object().is_some())
    }

    /// Its title.
    pub fn title(&self) -> Option<&'a str> {
        self.root().node.get("info")?.text("title")
    }

    /// Its version as written. YAML reads `1.0` without quotes as a number.
    pub fn version(&self) -> Option<&'a str> {
        match self.root().node.get("info")?.get("version")? {
            Node::String(text) => Some(text),
            Node::Number(number) => Some(number.as_str()),
            _ => None,
        }
    }

    /// The server URL, which may be relative to the document.
    ///
    /// # Errors
    /// `INVALID_SPEC` for a server variable without a default.
    pub fn server(&self) -> Result<Option<String>> {
        server::server_of_document(&self.root(), self.library.dialect(0))
    }

    /// The security schemes. `location` is the URL of the document.
    pub fn schemes(&self, location: Option<&Url>) -> SecuritySchemes {
        security_scheme::read_schemes(&self.library, &self.root(), location)
    }

    /// JSON pointer of a security scheme; empty where none has the name.
    pub fn scheme_pointer(&self, name: &str) -> String {
        let located = security_scheme::schemes_of(&self.root()).and_then(|all| all.key(name));
        located
            .map(|located| self.library.display_location(located.location).into_owned())
            .unwrap_or_default()
    }

    /// Name and JSON pointer of each webhook: requests that the API sends.
    pub fn webhooks(&self) -> Vec<(String, String)> {
        let Some(webhooks) = self.root().key("webhooks") else { return Vec::new() };
        let names = webhooks.node.entries().map(|(name, _)| name);
        names
            .filter_map(|name| {
                Some((
                    name.to_owned(),
                    self.library.display_location(webhooks.key(name)?.location).into_owned(),
                ))
            })
            .collect()
    }

    /// The operations of all paths, in the order of the document. A path item that cannot be read is one error with the
    /// method `*`.
    pub fn operations(&self) -> Vec<Result<OperationSite<'a>, InvalidOperation>> {
        let mut sites = Vec::new();
        let Some(paths) = self.root().key("paths") else { return sites };
        for (path, _) in paths.node.entries().filter(|(path, _)| !path.starts_with("x-")) {
            let Some(item) = paths.key(path) else { continue };
            let read = self.path_items(item).and_then(|items| {
                // The list of sites moves through the collector, so that no path item has one of its own.
                let (taken, found) = (HashSet::default(), std::mem::take(&mut sites));
                let mut collector = PathItemCollector { document: self, path, items, taken, sites: found };
                let read = collector.collect_items();
                sites = collector.sites;
                read
            });
            if let Err(error) = read {
                let (method, path) = ("*".to_owned(), path.to_owned());
                sites.push(Err(InvalidOperation { method, path, error }));
            }
        }
        sites
    }

    /// A path item with those that it refers to.
    fn path_items(&self, item: LocatedNode<'a>) -> Result<Rc<[LocatedNode<'a>]>> {
        let mut items = vec![item];
        while let Some(target) = self.library.reference_target(&items[items.len() - 1])? {
            if items.iter().any(|item| item.location == target.location) {
                break;
            }
            items.push(target);
        }
        Ok(items.into())
    }
}

/// Collects the operations of one path item.
struct PathItemCollector<'d, 'a> {
    document: &'d Document<'a>,
    path: &'a str,
    /// The path item, and those that it refers to. Earlier ones override later ones.
    items: Rc<[LocatedNode<'a>]>,
    /// The methods so far.
    taken: HashSet<&'a str>,
    sites: Vec<Result<OperationSite<'a>, InvalidOperation>>,
}

impl<'a> PathItemCollector<'_, 'a> {
    /// Collects the operations of all items.
    fn collect_items(&mut self) -> Result<()> {
        for item in &*Rc::clone(&self.items) {
            if item.node.as_object().is_none() {
                return Err(Error::InvalidSpec {
                    pointer: self.document.library.display_location(item.location).into_owned(),
                    reason: format!("a path item is a map, this is {}", item.node.kind()),
                });
            }
            for key in item.node.entries().map(|(key, _)| key) {
                let method = self.document.methods.iter().find(|(method, _)| *method == key);
                if method.is_none() && !has_own_key(key) {
                    continue;
                }
                let Some(located) = item.key(key) else { continue };
                match method {
                    // A key such as `GET` is no method and does not hide `get`.
                    None => self.push_invalid(key, &located, "is no method of this version of OpenAPI"),
                    Some((_, method)) if self.taken.insert(*method) => self.push((*method).into(), located),
                    Some(_) => {}
                }
            }
            self.collect_additional(item);
        }
        Ok(())
    }

    /// Collects `additionalOperations` of OpenAPI 3.2: methods without a key of their own.
    fn collect_additional(&mut self, item: &LocatedNode<'a>) {
        let is_3_2 = self.document.methods.len() == METHODS.len();
        let Some(additional) = item.key("additionalOperations").filter(|_| is_3_2) else { return };
        if !matches!(additional.node, Node::Object(_) | Node::Null) {
            let reason = "is a map of methods to operations, and nothing else";
            let invalid = self.invalid("additionalOperations", &additional, reason);
            self.sites.push(Err(InvalidOperation { method: "*".to_owned(), ..invalid }));
        }
        for (method, _) in additional.node.entries() {
            let Some(located) = additional.key(method) else { continue };
            if has_own_key(method) {
                self.push_invalid(method, &located, "has a key of its own and is no additional operation");
            } else if self.taken.insert(method) {
                self.push(method.into(), located);
            }
        }
    }

    fn push_invalid(&mut self, method: &str, located: &LocatedNode<'a>, reason: &str) {
        let invalid = self.invalid(method, located, reason);
        self.sites.push(Err(invalid));
    }

    fn invalid(&self, method: &str, located: &LocatedNode<'a>, reason: &str) -> InvalidOperation {
        let error = Error::InvalidSpec {
            pointer: self.document.library.display_location(located.location).into_owned(),
            reason: format!("\"{method}\" {reason}"),
        };
        InvalidOperation { method: method.to_owned(), path: self.path.to_owned(), error }
    }

    /// Collects one operation, its reference resolved. OpenAPI has references to path items alone, but publishers who keep
    /// a file for each operation write them. Keys beside the reference are ignored, with a note.
    fn push(&mut self, method: Cow<'a, str>, located: LocatedNode<'a>) {
        let (library, path) = (&self.document.library, self.path);
        let pointer = library.display_location(located.location);
        let dropped = reference_siblings(located.node);
        self.sites.push(match library.follow_references(located) {
            Ok(operation) => {
                Ok(OperationSite { method, path, operation, items: Rc::clone(&self.items), pointer, dropped })
            }
            Err(error) => Err(InvalidOperation { method: method.into_owned(), path: path.to_owned(), error }),
        });
    }
}

/// The keys beside the `$ref` of an operation that a call or a name would depend on.
fn reference_siblings(operation: Node<'_>) -> Vec<&str> {
    if operation.get("$ref").is_none() {
        return Vec::new();
    }
    let matters = |key: &&str| !matches!(*key, "$ref" | "summary" | "description") && !key.starts_with("x-");
    operation.entries().map(|(key, _)| key).filter(matters).collect()
}

/// Whether a method has a key of its own in some version of OpenAPI.
fn has_own_key(method: &str) -> bool {
    METHODS.iter().any(|(key, _)| key.eq_ignore_ascii_case(method))
}
