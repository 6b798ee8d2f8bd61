//! The checks of the house find what they are for: one broken example each.

use crate::NOTHING;
use crate::circles::circles;
use crate::fronts::{incomplete_front, missing_terms};
use crate::functions::{hard_to_call, large_facades};
use crate::names::{repeated_files, repeated_types};

#[test]
fn a_circle_is_found_however_it_is_written() {
    let of = |files: &[(&str, &str)]| circles(files);
    // Straight, through a third file, through a re-export, through a path in the code, through the room's own file.
    assert_eq!(of(&[("a/b.rs", "use super::c::C;"), ("a/c.rs", "use crate::a::b::B;")]), ["a/b.rs, a/c.rs"]);
    let three = [("a/b.rs", "use super::c::C;"), ("a/c.rs", "use super::d;"), ("a/d.rs", "use super::b::B;")];
    assert_eq!(of(&three), ["a/b.rs, a/c.rs, a/d.rs"]);
    let public = ("a/mod.rs", "mod b; mod c; pub use b::B;");
    assert_eq!(
        of(&[public, ("a/b.rs", "use super::c;"), ("a/c.rs", "use crate::a::B;")]),
        ["a/b.rs, a/c.rs"]
    );
    let inline = [("a/b.rs", "fn f() { super::c::c(); }"), ("a/c.rs", "use super::b::B;")];
    assert_eq!(of(&inline), ["a/b.rs, a/c.rs"]);
    let own = [("a/mod.rs", "mod b; use b::B;\npub struct A(B);"), ("a/b.rs", "use super::A;")];
    assert_eq!(of(&own), ["a/b.rs, a/mod.rs"]);
    let deep = [("a/x/b.rs", "use crate::a::c::C;"), ("a/c.rs", "use super::x::b::{self as own, B};")];
    assert_eq!(of(&deep), ["a/c.rs, a/x/b.rs"]);
    // One direction, two rooms, tests, and a module within a file are no circles.
    for fine in [
        [("a/b.rs", "use super::c::C;"), ("a/c.rs", "use crate::b::B;")],
        [
            ("a/b.rs", "use super::c::C;"),
            ("a/c.rs", "#[cfg(test)]\nmod tests {\n    use super::super::b::B;\n}"),
        ],
        [("a/b.rs", "use super::c::C;"), ("a/c.rs", "pub mod d {\n    use super::C;\n}\npub struct C;")],
        [("a/b.rs", "use super::c::C; // and c has super::b::B"), ("a/c.rs", "/* use super::b::B; */")],
    ] {
        assert_eq!(of(&fine), NOTHING, "{fine:?}");
    }
}

#[test]
fn a_function_that_is_hard_to_call_is_found_however_it_is_written() {
    for (code, expected) in [
        ("fn a(b: u8, c: u8, d: u8, e: u8, f: u8) {}", "x.rs: a has 5 parameters"),
        (
            "pub async fn a<T: Fn(u8, u8) -> u8>(\n    &'a mut self,\n    b: HashMap<u8, u8>, c: (u8, u8), \
                d: T, e: u8, f: u8,\n) {}",
            "x.rs: a has 5 parameters",
        ),
        ("trait T { fn a(self: &Arc<Self>, is_b: bool, is_c: bool); }", "x.rs: a has two booleans in a row"),
    ] {
        assert_eq!(hard_to_call("x.rs", code), [expected], "{code}");
    }
    let four = "impl A {\n    fn a(&self, b: impl Fn(u8, u8) -> u8, c: [u8; 2], is_d: bool, e: Vec<(u8, u8)>) {}\n}\n\
        fn b() -> fn(u8, u8, u8, u8, u8) {}\n// fn c(a: u8, b: u8, c: u8, d: u8, e: u8)\n\
        #[cfg(test)]\nmod tests { fn d(a: u8, b: u8, c: u8, d: u8, e: u8) {} }";
    assert_eq!(hard_to_call("x.rs", four), NOTHING);
    let many = format!("impl SpecLoader {{ {} }}", "fn a() {} ".repeat(11));
    let files = [("a.rs", many.as_str()), ("b.rs", many.as_str())];
    assert_eq!(large_facades(&files), ["SpecLoader has 22 functions, and may have 20"]);
    assert_eq!(large_facades(&files[..1]), NOTHING);
}

#[test]
fn a_name_that_stands_twice_is_found_however_it_is_written() {
    let twice = [
        ("a/b.rs", "pub struct State;\ntype Way = u8;"),
        ("c/b.rs", "pub(in crate::c) enum State<T> { A(T) }\n    pub(crate) struct Inner {"),
        ("c/d.rs", "fn f() {\n    struct Inner(u8);\n}\n    type Way = u8;"),
    ];
    assert_eq!(repeated_types(&twice), ["Inner: c/b.rs, c/d.rs", "State: a/b.rs, c/b.rs"]);
    assert_eq!(repeated_files(&twice), ["b.rs: a/b.rs, c/b.rs"]);
    let once = [
        ("a/mod.rs", "pub struct State; // struct Other;"),
        ("b/mod.rs", "const A: &str = \"struct State;\"; #[cfg(test)] mod tests { struct State; }"),
        ("b/options.rs", "impl Iterator for Rows {\n    type Item = u8;\n}\nstruct StateOf;"),
        ("c/options.rs", "impl Iterator for Lines {\n    type Item = u8;\n}"),
    ];
    assert_eq!([repeated_types(&once), repeated_files(&once)].concat(), NOTHING);
}

#[test]
fn a_front_page_without_its_parts_is_found() {
    let page = |lines: &[&str]| format!("//! {}\n", lines.join("\n//! "));
    let whole = [
        "Limits calls: rate limit.",
        "",
        "```",
        "let x = 1;",
        "```",
        "",
        "Limits: one process.",
        "",
        "a",
        "b",
    ];
    assert_eq!(incomplete_front("limit/mod.rs", &page(&whole)), NOTHING);
    let missing = incomplete_front("wire/mod.rs", "//! An operation on the wire.\nmod style;");
    assert_eq!(missing.len(), 3, "{missing:?}");
    let shown = [&["```ignore", "x", "```", "", ""], &whole[5..]].concat();
    assert_eq!(incomplete_front("limit/mod.rs", &page(&shown)), ["limit/mod.rs has no example that runs"]);
    assert!(
        !missing_terms(&[("limit/mod.rs", &page(&whole))]).iter().any(|one| one.contains("\"rate limit\""))
    );
    assert!(
        missing_terms(&[("limit/mod.rs", "//! Limits.")]).iter().any(|one| one.contains("\"rate limit\""))
    );
}
