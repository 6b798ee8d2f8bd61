//! Saved names: the name ledger as JSON, so that tool names survive a restart.
//!
//! ```json
//! { "format": 1, "names": [{ "source": "crm", "namespace": "crm", "method": "GET", "path": "/users/{id}",
//!   "operationId": "getUser", "name": "crm_getUser" }] }
//! ```
//!
//! `namespace` and `operationId` are absent where there is none. `given` is true for an explicit name of the caller; it
//! stands beside the derived one. Entries are sorted, so that a saved file differs only where names do.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::identity::{Identity, NameScope};
use super::ledger::NameLedger;
use super::name_draft::{DraftedName, NameDraft};
use crate::error::{Error, Problem, Result, describe_unknown};
use crate::json::pointer;
use crate::registry::versions::source_name::family_of;
use crate::tool::name;

/// Increased whenever an older version of toolrack would misread what a newer one saved.
const FORMAT: u64 = 1;
const KEYS: [&str; 2] = ["format", "names"];
const ENTRY_KEYS: [&str; 7] = ["source", "namespace", "method", "path", "operationId", "name", "given"];

impl NameLedger {
    /// All names in the saved form.
    pub fn to_json(&self) -> Value {
        let mut entries = Vec::new();
        for (scope, operations) in &self.scopes {
            for (identity, names) in operations {
                let write = |name, is_explicit| saved_entry(scope, identity, name, is_explicit);
                entries.extend(names.derived.iter().map(|name| write(name, false)));
                entries.extend(names.explicit.iter().map(|name| write(name, true)));
            }
        }
        json!({"format": FORMAT, "names": entries})
    }

    /// Reads the saved form.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with every problem and its JSON pointer.
    pub fn restore(saved: &Value) -> Result<Self> {
        let Some(map) = saved.as_object() else {
            return Err(invalid(vec![Problem::at("", "must be a map")]));
        };
        if map.get("format") != Some(&json!(FORMAT)) {
            // Another format may give all other keys another meaning, so they are not checked.
            let message = format!("must be {FORMAT}, the only format that this version of toolrack reads");
            return Err(invalid(vec![Problem::at("/format", message)]));
        }
        let mut reader = SavedNamesReader::default();
        reader.check_keys(map, "", &KEYS);
        match map.get("names").and_then(Value::as_array) {
            Some(list) => reader.read_list(list),
            None => reader.report("/names".to_owned(), "must be a list"),
        }
        if !reader.problems.is_empty() {
            return Err(invalid(reader.problems));
        }
        let mut ledger = Self::default();
        for (scope, entries) in reader.entries {
            let is_entered = ledger.enter(&NameDraft { scope, entries });
            debug_assert!(is_entered, "the reader refuses conflicting names");
        }
        Ok(ledger)
    }
}

fn saved_entry(scope: &NameScope, identity: &Identity, name: &str, is_explicit: bool) -> Value {
    let texts = [
        ("source", Some(scope.source.as_str())),
        ("namespace", scope.namespace.as_deref()),
        ("method", Some(&identity.method)),
        ("path", Some(&identity.path)),
        ("operationId", identity.id.as_deref()),
        ("name", Some(name)),
    ];
    let present = texts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text?.into())));
    let mut entry: Map<String, Value> = present.collect();
    if is_explicit {
        entry.insert("given".to_owned(), true.into());
    }
    Value::Object(entry)
}

/// An operation of one source, as entries refer to it.
type SavedOperation = (NameScope, Identity);

/// A name that was read, for the check of later ones.
struct SavedName {
    name: String,
    operation: SavedOperation,
    /// The JSON pointer of its entry.
    at: String,
}

/// Reads entries and collects every problem, so that a user can fix all of them at once.
#[derive(Default)]
struct SavedNamesReader {
    entries: BTreeMap<NameScope, Vec<DraftedName>>,
    /// By [`name::confusion_key`]: only versions of one source may share a key.
    names: HashMap<String, Vec<SavedName>>,
    /// Operations that have a derived name, with the JSON pointers of their entries: each may have one.
    operations: BTreeMap<SavedOperation, String>,
    problems: Vec<Problem>,
}

impl SavedNamesReader {
    fn read_list(&mut self, list: &[Value]) {
        for (index, entry) in list.iter().enumerate() {
            let at = format!("/names/{index}");
            if let Some((scope, entry)) = self.read_entry(entry, &at) {
                self.check_name(&scope, &entry, &at);
                self.check_operation(&scope, &entry, &at);
                self.entries.entry(scope).or_default().push(entry);
            }
        }
    }

    fn read_entry(&mut self, entry: &Value, at: &str) -> Option<(NameScope, DraftedName)> {
        let Some(map) = entry.as_object() else {
            self.report(at.to_owned(), "must be a map");
            return None;
        };
        self.check_keys(map, at, &ENTRY_KEYS);
        let (source, namespace) = (self.required_text(map, at, "source"), self.text(map, at, "namespace"));
        let (method, path) = (self.required_text(map, at, "method"), self.required_text(map, at, "path"));
        let id = self.text(map, at, "operationId");
        let is_explicit = match map.get("given") {
            None => false,
            Some(Value::Bool(is_explicit)) => *is_explicit,
            Some(_) => {
                self.report(format!("{at}/given"), "must be a boolean");
                false
            }
        };
        let name = self.tool_name(map, at, is_explicit);
        let scope = NameScope { source: source?, namespace };
        let identity = Identity { path: path?.into(), method: method?.into(), id: id.map(Into::into) };
        Some((scope, DraftedName { identity, name: Ok(name?), is_explicit }))
    }

    fn text(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<String> {
        if let Value::String(text) = map.get(key)? {
            return Some(text.clone());
        }
        self.report(pointer::push(at, key), "must be a string");
        None
    }

    fn required_text(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<String> {
        if !map.contains_key(key) {
            self.report(pointer::push(at, key), "is missing: it must be a string");
        }
        self.text(map, at, key)
    }

    /// Derived names are portable. One that was given has the rule of every tool: code may have `crm.lookup`.
    fn tool_name(&mut self, map: &Map<String, Value>, at: &str, is_explicit: bool) -> Option<String> {
        let name = self.required_text(map, at, "name")?;
        let fault = match name::find_fault(&name) {
            None if is_explicit || name::is_portable(&name) => return Some(name),
            Some(fault) if is_explicit => fault,
            Some(_) | None => {
                format!("\"{}\" must match ^[a-zA-Z_][a-zA-Z0-9_-]{{0,63}}$", name.escape_debug())
            }
        };
        self.report(format!("{at}/name"), fault);
        None
    }

    /// Reports a name that conflicts with one read before.
    fn check_name(&mut self, scope: &NameScope, entry: &DraftedName, at: &str) {
        let Ok(name) = &entry.name else { return };
        let operation = (scope.clone(), entry.identity.clone());
        let known = self.names.entry(name::confusion_key(name).into_owned()).or_default();
        let conflicts = |other: &&SavedName| {
            let (source, other_source) = (&scope.source, &other.operation.0.source);
            let is_shared = source != other_source && family_of(source) == family_of(other_source);
            // One operation may have both `get-user` and `get_user`.
            let is_own = other.name != *name && other.operation == operation;
            !is_shared && !is_own
        };
        if let Some(other) = known.iter().find(conflicts) {
            let (other_name, other_at) = (&other.name, &other.at);
            let message = format!(
                "\"{name}\" conflicts with \"{other_name}\" at {other_at}: rename or remove one of them"
            );
            self.report(format!("{at}/name"), message);
        } else {
            known.push(SavedName { name: name.clone(), operation, at: at.to_owned() });
        }
    }

    /// Reports a second derived name of one operation.
    fn check_operation(&mut self, scope: &NameScope, entry: &DraftedName, at: &str) {
        if entry.is_explicit {
            return;
        }
        let operation = (scope.clone(), entry.identity.clone());
        if let Some(first) = self.operations.get(&operation) {
            let message = format!("repeats the operation of {first}: remove one of them");
            self.report(at.to_owned(), message);
        } else {
            self.operations.insert(operation, at.to_owned());
        }
    }

    fn check_keys(&mut self, map: &Map<String, Value>, at: &str, known: &[&str]) {
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.report(pointer::push(at, key), describe_unknown(key, known));
        }
    }

    fn report(&mut self, pointer: String, message: impl Into<String>) {
        self.problems.push(Problem::at(pointer, message));
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
    fn saved_names_are_restored_whole_in_any_order() {
        let names = [
            entry(&json!({})),
            entry(&json!({"method": "PUT", "name": "b"})),
            entry(&json!({"operationId": "c", "name": "c"})),
            entry(&json!({"namespace": "n", "name": "n_a"})),
            entry(&json!({"namespace": "n", "name": "found", "given": true})),
            entry(&json!({"namespace": "n", "name": "n-a", "given": true})),
        ];
        let ledger = NameLedger::restore(&json!({"format": 1, "names": names})).expect("valid names");
        let saved = ledger.to_json();
        assert_eq!(saved["names"].as_array().map(Vec::len), Some(6));
        assert_eq!(NameLedger::restore(&saved), Ok(ledger));
        let reversed: Vec<_> = names.iter().rev().collect();
        let other = NameLedger::restore(&json!({"format": 1, "names": reversed})).expect("valid names");
        assert_eq!(other.to_json(), saved);
    }

    const WRONG_FORMAT: (&str, &str) =
        ("/format", "must be 1, the only format that this version of toolrack reads");
    const UNKNOWN_MEMBER: (&str, &str) = (
        "/names/0/id",
        "is none of source, namespace, method, path, operationId, name, given; nearest: operationId",
    );

    #[test]
    fn restore_reports_every_problem_with_its_pointer() {
        let saved_with = |names: Value| json!({"format": 1, "names": names});
        for (saved, expected) in [
            (Value::Null, vec![("", "must be a map")]),
            (json!([]), vec![("", "must be a map")]),
            (json!({}), vec![WRONG_FORMAT]),
            (json!({"format": "1", "x": 1}), vec![WRONG_FORMAT]),
            (
                json!({"format": 1, "na/me": []}),
                vec![("/na~1me", "is none of format, names; nearest: names"), ("/names", "must be a list")],
            ),
            (saved_with(json!({})), vec![("/names", "must be a list")]),
            (saved_with(json!([5])), vec![("/names/0", "must be a map")]),
            (
                saved_with(json!([{"source": 5, "namespace": null, "operationId": [], "id": "x"}])),
                vec![
                    UNKNOWN_MEMBER,
                    ("/names/0/source", "must be a string"),
                    ("/names/0/namespace", "must be a string"),
                    ("/names/0/method", "is missing: it must be a string"),
                    ("/names/0/path", "is missing: it must be a string"),
                    ("/names/0/operationId", "must be a string"),
                    ("/names/0/name", "is missing: it must be a string"),
                ],
            ),
            (
                saved_with(json!([entry(&json!({"name": "a b"}))])),
                vec![("/names/0/name", "\"a b\" must match ^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$")],
            ),
            (
                saved_with(json!([
                    entry(&json!({"name": "a-b"})),
                    entry(&json!({"name": "a_b", "path": "/b"}))
                ])),
                vec![(
                    "/names/1/name",
                    "\"a_b\" conflicts with \"a-b\" at /names/0: rename or remove one of them",
                )],
            ),
            (
                saved_with(json!([entry(&json!({})), entry(&json!({"name": "b"}))])),
                vec![("/names/1", "repeats the operation of /names/0: remove one of them")],
            ),
            (
                saved_with(json!([entry(&json!({})), entry(&json!({"given": "yes"}))])),
                vec![
                    ("/names/1/given", "must be a boolean"),
                    ("/names/1/name", "\"a\" conflicts with \"a\" at /names/0: rename or remove one of them"),
                    ("/names/1", "repeats the operation of /names/0: remove one of them"),
                ],
            ),
        ] {
            let error = NameLedger::restore(&saved).expect_err("invalid names");
            assert_eq!(error.code(), ErrorCode::InvalidOptions);
            let Error::InvalidValue { problems, .. } = error else { panic!("{error}") };
            let found: Vec<_> =
                problems.iter().map(|one| (one.pointer.as_str(), one.message.as_str())).collect();
            assert_eq!(found, expected, "{saved}");
        }
    }
}
