//! Unroll extent: how far a recursive schema may be written out, counted over its references before anything is
//! written.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::target::rewrite::canonical::schema_scan::{MAX_DEPTH, size};
use crate::target::rewrite::canonical::settled_references;
use crate::target::rewrite::schema_positions;

/// How far recursive definitions are written out.
#[derive(Clone, Copy, Debug)]
pub struct UnrollExtent {
    /// How often a definition may stand within itself, itself included.
    pub levels: usize,
    /// How many recursive definitions may stand within each other.
    pub nested: usize,
    /// Maximum number of values of the whole schema. A model reads and pays for each.
    pub values: usize,
}

const fn extent(levels: usize, nested: usize, values: usize) -> UnrollExtent {
    UnrollExtent { levels, nested, values }
}

/// From far to near: large definitions get fewer levels, and many that contain each other get less nesting.
pub const EXTENTS: [UnrollExtent; 6] = [
    extent(3, MAX_DEPTH, 2_000),
    extent(2, MAX_DEPTH, 5_000),
    extent(1, MAX_DEPTH, 10_000),
    extent(1, 4, 10_000),
    extent(1, 2, 10_000),
    extent(1, 1, 20_000),
];

/// Keywords under which references are written out. Other keywords with references are left out.
const WRITTEN: [&str; 6] = ["properties", "items", "prefixItems", "anyOf", "oneOf", "allOf"];

/// Which definitions refer to which.
pub struct RecursionGraph<'d> {
    names: Vec<&'d str>,
    /// For each definition, and the root last: the number of its values, and the definitions it refers to.
    nodes: Vec<(usize, Vec<usize>)>,
    circular: Vec<bool>,
}

impl<'d> RecursionGraph<'d> {
    /// Builds the graph of a schema.
    pub fn of(root: &Map<String, Value>, definitions: &'d Map<String, Value>) -> Self {
        let names: Vec<&str> = definitions.keys().map(String::as_str).collect();
        let places: HashMap<&str, usize> =
            names.iter().enumerate().map(|(place, name)| (*name, place)).collect();
        let node = |schema: &Map<String, Value>, values: usize| {
            let mut found = Vec::new();
            collect(schema, &places, &mut found);
            (values, found)
        };
        let empty = Map::new();
        let of_definitions = definitions
            .values()
            .map(|held| node(held.as_object().unwrap_or(&empty), size(held, usize::MAX - 1)));
        let nodes: Vec<_> = of_definitions.chain([node(root, 0)]).collect();
        let circular = circular(&nodes);
        Self { names, nodes, circular }
    }

    /// The definitions on a cycle or between cycles.
    pub fn circular(&self) -> HashSet<&'d str> {
        self.names.iter().zip(&self.circular).filter(|(_, is)| **is).map(|(name, _)| *name).collect()
    }

    /// Whether the schema stays within the values of an extent. `own_name` is the definition that the root is.
    pub fn fits(&self, extent: UnrollExtent, own_name: Option<&str>) -> bool {
        let mut left = extent.values;
        let mut open = vec![0; self.nodes.len()];
        let own = own_name.and_then(|own| self.names.iter().position(|name| *name == own));
        let mut nested = 0;
        if let Some(own) = own.filter(|own| self.circular[*own]) {
            (open[own], nested) = (1, 1);
        }
        let mut path = vec![(self.nodes.len() - 1, 0)];
        while let Some((node, next)) = path.last_mut() {
            let Some(to) = self.nodes[*node].1.get(*next).copied() else {
                let is_counted = self.circular[*node];
                open[*node] -= usize::from(is_counted);
                nested -= usize::from(is_counted);
                path.pop();
                continue;
            };
            *next += 1;
            if self.circular[to] {
                if open[to] >= extent.levels || nested >= extent.nested {
                    continue;
                }
                open[to] += 1;
                nested += 1;
            }
            // A definition that is only `true` counts as a value.
            match left.checked_sub(self.nodes[to].0.max(1)) {
                Some(rest) if path.len() < MAX_DEPTH => left = rest,
                _ => return false,
            }
            path.push((to, 0));
        }
        true
    }
}

fn collect(schema: &Map<String, Value>, places: &HashMap<&str, usize>, found: &mut Vec<usize>) {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(settled_references::definition_name);
    found.extend(reference.and_then(|name| places.get(name.as_str())));
    for (keyword, held) in schema.iter().filter(|(keyword, _)| WRITTEN.contains(&keyword.as_str())) {
        let visit = |_, value: &Value| {
            if let Value::Object(map) = value {
                collect(map, places, found);
            }
            Ok::<_, ()>(())
        };
        schema_positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
    }
}

/// Removes the nodes without outgoing references, then those without incoming ones, until none is left. Returns the
/// rest.
fn circular(nodes: &[(usize, Vec<usize>)]) -> Vec<bool> {
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (from, (_, leads)) in nodes.iter().enumerate() {
        for to in leads {
            back[*to].push(from);
        }
    }
    let forth: Vec<&[usize]> = nodes.iter().map(|(_, leads)| leads.as_slice()).collect();
    let back: Vec<&[usize]> = back.iter().map(Vec::as_slice).collect();
    let mut left = vec![true; nodes.len()];
    for (leads, led) in [(&forth, &back), (&back, &forth)] {
        let mut ways: Vec<usize> =
            leads.iter().map(|leads| leads.iter().filter(|to| left[**to]).count()).collect();
        let mut waiting: Vec<usize> =
            (0..nodes.len()).filter(|node| left[*node] && ways[*node] == 0).collect();
        while let Some(node) = waiting.pop() {
            left[node] = false;
            for from in led[node].iter().filter(|from| left[**from]) {
                ways[*from] -= 1;
                if ways[*from] == 0 {
                    waiting.push(*from);
                }
            }
        }
    }
    left
}
