//! Success responses: the documented responses of status 2xx, and what a result of each is.

use crate::error::Result;
use crate::json::Node;
use crate::schema::{Dialect, DocumentSet, LocatedNode};
use crate::spec::accept_header::{declared_produces, is_stream, rank};
use crate::spec::operation_site::OperationSite;
use crate::spec::serialization::media_type::{MediaKind, MediaType};

/// A documented success response.
pub struct SuccessResponse<'a> {
    /// Its status as written: `200`, `2XX`.
    pub status: &'a str,
    /// What a result of it is.
    pub result: DocumentedResult<'a>,
}

/// What the document says of a result.
pub enum DocumentedResult<'a> {
    /// There is no body: the result is null.
    Null,
    /// JSON that one of these schemas accepts.
    Json(Vec<LocatedNode<'a>>),
    /// The result may be something that no schema of the document describes.
    Undescribed(&'static str),
}

/// The documented success responses of an operation: 200 first, then the others by their status, the range `2XX` last.
///
/// # Errors
/// `UNRESOLVED_REF` for a response that cannot be found.
pub fn success_responses<'a>(
    library: &DocumentSet<'a>,
    root: &LocatedNode<'a>,
    site: &OperationSite<'a>,
) -> Result<Vec<SuccessResponse<'a>>> {
    let Some(responses) = site.operation.key("responses") else { return Ok(Vec::new()) };
    let statuses = responses.node.entries().map(|(status, _)| status);
    let mut statuses: Vec<&str> = statuses.filter(|status| is_success(status)).collect();
    statuses.sort_unstable_by_key(|status| status.to_ascii_uppercase());
    let read = |status| {
        let located = responses.key(status)?;
        let result = library.follow_references(located).and_then(|response| {
            if matches!(status, "204" | "205") {
                return Ok(DocumentedResult::Null);
            }
            if library.dialect(response.location.document) == Dialect::Swagger20 {
                Ok(swagger2_result(library, root, site, &response))
            } else {
                openapi3_result(library, &response)
            }
        });
        Some(result.map(|result| SuccessResponse { status, result }))
    };
    statuses.into_iter().filter_map(read).collect()
}

/// Whether a key of `responses` is a status of success, or the range of all of them.
fn is_success(status: &str) -> bool {
    let is_code = |rest: &str| rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    status.strip_prefix('2').is_some_and(|rest| is_code(rest) || rest.eq_ignore_ascii_case("xx"))
}

const NO_SCHEMA: &str = "has no schema";
const NO_JSON: &str = "is not JSON";
const STREAM: &str = "may be a stream";
const TOO_MANY: &str = "has too many media types";
/// The most JSON media types of one response. Real documents have four.
const MOST_TYPES: usize = 16;

fn openapi3_result<'a>(
    library: &DocumentSet<'a>,
    response: &LocatedNode<'a>,
) -> Result<DocumentedResult<'a>> {
    let content = response.key("content");
    let content = content.filter(|content| content.node.entries().next().is_some());
    let Some(content) = content else { return Ok(DocumentedResult::Undescribed(NO_SCHEMA)) };
    let written: Vec<&str> = content.node.entries().map(|(written, _)| written).collect();
    let preferred = match preferred_json(&written) {
        Ok(preferred) => preferred,
        Err(reason) => return Ok(DocumentedResult::Undescribed(reason)),
    };
    let mut schemas = Vec::with_capacity(preferred.len());
    for written in preferred {
        let Some(entry) = content.key(written) else { continue };
        match library.follow_references(entry)?.key("schema") {
            Some(schema) => schemas.push(schema),
            None => return Ok(DocumentedResult::Undescribed(NO_SCHEMA)),
        }
    }
    Ok(DocumentedResult::Json(schemas))
}

fn swagger2_result<'a>(
    library: &DocumentSet<'a>,
    root: &LocatedNode<'a>,
    site: &OperationSite<'a>,
    response: &LocatedNode<'a>,
) -> DocumentedResult<'a> {
    let Some(schema) = response.key("schema") else { return DocumentedResult::Undescribed(NO_SCHEMA) };
    let written: Vec<&str> = declared_produces(library, root, site)
        .into_iter()
        .flat_map(Node::items)
        .filter_map(Node::as_str)
        .collect();
    if written.is_empty() {
        return DocumentedResult::Json(vec![schema]);
    }
    match preferred_json(&written) {
        Ok(_) => DocumentedResult::Json(vec![schema]),
        Err(reason) => DocumentedResult::Undescribed(reason),
    }
}

/// The JSON media types that the `Accept` header of a call prefers: the API may answer with any of them. A call can ask
/// for a stream by its arguments (`stream`, `watch`), whatever its header prefers.
fn preferred_json<'m>(written: &[&'m str]) -> std::result::Result<Vec<&'m str>, &'static str> {
    if written.iter().any(|written| is_stream(written)) {
        return Err(STREAM);
    }
    let json = written.iter().filter(|written| MediaType::parse(written).kind == MediaKind::Json);
    let best = json.clone().map(|written| rank(written)).min().ok_or(NO_JSON)?;
    let preferred: Vec<_> = json.filter(|written| rank(written) == best).copied().collect();
    if preferred.len() > MOST_TYPES { Err(TOO_MANY) } else { Ok(preferred) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_of_success_is_a_code_or_the_range() {
        for status in ["200", "204", "299", "2XX", "2xx"] {
            assert!(is_success(status), "{status}");
        }
        for status in ["default", "2", "20", "2000", "302", "4XX", "2X0", "x-200", "2é"] {
            assert!(!is_success(status), "{status}");
        }
    }

    #[test]
    fn the_preferred_json_is_that_of_the_accept_header() {
        for (written, expected) in [
            (&["text/plain", "application/json"][..], Ok(vec!["application/json"])),
            (
                &["application/vnd.a+json", "application/json; charset=utf-8"],
                Ok(vec!["application/json; charset=utf-8"]),
            ),
            (
                &["application/vnd.a+json", "application/vnd.b+json"],
                Ok(vec!["application/vnd.a+json", "application/vnd.b+json"]),
            ),
            (&["*/*"], Ok(vec!["*/*"])),
            (&["text/csv", "application/pdf"], Err(NO_JSON)),
            (&["application/json", "text/event-stream"], Err(STREAM)),
            (&["application/json", "application/json;stream=watch"], Err(STREAM)),
            (&["application/json", "application/x-ndjson"], Err(STREAM)),
        ] {
            assert_eq!(preferred_json(written), expected, "{written:?}");
        }
    }
}
