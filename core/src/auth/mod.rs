//! What is shown to an API: which of its schemes, with which credentials, and to whom.
//!
//! A document says what it wants ([`AuthRequirements`]), a caller what there is ([`Credentials`]), and a [`Authenticator`] of both puts it on
//! each request. The choice is made before anything is sent. A [`OriginBinding`] holds the origin that the API had when its document
//! was loaded: one that names another one later gets none. Whatever an API answers goes through a
//! [`Redaction`], so that a credential that it echoes reaches no model and no log.
//!
//! Limits: mutual TLS, HTTP schemes beside Basic and Bearer, and flows that ask a user in a browser are refused with their
//! name; a refresh token that a server replaces is kept in memory alone.

mod applied_credential;
mod authenticator;
mod call_attempt;
mod callback_answer;
mod credential;
mod credentials;
mod options;
mod origin_binding;
mod redaction;
mod requirement;
mod secret;
mod token;

pub(crate) use applied_credential::AppliedCredentials;
pub use authenticator::Authenticator;
pub(crate) use call_attempt::CallAttempt;
pub use credential::CredentialFunction;
pub use credentials::{Credentials, may_be_credential};
pub use origin_binding::OriginBinding;
pub(crate) use redaction::CallRedaction;
pub use redaction::Redaction;
pub use requirement::{AuthRefusal, AuthRequirement, AuthRequirements, MissingCredential};
pub use secret::Secret;
pub use token::UnixClock;
