//! What a function of the caller's said when it was asked.

use std::time::Duration;

use serde_json::{Map, Value};

use super::secret::Secret;
use super::token::AccessToken;

/// What a function gave.
pub enum CallbackAnswer {
    /// A key or a token, for this call alone.
    Once(AccessToken),
    /// A token that is good until it ends.
    Kept(AccessToken),
    /// A user and a password.
    Login(Secret, Secret),
}

impl CallbackAnswer {
    /// Reads it; or what it is instead, which never shows it.
    pub fn read(said: &Value, now: u64) -> Result<Self, &'static str> {
        match said {
            Value::String(_) => {
                let value = secret(said).ok_or("an empty text")?;
                Ok(Self::Once(AccessToken::new(value, None, now)))
            }
            Value::Object(members) => Self::of(members, now),
            Value::Null => Err("nothing"),
            _ => Err("neither a text nor an object"),
        }
    }

    fn of(members: &Map<String, Value>, now: u64) -> Result<Self, &'static str> {
        let only = |known: &[&str]| members.keys().all(|key| known.contains(&key.as_str()));
        let text = |key: &str| members.get(key).and_then(secret);
        match (text("token"), text("username"), text("password")) {
            (Some(token), None, None) if only(&["token", "expiresAt"]) => match members.get("expiresAt") {
                None | Some(Value::Null) => Ok(Self::Once(AccessToken::new(token, None, now))),
                Some(end) => {
                    let end = milliseconds(end).ok_or("an expiresAt that is no time in ms since 1970")?;
                    Ok(Self::Kept(AccessToken::new(token, Some(end), now)))
                }
            },
            (None, Some(username), Some(password)) if only(&["username", "password"]) => {
                Ok(Self::Login(username, password))
            }
            _ => Err("an object that is neither { token, expiresAt? } nor { username, password }"),
        }
    }
}

fn secret(value: &Value) -> Option<Secret> {
    value.as_str().filter(|text| !text.is_empty()).map(|text| Secret::new(text.to_owned()))
}

/// A time in ms since 1970, which JavaScript may give with a fraction.
fn milliseconds(value: &Value) -> Option<u64> {
    let seconds = value.as_f64().filter(|given| *given >= 0.0)? / 1e3;
    u64::try_from(Duration::from_secs_f64(seconds.min(1e12)).as_millis()).ok()
}
