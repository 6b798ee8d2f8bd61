//! How much work a schema is for whoever judges a value by it.
//!
//! A validator follows all that applies to one value, `allOf` and its kin and references, each time that it is named:
//! thirty definitions that name the next one twice are 2^30 steps, and some thousands in a row overflow its stack. So
//! that is counted before a schema becomes a tool's. What stands in properties and items is counted by itself: a value
//! that goes there has to be as large.
//!
//! A definition that comes back to itself is cut there, as validators do.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::converted_schema::ConvertedSchema;
use crate::error::{Error, Result};
use crate::json::{HashMap, Node, Object};

/// The most that may apply to one value. The field needs some hundreds; a parent with 200 children, each of which is one
/// of its kind, needs 160,000 where it stands for itself and not as a definition.
const MOST: usize = 200_000;
/// The most steps that counting may take for all schemas of a document.
const MOST_COUNTED: usize = 20_000_000;
/// How deep that may nest. The field needs 10.
const DEEPEST: usize = 200;
/// The deepest that a schema may be written: what reads JSON stops at 128, and definitions are parts of others.
const DEEPEST_TEXT: usize = 120;

/// What is known of the definitions of a document.
#[derive(Default)]
pub(in crate::schema) struct EvaluationCosts {
    steps: RefCell<HashMap<Rc<str>, Result<usize>>>,
    counted: Cell<usize>,
}

/// One look at what applies to one value.
struct CostWalk<'w, D> {
    weights: &'w EvaluationCosts,
    definition: &'w D,
    /// The definitions that it is in.
    path: Vec<Rc<str>>,
    depth: usize,
}

/// CostSteps, and the outermost definition that was come back to.
type CostSteps = (usize, usize);

impl EvaluationCosts {
    /// Whether a schema can be judged by, below each of its positions. `name` is its own, where it is a definition;
    /// `definition` gives those of other names.
    pub fn check<'a, D>(&self, schema: Node<'a>, name: Option<&str>, definition: &D) -> Result<()>
    where
        D: Fn(&str) -> Result<(Rc<str>, Rc<ConvertedSchema<'a>>)>,
    {
        let mut positions = Vec::new();
        below(schema, &mut positions);
        let mut look = CostWalk { weights: self, definition, path: Vec::new(), depth: 0 };
        match name {
            Some(name) => look.definition(name)?,
            None => look.steps(schema)?,
        };
        while let Some(position) = positions.pop() {
            let mut look = CostWalk { weights: self, definition, path: Vec::new(), depth: 0 };
            look.steps(position)?;
            below(position, &mut positions);
        }
        Ok(())
    }
}

impl<'a, D> CostWalk<'_, D>
where
    D: Fn(&str) -> Result<(Rc<str>, Rc<ConvertedSchema<'a>>)>,
{
    fn steps(&mut self, schema: Node<'a>) -> Result<CostSteps> {
        let (mut steps, mut outermost) = (1, usize::MAX);
        self.weights.counted.set(self.weights.counted.get() + 1);
        let Node::Object(object) = schema else { return Ok((steps, outermost)) };
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::LimitExceeded {
                what: "depth of what a schema demands of one value",
                limit: DEEPEST,
            });
        }
        let name = schema.text("$ref").and_then(|reference| reference.strip_prefix("#/$defs/"));
        if let Some(name) = name {
            let (more, came_back) = self.definition(name)?;
            (steps, outermost) = (steps + more, outermost.min(came_back));
        }
        for part in parts(object) {
            let (more, came_back) = self.steps(part)?;
            (steps, outermost) = (steps + more, outermost.min(came_back));
            if steps > MOST {
                break;
            }
        }
        self.depth -= 1;
        if steps > MOST || self.weights.counted.get() > MOST_COUNTED {
            return Err(Error::LimitExceeded {
                what: "number of schemas that apply to one value",
                limit: MOST,
            });
        }
        Ok((steps, outermost))
    }

    fn definition(&mut self, name: &str) -> Result<CostSteps> {
        if let Some(known) = self.weights.steps.borrow().get(name) {
            return known.clone().map(|steps| (steps, usize::MAX));
        }
        if let Some(above) = self.path.iter().position(|above| **above == *name) {
            return Ok((0, above));
        }
        let (name, definition) = (self.definition)(name)?;
        let own = self.path.len();
        self.path.push(Rc::clone(&name));
        let found = self.steps(definition.schema);
        self.path.pop();
        let is_own = match &found {
            // What it came back to lies above it: from elsewhere it would be another number.
            Ok((_, outermost)) => *outermost >= own,
            // Those below the first may be no more than the last straw.
            Err(_) => own == 0,
        };
        if !is_own {
            return found;
        }
        let steps = found.map(|(steps, _)| steps);
        self.weights.steps.borrow_mut().insert(name, steps.clone());
        steps.map(|steps| (steps, usize::MAX))
    }
}

/// How deep the values of a schema nest.
fn depth(schema: Node<'_>) -> usize {
    let below = |depth: usize, member: Node<'_>| depth.max(self::depth(member) + 1);
    match schema {
        Node::Array(items) => items.iter().copied().fold(1, below),
        Node::Object(object) => object.iter().map(|(_, member)| member).fold(1, below),
        _ => 0,
    }
}

/// Whether what was converted can be read again by whoever reads JSON.
pub(in crate::schema) fn check_depth(schema: Node<'_>) -> Result<()> {
    if depth(schema) > DEEPEST_TEXT {
        return Err(Error::LimitExceeded { what: "schema depth", limit: DEEPEST_TEXT });
    }
    Ok(())
}

/// The schemas that apply to the same value as this one.
fn parts<'a>(schema: &'a Object<'a>) -> impl Iterator<Item = Node<'a>> {
    schema.iter().flat_map(|(keyword, held)| {
        let (one, list, map) = match (keyword, held) {
            ("allOf" | "anyOf" | "oneOf", Node::Array(parts)) => (None, parts, None),
            ("not" | "if" | "then" | "else", part) => (Some(part), &[][..], None),
            ("dependentSchemas", Node::Object(parts)) => (None, &[][..], Some(parts)),
            _ => (None, &[][..], None),
        };
        let of_map = map.into_iter().flat_map(Object::iter).map(|(_, part)| part);
        one.into_iter().chain(list.iter().copied()).chain(of_map)
    })
}

/// The schemas that apply to what stands in the value.
fn below<'a>(schema: Node<'a>, positions: &mut Vec<Node<'a>>) {
    let Node::Object(schema) = schema else { return };
    for (keyword, held) in schema.iter() {
        match (keyword, held) {
            ("properties" | "patternProperties", Node::Object(schemas)) => {
                positions.extend(schemas.iter().map(|(_, schema)| schema));
            }
            ("prefixItems", Node::Array(schemas)) => positions.extend(schemas),
            (
                "items"
                | "contains"
                | "additionalProperties"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties",
                schema,
            ) => positions.push(schema),
            _ => {}
        }
    }
    for part in parts(schema) {
        below(part, positions);
    }
}
