//! Memory bounds of one load, in bytes of definitions and tools. A small document can need much memory for shared parts:
//!
//! - one definition, as a model reads it;
//! - the definitions of all tools: tools that share a schema share its memory, but each is written out for a model;
//! - the unshared parts of tools: a path item that thousands of paths refer to, a description that a YAML alias repeats, the
//!   server, tags and notes of each operation;
//! - operations that were read and did not fit: their number has no other bound.

use std::sync::Arc;

use url::Url;

use crate::error::{Error, Result};
use crate::json::Node;
use crate::schema::{Note, Property, Schema};
use crate::spec::{Operation, OperationSite};

/// The bound of a load with a small document, in bytes. The largest public documents need a quarter of it.
const MIN_BOUND: usize = 64 << 20;
/// The bound of a large document, as a multiple of its bytes. Public documents need up to 11.
const BYTES_PER_DOCUMENT_BYTE: usize = 16;
/// The bytes of a list entry beside its text.
const ENTRY: usize = 64;
/// The bytes of an argument beside its schema.
const ARGUMENT: usize = 320;

/// The bytes that the tools of a load may still take.
pub struct MemoryBudget {
    /// The longest definition.
    definition: usize,
    definitions: ByteBudget,
    /// The output schemas of all tools, which are bounded apart: they cost no operation its tool.
    outputs: ByteBudget,
    /// The unshared parts of tools.
    tools: ByteBudget,
    /// All operations that were read, whether they became tools or not.
    read: ByteBudget,
}

struct ByteBudget {
    left: usize,
    most: usize,
}

impl MemoryBudget {
    /// Bounds for a document of `document` bytes. `bytes` is `limits.bytes`; `definition_bytes` bounds one definition.
    pub fn new(document: usize, bytes: usize, definition_bytes: usize) -> Self {
        let most = bytes.max(MIN_BOUND).max(document.saturating_mul(BYTES_PER_DOCUMENT_BYTE));
        Self {
            definition: definition_bytes,
            definitions: ByteBudget::new(most),
            outputs: ByteBudget::new(most),
            tools: ByteBudget::new(most),
            read: ByteBudget::new(most.saturating_mul(2)),
        }
    }

    /// Refuses to read one more operation once reading has cost too much.
    pub fn check(&self, site: &OperationSite<'_>) -> Result<()> {
        if self.read.left > 0 {
            return Ok(());
        }
        Err(limit_exceeded(
            site,
            "number of bytes that were read for the tools of one load",
            self.read.most,
            ADVICE,
        ))
    }

    /// Counts an operation whose reading failed.
    pub fn spend_unread(&mut self, site: &OperationSite<'_>) {
        let shared = site.items.iter().filter_map(|item| item.node.get("parameters"));
        self.read.spend(shared.chain([site.operation.node]).map(count_values).sum::<usize>() * ENTRY);
    }

    /// Counts an operation; `texts` is the length of its description and aliases in bytes. One that does not fit is skipped,
    /// and costs no other.
    pub fn spend(
        &mut self,
        operation: &Operation,
        texts: usize,
        site: &OperationSite<'_>,
        base: Option<&Url>,
    ) -> Result<()> {
        let arguments = &operation.arguments;
        let definition = texts + Schema::arguments_len(&arguments.properties, &arguments.definitions);
        let unshared = unshared_bytes(operation, site, base);
        self.read.spend(unshared);
        if definition > self.definition {
            let advice = "leave the operation out, or raise limits.definitionBytes";
            return Err(limit_exceeded(
                site,
                "number of bytes of a tool's definition",
                self.definition,
                advice,
            ));
        }
        if unshared > self.tools.left {
            return Err(limit_exceeded(
                site,
                "number of bytes that the tools of one load hold",
                self.tools.most,
                ADVICE,
            ));
        }
        if definition > self.definitions.left {
            let what = "number of bytes in the definitions of all tools of one load";
            return Err(limit_exceeded(site, what, self.definitions.most, ADVICE));
        }
        self.tools.spend(unshared);
        self.definitions.spend(definition);
        Ok(())
    }

    /// Counts an output schema of so many bytes. One that does not fit is left out, and costs nothing else.
    ///
    /// # Errors
    /// Why it does not fit.
    pub fn spend_output(&mut self, bytes: usize) -> Result<(), String> {
        if bytes > self.definition {
            return Err(format!("it has more than {} bytes; raise limits.definitionBytes", self.definition));
        }
        if bytes > self.outputs.left {
            return Err(format!(
                "the output schemas of one load have more than {} bytes; {ADVICE}",
                self.outputs.most
            ));
        }
        self.outputs.spend(bytes);
        Ok(())
    }
}

const ADVICE: &str = "include fewer operations, or raise limits.bytes";

fn limit_exceeded(site: &OperationSite<'_>, what: &'static str, limit: usize, advice: &'static str) -> Error {
    Error::LimitExceededAt { tool: Box::default(), pointer: (*site.pointer).into(), what, limit, advice }
}

impl ByteBudget {
    const fn new(most: usize) -> Self {
        Self { left: most, most }
    }

    const fn spend(&mut self, spent: usize) {
        self.left = self.left.saturating_sub(spent);
    }
}

fn unshared_bytes(operation: &Operation, site: &OperationSite<'_>, base: Option<&Url>) -> usize {
    let path = 4 * site.path.len() + site.pointer.len();
    let texts = operation.description.len() + operation.server.as_ref().map_or(0, String::len);
    let base = base.map_or(0, |base| base.as_str().len());
    let tags: usize = operation.tags.iter().map(|tag| tag.len() + ENTRY).sum();
    let properties: usize = operation.arguments.properties.iter().map(property_bytes).sum();
    let notes: usize = operation.notes.iter().map(note_bytes).sum();
    path + texts + base + tags + properties + notes + security_bytes(operation)
}

/// The bytes of a property. A schema that operations share is counted once, when it is read.
fn property_bytes(property: &Property) -> usize {
    ARGUMENT + if Arc::strong_count(&property.schema) > 1 { 0 } else { property.schema.len() }
}

fn count_values(node: Node<'_>) -> usize {
    1 + node.items().chain(node.entries().map(|(_, member)| member)).map(count_values).sum::<usize>()
}

fn note_bytes(note: &Note) -> usize {
    let own = |text: &Arc<str>| if Arc::strong_count(text) > 1 { 0 } else { text.len() };
    ENTRY + own(&note.pointer) + own(&note.message)
}

fn security_bytes(operation: &Operation) -> usize {
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
