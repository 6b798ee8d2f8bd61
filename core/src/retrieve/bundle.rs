//! The documents that a document refers to: which may be read, and reading them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Method;
use url::Url;

use super::dependencies::{Dependencies, DependencyFile};
use super::fetch::{self, FetchedDocument, Validators};
use super::options::ReferencePolicy;
use crate::error::{Error, Result};
use crate::http::{
    Deadline, HttpClient, HttpFault, HttpRequest, Reach, Redirects, content_encoding, is_listed_host,
};
use crate::json::Arena;
use crate::schema::{Library, Note, Place, kind};
use crate::spec::{
    Bytes, Overlay, OverlayBudget, ParseLimits, SpecSource, decode_text, parse_document, value_under_overlays,
};

/// A document as it was read.
pub struct BundledDocument {
    /// Where it stands; a document's own text stands nowhere.
    pub address: Option<Url>,
    /// Where it was found, where redirects led elsewhere.
    pub found: Option<Url>,
    /// What was read there.
    pub bytes: Bytes,
}

/// A document and, once they were asked for, those that it refers to.
pub struct Bundle {
    volumes: Vec<BundledDocument>,
    /// The first document as it was read, where overlays lie over it.
    original: Option<Bytes>,
    /// The overlays.
    overlays: Vec<SpecSource>,
    /// What was read of each.
    overlaid: Vec<Bytes>,
    /// What laying them over it had to change.
    notes: Vec<Note>,
    /// What could not be had, and why.
    lacking: Vec<(Url, Error)>,
    is_filled: bool,
    /// Files that somebody has read already, all at one time, by their paths.
    at_hand: HashMap<PathBuf, Bytes>,
    /// The files that overlays and references led to.
    parts: Vec<DependencyFile>,
    validators: Option<Validators>,
}

/// Who may read what.
struct ReferenceReader<'s> {
    client: &'s dyn HttpClient,
    references: &'s ReferencePolicy,
    limits: &'s ParseLimits,
    /// The first document's own address and folder.
    home: Option<Url>,
    folder: Option<PathBuf>,
    deadline: Deadline,
    at_hand: &'s HashMap<PathBuf, Bytes>,
}

/// How long all documents that others name may keep a load waiting.
const PATIENCE: Duration = Duration::from_secs(120);

impl Bundle {
    /// A document that nothing is known of yet.
    pub fn new(place: &SpecSource, read: FetchedDocument) -> Self {
        Self {
            volumes: vec![BundledDocument { address: place.address(), found: read.found, bytes: read.bytes }],
            original: None,
            overlays: Vec::new(),
            overlaid: Vec::new(),
            notes: Vec::new(),
            lacking: Vec::new(),
            is_filled: false,
            at_hand: HashMap::new(),
            parts: Vec::new(),
            validators: read.validators,
        }
    }

    /// The same, with files that were read when the document was: they are not read again.
    pub fn with_files(self, files: Vec<(PathBuf, Vec<u8>)>) -> Self {
        let at_hand = files.into_iter().map(|(path, bytes)| (path, bytes.into())).collect();
        Self { at_hand, ..self }
    }

    /// What it is made of besides its own bytes.
    pub fn made(&self) -> Dependencies {
        let mut parts = self.parts.clone();
        parts.sort();
        parts.dedup_by(|next, one| next.path == one.path);
        let has_more = self.volumes.len() > 1 || !self.lacking.is_empty();
        Dependencies { has_more, parts, validators: self.validators.clone() }
    }

    /// What was read before, with overlays over it: nothing more is asked for.
    pub fn again(
        place: &SpecSource,
        read: FetchedDocument,
        overlays: Vec<(SpecSource, Bytes)>,
        others: Vec<BundledDocument>,
        lacking: Vec<(Url, Error)>,
        limits: &ParseLimits,
    ) -> Result<Self> {
        let mut bundle = Self::new(place, read);
        if !overlays.is_empty() {
            bundle.put_over(overlays, limits)?;
        }
        bundle.volumes.extend(others);
        (bundle.lacking, bundle.is_filled) = (lacking, true);
        Ok(bundle)
    }

    /// The first document as it was read, before anything was laid over it, without a copy.
    pub fn root(&self) -> Bytes {
        self.original.as_ref().unwrap_or(&self.volumes[0].bytes).clone()
    }

    /// The documents that it refers to.
    pub fn others(&self) -> &[BundledDocument] {
        &self.volumes[1..]
    }

    /// What it refers to and could not be had.
    pub fn lacking(&self) -> &[(Url, Error)] {
        &self.lacking
    }

    /// The overlays, as they were read.
    pub fn overlays(&self) -> impl Iterator<Item = (&SpecSource, &Bytes)> {
        self.overlays.iter().zip(&self.overlaid)
    }

    /// The first document.
    pub fn first(&self) -> &BundledDocument {
        &self.volumes[0]
    }

    /// The first document as it was read, before anything was laid over it.
    pub fn original(&self) -> &[u8] {
        self.original.as_deref().unwrap_or(&self.volumes[0].bytes)
    }

    /// Whether any part of it came over the network.
    pub fn is_of_network(&self) -> bool {
        let is_remote = |address: &Url| matches!(address.scheme(), "http" | "https");
        let of_volumes = self.volumes.iter().flat_map(|volume| volume.address.iter().chain(&volume.found));
        of_volumes.into_iter().any(is_remote)
            || self.overlays.iter().any(|overlay| matches!(overlay, SpecSource::Url(_)))
    }

    /// Whether these overlays lie over it, and no others.
    pub fn is_under(&self, overlays: &[SpecSource]) -> bool {
        self.overlays == overlays
    }

    /// Reads overlays and lays them over the first document as it was read. What it refers to is asked for anew.
    pub async fn lay(
        &mut self,
        overlays: Vec<SpecSource>,
        client: &dyn HttpClient,
        limits: &ParseLimits,
    ) -> Result<()> {
        let mut read = Vec::with_capacity(overlays.len());
        for place in overlays {
            let bytes = match self.file_at_hand(&place) {
                Some(bytes) => bytes,
                None => fetch::read(&place, client, limits.bytes).await?.bytes,
            };
            read.push((place, bytes));
        }
        self.put_over(read, limits)
    }

    fn put_over(&mut self, overlays: Vec<(SpecSource, Bytes)>, limits: &ParseLimits) -> Result<()> {
        let name = |(i, (place, bytes)): (usize, &(SpecSource, Bytes))| match place {
            SpecSource::Text(_) => (format!("overlays/{i}"), bytes.clone()),
            SpecSource::Path(_) | SpecSource::Url(_) => (place.location(), bytes.clone()),
        };
        let read: Vec<_> = overlays.iter().enumerate().map(name).collect();
        let parts = overlays.iter().filter_map(|(place, bytes)| match place {
            SpecSource::Path(path) => DependencyFile::of(&from_root(path), Ok(bytes)),
            SpecSource::Url(_) | SpecSource::Text(_) => None,
        });
        let parts = parts.collect();
        let (overlays, overlaid) = overlays.into_iter().unzip();
        let original = self.original.take().unwrap_or_else(|| std::mem::take(&mut self.volumes[0].bytes));
        let (text, notes) = laid(&original, &read, limits)?;
        let BundledDocument { address, found, .. } = self.volumes.swap_remove(0);
        *self = Self {
            volumes: vec![BundledDocument { address, found, bytes: text.into() }],
            original: Some(original),
            overlays,
            overlaid,
            notes,
            lacking: Vec::new(),
            is_filled: false,
            at_hand: std::mem::take(&mut self.at_hand),
            parts,
            validators: self.validators.take(),
        };
        Ok(())
    }

    fn file_at_hand(&self, place: &SpecSource) -> Option<Bytes> {
        match place {
            SpecSource::Path(path) => self.at_hand.get(&from_root(path)).cloned(),
            SpecSource::Url(_) | SpecSource::Text(_) => None,
        }
    }

    /// The texts of all documents, for [`Bundle::library`].
    pub fn texts(&self, limits: &ParseLimits) -> Result<Vec<Cow<'_, str>>> {
        self.volumes.iter().map(|volume| decode_text(&volume.bytes, limits)).collect()
    }

    /// Reads the texts into a library, and says which documents it wants besides.
    pub fn library<'a>(
        &self,
        texts: &'a [Cow<'a, str>],
        arena: &'a Arena,
        limits: &ParseLimits,
    ) -> Result<(Library<'a>, Vec<Url>, Vec<Note>)> {
        let mut library = Library::new(arena);
        let (mut all, mut notes) = (Vec::with_capacity(texts.len()), self.notes.clone());
        for (volume, text) in self.volumes.iter().zip(texts) {
            let parsed = parse_document(text, limits, arena)?;
            let number = library.add_found(
                parsed.root,
                volume.address.clone(),
                volume.found.as_ref(),
                parsed.has_ids,
            )?;
            for (pointer, key) in &parsed.twice {
                let place = Place { document: number, pointer };
                notes.push(twice(library.show(place).into_owned(), key));
            }
            all.push(parsed);
        }
        for (address, error) in &self.lacking {
            library.lack(address, error.clone());
        }
        // Once they were asked for, what is still wanted cannot be had.
        let open = if self.is_filled { &[][..] } else { &all[..] };
        let wanted =
            open.iter().enumerate().flat_map(|(number, parsed)| library.wanted(number, &parsed.outward));
        let wanted = wanted.collect();
        Ok((library, wanted, notes))
    }

    /// Reads the documents that are wanted, and those that they want in turn. One that cannot be had costs only those who
    /// refer to it.
    pub async fn fill(
        &mut self,
        wanted: Vec<Url>,
        place: &SpecSource,
        client: &dyn HttpClient,
        references: &ReferencePolicy,
        limits: &ParseLimits,
    ) {
        self.is_filled = true;
        let home = self.first().address.clone();
        let at_hand = std::mem::take(&mut self.at_hand);
        let desk = ReferenceReader {
            client,
            references,
            limits,
            home,
            folder: place.folder(),
            deadline: Deadline::of(PATIENCE),
            at_hand: &at_hand,
        };
        let mut known: HashSet<Url> = wanted.iter().cloned().collect();
        let mut queue = VecDeque::from(wanted);
        let (mut bytes, mut asked) = (self.first().bytes.len(), 0);
        while let Some(next) = queue.pop_front() {
            let read = match desk.judge(&next) {
                // Also one that is not there was asked for.
                Ok(_) if asked == limits.documents => {
                    Err(Error::LimitExceeded { what: "number of documents", limit: limits.documents })
                }
                Ok(reach) => {
                    asked += 1;
                    let read = desk.read(&next, reach, limits.bytes.saturating_sub(bytes)).await;
                    let path = next.to_file_path().ok().filter(|_| next.scheme() == "file");
                    let bytes = read.as_ref().map(|read| &*read.bytes);
                    self.parts.extend(path.and_then(|path| DependencyFile::of(&path, bytes)));
                    read
                }
                Err(error) => Err(error),
            };
            let outward = read.and_then(|read| outward(&read, &next, limits).map(|outward| (read, outward)));
            match outward {
                Ok((read, outward)) => {
                    bytes += read.bytes.len();
                    queue.extend(outward.into_iter().filter(|address| known.insert(address.clone())));
                    self.volumes.push(BundledDocument {
                        address: Some(next),
                        found: read.found,
                        bytes: read.bytes,
                    });
                }
                Err(error) => self.lacking.push((next, error)),
            }
        }
        self.at_hand = at_hand;
    }
}

/// A path from the root, as it was given else.
fn from_root(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn twice(pointer: String, key: &str) -> Note {
    Note::new(kind::DUPLICATE_KEY, pointer, format!("\"{key}\" stands twice; the last counts"))
}

/// A document with overlays, by their names, laid over it: its text, and what that had to change.
fn laid(original: &[u8], overlays: &[(String, Bytes)], limits: &ParseLimits) -> Result<(String, Vec<Note>)> {
    let mut notes = Vec::new();
    let mut value = |name: &str, bytes: &[u8]| {
        let (text, arena) = (decode_text(bytes, limits)?, Arena::new());
        let parsed = parse_document(&text, limits, &arena)?;
        let shown =
            |pointer: &str| if name.is_empty() { pointer.to_owned() } else { format!("{name}#{pointer}") };
        notes.extend(parsed.twice.iter().map(|(pointer, key)| twice(shown(pointer), key)));
        let (value, rounded) = value_under_overlays(parsed.root, name);
        notes.extend(rounded);
        Ok(value)
    };
    let mut document = value("", original)?;
    let read = overlays.iter().map(|(name, bytes)| {
        let overlay = value(name, bytes).map_err(|error| in_overlay(name, error))?;
        Overlay::read(name, &overlay)
    });
    let read = read.collect::<Result<Vec<_>>>()?;
    let mut budget = OverlayBudget::new(*limits);
    for overlay in &read {
        notes.extend(overlay.apply(&mut document, &mut budget)?);
    }
    Ok((document.to_string(), notes))
}

/// A fault of reading an overlay, with its name.
fn in_overlay(name: &str, error: Error) -> Error {
    match error {
        Error::Syntax { format, reason, line, column, pointer } => {
            let pointer = Some(format!("{name}#{}", pointer.unwrap_or_default()));
            Error::Syntax { format, reason: format!("{reason} (in {name})"), line, column, pointer }
        }
        Error::InvalidSpec { pointer, reason } => {
            Error::InvalidSpec { pointer: format!("{name}#{pointer}"), reason }
        }
        other => other,
    }
}

/// The addresses that a document refers to; also whether it can be read at all.
fn outward(read: &FetchedDocument, at: &Url, limits: &ParseLimits) -> Result<Vec<Url>> {
    let (text, arena) = (decode_text(&read.bytes, limits)?, Arena::new());
    let parsed = parse_document(&text, limits, &arena)?;
    let at = read.found.as_ref().unwrap_or(at);
    Library::outward(parsed.root, at.clone(), parsed.has_ids, &parsed.outward)
}

impl ReferenceReader<'_> {
    /// Whether a document may be asked for, and by which way, as far as its address tells.
    fn judge(&self, target: &Url) -> Result<Reach> {
        match target.scheme() {
            "file" => self.judge_file(target),
            "http" | "https" => self.judge_url(target),
            other => Err(forbidden(target, &format!("the scheme \"{other}\" is none of file, http, https"))),
        }
    }

    fn judge_file(&self, target: &Url) -> Result<Reach> {
        let Some(folder) = &self.folder else {
            return Err(forbidden(target, "a document that is no file refers to no file"));
        };
        let path = target.to_file_path().map_err(|()| forbidden(target, "is no path of this machine"))?;
        if !self.references.outside_folder && !path.starts_with(folder) {
            return Err(forbidden(target, "is outside of the folder of the document"));
        }
        Ok(Reach::Any)
    }

    fn judge_url(&self, target: &Url) -> Result<Reach> {
        let is_home = self.home.as_ref().is_some_and(|home| home.origin() == target.origin());
        let is_listed = is_listed_host(&self.references.hosts, target);
        if !is_home && !is_listed && !self.references.internet {
            return Err(forbidden(target, "references to other hosts are not allowed"));
        }
        let is_downgrade =
            target.scheme() == "http" && self.home.as_ref().is_some_and(|home| home.scheme() == "https");
        if is_downgrade {
            return Err(forbidden(target, "a document read by https refers to nothing by http"));
        }
        Ok(if is_home || is_listed { Reach::Any } else { Reach::Public })
    }

    async fn read(&self, target: &Url, reach: Reach, left: usize) -> Result<FetchedDocument> {
        let read = if target.scheme() == "file" {
            self.file(target, left)
        } else {
            self.url(target, reach, left).await
        };
        read.map_err(|error| match error {
            Error::LimitExceeded { what, .. } => Error::LimitExceeded { what, limit: self.limits.bytes },
            other => other,
        })
    }

    /// Files are read for files alone, and below the folder of the first unless the caller allows more. Links are
    /// followed before that is judged.
    fn file(&self, target: &Url, left: usize) -> Result<FetchedDocument> {
        let path = target.to_file_path().map_err(|()| forbidden(target, "is no path of this machine"))?;
        let unreadable = |error: &std::io::Error| Error::SourceUnreadable {
            location: path.display().to_string(),
            reason: error.to_string(),
            status: None,
        };
        // Asked again of what the links lead to; a path that does not exist leads nowhere.
        let real = path.canonicalize().map_err(|error| unreadable(&error))?;
        let folder =
            self.folder.as_deref().unwrap_or(&real).canonicalize().map_err(|error| unreadable(&error))?;
        if !self.references.outside_folder && !real.starts_with(&folder) {
            return Err(forbidden(target, "leads outside of the folder of the document"));
        }
        match self.at_hand.get(&path) {
            Some(bytes) if bytes.len() <= left => Ok(bytes.clone().into()),
            Some(_) | None => fetch::file(&real, left).map(FetchedDocument::from),
        }
    }

    async fn url(&self, target: &Url, reach: Reach, left: usize) -> Result<FetchedDocument> {
        let location = SpecSource::Url(target.clone()).location();
        let unreadable =
            |reason: String, status| Error::SourceUnreadable { location: location.clone(), reason, status };
        let mut request = HttpRequest::new(Method::GET, target.clone());
        request.max_bytes = left;
        request.reach = reach;
        request.redirects = Redirects::Guarded(3);
        request.timeout = request.timeout.min(self.deadline.left());
        if request.timeout.is_zero() {
            return Err(unreadable(
                format!("all references together took more than {} s", PATIENCE.as_secs()),
                None,
            ));
        }
        let answer = self.client.send(request).await.map_err(|fault| match fault {
            HttpFault::Forbidden { reason } => Error::SourceForbidden { location: location.clone(), reason },
            HttpFault::TooLarge { limit } => Error::LimitExceeded { what: "document bytes", limit },
            other => unreadable(other.to_string(), None),
        })?;
        match answer.status {
            200..300 => match content_encoding::text_fault(&answer.headers, &answer.body) {
                Some(reason) => Err(unreadable(reason, Some(answer.status))),
                None => Ok(FetchedDocument::of(answer, target)),
            },
            status => Err(unreadable(format!("the server answered {status}"), Some(status))),
        }
    }
}

fn forbidden(target: &Url, reason: &str) -> Error {
    let location = SpecSource::Url(target.clone()).location();
    Error::SourceForbidden { location, reason: reason.to_owned() }
}
