//! Access tokens of OAuth 2.0: discovery of the token endpoint, token requests, and the token cache.
//!
//! Parallel calls that need the same token share one token request: see `token_cache.rs`.

mod discovery;
mod token_cache;
mod token_endpoint;
mod token_request;

pub use discovery::discover_endpoint;
pub use token_cache::{AccessToken, TokenCache, TokenError};
pub use token_endpoint::{DocumentedEndpoint, TokenEndpoint, documented_endpoint};
pub use token_request::{TokenRequest, TokenRequestSender};
