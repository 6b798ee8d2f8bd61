//! The door to the file system: a state file is replaced as a whole, so that there is always the old one or the new one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::edition::{Blob, Hash};
use super::state_format::{self as format, Opened, StateFileFault};
use crate::error::{Error, Result};
use crate::json::HashMap;
use crate::spec::Bytes;
use crate::tool::fingerprint;

const BUFFER: usize = 1 << 17;

/// A state file that nobody else has.
pub struct Storage {
    path: PathBuf,
    /// The file that is locked: the state file itself is another one after each writing.
    lock: File,
    /// The newest file, and where in it contents begin.
    current: Option<(File, HashMap<Hash, u64>)>,
}

impl Storage {
    /// Takes hold of a file, which need not be there.
    ///
    /// # Errors
    /// `STATE_LOCKED` where another loader has it, `STATE_UNWRITABLE` where its folder takes no files.
    pub fn open(path: &Path) -> Result<Self> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // A link stays one.
        let path = absolute.canonicalize().unwrap_or(absolute);
        let unwritable = |error: &io::Error| unwritable(&path, error);
        if path.metadata().is_ok_and(|file| !file.is_file()) {
            return Err(unwritable(&io::Error::other("is no regular file")));
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let lock = private(&mut options).open(beside(&path, "lock")).map_err(|error| unwritable(&error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, lock, current: None }),
            Err(TryLockError::WouldBlock) => Err(Error::StateLocked { path: path.display().to_string() }),
            Err(TryLockError::Error(error)) => Err(unwritable(&error)),
        }
    }

    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads what is there, if anything is.
    pub fn read(&mut self) -> Result<Option<Opened>, StateFileFault> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let length = file.metadata()?.len();
        let opened = format::read(BufReader::with_capacity(BUFFER, &file), length)?;
        self.current = Some((file, HashMap::default()));
        Ok(Some(opened))
    }

    /// Says where the contents of the file that was read begin: one after another.
    pub fn locate(&mut self, mut begin: u64, blobs: &[Arc<Blob>]) {
        if let Some((_, begins)) = &mut self.current {
            for blob in blobs {
                begins.insert(blob.hash, begin);
                begin += blob.length;
            }
        }
    }

    /// A content, from memory or from the file.
    pub fn content(&mut self, blob: &Blob) -> io::Result<Bytes> {
        if let Some(bytes) = blob.bytes() {
            return Ok(bytes);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(blob.length).unwrap_or_default());
        copy(&mut self.current, blob, &mut bytes)?;
        if fingerprint::sha256(&bytes) == blob.hash {
            Ok(bytes.into())
        } else {
            Err(io::Error::other("a content is not what was written"))
        }
    }

    /// Puts a new file in the place of the one that is there. It is on the disk then, and contents are read from it.
    pub fn write(&mut self, header: &[u8], blobs: &[Arc<Blob>]) -> io::Result<()> {
        let temporary = beside(&self.path, "tmp");
        // One that was left behind may have other rights, or be a link.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        let file = private(options.create_new(true).read(true).write(true)).open(&temporary)?;
        let lengths: Vec<u64> = blobs.iter().map(|blob| blob.length).collect();
        let written = (|| {
            let out = BufWriter::with_capacity(BUFFER, &file);
            let current = &mut self.current;
            let begins = format::write(out, header, &lengths, |number, mut out| {
                let blob = &blobs[number];
                match blob.bytes() {
                    Some(bytes) => out.write_all(&bytes),
                    None => copy(current, blob, &mut out),
                }
            })?;
            file.sync_all()?;
            fs::rename(&temporary, &self.path)?;
            Ok(begins)
        })();
        let begins = match written {
            Ok(begins) => begins,
            Err(error) => {
                let _ = fs::remove_file(&temporary);
                return Err(error);
            }
        };
        self.current = Some((file, blobs.iter().map(|blob| blob.hash).zip(begins).collect()));
        sync_folder(&self.path)
    }

    /// Gives the file another name; that name.
    pub fn put_aside(&mut self) -> io::Result<PathBuf> {
        self.current = None;
        let aside = beside(&self.path, "broken");
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }
}

/// A process that is being started has the file open too for a moment, so closing it alone would not let go.
impl Drop for Storage {
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

/// The error of a file that cannot be opened or written.
pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::StateUnwritable { path: path.display().to_string(), reason: error.to_string() }
}

/// Copies a content out of the file.
fn copy(
    current: &mut Option<(File, HashMap<Hash, u64>)>,
    blob: &Blob,
    out: &mut impl Write,
) -> io::Result<()> {
    let gone = || io::Error::other("a content is not in the file any more");
    let (file, begins) = current.as_mut().ok_or_else(gone)?;
    file.seek(SeekFrom::Start(*begins.get(&blob.hash).ok_or_else(gone)?))?;
    io::copy(&mut BufReader::with_capacity(BUFFER, file.take(blob.length)), out)?;
    Ok(())
}

/// `toolrack.state.tmp` for `toolrack.state`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

/// For the user of the process alone: documents may say what is nobody else's to read.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A name is on the disk once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
