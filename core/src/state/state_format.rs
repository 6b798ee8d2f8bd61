//! How a state file is laid out: a line that says what it is, a line of JSON, the contents one after another, and a hash.
//!
//! ```text
//! toolrack-state 1
//! {"savedAt": …, "blobs": [{"hash": …, "length": 5}, …], …}
//! <5 bytes><the next>…
//! <SHA-256 of all before this line, in lower-case hex>
//! ```
//!
//! A line feed stands before the hash and after it. Nothing but the first line means anything before the hash is known to
//! be right, so that a file that is torn or damaged in any bit is not taken for one.

use std::io::{self, BufRead, Read, Write};

use crate::tool::fingerprint::{Digester, hex};

const MAGIC: &str = "toolrack-state ";
/// Raised whenever an older version would misread what a newer one wrote.
pub const FORMAT: u32 = 1;
/// The hash in hex between two line feeds.
const TRAILER: u64 = 66;
/// The first line is no longer than this.
const LONGEST_MAGIC: u64 = 40;

/// Why a file is not read.
#[derive(Debug)]
pub enum StateFileFault {
    /// What the system says.
    Io(io::Error),
    /// It is not what was written.
    Broken(String),
}

impl From<io::Error> for StateFileFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A file that is whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    /// The line of JSON.
    pub header: Vec<u8>,
    /// Where the first content begins.
    pub body: u64,
    /// Where the last one ends.
    pub end: u64,
}

/// Counts and hashes what passes.
struct Digesting<W> {
    inner: W,
    digester: Digester,
    written: u64,
}

impl<W: Write> Write for Digesting<W> {
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

/// Writes a file. `copy` writes the content of a number, which has the length that is said; where each begins is given back.
pub fn write(
    out: impl Write,
    header: &[u8],
    lengths: &[u64],
    mut copy: impl FnMut(usize, &mut dyn Write) -> io::Result<()>,
) -> io::Result<Vec<u64>> {
    let mut out = Digesting { inner: out, digester: Digester::default(), written: 0 };
    writeln!(out, "{MAGIC}{FORMAT}")?;
    out.write_all(header)?;
    out.write_all(b"\n")?;
    let mut begins = Vec::with_capacity(lengths.len());
    for (number, length) in lengths.iter().enumerate() {
        let begin = out.written;
        copy(number, &mut out)?;
        if out.written - begin != *length {
            return Err(io::Error::other("a content is not as long as it was"));
        }
        begins.push(begin);
    }
    let Digesting { mut inner, digester, .. } = out;
    writeln!(inner, "\n{}", hex(&digester.finish()))?;
    inner.flush()?;
    Ok(begins)
}

/// Reads a file of a length from its beginning to its end, and keeps nothing of it but the line of JSON.
pub fn read(mut from: impl BufRead, length: u64) -> Result<Opened, StateFileFault> {
    let broken = |reason: &str| StateFileFault::Broken(reason.to_owned());
    let mut first = Vec::new();
    from.by_ref().take(LONGEST_MAGIC).read_until(b'\n', &mut first)?;
    let format =
        std::str::from_utf8(&first).ok().and_then(|line| line.strip_prefix(MAGIC)?.strip_suffix('\n'));
    let format: u32 = format
        .and_then(|format| format.parse().ok())
        .ok_or_else(|| broken("it does not begin as a state file does"))?;
    if format > FORMAT {
        let reason = format!("it has format {format}, which a newer version wrote; this one reads {FORMAT}");
        return Err(StateFileFault::Broken(reason));
    }
    let mut digester = Digester::default();
    digester.update(&first);
    let before = first.len() as u64;
    let end =
        length.checked_sub(TRAILER).filter(|end| *end > before).ok_or_else(|| broken("it is cut off"))?;
    let mut inside = from.by_ref().take(end - before);
    let mut header = Vec::new();
    inside.read_until(b'\n', &mut header)?;
    digester.update(&header);
    let body = before + header.len() as u64;
    let is_line = header.pop() == Some(b'\n');
    loop {
        let piece = inside.fill_buf()?;
        if piece.is_empty() {
            break;
        }
        digester.update(piece);
        let taken = piece.len();
        inside.consume(taken);
    }
    let mut trailer = Vec::new();
    from.take(TRAILER + 1).read_to_end(&mut trailer)?;
    let expected = format!("\n{}\n", hex(&digester.finish()));
    if trailer != expected.as_bytes() {
        return Err(broken("its hash is not that of its content: it is cut off or damaged"));
    }
    // Also what has the right hash was not always written by this.
    if !is_line || format != FORMAT {
        return Err(broken("it is none that this version writes"));
    }
    Ok(Opened { header, body, end })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(header: &[u8], blobs: &[Vec<u8>]) -> (Vec<u8>, Vec<u64>) {
        let lengths: Vec<u64> = blobs.iter().map(|blob| blob.len() as u64).collect();
        let mut file = Vec::new();
        let begins = write(&mut file, header, &lengths, |number, out| out.write_all(&blobs[number]));
        (file, begins.expect("memory takes all"))
    }

    fn opened(file: &[u8]) -> Result<Opened, StateFileFault> {
        read(file, file.len() as u64)
    }

    fn content() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>)> {
        let header =
            proptest::collection::vec(any::<u8>().prop_filter("no line feed", |b| *b != b'\n'), 0..40);
        (header, proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..4))
    }

    proptest! {
        #[test]
        fn what_is_written_is_read((header, blobs) in content()) {
            let (file, begins) = written(&header, &blobs);
            let opened = opened(&file).expect("is whole");
            prop_assert_eq!(&opened.header, &header);
            for (begin, blob) in begins.iter().zip(&blobs) {
                let begin = usize::try_from(*begin).expect("is short");
                prop_assert_eq!(&file[begin..begin + blob.len()], &blob[..]);
            }
            let total: usize = blobs.iter().map(Vec::len).sum();
            prop_assert_eq!(opened.end - opened.body, total as u64);
        }

        #[test]
        fn every_cut_and_every_flipped_bit_is_found((header, blobs) in content(), more in any::<u8>()) {
            let (file, _) = written(&header, &blobs);
            for cut in 0..file.len() {
                prop_assert!(opened(&file[..cut]).is_err(), "cut at {}", cut);
            }
            for bit in 0..file.len() * 8 {
                let mut damaged = file.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(opened(&damaged).is_err(), "bit {}", bit);
            }
            let mut longer = file;
            longer.push(more);
            prop_assert!(opened(&longer).is_err());
        }

        #[test]
        fn no_bytes_at_all_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), has_magic: bool) {
            let mut file = if has_magic { b"toolrack-state 1\n".to_vec() } else { Vec::new() };
            file.extend(bytes);
            prop_assert!(opened(&file).is_err());
        }
    }

    #[test]
    fn a_file_of_a_newer_format_is_told_as_one() {
        let Err(StateFileFault::Broken(reason)) = opened(b"toolrack-state 2\nwhatever comes then") else {
            panic!("is newer")
        };
        assert_eq!(reason, "it has format 2, which a newer version wrote; this one reads 1");
    }

    #[test]
    fn a_content_of_another_length_is_not_written() {
        let wrong = write(Vec::new(), b"{}", &[3], |_, out| out.write_all(b"four"));
        assert_eq!(wrong.expect_err("is wrong").to_string(), "a content is not as long as it was");
    }
}
