//! What is shown to an API: which of its schemes, with which credentials, and to whom.
//!
//! A document says what it wants ([`Demands`]), a caller what there is ([`Credentials`]), and a [`Pass`] of both puts it on
//! each request. The choice is made before anything is sent. A [`Bond`] holds the origin that the API had when its document
//! was loaded: one that names another one later gets none. Whatever an API answers goes through a
//! [`Redaction`], so that a credential that it echoes reaches no model and no log.
//!
//! Limits: mutual TLS, HTTP schemes beside Basic and Bearer, and flows that ask a user in a browser are refused with their
//! name; a refresh token that a server replaces is kept in memory alone.

mod bond;
mod credential;
mod credentials;
mod demand;
mod discovery;
mod given;
mod grant;
mod json_redaction;
mod masked;
mod pass;
mod place;
mod redaction;
mod said;
mod secret;
mod shown;
mod tokens;
mod trip;
mod unescaped;

pub use bond::Bond;
pub use credential::Function;
pub use credentials::{Credentials, may_be_credential};
pub use demand::{Demand, Demands, Lack, Refusal};
pub(crate) use masked::Mask;
pub use pass::Pass;
pub use redaction::Redaction;
pub use secret::Secret;
pub(crate) use shown::Shown;
pub use tokens::Clock;
pub(crate) use trip::Trip;
