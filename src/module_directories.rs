//! Module directories: which modules a directory has, and globs over their paths.

use std::path::Path;

use napi::Result;
use napi_derive::napi;
use toolrack_core::convert::Glob;
use toolrack_core::error::Error;
use toolrack_core::retrieve::{DirectoryListing, ListedFiles, ListingDepth, UnlistedFolder};

use crate::convert::to_napi;

/// The modules of a directory.
#[napi(object)]
pub struct ListedModules {
    /// Their paths from the directory, sorted.
    pub names: Vec<String>,
    /// The folders whose modules are not listed.
    pub unlisted: Vec<UnlistedModules>,
}

/// A folder whose modules are not listed.
#[napi(object)]
pub struct UnlistedModules {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl From<&ListedFiles> for ListedModules {
    fn from(listed: &ListedFiles) -> Self {
        let unlisted = |UnlistedFolder { path, reason }: &UnlistedFolder| UnlistedModules {
            path: path.display().to_string(),
            reason: reason.clone(),
        };
        Self {
            names: listed.names.iter().map(|name| name.to_string_lossy().into_owned()).collect(),
            unlisted: listed.unlisted.iter().map(unlisted).collect(),
        }
    }
}

/// Lists the modules of a directory. `depth` is `direct`, `recursive` or `throughLinks`.
#[napi(catch_unwind)]
pub fn list_modules(directory: String, depth: String) -> Result<ListedModules> {
    let listed =
        modules_listing(&depth).list(Path::new(&directory)).map_err(|error| Error::SourceUnreadable {
            location: directory.clone(),
            reason: toolrack_core::retrieve::unreadable_reason(Path::new(&directory), &error),
            status: None,
        });
    to_napi(listed.map(|listed| ListedModules::from(&listed)))
}

/// The listing of modules by its word.
pub fn modules_listing(depth: &str) -> DirectoryListing {
    let depth = match depth {
        "recursive" => ListingDepth::Recursive,
        "throughLinks" => ListingDepth::RecursiveThroughLinks,
        _ => ListingDepth::Direct,
    };
    DirectoryListing::Modules { depth }
}

/// Globs over paths, parsed once.
#[napi]
pub struct NativeGlobs(Vec<Glob>);

#[napi]
impl NativeGlobs {
    /// Parses globs; `option` is the option that has them.
    #[napi(constructor, catch_unwind)]
    pub fn new(option: String, globs: Vec<String>) -> Result<Self> {
        let globs = globs.iter().map(|glob| Glob::parse_path(glob)).collect::<std::result::Result<_, _>>();
        to_napi(globs.map(Self).map_err(|problem| Error::InvalidOptions { option, reason: problem.message }))
    }

    /// Whether one of them matches a path.
    #[napi(catch_unwind)]
    pub fn matches(&self, path: String) -> bool {
        self.0.iter().any(|glob| glob.matches(&path))
    }
}
