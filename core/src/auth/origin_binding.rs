//! The origins that a source may show its credentials to.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use url::Url;

/// An origin as it is compared and shown.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Where an API was when its document was loaded. It is written once: what a reload brings changes nothing of it, and whoever
/// loads the document anew has a new one.
#[derive(Debug, Default)]
pub struct OriginBinding {
    origins: OnceLock<BoundOrigins>,
    /// Whether the document is one of many that the caller has not seen: then its own word says nothing.
    is_stranger: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct BoundOrigins {
    /// That of the API.
    api: Option<String>,
    /// Those of all its operations.
    operations: BTreeSet<String>,
    /// Those of its token endpoints.
    endpoints: BTreeSet<String>,
}

impl OriginBinding {
    /// One for a document whose word about where its API is counts for nothing.
    pub fn of_stranger() -> Self {
        Self { is_stranger: true, ..Self::default() }
    }

    /// Binds to where an API is, to where each of its operations is, and to where it says that tokens are got. Only the first
    /// time counts.
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

    /// Whether credentials may go there.
    pub(super) fn takes_credentials(&self, to: &str) -> bool {
        !self.is_stranger && self.api() == Some(to)
    }

    /// Whether the caller's own headers may. Nothing is known of an operation that no document was loaded for.
    pub(super) fn takes_headers(&self, to: &str) -> bool {
        self.origins
            .get()
            .is_none_or(|origins| origins.operations.contains(to) || origins.api.as_deref() == Some(to))
    }

    /// Whether tokens may be got there.
    pub(super) fn takes_clients(&self, to: &str) -> bool {
        let is_known = self.origins.get().is_some_and(|origins| origins.endpoints.contains(to));
        !self.is_stranger && (is_known || self.api() == Some(to))
    }

    /// Whether another one binds to the same.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.is_stranger == other.is_stranger && self.origins.get() == other.origins.get()
    }
}
