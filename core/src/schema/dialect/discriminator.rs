//! Discriminator conversion: each branch requires the discriminator property and fixes its value, so that
//! no value satisfies two branches. Source: OpenAPI 3.1.1, "Discriminator Object".

use super::direction::Direction;
use super::schema_walk::SchemaWalk;
use crate::error::Result;
use crate::json::{HashMap, Node, Object, ObjectBuilder, Path, pointer};
use crate::schema::note::kind;
use crate::schema::reference::{LocatedNode, Location};

/// Maximum number of schemas that are searched in one branch. Nested `allOf` multiplies.
const LOOKED_THROUGH: usize = 64;

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Adds the discriminator property to branches that are references. Inline branches declare it
    /// themselves.
    pub(in crate::schema) fn discriminator(
        &mut self,
        object: &'a Object<'a>,
        path: &Path<'_>,
        schema: &mut ObjectBuilder<'a>,
    ) {
        let Some(discriminator) = object.get("discriminator") else { return };
        let Some(tag) = discriminator.text("propertyName") else { return };
        let mut mapping = None;
        let mut applied = false;
        for union in ["oneOf", "anyOf"] {
            let branches = object.get(union).and_then(Node::as_array).unwrap_or_default();
            let Some(Node::Array(converted)) = schema.get(union) else { continue };
            let mut converted = converted.to_vec();
            for (branch, converted) in branches.iter().zip(&mut converted) {
                let Some(target) = branch.text("$ref").and_then(|reference| self.leads(reference, path))
                else {
                    continue;
                };
                let mapping = mapping.get_or_insert_with(|| self.mapping(discriminator, path));
                let Some(values) = self.values(mapping, tag, &target) else { continue };
                if let Some(said) = self.say(*converted, tag, &values) {
                    *converted = said;
                    applied = true;
                }
            }
            schema.set(union, Node::list(&converted, self.arena()));
        }
        if applied {
            let is_required =
                if self.context.direction == Direction::Request { "is required and " } else { "" };
            let message = format!("\"{tag}\" {is_required}tells the branches apart");
            self.note(kind::OAS_DISCRIMINATOR_APPLIED, &path.key("discriminator"), message);
        }
    }

    fn leads(&self, reference: &'a str, path: &Path<'_>) -> Option<LocatedNode<'a>> {
        self.context.library.resolve_reference(self.document, reference, || path.pointer()).ok()
    }

    fn mapping(&self, discriminator: Node<'a>, path: &Path<'_>) -> DiscriminatorMapping<'a> {
        let mut mapping = DiscriminatorMapping::default();
        for (value, to) in discriminator.get("mapping").into_iter().flat_map(Node::entries) {
            let Some(to) = to.as_str() else { continue };
            if !to.contains(['/', '#']) {
                mapping.by_name.entry(to).or_default().push(mapping.values.len());
            }
            if let Some(target) = self.leads(to, path) {
                mapping.by_location.entry(target.location).or_default().push(mapping.values.len());
            }
            mapping.values.push(value);
        }
        mapping
    }

    /// Returns the discriminator values of a branch: those of the mapping, else the name of the component.
    /// Returns `None` if the branch restricts the property to the same or other values.
    fn values(
        &self,
        mapping: &DiscriminatorMapping<'a>,
        tag: &str,
        branch: &LocatedNode<'a>,
    ) -> Option<Vec<&'a str>> {
        let name = pointer::tokens(branch.location.pointer).last()?.into_owned();
        let mapped = mapping.of(&name, &branch.location);
        let values = if mapped.is_empty() { vec![self.arena().text(&name)] } else { mapped };
        let mut left = LOOKED_THROUGH;
        match self.allowed(branch, tag, &mut left) {
            TagValues::Any => Some(values),
            TagValues::Only(allowed) if allowed.len() <= values.len() => None,
            TagValues::Only(allowed) => {
                let known: Vec<_> = values.into_iter().filter(|value| allowed.contains(value)).collect();
                (!known.is_empty()).then_some(known)
            }
            TagValues::Unsent => None,
        }
    }

    /// Returns the values that a branch allows for the property.
    fn allowed(&self, branch: &LocatedNode<'a>, tag: &str, left: &mut usize) -> TagValues<'a> {
        let Some(still) = left.checked_sub(1) else { return TagValues::Any };
        *left = still;
        let library = self.context.library;
        let followed = |located: LocatedNode<'a>| -> Result<LocatedNode<'a>> {
            let target = library.reference_target(&located)?;
            Ok(target.unwrap_or(located))
        };
        let own = branch.key("properties").and_then(|properties| properties.key(tag));
        if let Some(own) = own.and_then(|own| followed(own).ok()).map(|own| own.node) {
            if own.flag(self.context.direction.excluding_keyword()) {
                return TagValues::Unsent;
            }
            if let Some(values) = texts(own) {
                return TagValues::Only(values);
            }
        }
        let Some(parts) = branch.key("allOf") else { return TagValues::Any };
        for part in parts.items() {
            match followed(part).map_or(TagValues::Any, |part| self.allowed(&part, tag, left)) {
                TagValues::Any if *left > 0 => {}
                told => return told,
            }
        }
        TagValues::Any
    }

    /// Adds the property and its values to a branch. OpenAPI 3.1 allows keywords beside a reference. Returns `None` if the
    /// branch declares the property. A response may lack the property: documents forget to require it, and a branch of a
    /// response need not exclude the others.
    fn say(&self, branch: Node<'a>, tag: &'a str, values: &[&'a str]) -> Option<Node<'a>> {
        let (branch, arena) = (branch.as_object()?, self.arena());
        let properties = branch.get("properties");
        let mut own = match properties {
            Some(properties) => ObjectBuilder::from_object(properties.as_object()?),
            None => ObjectBuilder::default(),
        };
        if own.contains(tag) {
            return None;
        }
        let value = match values {
            [one] => ("const", Node::String(one)),
            several => {
                let several: Vec<_> = several.iter().map(|value| Node::String(value)).collect();
                ("enum", Node::list(&several, arena))
            }
        };
        own.push(tag, Node::map(&[value], arena));
        let mut said = ObjectBuilder::from_object(branch);
        said.set("properties", own.finish(arena));
        let required = branch.get("required").and_then(Node::as_array).unwrap_or_default();
        if self.context.direction == Direction::Request && !required.contains(&Node::String(tag)) {
            said.set("required", Node::list(&[required, &[Node::String(tag)]].concat(), arena));
        }
        Some(said.finish(arena))
    }
}

/// Discriminator mapping: each value names a component or is a reference.
#[derive(Default)]
struct DiscriminatorMapping<'a> {
    values: Vec<&'a str>,
    by_name: HashMap<&'a str, Vec<usize>>,
    by_location: HashMap<Location<'a>, Vec<usize>>,
}

impl<'a> DiscriminatorMapping<'a> {
    fn of(&self, name: &str, location: &Location<'a>) -> Vec<&'a str> {
        let named = self.by_name.get(name).into_iter().flatten();
        let mut mapped: Vec<_> = named.chain(self.by_location.get(location).into_iter().flatten()).collect();
        mapped.sort_unstable();
        mapped.dedup();
        mapped.into_iter().map(|number| self.values[*number]).collect()
    }
}

/// Values that a schema allows for the discriminator property.
enum TagValues<'a> {
    Any,
    Only(Vec<&'a str>),
    Unsent,
}

/// Returns the strings that a schema enumerates, directly or in each union branch. Null is ignored.
fn texts(schema: Node<'_>) -> Option<Vec<&str>> {
    if let Some(value) = schema.text("const") {
        return Some(vec![value]);
    }
    if let Some(values) = schema.get("enum") {
        return Some(values.items().filter_map(Node::as_str).collect());
    }
    if schema.text("type") == Some("null") {
        return Some(Vec::new());
    }
    let branches = ["anyOf", "oneOf"].iter().find_map(|union| schema.get(union)?.as_array())?;
    let listed: Option<Vec<_>> = branches.iter().map(|branch| texts(*branch)).collect();
    listed.map(|listed| listed.concat()).filter(|values| !values.is_empty())
}
