//! The state file on disk: locked, read, and replaced atomically (temporary file, fsync, rename).

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blob::{Blob, BlobHash};
use super::state_format::{self as format, StateFileFault, StateFileParts};
use crate::error::{Error, Result};
use crate::json::HashMap;
use crate::spec::Bytes;
use crate::tool::sha256::sha256;

/// In bytes.
const BUFFER: usize = 1 << 17;

/// The process that has a lock, where its file says so. Some systems let nobody else read a locked file.
fn locking_process(lock: &File) -> Option<u32> {
    let mut text = String::new();
    lock.take(20).read_to_string(&mut text).ok()?;
    text.parse().ok()
}

/// A locked state file.
pub struct StateFile {
    path: PathBuf,
    /// The lock file. The state file cannot be locked itself: each write replaces it by another file.
    lock: File,
    /// The newest file, and the offset of each blob in it.
    current: Option<(File, HashMap<BlobHash, u64>)>,
}

impl StateFile {
    /// Locks a file, which need not exist.
    ///
    /// # Errors
    /// `STATE_LOCKED` where another loader has locked it, `STATE_UNWRITABLE` where its folder is not writable.
    pub fn open(path: &Path) -> Result<Self> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // A symlink stays one: its target is replaced, not the link.
        let path = absolute.canonicalize().unwrap_or(absolute);
        let unwritable = |error: &io::Error| unwritable(&path, error);
        if path.metadata().is_ok_and(|file| !file.is_file()) {
            return Err(unwritable(&io::Error::other("is not a regular file")));
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let lock = with_private_mode(&mut options)
            .open(beside(&path, "lock"))
            .map_err(|error| unwritable(&error))?;
        match lock.try_lock() {
            Ok(()) => {
                // Another loader names the process that has the lock. Without the number the lock is as good.
                let _ = lock.set_len(0).and_then(|()| write!(&lock, "{}", std::process::id()));
                Ok(Self { path, lock, current: None })
            }
            Err(TryLockError::WouldBlock) => {
                Err(Error::StateLocked { path: path.display().to_string(), pid: locking_process(&lock) })
            }
            Err(TryLockError::Error(error)) => Err(unwritable(&error)),
        }
    }

    /// The absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads and verifies the file; `None` where there is none.
    pub fn read(&mut self) -> Result<Option<StateFileParts>, StateFileFault> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let length = file.metadata()?.len();
        let parts = format::read(BufReader::with_capacity(BUFFER, &file), length)?;
        self.current = Some((file, HashMap::default()));
        Ok(Some(parts))
    }

    /// Sets the offsets of the blobs of the file that was read: one after another, from `first`.
    pub fn set_offsets(&mut self, first: u64, blobs: &[Arc<Blob>]) {
        if let Some((_, offsets)) = &mut self.current {
            let mut offset = first;
            for blob in blobs {
                offsets.insert(blob.hash, offset);
                offset += blob.length;
            }
        }
    }

    /// The bytes of a blob, from memory or from the file.
    pub fn read_blob(&mut self, blob: &Blob) -> io::Result<Bytes> {
        if let Some(bytes) = blob.bytes() {
            return Ok(bytes);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(blob.length).unwrap_or_default());
        copy_blob(&mut self.current, blob, &mut bytes)?;
        if sha256(&bytes) == blob.hash {
            Ok(bytes.into())
        } else {
            Err(io::Error::other("a document in the file was changed after it was written"))
        }
    }

    /// Replaces the file atomically. It is on the disk when this returns, and blobs are read from it.
    pub fn write(&mut self, header: &[u8], blobs: &[Arc<Blob>]) -> io::Result<()> {
        let temporary = beside(&self.path, "tmp");
        // A temporary file that a crash left may have other permissions, or be a symlink.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        let file = with_private_mode(options.create_new(true).read(true).write(true)).open(&temporary)?;
        let lengths: Vec<u64> = blobs.iter().map(|blob| blob.length).collect();
        let written = (|| {
            let out = BufWriter::with_capacity(BUFFER, &file);
            let current = &mut self.current;
            let offsets = format::write(out, header, &lengths, |index, mut out| {
                let blob = &blobs[index];
                match blob.bytes() {
                    Some(bytes) => out.write_all(&bytes),
                    None => copy_blob(current, blob, &mut out),
                }
            })?;
            file.sync_all()?;
            fs::rename(&temporary, &self.path)?;
            Ok(offsets)
        })();
        let offsets = match written {
            Ok(offsets) => offsets,
            Err(error) => {
                let _ = fs::remove_file(&temporary);
                return Err(error);
            }
        };
        self.current = Some((file, blobs.iter().map(|blob| blob.hash).zip(offsets).collect()));
        sync_folder(&self.path)
    }

    /// Renames a broken file, so that a new one can begin. Gives its new path.
    pub fn put_aside(&mut self) -> io::Result<PathBuf> {
        self.current = None;
        let aside = beside(&self.path, "broken");
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }
}

/// A process that is being started inherits the file for a moment: closing it alone would not release the lock.
impl Drop for StateFile {
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

/// The error of a file that cannot be opened or written.
pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::StateUnwritable { path: path.display().to_string(), reason: error.to_string() }
}

/// Copies a blob out of the file.
fn copy_blob(
    current: &mut Option<(File, HashMap<BlobHash, u64>)>,
    blob: &Blob,
    out: &mut impl Write,
) -> io::Result<()> {
    let missing = || io::Error::other("a document is no longer in the file");
    let (file, offsets) = current.as_mut().ok_or_else(missing)?;
    file.seek(SeekFrom::Start(*offsets.get(&blob.hash).ok_or_else(missing)?))?;
    io::copy(&mut BufReader::with_capacity(BUFFER, file.take(blob.length)), out)?;
    Ok(())
}

/// The path with one more extension: `toolrack.state.tmp` for `toolrack.state`.
fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

/// Permissions for the user of the process alone: documents may have secrets.
fn with_private_mode(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A renamed file is on the disk once its folder is (fsync).
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
