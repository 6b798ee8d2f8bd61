//! Media types: which of several is sent, and how a value becomes bytes.

use serde::{Serialize, Serializer};

/// A media type, and how a value of it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MediaType {
    /// The media type of requests: `application/json`.
    pub name: String,
    /// How a value becomes bytes.
    pub kind: MediaKind,
}

/// How a value becomes bytes. One of several media types is chosen in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaKind {
    /// As JSON.
    Json,
    /// `a=1&b=2`.
    Form,
    /// Parts with headers of their own.
    Multipart,
    /// The text itself.
    Text,
    /// The bytes that base64 stands for.
    Bytes,
}

impl MediaType {
    /// Parses a media type or range. A range that includes JSON is JSON.
    pub fn parse(written: &str) -> Self {
        let essence = essence(written);
        let is_range = essence.contains('*');
        let kind = match essence.as_str() {
            "application/json" | "*/*" | "application/*" | "*" | "" => MediaKind::Json,
            "application/x-www-form-urlencoded" => MediaKind::Form,
            "multipart/form-data" => MediaKind::Multipart,
            "application/xml"
            | "application/yaml"
            | "application/x-yaml"
            | "application/x-ndjson"
            | "application/jsonl"
            | "application/json-seq"
            | "application/graphql"
            | "application/sql"
            | "application/javascript"
            | "application/x-javascript" => MediaKind::Text,
            json if json.ends_with("+json") || json.ends_with("/json") => MediaKind::Json,
            text if text.starts_with("text/") || text.ends_with("+xml") || text.ends_with("+yaml") => {
                MediaKind::Text
            }
            "multipart/*" => MediaKind::Multipart,
            _ => MediaKind::Bytes,
        };
        let name = match kind {
            MediaKind::Json if is_range || essence.is_empty() => "application/json".to_owned(),
            MediaKind::Multipart if is_range => "multipart/form-data".to_owned(),
            MediaKind::Text if is_range => "text/plain".to_owned(),
            MediaKind::Bytes if is_range => "application/octet-stream".to_owned(),
            _ => written.trim().to_owned(),
        };
        Self { name, kind }
    }

    /// Chooses the one that is sent: valid before invalid; JSON before forms before text before bytes; a type before a range;
    /// any other JSON before `text/json`; the first of equals.
    pub fn choose<'m>(written: impl Iterator<Item = &'m str>) -> Option<(&'m str, Self)> {
        let rank = |written: &str, media: &Self| {
            let is_text = media.kind == MediaKind::Json && essence(written).starts_with("text/");
            (!is_sendable(written), media.kind, written.contains('*'), is_text)
        };
        let all = written.map(|written| (written, Self::parse(written)));
        let (written, media) = all.min_by_key(|(written, media)| rank(written, media))?;
        Some((written, if is_sendable(written) { media } else { Self::guess(written) }))
    }

    /// Guesses the media type of an invalid one: `form-data`, `applicationjson`, an empty text.
    fn guess(written: &str) -> Self {
        let written = written.to_ascii_lowercase();
        let words = [
            ("urlencoded", "application/x-www-form-urlencoded"),
            ("form-data", "multipart/form-data"),
            ("octet-stream", "application/octet-stream"),
        ];
        let found = words.iter().find(|(word, _)| written.contains(word));
        Self::parse(found.map_or("application/json", |(_, media)| media))
    }
}

/// The type without parameters, in lower case: `application/json` of `Application/JSON; charset=utf-8`.
fn essence(written: &str) -> String {
    written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is valid: two tokens with a `/` between them. Source: RFC 9110, section 8.3.1.
pub fn is_sendable(written: &str) -> bool {
    let is_token = |text: &str| {
        let may_stand = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        !text.is_empty() && text.chars().all(may_stand)
    };
    let is_text = written.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    is_text && essence(written).split_once('/').is_some_and(|(one, other)| is_token(one) && is_token(other))
}

impl Serialize for MediaType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_comes_before_forms_before_text_before_bytes() {
        for (written, expected) in [
            (&["application/xml", "application/json"][..], ("application/json", MediaKind::Json)),
            (
                &["*/*", "application/json; charset=utf-8"],
                ("application/json; charset=utf-8", MediaKind::Json),
            ),
            (&["*/*"], ("application/json", MediaKind::Json)),
            (
                &["multipart/form-data", "application/x-www-form-urlencoded"],
                ("application/x-www-form-urlencoded", MediaKind::Form),
            ),
            (&["application/merge-patch+json"], ("application/merge-patch+json", MediaKind::Json)),
            (&["image/*", "text/xml"], ("text/xml", MediaKind::Text)),
            (&["image/*"], ("application/octet-stream", MediaKind::Bytes)),
            (&["application/problem+xml"], ("application/problem+xml", MediaKind::Text)),
        ] {
            let (_, media) = MediaType::choose(written.iter().copied()).expect("one");
            assert_eq!((media.name.as_str(), media.kind), expected);
        }
        assert_eq!(MediaType::choose(std::iter::empty()), None);
    }
}
