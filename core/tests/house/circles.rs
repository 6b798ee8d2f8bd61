//! Files of one room that import each other.
//!
//! Whoever reads one file of a circle has to read all of them. A path is followed to the file that has what it names,
//! through what the files of rooms hand on (`pub use`). Modules within a file, and tests, do not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{code_of, paths_from, tree, without_tests};

type Path = Vec<String>;

/// Every file that has a module, and what modules hand on by another name.
struct Rooms<'f> {
    files: BTreeMap<Path, &'f str>,
    handed_on: BTreeMap<(Path, String), Path>,
}

/// The circles of each room: its files, in one text each.
pub fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(&str, String)> =
        files.iter().map(|(file, text)| (*file, without_tests(&code_of(text)))).collect();
    let rooms = Rooms::of(&files);
    let edges: BTreeMap<&str, BTreeSet<&str>> =
        files.iter().map(|(file, code)| (*file, rooms.imported(file, code))).collect();
    let mut found: Vec<String> = Vec::new();
    for file in edges.keys() {
        let all: Vec<&str> = edges.keys().copied().filter(|other| reaches(&edges, file, other)).collect();
        let both: Vec<&str> = all.into_iter().filter(|other| reaches(&edges, other, file)).collect();
        if !both.is_empty() && !found.contains(&both.join(", ")) {
            found.push(both.join(", "));
        }
    }
    found
}

fn reaches(edges: &BTreeMap<&str, BTreeSet<&str>>, from: &str, to: &str) -> bool {
    let (mut open, mut seen) = (vec![from], BTreeSet::new());
    while let Some(file) = open.pop() {
        for next in edges.get(file).into_iter().flatten() {
            if *next == to {
                return true;
            }
            if seen.insert(*next) {
                open.push(next);
            }
        }
    }
    false
}

/// The module of a file: `[a, b]` for `a/b.rs` and `a/b/mod.rs`.
fn module_of(file: &str) -> Path {
    let parts = file.trim_end_matches(".rs").split('/').map(ToOwned::to_owned);
    parts.filter(|part| part != "mod" && part != "lib").collect()
}

impl<'f> Rooms<'f> {
    fn of(files: &[(&'f str, String)]) -> Self {
        let mut rooms = Self {
            files: files.iter().map(|(file, _)| (module_of(file), *file)).collect(),
            handed_on: BTreeMap::new(),
        };
        for (file, code) in files {
            let module = module_of(file);
            for start in code.match_indices("pub").map(|(at, _)| &code[at..]) {
                let Some((visibility, tree)) =
                    start.split_once(" use ").filter(|(before, _)| before.len() < 16)
                else {
                    continue;
                };
                let is_export = !visibility.contains([';', '{', '\n']);
                for path in paths(tree).into_iter().filter(|_| is_export) {
                    let name = path.last().cloned().unwrap_or_default();
                    let path = Self::absolute(&module, &path);
                    rooms.handed_on.insert((module.clone(), name), path);
                }
            }
        }
        rooms
    }

    /// The path from the root of the crate of one that a module writes in a `use`.
    fn absolute(module: &Path, path: &Path) -> Path {
        let (mut base, mut rest) = (module.clone(), path.as_slice());
        match rest.first().map(String::as_str) {
            Some("crate") => return rest[1..].to_vec(),
            Some("self") => rest = &rest[1..],
            _ => {}
        }
        while let Some((first, behind)) = rest.split_first()
            && first == "super"
        {
            base.pop();
            rest = behind;
        }
        base.extend_from_slice(rest);
        base
    }

    /// The file that has what a path names.
    fn file_of(&self, path: &Path) -> Option<&'f str> {
        let mut path = path.clone();
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
            let (module, rest) = (path[..length].to_vec(), path[length..].to_vec());
            let next = rest.first().and_then(|name| self.handed_on.get(&(module.clone(), name.clone())));
            match next {
                Some(next) => path = next.iter().chain(&rest[1..]).cloned().collect(),
                None => return self.files.get(&module).copied(),
            }
        }
        None
    }

    /// The other files of its room that a file imports.
    fn imported(&self, file: &str, code: &str) -> BTreeSet<&'f str> {
        let module = module_of(file);
        let code = without_inner_modules(code);
        let children =
            self.files.keys().filter(|child| child.len() == module.len() + 1 && child.starts_with(&module));
        let children: Vec<&String> = children.filter_map(|child| child.last()).collect();
        let mut named: Vec<Path> = Vec::new();
        for root in ["crate", "super", "self"].into_iter().chain(children.iter().map(|child| child.as_str()))
        {
            for rest in paths_from(&code, root) {
                named.extend(paths(rest).into_iter().map(|path| [vec![root.to_owned()], path].concat()));
            }
        }
        let room = module.first().cloned();
        let files = named.iter().filter_map(|path| self.file_of(&Self::absolute(&module, path)));
        files.filter(|other| *other != file && module_of(other).first().cloned() == room).collect()
    }
}

/// The paths that a tree of a `use` stands for.
fn paths(code: &str) -> Vec<Path> {
    let mut found = BTreeSet::new();
    tree(code, "", &mut found);
    found.iter().map(|path| path.split("::").map(ToOwned::to_owned).collect()).collect()
}

/// The code without what is handed on, and without the imports of modules within it, whose `super` is the file itself.
fn without_inner_modules(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let (before, behind) = rest.split_at(at);
        let end = behind.find(';').map_or(behind.len(), |end| end + 1);
        kept.push_str(before);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let is_inner = line.starts_with(char::is_whitespace) && line.trim().is_empty();
        let is_handed_on = line.trim_start().starts_with("pub") && !line.contains(';');
        if !is_inner && !is_handed_on {
            kept.push_str(&behind[..end]);
        }
        rest = &behind[end..];
    }
    kept + rest
}
