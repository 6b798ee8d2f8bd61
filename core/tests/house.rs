//! The walls of the house: who may import whom, which file is the only door of a crate, how long a file may be.
//!
//! The checks are functions from a text to what is wrong with it, so that each is shown here to find a broken wall.

use std::fs;
use std::path::{Path, PathBuf};

use circles::circles;
use code::{code_of, imports, paths_from, without_tests};
use fronts::{incomplete_front, missing_terms};
use functions::{hard_to_call, large_facades};
use names::{repeated_files, repeated_types};

#[path = "house/cases.rs"]
mod cases;
#[path = "house/circles.rs"]
mod circles;
#[path = "house/code.rs"]
mod code;
#[path = "house/fronts.rs"]
mod fronts;
#[path = "house/functions.rs"]
mod functions;
#[path = "house/names.rs"]
mod names;

/// Rooms and what each may import; a name with `::` allows that item alone. Lower rooms never import higher ones.
const WALLS: [(&str, &[&str]); 25] = [
    ("error", &[]),
    ("unicode", &[]),
    ("clock", &[]),
    ("http", &["clock"]),
    ("json", &["error"]),
    ("schema", &["json", "error", "unicode"]),
    ("tool", &["schema", "json", "error", "unicode"]),
    ("spec", &["tool", "schema", "json", "error", "unicode"]),
    ("target", &["tool", "schema", "json", "error"]),
    ("audit", &["tool", "json", "error"]),
    ("search", &["tool", "schema", "json", "error", "unicode"]),
    ("registry", &["audit", "search", "target", "tool", "schema", "json", "error"]),
    (
        "review",
        &[
            "registry::Change",
            "registry::ChangeSet",
            // A held change keeps the tools that it would make, and a tool's history is what snapshots remember of it.
            "registry::RegisteredTool",
            "registry::Snapshot",
            "tool",
            "schema",
            "json",
            "error",
        ],
    ),
    ("wire", &["spec", "http", "tool", "schema", "json", "error", "unicode"]),
    // Credentials are written by the escaping and the base64 of `wire`, whose responses they redact.
    ("auth", &["wire", "spec", "http", "clock", "tool", "schema", "json", "error"]),
    // Texts with variables of the environment are kept as credentials are.
    ("config", &["auth::Secret", "json", "error"]),
    ("limit", &["registry::RegisteredTool", "clock", "tool", "json", "error"]),
    (
        "exec",
        &[
            "audit", "registry", "target", "wire", "auth", "limit", "spec", "http", "clock", "tool",
            "schema", "json", "error", "unicode",
        ],
    ),
    ("retrieve", &["spec", "http", "clock", "tool", "schema", "json", "error"]),
    (
        "convert",
        &[
            "exec", "auth", "wire", "registry", "spec", "http", "clock", "tool", "schema", "json", "error",
            "unicode",
        ],
    ),
    (
        "http_tool",
        &["exec", "auth", "wire", "registry", "spec", "http", "clock", "tool", "schema", "json", "error"],
    ),
    // The hash of a file is the one of tools.
    ("module", &["tool::sha256", "error"]),
    // A state file that cannot be read has the same option as an audit log (`OnBroken`).
    ("state", &["registry", "review", "retrieve", "spec", "audit", "tool", "json", "error"]),
    (
        "loader",
        &[
            "audit", "retrieve", "convert", "review", "state", "spec", "exec", "auth", "registry", "http",
            "clock", "module", "tool", "schema", "json", "error", "unicode",
        ],
    ),
    ("watch", &["loader", "retrieve", "registry", "http", "tool", "json", "error"]),
];

/// Crates and the files or rooms that are their doors. Replacing a dependency is one file.
const DOORS: [(&str, &[&str]); 38] = [
    ("aho_corasick", &["auth/redaction/secret_redactor.rs"]),
    ("arc_swap", &["registry/registry.rs"]),
    ("base64", &["wire/data_url.rs", "tool/tool_result.rs"]),
    ("bumpalo", &["json/arena.rs"]),
    ("bytes", &["spec/source.rs"]),
    ("encoding_rs", &["wire/response/charset.rs"]),
    ("fast_glob", &["registry/filter.rs"]),
    ("foldhash", &["json/hash_map.rs"]),
    ("httpdate", &["http/retry.rs"]),
    ("icu_normalizer", &["search/words/normal_form.rs"]),
    ("jiter", &["json/json_reader.rs"]),
    ("jsonschema", &["schema/validation/validator.rs"]),
    ("napi", &[]),
    ("napi_derive", &[]),
    ("notify", &["watch/file_events/directory_watcher.rs"]),
    // One parser in several crates of one version: its syntax tree is matched on in all of the room.
    ("oxc_allocator", &["module/"]),
    ("oxc_ast", &["module/"]),
    ("oxc_ast_visit", &["module/"]),
    ("oxc_parser", &["module/"]),
    ("oxc_semantic", &["module/"]),
    ("oxc_span", &["module/"]),
    ("oxc_syntax", &["module/"]),
    ("oxc_resolver", &["module/graph/module_resolver.rs"]),
    (
        "percent_encoding",
        &[
            "wire/response/content_disposition.rs",
            "wire/data_url.rs",
            "wire/escape.rs",
            "schema/reference/reference_resolution.rs",
            "spec/uri_template/path_query.rs",
        ],
    ),
    ("regex_syntax", &["schema/pattern/case_folding.rs"]),
    ("reqwest", &["http/tls_client.rs"]),
    ("rpds", &["registry/persistent_map.rs"]),
    ("rustls", &["http/tls_client.rs"]),
    ("rustls_platform_verifier", &["http/tls_client.rs"]),
    ("secrecy", &["auth/secret.rs"]),
    ("semver", &["tool/version"]),
    ("saphyr_parser", &["spec/syntax/yaml_"]),
    ("serde_yaml", &["config/located_yaml.rs"]),
    ("serde_json_path", &["json/json_path.rs"]),
    ("sha2", &["tool/sha256.rs"]),
    ("strsim", &["search/index/spelling.rs"]),
    ("tokio", &["auth/", "clock/", "http/", "limit/", "watch/"]),
    ("webpki_root_certs", &["http/tls_client.rs"]),
];

/// Crates that are words of the language rather than parts that could be replaced.
const EVERYWHERE: [&str; 6] = ["futures_core", "http", "serde", "serde_json", "thiserror", "url"];

const LONGEST: usize = 500;
const LONGEST_MAP: usize = 80;
const NO_NOUNS: [&str; 6] = ["utils", "util", "helpers", "helper", "manager", "misc"];

/// Imports that break a wall. `file` is the path below `src`.
fn broken_walls(file: &str, text: &str) -> Vec<String> {
    let room = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let Some((_, allowed)) = WALLS.iter().find(|(known, _)| *known == room) else {
        return vec![format!("{file}: no wall is known for the room {room}")];
    };
    let own = |path: &str| path == room || path.starts_with(&format!("{room}::"));
    let may = |path: &str| {
        allowed.iter().any(|allowed| path == *allowed || path.starts_with(&format!("{allowed}::")))
    };
    let paths = imports(&code_of(text));
    let broken = paths.iter().filter(|path| !own(path) && !may(path));
    broken.map(|path| format!("{file} imports {path}")).collect()
}

/// Crates that come in by another way than their door.
fn broken_doors(file: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let uses = |name: &str| {
        !paths_from(&code, name).is_empty()
            || ["use", "extern crate"]
                .iter()
                .any(|word| [" ", ";"].iter().any(|end| code.contains(&format!("{word} {name}{end}"))))
    };
    let closed = DOORS.iter().filter(|(_, doors)| !doors.iter().any(|door| file.starts_with(door)));
    closed.filter(|(name, _)| uses(name)).map(|(name, _)| format!("{file} uses {name}")).collect()
}

/// What is wrong with how a file is written.
fn bad_manners(file: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let mut bad = Vec::new();
    let lines = text.lines().count();
    let longest = if file.ends_with("lib.rs") { LONGEST_MAP } else { LONGEST };
    if lines > longest {
        bad.push(format!("{file} has {lines} lines, more than {longest}"));
    }
    if code.contains("#[allow(") || code.contains("#![allow(") {
        bad.push(format!("{file} allows a lint: say #[expect(…, reason)]"));
    }
    if without_tests(&code).contains(".unwrap()") {
        bad.push(format!("{file} unwraps"));
    }
    if file.split('/').any(|part| NO_NOUNS.contains(&part.trim_end_matches(".rs"))) {
        bad.push(format!("{file} is named after nothing of the field"));
    }
    bad
}

fn core() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder, by their paths from there, and their texts.
fn files(folder: &Path) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    found.sort();
    let name =
        |path: &Path| path.strip_prefix(folder).expect("below it").to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("a text"))).collect()
}

fn all_of_core(check: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let files = files(&core().join("src"));
    assert!(files.len() > 40, "the rooms are there");
    files.iter().flat_map(|(file, text)| check(file, text)).collect()
}

fn with_all_files(check: impl Fn(&[(&str, &str)]) -> Vec<String>) -> Vec<String> {
    let files = files(&core().join("src"));
    let files: Vec<_> = files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    assert!(files.len() > 40, "the rooms are there");
    check(&files)
}

const NOTHING: [&str; 0] = [];

#[test]
fn no_room_imports_a_higher_one() {
    let rooms = |file: &str, text: &str| if file == "lib.rs" { Vec::new() } else { broken_walls(file, text) };
    assert_eq!(all_of_core(rooms), NOTHING);
}

#[test]
fn no_function_has_more_than_four_parameters_or_two_booleans_in_a_row() {
    assert_eq!(all_of_core(hard_to_call), NOTHING);
}

#[test]
fn a_facade_hands_on_to_its_rooms() {
    assert_eq!(with_all_files(large_facades), NOTHING);
}

#[test]
fn no_file_of_a_room_imports_itself_through_others() {
    assert_eq!(with_all_files(circles), NOTHING);
}

#[test]
fn every_path_that_the_documents_for_maintainers_name_is_there() {
    let root = core().join("..");
    let documents = ["ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root.join(name));
    let decisions = fs::read_dir(root.join("docs/decisions")).expect("the decisions");
    let decisions = decisions.map(|entry| entry.expect("an entry").path());
    for document in documents.into_iter().chain(decisions) {
        let text = fs::read_to_string(&document).expect("a document");
        let gone: Vec<_> = code::paths_in_backticks(&text).filter(|path| !root.join(path).exists()).collect();
        assert_eq!(gone, NOTHING, "{}", document.display());
    }
}

#[test]
fn no_type_name_stands_for_two_types() {
    assert_eq!(with_all_files(repeated_types), NOTHING);
}

#[test]
fn no_file_name_stands_for_two_files() {
    assert_eq!(with_all_files(repeated_files), NOTHING);
}

#[test]
fn the_front_page_of_a_room_says_the_terms_that_it_is_searched_by() {
    assert_eq!(with_all_files(missing_terms), NOTHING);
}

#[test]
fn the_front_page_of_a_room_has_the_need_an_example_and_the_limits() {
    let fronts = |file: &str, text: &str| {
        if file.ends_with("mod.rs") { incomplete_front(file, text) } else { Vec::new() }
    };
    assert_eq!(all_of_core(fronts), NOTHING);
}

#[test]
fn every_crate_comes_in_by_its_door() {
    assert_eq!(all_of_core(broken_doors), NOTHING);
}

#[test]
fn every_dependency_has_a_door_or_is_meant_to_be_everywhere() {
    let manifest = fs::read_to_string(core().join("Cargo.toml")).expect("a manifest");
    let (_, after) = manifest.split_once("\n[dependencies]\n").expect("dependencies");
    let lines = after.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| Some(line.split_once(" = ")?.0.replace('-', "_")));
    let known =
        |name: &String| EVERYWHERE.contains(&name.as_str()) || DOORS.iter().any(|(door, _)| door == name);
    assert_eq!(names.filter(|name| !known(name)).collect::<Vec<_>>(), NOTHING);
}

#[test]
fn files_are_short_and_named_and_quiet() {
    let folders = ["src", "tests", "benches", "../src"].map(|folder| core().join(folder));
    let bad =
        folders.iter().flat_map(|folder| files(folder)).flat_map(|(file, text)| bad_manners(&file, &text));
    assert_eq!(bad.collect::<Vec<_>>(), NOTHING);
}

/// Lines of tests that are wider than a reader's window. Documents and vectors are exempt.
#[test]
fn no_line_of_a_test_is_over_120_columns() {
    let long = files(&core().join("tests")).into_iter().flat_map(|(file, text)| {
        let lines = text.lines().enumerate().filter(|(_, line)| line.chars().count() > 120);
        lines.map(|(i, _)| format!("tests/{file}:{}", i + 1)).collect::<Vec<_>>()
    });
    assert_eq!(long.collect::<Vec<_>>(), NOTHING);
}

#[test]
fn a_broken_wall_is_found_however_it_is_written() {
    for (file, text, expected) in [
        ("tool/name.rs", "use crate::registry::Snapshot;", &["tool/name.rs imports registry::Snapshot"][..]),
        (
            "spec/body.rs",
            "use crate::{error::Error, exec::{self, call as c}, target::*};",
            &[
                "spec/body.rs imports exec::call",
                "spec/body.rs imports exec::self",
                "spec/body.rs imports target::*",
            ],
        ),
        (
            "json/node.rs",
            "fn f() { let x = crate::tool::name::find_fault(\"\"); }",
            &["json/node.rs imports tool::name::find_fault"],
        ),
        (
            "http/tls_client.rs",
            "type R = crate::error::Result<()>;",
            &["http/tls_client.rs imports error::Result"],
        ),
        ("schema/path.rs", "use super::super::spec::In;", &["schema/path.rs imports spec::In"]),
        (
            "review/size.rs",
            "use crate::registry::{ChangeSet, ToolRegistry};",
            &["review/size.rs imports registry::ToolRegistry"],
        ),
        ("error.rs", "use crate::json::Node;", &["error.rs imports json::Node"]),
        ("cellar/wine.rs", "", &["cellar/wine.rs: no wall is known for the room cellar"]),
        (
            "tool/name.rs",
            "use crate::schema::{Schema, keywords::{self, KeywordValue}};\nuse crate::error::Result;",
            &[],
        ),
        (
            "tool/name.rs",
            "// use crate::exec::x;\n/* crate::exec::x /* */ crate::exec::y */ /// [`crate::exec`]",
            &[],
        ),
        ("tool/name.rs", "const A: &str = \"crate::exec::x\"; const B: &str = r#\"\"crate::exec::x\"#;", &[]),
        (
            "tool/name.rs",
            "fn f<'a>(c: char) -> bool { c == '\"' } // crate::exec::x\n use crate::tool::x;",
            &[],
        ),
    ] {
        assert_eq!(broken_walls(file, text), expected, "{text}");
    }
}

#[test]
fn a_crate_beside_its_door_is_found() {
    for (file, text, expected) in [
        ("tool/name.rs", "use sha2::Digest;", &["tool/name.rs uses sha2"][..]),
        ("tool/sha256.rs", "use sha2::Digest;", &[]),
        ("spec/source.rs", "let v = saphyr_parser::Parser::new(x);", &["spec/source.rs uses saphyr_parser"]),
        ("registry/filter.rs", "use tokio;", &["registry/filter.rs uses tokio"]),
        ("watch/actor.rs", "use tokio::sync::mpsc;", &[]),
        ("exec/call.rs", "#[napi_derive::napi]", &["exec/call.rs uses napi_derive"]),
        (
            "watch/actor.rs",
            "// see notify::Watcher\n use self::notify::x; use crate::notify::y; my_notify::z();",
            &[],
        ),
        ("http/tls_client.rs", "use rustls::ClientConfig; use rustls_platform_verifier::Verifier;", &[]),
        (
            "http/fault.rs",
            "use rustls_platform_verifier::Verifier;",
            &["http/fault.rs uses rustls_platform_verifier"],
        ),
    ] {
        assert_eq!(broken_doors(file, text), expected, "{text}");
    }
}

#[test]
fn bad_manners_are_found() {
    for (file, text, expected) in [
        ("tool/name.rs", "x\n".repeat(501), &["tool/name.rs has 501 lines, more than 500"][..]),
        ("lib.rs", "x\n".repeat(81), &["lib.rs has 81 lines, more than 80"]),
        ("tool/name.rs", "x\n".repeat(500), &[]),
        (
            "a.rs",
            "#[allow(dead_code)] fn f() {}".to_owned(),
            &["a.rs allows a lint: say #[expect(…, reason)]"],
        ),
        ("a.rs", "// #[allow(dead_code)]\n #[expect(dead_code, reason = \"#[allow(x)]\")]".to_owned(), &[]),
        ("a.rs", "fn f() { x.unwrap(); }".to_owned(), &["a.rs unwraps"]),
        ("a.rs", "#[cfg(test)] mod tests { fn f() { x.unwrap(); } }".to_owned(), &[]),
        ("a.rs", "#[cfg(test)]\nmod cases;\nfn f() { x.unwrap(); }".to_owned(), &["a.rs unwraps"]),
        ("a.rs", "#[cfg(test)] mod t { fn f() {} } fn g() { x.unwrap(); }".to_owned(), &["a.rs unwraps"]),
        ("tool/utils.rs", String::new(), &["tool/utils.rs is named after nothing of the field"]),
        ("helpers/mod.rs", String::new(), &["helpers/mod.rs is named after nothing of the field"]),
    ] {
        assert_eq!(bad_manners(file, &text), expected, "{file}");
    }
}
