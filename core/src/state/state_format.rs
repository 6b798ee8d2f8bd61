//! The format of a state file: a magic line, a header line of JSON, the blobs one after another, and a hash of all.
//!
//! ```text
//! toolrack-state 1
//! {"savedAt": …, "blobs": [{"hash": …, "length": 5}, …], …}
//! <5 bytes><the next blob>…
//! <SHA-256 of all bytes before this line, in lower-case hex>
//! ```
//!
//! A line feed stands before the hash and after it. The hash is verified before anything but the first line is used, so that
//! a truncated or damaged file is found.

use std::io::{self, BufRead, Read, Write};

use crate::tool::sha256::{Digester, hex};

const MAGIC: &str = "toolrack-state ";
/// The number of the format. It is raised whenever older versions of toolrack would misread a newer file.
pub const FORMAT: u32 = 1;
/// The bytes of the hash in hex between two line feeds.
const TRAILER_BYTES: u64 = 66;
/// The longest magic line, in bytes.
const MAX_MAGIC: u64 = 40;

/// Why a file cannot be read.
#[derive(Debug)]
pub enum StateFileFault {
    /// An error of the operating system.
    Io(io::Error),
    /// The file is not a whole state file; the reason.
    Broken(String),
}

impl From<io::Error> for StateFileFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The parts of a file whose hash is right.
#[derive(Debug, PartialEq, Eq)]
pub struct StateFileParts {
    /// The header line, without its line feed.
    pub header: Vec<u8>,
    /// The offset of the first blob.
    pub blobs_begin: u64,
    /// The offset behind the last blob.
    pub blobs_end: u64,
}

/// A writer that counts and hashes the bytes that it writes.
struct HashingWriter<W> {
    inner: W,
    digester: Digester,
    written: u64,
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digester.update(&bytes[..written]);
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes a file. `copy` writes the blob of an index, which must have the length at that index of `lengths`. Gives the offset
/// of each blob.
pub fn write(
    out: impl Write,
    header: &[u8],
    lengths: &[u64],
    mut copy: impl FnMut(usize, &mut dyn Write) -> io::Result<()>,
) -> io::Result<Vec<u64>> {
    let mut out = HashingWriter { inner: out, digester: Digester::default(), written: 0 };
    writeln!(out, "{MAGIC}{FORMAT}")?;
    out.write_all(header)?;
    out.write_all(b"\n")?;
    let mut offsets = Vec::with_capacity(lengths.len());
    for (index, length) in lengths.iter().enumerate() {
        let offset = out.written;
        copy(index, &mut out)?;
        if out.written - offset != *length {
            return Err(io::Error::other("a blob does not have the length that was announced"));
        }
        offsets.push(offset);
    }
    let HashingWriter { mut inner, digester, .. } = out;
    writeln!(inner, "\n{}", hex(&digester.finish()))?;
    inner.flush()?;
    Ok(offsets)
}

/// Reads and verifies a file of `length` bytes. Only the header is kept in memory.
pub fn read(mut from: impl BufRead, length: u64) -> Result<StateFileParts, StateFileFault> {
    let broken = |reason: &str| StateFileFault::Broken(reason.to_owned());
    let mut first = Vec::new();
    from.by_ref().take(MAX_MAGIC).read_until(b'\n', &mut first)?;
    let format =
        std::str::from_utf8(&first).ok().and_then(|line| line.strip_prefix(MAGIC)?.strip_suffix('\n'));
    let format: u32 = format
        .and_then(|format| format.parse().ok())
        .ok_or_else(|| broken("its first line is not that of a state file"))?;
    if format > FORMAT {
        let reason = format!("it has format {format} of a newer version; this version reads format {FORMAT}");
        return Err(StateFileFault::Broken(reason));
    }
    let mut digester = Digester::default();
    digester.update(&first);
    let header_begin = first.len() as u64;
    let blobs_end = length.checked_sub(TRAILER_BYTES).filter(|end| *end > header_begin);
    let blobs_end = blobs_end.ok_or_else(|| broken("it is truncated"))?;
    let mut hashed = from.by_ref().take(blobs_end - header_begin);
    let mut header = Vec::new();
    hashed.read_until(b'\n', &mut header)?;
    digester.update(&header);
    let blobs_begin = header_begin + header.len() as u64;
    let has_header_line = header.pop() == Some(b'\n');
    loop {
        let chunk = hashed.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        digester.update(chunk);
        let length = chunk.len();
        hashed.consume(length);
    }
    let mut trailer = Vec::new();
    from.take(TRAILER_BYTES + 1).read_to_end(&mut trailer)?;
    let expected = format!("\n{}\n", hex(&digester.finish()));
    if trailer != expected.as_bytes() {
        return Err(broken("its hash does not match its content: it is truncated or damaged"));
    }
    // A file of another writer can have the right hash too.
    if !has_header_line || format != FORMAT {
        return Err(broken("it has no header, or an unknown format"));
    }
    Ok(StateFileParts { header, blobs_begin, blobs_end })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn write_file(header: &[u8], blobs: &[Vec<u8>]) -> (Vec<u8>, Vec<u64>) {
        let lengths: Vec<u64> = blobs.iter().map(|blob| blob.len() as u64).collect();
        let mut file = Vec::new();
        let offsets = write(&mut file, header, &lengths, |index, out| out.write_all(&blobs[index]));
        (file, offsets.expect("memory is writable"))
    }

    fn read_file(file: &[u8]) -> Result<StateFileParts, StateFileFault> {
        read(file, file.len() as u64)
    }

    fn parts() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>)> {
        let header =
            proptest::collection::vec(any::<u8>().prop_filter("no line feed", |b| *b != b'\n'), 0..40);
        (header, proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..4))
    }

    proptest! {
        #[test]
        fn a_written_file_is_read((header, blobs) in parts()) {
            let (file, offsets) = write_file(&header, &blobs);
            let parts = read_file(&file).expect("is whole");
            prop_assert_eq!(&parts.header, &header);
            for (offset, blob) in offsets.iter().zip(&blobs) {
                let offset = usize::try_from(*offset).expect("is short");
                prop_assert_eq!(&file[offset..offset + blob.len()], &blob[..]);
            }
            let total: usize = blobs.iter().map(Vec::len).sum();
            prop_assert_eq!(parts.blobs_end - parts.blobs_begin, total as u64);
        }

        #[test]
        fn every_truncation_and_every_flipped_bit_is_found((header, blobs) in parts(), more in any::<u8>()) {
            let (file, _) = write_file(&header, &blobs);
            for cut in 0..file.len() {
                prop_assert!(read_file(&file[..cut]).is_err(), "cut at {}", cut);
            }
            for bit in 0..file.len() * 8 {
                let mut damaged = file.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(read_file(&damaged).is_err(), "bit {}", bit);
            }
            let mut longer = file;
            longer.push(more);
            prop_assert!(read_file(&longer).is_err());
        }

        #[test]
        fn no_bytes_cause_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), has_magic: bool) {
            let mut file = if has_magic { b"toolrack-state 1\n".to_vec() } else { Vec::new() };
            file.extend(bytes);
            prop_assert!(read_file(&file).is_err());
        }
    }

    #[test]
    fn a_file_of_a_newer_format_is_refused() {
        let Err(StateFileFault::Broken(reason)) = read_file(b"toolrack-state 2\nwhatever comes then") else {
            panic!("is newer")
        };
        assert_eq!(reason, "it has format 2 of a newer version; this version reads format 1");
    }

    #[test]
    fn a_blob_of_another_length_is_not_written() {
        let wrong = write(Vec::new(), b"{}", &[3], |_, out| out.write_all(b"four"));
        assert_eq!(
            wrong.expect_err("is wrong").to_string(),
            "a blob does not have the length that was announced"
        );
    }
}
