//! Functions: how many parameters they have, and how many functions a façade has.

use crate::code::{code_of, without_tests};

/// The most parameters of a function beside `self`. More are a struct with a name.
const MOST_PARAMETERS: usize = 4;

/// Types that only hand on to their rooms, and the most functions that all their `impl` blocks may have.
const FACADES: [(&str, usize); 1] = [("SpecLoader", 20)];

/// A function's name and its parameters beside `self`, as they are written.
type Signature<'c> = (&'c str, Vec<&'c str>);

/// Functions with too many parameters, or with two booleans in a row.
pub fn hard_to_call(file: &str, text: &str) -> Vec<String> {
    let code = without_tests(&code_of(text));
    let mut found = Vec::new();
    for (name, parameters) in signatures(&code) {
        if parameters.len() > MOST_PARAMETERS {
            found.push(format!("{file}: {name} has {} parameters", parameters.len()));
        }
        let is_bool = |parameter: &&str| parameter.ends_with(": bool");
        if parameters.windows(2).any(|pair| pair.iter().all(is_bool)) {
            found.push(format!("{file}: {name} has two booleans in a row"));
        }
    }
    found
}

/// Façades with more functions than they may have.
pub fn large_facades(files: &[(&str, &str)]) -> Vec<String> {
    let count = |facade: &str| {
        let head = format!("impl {facade} {{");
        let in_file = |text: &str| {
            let code = without_tests(&code_of(text));
            code.match_indices(&head).map(|(at, _)| signatures(block(&code[at..])).len()).sum::<usize>()
        };
        files.iter().map(|(_, text)| in_file(text)).sum::<usize>()
    };
    let large = FACADES.iter().map(|(facade, most)| (facade, count(facade), most));
    large
        .filter(|(_, functions, most)| *functions == 0 || functions > *most)
        .map(|(facade, functions, most)| format!("{facade} has {functions} functions, and may have {most}"))
        .collect()
}

/// The code until the brace that ends its first block.
fn block(code: &str) -> &str {
    let mut depth = 0_usize;
    let end = code.char_indices().find(|(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && *c == '}'
    });
    end.map_or(code, |(at, _)| &code[..at])
}

fn signatures(code: &str) -> Vec<Signature<'_>> {
    let is_start = |at: &usize| {
        !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && code[at + 3..].starts_with(char::is_alphabetic)
    };
    let starts = code.match_indices("fn ").map(|(at, _)| at).filter(is_start);
    starts.filter_map(|at| signature(&code[at + 3..])).collect()
}

/// Reads a signature from the name on.
fn signature(code: &str) -> Option<Signature<'_>> {
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let (name, rest) = code.split_at(end);
    let generics = rest.strip_prefix('<').map_or(0, |inner| parts(inner).1 + 2);
    let rest = rest.get(generics..)?.trim_start().strip_prefix('(')?;
    let (parameters, _) = parts(rest);
    let own = |parameter: &&str| !parameter.split(':').next().unwrap_or_default().ends_with("self");
    Some((name, parameters.into_iter().filter(own).collect()))
}

/// What stands between commas until the bracket that is open already closes, and the length of it all.
fn parts(code: &str) -> (Vec<&str>, usize) {
    let (mut depth, mut start, mut found, mut end) = (0_usize, 0, Vec::new(), code.len());
    let mut before = ' ';
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' || before == '=' => {}
            ')' | ']' | '}' | '>' if depth == 0 => {
                end = at;
                break;
            }
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    found.push(&code[start..end]);
    (found.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect(), end)
}
