//! The `Accept` header of an operation: the media types of its responses, with quality values.

use std::sync::Arc;

use crate::json::Node;
use crate::schema::{Dialect, DocumentSet, LocatedNode};
use crate::spec::operation_site::OperationSite;
use crate::spec::serialization::media_type::{MediaKind, MediaType};

/// The most media types of a header: a document may list thousands.
const MOST_TYPES: usize = 12;
/// The longest media type, in bytes.
const LONGEST_TYPE: usize = 128;

/// The header, JSON first: the media types of successes, else those of `default`. `None` where the document has none.
pub fn accept_header<'a>(
    library: &DocumentSet<'a>,
    root: &LocatedNode<'a>,
    site: &OperationSite<'a>,
) -> Option<Arc<str>> {
    let document = site.operation.location.document;
    let mut types = if library.dialect(document) == Dialect::Swagger20 {
        let produces = declared_produces(library, root, site);
        produces.into_iter().flat_map(Node::items).filter_map(Node::as_str).collect()
    } else {
        types_of_responses(library, site)
    };
    types.retain(|written| is_safe(written));
    // The order of the document decides among equals.
    types.sort_by_key(|written| rank(written));
    types.dedup();
    types.truncate(MOST_TYPES);
    let first = rank(types.first()?);
    let mut text = String::new();
    for written in types {
        text.push_str(written);
        text.push_str(quality(rank(written), first));
        text.push_str(", ");
    }
    // All else comes last and is not refused: documents forget types, and a failure often has another one.
    text.push_str("*/*;q=0.1");
    Some(text.into())
}

/// `produces` of Swagger 2.0: that of the operation, else of its document, else of the first document.
pub fn declared_produces<'a>(
    library: &DocumentSet<'a>,
    root: &LocatedNode<'a>,
    site: &OperationSite<'a>,
) -> Option<Node<'a>> {
    let own = [site.operation, library.root(site.operation.location.document), *root];
    own.iter().find_map(|holder| holder.node.get("produces"))
}

/// The media types of successes, else those of `default`.
fn types_of_responses<'a>(library: &DocumentSet<'a>, site: &OperationSite<'a>) -> Vec<&'a str> {
    let Some(responses) = site.operation.key("responses") else { return Vec::new() };
    let of = |status: &'a str| {
        let response = responses.key(status).and_then(|located| library.follow_references(located).ok());
        let content = response.and_then(|response| response.node.get("content"));
        content.into_iter().flat_map(Node::entries).map(|(written, _)| written)
    };
    let statuses = || responses.node.entries().map(|(status, _)| status);
    let types: Vec<_> = statuses().filter(|status| status.starts_with('2')).flat_map(of).collect();
    if types.is_empty() {
        statuses().filter(|status| *status == "default").flat_map(of).collect()
    } else {
        types
    }
}

/// Whether a media type can stand in the header: a hostile one would end the header, or set its own quality.
fn is_safe(written: &str) -> bool {
    let is_token = |c: char| c.is_ascii_graphic() || c == ' ';
    written.len() <= LONGEST_TYPE
        && written.split_once('/').is_some_and(|(kind, sub)| !kind.is_empty() && !sub.is_empty())
        && written.chars().all(|c| is_token(c) && !matches!(c, ',' | '"' | '\\'))
        && !written.to_ascii_lowercase().replace(' ', "").contains(";q=")
        && !written.starts_with("*/")
}

/// Whether a media type is a stream of values.
pub fn is_stream(written: &str) -> bool {
    const STREAMS: [&str; 7] = [
        "text/event-stream",
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-seq",
        "application/stream+json",
    ];
    let lower = written.to_ascii_lowercase();
    let mut parts = lower.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    STREAMS.contains(&essence) || parts.any(|parameter| parameter.starts_with("stream="))
}

/// The order: `application/json`, other JSON, text, all else, and streams that may never end.
pub fn rank(written: &str) -> usize {
    let media = MediaType::parse(written);
    let lower = written.to_ascii_lowercase();
    let parameters = lower.split(';').skip(1).map(str::trim);
    let is_own = parameters.filter(|parameter| !parameter.starts_with("charset=")).count() > 0;
    match media.kind {
        _ if lower.starts_with("text/event-stream") || lower.contains("stream=watch") => 4,
        MediaKind::Json if lower.starts_with("application/json") && !is_own => 0,
        MediaKind::Json => 1,
        MediaKind::Text | MediaKind::Form => 2,
        MediaKind::Multipart | MediaKind::Bytes => 3,
    }
}

const fn quality(rank: usize, first: usize) -> &'static str {
    match rank - first {
        0 => "",
        1 => ";q=0.9",
        2 => ";q=0.8",
        3 => ";q=0.6",
        _ => ";q=0.2",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_that_would_say_more_than_itself_is_left_out() {
        for written in
            ["application/json", "text/plain; charset=utf-8", "image/*", "application/vnd.a+json;v=2"]
        {
            assert!(is_safe(written), "{written}");
        }
        for written in
            ["", "json", "a/b, c/d", "a/b\r\nX: y", "a/b;q=1", "a/b; Q=0", "a/\u{e9}", "*/*", "/", "a/\"b\""]
        {
            assert!(!is_safe(written), "{written:?}");
        }
        assert!(!is_safe(&format!("a/{}", "b".repeat(LONGEST_TYPE))));
    }

    #[test]
    fn json_comes_first_and_what_never_ends_last() {
        let mut types = [
            "text/event-stream",
            "image/png",
            "application/json;stream=watch",
            "application/vnd.github.raw+json",
            "text/html",
            "application/json; charset=utf-8",
        ];
        types.sort_by_key(|written| rank(written));
        let first = "application/json; charset=utf-8";
        let last = ["text/event-stream", "application/json;stream=watch"];
        assert_eq!((types[0], types[1]), (first, "application/vnd.github.raw+json"));
        assert_eq!(types[4..], last);
    }
}
