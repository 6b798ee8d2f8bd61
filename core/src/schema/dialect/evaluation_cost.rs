//! Evaluation cost: bounds the work of validating one value.
//!
//! A validator evaluates every in-place subschema and reference each time. Thirty definitions that each
//! reference the next one twice cost 2^30 steps, and thousands in a chain overflow the stack. The cost is
//! therefore counted before a schema is accepted. Properties and items are counted separately: their cost
//! is bounded by the size of the value.
//!
//! A recursive definition is cut at the recursion, as validators do.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::converted_schema::ConvertedSchema;
use crate::error::{Error, Result};
use crate::json::{HashMap, Node, Object};

/// Maximum number of schemas that apply to one value. Real documents need hundreds; an inlined parent with
/// 200 children, each an `allOf` of it, needs 160,000.
const MOST: usize = 200_000;
/// Maximum number of counting steps for one document.
const MOST_COUNTED: usize = 20_000_000;
/// Maximum in-place nesting. Real documents need 10.
const DEEPEST: usize = 200;
/// Maximum nesting of a schema's text. JSON readers stop at 128, and a definition is nested in others.
const DEEPEST_TEXT: usize = 120;

/// Evaluation costs of the definitions of a document.
#[derive(Default)]
pub(in crate::schema) struct EvaluationCosts {
    steps: RefCell<HashMap<Rc<str>, Result<usize>>>,
    counted: Cell<usize>,
}

/// One count of the schemas that apply to one value.
struct CostWalk<'w, D> {
    weights: &'w EvaluationCosts,
    definition: &'w D,
    /// Definitions that the count is in.
    path: Vec<Rc<str>>,
    depth: usize,
}

/// Number of schemas, and the outermost definition that recursed.
type CostSteps = (usize, usize);

impl EvaluationCosts {
    /// Checks a schema at all its positions. `name` is its name if it is a definition; `definition` returns
    /// others by name.
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
                what: "depth of the schemas that apply to one value",
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
            // A recursion to an outer definition makes the count depend on the path, so that it is not
            // cached.
            Ok((_, outermost)) => *outermost >= own,
            // Only the outermost definition caches a failure: an inner one may be affordable by itself.
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

/// Returns the nesting depth of a schema.
fn depth(schema: Node<'_>) -> usize {
    let below = |depth: usize, member: Node<'_>| depth.max(self::depth(member) + 1);
    match schema {
        Node::Array(items) => items.iter().copied().fold(1, below),
        Node::Object(object) => object.iter().map(|(_, member)| member).fold(1, below),
        _ => 0,
    }
}

/// Checks that JSON readers accept the nesting of a converted schema.
pub(in crate::schema) fn check_depth(schema: Node<'_>) -> Result<()> {
    if depth(schema) > DEEPEST_TEXT {
        return Err(Error::LimitExceeded { what: "schema depth", limit: DEEPEST_TEXT });
    }
    Ok(())
}

/// Returns the schemas that apply to the same value.
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

/// Collects the schemas that apply to members and items.
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
