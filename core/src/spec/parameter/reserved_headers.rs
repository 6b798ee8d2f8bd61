//! Headers that no argument sets.
//!
//! A model that could set `Host` would choose who answers, one that could set `Cookie` or `Authorization` who asks, one that
//! could set `Content-Length` or `Transfer-Encoding` where a request ends, and one that could set what proxies add would
//! say from where it comes. OpenAPI says of `Accept`, `Content-Type` and `Authorization` that parameters of those names
//! SHALL be ignored. Whoever loads a document can still send them, with the option `headers`.

/// Whom a request is for, who asks, and what frames it (RFC 9110, RFC 9112, RFC 6265, RFC 9218).
const FRAMING: [&str; 22] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "cookie2",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "set-cookie",
    "set-cookie2",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// What proxies and gateways say of a request, and what makes frameworks take it for another one.
const BELIEVED: [&str; 19] = [
    "cf-connecting-ip",
    "client-ip",
    "fastly-client-ip",
    "forwarded",
    "forwarded-for",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded",
    "x-host",
    "x-http-host-override",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-host",
    "x-original-url",
    "x-real-ip",
    "x-remote-addr",
    "x-rewrite-url",
];

/// How the names of families begin.
const FAMILIES: [&str; 3] = ["proxy-", "sec-", "x-forwarded-"];

/// Whether a header is none that an argument may set. Names of headers have no case, and some servers take `_` for `-`.
pub fn is_reserved(header: &str) -> bool {
    let name = header.trim().to_ascii_lowercase().replace('_', "-");
    FRAMING.contains(&name.as_str())
        || BELIEVED.contains(&name.as_str())
        || FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_say_who_asks_and_where_a_request_ends_are_reserved_however_they_are_spelled() {
        for name in [
            "Host",
            "AUTHORIZATION",
            "cookie",
            "Set-Cookie",
            "Content-Length",
            "content_type",
            "Transfer-Encoding",
            "transfer_encoding",
            "Connection",
            "Keep-Alive",
            "TE",
            "Trailer",
            "Upgrade",
            "Expect",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Forwarded",
            "X-Forwarded-For",
            "x_forwarded_host",
            "X-Real-IP",
            "Via",
            "X-HTTP-Method-Override",
            "X-Original-URL",
            "Sec-Fetch-Site",
            " host ",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in [
            "X-Tenant",
            "If-Match",
            "Idempotency-Key",
            "Prefer",
            "Range",
            "Accept-Language",
            "X-Hosted",
            "Date",
        ] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
