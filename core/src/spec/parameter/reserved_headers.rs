//! Reserved headers: no argument sets them.
//!
//! With `Host` a model would choose the server, with `Cookie` or `Authorization` the identity, with `Content-Length` or
//! `Transfer-Encoding` the end of the request (request smuggling), with `X-Forwarded-For` and the like its origin. OpenAPI says of `Accept`, `Content-Type` and `Authorization` that parameters of those names
//! SHALL be ignored. The caller of a load can still send them, with the option `headers`.

/// Headers of routing, identity and framing (RFC 9110, RFC 9112, RFC 6265, RFC 9218).
const REQUEST_HEADERS: [&str; 22] = [
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

/// Headers that proxies and gateways add, and that override method or URL in frameworks.
const PROXY_HEADERS: [&str; 19] = [
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

/// Prefixes of reserved names.
const RESERVED_PREFIXES: [&str; 3] = ["proxy-", "sec-", "x-forwarded-"];

/// Whether a header is reserved. Header names have no case, and some servers read `_` as `-`.
pub fn is_reserved(header: &str) -> bool {
    let name = header.trim().to_ascii_lowercase().replace('_', "-");
    REQUEST_HEADERS.contains(&name.as_str())
        || PROXY_HEADERS.contains(&name.as_str())
        || RESERVED_PREFIXES.iter().any(|family| name.starts_with(family))
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
