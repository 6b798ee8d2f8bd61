//! One call on its way to its API.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;
use url::Url;

use super::token::TokenError;
use crate::error::Error;
use crate::http::{HttpClient, Reach};
use crate::tool::ToolCall;

/// A time that no call is over, for one that may take longer than can be counted.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// One call on its way to its API.
pub struct CallAttempt<'t> {
    /// The call.
    pub call: &'t ToolCall,
    /// Where it goes.
    pub url: &'t Url,
    /// What goes with every call of the source.
    pub headers: &'t HeaderMap,
    /// Which servers it may be on.
    pub reach: Reach,
    /// Asks token endpoints.
    pub client: &'t dyn HttpClient,
    /// When its time is up.
    pub deadline: Instant,
}

impl<'t> CallAttempt<'t> {
    /// A call that begins now.
    pub fn new(
        call: &'t ToolCall,
        url: &'t Url,
        headers: &'t HeaderMap,
        reach: Reach,
        client: &'t dyn HttpClient,
    ) -> Self {
        let now = Instant::now();
        let deadline = now.checked_add(call.timeout).unwrap_or(now + LONGEST);
        Self { call, url, headers, reach, client, deadline }
    }

    /// The error of a call whose time is up.
    pub fn late(&self) -> Error {
        let timeout_ms = u64::try_from(self.call.timeout.as_millis()).unwrap_or(u64::MAX);
        Error::Timeout { tool: self.call.tool.clone(), timeout_ms }
    }

    /// How much of its time is left.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The same for whoever needs some.
    pub(super) fn some_left(&self) -> Result<Duration, TokenError> {
        Some(self.left()).filter(|left| !left.is_zero()).ok_or(TokenError::TimedOut)
    }
}
