//! Blanks the types of classes and of their members.

use oxc_ast::ast::{
    Class, ClassElement, MethodDefinition, MethodDefinitionType, PropertyDefinition, PropertyDefinitionType,
};
use oxc_span::{GetSpan, Span};

use crate::module::module_rewriter::ModuleRewriter;
use crate::module::source_scan::{next_token, starts_with, word_length};

const MODIFIERS: [&str; 7] =
    ["public", "protected", "private", "readonly", "override", "abstract", "declare"];

impl<'a> ModuleRewriter<'_, 'a> {
    /// `abstract`, `implements`.
    pub fn erase_class_head(&mut self, it: &Class<'a>) {
        let mut start = next_token(self.source(), it.span.start);
        if it.r#abstract && starts_with(self.source(), start, "abstract") {
            self.blank(start, start + 8);
            start = next_token(self.source(), start + 8);
        }
        if it.implements.is_empty() {
            return;
        }
        let heritage = it.heritage.as_ref();
        let before = heritage
            .map(|heritage| {
                heritage
                    .type_arguments
                    .as_ref()
                    .map_or_else(|| heritage.expression.span().end, |types| types.span.end)
            })
            .or_else(|| it.type_parameters.as_ref().map(|types| types.span.end))
            .or_else(|| it.id.as_ref().map(|id| id.span.end))
            .unwrap_or_else(|| start + word_length(self.source(), start));
        self.blank(before, it.body.span.start);
    }

    /// Blanks a member that is a type alone. Returns whether it is one.
    pub fn erase_class_element(&mut self, it: &ClassElement<'a>) -> bool {
        let is_type = match it {
            ClassElement::TSIndexSignature(_) => true,
            ClassElement::MethodDefinition(it) => {
                it.r#type == MethodDefinitionType::TSAbstractMethodDefinition || it.value.body.is_none()
            }
            ClassElement::PropertyDefinition(it) => {
                it.declare || it.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition
            }
            ClassElement::AccessorProperty(it) if it.r#type.is_abstract() => true,
            ClassElement::AccessorProperty(it) => {
                self.refuse(it.span.start, "accessor fields are not supported: write a getter and a setter");
                false
            }
            ClassElement::StaticBlock(_) => false,
        };
        if is_type {
            self.blank_statement(it.span());
        }
        is_type
    }

    /// Modifiers and `?` of a method.
    pub fn erase_method(&mut self, it: &MethodDefinition<'a>) {
        self.blank_words(it.span.start, it.key.span().start, &MODIFIERS);
        if it.optional {
            self.blank_key_mark(it.key.span(), it.computed);
        }
    }

    /// Modifiers, `?` and `!` of a field. It gets a `;`: without its type it may continue on the next line.
    pub fn erase_field(&mut self, it: &PropertyDefinition<'a>) {
        self.blank_words(it.span.start, it.key.span().start, &MODIFIERS);
        if it.optional || it.definite {
            self.blank_key_mark(it.key.span(), it.computed);
        }
        let end = next_token(self.source(), it.span.end);
        if !self.source()[..it.span.end as usize].ends_with(';') && !starts_with(self.source(), end, ";") {
            self.edits.insert(it.span.end, ";");
        }
    }

    fn blank_key_mark(&mut self, key: Span, is_computed: bool) {
        let end = if is_computed { next_token(self.source(), key.end) + 1 } else { key.end };
        self.blank_mark(end, "?");
        self.blank_mark(end, "!");
    }
}
