//! The way to a file: every name on it that can be made to lead elsewhere.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

/// As many symbolic links as Linux follows.
const MAX_LINKS: usize = 40;

/// One name on the way to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct PathLink {
    /// The directory that holds the name: it exists, and no symbolic link leads to it.
    pub directory: PathBuf,
    /// Which directory it was, for its path may lead to another one later.
    pub identity: DirectoryIdentity,
    /// The name in it: a symbolic link, the file, or what is missing on the way. Empty for all names in it.
    pub name: OsString,
}

/// What tells a directory from another one of the same path. Not its inode alone: ext4 gives the number of a removed
/// directory to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::watch) struct DirectoryIdentity {
    #[cfg(unix)]
    inode: (u64, u64),
    created: Option<SystemTime>,
}

impl DirectoryIdentity {
    /// Whether no two directories have one identity, wherever they stand.
    pub const IS_UNIQUE: bool = cfg!(unix);

    fn of(directory: &Path) -> Option<Self> {
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

/// Every name on the way to an absolute path: each symbolic link, and the file in the end. Where a directory is missing
/// the way ends at its name, for that is where it will appear. Blocks.
///
/// For a file that Kubernetes mounts from a config map these are `spec.yaml` and `..data`, both links, and the file in
/// the directory of the day.
pub(in crate::watch) fn links_to(path: &Path) -> Vec<PathLink> {
    let mut links = Vec::new();
    let mut followed = 0;
    let mut reached = PathBuf::new();
    let mut ahead: Vec<PathBuf> = parts(path);
    while let Some(part) = ahead.pop() {
        let Some(Component::Normal(name)) = part.components().next() else {
            // A root leads back to the start, `..` up from a directory that is no link any more.
            reached = match part.components().next() {
                Some(Component::ParentDir) => reached.parent().map_or(reached.clone(), Path::to_path_buf),
                Some(Component::CurDir) | None => reached,
                Some(_) => reached.join(part),
            };
            continue;
        };
        let here = reached.join(name);
        let kind = fs::symlink_metadata(&here).ok().map(|metadata| metadata.file_type());
        let is_link = kind.is_some_and(|kind| kind.is_symlink());
        if is_link || ahead.is_empty() || kind.is_none() {
            let Some(identity) = DirectoryIdentity::of(&reached) else { break };
            links.push(PathLink { directory: reached.clone(), identity, name: name.to_owned() });
        }
        if is_link && followed < MAX_LINKS {
            followed += 1;
            let Ok(target) = fs::read_link(&here) else { break };
            ahead.extend(parts(&target));
        } else if kind.is_none() || is_link {
            break;
        } else {
            reached = here;
        }
    }
    links
}

/// Every name on the way to a directory, and all names in it. Blocks.
pub(in crate::watch) fn links_into(path: &Path) -> Vec<PathLink> {
    let mut links = links_to(path);
    if let Ok(directory) = path.canonicalize()
        && let Some(identity) = DirectoryIdentity::of(&directory)
    {
        links.push(PathLink { directory, identity, name: OsString::new() });
    }
    links
}

/// The parts of a path, the first one last.
fn parts(path: &Path) -> Vec<PathBuf> {
    let mut parts: Vec<_> = path.components().map(|part| PathBuf::from(part.as_os_str())).collect();
    parts.reverse();
    parts
}
