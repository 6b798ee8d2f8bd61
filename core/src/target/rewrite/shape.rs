//! Shape: unions, tuples, `enum`, `const` and types, as the provider takes them.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::diagnostic::{TargetFinding, change, refusal};
use crate::target::rewrite::canonical::all_of_merge::{MergeFallback, Merger, is_annotation};
use crate::target::rewrite::canonical::schema_scan::size;
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::rewrite_rules::{EnumRule, ObjectRule, TypeRule, UntypedRule};
use crate::target::rewrite::rewriter::SchemaRewriter;
use crate::target::rewrite::{description_hints, positions};

impl SchemaRewriter<'_> {
    /// Writes unions and tuples.
    pub fn shape(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<(), TargetFinding> {
        if self.rules.tuples_as_lists && schema.contains_key("prefixItems") {
            self.tuple(schema, path);
        }
        if self.rules.values != EnumRule::Kept {
            self.fold(schema, path);
        }
        if self.rules.any_of {
            self.any_of(schema, path);
        }
        if matches!(self.rules.types, TypeRule::NullReadings | TypeRule::One) {
            self.beside_the_type(schema, path);
        }
        if self.rules.objects == ObjectRule::Closed {
            self.distribute(schema, path)?;
        }
        if self.rules.types == TypeRule::One {
            self.one_type(schema, path)?;
        }
        Ok(())
    }

    /// A list of different items as one whose items may be any of them. The fate of the bounds is that of any other.
    fn tuple(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some(Value::Array(items)) = schema.shift_remove("prefixItems") else { return };
        self.note(&change::TUPLE_TO_ITEMS, path);
        let rest = schema.shift_remove("items");
        let most = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let mut kinds: Vec<Value> = Vec::new();
        let is_open = !matches!(rest, Some(Value::Object(_)));
        for item in items.iter().cloned().chain(rest.clone().filter(Value::is_object)) {
            if !kinds.contains(&item) {
                kinds.push(item);
            }
        }
        let length = items.len() as u64;
        if is_open && length < most {
            if rest != Some(Value::Bool(false)) {
                self.note(&change::TUPLE_CLOSED, path);
            }
            schema.insert("maxItems".to_owned(), json!(length));
        }
        let kind = if kinds.len() == 1 { kinds.remove(0) } else { json!({"anyOf": kinds}) };
        schema.insert("items".to_owned(), kind);
        for bound in ["minItems", "maxItems"] {
            let Some(held) = schema.get(bound) else { continue };
            if (self.rules.fate)(bound, held) != crate::target::rewrite::rewrite_rules::KeywordFate::Kept {
                let said = [(bound.to_owned(), held.clone())];
                schema.shift_remove(bound);
                self.note(&change::KEYWORD_TO_HINT, &path.key(bound));
                description_hints::say(schema, &said);
            }
        }
    }

    /// `oneOf` as `anyOf`.
    fn any_of(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some(branches) = schema.shift_remove("oneOf") else { return };
        if schema.contains_key("anyOf") {
            self.note(&change::KEYWORD_TO_HINT, &path.key("oneOf"));
            description_hints::say(schema, &[("oneOf".to_owned(), branches)]);
            return;
        }
        let is_same = branches.as_array().is_some_and(|branches| self.are_exclusive(branches));
        self.note(if is_same { &change::ONEOF_TO_ANYOF } else { &change::ONEOF_WIDENED }, path);
        schema.insert("anyOf".to_owned(), branches);
    }

    /// Whether no value fits two branches: by their types, or by a tag that all require and each says otherwise.
    fn are_exclusive(&self, branches: &[Value]) -> bool {
        let merger = Merger::new(self.definitions, MergeFallback::Fails);
        let written: Option<Vec<_>> =
            branches.iter().map(|branch| merger.written_out(branch.as_object()?.clone()).ok()).collect();
        let Some(written) = written else { return false };
        if are_tagged(&written) {
            return true;
        }
        if written.len() > COMPARED {
            return false;
        }
        let pairs = written
            .iter()
            .enumerate()
            .flat_map(|(i, one)| written[..i].iter().map(move |other| (one, other)));
        pairs.into_iter().all(|(one, other)| are_apart(one, other))
    }

    /// A union of single values as one enum. What the branches say of their value stands in the description.
    fn fold(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let Some((union, Value::Array(branches))) =
            ["anyOf", "oneOf"].iter().find_map(|union| Some((*union, schema.get(*union)?)))
        else {
            return;
        };
        let single = |branch: &Value| {
            let map = branch.as_object()?;
            let values = match (map.get("const"), map.get("enum")) {
                (Some(value), None) => vec![value.clone()],
                (None, Some(Value::Array(values))) => values.clone(),
                _ => return None,
            };
            let fits = map
                .keys()
                .all(|key| matches!(key.as_str(), "const" | "enum" | "type" | "title" | "description"));
            (fits && values.iter().all(Value::is_string)).then_some(values)
        };
        let Some(values) = branches.iter().map(single).collect::<Option<Vec<_>>>() else { return };
        let mut all: Vec<Value> = values.concat();
        let count = all.len();
        all.dedup();
        let is_free = schema.keys().all(|key| key == union || key == "type" || is_annotation(key));
        let kind_fits = !schema.contains_key("type") || positions::types(schema).eq(["string"]);
        if count < 2 || all.len() < count || !is_free || !kind_fits {
            return;
        }
        let told: Vec<_> = branches
            .iter()
            .zip(&values)
            .filter_map(|(branch, values)| {
                let text = ["description", "title"].iter().find_map(|key| branch.get(*key)?.as_str())?;
                Some(format!("{}: {text}", Value::from(values.as_slice())))
            })
            .collect();
        schema.shift_remove(union);
        self.note(&change::CONSTS_FOLDED, path);
        schema.insert("type".to_owned(), json!("string"));
        schema.insert("enum".to_owned(), Value::Array(all));
        for line in told {
            description_hints::add(schema, &line);
        }
    }

    /// A union of what an object may also have, beside the object itself, as a union of whole objects: each must be closed.
    fn distribute(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<(), TargetFinding> {
        let is_object = schema.contains_key("properties") || positions::is_of(schema, "object");
        if !is_object || !schema.contains_key("anyOf") {
            return Ok(());
        }
        self.spread(schema, path)
    }

    /// Takes what stands beside a union into each of its branches.
    pub fn spread(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<(), TargetFinding> {
        let Some(Value::Array(branches)) = schema.shift_remove("anyOf") else { return Ok(()) };
        let keeps = |keyword: &str| self.rules.types != TypeRule::One && is_annotation(keyword);
        let mut outer = Map::new();
        let mut own = Map::new();
        for (keyword, held) in std::mem::take(schema) {
            if keeps(&keyword) {
                outer.insert(keyword, held)
            } else {
                own.insert(keyword, held)
            };
        }
        let is_bare = own.keys().all(|keyword| is_annotation(keyword));
        let branches = if is_bare { branches } else { self.enter_branches(branches, path)? };
        let merger = Merger::new(self.definitions, MergeFallback::Fails);
        let mut whole = Vec::with_capacity(branches.len());
        for branch in branches {
            let joined = match branch {
                Value::Object(mut branch) => {
                    // What is said of the whole is said of each branch.
                    if let (Some(Value::String(of_all)), Some(Value::String(of_it))) =
                        (own.get("description"), branch.get("description"))
                        && of_all != of_it
                    {
                        let both = format!("{of_all}\n{of_it}");
                        branch.insert("description".to_owned(), Value::String(both));
                    }
                    let branch = if is_bare { Ok(branch) } else { merger.written_out(branch) };
                    branch.and_then(|branch| merger.both(branch, own.clone()))
                }
                Value::Bool(false) => continue,
                _ => Ok(own.clone()),
            };
            let joined =
                Value::Object(joined.map_err(|_| TargetFinding::refused(refusal::ALLOF_UNMERGEABLE, path))?);
            if !is_bare {
                self.charge(size(&joined, self.left))?;
            }
            whole.push(joined);
        }
        *schema = outer;
        schema.insert("anyOf".to_owned(), Value::Array(whole));
        Ok(())
    }

    /// `const` as an enum of one, and the type of an enum.
    pub fn single_value(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let mut has_const = false;
        if let Some(value) = schema.shift_remove("const") {
            has_const = true;
            self.note(&change::CONST_TO_ENUM, path);
            let takes_null = !schema.contains_key("type") || positions::is_of(schema, "null");
            if value.is_null() && takes_null {
                schema.insert("type".to_owned(), json!("null"));
                return;
            }
            schema.insert("enum".to_owned(), json!([value]));
        }
        let Some(Value::Array(values)) = schema.get("enum") else { return };
        if !schema.contains_key("type")
            && let Some(kind) = kind_of(values)
        {
            if !has_const {
                self.note(&change::ENUM_TYPE_ADDED, path);
            }
            schema.insert("type".to_owned(), kind);
        }
    }

    /// Leaves out what speaks of values that the schema does not take: a target that knows one type at a time refuses it.
    pub fn beside_the_point(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        if !matches!(self.rules.types, TypeRule::NullReadings | TypeRule::One) || !schema.contains_key("type")
        {
            return;
        }
        let fits = |keyword: &str| {
            spoken_of(keyword).is_none_or(|kind| {
                positions::types(schema).any(|own| own == kind || (own == "integer" && kind == "number"))
            })
        };
        let odd: Vec<String> = schema.keys().filter(|keyword| !fits(keyword)).cloned().collect();
        for keyword in odd {
            schema.shift_remove(&keyword);
            self.note(&change::ANNOTATION_DROPPED, &path.key(&keyword));
        }
    }

    /// Leaves out a union of which a branch speaks of no value that the type beside it takes: that branch takes them all,
    /// and would say another type once it has to say one.
    fn beside_the_type(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let kinds: Vec<&str> = positions::types(schema).collect();
        let is_applicable = |keyword: &String| {
            spoken_of(keyword).is_none_or(|spoken| {
                kinds.iter().any(|kind| *kind == spoken || (*kind == "integer" && spoken == "number"))
            })
        };
        let is_silent = |branch: &Value| {
            let target = branch.get("$ref").and_then(Value::as_str).and_then(settled_references::name_of);
            let target = target.and_then(|name| self.definitions.get(&name)).unwrap_or(branch);
            let mut assertions =
                target.as_object().map(|target| target.keys().filter(|keyword| !is_annotation(keyword)));
            assertions.as_mut().is_some_and(|assertions| !assertions.any(is_applicable))
        };
        let branches = schema.get("anyOf").and_then(Value::as_array);
        if !kinds.is_empty() && branches.is_some_and(|branches| branches.iter().any(is_silent)) {
            schema.shift_remove("anyOf");
            self.note(&change::ANNOTATION_DROPPED, &path.key("anyOf"));
        }
    }

    /// Says the type that the keywords speak of, before those that the target does not take are left out.
    pub fn infer(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        const SAYS: [&str; 7] = ["type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf"];
        if SAYS.iter().any(|word| schema.contains_key(*word)) {
            return;
        }
        if let Some(kind) = schema.keys().find_map(|keyword| spoken_of(keyword)) {
            self.note(&change::TYPE_INFERRED, path);
            schema.shift_insert(0, "type".to_owned(), json!(kind));
        }
    }

    /// Every schema says a type, where the target wants that.
    pub fn types(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<(), TargetFinding> {
        let is_list = positions::is_of(schema, "array");
        match self.rules.types {
            TypeRule::Items if is_list && !schema.contains_key("items") => {
                self.note(&change::ITEMS_ADDED, path);
                schema.insert("items".to_owned(), json!({}));
            }
            TypeRule::NullReadings | TypeRule::One => {
                let says =
                    ["type", "enum", "const", "$ref", "anyOf"].iter().any(|word| schema.contains_key(*word));
                if !says {
                    let kind = schema.keys().find_map(|keyword| spoken_of(keyword));
                    let kind = kind.ok_or_else(|| TargetFinding::refused(refusal::UNTYPED_SCHEMA, path))?;
                    self.note(&change::TYPE_INFERRED, path);
                    schema.shift_insert(0, "type".to_owned(), json!(kind));
                }
                let is_list = positions::is_of(schema, "array");
                let items = schema.get("items");
                let takes_any = items.is_none_or(|items| *items == Value::Bool(true));
                if is_list && takes_any && self.rules.untyped == UntypedRule::JsonText {
                    self.note(&change::ITEMS_ADDED, path);
                    schema.insert("items".to_owned(), json!({}));
                } else if is_list && !items.is_some_and(Value::is_object) {
                    return Err(TargetFinding::refused(refusal::UNTYPED_SCHEMA, path));
                }
            }
            TypeRule::Free | TypeRule::Items => {}
        }
        Ok(())
    }
}

/// Branches without a common tag that are compared with one another. Of more of them a value may fit several.
const COMPARED: usize = 300;

/// Whether all require a tag of one name and each says otherwise.
fn are_tagged(branches: &[Map<String, Value>]) -> bool {
    let Some(first) = branches.first() else { return false };
    positions::required(first).take(8).any(|name| {
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

/// The values of a property that must come.
fn tag(schema: &Map<String, Value>, name: &str) -> Option<Vec<Value>> {
    positions::required(schema).any(|other| other == name).then_some(())?;
    values(schema.get("properties")?.get(name)?.as_object()?)
}

/// Whether no value fits both.
fn are_apart(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let number = |kind: &str| matches!(kind, "integer" | "number");
    let same = |one: &str, other: &str| one == other || (number(one) && number(other));
    let typed = one.contains_key("type") && other.contains_key("type");
    if typed && positions::types(one).all(|kind| positions::types(other).all(|other| !same(kind, other))) {
        return true;
    }
    if let (Some(own), Some(others)) = (values(one), values(other)) {
        return own.iter().all(|value| !others.contains(value));
    }
    positions::required(one).any(|name| {
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

/// The one type that all values have, or the one and null.
fn kind_of(values: &[Value]) -> Option<Value> {
    let kind = |value: &Value| match value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    };
    let mut present = values.iter().filter(|value| !value.is_null());
    let first = kind(present.next()?)?;
    let has_null = values.contains(&Value::Null);
    present
        .all(|value| kind(value) == Some(first))
        .then(|| if has_null { json!([first, "null"]) } else { json!(first) })
}

/// The one type that a keyword speaks of: of values of others it says nothing.
/// Source: JSON Schema 2020-12 Validation, section 6; Core, section 10.3.
pub fn spoken_of(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "properties"
        | "required"
        | "additionalProperties"
        | "patternProperties"
        | "propertyNames"
        | "minProperties"
        | "maxProperties"
        | "propertyOrdering"
        | "dependentRequired" => "object",
        "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" | "contains" => "array",
        "pattern" | "minLength" | "maxLength" => "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => "number",
        _ => return None,
    })
}
