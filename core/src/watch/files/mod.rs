//! Looks at files: reads content as it stood at one time, and stamps that make reading needless.
//!
//! A document may consist of several files, so a look reads all of them and repeats if one changed meanwhile.
//!
//! | file | content |
//! |---|---|
//! | `file_look` | one file: bounded read, metadata (size, times, inode) |
//! | `file_group` | all files of a document as one content |
//! | `look_target` | a document's files, or the names in a directory |
//! | `content_outline` | checksums that tell content from its own prefix (truncation) |
//! | `bind_mounts` | files that are bind mounts (Kubernetes `subPath`), whose replacement nothing inside can see |
//!
//! Limits: `max_bytes` for all files of a document together (64 MiB by default). After three reads that differ the file
//! counts as moving. Bind mounts are only known where `/proc/self/mountinfo` exists.

pub(super) mod bind_mounts;
pub(super) mod content_outline;
pub(super) mod file_group;
pub(super) mod file_look;
pub(super) mod look_target;
