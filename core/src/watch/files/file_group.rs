//! A file group: all files of one document, read as they were at one time.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::retrieve::{DependencyFile, FileContents, WatchLocation, WatchTarget};
use crate::tool::sha256::sha256;
use crate::watch::Observed;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::files::file_look::{self, FileMark};

/// The number of reads after which files that change during each read are [`FileFinding::Moving`].
const ATTEMPTS: usize = 3;

/// The files of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct FileGroup {
    /// The document's own file. `None` for a document at an address, and for the files of a program.
    pub document: Option<PathBuf>,
    /// Files that it refers to, and overlays.
    pub parts: Vec<PathBuf>,
}

/// The metadata of all files, by which a change is noticed without reading them; `None` for a missing file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct FileStamp(Vec<Option<FileMark>>);

impl FileStamp {
    fn read(paths: &[&Path]) -> Self {
        let marks = paths.iter().map(|path| {
            fs::metadata(path).ok().as_ref().map(FileMark::from_metadata as fn(&Metadata) -> FileMark)
        });
        Self(marks.collect())
    }
}

#[cfg(test)]
impl FileStamp {
    /// A stamp without a file, for simulations.
    pub fn numbered(number: u64) -> Self {
        Self(vec![Some(FileMark::numbered(number))])
    }
}

/// What a look at a file group found, with the content.
#[derive(Debug)]
pub(in crate::watch) struct GroupLook {
    pub finding: FileFinding,
    pub stamp: Option<FileStamp>,
    pub observed: Observed,
}

impl GroupLook {
    /// A finding without content.
    pub fn without_content(finding: FileFinding) -> Self {
        let observed = match &finding {
            FileFinding::Unreadable(reason) => Observed::Unreadable { reason: reason.clone() },
            FileFinding::Moving => Observed::Unreadable {
                reason: "it changed during every read: it is read again once writing has stopped".to_owned(),
            },
            _ => Observed::Missing,
        };
        Self { finding, stamp: None, observed }
    }
}

/// The finding of a document with this SHA-256 and these other files.
pub(in crate::watch) fn content_finding(document: Option<[u8; 32]>, parts: &[DependencyFile]) -> FileFinding {
    let hashes = parts.iter().map(|part| part.hash);
    match document {
        Some(document) if parts.is_empty() => FileFinding::Content(document),
        _ => FileFinding::Content(combine_hashes(document, hashes)),
    }
}

/// One hash of all files. A missing file differs from an empty one.
fn combine_hashes(document: Option<[u8; 32]>, parts: impl Iterator<Item = Option<[u8; 32]>>) -> [u8; 32] {
    let mut all = Vec::new();
    for hash in std::iter::once(document).chain(parts) {
        all.push(u8::from(hash.is_some()));
        all.extend(hash.unwrap_or_default());
    }
    sha256(&all)
}

impl FileGroup {
    /// The files of a document, and the finding of their content in use. `None` for a document without files.
    pub fn of_target(watched: &WatchTarget) -> Option<(Self, FileFinding)> {
        let (document, applied) = match &watched.location {
            WatchLocation::File(path, applied) => (Some(absolute_path(path)), Some(*applied)),
            WatchLocation::Address(_) | WatchLocation::Text | WatchLocation::Program => (None, None),
        };
        let parts: Vec<_> = watched.files.iter().map(|part| part.path.clone()).collect();
        let group = Self { document, parts };
        (!group.paths().is_empty()).then(|| (group, content_finding(applied, &watched.files)))
    }

    /// All files, the document first.
    pub fn paths(&self) -> Vec<&Path> {
        self.document.iter().chain(&self.parts).map(PathBuf::as_path).collect()
    }

    /// Reads the files, unless they have the stamp to skip. Blocks.
    pub fn look(&self, skip: Option<&FileStamp>, max_bytes: usize) -> Option<GroupLook> {
        let paths = self.paths();
        if skip.is_some_and(|skip| *skip == FileStamp::read(&paths)) {
            return None;
        }
        let found = (0..ATTEMPTS).find_map(|_| self.read(&paths, max_bytes));
        Some(found.unwrap_or_else(|| GroupLook::without_content(FileFinding::Moving)))
    }

    /// Reads all files as they were at one time; `None` if one changed meanwhile.
    fn read(&self, paths: &[&Path], max_bytes: usize) -> Option<GroupLook> {
        // One file is checked by its own read; several need a stamp around all reads.
        let before = (paths.len() > 1).then(|| FileStamp::read(paths));
        let mut files = FileContents::default();
        let (mut hashes, mut mark) = (Vec::new(), None);
        let (mut left, mut is_unfinished) = (max_bytes, false);
        for (index, path) in paths.iter().enumerate() {
            let is_document = index == 0 && self.document.is_some();
            let look = file_look::look(path, left);
            let is_read = matches!(look.finding, FileFinding::Content(_) | FileFinding::Empty);
            let hash = match look.finding {
                FileFinding::Content(hash) => Some(hash),
                FileFinding::Empty => {
                    is_unfinished = true;
                    Some(sha256(b""))
                }
                FileFinding::Moving if !is_document => return None,
                finding if is_document => return Some(GroupLook::without_content(finding)),
                // A file that cannot be read counts as changed content: the reload reads it again and reports why.
                FileFinding::Unreadable(reason) if self.document.is_none() => Some(sha256(reason.as_bytes())),
                _ => None,
            };
            left = left.saturating_sub(look.bytes.len());
            hashes.push(hash);
            mark = look.mark;
            match hash {
                Some(_) if is_document => files.document = Some(look.bytes),
                Some(_) if is_read => files.files.push(((*path).to_owned(), look.bytes)),
                _ => {}
            }
        }
        if before.as_ref().is_some_and(|before| *before != FileStamp::read(paths)) {
            return None;
        }
        let is_alone = paths.len() == 1 && self.document.is_some();
        let (document, parts) = match &self.document {
            Some(_) => (hashes[0], &hashes[1..]),
            None => (None, &hashes[..]),
        };
        let finding = match document {
            Some(_) if is_alone && is_unfinished => FileFinding::Empty,
            Some(hash) if is_alone => FileFinding::Content(hash),
            _ if is_unfinished => FileFinding::Unfinished(combine_hashes(document, parts.iter().copied())),
            _ => FileFinding::Content(combine_hashes(document, parts.iter().copied())),
        };
        let observed = match files.document {
            Some(bytes) if is_alone => Observed::Bytes(bytes),
            document => Observed::Files(FileContents { document, ..files }),
        };
        Some(GroupLook { finding, stamp: Some(before.unwrap_or_else(|| FileStamp(vec![mark]))), observed })
    }
}

/// The absolute path; the path itself where there is no current directory.
pub(in crate::watch) fn absolute_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 16;

    #[test]
    fn files_with_the_stamp_to_skip_are_not_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let [one, two] = ["one", "two"].map(|name| directory.path().join(name));
        for group in [
            FileGroup { document: Some(one.clone()), parts: Vec::new() },
            FileGroup { document: Some(one.clone()), parts: vec![two.clone()] },
            FileGroup { document: None, parts: vec![one.clone(), two.clone()] },
        ] {
            fs::write(&one, "one").expect("a file");
            let stamp = group.look(None, LIMIT).and_then(|look| look.stamp).expect("a stamp");
            assert!(group.look(Some(&stamp), LIMIT).is_none());
            fs::write(&one, "three").expect("a file");
            assert!(group.look(Some(&stamp), LIMIT).is_some());
        }
    }

    #[test]
    fn a_missing_part_differs_from_an_empty_or_a_full_one() {
        let directory = tempfile::tempdir().expect("a directory");
        let [document, part] = ["document", "part"].map(|name| directory.path().join(name));
        let group = FileGroup { document: Some(document.clone()), parts: vec![part.clone()] };
        let finding = || group.look(None, LIMIT).expect("a look").finding;
        let known =
            |hash| content_finding(Some(sha256(b"one")), &[DependencyFile { path: part.clone(), hash }]);
        assert_eq!(finding(), FileFinding::Missing);
        fs::write(&document, "one").expect("a file");
        assert_eq!(finding(), known(None));
        fs::write(&part, "").expect("a file");
        assert!(matches!(finding(), FileFinding::Unfinished(_)));
        fs::write(&part, "two").expect("a file");
        assert_eq!(finding(), known(Some(sha256(b"two"))));
        fs::write(&part, [b' '; LIMIT]).expect("a file");
        assert_eq!(finding(), known(None), "the limit is for all files together");
    }

    #[test]
    fn a_file_of_a_program_that_cannot_be_read_differs_from_a_missing_one() {
        let directory = tempfile::tempdir().expect("a directory");
        let [one, two] = ["one", "two"].map(|name| directory.path().join(name));
        let group = FileGroup { document: None, parts: vec![one.clone(), two.clone()] };
        fs::write(&one, "one").expect("a file");
        let look = || group.look(None, LIMIT).expect("a look");
        let missing = look().finding;
        fs::write(&two, [b' '; LIMIT]).expect("a file");
        let unreadable = look();
        assert_ne!(unreadable.finding, missing);
        let contents = FileContents { document: None, files: vec![(one.clone(), b"one".to_vec())] };
        assert_eq!(unreadable.observed, Observed::Files(contents));
        fs::remove_file(&two).expect("is removed");
        assert_eq!(look().finding, missing);
    }
}
