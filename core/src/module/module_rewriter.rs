//! The edits that turn a source into code to evaluate: what they know, and how a reference to an import is written.

use std::collections::{HashMap, HashSet};

use oxc_ast::ast::{Expression, IdentifierReference};
use oxc_semantic::Scoping;
use oxc_span::Span;
use oxc_syntax::scope::ScopeId;
use oxc_syntax::symbol::SymbolId;

use super::compiled_module::{ImportCall, ImportKind};
use super::esm::ModuleExports;
use super::module_fault::ModuleFault;
use super::source_lines::SourceLines;
use super::text_edits::TextEdits;

/// What an imported name is in the code.
pub struct ImportBinding {
    /// The expression that reads it: `__tr0`, `__tr0.name`.
    pub expression: String,
    /// Index of the import.
    pub from: usize,
    /// The name there; none is the module itself (`* as name`).
    pub imported: Option<String>,
}

/// Imported names by their symbols.
pub type ImportBindings = HashMap<SymbolId, ImportBinding>;

/// An enum whose members are being written.
pub struct Enumeration {
    pub name: String,
    pub scope: Option<ScopeId>,
    pub symbol: Option<SymbolId>,
}

/// Collects the edits of a source.
pub struct ModuleRewriter<'m, 'a> {
    pub lines: &'m SourceLines<'a>,
    pub scoping: &'m Scoping,
    pub bindings: &'m ImportBindings,
    /// Start of the names that the evaluator gives.
    pub prefix: &'m str,
    pub is_commonjs: bool,
    pub is_typescript: bool,
    /// Statements around the one that is walked.
    pub depth: u32,
    /// Functions around it that have `arguments`.
    pub functions: u32,
    /// Whether the declaration that is walked is exported.
    pub is_exported: bool,
    /// The enums around it, the innermost last.
    pub enumerations: Vec<Enumeration>,
    /// The members of the enums before: two declarations of one name are one enum.
    pub enum_members: HashMap<SymbolId, HashSet<String>>,
    pub edits: TextEdits,
    pub calls: Vec<ImportCall>,
    /// Indices of the static imports, by the starts of their statements.
    pub statements: &'m HashMap<u32, usize>,
    pub exports: ModuleExports,
    /// The first fault.
    pub fault: Option<ModuleFault>,
    /// Starts of statements that would continue the statement before them if they began with a bracket.
    pub open_starts: HashSet<u32>,
    /// Starts of identifiers that are called: they must not be called as methods of what they are imported from.
    pub callees: HashSet<u32>,
}

impl<'a> ModuleRewriter<'_, 'a> {
    pub fn source(&self) -> &'a str {
        self.lines.source()
    }

    pub fn replace(&mut self, span: Span, text: &str) {
        self.edits.replace(self.lines.source(), (span.start, span.end), text);
    }

    pub fn blank(&mut self, start: u32, end: u32) {
        self.edits.blank(self.lines.source(), (start, end));
    }

    pub fn blank_statement(&mut self, span: Span) {
        self.edits.blank_statement(self.lines.source(), (span.start, span.end));
    }

    pub fn refuse(&mut self, at: u32, message: impl Into<String>) {
        if self.fault.is_none() {
            self.fault = Some(self.lines.fault(at, message));
        }
    }

    /// The import that an identifier refers to.
    pub fn import_of(&self, it: &IdentifierReference<'a>) -> Option<&ImportBinding> {
        let symbol = self.scoping.get_reference(it.reference_id.get()?).symbol_id()?;
        self.bindings.get(&symbol)
    }

    /// Writes a reference to an import.
    pub fn rewrite_reference(&mut self, it: &IdentifierReference<'a>) {
        // `let as T` is an expression; without its type it would begin a declaration.
        if self.is_typescript && it.name == "let" {
            self.refuse(it.span.start, "\"let\" is no name of a variable in TypeScript: take another one");
        }
        if self.is_lost_arguments(it) {
            self.refuse(it.span.start, "\"arguments\" is not defined at the top level of a module");
        }
        let Some(binding) = self.import_of(it) else {
            let member = self.enum_member_of(it);
            return member.into_iter().for_each(|member| self.replace(it.span, &member));
        };
        let expression = if self.callees.contains(&it.span.start) && binding.imported.is_some() {
            let guard = if self.open_starts.contains(&it.span.start) { ";" } else { "" };
            format!("{guard}(0, {})", binding.expression)
        } else {
            binding.expression.clone()
        };
        let reference = it.reference_id.get().map(|id| self.scoping.get_reference(id));
        if reference.is_some_and(|reference| reference.flags().is_write()) {
            self.refuse(it.span.start, format!("\"{}\" is an import and cannot be assigned", it.name));
        }
        self.replace(it.span, &expression);
    }

    /// Whether an identifier is `arguments` at the top level: the function of the evaluator has some, the module has none.
    pub fn is_lost_arguments(&self, it: &IdentifierReference<'a>) -> bool {
        it.name == "arguments" && self.functions == 0 && !self.is_commonjs
    }

    /// How a member of an enum is read that an initializer refers to by its name alone. The members of an earlier
    /// declaration of the enum are in scope too.
    pub fn enum_member_of(&self, it: &IdentifierReference<'a>) -> Option<String> {
        let symbol = it.reference_id.get().and_then(|id| self.scoping.get_reference(id).symbol_id());
        let scope = symbol.map(|symbol| self.scoping.symbol_scope_id(symbol));
        for enumeration in self.enumerations.iter().rev() {
            let is_around =
                |scope| self.scoping.scope_ancestors(scope).any(|one| Some(one) == enumeration.scope);
            let earlier = enumeration.symbol.and_then(|symbol| self.enum_members.get(&symbol));
            let is_member = if scope.is_some_and(is_around) {
                scope == enumeration.scope
            } else {
                earlier.is_some_and(|names| names.contains(it.name.as_str()))
            };
            if is_member {
                return Some(format!("{}.{}", enumeration.name, it.name));
            }
            if scope.is_some_and(is_around) {
                return None;
            }
        }
        None
    }

    /// Notes that an expression is called, or is the tag of a template.
    pub fn note_callee(&mut self, callee: &Expression<'a>) {
        if let Expression::Identifier(identifier) = callee.get_inner_expression() {
            self.callees.insert(identifier.span.start);
        }
    }

    /// Whether an identifier is the `require` of CommonJS.
    pub fn is_require(&self, callee: &Expression<'a>) -> bool {
        let Expression::Identifier(identifier) = callee else { return false };
        let is_free = |id| self.scoping.get_reference(id).symbol_id().is_none();
        self.is_commonjs && identifier.name == "require" && identifier.reference_id.get().is_none_or(is_free)
    }

    /// Notes a call with a literal specifier.
    pub fn note_call(&mut self, kind: ImportKind, at: u32, specifier: &Expression<'a>) {
        let specifier = match specifier {
            Expression::StringLiteral(literal) => literal.value,
            Expression::TemplateLiteral(literal) => match literal.single_quasi() {
                Some(text) => text,
                None => return,
            },
            _ => return,
        };
        self.note_literal(kind, at, &specifier);
    }

    pub fn note_literal(&mut self, kind: ImportKind, at: u32, specifier: &str) {
        let (line, column) = self.lines.position(at);
        self.calls.push(ImportCall { specifier: specifier.to_owned(), kind, line, column });
    }
}
