//! Auth context: one call, its API and its deadline, as authentication needs them.

use std::time::Duration;

use http::HeaderMap;
use url::Url;

use super::token::TokenError;
use crate::clock::Deadline;
use crate::error::Error;
use crate::http::{HttpClient, Reach};
use crate::tool::ToolCall;

/// One call that is about to be sent, and where to.
pub struct AuthContext<'t> {
    /// The call.
    pub call: &'t ToolCall,
    /// The base URL of its API.
    pub url: &'t Url,
    /// The headers of every call of the source.
    pub headers: &'t HeaderMap,
    /// The servers that the call may reach.
    pub reach: Reach,
    /// Sends token requests.
    pub client: &'t dyn HttpClient,
    /// The deadline of token requests and the call together.
    pub deadline: Deadline,
}

impl AuthContext<'_> {
    /// The error of a call whose deadline has passed.
    pub fn timeout_error(&self) -> Error {
        let timeout_ms = u64::try_from(self.call.timeout.as_millis()).unwrap_or(u64::MAX);
        Error::Timeout { tool: self.call.tool.clone(), timeout_ms }
    }

    /// The time until the deadline; zero where it has passed.
    pub fn time_left(&self) -> Duration {
        self.deadline.time_left()
    }

    /// The time until the deadline, for a token request.
    ///
    /// # Errors
    /// [`TokenError::TimedOut`] where it has passed.
    pub(super) fn require_time_left(&self) -> Result<Duration, TokenError> {
        Some(self.time_left()).filter(|left| !left.is_zero()).ok_or(TokenError::TimedOut)
    }
}
