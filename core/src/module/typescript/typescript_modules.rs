//! `export =`, `import a = require(…)` and `import a = b.c`.

use oxc_ast::ast::{TSExportAssignment, TSImportEqualsDeclaration, TSModuleReference};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Reference;
use oxc_span::{GetSpan, Span};

use crate::module::compiled_module::ImportKind;
use crate::module::module_rewriter::ModuleRewriter;
use crate::module::source_scan::{next_token, starts_with};

impl<'a> ModuleRewriter<'_, 'a> {
    /// `export = value`.
    pub fn rewrite_export_assignment(&mut self, it: &TSExportAssignment<'a>) {
        let start = it.span.start;
        if !self.is_commonjs {
            return self
                .refuse(start, "export = is of CommonJS, and this is an ES module: write export default");
        }
        self.replace(Span::new(start, it.expression.span().start), "module.exports = ");
        walk::walk_ts_export_assignment(self, it);
    }

    /// `import a = require("b")`, `import a = b.c`. What is never read as a value is left out.
    pub fn rewrite_import_equals(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        let symbol = it.id.symbol_id.get();
        let is_used =
            symbol.is_none_or(|symbol| self.scoping.get_resolved_references(symbol).any(Reference::is_value));
        if !is_used && !self.is_exported {
            return self.blank_statement(it.span);
        }
        let mut start = it.span.start;
        if starts_with(self.source(), start, "declare") {
            self.blank(start, start + 7);
            start = next_token(self.source(), start + 7);
        }
        match &it.module_reference {
            TSModuleReference::ExternalModuleReference(module) => {
                if !self.is_commonjs {
                    let message =
                        "import a = require(…) is of CommonJS, and this is an ES module: write import a from";
                    return self.refuse(it.span.start, message);
                }
                self.note_literal(ImportKind::Require, module.span.start, &module.expression.value);
            }
            reference => {
                if self.source()[reference.span().start as usize..].starts_with("import.") {
                    self.refuse(
                        reference.span().start,
                        "an alias needs the name of something, and import is none",
                    );
                }
                self.visit_ts_module_reference(reference);
            }
        }
        self.replace(Span::new(start, start + 6), "const");
    }
}
