//! Operations whose security requirement has no credential: the report notes them (`AUTH_NOT_CONFIGURED`), and their calls
//! fail before anything is sent.
//!
//! A load without `auth` may authenticate in another way: a header that may be a credential, a user or a query in `baseUrl`,
//! a fixed argument where an API key goes, a `fetch` of its own. Which scheme that is for cannot be known, so each of them
//! counts for all schemes. If a load has the option `auth`, only its credentials count.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::Value;
use url::Url;

use super::credential_arguments::is_sent_by;
use super::options::ConversionOptions;
use crate::auth::{AuthRefusal, AuthRequirements, MissingCredential, may_be_credential};
use crate::http::HttpClient;
use crate::json::HashMap;
use crate::schema::{Note, kind};
use crate::spec::{ArgumentLocation, Document, SecurityAlternatives, SecuritySchemes};
use crate::tool::SecurityRequirement;

/// Checks the security requirements of a load. Operations with the same requirement share one [`OperationAuthentication`].
pub struct AuthenticationCheck<'r, 'a> {
    document: &'r Document<'a>,
    schemes: &'r SecuritySchemes,
    options: &'r ConversionOptions,
    client: &'r dyn HttpClient,
    /// By the address of the requirement in memory. The key's `Arc` is kept, so that no other one gets the same address.
    known: HashMap<*const Vec<SecurityRequirement>, (SecurityAlternatives, Arc<OperationAuthentication>)>,
}

/// The security requirement of operations, and the credentials that the load lacks for it.
pub struct OperationAuthentication {
    pub requirements: AuthRequirements,
    /// A note for each scheme without a credential.
    pub notes: Vec<Note>,
    /// The error of each call.
    pub refusal: Option<Arc<AuthRefusal>>,
}

impl<'r, 'a> AuthenticationCheck<'r, 'a> {
    pub fn new(
        document: &'r Document<'a>,
        schemes: &'r SecuritySchemes,
        options: &'r ConversionOptions,
        client: &'r dyn HttpClient,
    ) -> Self {
        Self { document, schemes, options, client, known: HashMap::default() }
    }

    /// The check of one requirement.
    pub fn check(&mut self, security: &SecurityAlternatives) -> Arc<OperationAuthentication> {
        let address = Arc::as_ptr(security).cast();
        if let Some((_, known)) = self.known.get(&address) {
            return Arc::clone(known);
        }
        let requirement = Arc::new(self.resolve(security));
        self.known.insert(address, (Arc::clone(security), Arc::clone(&requirement)));
        requirement
    }

    fn resolve(&self, security: &SecurityAlternatives) -> OperationAuthentication {
        let (requirements, auth) = (AuthRequirements::resolve(security, self.schemes), &self.options.auth);
        let no_headers = HeaderMap::new();
        let headers = if auth.is_given() { &self.options.headers } else { &no_headers };
        let missing = requirements.lacking(auth, headers);
        let notes = missing.iter().map(|credential| missing_note(self.document, credential)).collect();
        OperationAuthentication { requirements, notes, refusal: AuthRefusal::of_load(&missing).map(Arc::new) }
    }

    /// Whether calls may be authenticated by something else than `auth`, or go out without a credential.
    pub fn is_answered(
        &self,
        requirement: &OperationAuthentication,
        base: Option<&Url>,
        fixed: &[(ArgumentLocation, Value)],
    ) -> bool {
        let (options, auth) = (self.options, &self.options.auth);
        if auth.is_given() {
            return false;
        }
        auth.is_off()
            || self.client.may_authenticate()
            || options.headers.keys().any(may_be_credential)
            || base.is_some_and(|base| !base.username().is_empty() || base.password().is_some())
            || options
                .base_url
                .as_ref()
                .is_some_and(|base| base.query().is_some_and(|query| !query.is_empty()))
            || fixed.iter().any(|(location, _)| {
                requirement.requirements.all().any(|one| is_sent_by(&one.scheme, location))
            })
    }
}

/// The note of a scheme without a credential.
fn missing_note(document: &Document<'_>, missing: &MissingCredential) -> Note {
    let MissingCredential { scheme, reason, .. } = missing;
    let message =
        format!("\"{}\" {reason}; calls fail with AUTH_FAILED: {}", scheme.escape_debug(), missing.advice());
    Note::new(kind::AUTH_NOT_CONFIGURED, document.scheme_pointer(scheme), message)
}
