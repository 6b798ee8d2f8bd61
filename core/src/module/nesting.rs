//! Nesting of a source, bounded: the parser and everything that walks its tree recurse, and a stack has an end.
//!
//! Two bounds. Before the parser runs, tokens that can make it recurse are counted by a scan. After that, the depth of
//! its tree is measured by a walk that stops at the limit: `a + a + …` is parsed in a loop and is deep all the same.

use oxc_ast::ast::{
    ArrowFunctionExpression, AwaitExpression, Expression, ForOfStatement, Function, Program, Statement,
    TSImportTypeQualifier, TSNamespaceDeclaration, TSType, TSTypeName, VariableDeclaration,
    VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeFlags;

use super::module_fault::ModuleFault;
use super::nesting_scan::scan_nesting;
use super::source_lines::SourceLines;

/// Nesting levels of a source, and of its tree.
pub const MAX_NESTING: u32 = if cfg!(debug_assertions) { 5_000 } else { 20_000 };

/// Finds whether a source may be nested too deep to be parsed.
pub fn check_source_nesting(lines: &SourceLines<'_>, source: &str) -> Result<(), ModuleFault> {
    scan_nesting(source, MAX_NESTING).map_or(Ok(()), |at| Err(too_deep(lines, at)))
}

/// Walks a tree down to the limit: finds whether it is deeper, and where it first awaits outside of functions.
pub fn measure_tree(program: &Program<'_>, lines: &SourceLines<'_>) -> Result<Option<u32>, ModuleFault> {
    let mut tree = TreeMeasure::default();
    tree.visit_program(program);
    tree.too_deep.map_or(Ok(tree.awaits), |at| Err(too_deep(lines, at)))
}

fn too_deep(lines: &SourceLines<'_>, at: u32) -> ModuleFault {
    lines.fault(at, format!("is nested deeper than {MAX_NESTING} levels"))
}

/// What a walk finds. Every circle of the tree's types has one of its levels in it, or a bracket.
#[derive(Default)]
struct TreeMeasure {
    depth: u32,
    functions: u32,
    awaits: Option<u32>,
    too_deep: Option<u32>,
}

impl TreeMeasure {
    fn level(&mut self, at: u32, walk: impl FnOnce(&mut Self)) {
        if self.depth == MAX_NESTING {
            self.too_deep.get_or_insert(at);
        } else if self.too_deep.is_none() {
            self.depth += 1;
            walk(self);
            self.depth -= 1;
        }
    }

    fn function(&mut self, walk: impl FnOnce(&mut Self)) {
        self.functions += 1;
        walk(self);
        self.functions -= 1;
    }

    fn found_await(&mut self, at: u32) {
        if self.functions == 0 {
            self.awaits.get_or_insert(at);
        }
    }
}

impl<'a> Visit<'a> for TreeMeasure {
    fn visit_expression(&mut self, it: &Expression<'a>) {
        self.level(it.span().start, |tree| walk::walk_expression(tree, it));
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        self.level(it.span().start, |tree| walk::walk_statement(tree, it));
    }

    fn visit_ts_type(&mut self, it: &TSType<'a>) {
        self.level(it.span().start, |tree| walk::walk_ts_type(tree, it));
    }

    fn visit_ts_type_name(&mut self, it: &TSTypeName<'a>) {
        self.level(it.span().start, |tree| walk::walk_ts_type_name(tree, it));
    }

    fn visit_ts_import_type_qualifier(&mut self, it: &TSImportTypeQualifier<'a>) {
        self.level(it.span().start, |tree| walk::walk_ts_import_type_qualifier(tree, it));
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        self.level(it.span.start, |tree| walk::walk_ts_namespace_declaration(tree, it));
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.function(|tree| walk::walk_function(tree, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.function(|tree| walk::walk_arrow_function_expression(tree, it));
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        self.found_await(it.span.start);
        walk::walk_await_expression(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if it.r#await {
            self.found_await(it.span.start);
        }
        walk::walk_for_of_statement(self, it);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        if it.kind == VariableDeclarationKind::AwaitUsing {
            self.found_await(it.span.start);
        }
        walk::walk_variable_declaration(self, it);
    }
}
