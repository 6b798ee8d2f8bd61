//! What a look at a file found.

/// What there is where the file should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) enum FileFinding {
    /// Content, by its SHA-256.
    Content([u8; 32]),
    /// A file of no bytes: more often one that is about to be written than one that is done.
    Empty,
    /// The same of several files, of which at least one has no bytes, by the SHA-256 of all.
    Unfinished([u8; 32]),
    /// No file.
    Missing,
    /// A file that cannot be read, and why.
    Unreadable(String),
    /// A file that changed each time while it was read.
    Moving,
}
