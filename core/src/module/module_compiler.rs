//! Compiles a source to code that an evaluator takes: parses it, walks its tree, and applies the edits.

use std::collections::{HashMap, HashSet};

use oxc_allocator::Allocator;
use oxc_ast_visit::Visit;
use oxc_span::Span;
use serde::de::IgnoredAny;

use super::compiled_module::CompiledModule;
use super::esm::{ModuleExports, ModuleImports};
use super::module_fault::ModuleFault;
use super::module_parse::{ParsedModule, parse_module};
use super::module_rewriter::ModuleRewriter;
use super::nesting::check_source_nesting;
use super::source_kind::{ModuleFormat, SourceKind};
use super::source_lines::SourceLines;
use super::source_scan::{next_token, starts_with};
use super::text_edits::TextEdits;

/// Compiles a source. It recurses as deep as the source is nested: the stack is that of the thread that compiles.
pub fn compile_source(source: &str, kind: SourceKind) -> Result<CompiledModule, ModuleFault> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    if kind.format == Some(ModuleFormat::Json) {
        return compile_json(source);
    }
    let lines = SourceLines::new(source);
    check_source_nesting(&lines, source)?;
    compile_lines(&lines, kind)
}

/// A JSON text is checked here, so that its fault has a place.
fn compile_json(source: &str) -> Result<CompiledModule, ModuleFault> {
    match serde_json::from_str::<IgnoredAny>(source) {
        Ok(_) => Ok(CompiledModule {
            format: ModuleFormat::Json,
            code: source.to_owned(),
            is_async: false,
            prefix: String::new(),
            imports: Vec::new(),
            calls: Vec::new(),
            exports: vec!["default".to_owned()],
            type_exports: Vec::new(),
            stars: Vec::new(),
            indirect_exports: Vec::new(),
        }),
        Err(error) => {
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            Err(ModuleFault { line: number(error.line()), column: number(error.column().max(1)), message })
        }
    }
}

fn compile_lines(lines: &SourceLines<'_>, kind: SourceKind) -> Result<CompiledModule, ModuleFault> {
    let allocator = Allocator::default();
    let parsed = parse_module(&allocator, lines, kind)?;
    let ParsedModule { program, scoping, format, is_async } = &parsed;
    let prefix = free_prefix(&parsed, lines.source());
    let is_commonjs = *format == ModuleFormat::CommonJs;
    let found = if is_commonjs {
        ModuleImports::default()
    } else {
        ModuleImports::collect(program, lines, scoping, &prefix)?
    };
    let mut rewriter = ModuleRewriter {
        lines,
        scoping,
        bindings: &found.bindings,
        prefix: &prefix,
        is_commonjs,
        is_typescript: program.source_type.is_typescript(),
        depth: 0,
        functions: 0,
        is_exported: false,
        enumerations: Vec::new(),
        enum_members: HashMap::new(),
        edits: TextEdits::default(),
        calls: Vec::new(),
        statements: &found.statements,
        exports: ModuleExports::default(),
        fault: None,
        open_starts: HashSet::new(),
        callees: HashSet::new(),
    };
    rewrite_first_comment(&mut rewriter, program.hashbang.is_some());
    rewriter.visit_program(program);
    let ModuleRewriter { edits, calls, exports, fault, .. } = rewriter;
    fault.map_or(Ok(()), Err)?;
    let before = if is_commonjs { String::new() } else { exports.prelude(&prefix) };
    Ok(CompiledModule {
        format: *format,
        code: edits.apply(lines.source(), &before),
        is_async: *is_async && !is_commonjs,
        imports: found.imports,
        calls,
        exports: exports.getters.into_iter().map(|(name, _)| name).collect(),
        type_exports: exports.type_names,
        stars: exports.stars,
        indirect_exports: exports.indirect,
        prefix,
    })
}

/// `#!`, and `-->` of scripts, are comments at the start of a file alone.
fn rewrite_first_comment(rewriter: &mut ModuleRewriter<'_, '_>, has_hashbang: bool) {
    let first = next_token(rewriter.source(), 0);
    if has_hashbang {
        rewriter.replace(Span::new(0, 2), "//");
    } else if rewriter.is_commonjs && starts_with(rewriter.source(), first, "-->") {
        rewriter.replace(Span::new(first, first + 3), "// ");
    }
}

/// A start of names that no name of the source has.
fn free_prefix(parsed: &ParsedModule<'_>, source: &str) -> String {
    let scoping = &parsed.scoping;
    // A name may be written with escapes, which the text does not show.
    let has_escapes = source.contains("\\u");
    let is_taken = |prefix: &str| {
        let starts = |name: &str| name.starts_with(prefix);
        source.contains(prefix)
            || has_escapes
                && (scoping.symbol_names().any(starts)
                    || scoping.root_unresolved_references().keys().any(|name| starts(name)))
    };
    let numbered = (1_u32..).map(|number| format!("__tr{number}"));
    let mut prefixes = std::iter::once("__tr".to_owned()).chain(numbered);
    prefixes.find(|prefix| !is_taken(prefix)).expect("a source has an end")
}
