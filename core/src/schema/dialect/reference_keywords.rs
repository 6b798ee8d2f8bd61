//! Reference keywords: `$ref`, `$dynamicRef` and `$recursiveRef` become `#/$defs/…`.

use super::schema_walk::{KeywordSite, SchemaWalk};
use crate::error::{Error, Result};
use crate::json::{Node, ObjectBuilder, Path};
use crate::schema::note::kind;
use crate::schema::reference::{LocatedNode, ReferenceFault};

impl<'a> SchemaWalk<'_, '_, 'a> {
    /// Converts a `$ref`. One that cannot be resolved is removed, so that any value is accepted and the
    /// operation stays. One into a file that was not read is an error, because the next load may read it.
    pub(in crate::schema) fn reference(
        &mut self,
        reference: Node<'a>,
        path: &Path<'_>,
    ) -> Result<Option<Node<'a>>> {
        let at = || path.key("$ref").pointer();
        let found = match reference.as_str() {
            Some(text) => self.context.library.find_reference(self.document, text, &at),
            None => Err(ReferenceFault::Nowhere("is not a string")),
        };
        let fault = match found {
            Ok(target) => return Ok(Some(self.reach(target))),
            Err(fault) => fault,
        };
        let leads_nowhere = matches!(fault, ReferenceFault::Nowhere(_));
        let written = reference.as_str().map_or_else(|| reference.to_value().to_string(), str::to_owned);
        let error = fault.into_error(&written, at());
        if !leads_nowhere {
            return Err(error);
        }
        self.opened += 1;
        self.note(kind::REF_OPENED, &path.key("$ref"), format!("{error}; any value is accepted there"));
        Ok(None)
    }

    fn reach(&mut self, target: LocatedNode<'a>) -> Node<'a> {
        let (id, reference) = self.context.refer(target);
        if self.reached.insert(id) {
            self.reaches.push(id);
        }
        Node::String(reference)
    }

    /// Converts `$dynamicRef` and `$recursiveRef` to `$ref`. Others than those with one possible target are unsupported.
    pub(in crate::schema) fn dynamic_reference(
        &mut self,
        at: &KeywordSite<'_, 'a>,
        schema: &mut ObjectBuilder<'a>,
    ) -> Result<()> {
        let (library, here) = (self.context.library, at.path.key(at.keyword));
        let target = match (at.keyword, at.held) {
            ("$dynamicRef", Node::String(reference)) => {
                library.resolve_dynamic_reference(self.document, reference, || here.pointer())?
            }
            ("$recursiveRef", Node::String("#")) => {
                library.resolve_recursive_reference(self.document, || here.pointer())?
            }
            _ => {
                return Err(Error::UnsupportedSpec {
                    pointer: here.pointer(),
                    found: at.keyword.to_owned(),
                    supported: "$ref, or a $dynamicRef with one target",
                });
            }
        };
        let reference = self.reach(target);
        schema.set_if_absent("$ref", reference);
        Ok(())
    }
}
