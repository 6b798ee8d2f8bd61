//! A document's operations as tools.

use std::sync::Arc;

use http::Method;
use url::Url;

use super::options::{Deprecated, LoadOptions};
use super::report::{Excluded, Notes, ReportNote, SkippedOperation};
use crate::error::{Error, Result};
use crate::exec::{Endpoint, HttpOperation};
use crate::http::HttpClient;
use crate::registry::{Draft, Identity, ToolRegistry};
use crate::schema::{Note, Schema, kind};
use crate::spec::{Document, Operation, OperationReader, OperationSite};
use crate::tool::{Annotations, CONTEXT_KEYS, Origin, RegisteredTool, ToolDefinition, Version};

/// What a document's operations became.
pub struct Conversion {
    pub version: Option<String>,
    pub operations: usize,
    pub tools: Vec<(RegisteredTool, Site)>,
    pub skipped: Vec<SkippedOperation>,
    pub excluded: Excluded,
    pub notes: Vec<ReportNote>,
}

/// Where the operation of a tool stands.
pub struct Site {
    pub tool: String,
    pub id: Option<String>,
    pub method: String,
    pub path: String,
    pub pointer: String,
}

/// What all tools of a document have in common.
pub struct Shared<'s> {
    pub options: &'s LoadOptions,
    pub source: &'s str,
    /// Where the document was read, for servers that are relative to it.
    pub location: Option<&'s Url>,
    pub client: &'s Arc<dyn HttpClient>,
    /// Whose ledger names the tools.
    pub registry: &'s ToolRegistry,
    pub now: u64,
}

/// Makes a tool of every operation that can be one. All that can are read before the first is named, so that names do not
/// depend on the order of the document. `oddities` is what the reading had to change.
pub fn convert(
    document: &Document<'_>,
    oddities: &[Note],
    shared: &Shared<'_>,
) -> Result<(Conversion, Draft)> {
    let options = shared.options;
    let sites = document.operations();
    if sites.len() > options.limits.operations {
        return Err(Error::LimitExceeded { what: "number of operations", limit: options.limits.operations });
    }
    let reader = OperationReader::new(document, options.arguments);
    let version = options.version.clone().or_else(|| document.info("version").map(ToOwned::to_owned));
    let mut notes = Notes::default();
    for note in oddities {
        notes.add(note.clone(), None);
    }
    let common = Common {
        origin: Origin {
            source: shared.source.into(),
            namespace: options.namespace.as_deref().map(Into::into),
        },
        version: version.as_deref().map(Version::new),
        base: base_url(document, shared, &mut notes),
    };
    for (name, pointer) in document.webhooks() {
        let message = format!("\"{name}\" is a request that the API sends");
        notes.add(Note::new(kind::OAS_WEBHOOK_SKIPPED, pointer, message), None);
    }
    let mut conversion = Conversion {
        version,
        operations: sites.len(),
        tools: Vec::with_capacity(sites.len()),
        skipped: Vec::new(),
        excluded: Excluded::default(),
        notes: Vec::new(),
    };
    let mut read = Vec::with_capacity(sites.len());
    for site in sites {
        let site = match site {
            Ok(site) => site,
            Err(none) => {
                let pointer = none.error.pointer().to_owned();
                let skipped = SkippedOperation::new(None, &none.method, &none.path, &pointer, &none.error);
                conversion.skipped.push(skipped);
                continue;
            }
        };
        if site.is_deprecated() && options.deprecated == Deprecated::Skip {
            conversion.excluded.deprecated += 1;
            continue;
        }
        match reader.read(&site).and_then(|operation| Ok((method(&site)?, operation))) {
            Ok((method, operation)) => read.push((site, method, operation)),
            Err(error) => {
                let id = site.id().map(ToOwned::to_owned);
                let skipped = SkippedOperation::new(id, &site.method, &site.path, &site.pointer, &error);
                conversion.skipped.push(skipped);
            }
        }
    }
    let identities = read.iter().map(|(site, _, operation)| Identity {
        path: site.path.clone(),
        method: site.method.clone(),
        id: operation.id.clone(),
    });
    let names = shared.registry.draft(shared.source, options.namespace.as_deref(), identities);
    for ((site, method, operation), name) in read.into_iter().zip(names.names()) {
        let (tool, own) = tool(operation, method, name, &site, &common, shared);
        for note in own {
            notes.add(note, Some(name));
        }
        let (tool_name, id) = (name.to_owned(), site.id().map(ToOwned::to_owned));
        let site = Site { tool: tool_name, id, method: site.method, path: site.path, pointer: site.pointer };
        conversion.tools.push((tool, site));
    }
    conversion.notes = notes.finish();
    Ok((conversion, names))
}

struct Common {
    origin: Origin,
    version: Option<Version>,
    base: Option<Url>,
}

fn method(site: &OperationSite<'_>) -> Result<Method> {
    Method::from_bytes(site.method.as_bytes()).map_err(|_| Error::InvalidSpec {
        pointer: site.pointer.clone(),
        reason: format!("\"{}\" is no HTTP method", site.method.escape_debug()),
    })
}

fn tool(
    operation: Operation,
    method: Method,
    name: &str,
    site: &OperationSite<'_>,
    common: &Common,
    shared: &Shared<'_>,
) -> (RegisteredTool, Vec<Note>) {
    let options = shared.options;
    let mut tags = operation.tags;
    let category = options.category.clone().or_else(|| tags.first().cloned());
    tags.extend(options.tags.iter().filter(|tag| !tags.contains(tag)).cloned().collect::<Vec<_>>());
    let definition = ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: operation.description,
        category,
        tags,
        input_schema: Schema::of_arguments(operation.arguments.properties, operation.arguments.definitions),
        version: common.version.clone(),
        requires_auth: false,
        rate_limit: None,
        deprecated: site.is_deprecated(),
        annotations: annotations(&method),
    };
    let mut notes = operation.notes;
    let own_base = operation.server.filter(|_| options.base_url.is_none());
    let base = own_base.and_then(|server| absolute(&server, common.base.as_ref().or(shared.location)));
    let endpoint = Endpoint {
        method,
        template: operation.template,
        arguments: operation.arguments.map,
        fixed: Vec::new(),
        body: operation.arguments.body,
    };
    let client = Arc::clone(shared.client);
    let base = base.or_else(|| common.base.clone());
    let executor = HttpOperation::new(endpoint, base, Arc::clone(&options.headers), client);
    let tool = RegisteredTool::new(definition, Arc::new(executor), common.origin.clone(), shared.now);
    for (key, _) in CONTEXT_KEYS.iter().zip(tool.own_context_keys()).filter(|(_, own)| *own) {
        let message = format!(
            "\"{key}\" is an argument of this tool; its caller's identity comes from the context alone"
        );
        notes.push(Note::new(kind::CONTEXT_KEY_IS_ARGUMENT, site.pointer.as_str(), message));
    }
    (tool, notes)
}

/// What a method promises. Source: RFC 9110, sections 9.2.1 and 9.2.2.
fn annotations(method: &Method) -> Annotations {
    let safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    let idempotent = safe || matches!(*method, Method::PUT | Method::DELETE);
    Annotations {
        read_only_hint: Some(safe),
        destructive_hint: Some(*method == Method::DELETE),
        idempotent_hint: Some(idempotent),
        open_world_hint: Some(true),
    }
}

/// Where the API is: as the options say, or the document's first server, relative to where the document was read.
fn base_url(document: &Document<'_>, shared: &Shared<'_>, notes: &mut Notes) -> Option<Url> {
    if let Some(given) = &shared.options.base_url {
        return Some(given.clone());
    }
    let server = document.server().unwrap_or_else(|error| {
        let message = format!("{error}; calls need the option baseUrl");
        notes.add(Note::new(kind::SERVER_UNUSABLE, error.pointer(), message), None);
        None
    });
    absolute(server.as_deref().unwrap_or("/"), shared.location)
}

/// An address of an API, which may be relative to another one.
fn absolute(server: &str, location: Option<&Url>) -> Option<Url> {
    let url = match location {
        Some(location) => location.join(server).ok()?,
        None => Url::parse(server).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then_some(url)
}
