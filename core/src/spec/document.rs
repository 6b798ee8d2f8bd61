//! A document that was read: which operations it has, and where its API is.

use std::borrow::Cow;
use std::rc::Rc;

use url::Url;

use crate::error::{Error, Result};
use crate::json::{HashSet, Node};
use crate::schema::{Dialect, Library, Spot};
use crate::spec::operation_site::OperationSite;
use crate::spec::security::security_scheme;
use crate::spec::security::security_scheme::SecuritySchemes;
use crate::spec::server;

/// The methods that a path item may have, as its keys and as requests write them. Swagger 2.0 has no `trace`; `query` is of OpenAPI 3.2.
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

/// What a document without paths is one of: definitions for others to refer to, or requests that the API sends.
const WITHOUT_PATHS: [&str; 6] =
    ["components", "webhooks", "x-webhooks", "definitions", "parameters", "responses"];

/// A document with those that it refers to.
pub struct Document<'a> {
    library: Library<'a>,
    methods: &'static [(&'static str, &'static str)],
}

/// An operation, or path item (`*`), that is none.
#[derive(Debug)]
pub struct InvalidOperation {
    /// The method, as it would be.
    pub method: String,
    /// The path as written.
    pub path: String,
    /// What is wrong.
    pub error: Error,
}

impl<'a> Document<'a> {
    /// Takes the first document of a library as the one whose operations count.
    pub fn new(library: Library<'a>) -> Result<Self> {
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

    /// The documents.
    pub const fn library(&self) -> &Library<'a> {
        &self.library
    }

    /// The whole document.
    pub fn root(&self) -> Spot<'a> {
        self.library.root(0)
    }

    /// Whether it has a map of paths, be it empty.
    pub fn has_paths(&self) -> bool {
        self.root().node.get("paths").is_some_and(|paths| paths.as_object().is_some())
    }

    /// What the document is called.
    pub fn title(&self) -> Option<&'a str> {
        self.root().node.get("info")?.text("title")
    }

    /// Its own version. YAML takes `1.0` without quotes for a number; it is the version as it is written.
    pub fn version(&self) -> Option<&'a str> {
        match self.root().node.get("info")?.get("version")? {
            Node::String(text) => Some(text),
            Node::Number(number) => Some(number.as_str()),
            _ => None,
        }
    }

    /// The address of the API, which may be relative to that of the document.
    pub fn server(&self) -> Result<Option<String>> {
        server::server_of_document(&self.root(), self.library.dialect(0))
    }

    /// What callers can be asked to show; `location` is where the document was read.
    pub fn schemes(&self, location: Option<&Url>) -> SecuritySchemes {
        security_scheme::read_schemes(&self.library, &self.root(), location)
    }

    /// Where a security scheme is declared; empty where it is not.
    pub fn scheme_pointer(&self, name: &str) -> String {
        let spot = security_scheme::schemes_of(&self.root()).and_then(|all| all.key(name));
        spot.map(|spot| self.library.show(spot.place).into_owned()).unwrap_or_default()
    }

    /// The webhooks: requests that the API sends. Name and pointer of each.
    pub fn webhooks(&self) -> Vec<(String, String)> {
        let Some(webhooks) = self.root().key("webhooks") else { return Vec::new() };
        let names = webhooks.node.entries().map(|(name, _)| name);
        names
            .filter_map(|name| {
                Some((name.to_owned(), self.library.show(webhooks.key(name)?.place).into_owned()))
            })
            .collect()
    }

    /// Every operation of every path, in the order of the document. A path item that cannot be read is told once, with
    /// the method `*`.
    pub fn operations(&self) -> Vec<Result<OperationSite<'a>, InvalidOperation>> {
        let mut sites = Vec::new();
        let Some(paths) = self.root().key("paths") else { return sites };
        for (path, _) in paths.node.entries().filter(|(path, _)| !path.starts_with("x-")) {
            let Some(item) = paths.key(path) else { continue };
            if let Err(error) = self.path_item(path, item, &mut sites) {
                let (method, path) = ("*".to_owned(), path.to_owned());
                sites.push(Err(InvalidOperation { method, path, error }));
            }
        }
        sites
    }

    /// What a path item holds itself comes before what it refers to.
    fn path_item(
        &self,
        path: &'a str,
        item: Spot<'a>,
        sites: &mut Vec<Result<OperationSite<'a>, InvalidOperation>>,
    ) -> Result<()> {
        let mut items = vec![item];
        while let Some(target) = self.library.target(&items[items.len() - 1])? {
            if items.iter().any(|item| item.place == target.place) {
                break;
            }
            items.push(target);
        }
        let items: Rc<[Spot<'a>]> = items.into();
        // A key that is no method (`GET`) says nothing of the method that it looks like.
        let mut taken = HashSet::default();
        for item in &*items {
            if item.node.as_object().is_none() {
                return Err(Error::InvalidSpec {
                    pointer: self.library.show(item.place).into_owned(),
                    reason: format!("a path item is a map, this is {}", item.node.kind()),
                });
            }
            for key in item.node.entries().map(|(key, _)| key) {
                let method = self.methods.iter().find(|(method, _)| *method == key);
                if method.is_none() && !has_own_key(key) {
                    continue;
                }
                let Some(spot) = item.key(key) else { continue };
                let Some((_, method)) = method else {
                    let reason = "is no method of this version of OpenAPI";
                    sites.push(Err(self.no_operation(key, path, &spot, reason)));
                    continue;
                };
                if taken.insert(*method) {
                    self.site((*method).into(), path, spot, &items, sites);
                }
            }
            self.additional(path, item, &items, &mut taken, sites);
        }
        Ok(())
    }

    /// `additionalOperations` of OpenAPI 3.2: methods of any name but those that have a key of their own.
    fn additional(
        &self,
        path: &'a str,
        item: &Spot<'a>,
        items: &Rc<[Spot<'a>]>,
        taken: &mut HashSet<&'a str>,
        sites: &mut Vec<Result<OperationSite<'a>, InvalidOperation>>,
    ) {
        let Some(additional) =
            item.key("additionalOperations").filter(|_| self.methods.len() == METHODS.len())
        else {
            return;
        };
        if !matches!(additional.node, Node::Object(_) | Node::Null) {
            let reason = "is a map of methods to operations, and nothing else";
            let none = self.no_operation("additionalOperations", path, &additional, reason);
            sites.push(Err(InvalidOperation { method: "*".to_owned(), ..none }));
        }
        for (method, _) in additional.node.entries() {
            let Some(spot) = additional.key(method) else { continue };
            if has_own_key(method) {
                let reason = "has a key of its own and is no additional operation";
                sites.push(Err(self.no_operation(method, path, &spot, reason)));
            } else if taken.insert(method) {
                self.site(method.into(), path, spot, items, sites);
            }
        }
    }

    fn no_operation(&self, method: &str, path: &str, spot: &Spot<'a>, reason: &str) -> InvalidOperation {
        let error = Error::InvalidSpec {
            pointer: self.library.show(spot.place).into_owned(),
            reason: format!("\"{method}\" {reason}"),
        };
        InvalidOperation { method: method.to_owned(), path: path.to_owned(), error }
    }

    /// An operation, or the one that it refers to: OpenAPI has references to path items alone, publishers who keep a file
    /// for each operation write them all the same. What stands beside the reference counts for nothing, and is told.
    fn site(
        &self,
        method: Cow<'a, str>,
        path: &'a str,
        spot: Spot<'a>,
        items: &Rc<[Spot<'a>]>,
        sites: &mut Vec<Result<OperationSite<'a>, InvalidOperation>>,
    ) {
        let pointer = self.library.show(spot.place);
        let dropped = beside_reference(spot.node);
        sites.push(match self.library.follow(spot) {
            Ok(spot) => Ok(OperationSite { method, path, spot, items: Rc::clone(items), pointer, dropped }),
            Err(error) => Err(InvalidOperation { method: method.into_owned(), path: path.to_owned(), error }),
        });
    }
}

/// What an operation that is a reference says beside it that a call or a name would follow from.
fn beside_reference(operation: Node<'_>) -> Vec<&str> {
    if operation.get("$ref").is_none() {
        return Vec::new();
    }
    let is_told = |key: &&str| !matches!(*key, "$ref" | "summary" | "description") && !key.starts_with("x-");
    operation.entries().map(|(key, _)| key).filter(is_told).collect()
}

/// Whether a method has a key in path items, in some version of OpenAPI.
fn has_own_key(method: &str) -> bool {
    METHODS.iter().any(|(key, _)| key.eq_ignore_ascii_case(method))
}
