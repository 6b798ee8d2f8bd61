//! Blanks the types of functions, parameters and expressions.

use oxc_ast::ast::{
    ArrowFunctionExpression, Expression, FormalParameter, Function, TSTypeAnnotation, TSTypeAssertion,
    VariableDeclarator,
};
use oxc_span::{GetSpan, Span};

use crate::module::module_rewriter::ModuleRewriter;
use crate::module::source_lines::is_line_end;
use crate::module::source_scan::{next_token, starts_with, word_length};

impl<'a> ModuleRewriter<'_, 'a> {
    /// Blanks a mark (`?`, `!`, `,`) if it is the next token.
    pub fn blank_mark(&mut self, at: u32, mark: &str) {
        let at = next_token(self.source(), at);
        if starts_with(self.source(), at, mark) {
            self.blank(at, at + 1);
        }
    }

    /// Blanks those of some words that stand between two positions.
    pub fn blank_words(&mut self, start: u32, end: u32, words: &[&str]) {
        let mut at = next_token(self.source(), start);
        while at < end {
            let length = word_length(self.source(), at);
            let word = &self.source()[at as usize..(at + length) as usize];
            if words.contains(&word) {
                self.blank(at, at + length);
            }
            at = next_token(self.source(), at + length.max(1));
        }
    }

    pub fn erase_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    /// `let a!: T`.
    pub fn erase_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if it.definite {
            self.blank_mark(it.id.span().end, "!");
        }
    }

    /// `a?: T`, `private a`.
    pub fn erase_parameter(&mut self, it: &FormalParameter<'a>) {
        let start = it.pattern.span().start;
        if it.accessibility.is_some() || it.readonly || it.r#override {
            self.blank_words(
                it.span.start,
                start,
                &["public", "protected", "private", "readonly", "override"],
            );
        }
        if it.optional {
            self.blank_mark(it.pattern.span().end, "?");
        }
    }

    /// `(this: T, a)`.
    pub fn erase_this_parameter(&mut self, it: &Function<'a>) {
        if let Some(this) = &it.this_param {
            self.blank(this.span.start, this.span.end);
            self.blank_mark(this.span.end, ",");
        }
    }

    /// An arrow function whose types have line ends: none may stand before `=>`, and none between `async` and `(`.
    pub fn close_arrow_lines(&mut self, it: &ArrowFunctionExpression<'a>) {
        let (source, params) = (self.source(), it.params.span);
        let has_lines = |span: Span| source[span.start as usize..span.end as usize].contains(is_line_end);
        if let Some(types) = &it.type_parameters
            && it.r#async
            && has_lines(Span::new(types.span.start, params.start))
        {
            self.edits.insert(types.span.start, "(");
            self.blank(params.start, params.start + 1);
        }
        if let Some(result) = &it.return_type
            && has_lines(Span::new(params.end, result.span.end))
        {
            self.blank(params.end - 1, params.end);
            self.edits.insert(result.span.end, ")");
        }
    }

    /// Blanks what stands behind an expression: ` as T`, ` satisfies T`, `!`, `<T>`.
    pub fn erase_behind(&mut self, expression: &Expression<'a>, span: Span) {
        self.blank(expression.span().end, span.end);
    }

    /// `<T>a`: brackets take the place of the type, so that `return <T>` keeps its value on a line of its own, and an
    /// object stays one behind `=>`.
    pub fn erase_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        let guard = if self.open_starts.contains(&it.span.start) { ";(" } else { "(" };
        let source = self.lines.source();
        self.edits.replace(source, (it.span.start, it.expression.span().start), guard);
        self.edits.insert(it.span.end, ")");
    }
}
