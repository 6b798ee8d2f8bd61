//! Output of the audit log: the trait `AuditSink`, and a locked file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The destination of lines: a file, or a test double whose disk is full.
pub trait AuditSink: Send {
    /// Writes a line, or a part of it, and gives the number of bytes: one `write` of the system.
    ///
    /// # Errors
    /// What the system says.
    fn write(&mut self, line: &[u8]) -> io::Result<usize>;

    /// Truncates to a length in bytes.
    ///
    /// # Errors
    /// What the system says.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Syncs what was written to the disk.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file with an exclusive lock.
pub struct LockedFile(File);

/// Unlocks explicitly: a process that is being started has the file open too for a moment, so closing it does not unlock.
impl Drop for LockedFile {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl LockedFile {
    /// Opens or creates the file and locks it.
    pub fn open(path: &Path) -> io::Result<Self> {
        // Checked first: opening a pipe may block for ever.
        if path.metadata().is_ok_and(|file| !file.is_file()) {
            return Err(io::Error::other("is no regular file"));
        }
        let mut options = OpenOptions::new();
        options.create(true).read(true);
        // On Windows a file that is opened for append cannot be truncated.
        let file = if cfg!(windows) { options.write(true) } else { options.append(true) }.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(io::Error::other("another registry is writing it")),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// A second handle, to sync without blocking the next record.
    pub fn duplicate(&self) -> io::Result<File> {
        self.0.try_clone()
    }

    /// A reader of the file from its beginning: the same file, whatever has its name meanwhile.
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

/// Renames a broken file to a free name beside it, and gives that name.
pub fn put_aside(path: &Path, now: u64) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let free = (0..100).map(|n| path.with_file_name(format!("{name}.broken-{}", now + n)));
    let aside = free.into_iter().find(|aside| !aside.exists());
    let aside = aside.ok_or_else(|| io::Error::other("no name is free to put the broken one aside"))?;
    fs::rename(path, &aside)?;
    Ok(aside)
}
