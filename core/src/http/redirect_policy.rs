//! Redirect policy: whether a redirect is followed, and what is sent at each hop of a request.

use http::{HeaderMap, Method, header};
use url::Url;

use super::ssrf_guard::{check_url, forbidden_host};
use super::{HttpFault, HttpRequest, Reach, Redirects};

/// One hop of a request. A hop that exists has passed the SSRF guard.
pub(super) struct RedirectHop {
    /// The URL of this hop.
    pub url: Url,
    /// The servers that this hop may reach.
    pub reach: Reach,
    /// Whether an earlier hop left the origin that the sender wrote headers and body for. It stays true on the way
    /// back: another server chose that redirect, and could make the user's own server do what the user did not ask for.
    left_origin: bool,
    redirects: Redirects,
}

impl RedirectHop {
    /// The first hop.
    pub(super) fn first(request: &HttpRequest) -> Result<Self, HttpFault> {
        let redirects = match request.method {
            Method::GET | Method::HEAD => request.redirects,
            // Another method may change something, and a redirect could repeat it or change the method.
            _ => Redirects::None,
        };
        let url = request.url.clone();
        Self { url, reach: request.reach, left_origin: false, redirects }.check_reach()
    }

    /// The hop to the URL of a redirect; `None` where the redirect is the response.
    pub(super) fn follow(&self, url: Url) -> Result<Option<Self>, HttpFault> {
        let is_home = !self.left_origin && url.origin() == self.url.origin();
        let (redirects, reach) = match self.redirects {
            Redirects::SameOrigin(left @ 1..) if is_home => (Redirects::SameOrigin(left - 1), self.reach),
            Redirects::None | Redirects::SameOrigin(_) => return Ok(None),
            Redirects::Guarded(0) => {
                return Err(forbidden_host(&self.url, "redirects more often than the limit allows"));
            }
            Redirects::Guarded(_) if self.url.scheme() == "https" && url.scheme() == "http" => {
                return Err(forbidden_host(&url, "is the target of a redirect from https to http"));
            }
            Redirects::Guarded(left) if is_home => (Redirects::Guarded(left - 1), self.reach),
            Redirects::Guarded(left) => (Redirects::Guarded(left - 1), Reach::Public),
        };
        Self { url, reach, left_origin: !is_home, redirects }.check_reach().map(Some)
    }

    /// The headers and the body of this hop: none outside of the origin that the sender wrote them for. No header is
    /// chosen by its name, because a key can stand in any header.
    pub(super) fn headers_and_body(&self, request: &mut HttpRequest) -> (HeaderMap, Option<Vec<u8>>) {
        match self.redirects {
            _ if self.left_origin => (HeaderMap::new(), None),
            // There is no further hop, so nothing has to be cloned.
            Redirects::None => (std::mem::take(&mut request.headers), request.body.take()),
            Redirects::SameOrigin(_) | Redirects::Guarded(_) => {
                (request.headers.clone(), request.body.clone())
            }
        }
    }

    fn check_reach(self) -> Result<Self, HttpFault> {
        match self.reach {
            Reach::Any => Ok(self),
            Reach::Public => check_url(&self.url).map(|()| self),
        }
    }
}

/// The URL that a response redirects to; `None` where it is no redirect.
pub(super) fn redirect_target(from: &Url, status: u16, headers: &HeaderMap) -> Option<Url> {
    let location = headers.get(header::LOCATION).filter(|_| matches!(status, 301..=303 | 307 | 308))?;
    from.join(location.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn request(url: &str, reach: Reach, redirects: Redirects) -> HttpRequest {
        let url = Url::parse(url).expect(url);
        HttpRequest { redirects, reach, ..HttpRequest::new(Method::GET, url) }
    }

    /// The hops of a request along these locations, as they are sent, and the fault that ends them.
    fn hops(request: &HttpRequest, locations: &[&str]) -> Vec<String> {
        let mut request = request.clone();
        request.headers.insert("x-api-key", HeaderValue::from_static("k"));
        request.headers.insert(header::COOKIE, HeaderValue::from_static("a=b"));
        request.body = Some(b"x".to_vec());
        let sent = |hop: &RedirectHop| {
            let (headers, body) = hop.headers_and_body(&mut request.clone());
            let bare = match (headers.len(), body) {
                (2, Some(_)) => "",
                (0, None) => " bare",
                parts => panic!("{parts:?}"),
            };
            format!("{:?} {}{bare}", hop.reach, hop.url)
        };
        let mut hop = match RedirectHop::first(&request) {
            Ok(hop) => hop,
            Err(fault) => return vec![fault.to_string()],
        };
        let mut sent_hops = vec![sent(&hop)];
        for location in locations {
            hop = match hop.follow(hop.url.join(location).expect(location)) {
                Ok(Some(next)) => next,
                Ok(None) => return [sent_hops, vec!["response".to_owned()]].concat(),
                Err(fault) => return [sent_hops, vec![fault.to_string()]].concat(),
            };
            sent_hops.push(sent(&hop));
        }
        sent_hops
    }

    #[test]
    fn a_guarded_redirect_to_another_origin_has_no_headers_and_is_checked() {
        let home = "http://localhost:3000/v1.yaml";
        for (locations, expected) in [
            (
                &["/v2.yaml", "v3.yaml"][..],
                &["Any http://localhost:3000/v2.yaml", "Any http://localhost:3000/v3.yaml"][..],
            ),
            (&["https://example.com/"], &["Public https://example.com/ bare"]),
            (
                &["//example.com/a", "/b"],
                &["Public http://example.com/a bare", "Public http://example.com/b bare"],
            ),
            (
                &["http://1.1.1.1/", "https://1.1.1.1/"],
                &["Public http://1.1.1.1/ bare", "Public https://1.1.1.1/ bare"],
            ),
            (
                &["http://169.254.169.254/"],
                &["request is refused: 169.254.169.254 is in 169.254.0.0/16 (link-local)"],
            ),
            (&["http://localhost:3001/"], &["request is refused: localhost is a local name"]),
            (&["http://127.0.0.1:3000/"], &["request is refused: 127.0.0.1 is in 127.0.0.0/8 (loopback)"]),
            (&["https://localhost:3000/"], &["request is refused: localhost is a local name"]),
            (
                &["http://example.com/", "http://localhost:3000/v1.yaml"],
                &["Public http://example.com/ bare", "request is refused: localhost is a local name"],
            ),
            (
                &["https://example.com/", "http://example.com/"],
                &[
                    "Public https://example.com/ bare",
                    "request is refused: example.com is the target of a redirect from https to http",
                ],
            ),
            (
                &["http://ada@example.com/"],
                &["request is refused: example.com has a user or password in its URL"],
            ),
            (
                &["file:///etc/passwd"],
                &["request is refused: the host has a URL whose scheme is not http or https"],
            ),
            (
                &["/1", "/2", "/3", "/4"],
                &[
                    "Any http://localhost:3000/1",
                    "Any http://localhost:3000/2",
                    "Any http://localhost:3000/3",
                    "request is refused: localhost redirects more often than the limit allows",
                ],
            ),
        ] {
            let hops = hops(&request(home, Reach::Any, Redirects::Guarded(3)), locations);
            assert_eq!(hops[0], format!("Any {home}"));
            assert_eq!(hops[1..], *expected, "{locations:?}");
        }
    }

    #[test]
    fn a_redirect_from_https_to_http_is_refused() {
        for to in ["http://example.com/", "http://example.com:443/", "http://other.example/"] {
            let hops = hops(&request("https://example.com/", Reach::Any, Redirects::Guarded(3)), &[to]);
            assert!(hops[1].ends_with("is the target of a redirect from https to http"), "{hops:?}");
        }
    }

    #[test]
    fn a_request_under_public_reach_is_checked_at_each_hop() {
        let refused = "request is refused: localhost is a local name";
        let by = |url: &str, redirects, locations: &[&str]| {
            hops(&request(url, Reach::Public, redirects), locations)
        };
        assert_eq!(by("http://localhost/", Redirects::None, &[]), [refused]);
        assert_eq!(
            by("https://example.com/", Redirects::Guarded(3), &["/a", "//ada@example.com/b"]),
            [
                "Public https://example.com/",
                "Public https://example.com/a",
                "request is refused: example.com has a user or password in its URL",
            ]
        );
        assert_eq!(
            by("https://example.com/", Redirects::SameOrigin(1), &["/a", "/b"]),
            ["Public https://example.com/", "Public https://example.com/a", "response"]
        );
    }

    #[test]
    fn a_redirect_of_another_method_is_the_response() {
        let mut request = request("https://example.com/", Reach::Any, Redirects::Guarded(3));
        request.method = Method::POST;
        assert_eq!(hops(&request, &["/a"]), ["Any https://example.com/", "response"]);
    }
}
