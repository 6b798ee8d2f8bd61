//! Authentication of calls: credentials, token endpoints (OAuth 2.0 client credentials and refresh tokens), origin
//! binding, redaction of secrets.
//!
//! A document names security schemes, and the caller has the credentials. Neither a model nor a log may see them, and
//! no other server may get them. [`AuthRequirements`] are the schemes of an operation, [`Credentials`] are what the
//! caller gives, and an [`Authenticator`] of both adds the credentials to each request. A token from a token endpoint
//! is cached until shortly before it expires; parallel calls share one token request. An [`OriginBinding`] keeps the
//! origin that the API had at the load: a reload that names another origin gets no credentials. [`SecretRedactor`] removes
//! secrets from every result and error, because servers echo what they get:
//!
//! ```
//! use toolrack_core::auth::SecretRedactor;
//!
//! let redactor = SecretRedactor::new(["correct horse"]);
//! assert_eq!(redactor.redact_text("got correct%20horse"), "got [redacted]");
//! // Base64, as HTTP Basic sends it.
//! assert!(redactor.redact_text("Basic YWRhOmNvcnJlY3QgaG9yc2U=").contains("[redacted]"));
//! ```
//!
//! Limits: mutual TLS, HTTP schemes beside Basic and Bearer, and flows with a browser are refused by name. A refresh
//! token that a server replaces is kept in memory alone. Secrets below 8 bytes are not redacted.

mod applied_credential;
mod auth_context;
mod authenticator;
mod callback_answer;
mod credential;
mod options;
mod origin_binding;
mod redaction;
mod requirement;
mod secret;
mod source_credentials;
mod token;

pub(crate) use applied_credential::AppliedCredentials;
pub(crate) use auth_context::AuthContext;
pub use authenticator::Authenticator;
pub use credential::CredentialFunction;
pub use origin_binding::OriginBinding;
pub(crate) use redaction::CallRedaction;
pub use redaction::SecretRedactor;
pub use requirement::{AuthRefusal, AuthRequirement, AuthRequirements, CredentialOption, MissingCredential};
pub use secret::Secret;
pub use source_credentials::{Credentials, may_be_credential};
