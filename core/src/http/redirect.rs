//! Where a request goes, from its URL through the redirects.

use http::{HeaderMap, Method, header};
use url::Url;

use super::ssrf_guard::{check, refused};
use super::{HttpFault, HttpRequest, Reach, Redirects};

/// One station of a request. There is none that the request may not be sent to.
pub(super) struct RedirectHop {
    /// Where it goes.
    pub url: Url,
    /// By which of the clients.
    pub reach: Reach,
    /// Whether it has left the origin that the sender wrote headers and body for. It never comes home: a redirect back
    /// is the word of somebody else, and could ask the user's own server for what the user never asked for.
    abroad: bool,
    redirects: Redirects,
}

impl RedirectHop {
    /// The first station.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, HttpFault> {
        let redirects = match request.method {
            Method::GET | Method::HEAD => request.redirects,
            // Sent again it could be done twice, or be another method.
            _ => Redirects::None,
        };
        Self { url: request.url.clone(), reach: request.reach, abroad: false, redirects }.checked()
    }

    /// The station that a redirect leads to; none where the redirect is the answer.
    pub(super) fn to(&self, url: Url) -> Result<Option<Self>, HttpFault> {
        let home = !self.abroad && url.origin() == self.url.origin();
        let (redirects, reach) = match self.redirects {
            Redirects::SameOrigin(left @ 1..) if home => (Redirects::SameOrigin(left - 1), self.reach),
            Redirects::None | Redirects::SameOrigin(_) => return Ok(None),
            Redirects::Guarded(0) => return Err(refused(&self.url, "redirects once more than it may")),
            Redirects::Guarded(_) if self.url.scheme() == "https" && url.scheme() == "http" => {
                return Err(refused(&url, "would be asked by http after a redirect from https"));
            }
            Redirects::Guarded(left) if home => (Redirects::Guarded(left - 1), self.reach),
            Redirects::Guarded(left) => (Redirects::Guarded(left - 1), Reach::Public),
        };
        Self { url, reach, abroad: !home, redirects }.checked().map(Some)
    }

    /// What of the request is sent here: nothing that the sender wrote for another origin. Not by the names of headers,
    /// for a key may stand in any of them.
    pub(super) fn carried(&self, request: &mut HttpRequest) -> (HeaderMap, Option<Vec<u8>>) {
        match self.redirects {
            _ if self.abroad => (HeaderMap::new(), None),
            Redirects::None => (std::mem::take(&mut request.headers), request.body.take()),
            Redirects::SameOrigin(_) | Redirects::Guarded(_) => {
                (request.headers.clone(), request.body.clone())
            }
        }
    }

    fn checked(self) -> Result<Self, HttpFault> {
        match self.reach {
            Reach::Any => Ok(self),
            Reach::Public => check(&self.url).map(|()| self),
        }
    }
}

/// Where a redirect leads, if an answer is one.
pub(super) fn redirect(from: &Url, status: u16, headers: &HeaderMap) -> Option<Url> {
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

    /// Where a request gets along these locations: each station as it was sent, or what ended it.
    fn way(request: &HttpRequest, locations: &[&str]) -> Vec<String> {
        let mut request = request.clone();
        request.headers.insert("x-api-key", HeaderValue::from_static("k"));
        request.headers.insert(header::COOKIE, HeaderValue::from_static("a=b"));
        request.body = Some(b"x".to_vec());
        let shown = |route: &RedirectHop| {
            let (headers, body) = route.carried(&mut request.clone());
            let bare = match (headers.len(), body) {
                (2, Some(_)) => "",
                (0, None) => " bare",
                parts => panic!("{parts:?}"),
            };
            format!("{:?} {}{bare}", route.reach, route.url)
        };
        let mut route = match RedirectHop::of(&request) {
            Ok(route) => route,
            Err(fault) => return vec![fault.to_string()],
        };
        let mut stations = vec![shown(&route)];
        for location in locations {
            route = match route.to(route.url.join(location).expect(location)) {
                Ok(Some(next)) => next,
                Ok(None) => return [stations, vec!["answer".to_owned()]].concat(),
                Err(fault) => return [stations, vec![fault.to_string()]].concat(),
            };
            stations.push(shown(&route));
        }
        stations
    }

    #[test]
    fn a_guarded_redirect_goes_on_as_the_request_did_within_its_origin_and_bare_and_judged_beyond() {
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
                    "request is refused: example.com would be asked by http after a redirect from https",
                ],
            ),
            (
                &["http://ada@example.com/"],
                &["request is refused: example.com stands behind a user or password"],
            ),
            (
                &["file:///etc/passwd"],
                &["request is refused: the host would be asked by another scheme than http and https"],
            ),
            (
                &["/1", "/2", "/3", "/4"],
                &[
                    "Any http://localhost:3000/1",
                    "Any http://localhost:3000/2",
                    "Any http://localhost:3000/3",
                    "request is refused: localhost redirects once more than it may",
                ],
            ),
        ] {
            let way = way(&request(home, Reach::Any, Redirects::Guarded(3)), locations);
            assert_eq!(way[0], format!("Any {home}"));
            assert_eq!(way[1..], *expected, "{locations:?}");
        }
    }

    #[test]
    fn a_user_who_gave_https_does_not_get_http() {
        for to in ["http://example.com/", "http://example.com:443/", "http://other.example/"] {
            let way = way(&request("https://example.com/", Reach::Any, Redirects::Guarded(3)), &[to]);
            assert!(way[1].ends_with("would be asked by http after a redirect from https"), "{way:?}");
        }
    }

    #[test]
    fn a_request_that_may_reach_the_public_alone_is_judged_at_each_station() {
        let refused = "request is refused: localhost is a local name";
        let by = |url: &str, redirects, locations: &[&str]| {
            way(&request(url, Reach::Public, redirects), locations)
        };
        assert_eq!(by("http://localhost/", Redirects::None, &[]), [refused]);
        assert_eq!(
            by("https://example.com/", Redirects::Guarded(3), &["/a", "//ada@example.com/b"]),
            [
                "Public https://example.com/",
                "Public https://example.com/a",
                "request is refused: example.com stands behind a user or password",
            ]
        );
        assert_eq!(
            by("https://example.com/", Redirects::SameOrigin(1), &["/a", "/b"]),
            ["Public https://example.com/", "Public https://example.com/a", "answer"]
        );
    }

    #[test]
    fn a_redirect_of_another_method_is_the_answer() {
        let mut request = request("https://example.com/", Reach::Any, Redirects::Guarded(3));
        request.method = Method::POST;
        assert_eq!(way(&request, &["/a"]), ["Any https://example.com/", "answer"]);
    }
}
