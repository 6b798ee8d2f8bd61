//! What a server's answer means to whoever has asked whether a document has changed. Pure: answers come in, a decision goes
//! out.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use url::Url;

use super::fetch::{FetchedDocument, Validators, answered, request};
use crate::error::{Error, Result};
use crate::http::{HttpFault, HttpRequest, HttpResponse, retry_after};

/// What became of asking whether a document has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollOutcome {
    /// The server answered with the document, or that it is what it was.
    Answered,
    /// There was no usable answer. The server may have said how long to wait.
    Failed {
        /// How long.
        retry_after: Option<Duration>,
    },
    /// There is no such source any more, or it stands at no address.
    Gone,
}

/// What an answer means.
pub enum PollAnswer {
    /// The document is what it was.
    Same,
    /// The document, which may be what it was.
    Document(FetchedDocument),
    /// What is elsewhere now has not changed there, which says nothing of what was read: ask without conditions.
    Elsewhere,
    /// No document. The server may have said how long to wait.
    Fault(Error, Option<Duration>),
}

/// The question whether the document at an address has changed since these validators were given.
pub fn question(url: &Url, validators: Option<&Validators>, most: usize, deadline: Duration) -> HttpRequest {
    let mut request = request(url, most);
    request.timeout = deadline;
    if let Some(validators) = validators {
        validators.put(&mut request.headers);
    }
    request
}

/// Decides what was answered to a [`question`].
pub fn decide(
    outcome: Result<HttpResponse, HttpFault>,
    url: &Url,
    validators: Option<&Validators>,
    most: usize,
    now: SystemTime,
) -> PollAnswer {
    let mut patience = None;
    if let Ok(answer) = &outcome {
        let is_unchanged = answer.status == StatusCode::NOT_MODIFIED.as_u16();
        if let Some(validators) = validators.filter(|_| is_unchanged) {
            return if validators.found == answer.url { PollAnswer::Same } else { PollAnswer::Elsewhere };
        }
        patience = retry_after(&answer.headers, now);
    }
    match answered(outcome, url, most) {
        Ok(reading) => PollAnswer::Document(reading),
        Err(error) => PollAnswer::Fault(error, patience),
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

    fn answer(status: u16, from: &str, headers: &[(header::HeaderName, &'static str)]) -> HttpResponse {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        HttpResponse { status, headers: headers.collect(), body: b"{}".to_vec(), url: url(from) }
    }

    /// What the server gave with the first answer, which came from the address itself.
    fn validators() -> Validators {
        let given = answer(200, "a.json", &[(header::ETAG, "\"1\""), (header::LAST_MODIFIED, "then")]);
        FetchedDocument::of(given, &url("a.json")).validators.expect("validators")
    }

    fn told(outcome: Result<HttpResponse, HttpFault>, conditional: bool) -> String {
        let validators = validators();
        let validators = conditional.then_some(&validators);
        match decide(outcome, &url("a.json"), validators, LIMIT, SystemTime::UNIX_EPOCH) {
            PollAnswer::Same => "same".to_owned(),
            PollAnswer::Document(reading) => format!("{} bytes", reading.bytes.len()),
            PollAnswer::Elsewhere => "elsewhere".to_owned(),
            PollAnswer::Fault(error, wait) => format!("{} {wait:?}", error.code().as_str()),
        }
    }

    #[test]
    fn each_answer_means_one_thing() {
        let unreadable = format!("{} None", ErrorCode::SourceUnreadable.as_str());
        let broken = || HttpFault::Broken { reason: "x: ended".to_owned() };
        let wait = [(header::RETRY_AFTER, "7")];
        for (case, outcome, conditional, expected) in [
            ("nothing new", Ok(answer(304, "a.json", &[])), true, "same"),
            (
                "nothing new, though nothing was asked for",
                Ok(answer(304, "a.json", &[])),
                false,
                &*unreadable,
            ),
            ("nothing new of another address", Ok(answer(304, "b.json", &[])), true, "elsewhere"),
            ("the document", Ok(answer(200, "a.json", &[])), true, "2 bytes"),
            ("the document, elsewhere", Ok(answer(200, "b.json", &[])), true, "2 bytes"),
            ("not there", Ok(answer(404, "a.json", &[])), true, &unreadable),
            ("a redirect that is none", Ok(answer(302, "a.json", &[])), true, &unreadable),
            ("busy", Ok(answer(503, "a.json", &wait)), true, "SOURCE_UNREADABLE Some(7s)"),
            ("too many questions", Ok(answer(429, "a.json", &wait)), false, "SOURCE_UNREADABLE Some(7s)"),
            ("no end", Err(broken()), true, &unreadable),
            ("no time", Err(HttpFault::Timeout { timeout: Duration::ZERO }), true, &unreadable),
            (
                "no trust",
                Err(HttpFault::Unreachable { reason: "x: bad certificate".to_owned() }),
                true,
                &unreadable,
            ),
            ("too long", Err(HttpFault::TooLarge { limit: LIMIT }), true, "LIMIT_EXCEEDED None"),
            (
                "out of reach",
                Err(HttpFault::Forbidden { reason: "x is private".to_owned() }),
                true,
                "SOURCE_FORBIDDEN None",
            ),
        ] {
            assert_eq!(told(outcome, conditional), expected, "{case}");
        }
    }

    #[test]
    fn a_question_says_what_is_known() {
        let given = validators();
        let asked = question(&url("a.json"), Some(&given), LIMIT, Duration::from_secs(3));
        assert_eq!(asked.headers[header::IF_NONE_MATCH], "\"1\"");
        assert_eq!(asked.headers[header::IF_MODIFIED_SINCE], "then");
        assert_eq!((asked.timeout, asked.max_bytes), (Duration::from_secs(3), LIMIT));
        let unconditional = question(&url("a.json"), None, LIMIT, Duration::from_secs(3));
        assert_eq!(unconditional.headers, HeaderMap::new());
    }
}
