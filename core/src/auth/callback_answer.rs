//! Callback answer: what a credential function of the caller returned.

use std::time::Duration;

use serde_json::{Map, Value};

use super::secret::Secret;
use super::token::AccessToken;

/// The credential that a function returned.
pub enum CallbackAnswer {
    /// A key or a token, for this call alone.
    Once(AccessToken),
    /// A token with an expiry, which is cached.
    Kept(AccessToken),
    /// A user name and a password.
    Login(Secret, Secret),
}

impl CallbackAnswer {
    /// Reads the returned value. The error names its kind and never its content.
    pub fn read(answer: &Value, now: u64) -> Result<Self, &'static str> {
        match answer {
            Value::String(_) => {
                let value = read_secret(answer).ok_or("an empty string")?;
                Ok(Self::Once(AccessToken::new(value, None, now)))
            }
            Value::Object(members) => Self::read_object(members, now),
            Value::Null => Err("nothing"),
            _ => Err("neither a string nor an object"),
        }
    }

    fn read_object(members: &Map<String, Value>, now: u64) -> Result<Self, &'static str> {
        let has_only = |known: &[&str]| members.keys().all(|key| known.contains(&key.as_str()));
        let text = |key: &str| members.get(key).and_then(read_secret);
        match (text("token"), text("username"), text("password")) {
            (Some(token), None, None) if has_only(&["token", "expiresAt"]) => {
                match members.get("expiresAt") {
                    None | Some(Value::Null) => Ok(Self::Once(AccessToken::new(token, None, now))),
                    Some(end) => {
                        let end = read_milliseconds(end)
                            .ok_or("an expiresAt that is not a time in ms since 1970")?;
                        Ok(Self::Kept(AccessToken::new(token, Some(end), now)))
                    }
                }
            }
            (None, Some(username), Some(password)) if has_only(&["username", "password"]) => {
                Ok(Self::Login(username, password))
            }
            _ => Err("an object with other members"),
        }
    }
}

fn read_secret(value: &Value) -> Option<Secret> {
    value.as_str().filter(|text| !text.is_empty()).map(|text| Secret::new(text.to_owned()))
}

/// A time in ms since 1970. JavaScript may give it with a fraction.
fn read_milliseconds(value: &Value) -> Option<u64> {
    let seconds = value.as_f64().filter(|given| *given >= 0.0)? / 1e3;
    u64::try_from(Duration::from_secs_f64(seconds.min(1e12)).as_millis()).ok()
}
