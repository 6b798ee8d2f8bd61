//! Exclusive branches: whether no value matches two branches of a `oneOf`, so that `anyOf` means the same.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::target::rewrite::canonical::all_of_merge::{MergeFallback, Merger};
use crate::target::rewrite::schema_positions;

/// Maximum number of branches without a common tag that are compared in pairs. More of them count as overlapping.
const COMPARED: usize = 300;

/// Whether no value matches two branches: their types differ, or a required property has other values in each.
pub fn are_exclusive(branches: &[Value], definitions: &Map<String, Value>) -> bool {
    let merger = Merger::new(definitions, MergeFallback::Fail);
    let written: Option<Vec<_>> =
        branches.iter().map(|branch| merger.written_out(branch.as_object()?.clone()).ok()).collect();
    let Some(written) = written else { return false };
    if are_tagged(&written) {
        return true;
    }
    if written.len() > COMPARED {
        return false;
    }
    let pairs =
        written.iter().enumerate().flat_map(|(i, one)| written[..i].iter().map(move |other| (one, other)));
    pairs.into_iter().all(|(one, other)| are_apart(one, other))
}

/// Whether all branches require one property, with other values in each branch.
fn are_tagged(branches: &[Map<String, Value>]) -> bool {
    let Some(first) = branches.first() else { return false };
    schema_positions::required(first).take(8).any(|name| {
        let mut known: HashSet<String> = HashSet::new();
        branches.iter().all(|branch| {
            let Some(values) = tag(branch, name) else { return false };
            let values: HashSet<String> = values.iter().map(Value::to_string).collect();
            let is_new = known.is_disjoint(&values);
            known.extend(values);
            is_new
        })
    })
}

/// The values of a required property.
fn tag(schema: &Map<String, Value>, name: &str) -> Option<Vec<Value>> {
    schema_positions::required(schema).any(|other| other == name).then_some(())?;
    values(schema.get("properties")?.get(name)?.as_object()?)
}

/// Whether no value matches both schemas.
fn are_apart(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let number = |kind: &str| matches!(kind, "integer" | "number");
    let same = |one: &str, other: &str| one == other || (number(one) && number(other));
    let typed = one.contains_key("type") && other.contains_key("type");
    if typed
        && schema_positions::types(one)
            .all(|kind| schema_positions::types(other).all(|other| !same(kind, other)))
    {
        return true;
    }
    if let (Some(own), Some(others)) = (values(one), values(other)) {
        return own.iter().all(|value| !others.contains(value));
    }
    schema_positions::required(one).any(|name| {
        matches!((tag(one, name), tag(other, name)), (Some(own), Some(others)) if own.iter().all(|value| !others.contains(value)))
    })
}

fn values(schema: &Map<String, Value>) -> Option<Vec<Value>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(value), _) => Some(vec![value.clone()]),
        (None, Some(Value::Array(values))) => Some(values.clone()),
        _ => None,
    }
}
