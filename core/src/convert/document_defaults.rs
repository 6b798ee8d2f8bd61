//! What all tools of a document share: source, version, server and security schemes; and notes on the document itself.

use std::borrow::Cow;

use url::Url;

use super::conversion_context::ConversionContext;
use super::server_address::ApiServer;
use crate::error::{Error, Result};
use crate::registry::Origin;
use crate::schema::{Note, kind};
use crate::spec::{Document, SecuritySchemes};
use crate::tool::Version;
use crate::unicode::{HiddenUnicode, strip_hidden};

/// What all tools of a document share.
pub struct DocumentDefaults {
    pub origin: Origin,
    /// The option `version`, else the document's.
    pub version: Option<String>,
    pub tool_version: Option<Version>,
    /// The server of the document, where it is known.
    pub base: Option<Url>,
    pub schemes: SecuritySchemes,
    /// Notes on the document.
    pub notes: Vec<Note>,
    /// The note that calls have no server. It counts where an operation has no server of its own.
    pub missing_server: Option<Note>,
}

impl DocumentDefaults {
    /// Resolves the defaults of a document.
    pub fn resolve(document: &Document<'_>, context: &ConversionContext<'_>) -> Self {
        let options = context.options;
        let version = options.version.clone().or_else(|| document_version(document));
        let ApiServer { base, unusable, missing } = ApiServer::resolve(document, &context.server_context());
        let schemes = document.schemes(context.location);
        let unused_schemes = options.auth.schemes().filter(|name| !schemes.contains_key(*name)).map(|name| {
            let name = name.escape_debug();
            let message = format!("the document has no security scheme \"{name}\"; {}", declared(&schemes));
            Note::new(kind::AUTH_UNUSED, "", message)
        });
        let webhooks = document.webhooks().into_iter().map(|(name, pointer)| {
            let message = format!("\"{name}\" is a request that the API sends; it becomes no tool");
            Note::new(kind::OAS_WEBHOOK_SKIPPED, pointer, message)
        });
        let notes = unusable.into_iter().chain(unused_schemes).chain(webhooks).collect();
        Self {
            origin: Origin {
                source: context.source.into(),
                namespace: options.namespace.as_deref().map(Into::into),
            },
            tool_version: version.as_deref().map(Version::new),
            version,
            base,
            schemes,
            notes,
            missing_server: missing,
        }
    }
}

/// The document's version, without hidden Unicode characters unless the load keeps them.
fn document_version(document: &Document<'_>) -> Option<String> {
    let version = document.version()?;
    let version = match document.library().hidden_unicode() {
        HiddenUnicode::Strip => strip_hidden(version),
        HiddenUnicode::Flag | HiddenUnicode::Keep => Cow::Borrowed(version),
    };
    Some(version.into_owned())
}

fn declared(schemes: &SecuritySchemes) -> String {
    let names: Vec<String> = schemes.keys().map(|name| format!("\"{}\"", name.escape_debug())).collect();
    if names.is_empty() { "it declares none".to_owned() } else { format!("it declares {}", names.join(", ")) }
}

/// The note of a document without `paths`.
///
/// # Errors
/// `INVALID_SPEC` where the source has tools: such a document must not remove them. The first half of a YAML file is often
/// a valid document without paths.
pub fn check_paths(document: &Document<'_>, context: &ConversionContext<'_>) -> Result<Option<Note>> {
    if document.has_paths() {
        return Ok(None);
    }
    let tools = context.registry.snapshot().tools_of(context.source).count();
    if tools == 0 {
        let message = "the document has no paths and makes no tools; add operations below \"paths\"";
        return Ok(Some(Note::new(kind::NO_PATHS, "", message)));
    }
    let reason = format!("the document has no paths; to remove all {tools} tools, write \"paths: {{}}\"");
    Err(Error::InvalidSpec { pointer: "/paths".to_owned(), reason })
}
