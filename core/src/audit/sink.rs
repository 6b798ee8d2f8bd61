//! Where lines go: the door to the file system.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Takes lines. The file behind a log; tests have one whose disk is full when they like.
pub trait AuditSink: Send {
    /// Takes a whole line, or some of it and tells how many bytes: one `write` of the system.
    ///
    /// # Errors
    /// What the system says.
    fn write(&mut self, line: &[u8]) -> io::Result<usize>;

    /// Takes back all but the first bytes.
    ///
    /// # Errors
    /// What the system says.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Puts what was written on the disk for sure.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that nobody else writes while it is open.
pub struct LockedFile(File);

/// A process that is being started has the file open too for a moment, so closing it alone would not let go.
impl Drop for LockedFile {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl LockedFile {
    /// Opens the file, makes it where there is none, and locks it.
    pub fn open(path: &Path) -> io::Result<Self> {
        // Asked first: whoever opens a pipe may wait for ever.
        if path.metadata().is_ok_and(|file| !file.is_file()) {
            return Err(io::Error::other("is no regular file"));
        }
        let mut options = OpenOptions::new();
        options.create(true).read(true);
        // On Windows whoever may only append may not cut off what is torn.
        let file = if cfg!(windows) { options.write(true) } else { options.append(true) }.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(io::Error::other("another registry is writing it")),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The same file once more, to put what was written on the disk without holding up the next record.
    pub fn again(&self) -> io::Result<File> {
        self.0.try_clone()
    }

    /// A reader of the file from its beginning. Of the same file, whatever has its name meanwhile.
    pub fn reader(&self) -> io::Result<File> {
        let mut file = self.0.try_clone()?;
        file.rewind()?;
        Ok(file)
    }
}

impl AuditSink for LockedFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if cfg!(windows) {
            self.0.seek(SeekFrom::End(0))?;
        }
        self.0.write(line)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

/// Gives a file another name beside its own, one that no other has; that name.
pub fn put_aside(path: &Path, now: u64) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let free = (0..100).map(|n| path.with_file_name(format!("{name}.broken-{}", now + n)));
    let aside = free.into_iter().find(|aside| !aside.exists());
    let aside = aside.ok_or_else(|| io::Error::other("no name is free to put the broken one aside"))?;
    fs::rename(path, &aside)?;
    Ok(aside)
}
