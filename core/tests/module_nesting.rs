//! Hostile sources of modules: nesting without end, text of any kind, sources that are cut or mixed.

use proptest::prelude::*;
use toolrack_core::module::ModuleFormat::{CommonJs, Module};
use toolrack_core::module::ModuleLanguage::{JavaScript, TypeScript};
use toolrack_core::module::{
    CompiledModule, ModuleFault, ModuleFormat, ModuleLanguage, SourceKind, compile_module,
};

const SOURCES: [&str; 4] = [
    include_str!("module_sources/esm.txt"),
    include_str!("module_sources/commonjs.txt"),
    include_str!("module_sources/typescript.txt"),
    include_str!("module_sources/commonjs_typescript.txt"),
];

fn compile(
    source: &str,
    language: ModuleLanguage,
    format: Option<ModuleFormat>,
) -> Result<CompiledModule, ModuleFault> {
    compile_module(source, SourceKind { language, format }).expect("a thread")
}

fn line_count(text: &str) -> usize {
    text.replace("\r\n", "\n").split(['\n', '\r', '\u{2028}', '\u{2029}']).count()
}

/// What is compiled is JavaScript on as many lines; what is not has a place in the source.
fn check(source: &str, compiled: Result<CompiledModule, ModuleFault>) -> Result<(), TestCaseError> {
    let lines = line_count(source);
    match compiled {
        Ok(module) => {
            prop_assert_eq!(line_count(&module.code), lines, "{}", module.code);
            let head = if module.format == CommonJs { "function" } else { "async function*" };
            let strict = if module.format == CommonJs { "" } else { "\"use strict\";" };
            let code = format!("({head} () {{{strict}{}\n}})", module.code);
            let parsed = compile(&code, JavaScript, Some(CommonJs));
            prop_assert!(parsed.is_ok(), "{:?}\n{}", parsed.err(), code);
        }
        Err(fault) => {
            prop_assert!(fault.line as usize <= lines && fault.line > 0 && fault.column > 0, "{fault:?}");
            prop_assert!(!fault.message.contains("fault of toolrack"), "{fault:?}");
        }
    }
    Ok(())
}

/// `before` and `after` are repeated around a middle.
fn nested(before: &str, middle: &str, after: &str) -> String {
    const DEPTH: usize = 100_000;
    format!("{}{middle}{}", before.repeat(DEPTH), after.repeat(DEPTH))
}

/// Nesting of JavaScript: what is repeated before and after a middle.
#[rustfmt::skip]
const ANYWHERE: [(&str, &str, &str); 54] = [
    ("[", "", ""), ("[", "", "]"), ("(", "", ""), ("(", "a", ")"), ("{", "", ""), ("{", "", "}"),
    ("a+", "a", ""), ("a**", "a", ""), ("a??", "a", ""), ("a,", "a", ""), ("a<", "a", ""), ("a in ", "a", ""),
    ("!", "a", ""), ("- ", "a", ""), ("typeof ", "a", ""), ("new ", "a", ""), ("await ", "a", ""),
    ("`${", "", ""), ("`${", "a", "}`"), ("a`${", "1", "}`"), ("a=>", "a", ""), ("async a=>", "a", ""),
    ("a=", "a", ""), ("a?a:", "a", ""), ("if(a)", ";", ""), ("if(a);else ", ";", ""), ("for(;;)", ";", ""),
    ("do ", ";", "while(1)"), ("while(1)", ";", ""), ("with(a)", ";", ""), ("a:", ";", ""),
    ("try{", "", "}catch{}"), ("switch(a){case 1:", "", "}"), ("function f(){", "", "}"),
    ("({get a(){return ", "1", "}})"), ("(a=", "a", ")=>1"), ("[...", "a", "]"), ("x={a:", "1", "}"),
    ("import(", "", ""), ("class A{static{", "", "}}"), ("export default ", "", ""), ("/[/]/;(", "", ""),
    (")/ ( / (", "", ""), ("/*)*/(", "", ""), ("')';(", "", ""), ("<!--", "", ""), ("#a in ", "a", ""),
    ("", "a", ".a"), ("", "a", "?.a"), ("", "a", "()"), ("", "a", "[0]"), ("", "a", "``"), ("", "a", "\n"),
    ("\u{2028}", "", "\r"),
];

/// Nesting of types.
#[rustfmt::skip]
const TYPES: [(&str, &str, &str); 21] = [
    ("A<", "a", ">"), ("", "a", "[]"), ("a extends a?a:", "a", ""), ("a|", "a", ""), ("&", "a", ""),
    ("keyof ", "a", ""), ("unique ", "symbol", ""), ("()=>", "a", ""), ("new ()=>", "a", ""), ("[", "a", "]"),
    ("[a?,", "", ""), ("{a:", "a", "}"), ("(", "a", ")"), ("`${", "a", "}`"), ("a[", "a", "]"),
    ("import(", "", ""), ("{[a in ", "a", "]:a}"), ("", "a", ".a"), ("", "import('a')", ".a"),
    ("", "typeof a", ".a"), ("?", "a", ""),
];

/// Nesting of statements of TypeScript.
#[rustfmt::skip]
const STATEMENTS: [(&str, &str, &str); 14] = [
    ("", "a", " as a"), ("", "a", " satisfies a"), ("", "a", "!"), ("<a>", "a", ""), ("", "a", "<a>"),
    ("@a ", "", ""), ("namespace a{", "", "}"), ("", "namespace a", ".a"), ("<T>(a:", "", ""),
    ("enum A{a=", "", ""), ("declare ", "", ""), ("interface A{a():", "", ""), ("abstract class A{a=", "", ""),
    ("", "import a=a", ".a"),
];

#[test]
fn javascript_that_is_nested_without_end_is_a_fault_or_compiles() {
    for (before, middle, after) in ANYWHERE {
        let source = nested(before, middle, after);
        for (language, format) in [(JavaScript, Module), (JavaScript, CommonJs), (TypeScript, Module)] {
            check(&source, compile(&source, language, Some(format))).expect(before);
        }
    }
}

#[test]
fn typescript_that_is_nested_without_end_is_a_fault_or_compiles() {
    for (before, middle, after) in TYPES {
        let source = format!("type A={}", nested(before, middle, after));
        check(&source, compile(&source, TypeScript, Some(Module))).expect(before);
    }
    for (before, middle, after) in STATEMENTS {
        let source = nested(before, middle, after);
        check(&source, compile(&source, TypeScript, Some(Module))).expect(before);
    }
}

#[test]
fn a_source_of_the_usual_depth_compiles() {
    for source in [
        nested_by(400, "[", "]"),
        nested_by(400, "f(", ")"),
        nested_by(400, "x => { return ", "}"),
        nested_by(400, "if (a) { b() } else ", ""),
        format!("x = {}1", "'a' + ".repeat(4_000)),
        format!("x{}", ".a()".repeat(1_000)),
        format!("x = [{}]", "!1, ".repeat(100_000)),
        "a = 1\n".repeat(4_000),
    ] {
        let compiled = compile(&source, JavaScript, None);
        assert!(compiled.is_ok(), "{:?}: {}", compiled.err(), &source[..40]);
    }
}

fn nested_by(depth: usize, before: &str, after: &str) -> String {
    format!("{}1{}", before.repeat(depth), after.repeat(depth))
}

/// Pieces of sources: with them a random text is often a program.
#[rustfmt::skip]
const PIECES: [&str; 94] = [
    "a", "b", "a()", "b.c", "a`t`", "new a", "1", "'s'", "`x${", "}`", "/r/", "(", ")", "[", "]", "{", "}", ";",
    ",", ".", "?.", "=>", "=", "+", "-", "!", "?", ":", "<", ">", "<!--", "--", "...", "*", "\n", "\r\n",
    "\u{2028}", " ", " // c\n", "/* c\n */", "import ", "import a from 'x'\n", "import { a as b } from 'x';",
    "import * as b from 'y'\n", "import(", "import.meta", "export ", "export default ", "export { a }\n",
    "export * from 'z';", "const ", "let ", "var ", "function ", "async ", "await ", "class ", "extends ",
    "static ", "return ", "yield ", "if ", "else ", "for ", "of ", "in ", "typeof ", "get ", "set ", "as ",
    "satisfies ", "as const", "<T>", ": T", ": T<U>\n", "?: T", "!: T", "type T = ", "interface I {}\n",
    "enum E { a, b = 1 }\n", "declare ", "abstract ", "private ", "readonly ", "implements I ", "namespace N {",
    "@a ", "this", "super", "é𝒳", "\u{feff}", "#!", "require('x')", "'use strict'\n",
];

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PIECES.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_pieces_compile_to_javascript_on_the_same_lines(pieces in prop::collection::vec(piece(), 0..12)) {
        let source = pieces.concat();
        for language in [JavaScript, TypeScript] {
            check(&source, compile(&source, language, None))?;
            check(&source, compile(&source, language, Some(Module)))?;
        }
    }

    #[test]
    fn sources_with_a_piece_in_them_compile_to_javascript_on_the_same_lines(
        file in 0_usize..4,
        case in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..6,
        piece in piece(),
    ) {
        let cases = SOURCES[file].split("== ");
        let cases: Vec<_> = cases.filter_map(|case| case.split_once('\n')?.1.split_once("\n=>\n")).collect();
        let source = case.get(&cases).0;
        let start = source.floor_char_boundary(at.index(source.len() + 1));
        let end = source.ceil_char_boundary(start + length);
        let source = format!("{}{piece}{}", &source[..start], source.get(end..).unwrap_or_default());
        let language = if file < 2 { JavaScript } else { TypeScript };
        check(&source, compile(&source, language, None))?;
    }

    #[test]
    fn any_text_is_a_fault_or_compiles(source in any::<String>()) {
        check(&source, compile(&source, TypeScript, None))?;
    }
}
