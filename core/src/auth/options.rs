//! The option `auth` as it is written: credentials by the names of schemes. What is told of a mistake never shows a
//! value.

use serde_json::{Map, Value};
use url::Url;

use super::credential::{ClientAuth, Credential, CredentialText, OAuthGrant, OAuthGrantKind};
use super::secret::Secret;
use crate::error::Problem;
use crate::json::pointer;

/// Reads the credential of one scheme; `None` where something is wrong with it.
pub fn credential(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Option<Credential> {
    let Some(members) = value.as_object() else {
        return text(value, at, problems).map(Credential::Value);
    };
    let mut given = CredentialReader { members, at, problems };
    match members {
        _ if members.contains_key("env") => text(value, at, problems).map(Credential::Value),
        _ if members.contains_key("username") || members.contains_key("password") => given.login(),
        _ if members.contains_key("clientId") || members.contains_key("refreshToken") => given.grant(),
        _ => {
            let forms = "a text, { env }, { username, password }, { clientId, clientSecret } or { refreshToken, clientId }";
            problems.push(Problem::at(at, format!("is none of {forms}")));
            None
        }
    }
}

/// A text, or what stands in the environment.
fn text(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Option<CredentialText> {
    let wrong = match value {
        Value::String(text) if text.is_empty() => "is empty",
        Value::String(text) => return Some(CredentialText::Value(Secret::new(text.clone()))),
        Value::Object(members) if members.keys().all(|key| key == "env" || key == "value") => {
            match (members.get("env"), members.get("value")) {
                (Some(Value::String(_)), Some(Value::String(value))) if !value.is_empty() => {
                    return Some(CredentialText::Value(Secret::new(value.clone())));
                }
                (Some(Value::String(name)), _) => return Some(CredentialText::UnsetVariable(name.clone())),
                _ => "names no variable of the environment",
            }
        }
        _ => "is neither a text nor { env }",
    };
    problems.push(Problem::at(at, wrong));
    None
}

/// The members of a credential that is read.
struct CredentialReader<'g> {
    members: &'g Map<String, Value>,
    at: &'g str,
    problems: &'g mut Vec<Problem>,
}

impl CredentialReader<'_> {
    fn login(&mut self) -> Option<Credential> {
        self.only(&["username", "password"]);
        let (username, password) = (self.text("username"), self.text("password"));
        let (username, password) = (username?, password?);
        if let CredentialText::Value(name) = &username
            && name.expose().contains(':')
        {
            // RFC 7617, section 2.
            return self.problem("username", "has a \":\", which parts name and password");
        }
        Some(Credential::Login { username, password })
    }

    fn grant(&mut self) -> Option<Credential> {
        const OF_ALL: [&str; 6] =
            ["clientId", "clientSecret", "tokenUrl", "scopes", "audience", "clientAuth"];
        self.only(&[&OF_ALL[..], &["refreshToken"]].concat());
        let refresh = self.members.contains_key("refreshToken").then(|| self.text("refreshToken"));
        let client_id = self.text("clientId");
        let secret = (refresh.is_none() || self.members.contains_key("clientSecret"))
            .then(|| self.text("clientSecret"));
        let (token_url, scopes) = (self.token_url(), self.scopes());
        let audience = match self.member("audience") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => self.problem("audience", "is no text"),
        };
        let client_auth = match self.member("clientAuth").map(Value::as_str) {
            None => None,
            Some(Some("basic")) => Some(ClientAuth::Basic),
            Some(Some("body")) => Some(ClientAuth::Body),
            Some(_) => self.problem("clientAuth", "is neither \"basic\" nor \"body\""),
        };
        let kind = match refresh {
            Some(token) => OAuthGrantKind::RefreshToken(token?),
            None => OAuthGrantKind::ClientCredentials,
        };
        let client_secret = match secret {
            Some(secret) => Some(secret?),
            None => None,
        };
        let client_id = client_id?;
        Some(Credential::OAuth(OAuthGrant {
            kind,
            client_id,
            client_secret,
            token_url,
            scopes,
            audience,
            client_auth,
        }))
    }

    fn member(&self, key: &str) -> Option<&Value> {
        self.members.get(key).filter(|value| !value.is_null())
    }

    fn text(&mut self, key: &str) -> Option<CredentialText> {
        let at = pointer::push(self.at, key);
        text(self.members.get(key).unwrap_or(&Value::Null), &at, self.problems)
    }

    fn token_url(&mut self) -> Option<Url> {
        let text = self.member("tokenUrl")?.as_str().and_then(|text| Url::parse(text).ok());
        match text.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            // It would stand in the errors of the client.
            Some(url) if url.username().is_empty() && url.password().is_none() => Some(url),
            Some(_) => self.problem("tokenUrl", "has a user or a password"),
            None => self.problem("tokenUrl", "is no http or https address"),
        }
    }

    fn scopes(&mut self) -> Option<Vec<String>> {
        let scopes = match self.member("scopes")? {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(ToOwned::to_owned)).collect(),
            _ => None,
        };
        let is_scope = |scope: &String| !scope.is_empty() && scope.chars().all(|c| c.is_ascii_graphic());
        let scopes: Option<Vec<String>> = scopes;
        match scopes.filter(|scopes| scopes.iter().all(is_scope)) {
            Some(scopes) => Some(scopes),
            None => self.problem("scopes", "is no list of words"),
        }
    }

    fn only(&mut self, known: &[&str]) {
        for key in self.members.keys().filter(|key| !known.contains(&key.as_str())) {
            let at = pointer::push(self.at, key);
            self.problems.push(Problem::at(at, format!("is none of {}", known.join(", "))));
        }
    }

    fn problem<T>(&mut self, key: &str, message: &str) -> Option<T> {
        self.problems.push(Problem::at(pointer::push(self.at, key), message));
        None
    }
}
