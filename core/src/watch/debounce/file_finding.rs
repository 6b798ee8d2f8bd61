//! The finding of a look: content, or the reason why there is none.

/// What a look found at the path of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) enum FileFinding {
    /// Content, by its SHA-256.
    Content([u8; 32]),
    /// A file without bytes. More often it is about to be written than it is complete.
    Empty,
    /// Several files of which at least one has no bytes, by the SHA-256 of all.
    Unfinished([u8; 32]),
    /// No file.
    Missing,
    /// A file that cannot be read, with the reason.
    Unreadable(String),
    /// A file that changed during every read.
    Moving,
}
