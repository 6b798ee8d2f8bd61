//! What several schemas say together of one value: references followed and `allOf` written out.

use serde_json::{Map, Value, json};

use super::comparable_value;
use super::compared_keywords::{BOUNDS, BoundKeyword};
use super::type_set::TypeSet;
use crate::json::HashSet;
use crate::schema::validation::Validator;

/// One of the schemas that a value has to fit all of.
#[derive(Clone, Copy, Debug)]
pub enum SchemaPart<'v> {
    /// A schema.
    Whole(&'v Value),
    /// What a schema says itself, its reference and its `allOf` apart; without its unions where they are dealt with.
    Own(&'v Map<String, Value>, UnionScope),
    /// What a schema says beside a union of which this is a branch: nothing that is compared again, but the names that it
    /// declares are told.
    Beside(&'v Map<String, Value>),
    /// Values of these types.
    Only(TypeSet),
    /// This value.
    Just(&'v Value),
}

/// Whether the unions of a schema count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnionScope {
    Count,
    AreChosen,
}

/// Schemas of which a value has to fit all.
pub type SchemaParts<'v> = Vec<SchemaPart<'v>>;

/// What a pair of them is known by.
pub type PartKey = (usize, usize);

impl SchemaPart<'_> {
    /// What it is known by: where it lies in memory.
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

/// A schema that references lead into.
#[derive(Clone, Copy)]
pub struct SchemaRoot<'v>(pub &'v Value);

impl<'v> SchemaRoot<'v> {
    /// The schema that stands for a part: what its reference leads to where it says no more.
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

    /// What a reference leads to, where it is a JSON pointer into this schema.
    pub fn target(self, reference: &str) -> Option<&'v Value> {
        let fragment = reference.strip_prefix('#')?;
        if fragment.is_empty() {
            return Some(self.0);
        }
        // What is escaped as in URLs is another name for some readers and the same for others.
        if fragment.contains('%') { None } else { self.0.pointer(fragment) }
    }
}

/// One union of a view.
#[derive(Clone, Copy)]
pub struct SchemaUnion<'v> {
    pub is_exclusive: bool,
    pub branches: &'v [Value],
    pub holder: &'v Map<String, Value>,
}

/// What schemas say together.
pub struct MergedSchema<'v> {
    /// The schemas, each what it says itself.
    pub nodes: Vec<(&'v Map<String, Value>, UnionScope)>,
    /// What stands beside the union that they are in a branch of.
    pub beside: Vec<&'v Map<String, Value>>,
    /// Whether one of them takes nothing.
    pub is_never: bool,
    /// Whether there is a reference that cannot be followed.
    pub is_lost: bool,
    /// The types that are said.
    pub said: TypeSet,
    /// The values that are taken, where they are listed.
    pub listed: Option<Vec<&'v Value>>,
}

impl<'v> MergedSchema<'v> {
    /// The view of some schemas.
    pub fn of(all: &[SchemaPart<'v>], root: SchemaRoot<'v>) -> Self {
        let mut view = Self {
            nodes: Vec::new(),
            beside: Vec::new(),
            is_never: false,
            is_lost: false,
            said: TypeSet::ALL,
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
                SchemaPart::Only(types) => view.said = view.said.and(types),
                SchemaPart::Just(value) => just = Some(value),
            }
        }
        for (node, _) in &view.nodes {
            if let Some(held) = node.get("type") {
                view.said = view.said.and(TypeSet::of_keyword(held));
            }
        }
        view.list(just);
        let nothing =
            |held: &Value| *held == Value::Bool(true) || held.as_object().is_some_and(Map::is_empty);
        view.is_never |= view.said.is_empty()
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
        let first = lists.next().or_else(|| self.said.listed());
        let Some(mut first) = first else { return };
        for list in lists {
            let keys: HashSet<String> = list.into_iter().map(comparable_value::key).collect();
            first.retain(|value| keys.contains(&comparable_value::key(value)));
        }
        first.retain(|value| TypeSet::of_value(value).is_within(self.said));
        if let Some(judge) = self.judge() {
            first.retain(|value| judge.problems(value).is_empty());
        }
        self.listed = Some(first);
    }

    /// What judges a single value by what is said of texts and numbers, where something is.
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

    /// What the schemas hold under a keyword.
    pub fn held(&self, keyword: &'static str) -> impl Iterator<Item = &'v Value> {
        self.nodes.iter().filter_map(move |(node, _)| node.get(keyword))
    }

    /// Whether a schema says `true` under a keyword.
    pub fn flag(&self, keyword: &'static str) -> bool {
        self.held(keyword).any(|held| *held == Value::Bool(true))
    }

    /// The types that are taken.
    pub fn types(&self) -> TypeSet {
        match &self.listed {
            Some(listed) => {
                listed.iter().map(|value| TypeSet::of_value(value)).fold(TypeSet::NONE, TypeSet::or)
            }
            None => self.said,
        }
    }

    /// The unions that count.
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

    /// What stands beside a union of these schemas.
    pub fn around(&self) -> impl Iterator<Item = SchemaPart<'v>> {
        let mut seen = HashSet::default();
        let all = self.nodes.iter().map(|(node, _)| *node).chain(self.beside.iter().copied());
        all.filter(move |node| seen.insert(std::ptr::from_ref(*node) as usize)).map(SchemaPart::Beside)
    }

    /// The schemas without one of their unions.
    pub fn without(&self, union: SchemaUnion<'v>) -> SchemaParts<'v> {
        let chosen = |holder: &Map<String, Value>, unions| {
            if std::ptr::eq(holder, union.holder) { UnionScope::AreChosen } else { unions }
        };
        self.nodes.iter().map(|(node, unions)| SchemaPart::Own(node, chosen(node, *unions))).collect()
    }
}
