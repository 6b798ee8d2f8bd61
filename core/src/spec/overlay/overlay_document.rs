//! An overlay and its actions.
//!
//! An overlay is a list of actions. Each selects values by a `JSONPath` (RFC 9535), and updates or removes them in the
//! result of the action before. Maps merge key by key, lists grow, anything else is replaced.
//!
//! Where the specification is open, its version 1.1 counts. A list is appended item by item, what cannot merge (a text
//! over a map) is an error, and `remove` removes texts and numbers too. Updating a map or list with null leaves it
//! unchanged, as the example in the specification requires.
//!
//! Overlays come from the caller and are trusted: their output is bounded, the time of a `JSONPath` is not.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::{Error, Result, describe_unknown};
use crate::json::{JsonPath, Node, Path, PathElement, parse_json_path, pointer};
use crate::schema::{Note, kind};
use crate::spec::syntax::parse::ParseLimits;

/// An overlay that was read.
#[derive(Debug)]
pub struct Overlay {
    actions: Vec<OverlayAction>,
}

#[derive(Debug)]
struct OverlayAction {
    /// Its pointer, after the name of the overlay.
    pointer: String,
    target: JsonPath,
    change: OverlayChange,
}

#[derive(Debug)]
enum OverlayChange {
    Update(Value),
    Remove,
    /// Neither `update` nor `remove`.
    None,
}

/// One step to a place in the document. The derived order puts a place after those that contain it, and list items in
/// their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum DocumentStep {
    Key(String),
    Index(usize),
}

/// The value of a document that overlays change, with a note for each number that 64 bits cannot hold and that is rounded.
/// `name` stands before the pointers of the notes.
pub fn value_under_overlays(root: Node<'_>, name: &str) -> (Value, Vec<Note>) {
    let mut rounded = RoundedNumbers { name, notes: Vec::new() };
    if root.inexact_number().is_some() {
        rounded.visit(root, &Path::at(""));
    }
    (root.to_value(), rounded.notes)
}

/// Notes each number that is rounded.
struct RoundedNumbers<'n> {
    /// The name of the overlay; empty for the document.
    name: &'n str,
    notes: Vec<Note>,
}

impl RoundedNumbers<'_> {
    fn visit(&mut self, node: Node<'_>, path: &Path<'_>) {
        match node {
            Node::Number(number) if node.inexact_number().is_some() => {
                let message = format!("{} is rounded: beside overlays numbers have 64 bits", number.as_str());
                let pointer = named_pointer(self.name, &path.pointer());
                self.notes.push(Note::new(kind::NUMBER_ROUNDED, pointer, message));
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.visit(*item, &path.index(index));
                }
            }
            Node::Object(object) => {
                for (key, value) in object.iter() {
                    self.visit(value, &path.key(key));
                }
            }
            _ => {}
        }
    }
}

/// A pointer into an overlay, or into the document where there is no name.
fn named_pointer(name: &str, pointer: &str) -> String {
    if name.is_empty() { pointer.to_owned() } else { format!("{name}#{pointer}") }
}

impl Overlay {
    /// Reads an overlay. `name` stands before the pointers of errors and notes.
    ///
    /// # Errors
    /// `INVALID_SPEC`, or `UNSUPPORTED_SPEC` for another version.
    pub fn read(name: &str, overlay: &Value) -> Result<Self> {
        let invalid = |pointer: &str, reason: String| Error::InvalidSpec {
            pointer: named_pointer(name, pointer),
            reason,
        };
        let Value::Object(map) = overlay else {
            return Err(invalid("", "an overlay is a map".to_owned()));
        };
        known_keys(map, &["overlay", "info", "extends", "actions"])
            .map_err(|(key, reason)| invalid(&pointer::push("", key), reason))?;
        match map.get("overlay").map(version) {
            Some(Some(version)) if version == "1.0" || version.starts_with("1.0.") => {}
            Some(Some(version)) => {
                return Err(Error::UnsupportedSpec {
                    pointer: named_pointer(name, "/overlay"),
                    found: format!("overlay {}", version.escape_debug()),
                    supported: "Overlay 1.0",
                });
            }
            Some(None) => return Err(invalid("/overlay", "must be a version".to_owned())),
            None => return Err(invalid("", "there is no \"overlay\" key: this is no overlay".to_owned())),
        }
        if !map.get("info").is_some_and(Value::is_object) {
            return Err(invalid("/info", "must be a map with title and version".to_owned()));
        }
        if map.get("extends").is_some_and(|extends| !extends.is_string()) {
            return Err(invalid("/extends", "must be a string".to_owned()));
        }
        match map.get("actions") {
            Some(Value::Array(actions)) if !actions.is_empty() => {
                let read = |(i, action)| OverlayAction::read(name, &format!("/actions/{i}"), action);
                Ok(Self { actions: actions.iter().enumerate().map(read).collect::<Result<_>>()? })
            }
            _ => Err(invalid("/actions", "must be a list of at least one action".to_owned())),
        }
    }

    /// Applies the overlay to a document, within a budget.
    ///
    /// # Errors
    /// `INVALID_SPEC` for an update that does not merge, `LIMIT_EXCEEDED` for what the document has no room for.
    pub fn apply(&self, document: Value, budget: OverlayBudget) -> Result<OverlaidValue> {
        let mut overlaid = OverlaidValue { document, budget, notes: Vec::new() };
        for action in &self.actions {
            overlaid.apply_action(action)?;
        }
        Ok(overlaid)
    }
}

/// `1.0` without quotes is a number in YAML.
fn version(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Keys of the specification, and extensions.
fn known_keys<'m>(map: &'m Map<String, Value>, known: &[&str]) -> Result<(), (&'m str, String)> {
    match map.keys().find(|key| !known.contains(&key.as_str()) && !key.starts_with("x-")) {
        Some(key) => Err((key, describe_unknown(key, known))),
        None => Ok(()),
    }
}

/// The budget of values and bytes that overlays may add to a document.
#[derive(Clone, Copy, Debug)]
pub struct OverlayBudget {
    limits: ParseLimits,
    nodes: usize,
    bytes: usize,
}

impl OverlayBudget {
    /// The budget of a document of these limits.
    pub const fn new(limits: ParseLimits) -> Self {
        Self { limits, nodes: limits.nodes, bytes: limits.bytes }
    }

    /// The budget that is left after a value is added at each of these places.
    fn after(self, value: &Value, targets: &[Vec<DocumentStep>]) -> Result<Self> {
        let over = |what, limit| Err(Error::LimitExceeded { what, limit });
        let deepest = targets.iter().map(Vec::len).max().unwrap_or_default();
        if deepest + depth(value) > self.limits.depth {
            return over("document depth", self.limits.depth);
        }
        let spent = |left: usize, size: usize| left.checked_sub(size.saturating_mul(targets.len()));
        let Some(nodes) = spent(self.nodes, count(value)) else {
            return over("number of values in the document", self.limits.nodes);
        };
        let Some(bytes) = spent(self.bytes, value.to_string().len()) else {
            return over("document bytes", self.limits.bytes);
        };
        Ok(Self { nodes, bytes, ..self })
    }
}

fn depth(value: &Value) -> usize {
    let inner = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(map) => map.values().map(depth).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or_default()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// A document under overlays.
#[derive(Debug)]
pub struct OverlaidValue {
    /// The changed document.
    pub document: Value,
    /// The budget that is left for further overlays.
    pub budget: OverlayBudget,
    /// Notes of actions that change nothing.
    pub notes: Vec<Note>,
}

impl OverlaidValue {
    fn apply_action(&mut self, action: &OverlayAction) -> Result<()> {
        if matches!(action.change, OverlayChange::None) {
            let message = "the action says neither \"update\" nor \"remove\"";
            self.notes.push(action.unused("", message));
            return Ok(());
        }
        let mut targets = action.select(&self.document);
        if targets.is_empty() {
            let message = format!("{} selects nothing in the document", action.target);
            self.notes.push(action.unused("/target", message));
        }
        match &action.change {
            OverlayChange::Update(update) => {
                self.budget = self.budget.after(update, &targets)?;
                for target in &targets {
                    let node =
                        value_at(&mut self.document, target).expect("an update moves nothing that was there");
                    merge(node, update, true).map_err(|reason| Error::InvalidSpec {
                        pointer: format!("{}/update", action.pointer),
                        reason: format!("at \"{}\" of the document, {reason}", pointer_of(target)),
                    })?;
                }
            }
            OverlayChange::Remove => {
                // From the last to the first, so that the pointers of the others stay valid.
                targets.sort_unstable_by(|a, b| b.cmp(a));
                for target in &targets {
                    action.remove(&mut self.document, target)?;
                }
            }
            OverlayChange::None => {}
        }
        Ok(())
    }
}

impl OverlayAction {
    fn read(name: &str, at: &str, action: &Value) -> Result<Self> {
        let here = named_pointer(name, at);
        let invalid = |key: &str, reason: String| Error::InvalidSpec {
            pointer: if key.is_empty() { here.clone() } else { pointer::push(&here, key) },
            reason,
        };
        let Value::Object(map) = action else {
            return Err(invalid("", "an action is a map".to_owned()));
        };
        known_keys(map, &["target", "description", "update", "remove"])
            .map_err(|(key, reason)| invalid(key, reason))?;
        let Some(target) = map.get("target").and_then(Value::as_str) else {
            return Err(invalid("target", "must be a JSONPath".to_owned()));
        };
        let target = parse_json_path(target).map_err(|reason| invalid("target", reason))?;
        let remove = match map.get("remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => return Err(invalid("remove", "must be a boolean".to_owned())),
        };
        let change = match map.get("update") {
            _ if remove => OverlayChange::Remove,
            Some(update) => OverlayChange::Update(update.clone()),
            None => OverlayChange::None,
        };
        Ok(Self { pointer: here, target, change })
    }

    /// The note that the action changes nothing. `key` is the key that causes it.
    fn unused(&self, key: &str, message: impl Into<Arc<str>>) -> Note {
        Note::new(kind::OVERLAY_UNUSED, format!("{}{key}", self.pointer), message)
    }

    /// The selected places, each once.
    fn select(&self, document: &Value) -> Vec<Vec<DocumentStep>> {
        let found = self.target.query_located(document).dedup();
        let step = |element: &PathElement<'_>| match element {
            PathElement::Name(name) => DocumentStep::Key((*name).to_owned()),
            PathElement::Index(index) => DocumentStep::Index(*index),
        };
        found.locations().map(|location| location.iter().map(step).collect()).collect()
    }

    fn remove(&self, document: &mut Value, target: &[DocumentStep]) -> Result<()> {
        let Some((last, holder)) = target.split_last() else {
            let pointer = format!("{}/remove", self.pointer);
            return Err(Error::InvalidSpec {
                pointer,
                reason: "the whole document cannot be removed".to_owned(),
            });
        };
        match (value_at(document, holder), last) {
            (Some(Value::Object(map)), DocumentStep::Key(key)) => drop(map.shift_remove(key)),
            (Some(Value::Array(items)), DocumentStep::Index(index)) if *index < items.len() => {
                items.remove(*index);
            }
            _ => {}
        }
        Ok(())
    }
}

fn value_at<'v>(document: &'v mut Value, target: &[DocumentStep]) -> Option<&'v mut Value> {
    target.iter().try_fold(document, |value, step| match (value, step) {
        (Value::Object(map), DocumentStep::Key(key)) => map.get_mut(key),
        (Value::Array(items), DocumentStep::Index(index)) => items.get_mut(*index),
        _ => None,
    })
}

fn pointer_of(target: &[DocumentStep]) -> String {
    target.iter().fold(String::new(), |above, step| match step {
        DocumentStep::Key(key) => pointer::push(&above, key),
        DocumentStep::Index(index) => format!("{above}/{index}"),
    })
}

/// Merges an update into a value. The error says what does not merge. Only values below the target are replaced: the
/// target itself is a map or a list.
fn merge(value: &mut Value, update: &Value, is_target: bool) -> Result<(), String> {
    match (value, update) {
        (Value::Object(map), Value::Object(update)) => {
            for (key, update) in update {
                match map.get_mut(key) {
                    Some(value) => merge(value, update, false)
                        .map_err(|reason| format!("under \"{}\", {reason}", key.escape_debug()))?,
                    None => drop(map.insert(key.clone(), update.clone())),
                }
            }
            Ok(())
        }
        (Value::Array(items), Value::Array(update)) => {
            items.extend(update.iter().cloned());
            Ok(())
        }
        (Value::Array(items), item) if is_target => {
            items.push(item.clone());
            Ok(())
        }
        (Value::Object(_) | Value::Array(_), Value::Null) if !is_target => Ok(()),
        (old, new) if is_target || is_large(old) || is_large(new) => {
            Err(format!("{} does not merge with {}", kind_of(new), kind_of(old)))
        }
        (old, new) => {
            *old = new.clone();
            Ok(())
        }
    }
}

const fn is_large(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_))
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
