//! Bounds on the memory that the tools of one load take, in bytes. A small document can make much of what its parts share:
//!
//! - one definition, as a model reads it;
//! - the definitions of all tools: tools that share a schema share its memory, but each is written out for a model;
//! - what tools hold beside what they share: a path item that thousands of paths refer to, a description that a YAML alias
//!   repeats, the server, tags and notes of each operation;
//! - what was read for operations that did not fit: their number has no other bound.

use std::sync::Arc;

use url::Url;

use crate::error::{Error, Result};
use crate::json::Node;
use crate::schema::{Note, Property, Schema};
use crate::spec::{Operation, OperationSite};

/// The bound of a load with a small document, in bytes. The largest public documents need a quarter of it.
const LEAST: usize = 64 << 20;
/// The bound of a large document, as a multiple of its bytes. Public documents need up to 11.
const TIMES_DOCUMENT: usize = 16;
/// The bytes of a list entry beside its text.
const ENTRY: usize = 64;
/// The bytes of an argument beside its schema.
const ARGUMENT: usize = 320;

/// The bytes that the tools of a load may still take.
pub struct Footprint {
    definition: usize,
    definitions: ByteBudget,
    held: ByteBudget,
    read: ByteBudget,
}

struct ByteBudget {
    left: usize,
    most: usize,
}

impl Footprint {
    /// Bounds for a document of `document` bytes. `bytes` is `limits.bytes`; `definition_bytes` bounds one definition.
    pub fn new(document: usize, bytes: usize, definition_bytes: usize) -> Self {
        let most = bytes.max(LEAST).max(document.saturating_mul(TIMES_DOCUMENT));
        Self {
            definition: definition_bytes,
            definitions: ByteBudget::of(most),
            held: ByteBudget::of(most),
            read: ByteBudget::of(most.saturating_mul(2)),
        }
    }

    /// Refuses to read one more operation once the reading itself cost too much.
    pub fn check(&self, site: &OperationSite<'_>) -> Result<()> {
        if self.read.left > 0 {
            return Ok(());
        }
        Err(over(site, "number of bytes that were read for the tools of one load", self.read.most, ADVICE))
    }

    /// Counts an operation whose reading failed.
    pub fn spend_unread(&mut self, site: &OperationSite<'_>) {
        let shared = site.items.iter().filter_map(|item| item.node.get("parameters"));
        self.read.spend(shared.chain([site.spot.node]).map(values).sum::<usize>() * ENTRY);
    }

    /// Counts an operation; `described` is the length of its description. One that does not fit is skipped, and costs no other.
    pub fn spend(
        &mut self,
        operation: &Operation,
        described: usize,
        site: &OperationSite<'_>,
        base: Option<&Url>,
    ) -> Result<()> {
        let arguments = &operation.arguments;
        let definition = described + Schema::arguments_len(&arguments.properties, &arguments.definitions);
        let held = bytes_of(operation, site, base);
        self.read.spend(held);
        if definition > self.definition {
            let advice = "leave the operation out, or raise limits.definitionBytes";
            return Err(over(site, "number of bytes of a tool's definition", self.definition, advice));
        }
        if held > self.held.left {
            return Err(over(
                site,
                "number of bytes that the tools of one load hold",
                self.held.most,
                ADVICE,
            ));
        }
        if definition > self.definitions.left {
            let what = "number of bytes in the definitions of all tools of one load";
            return Err(over(site, what, self.definitions.most, ADVICE));
        }
        self.held.spend(held);
        self.definitions.spend(definition);
        Ok(())
    }
}

const ADVICE: &str = "include fewer operations, or raise limits.bytes";

fn over(site: &OperationSite<'_>, what: &'static str, limit: usize, advice: &'static str) -> Error {
    Error::LimitExceededAt { tool: Box::default(), pointer: (*site.pointer).into(), what, limit, advice }
}

impl ByteBudget {
    const fn of(most: usize) -> Self {
        Self { left: most, most }
    }

    const fn spend(&mut self, spent: usize) {
        self.left = self.left.saturating_sub(spent);
    }
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

/// The bytes of a property. A schema that operations share is counted once, when it is read.
fn property(property: &Property) -> usize {
    ARGUMENT + if Arc::strong_count(&property.schema) > 1 { 0 } else { property.schema.len() }
}

fn values(node: Node<'_>) -> usize {
    1 + node.items().chain(node.entries().map(|(_, member)| member)).map(values).sum::<usize>()
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
    // Twice: the requirement as read, and the form that credentials are chosen by.
    2 * operation.security.iter().flatten().map(one).sum::<usize>()
}
