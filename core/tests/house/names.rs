//! Names of files and types, each of which is found once in the core.

use std::collections::BTreeMap;

use crate::code::{code_of, without_tests};

/// File names that may stand in several rooms: each is found by its folder.
const IN_EVERY_ROOM: [&str; 3] = ["mod.rs", "options.rs", "error.rs"];

/// File names that occur more than once, each with its paths.
pub fn repeated_files(files: &[(&str, &str)]) -> Vec<String> {
    let named = files.iter().map(|(file, _)| (file.rsplit('/').next().unwrap_or(file).to_owned(), *file));
    repeated(named.filter(|(name, _)| !IN_EVERY_ROOM.contains(&name.as_str())))
}

/// Names of types and traits that are defined more than once, each with the files that define it.
pub fn repeated_types(files: &[(&str, &str)]) -> Vec<String> {
    repeated(files.iter().flat_map(|(file, text)| {
        let code = without_tests(&code_of(text));
        types(&code).into_iter().map(|name| (name, *file)).collect::<Vec<_>>()
    }))
}

fn repeated<'f>(named: impl Iterator<Item = (String, &'f str)>) -> Vec<String> {
    let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, file) in named {
        all.entry(name).or_default().push(file);
    }
    let repeated = all.into_iter().filter(|(_, files)| files.len() > 1);
    repeated.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect()
}

/// The names of all types that a file defines. An associated type (`type Item = …` inside an impl) is no type of its
/// own.
fn types(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in code.lines() {
        let is_inner = line.starts_with(char::is_whitespace);
        let words: Vec<&str> = line.split_whitespace().collect();
        let words = match words.as_slice() {
            [visibility, rest @ ..] if visibility.starts_with("pub") => {
                let end = words.iter().position(|word| *word == "pub" || word.ends_with(')')).unwrap_or(0);
                rest.get(end..).unwrap_or_default()
            }
            all => all,
        };
        let (Some(kind), Some(name)) = (words.first(), words.get(1)) else { continue };
        let defines = match *kind {
            "struct" | "enum" | "trait" | "union" => true,
            "type" => !is_inner,
            _ => false,
        };
        let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if defines && name.starts_with(char::is_uppercase) {
            found.push(name);
        }
    }
    found
}
