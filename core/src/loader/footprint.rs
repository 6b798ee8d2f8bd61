//! What the tools of one load hold, each for itself: a bound on all that a small document can make of what its parts share.
//!
//! The reader bounds the values of schemas. This bounds the bytes of everything else: a path item that thousands of paths refer
//! to, a description that YAML repeats, a server, tags and notes of each operation. What tools share costs nothing.

use std::sync::Arc;

use url::Url;

use crate::error::{Error, Result};
use crate::schema::{Note, Property, Schema};
use crate::spec::{Operation, OperationSite};

/// The least that a load may make, in bytes. The most that the field needs is a quarter of it.
const LEAST: usize = 64 << 20;
/// What an entry of a list takes beside its text.
const ENTRY: usize = 64;

/// What the tools of a load may still hold.
pub struct Footprint {
    left: usize,
    most: usize,
}

impl Footprint {
    /// For a document of so many bytes at most: what tools hold was written in it once, and may be written again.
    pub fn new(document_bytes: usize) -> Self {
        let most = document_bytes.max(LEAST);
        Self { left: most, most }
    }

    /// Counts an operation. One that does not fit costs no other.
    pub fn spend(
        &mut self,
        operation: &Operation,
        site: &OperationSite<'_>,
        base: Option<&Url>,
    ) -> Result<()> {
        let held = bytes_of(operation, site, base);
        let left = self.left.checked_sub(held).ok_or_else(|| Error::LimitExceededAt {
            tool: Box::default(),
            pointer: (*site.pointer).into(),
            what: "number of bytes that the tools of one load hold",
            limit: self.most,
            advice: "include fewer operations, or raise limits.bytes",
        })?;
        self.left = left;
        Ok(())
    }
}

/// Refuses an operation whose definition is longer than a tool's may be. `described`: the bytes of its description.
pub fn check_definition(operation: &Operation, described: usize, pointer: &str, most: usize) -> Result<()> {
    let arguments = &operation.arguments;
    let schema = Schema::len_of_arguments(&arguments.properties, &arguments.definitions);
    if schema + described <= most {
        return Ok(());
    }
    Err(Error::LimitExceededAt {
        tool: Box::default(),
        pointer: pointer.into(),
        what: "number of bytes of a tool's definition",
        limit: most,
        advice: "leave the operation out, or raise limits.definitionBytes",
    })
}

fn bytes_of(operation: &Operation, site: &OperationSite<'_>, base: Option<&Url>) -> usize {
    let path = 4 * site.path.len() + site.pointer.len();
    let texts = operation.description.len() + operation.server.as_ref().map_or(0, String::len);
    let base = base.map_or(0, |base| base.as_str().len());
    let tags: usize = operation.tags.iter().map(|tag| tag.len() + ENTRY).sum();
    let properties: usize = operation.arguments.properties.iter().map(property).sum();
    let notes: usize = operation.notes.iter().map(note).sum();
    path + texts + base + tags + properties + notes + security(operation)
}

/// A parameter that operations share is read once, and so is the schema of a body.
fn property(property: &Property) -> usize {
    ENTRY + if Arc::strong_count(&property.schema) > 1 { 0 } else { property.schema.len() }
}

fn note(note: &Note) -> usize {
    let own = |text: &Arc<str>| if Arc::strong_count(text) > 1 { 0 } else { text.len() };
    ENTRY + own(&note.pointer) + own(&note.message)
}

fn security(operation: &Operation) -> usize {
    if !operation.security_is_new {
        return 0;
    }
    let one = |requirement: &crate::tool::SecurityRequirement| {
        let scopes: usize = requirement.scopes.iter().map(|scope| scope.len() + ENTRY).sum();
        requirement.scheme.len() + requirement.kind.len() + scopes + ENTRY
    };
    // What was read, and what credentials are chosen by.
    2 * operation.security.iter().flatten().map(one).sum::<usize>()
}
