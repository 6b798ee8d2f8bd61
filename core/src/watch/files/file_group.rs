//! One look at all files that a document is made of, as they stood at one time.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::retrieve::{DependencyFile, FileContents, WatchLocation, WatchTarget};
use crate::tool::fingerprint::sha256;
use crate::watch::Observed;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::files::file_look::{self, FileMark};

/// How often files are read that change meanwhile, before that is what was found.
const ATTEMPTS: usize = 3;

/// The files of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct FileGroup {
    /// The document's own, where it stands in one.
    pub document: Option<PathBuf>,
    /// The others.
    pub parts: Vec<PathBuf>,
}

/// What tells the files from themselves at another time, without reading them: a mark for each, `None` for one that is
/// missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct FileStamp(Vec<Option<FileMark>>);

impl FileStamp {
    fn of(paths: &[&Path]) -> Self {
        let marks = paths
            .iter()
            .map(|path| fs::metadata(path).ok().as_ref().map(FileMark::of as fn(&Metadata) -> FileMark));
        Self(marks.collect())
    }
}

#[cfg(test)]
impl FileStamp {
    /// A stamp of no file, for cases that are played without files.
    pub fn numbered(number: u64) -> Self {
        Self(vec![Some(FileMark::numbered(number))])
    }
}

/// What a look found, with what it read.
#[derive(Debug)]
pub(in crate::watch) struct GroupLook {
    pub finding: FileFinding,
    pub stamp: Option<FileStamp>,
    pub observed: Observed,
}

impl GroupLook {
    /// Something in the place of content.
    pub fn without_content(finding: FileFinding) -> Self {
        let observed = match &finding {
            FileFinding::Unreadable(reason) => Observed::Unreadable { reason: reason.clone() },
            FileFinding::Moving => {
                Observed::Unreadable { reason: "it changes whenever it is read".to_owned() }
            }
            _ => Observed::Missing,
        };
        Self { finding, stamp: None, observed }
    }
}

/// The finding of a document of this SHA-256, and of the files that it is made of besides.
pub(in crate::watch) fn content_of(document: Option<[u8; 32]>, parts: &[DependencyFile]) -> FileFinding {
    let hashes = parts.iter().map(|part| part.hash);
    match document {
        Some(document) if parts.is_empty() => FileFinding::Content(document),
        _ => FileFinding::Content(together(document, hashes)),
    }
}

fn together(document: Option<[u8; 32]>, parts: impl Iterator<Item = Option<[u8; 32]>>) -> [u8; 32] {
    let mut all = Vec::new();
    for hash in std::iter::once(document).chain(parts) {
        all.push(u8::from(hash.is_some()));
        all.extend(hash.unwrap_or_default());
    }
    sha256(&all)
}

impl FileGroup {
    /// The files of a document, and what of them is in use. `None` where there are none.
    pub fn of(watched: &WatchTarget) -> Option<(Self, FileFinding)> {
        let (document, applied) = match &watched.location {
            WatchLocation::File(path, applied) => (Some(from_root(path)), Some(*applied)),
            WatchLocation::Address(_) | WatchLocation::Nowhere => (None, None),
        };
        let parts: Vec<_> = watched.files.iter().map(|part| part.path.clone()).collect();
        let group = Self { document, parts };
        (!group.paths().is_empty()).then(|| (group, content_of(applied, &watched.files)))
    }

    /// All of them, the document first.
    pub fn paths(&self) -> Vec<&Path> {
        self.document.iter().chain(&self.parts).map(PathBuf::as_path).collect()
    }

    /// Looks at the files and reads them, unless they bear the stamp to skip. Blocks.
    pub fn look(&self, skip: Option<&FileStamp>, max_bytes: usize) -> Option<GroupLook> {
        let paths = self.paths();
        if skip.is_some_and(|skip| *skip == FileStamp::of(&paths)) {
            return None;
        }
        let found = (0..ATTEMPTS).find_map(|_| self.read(&paths, max_bytes));
        Some(found.unwrap_or_else(|| GroupLook::without_content(FileFinding::Moving)))
    }

    /// The files as they stood at one time, or `None` if there was no such time.
    fn read(&self, paths: &[&Path], max_bytes: usize) -> Option<GroupLook> {
        let before = (paths.len() > 1).then(|| FileStamp::of(paths));
        let mut files = FileContents::default();
        let (mut hashes, mut mark) = (Vec::new(), None);
        let (mut left, mut is_unfinished) = (max_bytes, false);
        for (i, path) in paths.iter().enumerate() {
            let is_document = i == 0 && self.document.is_some();
            let seen = file_look::look(path, left);
            let hash = match seen.finding {
                FileFinding::Content(hash) => Some(hash),
                FileFinding::Empty => {
                    is_unfinished = true;
                    Some(sha256(b""))
                }
                FileFinding::Moving if !is_document => return None,
                finding if is_document => return Some(GroupLook::without_content(finding)),
                _ => None,
            };
            left = left.saturating_sub(seen.bytes.len());
            hashes.push(hash);
            mark = seen.mark;
            match hash {
                Some(_) if is_document => files.document = Some(seen.bytes),
                Some(_) => files.files.push(((*path).to_owned(), seen.bytes)),
                None => {}
            }
        }
        if before.as_ref().is_some_and(|before| *before != FileStamp::of(paths)) {
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
            _ if is_unfinished => FileFinding::Unfinished(together(document, parts.iter().copied())),
            _ => FileFinding::Content(together(document, parts.iter().copied())),
        };
        let observed = match files.document {
            Some(bytes) if is_alone => Observed::Bytes(bytes),
            document => Observed::Together(FileContents { document, ..files }),
        };
        Some(GroupLook { finding, stamp: Some(before.unwrap_or_else(|| FileStamp(vec![mark]))), observed })
    }
}

/// A path from the root, as it was given else.
pub(in crate::watch) fn from_root(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 16;

    #[test]
    fn files_that_bear_the_stamp_are_not_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let [one, two] = ["one", "two"].map(|name| directory.path().join(name));
        for group in [
            FileGroup { document: Some(one.clone()), parts: Vec::new() },
            FileGroup { document: Some(one.clone()), parts: vec![two.clone()] },
            FileGroup { document: None, parts: vec![one.clone(), two.clone()] },
        ] {
            fs::write(&one, "one").expect("a file");
            let stamp = group.look(None, LIMIT).and_then(|sighting| sighting.stamp).expect("a stamp");
            assert!(group.look(Some(&stamp), LIMIT).is_none());
            fs::write(&one, "three").expect("a file");
            assert!(group.look(Some(&stamp), LIMIT).is_some());
        }
    }

    #[test]
    fn a_part_says_more_than_the_document_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let [document, part] = ["document", "part"].map(|name| directory.path().join(name));
        let group = FileGroup { document: Some(document.clone()), parts: vec![part.clone()] };
        let finding = || group.look(None, LIMIT).expect("a look").finding;
        let known = |hash| content_of(Some(sha256(b"one")), &[DependencyFile { path: part.clone(), hash }]);
        assert_eq!(finding(), FileFinding::Missing);
        fs::write(&document, "one").expect("a file");
        assert_eq!(finding(), known(None));
        fs::write(&part, "").expect("a file");
        assert!(matches!(finding(), FileFinding::Unfinished(_)));
        fs::write(&part, "two").expect("a file");
        assert_eq!(finding(), known(Some(sha256(b"two"))));
        fs::write(&part, [b' '; LIMIT]).expect("a file");
        assert_eq!(finding(), known(None), "together they are longer than they may be");
    }
}
