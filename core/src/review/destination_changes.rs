//! Compares two targets of a tool's calls: method, address, serialization, credentials. The schema covers new and removed
//! arguments.

use super::change_finding::{ChangeFinding, finding as f};
use crate::json::HashMap;
use crate::tool::{Destination, SecurityRequirement, SentArgument};

/// All differences of two destinations.
pub fn compare(old: &Destination, new: &Destination) -> Vec<ChangeFinding> {
    let text = ChangeFinding::between;
    let address = [
        text(&f::METHOD_CHANGED, "/endpoint/method", Some(&old.method), Some(&new.method)),
        text(&f::PATH_CHANGED, "/endpoint/path", Some(&old.path), Some(&new.path)),
        text(&f::BASE_CHANGED, "/endpoint/base", old.base.as_deref(), new.base.as_deref()),
    ];
    let headers = (old.headers != new.headers)
        .then(|| ChangeFinding::new(&f::HEADERS_CHANGED, "/endpoint/headers", None, None));
    let mut findings: Vec<ChangeFinding> = address.into_iter().flatten().collect();
    findings.extend(argument_findings(&old.arguments, &new.arguments));
    findings.extend(body_findings(old, new));
    findings.extend(fixed_finding(old, new));
    findings.extend(headers);
    findings.extend(security_finding(&old.security, &new.security));
    findings
}

fn argument_findings(old: &[SentArgument], new: &[SentArgument]) -> Vec<ChangeFinding> {
    let new: HashMap<&str, &SentArgument> = new.iter().map(|one| (one.pointer.as_str(), one)).collect();
    let both = old.iter().filter_map(|old| Some((old, *new.get(old.pointer.as_str())?)));
    let finding = |(old, new): (&SentArgument, &SentArgument)| {
        let pointer = format!("/endpoint/arguments{}", old.pointer);
        if old.place == new.place {
            ChangeFinding::between(&f::ARGUMENT_REWRITTEN, &pointer, Some(&old.form), Some(&new.form))
        } else {
            ChangeFinding::between(&f::ARGUMENT_MOVED, &pointer, Some(&old.place), Some(&new.place))
        }
    };
    both.filter_map(finding).collect()
}

fn body_findings(old: &Destination, new: &Destination) -> Vec<ChangeFinding> {
    // A new or removed body changes the arguments, which the schema covers.
    let (Some((old_media, old_fields)), Some((new_media, new_fields))) = (&old.body, &new.body) else {
        return Vec::new();
    };
    let pointer = "/endpoint/body";
    let media = ChangeFinding::between(&f::BODY_MEDIA_CHANGED, pointer, Some(old_media), Some(new_media));
    let fields = ChangeFinding::between(&f::BODY_FIELDS_CHANGED, pointer, Some(old_fields), Some(new_fields));
    media.into_iter().chain(fields).collect()
}

/// A finding where fixed values changed. It has neither the values nor their digests: they may be credentials.
fn fixed_finding(old: &Destination, new: &Destination) -> Option<ChangeFinding> {
    let (old, new) = (sorted(&old.fixed), sorted(&new.fixed));
    if old == new {
        return None;
    }
    let places = |fixed: Vec<(String, String)>| {
        fixed.into_iter().map(|(place, _)| place).collect::<Vec<_>>().join(", ")
    };
    let (old, new) = (places(old), places(new));
    Some(ChangeFinding::new(&f::FIXED_CHANGED, "/endpoint/fixed", Some(&old), Some(&new)))
}

fn security_finding(
    old: &[Vec<SecurityRequirement>],
    new: &[Vec<SecurityRequirement>],
) -> Option<ChangeFinding> {
    let (old, new) = (required_alternatives(old), required_alternatives(new));
    let kind = match (old.is_empty(), new.is_empty()) {
        _ if old == new => return None,
        (true, _) => &f::SECURITY_ADDED,
        (_, true) => &f::SECURITY_REMOVED,
        _ => &f::SECURITY_CHANGED,
    };
    let text = |all: &[Vec<SecurityRequirement>]| (!all.is_empty()).then(|| security_text(all));
    Some(ChangeFinding::new(kind, "/endpoint/security", text(&old).as_deref(), text(&new).as_deref()))
}

/// The alternatives, sorted; none where every alternative requires nothing.
fn required_alternatives(alternatives: &[Vec<SecurityRequirement>]) -> Vec<Vec<SecurityRequirement>> {
    let mut all = sorted(alternatives);
    all.dedup();
    if all.iter().all(Vec::is_empty) { Vec::new() } else { all }
}

fn security_text(alternatives: &[Vec<SecurityRequirement>]) -> String {
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
