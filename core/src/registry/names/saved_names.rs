//! The ledger as JSON, so that names outlive the process.
//!
//! ```json
//! { "format": 1, "names": [{ "source": "crm", "namespace": "crm", "method": "GET", "path": "/users/{id}",
//!   "operationId": "getUser", "name": "crm_getUser" }] }
//! ```
//!
//! `namespace` and `operationId` are left out where there is none; `given` is true for a name that the caller gave, which
//! stands beside the one that the ledger made. Entries are sorted, so that a file of them changes
//! where names do.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::identity::{Identity, NameScope};
use super::ledger::{DraftedName, NameDraft, NameLedger};
use crate::error::{Error, Problem, Result};
use crate::json::pointer;
use crate::registry::versions::source_name::family_of;
use crate::tool::name;

/// Raised whenever an older version would misread what a newer one saved.
const FORMAT: u64 = 1;
const KEYS: [&str; 2] = ["format", "names"];
const ENTRY_KEYS: [&str; 7] = ["source", "namespace", "method", "path", "operationId", "name", "given"];

impl NameLedger {
    /// All names.
    pub fn to_json(&self) -> Value {
        let operations = self
            .scopes
            .iter()
            .flat_map(|(scope, names)| names.iter().map(move |(id, names)| (scope, id, names)));
        let entries = operations.flat_map(|(scope, id, names)| {
            let own = names.own.iter().map(|name| (name, false));
            let all = own.chain(names.given.iter().map(|name| (name, true)));
            all.map(move |(name, is_given)| (scope, id, name, is_given))
        });
        let names = entries.map(|(scope, identity, name, is_given)| {
            let mut map = Map::new();
            let mut put = |key: &str, text: Option<&str>| {
                if let Some(text) = text {
                    map.insert(key.to_owned(), text.into());
                }
            };
            put("source", Some(&scope.source));
            put("namespace", scope.namespace.as_deref());
            put("method", Some(&identity.method));
            put("path", Some(&identity.path));
            put("operationId", identity.id.as_deref());
            put("name", Some(name));
            if is_given {
                map.insert("given".to_owned(), true.into());
            }
            Value::Object(map)
        });
        json!({"format": FORMAT, "names": names.collect::<Vec<_>>()})
    }

    /// The ledger that was saved. The error has everything that is wrong with it.
    pub fn restore(saved: &Value) -> Result<Self> {
        let mut problems = Vec::new();
        let Some(map) = saved.as_object() else {
            return Err(invalid(vec![Problem::at("", "must be a map")]));
        };
        if map.get("format") != Some(&json!(FORMAT)) {
            // Whatever else it says may mean something else there.
            let message = format!("must be {FORMAT}, the format that this version reads");
            return Err(invalid(vec![Problem::at("/format", message)]));
        }
        unknown_keys(map, "", &KEYS, &mut problems);
        let Some(list) = map.get("names").and_then(Value::as_array) else {
            problems.push(Problem::at("/names", "must be a list"));
            return Err(invalid(problems));
        };
        let mut entries: BTreeMap<NameScope, Vec<DraftedName>> = BTreeMap::new();
        let mut places = SavedPlaces::default();
        for (i, entry) in list.iter().enumerate() {
            let place = format!("/names/{i}");
            if let Some((scope, entry)) = read(entry, &place, &mut problems) {
                places.take(&scope, &entry, &place, &mut problems);
                entries.entry(scope).or_default().push(entry);
            }
        }
        if !problems.is_empty() {
            return Err(invalid(problems));
        }
        let mut ledger = Self::default();
        for (scope, entries) in entries {
            let entered = ledger.enter(&NameDraft { scope, entries });
            debug_assert!(entered, "no name stands twice");
        }
        Ok(ledger)
    }
}

/// A name, where it stands, and whose it is.
type SavedName = (String, String, (NameScope, Identity));

/// Where names and operations stand that were read, by what no two of them may share.
#[derive(Default)]
struct SavedPlaces {
    names: HashMap<String, Vec<SavedName>>,
    operations: BTreeMap<(NameScope, Identity), String>,
}

impl SavedPlaces {
    fn take(&mut self, scope: &NameScope, entry: &DraftedName, place: &str, problems: &mut Vec<Problem>) {
        let Ok(name) = &entry.name else { return };
        let operation = (scope.clone(), entry.identity.clone());
        let key = name::confusion_key(name).into_owned();
        let known = self.names.entry(key).or_default();
        let stands_in_the_way = |(holder, _, known): &&SavedName| {
            let (source, other) = (&scope.source, &known.0.source);
            // Versions of a source share names, and one operation may be called both `get-user` and `get_user`.
            let is_sibling = source != other && family_of(source) == family_of(other);
            !(is_sibling || holder != name && *known == operation)
        };
        if let Some((holder, at, _)) = known.iter().find(stands_in_the_way) {
            let message = format!("\"{name}\" is taken by \"{holder}\" at {at}");
            problems.push(Problem::at(format!("{place}/name"), message));
        } else {
            known.push((name.clone(), place.to_owned(), operation.clone()));
        }
        if entry.is_given {
            return;
        }
        if let Some(at) = self.operations.get(&operation) {
            problems.push(Problem::at(place, format!("has the operation that {at} has")));
        } else {
            self.operations.insert(operation, place.to_owned());
        }
    }
}

fn read(entry: &Value, place: &str, problems: &mut Vec<Problem>) -> Option<(NameScope, DraftedName)> {
    let Some(map) = entry.as_object() else {
        problems.push(Problem::at(place, "must be a map"));
        return None;
    };
    unknown_keys(map, place, &ENTRY_KEYS, problems);
    let mut text = |key: &str, required: bool| match map.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        None if !required => None,
        given => {
            let message = if given.is_some() { "must be a string" } else { "is missing" };
            problems.push(Problem::at(pointer::push(place, key), message));
            None
        }
    };
    let (source, namespace) = (text("source", true), text("namespace", false));
    let (method, path, id) = (text("method", true), text("path", true), text("operationId", false));
    let name = text("name", true).filter(|name| {
        let portable = name::is_portable(name);
        if !portable {
            let message =
                format!("\"{}\" is not of the form ^[a-zA-Z_][a-zA-Z0-9_-]{{0,63}}$", name.escape_debug());
            problems.push(Problem::at(format!("{place}/name"), message));
        }
        portable
    });
    let is_given = match map.get("given") {
        None => false,
        Some(Value::Bool(is_given)) => *is_given,
        Some(_) => {
            problems.push(Problem::at(format!("{place}/given"), "must be a boolean"));
            false
        }
    };
    let scope = NameScope { source: source?, namespace };
    let identity = Identity { path: path?.into(), method: method?.into(), id: id.map(Into::into) };
    Some((scope, DraftedName { identity, name: Ok(name?), is_given }))
}

fn unknown_keys(map: &Map<String, Value>, place: &str, known: &[&str], problems: &mut Vec<Problem>) {
    for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
        let message = format!("is none of {}", known.join(", "));
        problems.push(Problem::at(pointer::push(place, key), message));
    }
}

fn invalid(problems: Vec<Problem>) -> Error {
    Error::InvalidValue { option: "names", problems }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn entry(over: &Value) -> Value {
        let mut entry = json!({"source": "crm", "method": "GET", "path": "/a", "name": "a"});
        for (key, value) in over.as_object().expect("a map") {
            entry[key] = value.clone();
        }
        entry
    }

    #[test]
    fn what_is_saved_is_restored() {
        let names = [
            entry(&json!({})),
            entry(&json!({"method": "PUT", "name": "b"})),
            entry(&json!({"operationId": "c", "name": "c"})),
            entry(&json!({"namespace": "n", "name": "n_a"})),
            entry(&json!({"namespace": "n", "name": "found", "given": true})),
            entry(&json!({"namespace": "n", "name": "n-a", "given": true})),
        ];
        let ledger = NameLedger::restore(&json!({"format": 1, "names": names})).expect("is whole");
        let saved = ledger.to_json();
        assert_eq!(saved["names"].as_array().map(Vec::len), Some(6));
        assert_eq!(NameLedger::restore(&saved), Ok(ledger));
        let turned: Vec<_> = names.iter().rev().collect();
        let other = NameLedger::restore(&json!({"format": 1, "names": turned})).expect("is whole");
        assert_eq!(other.to_json(), saved);
    }

    #[test]
    fn everything_that_is_wrong_with_saved_names_is_told_with_its_place() {
        let of = |names: Value| json!({"format": 1, "names": names});
        for (saved, expected) in [
            (Value::Null, vec![("", "must be a map")]),
            (json!([]), vec![("", "must be a map")]),
            (json!({}), vec![("/format", "must be 1, the format that this version reads")]),
            (
                json!({"format": "1", "x": 1}),
                vec![("/format", "must be 1, the format that this version reads")],
            ),
            (
                json!({"format": 1, "na/me": []}),
                vec![("/na~1me", "is none of format, names"), ("/names", "must be a list")],
            ),
            (of(json!({})), vec![("/names", "must be a list")]),
            (of(json!([5])), vec![("/names/0", "must be a map")]),
            (
                of(json!([{"source": 5, "namespace": null, "operationId": [], "id": "x"}])),
                vec![
                    ("/names/0/id", "is none of source, namespace, method, path, operationId, name, given"),
                    ("/names/0/source", "must be a string"),
                    ("/names/0/namespace", "must be a string"),
                    ("/names/0/method", "is missing"),
                    ("/names/0/path", "is missing"),
                    ("/names/0/operationId", "must be a string"),
                    ("/names/0/name", "is missing"),
                ],
            ),
            (
                of(json!([entry(&json!({"name": "a b"}))])),
                vec![("/names/0/name", "\"a b\" is not of the form ^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$")],
            ),
            (
                of(json!([entry(&json!({"name": "a-b"})), entry(&json!({"name": "a_b", "path": "/b"}))])),
                vec![("/names/1/name", "\"a_b\" is taken by \"a-b\" at /names/0")],
            ),
            (
                of(json!([entry(&json!({})), entry(&json!({"name": "b"}))])),
                vec![("/names/1", "has the operation that /names/0 has")],
            ),
            (
                of(json!([entry(&json!({})), entry(&json!({"given": "yes"}))])),
                vec![
                    ("/names/1/given", "must be a boolean"),
                    ("/names/1/name", "\"a\" is taken by \"a\" at /names/0"),
                    ("/names/1", "has the operation that /names/0 has"),
                ],
            ),
        ] {
            let error = NameLedger::restore(&saved).expect_err("is wrong");
            assert_eq!(error.code(), ErrorCode::InvalidOptions);
            let Error::InvalidValue { problems, .. } = error else { panic!("{error}") };
            let told: Vec<_> =
                problems.iter().map(|one| (one.pointer.as_str(), one.message.as_str())).collect();
            assert_eq!(told, expected, "{saved}");
        }
    }
}
