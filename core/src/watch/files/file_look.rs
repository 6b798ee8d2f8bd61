//! A look at one file: bounded read, content as it was at one time, metadata that shows changes.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::tool::sha256::sha256;
use crate::watch::debounce::file_finding::FileFinding;

/// The number of reads after which a file that changes during each read is [`FileFinding::Moving`].
const ATTEMPTS: usize = 3;

/// The metadata of a file, by which a change is noticed without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct FileMark {
    size: u64,
    modified: Option<SystemTime>,
    /// Device, inode, and ctime in seconds and nanoseconds. Unlike `modified`, ctime cannot be set back by `cp -p`,
    /// `git checkout` or `touch -d`.
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
    #[cfg(not(unix))]
    created: Option<SystemTime>,
}

impl FileMark {
    pub fn from_metadata(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()),
            #[cfg(not(unix))]
            created: metadata.created().ok(),
        }
    }
}

#[cfg(test)]
impl FileMark {
    /// A mark without a file, for simulations.
    pub fn numbered(number: u64) -> Self {
        Self {
            size: number,
            modified: None,
            #[cfg(unix)]
            inode: (0, 0, 0, 0),
            #[cfg(not(unix))]
            created: None,
        }
    }
}

/// What a look at one file found.
#[derive(Debug)]
pub(in crate::watch) struct FileLook {
    pub finding: FileFinding,
    pub mark: Option<FileMark>,
    pub bytes: Vec<u8>,
}

impl FileLook {
    fn without_content(finding: FileFinding) -> Self {
        Self { finding, mark: None, bytes: Vec::new() }
    }
}

/// Reads a file. Blocks.
pub(in crate::watch) fn look(path: &Path, max_bytes: usize) -> FileLook {
    match (0..ATTEMPTS).find_map(|_| read(path, max_bytes).transpose()) {
        Some(Ok((mark, bytes))) => {
            let finding =
                if bytes.is_empty() { FileFinding::Empty } else { FileFinding::Content(sha256(&bytes)) };
            FileLook { finding, mark: Some(mark), bytes }
        }
        Some(Err(error)) if is_missing(&error) => FileLook::without_content(FileFinding::Missing),
        Some(Err(error)) => FileLook::without_content(FileFinding::Unreadable(error.to_string())),
        None => FileLook::without_content(FileFinding::Moving),
    }
}

/// Reads a file as it was at one time; `None` if it changed meanwhile.
fn read(path: &Path, max_bytes: usize) -> io::Result<Option<(FileMark, Vec<u8>)>> {
    // Checked before it is opened: opening a device can start it.
    check_readable(&fs::metadata(path)?, max_bytes)?;
    let file = open(path)?;
    let metadata = file.metadata()?;
    check_readable(&metadata, max_bytes)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    // One byte more than allowed, so that a file that grows beyond the limit is noticed without reading all of it.
    file.take(max_bytes as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > max_bytes {
        return Err(too_large(max_bytes));
    }
    let mark = FileMark::from_metadata(&metadata);
    // By path, not by the open file: the file may have been replaced meanwhile.
    let is_unchanged =
        FileMark::from_metadata(&fs::metadata(path)?) == mark && bytes.len() as u64 == metadata.len();
    Ok(is_unchanged.then_some((mark, bytes)))
}

fn check_readable(metadata: &Metadata, max_bytes: usize) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(io::Error::other("it is a directory: give the path of a file"));
    }
    // A pipe has no end, and a device has no size.
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file: pipes and devices cannot be watched"));
    }
    if metadata.len() > max_bytes as u64 { Err(too_large(max_bytes)) } else { Ok(()) }
}

fn too_large(max_bytes: usize) -> io::Error {
    io::Error::other(format!(
        "it is larger than the limit of {max_bytes} bytes: make it smaller or raise the limit"
    ))
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Opens a file without blocking: a pipe that replaced the file since the check would block the thread until somebody
/// writes to it.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple", target_os = "freebsd"))]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // O_NONBLOCK, which the standard library does not define. MIPS and SPARC use other values.
        const NONBLOCK: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 0o4000 } else { 4 };
        options.custom_flags(NONBLOCK);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 16;

    fn finding(path: &Path) -> FileFinding {
        look(path, LIMIT).finding
    }

    #[test]
    fn a_look_finds_content_or_why_there_is_none() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("spec.yaml");
        assert_eq!(finding(&path), FileFinding::Missing);
        assert_eq!(finding(&path.join("below")), FileFinding::Missing);
        fs::write(&path, "").expect("a file");
        assert_eq!(finding(&path), FileFinding::Empty);
        fs::write(&path, "openapi: 3.1.1\n").expect("a file");
        assert_eq!(finding(&path), FileFinding::Content(sha256(b"openapi: 3.1.1\n")));
        assert_eq!(finding(&path.join("below")), FileFinding::Missing);
        fs::write(&path, [b' '; LIMIT + 1]).expect("a file");
        assert_eq!(
            finding(&path),
            FileFinding::Unreadable(
                "it is larger than the limit of 16 bytes: make it smaller or raise the limit".to_owned()
            )
        );
        assert_eq!(
            finding(directory.path()),
            FileFinding::Unreadable("it is a directory: give the path of a file".to_owned())
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused() {
        let refusal = FileFinding::Unreadable(
            "it is not a regular file: pipes and devices cannot be watched".to_owned(),
        );
        assert_eq!(finding(Path::new("/dev/zero")), refusal);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_lies_of_its_size_is_not_content() {
        assert_eq!(look(Path::new("/proc/self/status"), 1 << 20).finding, FileFinding::Moving);
    }

    #[cfg(unix)]
    #[test]
    fn time_set_back_does_not_hide_a_change() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let long_ago = SystemTime::UNIX_EPOCH;
        fs::write(file.path(), "one").expect("a file");
        file.as_file().set_modified(long_ago).expect("a time");
        let mark = look(file.path(), LIMIT).mark;
        // Repeated until the clock of the file system has moved on.
        let moved_on = (0..1_000_000).any(|_| {
            fs::write(file.path(), "two").expect("a file");
            file.as_file().set_modified(long_ago).expect("a time");
            look(file.path(), LIMIT).mark != mark
        });
        assert!(moved_on);
    }
}
