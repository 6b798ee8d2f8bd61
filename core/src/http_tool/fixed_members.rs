//! Fixed members of an HTTP tool's requests: `headers`, `query` and `body`, which no model sees. Their texts may have
//! placeholders of the caller's context.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::http_tool_reader::HttpToolReader;
use super::request_place::RequestPlace;
use super::taken_places::TakenPlaces;
use crate::exec::{ContextText, ContextValues};
use crate::json::pointer;
use crate::spec::ArgumentLocation;

/// Headers that the connection or another key of the definition sets: framing and hop-by-hop headers (RFC 9110,
/// section 7.6.1).
const UNSETTABLE_HEADERS: [(&str, &str); 14] = [
    ("content-type", "is set by contentType"),
    ("content-length", FRAMING),
    ("transfer-encoding", FRAMING),
    ("host", "is set by the endpoint"),
    ("connection", FRAMING),
    ("keep-alive", FRAMING),
    ("te", FRAMING),
    ("trailer", FRAMING),
    ("upgrade", FRAMING),
    ("expect", FRAMING),
    ("http2-settings", FRAMING),
    ("accept-encoding", FRAMING),
    ("proxy-authorization", FRAMING),
    ("proxy-connection", FRAMING),
];
const FRAMING: &str = "is set by the connection: leave it out";

/// The fixed members of requests.
#[derive(Debug, Default)]
pub struct FixedMembers {
    /// Headers without placeholders.
    pub headers: HeaderMap,
    /// Query parameters and properties of the body without placeholders.
    pub values: Vec<(ArgumentLocation, Value)>,
    /// Headers and values of the caller's context.
    pub context: ContextValues,
}

impl FixedMembers {
    /// Reads `headers`, `query` and `body`.
    pub fn read(reader: &mut HttpToolReader<'_>, taken: &mut TakenPlaces) -> Self {
        let mut fixed = Self::default();
        for (name, value) in reader.members("headers") {
            if let Err(message) = fixed.add_header(name, value, taken) {
                reader.add_member("headers", name, message);
            }
        }
        for (key, place) in [("query", RequestPlace::Query), ("body", RequestPlace::Body)] {
            for (name, value) in reader.members(key) {
                let at = pointer::push(&pointer::push("", key), name);
                let outcome = match place {
                    RequestPlace::Query => check_query_value(value).map_err(|message| (at.clone(), message)),
                    _ => refuse_nested_placeholders(value, &at),
                };
                let added = outcome.and_then(|()| {
                    fixed.add_value(place, name, value, taken).map_err(|message| (at, message))
                });
                if let Err((at, message)) = added {
                    reader.add(at, message);
                }
            }
        }
        fixed
    }

    fn add_header(&mut self, name: &str, value: &Value, taken: &mut TakenPlaces) -> Result<(), String> {
        let Some(text) = value.as_str() else { return Err("must be a string".to_owned()) };
        let header = HeaderName::try_from(name).map_err(|_| "is no header name".to_owned())?;
        if let Some((_, why)) = UNSETTABLE_HEADERS.iter().find(|(known, _)| *known == header.as_str()) {
            return Err((*why).to_owned());
        }
        taken.take(RequestPlace::Header, name, "headers")?;
        if let Some(text) = ContextText::parse(text)? {
            self.context.headers.push((header, text));
            return Ok(());
        }
        let mut value = HeaderValue::try_from(text).map_err(|_| {
            "cannot be sent in a header: leave out line breaks and control characters".to_owned()
        })?;
        value.set_sensitive(true);
        self.headers.insert(header, value);
        Ok(())
    }

    fn add_value(
        &mut self,
        place: RequestPlace,
        name: &str,
        value: &Value,
        taken: &mut TakenPlaces,
    ) -> Result<(), String> {
        taken.take(place, name, place.as_str())?;
        let location = place.location(name);
        match value.as_str().map(ContextText::parse).transpose()?.flatten() {
            Some(text) => self.context.others.push((location, text)),
            None => self.values.push((location, value.clone())),
        }
        Ok(())
    }
}

fn check_query_value(value: &Value) -> Result<(), String> {
    let is_plain = |value: &Value| matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
    let is_list = value.as_array().is_some_and(|items| items.iter().all(is_plain));
    if is_plain(value) || is_list {
        return Ok(());
    }
    Err("must be a text, a number, a boolean or a list of them".to_owned())
}

/// Refuses placeholders below the first level of a body: they would be sent as they are.
fn refuse_nested_placeholders(value: &Value, at: &str) -> Result<(), (String, String)> {
    let members: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, item)| (format!("{at}/{i}"), item)).collect()
        }
        Value::Object(members) => {
            members.iter().map(|(name, held)| (pointer::push(at, name), held)).collect()
        }
        _ => return Ok(()),
    };
    for (at, held) in members {
        match held {
            Value::String(text) if !matches!(ContextText::parse(text), Ok(None)) => {
                let message = "has a placeholder, which stands in a text at the top of the body alone";
                return Err((at, message.to_owned()));
            }
            held => refuse_nested_placeholders(held, &at)?,
        }
    }
    Ok(())
}
