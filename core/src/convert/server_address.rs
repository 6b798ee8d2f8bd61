//! The server of an API and of each operation: base URL, relative servers, and notes on servers that cannot be used.

use url::Url;

use crate::error::excerpt;
use crate::json::pointer;
use crate::schema::{Note, kind};
use crate::spec::{Document, Operation, OperationSite};

/// The advice where calls have no server.
const ADVICE: &str = "set the option baseUrl";

/// What server URLs are resolved with.
pub struct ServerContext<'s> {
    /// The option `baseUrl`.
    pub base_url: Option<&'s Url>,
    /// The document's address: relative servers are resolved against it.
    pub location: Option<&'s Url>,
}

/// The server of a document, and notes on it.
pub struct ApiServer {
    /// Its URL, where it is known.
    pub base: Option<Url>,
    /// Why the document's server cannot be used.
    pub unusable: Option<Note>,
    /// The note that calls have no server. It counts where an operation has no server of its own.
    pub missing: Option<Note>,
}

impl ApiServer {
    /// Resolves `baseUrl`, or else the document's first server.
    pub fn resolve(document: &Document<'_>, context: &ServerContext<'_>) -> Self {
        if let Some(base_url) = context.base_url {
            return Self { base: Some(base_url.clone()), unusable: None, missing: None };
        }
        let (server, unusable) = match document.server() {
            Ok(server) => (server, None),
            Err(error) => {
                let message = format!("{error}; {ADVICE}");
                (None, Some(Note::new(kind::SERVER_UNUSABLE, error.pointer(), message)))
            }
        };
        let base = absolute_url(server.as_deref().unwrap_or("/"), context.location);
        let missing = base.is_none().then(|| {
            let reason = match (&server, &unusable) {
                (Some(server), _) => unusable_reason(server),
                (None, Some(_)) => "the document's server cannot be used".to_owned(),
                (None, None) => "the document names no server".to_owned(),
            };
            let keys = ["servers", "host", "basePath"];
            let root = document.root().node;
            let pointer = keys.iter().find(|key| root.get(key).is_some()).map(|key| pointer::push("", key));
            let pointer = pointer.unwrap_or_default();
            Note::new(kind::NO_SERVER, pointer, format!("{reason}; {ADVICE}"))
        });
        Self { base, unusable, missing }
    }
}

/// Why a server URL cannot be used.
fn unusable_reason(server: &str) -> String {
    let server_text = excerpt(server).escape_debug().to_string();
    match Url::parse(server) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            format!("the server \"{server_text}\" has no host")
        }
        Ok(_) => format!("the server \"{server_text}\" is neither http nor https"),
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            format!(
                "the server \"{server_text}\" is relative, and the document has no URL that it is relative to"
            )
        }
        Err(error) => format!("the server \"{server_text}\" is no URL: {error}"),
    }
}

/// A server URL made absolute; `None` where it is no `http` or `https` URL with a host.
fn absolute_url(server: &str, location: Option<&Url>) -> Option<Url> {
    let url = match location {
        Some(location) => location.join(server).ok()?,
        None => Url::parse(server).ok()?,
    };
    // A brace is a server variable without a value.
    let has_host = url.host_str().is_some_and(|host| !host.contains(['{', '}']));
    (matches!(url.scheme(), "http" | "https") && has_host).then_some(url)
}

/// The server of an operation. `baseUrl` counts first, then its own server, then `default`, the document's. A server of its
/// own that cannot be used gives a note.
pub fn resolve_server(
    operation: &Operation,
    site: &OperationSite<'_>,
    default: Option<&Url>,
    context: &ServerContext<'_>,
) -> (Option<Url>, Option<Note>) {
    let own = operation.server.as_deref().filter(|_| context.base_url.is_none());
    let Some(server) = own else { return (default.cloned(), None) };
    if let Some(base) = absolute_url(server, default.or(context.location)) {
        return (Some(base), None);
    }
    let consequence = default.map_or(ADVICE, |_| "calls go to the document's server");
    let message = format!("{}; {consequence}", unusable_reason(server));
    (default.cloned(), Some(Note::new(kind::NO_SERVER, &*site.pointer, message)))
}
