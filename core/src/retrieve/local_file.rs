//! Reads a local file up to a size limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// How often a file is opened whose path leads elsewhere by then: an editor that saves replaces it as well.
const ATTEMPTS: usize = 5;

/// Reads a file of at most `max_bytes`.
///
/// # Errors
/// `SOURCE_UNREADABLE` for a path that is not a regular file or cannot be read, `LIMIT_EXCEEDED` for a longer file.
pub fn read_file(path: &Path, max_bytes: usize) -> Result<Vec<u8>> {
    read_opened(path, max_bytes, |path| File::open(path).map(Some))
}

/// Reads a file by its real path, which was checked: what is read is the file there, and not one that a link leads to which
/// was put in its place since the check (a race of check and use).
///
/// # Errors
/// As [`read_file`]; `SOURCE_UNREADABLE` where the path leads elsewhere.
pub fn read_real_file(path: &Path, max_bytes: usize) -> Result<Vec<u8>> {
    read_opened(path, max_bytes, |path| open_real(path, |path| File::open(path)))
}

/// `open` gives no file where the path leads elsewhere.
fn read_opened(
    path: &Path,
    max_bytes: usize,
    open: impl FnOnce(&Path) -> io::Result<Option<File>>,
) -> Result<Vec<u8>> {
    let unreadable = |reason: String| Error::SourceUnreadable {
        location: path.display().to_string(),
        reason,
        status: None,
    };
    let io_fault = |error: &io::Error| unreadable(unreadable_reason(path, error));
    let irregular = || unreadable("is not a regular file; give the path of a document".to_owned());
    // Asked before it is opened: a named pipe would keep the load waiting for a writer.
    if !std::fs::metadata(path).map_err(|error| io_fault(&error))?.is_file() {
        return Err(irregular());
    }
    let opened = open(path).map_err(|error| io_fault(&error))?;
    let file = opened
        .ok_or_else(|| unreadable("its path leads to another file each time; load it again".to_owned()))?;
    let metadata = file.metadata().map_err(|error| io_fault(&error))?;
    if !metadata.is_file() {
        return Err(irregular());
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if length > max_bytes {
        return Err(document_too_large(max_bytes));
    }
    let mut bytes = Vec::with_capacity(length + 1);
    // The file may grow while it is read: one byte over the limit shows that without reading the rest.
    let bound = (max_bytes as u64).saturating_add(1);
    file.take(bound).read_to_end(&mut bytes).map_err(|error| io_fault(&error))?;
    if bytes.len() > max_bytes { Err(document_too_large(max_bytes)) } else { Ok(bytes) }
}

/// Opens the file at a real path; `None` where it is another one at each attempt.
fn open_real(path: &Path, open: impl Fn(&Path) -> io::Result<File>) -> io::Result<Option<File>> {
    for _ in 0..ATTEMPTS {
        let file = open(path)?;
        if is_at(&file, path)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Whether an open file is the one at a real path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd as _;
        // The kernel says where the open file is, whatever its path leads to by now.
        if let Ok(real) = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
            // A file system that ignores case may have another spelling of the name: its inode decides.
            let is_spelt_so = real.as_os_str().eq_ignore_ascii_case(path.as_os_str());
            return Ok(real == path || (is_spelt_so && is_same_inode(file, path)?));
        }
    }
    is_same_inode(file, path)
}

/// Whether the path leads to an open file now. A link that is still there is for the caller, who resolves the path again.
#[cfg(unix)]
fn is_same_inode(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (opened, found) = (file.metadata()?, std::fs::metadata(path)?);
    Ok((opened.dev(), opened.ino()) == (found.dev(), found.ino()))
}

/// The standard library has no identity of files here, and links need a privilege.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it fails on Unix")]
const fn is_same_inode(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Why a path cannot be read. A missing one is told by its absolute path, and by where relative paths start.
pub fn unreadable_reason(path: &Path, error: &io::Error) -> String {
    if error.kind() != io::ErrorKind::NotFound {
        return error.to_string();
    }
    let absolute = absolute_path(path);
    if path.is_absolute() {
        return format!("there is no {}", absolute.display());
    }
    let home = std::env::current_dir().map(|home| format!(", {}", home.display())).unwrap_or_default();
    format!("there is no {}; relative paths start at the working directory{home}", absolute.display())
}

/// The error of a document that is longer than `limits.bytes`.
pub const fn document_too_large(limit: usize) -> Error {
    Error::LimitExceeded { what: "document bytes", limit }
}

/// The absolute form of a path; symlinks in it are not followed. A path without an absolute form stays as it is.
pub fn absolute_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_told_by_the_path_that_was_tried() {
        let home = std::env::current_dir().expect("a working directory");
        let message = |path: &Path| read_file(path, 10).expect_err("is missing").to_string();
        let tried = home.join("specs/nowhere.yaml");
        assert_eq!(
            message(Path::new("specs/nowhere.yaml")),
            format!(
                "cannot read specs/nowhere.yaml: there is no {}; relative paths start at the working directory, {}",
                tried.display(),
                home.display()
            )
        );
        let tried = tried.display();
        assert_eq!(
            message(&home.join("specs/nowhere.yaml")),
            format!("cannot read {tried}: there is no {tried}")
        );
    }

    /// A directory with `tools/a.js`, and a file of the same name outside.
    #[cfg(unix)]
    struct House {
        directory: tempfile::TempDir,
    }

    #[cfg(unix)]
    impl House {
        fn new() -> Self {
            let house = Self { directory: tempfile::tempdir().expect("a directory") };
            for (name, text) in [("tools", "inside"), ("outside", "secret")] {
                std::fs::create_dir(house.at(name)).expect("a directory");
                std::fs::write(house.at(name).join("a.js"), text).expect("a file");
            }
            house
        }

        fn at(&self, name: &str) -> PathBuf {
            self.directory.path().canonicalize().expect("is there").join(name)
        }

        fn path(&self) -> PathBuf {
            self.at("tools/a.js")
        }

        /// Opens the file while a link is there in place of its directory.
        fn open_through_link(&self, path: &Path) -> io::Result<File> {
            let (tools, aside) = (self.at("tools"), self.at("aside"));
            std::fs::rename(&tools, &aside)?;
            std::os::unix::fs::symlink(self.at("outside"), &tools)?;
            let opened = File::open(path);
            std::fs::remove_file(&tools)?;
            std::fs::rename(&aside, &tools)?;
            opened
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_is_there_only_while_a_file_is_opened_is_not_read() {
        let house = House::new();
        let open = |path: &Path| open_real(path, |path| house.open_through_link(path));
        let error = read_opened(&house.path(), 100, open).expect_err("is another file each time");
        assert!(error.to_string().contains("leads to another file"), "{error}");
        assert_eq!(read_real_file(&house.path(), 100).expect("is there"), b"inside");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_while_it_is_opened_is_opened_again() {
        let house = House::new();
        let attempts = std::cell::Cell::new(0);
        let open = |path: &Path| {
            let opened = File::open(path);
            attempts.set(attempts.get() + 1);
            if attempts.get() < 3 {
                let fresh = house.at("fresh");
                std::fs::write(&fresh, format!("version {}", attempts.get()))?;
                std::fs::rename(&fresh, path)?;
            }
            opened
        };
        let bytes = read_opened(&house.path(), 100, |path| open_real(path, open)).expect("is there");
        assert_eq!((bytes.as_slice(), attempts.get()), (&b"version 2"[..], 3));
    }
}
