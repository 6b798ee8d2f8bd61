//! The documents that a document refers to: which may be read, and reading them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use http::Method;
use url::Url;

use super::options::References;
use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpFault, HttpRequest, Reach, Redirects};
use crate::json::Arena;
use crate::schema::{Library, Note, Place, kind};
use crate::spec::{Budget, Limits, Overlay, SpecSource, parse, text_of, value_of};

/// A document as it was read.
pub struct Volume {
    /// Where it stands; a document's own text stands nowhere.
    pub address: Option<Url>,
    /// What was read there.
    pub bytes: Vec<u8>,
}

/// A document and, once they were asked for, those that it refers to.
pub struct Bundle {
    volumes: Vec<Volume>,
    /// The first document as it was read, where overlays lie over it.
    original: Option<Vec<u8>>,
    /// The overlays.
    overlays: Vec<SpecSource>,
    /// What laying them over it had to change.
    notes: Vec<Note>,
    /// What could not be had, and why.
    lacking: Vec<(Url, Error)>,
    is_filled: bool,
}

/// Who may read what.
struct Desk<'s> {
    client: &'s dyn HttpClient,
    references: &'s References,
    limits: &'s Limits,
    /// The first document's own address and folder.
    home: Option<Url>,
    folder: Option<PathBuf>,
}

impl Bundle {
    /// A document that nothing is known of yet.
    pub fn new(place: &SpecSource, bytes: Vec<u8>) -> Self {
        Self {
            volumes: vec![Volume { address: place.address(), bytes }],
            original: None,
            overlays: Vec::new(),
            notes: Vec::new(),
            lacking: Vec::new(),
            is_filled: false,
        }
    }

    /// The first document.
    pub fn first(&self) -> &Volume {
        &self.volumes[0]
    }

    /// The first document as it was read, before anything was laid over it.
    pub fn original(&self) -> &[u8] {
        self.original.as_deref().unwrap_or(&self.volumes[0].bytes)
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
        limits: &Limits,
    ) -> Result<()> {
        let mut read = Vec::with_capacity(overlays.len());
        for (i, place) in overlays.iter().enumerate() {
            let name = match place {
                SpecSource::Text(_) => format!("overlays/{i}"),
                SpecSource::Path(_) | SpecSource::Url(_) => place.location(),
            };
            read.push((name, super::reading::read(place, client, limits.bytes).await?));
        }
        let original = self.original.take().unwrap_or_else(|| std::mem::take(&mut self.volumes[0].bytes));
        let (text, notes) = laid(&original, &read, limits)?;
        let address = self.volumes.swap_remove(0).address;
        *self = Self {
            volumes: vec![Volume { address, bytes: text.into_bytes() }],
            original: Some(original),
            overlays,
            notes,
            lacking: Vec::new(),
            is_filled: false,
        };
        Ok(())
    }

    /// Whether other documents belong to it.
    pub fn has_more(&self) -> bool {
        self.volumes.len() > 1 || !self.lacking.is_empty()
    }

    /// The texts of all documents, for [`Bundle::library`].
    pub fn texts(&self, limits: &Limits) -> Result<Vec<Cow<'_, str>>> {
        self.volumes.iter().map(|volume| text_of(&volume.bytes, limits)).collect()
    }

    /// Reads the texts into a library, and says which documents it wants besides.
    pub fn library<'a>(
        &self,
        texts: &'a [Cow<'a, str>],
        arena: &'a Arena,
        limits: &Limits,
    ) -> Result<(Library<'a>, Vec<Url>, Vec<Note>)> {
        let mut library = Library::default();
        let (mut all, mut notes) = (Vec::with_capacity(texts.len()), self.notes.clone());
        for (volume, text) in self.volumes.iter().zip(texts) {
            let parsed = parse(text, limits, arena)?;
            let number = library.add(parsed.root, volume.address.clone(), parsed.has_ids)?;
            for (pointer, key) in &parsed.twice {
                let place = Place { document: number, pointer: pointer.clone() };
                notes.push(twice(library.show(&place), key));
            }
            all.push(parsed);
        }
        for (address, error) in &self.lacking {
            library.lack(address, error.clone());
        }
        let mut wanted = Vec::new();
        // Once they were asked for, what is still wanted cannot be had.
        let open = if self.is_filled { &[][..] } else { &all[..] };
        for (number, parsed) in open.iter().enumerate() {
            for address in parsed.outward.iter().filter_map(|reference| library.wanted(number, reference)) {
                if !wanted.contains(&address) {
                    wanted.push(address);
                }
            }
        }
        Ok((library, wanted, notes))
    }

    /// Reads the documents that are wanted, and those that they want in turn. One that cannot be had costs only those who
    /// refer to it.
    pub async fn fill(
        &mut self,
        wanted: Vec<Url>,
        place: &SpecSource,
        client: &dyn HttpClient,
        references: &References,
        limits: &Limits,
    ) {
        self.is_filled = true;
        let home = self.first().address.clone();
        let desk = Desk { client, references, limits, home, folder: place.folder() };
        let mut known: HashSet<String> = wanted.iter().map(address).collect();
        let mut queue = wanted;
        let mut bytes = self.first().bytes.len();
        while let Some(next) = queue.pop() {
            let read = if self.volumes.len() > limits.documents {
                Err(Error::LimitExceeded { what: "number of documents", limit: limits.documents })
            } else {
                desk.read(&next, limits.bytes.saturating_sub(bytes)).await
            };
            let found = read.and_then(|read| outward(&read, &next, limits).map(|found| (read, found)));
            match found {
                Ok((read, found)) => {
                    bytes += read.len();
                    queue.extend(found.into_iter().filter(|found| known.insert(address(found))));
                    self.volumes.push(Volume { address: Some(next), bytes: read });
                }
                Err(error) => self.lacking.push((next, error)),
            }
        }
    }
}

fn twice(pointer: String, key: &str) -> Note {
    Note::new(kind::DUPLICATE_KEY, pointer, format!("\"{key}\" stands twice; the last counts"))
}

/// A document with overlays, by their names, laid over it: its text, and what that had to change.
fn laid(original: &[u8], overlays: &[(String, Vec<u8>)], limits: &Limits) -> Result<(String, Vec<Note>)> {
    let mut notes = Vec::new();
    let mut value = |name: &str, bytes: &[u8]| {
        let (text, arena) = (text_of(bytes, limits)?, Arena::new());
        let parsed = parse(&text, limits, &arena)?;
        let shown =
            |pointer: &str| if name.is_empty() { pointer.to_owned() } else { format!("{name}#{pointer}") };
        notes.extend(parsed.twice.iter().map(|(pointer, key)| twice(shown(pointer), key)));
        Ok(value_of(parsed.root, name, &mut notes))
    };
    let mut document = value("", original)?;
    let read = overlays.iter().map(|(name, bytes)| {
        let overlay = value(name, bytes).map_err(|error| in_overlay(name, error))?;
        Overlay::read(name, &overlay)
    });
    let read = read.collect::<Result<Vec<_>>>()?;
    let mut budget = Budget::new(*limits);
    for overlay in &read {
        overlay.apply(&mut document, &mut budget, &mut notes)?;
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

fn address(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

/// The addresses that a document refers to; also whether it can be read at all.
fn outward(bytes: &[u8], at: &Url, limits: &Limits) -> Result<Vec<Url>> {
    let (text, arena) = (text_of(bytes, limits)?, Arena::new());
    let parsed = parse(&text, limits, &arena)?;
    let addresses = parsed.outward.iter().filter_map(|reference| at.join(reference).ok());
    Ok(addresses
        .map(|mut found| {
            found.set_fragment(None);
            found
        })
        .filter(|found| found != at)
        .collect())
}

impl Desk<'_> {
    async fn read(&self, target: &Url, left: usize) -> Result<Vec<u8>> {
        match target.scheme() {
            "file" => self.file(target, left),
            "http" | "https" => self.url(target, left).await,
            other => Err(forbidden(target, &format!("the scheme \"{other}\" is none of file, http, https"))),
        }
    }

    /// Files are read for files alone, and below the folder of the first unless the caller allows more. Links are
    /// followed before that is judged.
    fn file(&self, target: &Url, left: usize) -> Result<Vec<u8>> {
        let Some(folder) = &self.folder else {
            return Err(forbidden(target, "a document that is no file refers to no file"));
        };
        let path = target.to_file_path().map_err(|()| forbidden(target, "is no path of this machine"))?;
        let unreadable = |error: &std::io::Error| Error::SourceUnreadable {
            location: path.display().to_string(),
            reason: error.to_string(),
            status: None,
        };
        if !self.references.outside_folder && !is_below(&path, folder) {
            return Err(forbidden(target, "is outside of the folder of the document"));
        }
        // Asked again of what the links lead to; a path that does not exist leads nowhere.
        let real = path.canonicalize().map_err(|error| unreadable(&error))?;
        let folder = folder.canonicalize().map_err(|error| unreadable(&error))?;
        if !self.references.outside_folder && !is_below(&real, &folder) {
            return Err(forbidden(target, "leads outside of the folder of the document"));
        }
        super::reading::file(&real, left)
    }

    async fn url(&self, target: &Url, left: usize) -> Result<Vec<u8>> {
        let is_home = self.home.as_ref().is_some_and(|home| home.origin() == target.origin());
        let is_listed = target.host_str().is_some_and(|host| {
            let with_port = target.port().map(|port| format!("{host}:{port}"));
            self.references.hosts.iter().any(|known| known == host || Some(known) == with_port.as_ref())
        });
        if !is_home && !is_listed && !self.references.internet {
            return Err(forbidden(target, "references to other hosts are not allowed"));
        }
        let is_downgrade =
            target.scheme() == "http" && self.home.as_ref().is_some_and(|home| home.scheme() == "https");
        if is_downgrade {
            return Err(forbidden(target, "a document read by https refers to nothing by http"));
        }
        let mut request = HttpRequest::new(Method::GET, target.clone());
        request.max_bytes = left;
        request.reach = if is_home || is_listed { Reach::Any } else { Reach::Public };
        request.redirects = Redirects::Guarded(3);
        let location = SpecSource::Url(target.clone()).location();
        let answer = self.client.send(request).await.map_err(|fault| match fault {
            HttpFault::Forbidden { reason } => Error::SourceForbidden { location: location.clone(), reason },
            HttpFault::TooLarge { .. } => {
                Error::LimitExceeded { what: "document bytes", limit: self.limits.bytes }
            }
            other => Error::SourceUnreadable {
                location: location.clone(),
                reason: other.to_string(),
                status: None,
            },
        })?;
        match answer.status {
            200..300 => Ok(answer.body),
            status => Err(Error::SourceUnreadable {
                location,
                reason: format!("the server answered {status}"),
                status: Some(status),
            }),
        }
    }
}

fn is_below(path: &Path, folder: &Path) -> bool {
    let climbs = path.components().any(|part| matches!(part, std::path::Component::ParentDir));
    !climbs && path.starts_with(folder)
}

fn forbidden(target: &Url, reason: &str) -> Error {
    let location = SpecSource::Url(target.clone()).location();
    Error::SourceForbidden { location, reason: reason.to_owned() }
}
