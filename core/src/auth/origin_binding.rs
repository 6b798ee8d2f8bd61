//! Origin binding: the origins to which the credentials of a source may be sent.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use url::Url;

/// The origin of a URL as text, for comparison and messages.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The origins of an API at its load. They are set once: a reload does not change them, but a new load has a new
/// binding.
///
/// Without the binding, a changed document could name another server, and that server would get the credentials.
#[derive(Debug, Default)]
pub struct OriginBinding {
    origins: OnceLock<BoundOrigins>,
    /// Whether the caller has not seen the document, as in a directory: then its origins are not trusted.
    is_unseen: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct BoundOrigins {
    /// The origin of the API.
    api: Option<String>,
    /// The origins of all its operations.
    operations: BTreeSet<String>,
    /// The origins of its token endpoints.
    endpoints: BTreeSet<String>,
}

impl OriginBinding {
    /// A binding of a document that the caller has not seen: it allows no origin.
    pub fn for_unseen_document() -> Self {
        Self { is_unseen: true, ..Self::default() }
    }

    /// Binds to the origins of the API, of its operations and of its token endpoints. Only the first call counts.
    pub fn bind<'u>(
        &self,
        api: Option<&Url>,
        operations: impl Iterator<Item = &'u Url>,
        endpoints: impl Iterator<Item = &'u Url>,
    ) {
        self.origins.get_or_init(|| BoundOrigins {
            api: api.map(origin),
            operations: operations.map(origin).collect(),
            endpoints: endpoints.map(origin).collect(),
        });
    }

    /// The origin of the API.
    pub(super) fn api(&self) -> Option<&str> {
        self.origins.get()?.api.as_deref()
    }

    /// Whether credentials may be sent to an origin.
    pub(super) fn allows_credentials(&self, to: &str) -> bool {
        !self.is_unseen && self.api() == Some(to)
    }

    /// Whether the caller's headers may be sent to an origin. An operation without a document has no binding.
    pub(super) fn allows_headers(&self, to: &str) -> bool {
        self.origins
            .get()
            .is_none_or(|origins| origins.operations.contains(to) || origins.api.as_deref() == Some(to))
    }

    /// Whether token requests may be sent to an origin.
    pub(super) fn allows_token_requests(&self, to: &str) -> bool {
        let is_known = self.origins.get().is_some_and(|origins| origins.endpoints.contains(to));
        !self.is_unseen && (is_known || self.api() == Some(to))
    }

    /// Whether another binding has the same origins.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.is_unseen == other.is_unseen && self.origins.get() == other.origins.get()
    }
}
