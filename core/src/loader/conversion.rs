//! A document's operations as tools.

use std::sync::Arc;

use http::Method;
use url::Url;

use super::names::{Identity, Names};
use super::options::{Deprecated, LoadOptions};
use super::report::{Excluded, SkippedOperation, ToolNote};
use crate::error::{Error, Result};
use crate::exec::{Endpoint, HttpOperation};
use crate::http::HttpClient;
use crate::json::Node;
use crate::schema::{Note, Schema};
use crate::spec::{Document, Operation, OperationReader, OperationSite, id_of};
use crate::tool::{Annotations, CONTEXT_KEYS, Origin, RegisteredTool, ToolDefinition, Version};

/// What a document's operations became.
pub struct Conversion {
    pub version: Option<String>,
    pub operations: usize,
    pub tools: Vec<(RegisteredTool, Site)>,
    pub skipped: Vec<SkippedOperation>,
    pub excluded: Excluded,
    pub notes: Vec<ToolNote>,
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
    pub now: u64,
}

/// Makes a tool of every operation that can be one.
pub fn convert(document: &Document<'_, '_>, shared: &Shared<'_>, names: &mut Names) -> Conversion {
    let reader = OperationReader::new(document);
    let version = shared.options.version.clone().or_else(|| document.info("version").map(ToOwned::to_owned));
    let common = Common {
        origin: Origin {
            source: shared.source.into(),
            namespace: shared.options.namespace.as_deref().map(Into::into),
        },
        version: version.as_deref().map(Version::new),
        base: base_url(document, shared),
    };
    let sites = document.operations();
    let mut conversion = Conversion {
        version,
        operations: sites.len(),
        tools: Vec::with_capacity(sites.len()),
        skipped: Vec::new(),
        excluded: Excluded::default(),
        notes: Vec::new(),
    };
    for site in sites {
        match site {
            Err((path, error)) => {
                conversion.skipped.push(SkippedOperation::new(None, "*", &path, error.pointer(), &error));
            }
            Ok(site) if is_deprecated(&site) && shared.options.deprecated == Deprecated::Skip => {
                conversion.excluded.deprecated += 1;
            }
            Ok(site) => match reader
                .read(&site)
                .and_then(|operation| tool(operation, &site, &common, shared, names))
            {
                Ok((tool, notes)) => {
                    let name = tool.name().to_owned();
                    conversion
                        .notes
                        .extend(notes.into_iter().map(|note| ToolNote { tool: name.clone(), note }));
                    let id = id_of(&site);
                    let site =
                        Site { tool: name, id, method: site.method, path: site.path, pointer: site.pointer };
                    conversion.tools.push((tool, site));
                }
                Err(error) => {
                    let skipped =
                        SkippedOperation::new(id_of(&site), &site.method, &site.path, &site.pointer, &error);
                    conversion.skipped.push(skipped);
                }
            },
        }
    }
    conversion
}

struct Common {
    origin: Origin,
    version: Option<Version>,
    base: Option<Url>,
}

fn tool(
    operation: Operation,
    site: &OperationSite<'_, '_>,
    common: &Common,
    shared: &Shared<'_>,
    names: &mut Names,
) -> Result<(RegisteredTool, Vec<Note>)> {
    let options = shared.options;
    let identity = Identity { method: operation.method.clone(), path: site.path.clone(), id: operation.id };
    let method = Method::from_bytes(operation.method.as_bytes()).map_err(|_| Error::InvalidSpec {
        pointer: site.pointer.clone(),
        reason: "is no HTTP method".to_owned(),
    })?;
    let schema = operation.arguments.schema;
    let mut tags = operation.tags;
    let category = options.category.clone().or_else(|| tags.first().cloned());
    tags.extend(options.tags.iter().filter(|tag| !tags.contains(tag)).cloned().collect::<Vec<_>>());
    let definition = ToolDefinition {
        name: names.of(&identity, options.namespace.as_deref()),
        title: None,
        description: operation.description,
        category,
        tags,
        input_schema: Schema::new(&schema),
        version: common.version.clone(),
        requires_auth: false,
        rate_limit: None,
        deprecated: is_deprecated(site),
        annotations: annotations(&method),
    };
    let mut notes = operation.notes;
    let endpoint = Endpoint {
        method,
        template: operation.template,
        arguments: operation.arguments.map,
        media_type: operation.media_type,
        body_required: operation.body_required,
    };
    let client = Arc::clone(shared.client);
    let executor = HttpOperation::new(endpoint, common.base.clone(), Arc::clone(&options.headers), client);
    let tool = RegisteredTool::with_schema(
        definition,
        &schema,
        Arc::new(executor),
        common.origin.clone(),
        shared.now,
    );
    for (key, _) in CONTEXT_KEYS.iter().zip(tool.own_context_keys()).filter(|(_, own)| *own) {
        let message = format!(
            "\"{key}\" is an argument of this tool; its caller's identity comes from the context alone"
        );
        notes.push(Note { code: "CONTEXT_KEY_IS_ARGUMENT", pointer: site.pointer.clone(), message });
    }
    Ok((tool, notes))
}

fn is_deprecated(site: &OperationSite<'_, '_>) -> bool {
    site.node.get("deprecated").and_then(Node::as_bool) == Some(true)
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
fn base_url(document: &Document<'_, '_>, shared: &Shared<'_>) -> Option<Url> {
    let given = shared.options.base_url.clone();
    given.or_else(|| {
        let server = document.server().or_else(|| shared.location.map(|_| "/".to_owned()))?;
        let url = match shared.location {
            Some(location) => location.join(&server).ok()?,
            None => Url::parse(&server).ok()?,
        };
        (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then_some(url)
    })
}
