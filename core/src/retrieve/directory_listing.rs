//! Directory listing: the documents of a directory, or its modules of JavaScript and TypeScript.

use std::ffi::{OsStr, OsString};
use std::fs::DirEntry;
use std::io;
use std::path::{Path, PathBuf};

use crate::json::HashSet;

/// The extensions of documents.
const DOCUMENTS: [&str; 3] = ["json", "yaml", "yml"];
/// The extensions of modules.
const MODULES: [&str; 6] = ["js", "mjs", "cjs", "ts", "mts", "cts"];
/// The deepest folder that a recursive listing enters.
const MAX_DEPTH: usize = 32;

/// Which files of a directory are listed. Hidden files never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryListing {
    /// JSON and YAML files directly in it.
    Documents,
    /// Modules, without declarations (`.d.ts`), tests (`.test.`, `.spec.`) and names that start with `_`.
    Modules {
        /// The folders whose modules are listed.
        depth: ListingDepth,
    },
}

/// The folders that a listing enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingDepth {
    /// The directory itself.
    Direct,
    /// All folders below it too, but for hidden ones, `node_modules`, and links.
    Recursive,
    /// The same, and links to folders.
    RecursiveThroughLinks,
}

impl DirectoryListing {
    /// The names of the files, sorted; those in folders by their path from the directory, with `/`.
    ///
    /// # Errors
    /// That of the directory itself. A folder that cannot be read is left out.
    pub fn list(self, directory: &Path) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            names.extend(self.is_listed(&entry).then(|| entry.file_name()));
        }
        for folder in self.directories(directory).iter().skip(1) {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            let listed = entries.flatten().filter(|entry| self.is_listed(entry));
            names.extend(listed.filter_map(|entry| relative_name(directory, &entry.path())));
        }
        names.sort();
        Ok(names)
    }

    /// The directory, and all folders below it that the listing enters.
    pub fn directories(self, directory: &Path) -> Vec<PathBuf> {
        let mut all = vec![directory.to_owned()];
        let Self::Modules { depth: depth @ (ListingDepth::Recursive | ListingDepth::RecursiveThroughLinks) } =
            self
        else {
            return all;
        };
        // Links may lead to a folder from many places, also from inside of it.
        let mut entered: HashSet<PathBuf> = HashSet::default();
        let mut level = 0..1;
        for _ in 0..MAX_DEPTH {
            let below = all[level.clone()].iter().flat_map(|each| folders(each, depth));
            let below: Vec<PathBuf> = below
                .filter(|folder| entered.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())))
                .collect();
            if below.is_empty() {
                break;
            }
            level = all.len()..all.len() + below.len();
            all.extend(below);
        }
        all
    }

    fn is_listed(self, entry: &DirEntry) -> bool {
        let name = entry.file_name();
        // A symlink counts whatever it leads to: its target may be missing for a moment while it is swapped.
        !is_hidden(&name) && self.is_name_listed(&name) && !entry.file_type().is_ok_and(|kind| kind.is_dir())
    }

    fn is_name_listed(self, name: &OsStr) -> bool {
        let Some(extension) = Path::new(name).extension().and_then(OsStr::to_str) else { return false };
        match self {
            Self::Documents => DOCUMENTS.contains(&extension),
            Self::Modules { .. } => {
                let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
                // `a.test.js`, `a.spec.ts`, `a.d.ts`.
                let inner = stem.rsplit_once('.').map(|(_, inner)| inner);
                MODULES.contains(&extension)
                    && !stem.starts_with('_')
                    && !matches!(inner, Some("d" | "test" | "spec"))
            }
        }
    }
}

/// The folders directly in a directory, sorted.
fn folders(directory: &Path, depth: ListingDepth) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let is_folder = |entry: &DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_symlink() => {
            depth == ListingDepth::RecursiveThroughLinks && entry.path().is_dir()
        }
        Ok(kind) => kind.is_dir(),
        Err(_) => false,
    };
    let entered = |entry: &DirEntry| !is_hidden(&entry.file_name()) && entry.file_name() != "node_modules";
    let mut all: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entered(entry) && is_folder(entry))
        .map(|entry| entry.path())
        .collect();
    all.sort();
    all
}

/// Kubernetes keeps the generations of a `ConfigMap` in hidden directories (`..data`).
fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn relative_name(directory: &Path, path: &Path) -> Option<OsString> {
    let parts: Vec<&OsStr> = path.strip_prefix(directory).ok()?.iter().collect();
    Some(parts.join(OsStr::new("/")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn modules_are_told_by_their_names() {
        let listing = DirectoryListing::Modules { depth: ListingDepth::Direct };
        for (name, expected) in [
            ("a.js", true),
            ("a.mjs", true),
            ("a.cjs", true),
            ("a.ts", true),
            ("a.mts", true),
            ("a.cts", true),
            ("a.b.js", true),
            ("__proto__.js", false),
            ("_helper.js", false),
            ("a.d.ts", false),
            ("a.d.mts", false),
            ("a.test.js", false),
            ("a.spec.ts", false),
            ("test.js", true),
            ("a.json", false),
            ("a.jsx", false),
            ("js", false),
        ] {
            assert_eq!(listing.is_name_listed(OsStr::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn a_recursive_listing_enters_folders_but_hidden_ones_packages_and_links() {
        let home = tempfile::tempdir().expect("a directory");
        let write = |path: &str| {
            let path = home.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "").expect("a file");
        };
        for path in ["b.js", "x/a.ts", "x/y/c.js", ".git/d.js", "node_modules/e/f.js", "x/_g.js", "h.json"] {
            write(path);
        }
        let listed = |depth| {
            let names = DirectoryListing::Modules { depth }.list(home.path()).expect("lists");
            names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(listed(ListingDepth::Direct), ["b.js"]);
        assert_eq!(listed(ListingDepth::Recursive), ["b.js", "x/a.ts", "x/y/c.js"]);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path(), home.path().join("x/up")).expect("a link");
            assert_eq!(listed(ListingDepth::Recursive), ["b.js", "x/a.ts", "x/y/c.js"]);
            let through = listed(ListingDepth::RecursiveThroughLinks);
            assert_eq!(through, ["b.js", "x/a.ts", "x/up/b.js", "x/y/c.js"], "a circle of links ends");
        }
        assert!(DirectoryListing::Documents.list(&home.path().join("none")).is_err());
    }
}
