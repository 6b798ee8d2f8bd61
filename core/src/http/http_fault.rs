//! HTTP faults: why a request has no complete response.

use std::error::Error;
use std::time::Duration;

/// Why a request has no complete response.
///
/// A reason is one line. It names at most the origin of the URL, because user, password, path and query can hold
/// credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpFault {
    /// The request is invalid, for example its scheme is not `http` or `https`. Nothing was sent.
    #[error("request cannot be sent: {reason}")]
    Unsendable {
        /// What is wrong with the request.
        reason: String,
    },
    /// The SSRF guard refused the request or its redirect: see [`Reach::Public`](super::Reach::Public) and
    /// [`Redirects::Guarded`](super::Redirects::Guarded). Nothing was sent to the refused host.
    #[error("request is refused: {reason}")]
    Forbidden {
        /// The host, and the rule that refuses it; nothing else of the URL.
        reason: String,
    },
    /// No connection: the name is unknown, the port is closed, or the certificate is not trusted. Nothing was sent.
    #[error("cannot connect to {reason}")]
    Unreachable {
        /// The origin, and the error of the system.
        reason: String,
    },
    /// The circuit of the origin is open: see [`CircuitBreakerClient`](super::CircuitBreakerClient). Nothing was sent.
    #[error("the circuit breaker of {origin} is open: try again in {} ms", .retry_after.as_millis())]
    CircuitOpen {
        /// The origin.
        origin: String,
        /// The time until the next request is sent.
        retry_after: Duration,
    },
    /// No complete response within the timeout. The server may have acted on the request.
    #[error("no complete response within {} ms", .timeout.as_millis())]
    Timeout {
        /// The timeout of the request.
        timeout: Duration,
    },
    /// The body is over its limit. The rest of it was not read.
    #[error("response body is over the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The connection ended within the response, the response is not HTTP, or its `Content-Encoding` is wrong. The
    /// server may have acted on the request.
    #[error("broken response from {reason}")]
    Broken {
        /// The origin, and what is wrong.
        reason: String,
    },
}

/// The causes of an error in one line, outermost first, without those that only repeat the fault.
pub(super) fn cause_chain(error: &(dyn Error + 'static)) -> String {
    let mut line = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = one_line(cause);
        if !text.starts_with("client error (") && !line.ends_with(&text) {
            line = if line.is_empty() { text } else { format!("{line}: {text}") };
        }
        next = cause.source();
    }
    // The outermost error says `error sending request`, which helps only where it has no cause.
    if line.is_empty() { one_line(error) } else { line }
}

fn one_line(error: &dyn Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct CauseLayer {
        text: &'static str,
        source: Option<Box<CauseLayer>>,
    }

    fn layers(texts: &[&'static str]) -> CauseLayer {
        let (text, rest) = texts.split_first().expect("at least one layer");
        CauseLayer { text, source: (!rest.is_empty()).then(|| Box::new(layers(rest))) }
    }

    #[test]
    fn a_chain_ends_with_the_deepest_cause() {
        let error =
            layers(&["error sending request", "client error (Connect)", "tcp connect error", "refused"]);
        assert_eq!(cause_chain(&error), "tcp connect error: refused");
    }

    #[test]
    fn an_error_without_a_cause_is_its_own_chain() {
        assert_eq!(cause_chain(&layers(&["builder error"])), "builder error");
    }

    #[test]
    fn a_cause_is_one_line_and_is_not_repeated() {
        assert_eq!(cause_chain(&layers(&["outer", "bad\n  header", "bad header"])), "bad header");
    }
}
