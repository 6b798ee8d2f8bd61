//! Where an API is, and each of its operations.

use url::Url;

use super::conversion::Shared;
use super::report::Notes;
use crate::schema::{Note, kind};
use crate::spec::Document;

/// Where the API is: as the options say, or the document's first server, relative to where the document was read.
pub fn base_url(document: &Document<'_>, shared: &Shared<'_>, notes: &mut Notes) -> Option<Url> {
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

/// Where an operation is: where it says itself, unless the caller says it of all.
pub fn own_base(server: Option<&str>, common: Option<&Url>, shared: &Shared<'_>) -> Option<Url> {
    let own = server.filter(|_| shared.options.base_url.is_none());
    own.and_then(|server| absolute(server, common.or(shared.location))).or_else(|| common.cloned())
}
