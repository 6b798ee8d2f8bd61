//! Merged schema: all schemas that one value must satisfy, with references followed and `allOf` flattened.

use serde_json::{Map, Value, json};

use super::comparable_value;
use super::compared_keywords::{BOUNDS, BoundKeyword};
use super::type_set::TypeSet;
use crate::json::HashSet;
use crate::schema::validation::Validator;

/// One of the schemas that a value must satisfy.
#[derive(Clone, Copy, Debug)]
pub enum SchemaPart<'v> {
    /// A complete schema.
    Whole(&'v Value),
    /// The keywords of a schema without its `$ref` and `allOf`, and without unions that are already
    /// handled.
    Own(&'v Map<String, Value>, UnionScope),
    /// The schema around a union branch. It is not compared again, but the properties it declares are
    /// known.
    Beside(&'v Map<String, Value>),
    /// Values of these types.
    Only(TypeSet),
    /// This single value.
    Just(&'v Value),
}

/// Whether the unions of a schema are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnionScope {
    Count,
    AreChosen,
}

/// Schemas that a value must satisfy together.
pub type SchemaParts<'v> = Vec<SchemaPart<'v>>;

/// Identity of a part: address and variant.
pub type PartKey = (usize, usize);

impl SchemaPart<'_> {
    /// Returns the identity of the part.
    pub fn key(&self) -> PartKey {
        match *self {
            Self::Whole(schema) => (std::ptr::from_ref(schema) as usize, 0),
            Self::Own(map, unions) => {
                (std::ptr::from_ref(map) as usize, 1 + usize::from(unions == UnionScope::Count))
            }
            Self::Beside(map) => (std::ptr::from_ref(map) as usize, 5),
            Self::Only(types) => (types.bits(), 4),
            Self::Just(value) => (std::ptr::from_ref(value) as usize, 3),
        }
    }
}

/// Root schema that references resolve in.
#[derive(Clone, Copy)]
pub struct SchemaRoot<'v>(pub &'v Value);

impl<'v> SchemaRoot<'v> {
    /// Resolves a schema that consists of a `$ref` alone.
    pub fn resolved(self, part: SchemaPart<'v>) -> SchemaPart<'v> {
        let (mut part, mut hops) = (part, 0);
        while let SchemaPart::Whole(Value::Object(map)) = part
            && map.len() == 1
            && hops < 100
            && let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|to| self.target(to))
        {
            (part, hops) = (SchemaPart::Whole(target), hops + 1);
        }
        part
    }

    /// Returns the target of a reference, if it is a JSON pointer into this root.
    pub fn target(self, reference: &str) -> Option<&'v Value> {
        let fragment = reference.strip_prefix('#')?;
        if fragment.is_empty() {
            return Some(self.0);
        }
        // Readers disagree on percent escapes in a pointer, so that the target is unknown.
        if fragment.contains('%') { None } else { self.0.pointer(fragment) }
    }
}

/// One `anyOf` or `oneOf` of a merged schema.
#[derive(Clone, Copy)]
pub struct SchemaUnion<'v> {
    pub is_exclusive: bool,
    pub branches: &'v [Value],
    pub holder: &'v Map<String, Value>,
}

/// All schemas that a value must satisfy together.
pub struct MergedSchema<'v> {
    /// The schemas, each by its own keywords.
    pub nodes: Vec<(&'v Map<String, Value>, UnionScope)>,
    /// Schemas around the union branch.
    pub beside: Vec<&'v Map<String, Value>>,
    /// True if no value is accepted.
    pub is_never: bool,
    /// True if a reference cannot be followed.
    pub is_lost: bool,
    /// The declared types.
    pub declared_types: TypeSet,
    /// The accepted values, if they are enumerated.
    pub listed: Option<Vec<&'v Value>>,
}

impl<'v> MergedSchema<'v> {
    /// Merges schemas.
    pub fn of(all: &[SchemaPart<'v>], root: SchemaRoot<'v>) -> Self {
        let mut view = Self {
            nodes: Vec::new(),
            beside: Vec::new(),
            is_never: false,
            is_lost: false,
            declared_types: TypeSet::ALL,
            listed: None,
        };
        let (mut seen, mut just) = (HashSet::default(), None);
        for part in all {
            match *part {
                SchemaPart::Whole(schema) => view.collect(schema, root, &mut seen),
                SchemaPart::Own(map, unions) => {
                    seen.insert(std::ptr::from_ref(map) as usize);
                    view.nodes.push((map, unions));
                }
                SchemaPart::Beside(map) => view.beside.push(map),
                SchemaPart::Only(types) => view.declared_types = view.declared_types.and(types),
                SchemaPart::Just(value) => just = Some(value),
            }
        }
        for (node, _) in &view.nodes {
            if let Some(held) = node.get("type") {
                view.declared_types = view.declared_types.and(TypeSet::of_keyword(held));
            }
        }
        view.list(just);
        let nothing =
            |held: &Value| *held == Value::Bool(true) || held.as_object().is_some_and(Map::is_empty);
        view.is_never |= view.declared_types.is_empty()
            || view.listed.as_ref().is_some_and(Vec::is_empty)
            || view.held("not").any(nothing);
        view
    }

    fn collect(&mut self, schema: &'v Value, root: SchemaRoot<'v>, seen: &mut HashSet<usize>) {
        let mut open = vec![schema];
        while let Some(schema) = open.pop() {
            let Value::Object(map) = schema else {
                self.is_never |= *schema == Value::Bool(false);
                continue;
            };
            if !seen.insert(std::ptr::from_ref(map) as usize) {
                continue;
            }
            let is_root = std::ptr::eq(schema, root.0);
            self.is_lost |= (map.contains_key("$id") && !is_root)
                || ["$dynamicRef", "$recursiveRef"].iter().any(|keyword| map.contains_key(*keyword));
            if let Some(reference) = map.get("$ref") {
                match reference.as_str().and_then(|reference| root.target(reference)) {
                    Some(target) => open.push(target),
                    None => self.is_lost = true,
                }
            }
            open.extend(map.get("allOf").and_then(Value::as_array).into_iter().flatten().rev());
            self.nodes.push((map, UnionScope::Count));
        }
    }

    fn list(&mut self, just: Option<&'v Value>) {
        let constants = self.nodes.iter().filter_map(|(node, _)| node.get("const")).map(|one| vec![one]);
        let enums = self.nodes.iter().filter_map(|(node, _)| node.get("enum")?.as_array());
        let lists: Vec<Vec<&Value>> = constants
            .chain(enums.map(|list| list.iter().collect()))
            .chain(just.map(|one| vec![one]))
            .collect();
        let mut lists = lists.into_iter();
        let first = lists.next().or_else(|| self.declared_types.listed());
        let Some(mut first) = first else { return };
        for list in lists {
            let keys: HashSet<String> = list.into_iter().map(comparable_value::key).collect();
            first.retain(|value| keys.contains(&comparable_value::key(value)));
        }
        first.retain(|value| TypeSet::of_value(value).is_within(self.declared_types));
        if let Some(judge) = self.judge() {
            first.retain(|value| judge.problems(value).is_empty());
        }
        self.listed = Some(first);
    }

    /// Compiles the keywords that restrict a scalar value. Returns `None` if there are none.
    pub fn judge(&self) -> Option<Validator> {
        let is_bound = |keyword: &str| {
            let is_of = |bound: &BoundKeyword| bound.inclusive == keyword || bound.exclusive == Some(keyword);
            BOUNDS.iter().any(is_of) || ["multipleOf", "pattern"].contains(&keyword)
        };
        let part = |node: &Map<String, Value>| -> Map<String, Value> {
            node.iter()
                .filter(|(keyword, _)| is_bound(keyword))
                .map(|(key, held)| (key.clone(), held.clone()))
                .collect()
        };
        let parts = self.nodes.iter().map(|(node, _)| part(node)).filter(|part| !part.is_empty());
        let parts: Vec<Value> = parts.map(Value::Object).collect();
        if parts.is_empty() { None } else { Validator::compile(&json!({"allOf": parts})).ok() }
    }

    /// Iterates over the values of a keyword in all nodes.
    pub fn held(&self, keyword: &'static str) -> impl Iterator<Item = &'v Value> {
        self.nodes.iter().filter_map(move |(node, _)| node.get(keyword))
    }

    /// Returns true if a node has `true` under the keyword.
    pub fn flag(&self, keyword: &'static str) -> bool {
        self.held(keyword).any(|held| *held == Value::Bool(true))
    }

    /// Returns the accepted types.
    pub fn types(&self) -> TypeSet {
        match &self.listed {
            Some(listed) => {
                listed.iter().map(|value| TypeSet::of_value(value)).fold(TypeSet::NONE, TypeSet::or)
            }
            None => self.declared_types,
        }
    }

    /// Returns the unions that are compared.
    pub fn unions(&self) -> Vec<SchemaUnion<'v>> {
        let counting = self.nodes.iter().filter(|(_, unions)| *unions == UnionScope::Count);
        let of = |holder: &'v Map<String, Value>| {
            [("anyOf", false), ("oneOf", true)].into_iter().filter_map(move |(keyword, is_exclusive)| {
                let branches = holder.get(keyword)?.as_array()?;
                Some(SchemaUnion { is_exclusive, branches, holder })
            })
        };
        counting.flat_map(|(holder, _)| of(holder)).collect()
    }

    /// Returns the schemas that surround a branch of a union here.
    pub fn around(&self) -> impl Iterator<Item = SchemaPart<'v>> {
        let mut seen = HashSet::default();
        let all = self.nodes.iter().map(|(node, _)| *node).chain(self.beside.iter().copied());
        all.filter(move |node| seen.insert(std::ptr::from_ref(*node) as usize)).map(SchemaPart::Beside)
    }

    /// Returns the schemas without one of their unions.
    pub fn without(&self, union: SchemaUnion<'v>) -> SchemaParts<'v> {
        let chosen = |holder: &Map<String, Value>, unions| {
            if std::ptr::eq(holder, union.holder) { UnionScope::AreChosen } else { unions }
        };
        self.nodes.iter().map(|(node, unions)| SchemaPart::Own(node, chosen(node, *unions))).collect()
    }
}
