//! Limits of the circuit breaker of an origin.

/// Circuit breaker: when calls to a failing origin stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerLimits {
    /// The circuit never opens.
    Off,
    /// The circuit opens after `failures` in a row within `window_ms`, and stays open for `open_ms`.
    On {
        /// The number of failures.
        failures: u32,
        /// How far back failures count, in ms.
        window_ms: u64,
        /// How long the circuit stays open, in ms.
        open_ms: u64,
    },
}

impl Default for BreakerLimits {
    fn default() -> Self {
        Self::On { failures: 5, window_ms: 30_000, open_ms: 10_000 }
    }
}
