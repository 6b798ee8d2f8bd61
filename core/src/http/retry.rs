//! Retry policy: which outcomes get another attempt, exponential backoff, and `Retry-After`. Only this file
//! uses the crate httpdate.
//!
//! A `Retry-After` is honoured where the pause fits into the timeout of the call. A pause of an hour does not: the
//! response is returned at once, with its header, so that the caller can try again later.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, header};

use super::{HttpFault, HttpRequest, HttpResponse};

/// The header by which a server recognizes a repeated request. Source: draft-ietf-httpapi-idempotency-key-header.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The pause before the next attempt; `None` where the outcome is final, or where the pause is not shorter than `left`.
///
/// The statuses 429, 502, 503 and 504 are retried, and connection faults. `fraction`, from 0 to below 1, is the jitter.
pub fn pause_before_retry(
    outcome: &Result<HttpResponse, HttpFault>,
    attempt: u32,
    (now, fraction): (SystemTime, f64),
    left: Duration,
) -> Option<Duration> {
    let own = backoff(attempt, fraction);
    let pause = match outcome {
        Ok(answer) if matches!(answer.status, 429 | 502..=504) => {
            retry_after(&answer.headers, now).map_or(own, |wait| wait.max(own))
        }
        Err(HttpFault::Unreachable { .. } | HttpFault::Broken { .. }) => own,
        _ => return None,
    };
    (pause < left).then_some(pause)
}

/// Whether a repeated request has no further effect: its method is idempotent (RFC 9110, section 9.2.2), or it has an
/// idempotency key.
pub fn is_idempotent(request: &HttpRequest) -> bool {
    let methods = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::PUT, Method::DELETE];
    methods.contains(&request.method) || request.headers.contains_key(IDEMPOTENCY_KEY)
}

/// Whether a server may have acted on a request with this outcome.
pub const fn may_have_acted(outcome: &Result<HttpResponse, HttpFault>) -> bool {
    matches!(outcome, Err(HttpFault::Broken { .. }) | Ok(HttpResponse { status: 502..=504, .. }))
}

/// Exponential backoff with jitter: 100 to 200 ms, doubled at each attempt, 5 s at most. The jitter spreads callers
/// that failed together, so that they do not all retry at the same moment.
fn backoff(attempt: u32, fraction: f64) -> Duration {
    let longest = Duration::from_millis(200).saturating_mul(1 << attempt.min(16)).min(Duration::from_secs(5));
    longest.mul_f64(0.5 + fraction / 2.0)
}

/// The wait that a server asks for by `Retry-After`: a number of seconds or a date (RFC 9110, section 10.2.3). A date
/// in the past is zero; any other text is `None`.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let seconds = |count| Some(Duration::from_secs(count));
        for (text, expected) in [
            ("120", seconds(120)),
            (" 0 ", seconds(0)),
            ("99999999999999999999999", seconds(u64::MAX)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", seconds(30)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", seconds(30)),
            ("Sun Nov  6 08:50:07 1994", seconds(30)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", seconds(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            let headers = [(header::RETRY_AFTER, HeaderValue::from_static(text))].into_iter().collect();
            assert_eq!(retry_after(&headers, now), expected, "{text:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
