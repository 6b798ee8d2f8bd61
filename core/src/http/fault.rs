//! Why there is no answer.

use std::error::Error;
use std::time::Duration;

/// Why there is no complete answer. Reasons are one line and name the origin of the URL at most, for user, password,
/// path and query may hold credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpFault {
    /// The request is none that can be sent: a scheme other than `http` and `https`, for one. Nothing was sent.
    #[error("request cannot be sent: {reason}")]
    Unsendable {
        /// What is wrong with it.
        reason: String,
    },
    /// The request, or a redirect of it, leads where it may not go: see [`Reach::Public`](super::Reach::Public) and
    /// [`Redirects::Guarded`](super::Redirects::Guarded). Nothing was sent there.
    #[error("request is refused: {reason}")]
    Forbidden {
        /// The host, and why not; nothing else of the URL.
        reason: String,
    },
    /// No connection: the name is unknown, the port is closed, the certificate is not trusted. Nothing was sent.
    #[error("cannot connect to {reason}")]
    Unreachable {
        /// The origin, and what the system said.
        reason: String,
    },
    /// The origin failed so often that it is left alone: see [`CircuitBreakerClient`](super::CircuitBreakerClient). Nothing was sent.
    #[error("{origin} failed too often and is left alone for {} ms", .retry_after.as_millis())]
    CircuitOpen {
        /// The origin.
        origin: String,
        /// When it is tried again, from now.
        retry_after: Duration,
    },
    /// No complete answer in time. The server may have acted on the request.
    #[error("no complete answer within {} ms", .timeout.as_millis())]
    Timeout {
        /// The time that there was.
        timeout: Duration,
    },
    /// The body is longer than it may be; the rest of it was not read.
    #[error("answer is over the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The connection ended inside the answer, or what came is not HTTP or not what its `Content-Encoding` says. The
    /// server may have acted on the request.
    #[error("broken answer from {reason}")]
    Broken {
        /// The origin, and what was wrong.
        reason: String,
    },
}

/// The causes of an error in one line, outermost first, without those that only repeat what the fault itself says.
pub(super) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut line = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = one_line(cause);
        if !text.starts_with("client error (") && !line.ends_with(&text) {
            line = if line.is_empty() { text } else { format!("{line}: {text}") };
        }
        next = cause.source();
    }
    // The outermost says `error sending request`: of use only where nothing lies below it.
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
    fn the_deepest_cause_is_in_the_line() {
        let error =
            layers(&["error sending request", "client error (Connect)", "tcp connect error", "refused"]);
        assert_eq!(causes(&error), "tcp connect error: refused");
    }

    #[test]
    fn an_error_without_a_cause_speaks_for_itself() {
        assert_eq!(causes(&layers(&["builder error"])), "builder error");
    }

    #[test]
    fn a_cause_is_one_line_and_said_once() {
        assert_eq!(causes(&layers(&["outer", "bad\n  header", "bad header"])), "bad header");
    }
}
