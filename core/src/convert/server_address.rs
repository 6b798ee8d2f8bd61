//! Where an API is, and each of its operations.

use url::Url;

use crate::error::excerpt;
use crate::json::pointer;
use crate::schema::{Note, kind};
use crate::spec::{Document, Operation, OperationSite};

/// What a caller can do where calls have no address.
const ADVICE: &str = "calls need the option baseUrl";

/// What is known of where an API is besides its document.
pub struct ServerContext<'k> {
    /// The caller's word for it.
    pub base_url: Option<&'k Url>,
    /// Where the document was read, for servers that are relative to it.
    pub location: Option<&'k Url>,
}

/// Where an API is, and what there is to say of that.
pub struct ApiServer {
    /// Where it is, where that is known.
    pub base: Option<Url>,
    /// Why what the document says cannot be used.
    pub unusable: Option<Note>,
    /// Says that calls have no address, to be told where any of them needs one.
    pub missing: Option<Note>,
}

impl ApiServer {
    /// As the caller says, or the document's first server, relative to where the document was read.
    pub fn of(document: &Document<'_>, known: &ServerContext<'_>) -> Self {
        if let Some(given) = known.base_url {
            return Self { base: Some(given.clone()), unusable: None, missing: None };
        }
        let (server, unusable) = match document.server() {
            Ok(server) => (server, None),
            Err(error) => {
                let message = format!("{error}; {ADVICE}");
                (None, Some(Note::new(kind::SERVER_UNUSABLE, error.pointer(), message)))
            }
        };
        let base = absolute(server.as_deref().unwrap_or("/"), known.location);
        let missing = base.is_none().then(|| {
            let reason = match (&server, &unusable) {
                (Some(server), _) => unfit(server),
                (None, Some(_)) => "the document's server is not usable".to_owned(),
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

/// Why a server that a document names is no address of an API.
fn unfit(server: &str) -> String {
    let shown = excerpt(server).escape_debug().to_string();
    match Url::parse(server) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            format!("the server \"{shown}\" has no host that can be asked")
        }
        Ok(_) => format!("the server \"{shown}\" is neither http nor https"),
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            format!("the server \"{shown}\" is relative, and the document has no address of the network")
        }
        Err(error) => format!("the server \"{shown}\" is no address: {error}"),
    }
}

/// An address of an API, which may be relative to another one.
fn absolute(server: &str, location: Option<&Url>) -> Option<Url> {
    let url = match location {
        Some(location) => location.join(server).ok()?,
        None => Url::parse(server).ok()?,
    };
    // A brace is what is left of a variable.
    let has_host = url.host_str().is_some_and(|host| !host.contains(['{', '}']));
    (matches!(url.scheme(), "http" | "https") && has_host).then_some(url)
}

/// Where an operation is: where it says itself, unless the caller says it of all. Where that cannot be used its calls go
/// where those of the document go, and a note says so.
pub fn of_operation(
    operation: &Operation,
    site: &OperationSite<'_>,
    common: Option<&Url>,
    known: &ServerContext<'_>,
) -> (Option<Url>, Option<Note>) {
    let own = operation.server.as_deref().filter(|_| known.base_url.is_none());
    let Some(server) = own else { return (common.cloned(), None) };
    if let Some(base) = absolute(server, common.or(known.location)) {
        return (Some(base), None);
    }
    let then = common.map_or(ADVICE, |_| "calls go to the document's server");
    let message = format!("{}; {then}", unfit(server));
    (common.cloned(), Some(Note::new(kind::NO_SERVER, &*site.pointer, message)))
}
