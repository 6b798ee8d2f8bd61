//! Parses a source: which format it is, its syntax tree, its scopes, and the first fault.

use oxc_allocator::Allocator;
use oxc_ast::ast::{ImportOrExportKind, Program, Statement};
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::{GetSpan, LabeledSpan, SourceType};

use super::module_fault::ModuleFault;
use super::nesting::measure_tree;
use super::source_kind::{ModuleFormat, ModuleLanguage, SourceKind};
use super::source_lines::SourceLines;
use super::typescript::has_values;

/// A source that has been parsed without a fault.
pub struct ParsedModule<'a> {
    /// The syntax tree.
    pub program: &'a Program<'a>,
    /// Its scopes, symbols and references.
    pub scoping: Scoping,
    /// Its format: ES module or CommonJS.
    pub format: ModuleFormat,
    /// Whether it awaits outside of functions.
    pub is_async: bool,
}

/// Parses a source. The format is that of its kind, or is detected by syntax.
pub fn parse_module<'a>(
    allocator: &'a Allocator,
    lines: &SourceLines<'a>,
    kind: SourceKind,
) -> Result<ParsedModule<'a>, ModuleFault> {
    let attempt = ParseAttempt { allocator, lines, language: kind.language };
    match kind.format {
        Some(ModuleFormat::Module) => attempt.parse_as(ModuleFormat::Module)?.checked(&attempt),
        Some(_) => {
            let tree = attempt.parse_as(ModuleFormat::CommonJs)?;
            if let Some(at) = module_syntax(&tree.parsed.program) {
                return Err(lines.fault(at, MODULE_IN_COMMONJS));
            }
            tree.checked(&attempt)
        }
        None => attempt.detect()?.checked(&attempt),
    }
}

const MODULE_IN_COMMONJS: &str = "import and export are of ES modules, and this is CommonJS: name the file .mjs or \
     .mts, or set \"type\": \"module\" in its package.json";

const AWAIT_IN_COMMONJS: &str = "await outside of functions is of ES modules, and this is CommonJS: name the file .mjs \
     or .mts, or set \"type\": \"module\" in its package.json";

/// What a parse needs.
struct ParseAttempt<'l, 'a> {
    allocator: &'a Allocator,
    lines: &'l SourceLines<'a>,
    language: ModuleLanguage,
}

/// The tree of a source that was parsed as one format.
struct ParsedTree<'a> {
    parsed: ParserReturn<'a>,
    format: ModuleFormat,
    /// Where it first awaits outside of functions.
    awaits: Option<u32>,
}

impl<'a> ParseAttempt<'_, 'a> {
    fn parse_as(&self, format: ModuleFormat) -> Result<ParsedTree<'a>, ModuleFault> {
        let is_module = format == ModuleFormat::Module;
        let kind = if is_module { SourceType::mjs() } else { SourceType::cjs() };
        let is_typescript = self.language == ModuleLanguage::TypeScript;
        let kind = if is_typescript { kind.with_typescript(true) } else { kind.with_javascript(true) };
        let options = ParseOptions { allow_return_outside_function: !is_module, ..ParseOptions::default() };
        let parser = Parser::new(self.allocator, self.lines.source(), kind.with_standard(true));
        let parsed = parser.with_options(options).parse();
        let awaits = measure_tree(&parsed.program, self.lines)?;
        Ok(ParsedTree { parsed, format, awaits })
    }

    /// Finds the first of some faults in the order of the source.
    fn first_fault<'f>(
        &self,
        faults: impl Iterator<Item = (Option<u32>, &'f str)>,
    ) -> Result<(), ModuleFault> {
        let Some((at, message)) = faults.map(|(at, message)| (at.unwrap_or_default(), message)).min() else {
            return Ok(());
        };
        let way_out = if message.contains("JSX") {
            ": JSX is not supported, compile it to JavaScript first"
        } else {
            ""
        };
        Err(self.lines.fault(at, format!("{message}{way_out}")))
    }

    /// Parses a source as the format that its syntax is of.
    fn detect(&self) -> Result<ParsedTree<'a>, ModuleFault> {
        if looks_like_module(self.lines.source()) {
            let module = self.parse_as(ModuleFormat::Module)?;
            if module.is_module() {
                return Ok(module);
            }
        }
        let commonjs = self.parse_as(ModuleFormat::CommonJs)?;
        let is_valid = commonjs.parsed.diagnostics.is_empty() && commonjs.awaits.is_none();
        if is_valid && module_syntax(&commonjs.parsed.program).is_none() {
            return Ok(commonjs);
        }
        // A source with faults is told by the rules of the format that its syntax is of.
        let module = self.parse_as(ModuleFormat::Module)?;
        Ok(if module.is_module() { module } else { commonjs })
    }
}

/// A cheap guess, so that most modules are parsed once.
fn looks_like_module(source: &str) -> bool {
    source.lines().any(|line| line.starts_with("import") || line.starts_with("export"))
}

impl<'a> ParsedTree<'a> {
    /// Whether a source that was parsed as an ES module has the syntax of one.
    fn is_module(&self) -> bool {
        let ParserReturn { program, module_record, diagnostics, panicked, .. } = &self.parsed;
        module_syntax(program).is_some()
            || *panicked && module_record.has_module_syntax
            || !module_record.import_metas.is_empty()
            || self.awaits.is_some() && diagnostics.is_empty()
    }

    fn checked(self, attempt: &ParseAttempt<'_, 'a>) -> Result<ParsedModule<'a>, ModuleFault> {
        attempt.first_fault(
            self.parsed
                .diagnostics
                .iter()
                .map(|found| (found.labels.first().map(LabeledSpan::offset), found.message.as_ref())),
        )?;
        if let Some(at) = self.awaits.filter(|_| self.format == ModuleFormat::CommonJs) {
            return Err(attempt.lines.fault(at, AWAIT_IN_COMMONJS));
        }
        let program: &'a Program<'a> = attempt.allocator.alloc(self.parsed.program);
        let built = SemanticBuilder::new_compiler().with_enum_eval(true).build(program);
        attempt.first_fault(
            built
                .diagnostics
                .iter()
                .map(|found| (found.labels.first().map(LabeledSpan::offset), found.message.as_ref())),
        )?;
        let scoping = built.semantic.into_scoping();
        Ok(ParsedModule { program, scoping, format: self.format, is_async: self.awaits.is_some() })
    }
}

/// The first statement that makes a source an ES module. One of types alone does not: nothing of it is left.
fn module_syntax(program: &Program<'_>) -> Option<u32> {
    let is_value = |kind: ImportOrExportKind| kind == ImportOrExportKind::Value;
    let found = program.body.iter().find(|statement| match statement {
        Statement::ImportDeclaration(it) => is_value(it.import_kind),
        Statement::ExportAllDeclaration(it) => is_value(it.export_kind),
        Statement::ExportNamedDeclaration(it) => is_value(it.export_kind),
        Statement::ExportFromDeclaration(it) => is_value(it.export_kind),
        Statement::ExportDeclaration(it) => has_values(&it.declaration),
        Statement::ExportDefaultDeclaration(_) => true,
        _ => false,
    });
    found.map(|statement| statement.span().start)
}
