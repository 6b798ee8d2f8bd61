//! Access tokens of OAuth 2.0: where a token endpoint is, how it is asked, and the cache of what it gave.

mod discovery;
mod token_cache;
mod token_endpoint;
mod token_request;

pub use discovery::discover;
pub use token_cache::{AccessToken, TokenCache, TokenError, UnixClock};
pub use token_endpoint::{DocumentedEndpoint, TokenEndpoint, documented_endpoint};
pub use token_request::{TokenRequest, TokenRequestSender};
