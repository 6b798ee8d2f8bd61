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
/// The number of folders below the directory that a recursive listing enters, one in another.
const MAX_DEPTH: usize = 32;

/// What a listing found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedFiles {
    /// The names of the files, sorted; those in folders by their path from the directory, with `/`.
    pub names: Vec<OsString>,
    /// The folders whose files are not among them, sorted.
    pub unlisted: Vec<UnlistedFolder>,
}

/// A folder that a listing could not enter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnlistedFolder {
    /// Its path, which starts with that of the directory.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// The folders that a listing enters, the directory first, and those that are too deep.
struct FolderTree {
    entered: Vec<PathBuf>,
    too_deep: Vec<PathBuf>,
}

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
    /// Lists the files.
    ///
    /// # Errors
    /// That of the directory itself. A folder below it that cannot be read is told by its path.
    pub fn list(self, directory: &Path) -> io::Result<ListedFiles> {
        let FolderTree { entered, too_deep } = self.folder_tree(directory);
        let too_deep = too_deep.into_iter().map(|path| {
            let reason =
                format!("it is more than {MAX_DEPTH} folders deep: add it as a directory of its own");
            UnlistedFolder { path, reason }
        });
        let mut listed = ListedFiles { names: Vec::new(), unlisted: too_deep.collect() };
        for folder in entered {
            match self.names_in(&folder) {
                Ok(names) => {
                    let names = names.into_iter().map(|name| folder.join(name));
                    listed.names.extend(names.filter_map(|path| relative_name(directory, &path)));
                }
                Err(error) if folder == directory => return Err(error),
                // It went meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let reason = format!("it cannot be listed: {error}");
                    listed.unlisted.push(UnlistedFolder { path: folder, reason });
                }
            }
        }
        listed.names.sort();
        listed.unlisted.sort();
        Ok(listed)
    }

    /// The directory, and all folders below it that the listing enters.
    pub fn directories(self, directory: &Path) -> Vec<PathBuf> {
        self.folder_tree(directory).entered
    }

    /// The names of the listed files directly in a folder.
    fn names_in(self, folder: &Path) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            names.extend(self.is_listed(&entry).then(|| entry.file_name()));
        }
        Ok(names)
    }

    fn folder_tree(self, directory: &Path) -> FolderTree {
        let mut all = vec![directory.to_owned()];
        let Self::Modules { depth: depth @ (ListingDepth::Recursive | ListingDepth::RecursiveThroughLinks) } =
            self
        else {
            return FolderTree { entered: all, too_deep: Vec::new() };
        };
        // Links may lead to a folder from many places, also from inside of it.
        let mut entered: HashSet<PathBuf> = HashSet::default();
        let mut level = 0..1;
        let mut levels = 0;
        loop {
            let below = all[level.clone()].iter().flat_map(|each| folders(each, depth));
            let below: Vec<PathBuf> = below
                .filter(|folder| entered.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())))
                .collect();
            if below.is_empty() || levels == MAX_DEPTH {
                return FolderTree { entered: all, too_deep: below };
            }
            level = all.len()..all.len() + below.len();
            all.extend(below);
            levels += 1;
        }
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
            let listed = DirectoryListing::Modules { depth }.list(home.path()).expect("lists");
            assert_eq!(listed.unlisted, []);
            listed.names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect::<Vec<_>>()
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

    #[test]
    fn a_folder_that_is_too_deep_is_told() {
        let home = tempfile::tempdir().expect("a directory");
        let folder = |depth: usize| home.path().join(vec!["f"; depth].join("/"));
        fs::create_dir_all(folder(MAX_DEPTH + 2)).expect("folders");
        for depth in [MAX_DEPTH, MAX_DEPTH + 1] {
            fs::write(folder(depth).join("a.js"), "").expect("a file");
        }
        let listing = DirectoryListing::Modules { depth: ListingDepth::Recursive };
        let ListedFiles { names, unlisted } = listing.list(home.path()).expect("lists");
        assert_eq!(names, [OsString::from(format!("{}a.js", "f/".repeat(MAX_DEPTH)))]);
        let paths: Vec<_> = unlisted.into_iter().map(|folder| folder.path).collect();
        assert_eq!(paths, [folder(MAX_DEPTH + 1)]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_read_is_told() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().expect("a directory");
        let folder = home.path().join("closed");
        fs::create_dir(&folder).expect("a folder");
        fs::write(home.path().join("a.js"), "").expect("a file");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).expect("permissions");
        // Root reads everything.
        if fs::read_dir(&folder).is_ok() {
            return;
        }
        let listing = DirectoryListing::Modules { depth: ListingDepth::Recursive };
        let listed = listing.list(home.path()).expect("lists");
        assert_eq!(listed.names, ["a.js"]);
        assert_eq!(listed.unlisted.iter().map(|one| &one.path).collect::<Vec<_>>(), [&folder]);
    }
}
