//! Sources of modules: what becomes of each form of ES modules, CommonJS and TypeScript.
//!
//! `module_sources/` has the cases: `== fact`, the source, `=>`, the code. White space at the end of a line does not
//! count.

use std::time::Instant;

use toolrack_core::module::ModuleFormat::{CommonJs, Json, Module};
use toolrack_core::module::ModuleLanguage::{JavaScript, TypeScript};
use toolrack_core::module::{CompiledModule, ModuleFormat, ModuleLanguage, SourceKind, compile_module};

const ESM: &str = include_str!("module_sources/esm.txt");
const COMMONJS: &str = include_str!("module_sources/commonjs.txt");
const TYPESCRIPT: &str = include_str!("module_sources/typescript.txt");
const COMMONJS_TYPESCRIPT: &str = include_str!("module_sources/commonjs_typescript.txt");

fn compile(source: &str, language: ModuleLanguage, format: Option<ModuleFormat>) -> CompiledModule {
    let compiled = compile_module(source, SourceKind { language, format }).expect("a thread");
    compiled.unwrap_or_else(|fault| panic!("{}:{}: {}\n{source}", fault.line, fault.column, fault.message))
}

fn detect(source: &str) -> CompiledModule {
    compile(source, JavaScript, None)
}

/// The cases of a file: fact, source, code.
fn cases(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let cases = text.trim_start_matches("== ").trim_end().split("\n== ");
    cases.map(|case| {
        let (fact, case) = case.split_once('\n').expect("a fact");
        let (source, code) = case.split_once("\n=>\n").expect("a code");
        (fact, source, code)
    })
}

fn without_ends(code: &str) -> String {
    code.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn line_count(text: &str) -> usize {
    text.replace("\r\n", "\n").split(['\n', '\r', '\u{2028}', '\u{2029}']).count()
}

/// The function that an evaluator makes of a module.
fn function(module: &CompiledModule) -> String {
    let CompiledModule { prefix, code, .. } = module;
    if module.format == CommonJs {
        return format!(
            "(function (exports, require, module, __filename, __dirname, {prefix}import) {{{code}\n}})"
        );
    }
    let own = ["exports", "meta", "import"].map(|name| format!("{prefix}{name}"));
    let imports = (0..module.imports.len()).map(|index| format!("{prefix}{index}"));
    let names: Vec<_> = own.into_iter().chain(imports).collect();
    let keyword = if module.is_async { "async function*" } else { "function*" };
    format!("({keyword} ({}) {{\"use strict\";{code}\n}})", names.join(", "))
}

/// A code is JavaScript, and has as many lines as its source.
fn check(source: &str, module: &CompiledModule) {
    assert_eq!(line_count(&module.code), line_count(source), "{source}\n{}", module.code);
    let parsed = compile(&function(module), JavaScript, Some(CommonJs));
    assert_eq!(parsed.format, CommonJs);
}

#[test]
fn every_form_has_its_code() {
    let mut count = 0;
    for (text, language, format) in [
        (ESM, JavaScript, Module),
        (TYPESCRIPT, TypeScript, Module),
        (COMMONJS, JavaScript, CommonJs),
        (COMMONJS_TYPESCRIPT, TypeScript, CommonJs),
    ] {
        for (fact, source, code) in cases(text) {
            let module = compile(source, language, Some(format));
            assert_eq!(without_ends(&module.code), without_ends(code), "{fact}");
            check(source, &module);
            count += 1;
        }
    }
    assert!(count > 90, "all cases are read");
}

#[test]
fn javascript_is_the_same_as_typescript_without_types() {
    for (fact, source, _) in cases(ESM) {
        let [plain, typed] = [JavaScript, TypeScript].map(|language| compile(source, language, Some(Module)));
        check(source, &typed);
        if typed.imports == plain.imports && !source.contains("class") {
            // A `;` more does not hurt: in TypeScript a type may have ended the statement before.
            let [typed, plain] = [typed, plain].map(|module| module.code.replace("\n;", "\n"));
            assert_eq!(typed, plain, "{fact}");
        }
    }
}

#[test]
fn what_is_blanked_keeps_its_column() {
    let source = "let a: /* é𝒳 */ string = 1; export { a }";
    let module = compile(source, TypeScript, None);
    let code = module.code.split_once("yield; ").expect("a prelude").1;
    assert_eq!(code.encode_utf16().count(), source.encode_utf16().count());
    assert!(code.starts_with("let a                   = 1; ;"), "{code}");
}

#[test]
fn an_export_of_an_import_says_where_it_is_bound() {
    let source = "import a, * as b from 'x'; const c = 1, a2 = a; export { a, b, c, a2 }; \
                  export { d as 'a b' } from 'y'; export * as e from 'y'; export * from 'y'";
    let module = detect(source);
    let shown = module.indirect_exports.iter().map(|one| (&*one.name, one.from, one.imported.as_deref()));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [("a", 0, Some("default")), ("b", 0, None), ("a b", 1, Some("d")), ("e", 1, None)]
    );
}

#[test]
fn imports_have_names_and_places() {
    let source =
        "import a, { b, c as d } from 'x'\n/* 𝒳 */ export { b, e } from \"x\"; import * as f from 'y'";
    let module = detect(source);
    let shown: Vec<_> = module
        .imports
        .iter()
        .map(|import| {
            let names =
                import.names.iter().map(|name| format!("{}@{}:{}", name.name, name.line, name.column));
            (import.specifier.as_str(), import.line, import.column, names.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [("x", 1, 30, "default@1:8 b@1:13 c@1:16 e@2:22".to_owned()), ("y", 2, 55, String::new())]
    );
    assert_eq!(module.exports, ["b", "e"]);
}

#[test]
fn stars_and_types_are_told_apart_from_exports() {
    let source = "export * from 'a'; export * as b from 'b'; export * from 'c'
        export type D = 1; export interface E {}";
    let module = compile(source, TypeScript, None);
    assert_eq!(module.exports, ["b"]);
    assert_eq!(module.stars, [0, 2]);
    assert_eq!(module.type_exports, ["D", "E"]);
}

#[test]
fn calls_with_a_literal_have_places() {
    let calls = |source: &str| {
        let module = detect(source);
        let calls = module.calls.iter();
        calls
            .map(|call| format!("{:?} {} {}:{}", call.kind, call.specifier, call.line, call.column))
            .collect::<Vec<_>>()
    };
    assert_eq!(calls("a(require('b'),\n import('c'))"), ["Require b 1:3", "Import c 2:2"]);
    assert_eq!(calls("export {}; require('b'); import(`c`); import(d)"), ["Import c 1:26"]);
    assert_eq!(
        calls("function f(require) { require('x') } require(y); require('a', 1); require.resolve('z')"),
        [""; 0]
    );
    let typed = compile("import a = require('b'); a", TypeScript, None);
    assert_eq!((typed.format, typed.calls[0].specifier.as_str()), (CommonJs, "b"));
}

#[test]
fn syntax_decides_where_nothing_else_does() {
    for (source, format, is_async) in [
        ("", CommonJs, false),
        ("const a = 1", CommonJs, false),
        ("  import 'x'", Module, false),
        ("/* a */ export {}", Module, false),
        ("import.meta", Module, false),
        ("await a", Module, true),
        ("for await (const a of b) ;", Module, true),
        ("await using a = b", Module, true),
        ("{ await a }", Module, true),
        ("async () => await a", CommonJs, false),
        ("async function f() { await a }", CommonJs, false),
        ("const await = 1", CommonJs, false),
        ("import('x')", CommonJs, false),
        ("return; with (a) {}", CommonJs, false),
        ("`\nexport default 1\n`", CommonJs, false),
        ("export const a = async () => { await b }", Module, false),
        ("export const a = await b", Module, true),
        ("class A { [await a] = 1 }", Module, true),
    ] {
        let module = detect(source);
        assert_eq!((module.format, module.is_async), (format, is_async), "{source}");
        check(source, &module);
    }
    for (source, format) in [
        ("import type { A } from 'x'; module.exports = 1", CommonJs),
        ("import { A } from 'x'; let a: A", Module),
        ("export type A = 1", CommonJs),
        ("export = 1", CommonJs),
        ("export const a: number = 1", Module),
    ] {
        assert_eq!(compile(source, TypeScript, None).format, format, "{source}");
    }
}

#[test]
fn faults_have_a_place_and_a_reason() {
    const FAULTS: &str = include_str!("module_sources/faults.txt");
    let mut count = 0;
    for row in FAULTS.lines() {
        let [kind, source, fault] = row.split(" | ").collect::<Vec<_>>()[..] else { panic!("{row}") };
        let (language, format) = match kind {
            "js module" => (JavaScript, Some(Module)),
            "js commonjs" => (JavaScript, Some(CommonJs)),
            "js" => (JavaScript, None),
            "ts module" => (TypeScript, Some(Module)),
            "ts commonjs" => (TypeScript, Some(CommonJs)),
            _ => (JavaScript, Some(Json)),
        };
        let source = source.replace("\\n", "\n");
        let found =
            compile_module(&source, SourceKind { language, format }).expect("a thread").expect_err(row);
        assert_eq!(format!("{}:{}: {}", found.line, found.column, found.message), fault, "{row}");
        count += 1;
    }
    assert!(count > 50, "all faults are read");
}

#[test]
fn line_ends_and_marks_of_all_systems_are_kept() {
    for source in [
        "import a from 'x'\r\na()\r\nexport { a }\r\n",
        "import a from 'x'\ra()\rexport { a }\r",
        "import a from 'x'\u{2028}a()\u{2029}export { a }",
        "import {\r\n a }\r\n from 'x'\r\na()",
    ] {
        let module = detect(source);
        check(source, &module);
        assert_eq!(module.format, Module);
    }
    let marked = detect("\u{feff}import a from 'x'");
    assert_eq!((marked.imports[0].line, marked.imports[0].column), (1, 15));
}

#[test]
fn the_prefix_is_a_name_that_the_source_does_not_have() {
    assert_eq!(detect("export {}").prefix, "__tr");
    assert_eq!(detect("export { __tr0 } from 'x'").prefix, "__tr1");
    assert_eq!(detect("export let \\u005f_tr9, a = '__tr1'").prefix, "__tr2");
    assert_eq!(detect("let a = '__tr'").prefix, "__tr1");
}

#[test]
fn a_json_module_is_its_text() {
    let module = compile("\u{feff}{ \"a\": [1, 2.5e300, \"\\ud800\"] }", JavaScript, Some(Json));
    assert_eq!((module.format, module.exports), (Json, vec!["default".to_owned()]));
    assert!(module.code.starts_with('{'));
}

#[test]
fn long_lines_and_lists_compile_in_time() {
    let numbered = |of: fn(usize) -> String| (0..20_000).map(of).collect::<Vec<_>>().concat();
    let (names, froms) = (numbered(|i| format!("a{i}, ")), numbered(|i| format!("import '{i}';")));
    for (source, format, bound) in [
        ("require('fs');".repeat(16_000), CommonJs, 2_500),
        ("é = require('fs');".repeat(16_000), CommonJs, 2_500),
        ("import 'fs';".repeat(16_000), Module, 1_500),
        (froms, Module, 4_000),
        (format!("import {{ {names} }} from 'x'; [{names}]"), Module, 4_000),
        (format!("export {{ {names} }} from 'x'"), Module, 3_000),
        (format!("let {names} b; export {{ {names} }}"), Module, 2_000),
    ] {
        let start = Instant::now();
        compile(&source, TypeScript, Some(format));
        let took = start.elapsed().as_millis();
        // Ten times what a debug build takes; quadratic work takes forty times as long.
        assert!(took < bound, "{} … took {took} ms of {bound}", &source[..30]);
    }
}
