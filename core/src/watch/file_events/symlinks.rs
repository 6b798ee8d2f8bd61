//! Symlinks on the way to a file: every name whose change makes the path lead to another file.
//!
//! Kubernetes updates a `ConfigMap` by swapping the symlink `..data`. The file itself gets no event, so a swap is only seen
//! in the directory of that symlink.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

/// The number of symlinks that Linux follows (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// One name on the way to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct PathLink {
    /// The directory that contains the name. It exists, and its path has no symlinks.
    pub directory: PathBuf,
    /// Identifies the directory, since another one may have its path later.
    pub identity: DirectoryIdentity,
    /// A symlink, the file, or the first missing name. Empty for all names in the directory.
    pub name: OsString,
}

/// Identifies a directory independent of its path. The inode alone does not: ext4 reuses the number of a removed directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::watch) struct DirectoryIdentity {
    #[cfg(unix)]
    inode: (u64, u64),
    created: Option<SystemTime>,
}

impl DirectoryIdentity {
    /// Whether an identity is unique over all paths.
    pub const IS_UNIQUE: bool = cfg!(unix);

    fn read(directory: &Path) -> Option<Self> {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        let metadata = fs::symlink_metadata(directory).ok().filter(fs::Metadata::is_dir)?;
        Some(Self {
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino()),
            created: metadata.created().ok(),
        })
    }
}

/// Every name on the way to an absolute path: each symlink, and the file at the end. If a directory is missing, the last name
/// is that of the directory, because it will appear there. Blocks.
///
/// For a file of a Kubernetes `ConfigMap` the names are `spec.yaml` and `..data`, both symlinks, and `spec.yaml` in the
/// dated directory that `..data` leads to.
pub(in crate::watch) fn links_to(path: &Path) -> Vec<PathLink> {
    let mut links = Vec::new();
    let mut followed = 0;
    let mut reached = PathBuf::new();
    let mut remaining: Vec<PathBuf> = reversed_parts(path);
    while let Some(part) = remaining.pop() {
        let Some(Component::Normal(name)) = part.components().next() else {
            // A root starts again. `..` goes up from a directory whose symlinks are resolved.
            reached = match part.components().next() {
                Some(Component::ParentDir) => reached.parent().map_or(reached.clone(), Path::to_path_buf),
                Some(Component::CurDir) | None => reached,
                Some(_) => reached.join(part),
            };
            continue;
        };
        let current = reached.join(name);
        let kind = fs::symlink_metadata(&current).ok().map(|metadata| metadata.file_type());
        let is_link = kind.is_some_and(|kind| kind.is_symlink());
        if is_link || remaining.is_empty() || kind.is_none() {
            let Some(identity) = DirectoryIdentity::read(&reached) else { break };
            links.push(PathLink { directory: reached.clone(), identity, name: name.to_owned() });
        }
        if is_link && followed < MAX_LINKS {
            followed += 1;
            let Ok(target) = fs::read_link(&current) else { break };
            remaining.extend(reversed_parts(&target));
        } else if kind.is_none() || is_link {
            break;
        } else {
            reached = current;
        }
    }
    links
}

/// Every name on the way to a directory, and then all names in it. Blocks.
pub(in crate::watch) fn links_into(path: &Path) -> Vec<PathLink> {
    let mut links = links_to(path);
    if let Ok(directory) = path.canonicalize()
        && let Some(identity) = DirectoryIdentity::read(&directory)
    {
        links.push(PathLink { directory, identity, name: OsString::new() });
    }
    links
}

/// The components of a path in reverse order.
fn reversed_parts(path: &Path) -> Vec<PathBuf> {
    let mut parts: Vec<_> = path.components().map(|part| PathBuf::from(part.as_os_str())).collect();
    parts.reverse();
    parts
}
