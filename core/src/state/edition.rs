//! What a document was when its tools were made of it: its bytes, and those of all that belongs to it.

use std::sync::{Arc, Mutex, PoisonError};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use url::Url;

use crate::error::Error;
use crate::retrieve::{Bundle, BundledDocument};
use crate::spec::{Bytes, SpecSource};
use crate::tool::fingerprint;

/// A SHA-256.
pub type Hash = [u8; 32];

/// Some bytes, in memory until they are in the file.
#[derive(Debug)]
pub struct Blob {
    pub hash: Hash,
    pub length: u64,
    bytes: Mutex<Option<Bytes>>,
}

impl Blob {
    /// Bytes that are in no file yet.
    pub fn new(bytes: Bytes, hash: Hash) -> Arc<Self> {
        Arc::new(Self { hash, length: bytes.len() as u64, bytes: Mutex::new(Some(bytes)) })
    }

    /// Bytes that are in the file.
    pub fn saved(hash: Hash, length: u64) -> Arc<Self> {
        Arc::new(Self { hash, length, bytes: Mutex::new(None) })
    }

    /// The bytes, where they are in memory.
    pub fn bytes(&self) -> Option<Bytes> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// They are in the file.
    pub fn release(&self) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// An address as it is written down. The user and the password of the source are not: they are in its place whenever it is
/// loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    #[serde(serialize_with = "write_url", deserialize_with = "read_url")]
    url: Url,
    /// Whether the source's user and password belong to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    own: bool,
}

impl Address {
    fn of(url: &Url, home: Option<&Url>) -> Self {
        let mut url = url.clone();
        let own = home.is_some_and(|home| has_user(home) && user(home) == user(&url));
        if own {
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        Self { url, own }
    }

    /// The address, for a source that stands at `home`.
    pub fn at(&self, home: Option<&Url>) -> Url {
        let mut url = self.url.clone();
        if let Some(home) = home.filter(|_| self.own) {
            let _ = url.set_username(home.username());
            let _ = url.set_password(home.password());
        }
        url
    }
}

fn write_url<S: Serializer>(url: &Url, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(url.as_str())
}

fn read_url<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn user(url: &Url) -> (&str, Option<&str>) {
    (url.username(), url.password())
}

fn has_user(url: &Url) -> bool {
    user(url) != ("", None)
}

/// A document that another one refers to.
#[derive(Debug)]
pub struct Other {
    pub address: Address,
    pub found: Option<Address>,
    pub blob: Arc<Blob>,
}

/// A document, what it refers to, and what was laid over it. Two of one id make the same tools with the same options.
#[derive(Debug)]
pub struct Edition {
    pub id: Hash,
    /// The document as it was read.
    pub root: Arc<Blob>,
    /// Where redirects led, without what may be nobody's to read there.
    pub found: Option<Address>,
    pub others: Vec<Other>,
    /// What it refers to and could not be had, and why.
    pub lacking: Vec<(Address, String)>,
    /// Overlays, by the [`digest_of`] their places.
    pub overlays: Vec<(String, Arc<Blob>)>,
}

impl Edition {
    /// What a load has read; `hash` is that of the document.
    pub fn of(bundle: &Bundle, place: &SpecSource, hash: Hash) -> Self {
        let home = place.address();
        let address = |url: &Url| Address::of(url, home.as_ref());
        let blob = |bytes: &Bytes| Blob::new(bytes.clone(), fingerprint::sha256(bytes));
        // References are relative to it, and what it asks for is no part of that.
        let bare = |mut url: Url| {
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.set_query(None);
            Address { url, own: false }
        };
        let other = |volume: &BundledDocument| {
            let found = volume.final_url.as_ref().map(address);
            Some(Other { address: address(volume.address.as_ref()?), found, blob: blob(&volume.bytes) })
        };
        let edition = Self {
            id: Hash::default(),
            root: Blob::new(bundle.original_bytes().clone(), hash),
            found: bundle.document().final_url.clone().map(bare),
            others: bundle.references().iter().filter_map(other).collect(),
            lacking: bundle.unavailable().iter().map(|(url, error)| (address(url), reason(error))).collect(),
            overlays: bundle
                .overlays()
                .iter()
                .map(|(place, bytes)| (digest_of(place), blob(bytes)))
                .collect(),
        };
        edition.named()
    }

    /// The same by the id that it has.
    pub fn named(self) -> Self {
        let hex = |blob: &Blob| fingerprint::hex(&blob.hash);
        let others: Vec<_> =
            self.others.iter().map(|one| (&one.address, &one.found, hex(&one.blob))).collect();
        let overlays: Vec<_> = self.overlays.iter().map(|(place, blob)| (place, hex(blob))).collect();
        let parts = json!([hex(&self.root), self.found, others, self.lacking, overlays]);
        Self { id: fingerprint::sha256(parts.to_string().as_bytes()), ..self }
    }

    /// All bytes of it.
    pub fn blobs(&self) -> impl Iterator<Item = &Arc<Blob>> {
        let others = self.others.iter().map(|other| &other.blob);
        [&self.root].into_iter().chain(others).chain(self.overlays.iter().map(|(_, blob)| blob))
    }
}

/// Why a document could not be had, without its address.
fn reason(error: &Error) -> String {
    match error {
        Error::SourceUnreadable { reason, .. } | Error::SourceForbidden { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}

/// What tells one place from others without saying it: an address may have a password or a key. All texts stand nowhere,
/// and their digest is one.
pub fn digest_of(place: &SpecSource) -> String {
    let text = match place {
        SpecSource::Path(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("file {}", path.display())
        }
        SpecSource::Url(url) => format!("address {url}"),
        SpecSource::Text(_) => "text".to_owned(),
    };
    fingerprint::hex(&fingerprint::sha256(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_of_an_address_are_not_written_and_come_back_with_the_place() {
        let url = |text: &str| Url::parse(text).expect("an address");
        let home = url("https://me:secret@example.com/a.yaml");
        for (text, is_own) in [
            ("https://me:secret@example.com/b.yaml", true),
            ("https://you:word@example.com/b.yaml", false),
            ("https://example.com/b.yaml", false),
        ] {
            let address = Address::of(&url(text), Some(&home));
            let written = serde_json::to_string(&address).expect("is JSON");
            assert!(!written.contains("secret"), "{written}");
            assert_eq!((address.own, address.at(Some(&home))), (is_own, url(text)));
        }
    }
}
