//! One look at one file.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::tool::fingerprint::sha256;
use crate::watch::debounce::file_finding::FileFinding;

/// How often a file is read that changes meanwhile, before that is what was found.
const ATTEMPTS: usize = 3;

/// What tells a file from itself at another time, without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct FileMark {
    size: u64,
    modified: Option<SystemTime>,
    /// Device, inode, and the time of the last change of anything. The last one cannot be set back, as `modified` is by
    /// `cp -p`, `git checkout` and `touch -d`.
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
    #[cfg(not(unix))]
    created: Option<SystemTime>,
}

impl FileMark {
    pub fn of(metadata: &Metadata) -> Self {
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
    /// A mark of no file, for cases that are played without files.
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

/// What there is where a file should be, with its mark and the bytes that were read.
#[derive(Debug)]
pub(in crate::watch) struct FileLook {
    pub finding: FileFinding,
    pub mark: Option<FileMark>,
    pub bytes: Vec<u8>,
}

impl FileLook {
    fn nothing(finding: FileFinding) -> Self {
        Self { finding, mark: None, bytes: Vec::new() }
    }
}

/// Looks at a file and reads it. Blocks.
pub(in crate::watch) fn look(path: &Path, max_bytes: usize) -> FileLook {
    match (0..ATTEMPTS).find_map(|_| read(path, max_bytes).transpose()) {
        Some(Ok((mark, bytes))) => {
            let finding =
                if bytes.is_empty() { FileFinding::Empty } else { FileFinding::Content(sha256(&bytes)) };
            FileLook { finding, mark: Some(mark), bytes }
        }
        Some(Err(error)) if is_absence(&error) => FileLook::nothing(FileFinding::Missing),
        Some(Err(error)) => FileLook::nothing(FileFinding::Unreadable(error.to_string())),
        None => FileLook::nothing(FileFinding::Moving),
    }
}

/// All bytes of a file as they stood at one time, or `None` if there was no such time.
fn read(path: &Path, max_bytes: usize) -> io::Result<Option<(FileMark, Vec<u8>)>> {
    // Asked before it is opened: opening a device can set it in motion.
    check(&fs::metadata(path)?, max_bytes)?;
    let file = open(path)?;
    let metadata = file.metadata()?;
    check(&metadata, max_bytes)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    // One byte more than allowed: a file that grows while it is read is found out without reading all of it.
    file.take(max_bytes as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > max_bytes {
        return Err(too_long(max_bytes));
    }
    let mark = FileMark::of(&metadata);
    // By its path and not by the open file: it may have been replaced meanwhile.
    let settled = FileMark::of(&fs::metadata(path)?) == mark && bytes.len() as u64 == metadata.len();
    Ok(settled.then_some((mark, bytes)))
}

fn check(metadata: &Metadata, max_bytes: usize) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(io::Error::other("it is a directory"));
    }
    // A pipe has no end and a device no size.
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if metadata.len() > max_bytes as u64 { Err(too_long(max_bytes)) } else { Ok(()) }
}

fn too_long(max_bytes: usize) -> io::Error {
    io::Error::other(format!("it is longer than {max_bytes} bytes"))
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Opens a file, and waits for nobody: a pipe that took the file's place since it was asked for would hold the thread
/// until somebody writes to it.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple", target_os = "freebsd"))]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // O_NONBLOCK, which the standard library does not name. MIPS and SPARC have another number for it.
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
    fn a_look_says_what_there_is() {
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
        assert_eq!(finding(&path), FileFinding::Unreadable("it is longer than 16 bytes".to_owned()));
        assert_eq!(finding(directory.path()), FileFinding::Unreadable("it is a directory".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused() {
        let refusal = FileFinding::Unreadable("it is not a regular file".to_owned());
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
        // Until the clock that stamps files has moved on.
        let moved_on = (0..1_000_000).any(|_| {
            fs::write(file.path(), "two").expect("a file");
            file.as_file().set_modified(long_ago).expect("a time");
            look(file.path(), LIMIT).mark != mark
        });
        assert!(moved_on);
    }
}
