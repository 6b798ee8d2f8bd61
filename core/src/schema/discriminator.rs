//! The discriminator of a union as what a validator and a model can read: each branch requires the tag and names its
//! value, so that no value fits two branches. Source: OpenAPI 3.1.1, "Discriminator Object".

use serde_json::{Map, Value, json};

use super::library::Spot;
use super::note::kind;
use super::walk::Walk;
use crate::json::{Node, Object, Path, pointer};

/// Schemas that are looked through for what they say of the tag.
const DEPTH: usize = 4;

impl<'a> Walk<'_, '_, 'a> {
    /// Adds the tag to the branches that are references; the others say for themselves what they take.
    pub(super) fn discriminator(
        &mut self,
        object: &'a Object<'a>,
        path: &Path<'_>,
        schema: &mut Map<String, Value>,
    ) {
        let Some(discriminator) = object.get("discriminator") else { return };
        let Some(tag) = discriminator.text("propertyName") else { return };
        let mut applied = false;
        for union in ["oneOf", "anyOf"] {
            let branches = object.get(union).and_then(Node::as_array).unwrap_or_default();
            let Some(Value::Array(converted)) = schema.get_mut(union) else { continue };
            for (branch, converted) in branches.iter().zip(converted) {
                let Some(target) = branch.text("$ref").and_then(|reference| self.leads(reference)) else {
                    continue;
                };
                let Some(values) = self.values(discriminator, tag, &target) else { continue };
                if let (Value::Object(converted), false) = (converted, values.is_empty()) {
                    let value = match values.as_slice() {
                        [one] => json!({"const": one}),
                        several => json!({"enum": several}),
                    };
                    converted.insert("properties".to_owned(), json!({tag: value}));
                    converted.insert("required".to_owned(), json!([tag]));
                    applied = true;
                }
            }
        }
        if applied {
            let message = format!("\"{tag}\" is required and tells the branches apart");
            self.note(kind::OAS_DISCRIMINATOR_APPLIED, &path.key("discriminator"), message);
        }
    }

    fn leads(&self, reference: &'a str) -> Option<Spot<'a>> {
        self.converter.library.resolve(self.document, reference, String::new).ok()
    }

    /// The tag's values for a branch: those that the mapping gives it, else its own name. `None` where the branch says
    /// something else of the tag by itself, or says it already.
    fn values(&self, discriminator: Node<'a>, tag: &str, branch: &Spot<'a>) -> Option<Vec<String>> {
        let mapping = discriminator.get("mapping").and_then(Node::as_object);
        let mapped: Vec<String> = mapping
            .into_iter()
            .flat_map(Object::iter)
            .filter(|(_, to)| to.as_str().is_some_and(|to| self.is_mapped(to, branch)))
            .map(|(value, _)| value.to_owned())
            .collect();
        let values = if mapped.is_empty() { vec![name(branch)?] } else { mapped };
        match self.allowed(branch, tag, 0) {
            Tag::Any => Some(values),
            Tag::Only(allowed) if allowed.len() <= values.len() => None,
            Tag::Only(allowed) => {
                let known: Vec<_> =
                    values.into_iter().filter(|value| allowed.contains(&value.as_str())).collect();
                (!known.is_empty()).then_some(known)
            }
            Tag::Unsent => None,
        }
    }

    /// Whether a value of the mapping, a reference or the bare name of a component, means a branch.
    fn is_mapped(&self, to: &'a str, branch: &Spot<'a>) -> bool {
        let is_name = !to.contains(['/', '#']) && name(branch).as_deref() == Some(to);
        is_name || self.leads(to).is_some_and(|target| target.place == branch.place)
    }

    /// What a branch itself says of the tag.
    fn allowed(&self, branch: &Spot<'a>, tag: &str, depth: usize) -> Tag<'a> {
        let own = branch.node.get("properties").and_then(|properties| properties.get(tag));
        let own = own.map(|own| match own.text("$ref").and_then(|reference| self.leads(reference)) {
            Some(target) => target.node,
            None => own,
        });
        if let Some(own) = own {
            if own.flag("readOnly") {
                return Tag::Unsent;
            }
            if let Some(value) = own.text("const") {
                return Tag::Only(vec![value]);
            }
            if let Some(values) = own.get("enum") {
                return Tag::Only(values.items().filter_map(Node::as_str).collect());
            }
        }
        let parts = branch.node.get("allOf").into_iter().flat_map(Node::items).filter(|_| depth < DEPTH);
        for part in parts {
            let spot = match part.text("$ref") {
                Some(reference) => self.leads(reference),
                None => Some(Spot { node: part, place: branch.place.clone() }),
            };
            match spot.map_or(Tag::Any, |spot| self.allowed(&spot, tag, depth + 1)) {
                Tag::Any => {}
                told => return told,
            }
        }
        Tag::Any
    }
}

/// What a schema says of the tag.
enum Tag<'a> {
    Any,
    Only(Vec<&'a str>),
    Unsent,
}

/// The name of a component: the last part of its place.
fn name(branch: &Spot<'_>) -> Option<String> {
    pointer::tokens(&branch.place.pointer).last().map(Into::into)
}
