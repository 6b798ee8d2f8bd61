//! The head of an API's answer, as far as whoever called is concerned with it.

use http::HeaderMap;

use crate::error::truncate_bytes;
use crate::tool::HttpHead;

/// What says how to go on: which page is next, when to try again, what has changed, what was refused and why. Cookies
/// and whatever else an API sends stay with the client: they are for it, and credentials stand in them.
const HEADERS: [&str; 22] = [
    "allow",
    "content-disposition",
    "content-language",
    "content-location",
    "content-range",
    "content-type",
    "deprecation",
    "etag",
    "last-modified",
    "link",
    "location",
    "operation-location",
    "request-id",
    "retry-after",
    "sunset",
    "warning",
    "x-correlation-id",
    "x-next-page",
    "x-request-id",
    "x-total",
    "x-total-count",
    "x-total-pages",
];
const FAMILIES: [&str; 3] = ["ratelimit", "x-ratelimit-", "x-rate-limit-"];

/// How many are kept, and how much of each, in bytes: a server sends what it likes.
const MOST: usize = 64;
const LONGEST: usize = 4096;

/// The headers of interest.
pub fn response_head(status: u16, headers: &HeaderMap) -> HttpHead {
    let shown = headers.iter().filter_map(|(name, value)| {
        let (name, text) = (name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        let text = match name {
            "www-authenticate" => challenge(&text),
            _ if HEADERS.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family)) => {
                text.into_owned()
            }
            _ => return None,
        };
        Some((name.to_owned(), truncate_bytes(&text, LONGEST).to_owned()))
    });
    HttpHead { status, headers: shown.take(MOST).collect() }
}

/// What of a challenge says what is missing (RFC 6750, section 3; RFC 9728): nonces and tokens are between the server and
/// a client that answers them.
const TOLD: [&str; 6] = ["realm", "scope", "error", "error_description", "error_uri", "resource_metadata"];

fn challenge(text: &str) -> String {
    let parts = parts(text).into_iter().filter_map(|part| {
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        if word.contains('=') {
            return is_told(part).then(|| part.to_owned());
        }
        let rest = rest.trim();
        Some(if is_told(rest) { format!("{word} {rest}") } else { word.to_owned() })
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn is_told(parameter: &str) -> bool {
    let name = parameter.split_once('=').map(|(name, _)| name.trim().to_ascii_lowercase());
    name.is_some_and(|name| TOLD.contains(&name.as_str()))
}

/// What stands between commas, those within quotes left alone.
fn parts(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' if !is_escaped => is_quoted = !is_quoted,
            ',' if !is_quoted => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    found.push(text[start..].trim());
    found.retain(|part| !part.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn shown(headers: &[(&'static str, &str)]) -> Vec<(String, String)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        response_head(200, &map).headers
    }

    #[test]
    fn headers_that_say_how_to_go_on_are_shown_and_no_others() {
        let link = "<https://h/a?page=2>; rel=\"next\"";
        let all = [
            ("content-type", "application/json"),
            ("link", link),
            ("set-cookie", "session=s3cret"),
            ("x-ratelimit-remaining", "7"),
            ("ratelimit", "\"default\";r=50;t=30"),
            ("x-powered-by", "PHP"),
            ("authentication-info", "nextnonce=s3cret"),
            ("retry-after", "3"),
            ("x-api-key", "s3cret"),
        ];
        let names: Vec<_> = shown(&all).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["content-type", "link", "x-ratelimit-remaining", "ratelimit", "retry-after"]);
        assert_eq!(shown(&[("link", link), ("link", "<b>")]).len(), 2);
        let long = "x".repeat(10_000);
        assert_eq!(shown(&[("etag", &long)])[0].1.len(), LONGEST);
        assert_eq!(shown(&vec![("link", "<a>"); 1_000]).len(), MOST);
    }

    #[test]
    fn a_challenge_says_what_is_missing_and_nothing_that_answers_it() {
        for (header, expected) in [
            ("Basic realm=\"a, b\", charset=\"UTF-8\"", "Basic realm=\"a, b\""),
            (
                "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"it \\\"expired\\\", sorry\"",
                "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"it \\\"expired\\\", sorry\"",
            ),
            ("Digest realm=\"r\", nonce=\"s3cret\", opaque=\"s3cret\", qop=\"auth\"", "Digest realm=\"r\""),
            ("Negotiate czNjcmV0czNjcmV0", "Negotiate"),
            ("Negotiate, Basic realm=x", "Negotiate, Basic realm=x"),
            ("NTLM czNjcmV0==", "NTLM"),
            ("Bearer token=\"s3cret\"", "Bearer"),
            ("", ""),
        ] {
            assert_eq!(shown(&[("www-authenticate", header)])[0].1, expected, "{header}");
        }
    }
}
