//! Two places where the calls of one tool go. Arguments that come or go are the schema's affair.

use super::change_finding::{ChangeFinding, FindingKind, finding as f};
use crate::json::HashMap;
use crate::tool::{Destination, SecurityRequirement, SentArgument};

/// Every difference of where calls go and of what they show there.
pub fn compare(old: &Destination, new: &Destination) -> Vec<ChangeFinding> {
    let mut found = Vec::new();
    let mut text = |kind: &FindingKind, pointer: &str, old: Option<&str>, new: Option<&str>| {
        if old != new {
            found.push(ChangeFinding::new(kind, pointer, old, new));
        }
    };
    text(&f::METHOD_CHANGED, "/endpoint/method", Some(&old.method), Some(&new.method));
    text(&f::PATH_CHANGED, "/endpoint/path", Some(&old.path), Some(&new.path));
    text(&f::BASE_CHANGED, "/endpoint/base", old.base.as_deref(), new.base.as_deref());
    let arguments: HashMap<&str, &SentArgument> =
        new.arguments.iter().map(|is| (is.pointer.as_str(), is)).collect();
    for was in &old.arguments {
        let Some(is) = arguments.get(was.pointer.as_str()) else { continue };
        let pointer = format!("/endpoint/arguments{}", was.pointer);
        if was.place == is.place {
            text(&f::ARGUMENT_REWRITTEN, &pointer, Some(&was.form), Some(&is.form));
        } else {
            text(&f::ARGUMENT_MOVED, &pointer, Some(&was.place), Some(&is.place));
        }
    }
    let body = |of: &Destination| of.body.clone().unzip();
    let ((media, fields), (new_media, new_fields)) = (body(old), body(new));
    // A body that comes or goes does so with its arguments.
    if media.is_some() && new_media.is_some() {
        text(&f::BODY_MEDIA_CHANGED, "/endpoint/body", media.as_deref(), new_media.as_deref());
        text(&f::BODY_FIELDS_CHANGED, "/endpoint/body", fields.as_deref(), new_fields.as_deref());
    }
    // Neither the values nor what tells them apart is shown: they may be credentials.
    if sorted(&old.fixed) != sorted(&new.fixed) {
        let places = |of: &Destination| {
            sorted(&of.fixed).into_iter().map(|(place, _)| place).collect::<Vec<_>>().join(", ")
        };
        let (was, is) = (places(old), places(new));
        found.push(ChangeFinding::new(&f::FIXED_CHANGED, "/endpoint/fixed", Some(&was), Some(&is)));
    }
    if old.headers != new.headers {
        found.push(ChangeFinding::new(&f::HEADERS_CHANGED, "/endpoint/headers", None, None));
    }
    found.extend(security(&old.security, &new.security));
    found
}

fn security(old: &[Vec<SecurityRequirement>], new: &[Vec<SecurityRequirement>]) -> Option<ChangeFinding> {
    let (was, is) = (demanded(old), demanded(new));
    let kind = match (was.is_empty(), is.is_empty()) {
        _ if was == is => return None,
        (true, _) => &f::SECURITY_ADDED,
        (_, true) => &f::SECURITY_REMOVED,
        _ => &f::SECURITY_CHANGED,
    };
    let shown = |all: &[Vec<SecurityRequirement>]| (!all.is_empty()).then(|| shown(all));
    Some(ChangeFinding::new(kind, "/endpoint/security", shown(&was).as_deref(), shown(&is).as_deref()))
}

/// The alternatives, in an order of their own; none where the only one asks for nothing.
fn demanded(alternatives: &[Vec<SecurityRequirement>]) -> Vec<Vec<SecurityRequirement>> {
    let mut all = sorted(alternatives);
    all.dedup();
    if all.iter().all(Vec::is_empty) { Vec::new() } else { all }
}

fn shown(alternatives: &[Vec<SecurityRequirement>]) -> String {
    let one = |requirement: &SecurityRequirement| {
        let SecurityRequirement { scheme, kind, scopes } = requirement;
        let kind = if kind.is_empty() { String::new() } else { format!(" ({kind})") };
        let scopes = if scopes.is_empty() { String::new() } else { format!(" [{}]", scopes.join(" ")) };
        format!("{scheme}{kind}{scopes}")
    };
    let all = |alternative: &Vec<SecurityRequirement>| {
        if alternative.is_empty() {
            "nothing".to_owned()
        } else {
            alternative.iter().map(one).collect::<Vec<_>>().join(" and ")
        }
    };
    alternatives.iter().map(all).collect::<Vec<_>>().join(" or ")
}

fn sorted<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    sorted
}
