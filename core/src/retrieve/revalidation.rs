//! Revalidation of a polled document: the conditional request (`ETag`, `Last-Modified`), and the meaning of its answer.
//!
//! Pure: an answer comes in, a decision goes out. The room `watch` decides when to poll.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use url::Url;

use super::fetch::{FetchedDocument, document_from_response, document_request};
use super::validators::Validators;
use crate::error::{Error, Result};
use crate::http::{HttpFault, HttpRequest, HttpResponse, retry_after};

/// The outcome of one poll of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollOutcome {
    /// The server answered with the document, or that it has not changed.
    Answered,
    /// The server gave no usable answer.
    Failed {
        /// The wait that the server asks for (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// The source is unloaded, or has no address.
    Gone,
}

/// The meaning of a server's answer to a poll.
pub enum PollAnswer {
    /// The document has not changed (304).
    Unchanged,
    /// A document; its bytes may be the ones in use.
    Document(FetchedDocument),
    /// A 304 from another address than the one that gave the validators. The next request has no conditions.
    UnchangedElsewhere,
    /// The answer has no document. The duration is the server's `Retry-After`.
    Fault(Error, Option<Duration>),
}

/// The request of one poll.
#[derive(Clone, Copy)]
pub struct PollRequest<'r> {
    pub url: &'r Url,
    /// The validators of the last answer; `None` sends no conditions.
    pub validators: Option<&'r Validators>,
    pub max_bytes: usize,
    /// The timeout of the answer.
    pub timeout: Duration,
}

impl PollRequest<'_> {
    /// The HTTP request: conditional where there are validators.
    pub fn to_http_request(self) -> HttpRequest {
        let mut request = document_request(self.url, self.max_bytes);
        request.timeout = self.timeout;
        if let Some(validators) = self.validators {
            validators.add_conditions(&mut request.headers);
        }
        request
    }

    /// Decides what an answer to [`PollRequest::to_http_request`] means. `now` turns a date in `Retry-After` into a wait.
    pub fn interpret_answer(self, outcome: Result<HttpResponse, HttpFault>, now: SystemTime) -> PollAnswer {
        let mut wait = None;
        if let Ok(response) = &outcome {
            let is_unchanged = response.status == StatusCode::NOT_MODIFIED.as_u16();
            // A 304 without a condition in the request falls through to the error of an unexpected status.
            if let Some(validators) = self.validators.filter(|_| is_unchanged) {
                return if validators.url == response.url {
                    PollAnswer::Unchanged
                } else {
                    PollAnswer::UnchangedElsewhere
                };
            }
            wait = retry_after(&response.headers, now);
        }
        match document_from_response(outcome, self.url, self.max_bytes) {
            Ok(document) => PollAnswer::Document(document),
            Err(error) => PollAnswer::Fault(error, wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::*;
    use crate::error::ErrorCode;

    const LIMIT: usize = 8;

    fn url(path: &str) -> Url {
        Url::parse("https://api.example.com/").and_then(|url| url.join(path)).expect("a URL")
    }

    fn response(status: u16, from: &str, headers: &[(header::HeaderName, &'static str)]) -> HttpResponse {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        HttpResponse { status, headers: headers.collect(), body: b"{}".to_vec(), url: url(from) }
    }

    /// The validators of a first answer from the address itself.
    fn validators() -> Validators {
        let first = response(200, "a.json", &[(header::ETAG, "\"1\""), (header::LAST_MODIFIED, "then")]);
        FetchedDocument::from_response(first, &url("a.json")).validators.expect("validators")
    }

    fn interpret(outcome: Result<HttpResponse, HttpFault>, is_conditional: bool) -> String {
        let validators = validators();
        let validators = is_conditional.then_some(&validators);
        let url = url("a.json");
        let poll = PollRequest { url: &url, validators, max_bytes: LIMIT, timeout: Duration::from_secs(3) };
        match poll.interpret_answer(outcome, SystemTime::UNIX_EPOCH) {
            PollAnswer::Unchanged => "unchanged".to_owned(),
            PollAnswer::Document(document) => format!("{} bytes", document.bytes.len()),
            PollAnswer::UnchangedElsewhere => "elsewhere".to_owned(),
            PollAnswer::Fault(error, wait) => format!("{} {wait:?}", error.code().as_str()),
        }
    }

    #[test]
    fn each_answer_means_one_thing() {
        let unreadable = format!("{} None", ErrorCode::SourceUnreadable.as_str());
        let broken = || HttpFault::Broken { reason: "x: ended".to_owned() };
        let wait = [(header::RETRY_AFTER, "7")];
        for (case, outcome, is_conditional, expected) in [
            ("not modified", Ok(response(304, "a.json", &[])), true, "unchanged"),
            ("not modified, without a condition", Ok(response(304, "a.json", &[])), false, &*unreadable),
            ("not modified, from another address", Ok(response(304, "b.json", &[])), true, "elsewhere"),
            ("the document", Ok(response(200, "a.json", &[])), true, "2 bytes"),
            ("the document, from another address", Ok(response(200, "b.json", &[])), true, "2 bytes"),
            ("not there", Ok(response(404, "a.json", &[])), true, &unreadable),
            ("a redirect without a location", Ok(response(302, "a.json", &[])), true, &unreadable),
            ("unavailable", Ok(response(503, "a.json", &wait)), true, "SOURCE_UNREADABLE Some(7s)"),
            ("too many requests", Ok(response(429, "a.json", &wait)), false, "SOURCE_UNREADABLE Some(7s)"),
            ("a broken answer", Err(broken()), true, &unreadable),
            ("a timeout", Err(HttpFault::Timeout { timeout: Duration::ZERO }), true, &unreadable),
            (
                "a bad certificate",
                Err(HttpFault::Unreachable { reason: "x: bad certificate".to_owned() }),
                true,
                &unreadable,
            ),
            ("too long", Err(HttpFault::TooLarge { limit: LIMIT }), true, "LIMIT_EXCEEDED None"),
            (
                "a forbidden address",
                Err(HttpFault::Forbidden { reason: "x is private".to_owned() }),
                true,
                "SOURCE_FORBIDDEN None",
            ),
        ] {
            assert_eq!(interpret(outcome, is_conditional), expected, "{case}");
        }
    }

    #[test]
    fn a_conditional_request_has_the_validators() {
        let (known, url) = (validators(), url("a.json"));
        let poll = PollRequest {
            url: &url,
            validators: Some(&known),
            max_bytes: LIMIT,
            timeout: Duration::from_secs(3),
        };
        let request = poll.to_http_request();
        assert_eq!(request.headers[header::IF_NONE_MATCH], "\"1\"");
        assert_eq!(request.headers[header::IF_MODIFIED_SINCE], "then");
        assert_eq!((request.timeout, request.max_bytes), (Duration::from_secs(3), LIMIT));
        let unconditional = PollRequest { validators: None, ..poll }.to_http_request();
        assert_eq!(unconditional.headers, HeaderMap::new());
    }
}
