//! Endpoint URL of an HTTP tool: its server and its path template, checked before any call (SSRF).

use url::Url;

use crate::error::excerpt;
use crate::exec::defined_reach_advice;
use crate::http::{HttpFault, Reach, check_url, is_listed_host};
use crate::spec::{PathRepair, PathTemplate};

/// What an endpoint looks like.
const EXAMPLE: &str = "such as https://api.example.com/customers/{id}";

/// Where the calls of a tool go.
#[derive(Debug)]
pub struct ToolEndpoint {
    /// The server, without a path.
    pub base: Url,
    /// The path with its variables, and the query.
    pub template: PathTemplate,
    /// The servers that calls may reach.
    pub reach: Reach,
}

impl ToolEndpoint {
    /// Parses an endpoint. `hosts` are the private hosts that calls may reach; `is_parameter` says whether a parameter has
    /// a name.
    ///
    /// # Errors
    /// What is wrong with the endpoint, and what would be right.
    pub fn parse(text: &str, hosts: &[String], is_parameter: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!("must be an http or https URL, {EXAMPLE}"));
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains(['{', '}']) {
            return Err("has a variable in its host: define a tool for each host".to_owned());
        }
        if authority.contains('@') {
            return Err("has a user or a password: give them in auth".to_owned());
        }
        let base = Url::parse(&format!("{scheme}://{authority}/"))
            .map_err(|error| format!("is no URL: {error}; write one {EXAMPLE}"))?;
        if !matches!(base.scheme(), "http" | "https") {
            let scheme = excerpt(scheme).escape_debug().to_string();
            return Err(format!("has the scheme \"{scheme}\": write an http or https URL, {EXAMPLE}"));
        }
        let is_listed = is_listed_host(hosts, &base);
        if let Err(HttpFault::Forbidden { reason }) = check_url(&base)
            && !is_listed
        {
            return Err(format!("is refused: {reason}; {}", defined_reach_advice(&base)));
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let template = PathTemplate::with_names(&path, is_parameter)?;
        match template.repairs.first() {
            None => {}
            Some(PathRepair::FragmentDropped) => {
                return Err(
                    "has a fragment, which no request sends: leave out \"#\" and what follows".to_owned()
                );
            }
            Some(PathRepair::SlashAdded | PathRepair::SlashesDropped) => {
                return Err("has an empty segment at its start: write one \"/\" behind the host".to_owned());
            }
        }
        Ok(Self { base, template, reach: if is_listed { Reach::Any } else { Reach::Public } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ToolEndpoint, String> {
        ToolEndpoint::parse(text, &["localhost:3000".to_owned(), "10.0.0.7".to_owned()], &|_| false)
    }

    #[test]
    fn an_endpoint_is_a_server_and_a_path_with_variables() {
        for (text, base, variables, reach) in [
            (
                "https://crm.example.com/customers/{customerId}",
                "https://crm.example.com/",
                &["customerId"][..],
                Reach::Public,
            ),
            ("https://h.example/v1/{a}/{b}.{a}?v=2", "https://h.example/", &["a", "b"], Reach::Public),
            ("https://h.example", "https://h.example/", &[], Reach::Public),
            ("https://h.example?q={q}", "https://h.example/", &[], Reach::Public),
            ("http://localhost:3000/x", "http://localhost:3000/", &[], Reach::Any),
            ("HTTP://10.0.0.7/x", "http://10.0.0.7/", &[], Reach::Any),
        ] {
            let endpoint = parse(text).expect(text);
            let names: Vec<_> = endpoint.template.variables().iter().map(|one| one.name.clone()).collect();
            assert_eq!((endpoint.base.as_str(), endpoint.reach), (base, reach), "{text}");
            assert_eq!(names, variables, "{text}");
        }
    }

    #[test]
    fn a_bad_endpoint_is_told_what_to_do() {
        for (text, told) in [
            ("", "must be an http or https URL"),
            ("crm.example.com/customers", "must be an http or https URL"),
            ("/customers", "must be an http or https URL"),
            ("ftp://h.example/x", "has the scheme \"ftp\""),
            ("file:///etc/passwd", "has the scheme \"file\""),
            ("https://", "is no URL"),
            ("https://{tenant}.example.com/x", "a tool for each host"),
            ("https://ada:pw@h.example/x", "give them in auth"),
            ("https://h.example\\@evil.example/x", "path"),
            ("https://h.example/a#b", "leave out \"#\""),
            ("https://h.example//a", "one \"/\""),
            ("https://h.example/a/../b", "leads out of itself"),
            ("https://h.example/{", "open brace"),
            ("https://h.example/{}", "variable without a name"),
            ("https://h.example/a\nb", "more than a path"),
            ("http://localhost/x", "network: { hosts: [\"localhost\"] }"),
            ("http://localhost:4000/x", "network: { hosts: [\"localhost:4000\"] }"),
            ("http://169.254.169.254/latest", "network: { hosts: [\"169.254.169.254\"] }"),
            ("http://[::1]:80/", "network: { hosts: [\"[::1]\"] }"),
            ("https://db.internal/", "is a local name"),
        ] {
            let reason = parse(text).expect_err(text);
            assert!(reason.contains(told), "{text}: {reason}");
        }
    }
}
