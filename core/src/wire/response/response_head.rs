//! Response headers that a caller gets: pagination, rate limits, validators and challenges, but no cookies or
//! credentials.

use http::HeaderMap;

use crate::error::truncate_bytes;
use crate::tool::HttpHead;

/// Headers that help a caller to go on: the next page, the time to try again, what changed, what was refused and why.
/// All others are dropped, because cookies and other headers can hold credentials.
const KEPT_HEADERS: [&str; 22] = [
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
const KEPT_PREFIXES: [&str; 3] = ["ratelimit", "x-ratelimit-", "x-rate-limit-"];

/// The limit of kept headers: a server may send any number.
const MAX_HEADERS: usize = 64;
/// The limit of a header's value, in bytes.
const MAX_VALUE_BYTES: usize = 4096;

/// The status and the kept headers of a response.
pub fn response_head(status: u16, headers: &HeaderMap) -> HttpHead {
    let kept = headers.iter().filter_map(|(name, value)| {
        let (name, text) = (name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        let text = match name {
            "www-authenticate" => public_challenge(&text),
            _ if KEPT_HEADERS.contains(&name)
                || KEPT_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) =>
            {
                text.into_owned()
            }
            _ => return None,
        };
        Some((name.to_owned(), truncate_bytes(&text, MAX_VALUE_BYTES).to_owned()))
    });
    HttpHead { status, headers: kept.take(MAX_HEADERS).collect() }
}

/// Parameters of `WWW-Authenticate` that say what is missing (RFC 6750, section 3; RFC 9728). Others, such as nonces
/// and tokens, can be secrets.
const PUBLIC_PARAMETERS: [&str; 6] =
    ["realm", "scope", "error", "error_description", "error_uri", "resource_metadata"];

fn public_challenge(text: &str) -> String {
    let parts = split_at_commas(text).into_iter().filter_map(|part| {
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        if word.contains('=') {
            return is_public(part).then(|| part.to_owned());
        }
        let rest = rest.trim();
        Some(if is_public(rest) { format!("{word} {rest}") } else { word.to_owned() })
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn is_public(parameter: &str) -> bool {
    let name = parameter.split_once('=').map(|(name, _)| name.trim().to_ascii_lowercase());
    name.is_some_and(|name| PUBLIC_PARAMETERS.contains(&name.as_str()))
}

/// Splits a header at its commas, but not at those within quotes.
fn split_at_commas(text: &str) -> Vec<&str> {
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

    fn kept_headers(headers: &[(&'static str, &str)]) -> Vec<(String, String)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        response_head(200, &map).headers
    }

    #[test]
    fn only_headers_that_help_a_caller_are_kept() {
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
        let names: Vec<_> = kept_headers(&all).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["content-type", "link", "x-ratelimit-remaining", "ratelimit", "retry-after"]);
        assert_eq!(kept_headers(&[("link", link), ("link", "<b>")]).len(), 2);
        let long = "x".repeat(10_000);
        assert_eq!(kept_headers(&[("etag", &long)])[0].1.len(), MAX_VALUE_BYTES);
        assert_eq!(kept_headers(&vec![("link", "<a>"); 1_000]).len(), MAX_HEADERS);
    }

    #[test]
    fn a_challenge_has_public_parameters_alone() {
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
            assert_eq!(kept_headers(&[("www-authenticate", header)])[0].1, expected, "{header}");
        }
    }
}
