//! The inputs of a conversion: the parsed document, the options, and what surrounds the load.

use std::sync::Arc;

use url::Url;

use super::options::ConversionOptions;
use super::server_address::ServerContext;
use crate::clock::Clock;
use crate::http::HttpClient;
use crate::registry::ToolRegistry;
use crate::schema::Note;
use crate::spec::{Document, ParseLimits};

/// A parsed document, and notes on what parsing changed.
pub struct ConversionInput<'a> {
    pub document: Document<'a>,
    pub notes: Vec<Note>,
    /// The bytes of the document and of those that it refers to.
    pub bytes: usize,
}

/// What a conversion needs beside the document.
pub struct ConversionContext<'s> {
    pub options: &'s ConversionOptions,
    pub limits: &'s ParseLimits,
    /// The source's name.
    pub source: &'s str,
    /// The document's address: relative server URLs are resolved against it.
    pub location: Option<&'s Url>,
    pub client: &'s Arc<dyn HttpClient>,
    /// Measures the timeouts and retries of calls.
    pub clock: &'s Arc<dyn Clock>,
    /// The registry whose ledger names the tools.
    pub registry: &'s ToolRegistry,
    /// In ms since 1970.
    pub now: u64,
}

impl<'s> ConversionContext<'s> {
    /// What server URLs are resolved with.
    pub fn server_context(&self) -> ServerContext<'s> {
        ServerContext { base_url: self.options.base_url.as_ref(), location: self.location }
    }

    /// The longest definition of a tool, in bytes: the load's option, else the registry's.
    pub fn definition_bytes(&self) -> usize {
        self.options.definition_bytes.unwrap_or_else(|| self.registry.definition_bytes())
    }
}
