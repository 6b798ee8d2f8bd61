//! The option `auth`: parses the credential of one security scheme. No message quotes a value.

use serde_json::{Map, Value};
use url::Url;

use super::credential::{ClientAuth, Credential, CredentialText, OAuthGrant, OAuthGrantKind};
use super::secret::Secret;
use crate::error::{Problem, describe_unknown};
use crate::json::pointer;

/// Parses the credential of one scheme. `at` is its JSON pointer.
///
/// # Errors
/// Every problem at once.
pub fn parse_credential(value: &Value, at: &str) -> Result<Credential, Vec<Problem>> {
    let text = || parse_text(value, at).map(Credential::Value).map_err(|problem| vec![problem]);
    let Some(members) = value.as_object() else { return text() };
    let mut reader = CredentialReader { members, at, problems: Vec::new() };
    let credential = match members {
        _ if members.contains_key("env") => return text(),
        _ if members.contains_key("username") || members.contains_key("password") => reader.read_login(),
        _ if members.contains_key("clientId") || members.contains_key("refreshToken") => reader.read_grant(),
        _ => {
            let forms = "a string, { env }, { username, password }, { clientId, clientSecret } or { refreshToken, clientId }";
            return Err(vec![Problem::at(at, format!("must be {forms}"))]);
        }
    };
    credential.filter(|_| reader.problems.is_empty()).ok_or(reader.problems)
}

/// Parses a string, or `{ env, value }` from an environment variable.
fn parse_text(value: &Value, at: &str) -> Result<CredentialText, Problem> {
    let wrong = match value {
        Value::String(text) if text.is_empty() => "must not be empty",
        Value::String(text) => return Ok(CredentialText::Value(Secret::new(text.clone()))),
        Value::Object(members) if members.keys().all(|key| key == "env" || key == "value") => {
            match (members.get("env"), members.get("value")) {
                (Some(Value::String(_)), Some(Value::String(value))) if !value.is_empty() => {
                    return Ok(CredentialText::Value(Secret::new(value.clone())));
                }
                (Some(Value::String(name)), _) => return Ok(CredentialText::UnsetVariable(name.clone())),
                _ => "must name an environment variable",
            }
        }
        _ => "must be a string or { env }",
    };
    Err(Problem::at(at, wrong))
}

/// Reads the members of one credential, and collects their problems.
struct CredentialReader<'g> {
    members: &'g Map<String, Value>,
    at: &'g str,
    problems: Vec<Problem>,
}

impl CredentialReader<'_> {
    fn read_login(&mut self) -> Option<Credential> {
        self.refuse_others(&["username", "password"]);
        let (username, password) = (self.text("username"), self.text("password"));
        let (username, password) = (username?, password?);
        if let CredentialText::Value(name) = &username
            && name.expose().contains(':')
        {
            // RFC 7617, section 2.
            return self.problem("username", "must not have \":\", which separates user name and password");
        }
        Some(Credential::Login { username, password })
    }

    fn read_grant(&mut self) -> Option<Credential> {
        const KEYS: [&str; 6] = ["clientId", "clientSecret", "tokenUrl", "scopes", "audience", "clientAuth"];
        self.refuse_others(&[&KEYS[..], &["refreshToken"]].concat());
        let refresh = self.members.contains_key("refreshToken").then(|| self.text("refreshToken"));
        let client_id = self.text("clientId");
        let secret = (refresh.is_none() || self.members.contains_key("clientSecret"))
            .then(|| self.text("clientSecret"));
        let (token_url, scopes) = (self.token_url(), self.scopes());
        let audience = match self.member("audience") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => self.problem("audience", "must be a string"),
        };
        let client_auth = match self.member("clientAuth").map(Value::as_str) {
            None => None,
            Some(Some("basic")) => Some(ClientAuth::Basic),
            Some(Some("body")) => Some(ClientAuth::Body),
            Some(_) => self.problem("clientAuth", "must be \"basic\" or \"body\""),
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
        let value = self.members.get(key).unwrap_or(&Value::Null);
        match parse_text(value, &pointer::push(self.at, key)) {
            Ok(text) => Some(text),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn token_url(&mut self) -> Option<Url> {
        let text = self.member("tokenUrl")?.as_str().and_then(|text| Url::parse(text).ok());
        match text.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            // The HTTP client could quote them in an error.
            Some(url) if url.username().is_empty() && url.password().is_none() => Some(url),
            Some(_) => self.problem("tokenUrl", "must not have a user or a password"),
            None => self.problem("tokenUrl", "must be an http or https URL"),
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
            None => self.problem("scopes", "must be an array of scopes without spaces"),
        }
    }

    fn refuse_others(&mut self, known: &[&str]) {
        for key in self.members.keys().filter(|key| !known.contains(&key.as_str())) {
            let at = pointer::push(self.at, key);
            self.problems.push(Problem::at(at, describe_unknown(key, known)));
        }
    }

    fn problem<T>(&mut self, key: &str, message: &str) -> Option<T> {
        self.problems.push(Problem::at(pointer::push(self.at, key), message));
        None
    }
}
