//! Tables of faults: each is tested somewhere, or says why it is not.

use std::collections::BTreeSet;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

/// How a fault is known to be met.
pub enum Proof {
    /// A test in a file, by its name.
    Test(&'static str, &'static str),
    /// There is none, and why.
    Reason(&'static str),
}

/// Holds a table to what it says: each number is there, each test too.
pub fn check(letter: char, numbers: RangeInclusive<u8>, table: &[(u8, &str, Proof)]) {
    let known: BTreeSet<u8> = table.iter().map(|(number, ..)| *number).collect();
    assert_eq!(known, numbers.collect(), "each number of the table is there");
    for (number, fault, proof) in table {
        match proof {
            Proof::Test(file, name) => {
                assert!(has(file, name), "{letter}{number} {fault}: {file} has no test \"{name}\"");
            }
            Proof::Reason(why) => assert!(why.len() > 20, "{letter}{number} {fault}: no reason"),
        }
    }
}

/// Whether a file has a test of a name, or a case in the table of one.
pub fn has(file: &str, name: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let quoted = ['\'', '`', '"'].map(|quote| format!("{quote}{name}{quote}"));
    // The formatter puts a long name, or one beside options, on a line of its own.
    let is_name = |rest: &str| quoted.iter().any(|name| rest.trim_start().starts_with(name.as_str()));
    let is_after = |opening: &str| text.split(opening).skip(1).any(is_name);
    text.contains(&format!("fn {name}(")) || is_after("test(") || is_after("[")
}
