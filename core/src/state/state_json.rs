//! Sources and names as the JSON of a state file.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::edition::{Address, Blob, Edition, Hash, Other};
use super::edition_cache::Lineage;
use super::source_record::Record;
use crate::json::HashMap;
use crate::registry::Identity;
use crate::review::SourceVersion;
use crate::tool::fingerprint::{from_hex, hex};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    /// The ledger, as it saves itself.
    names: Value,
    /// The contents, in the order in which they stand in the file.
    blobs: Vec<WrittenBlob>,
    sources: Vec<WrittenSource>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBlob {
    hash: String,
    length: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WrittenSource {
    name: String,
    place: String,
    saved_at: u64,
    bytes: usize,
    seen: String,
    rolled_back: bool,
    pins: BTreeMap<String, String>,
    rejected: BTreeMap<String, String>,
    versions: Vec<SourceVersion>,
    editions: Vec<WrittenEdition>,
    made: WrittenMade,
    kept: Vec<(u64, WrittenMade)>,
}

/// The number of an edition, and the operations whose tools are made of it: method, path, id.
type WrittenMade = Vec<(usize, Vec<(String, String, Option<String>)>)>;

/// Contents are told by their numbers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEdition {
    root: usize,
    found: Option<Address>,
    others: Vec<(Address, Option<Address>, usize)>,
    lacking: Vec<(Address, String)>,
    overlays: Vec<(String, usize)>,
}

/// All that a state file knows.
pub struct Known {
    pub names: Value,
    pub records: BTreeMap<String, Arc<Record>>,
    /// The contents, in the order in which they stand in the file.
    pub blobs: Vec<Arc<Blob>>,
}

/// The line of JSON, and the contents that are to stand behind it: each once, however many editions have it.
pub fn header(names: Value, records: &BTreeMap<String, Arc<Record>>) -> (Vec<u8>, Vec<Arc<Blob>>) {
    let (mut blobs, mut numbers) = (Vec::new(), HashMap::default());
    let mut number = |blob: &Arc<Blob>| {
        *numbers.entry(blob.hash).or_insert_with(|| {
            blobs.push(Arc::clone(blob));
            blobs.len() - 1
        })
    };
    let sources = records.iter().map(|(name, record)| written(name, record, &mut number)).collect();
    let told = blobs.iter().map(|blob| WrittenBlob { hash: hex(&blob.hash), length: blob.length }).collect();
    let header = Header { names, blobs: told, sources };
    // Maps with texts as keys, numbers and texts: nothing that JSON has not.
    (serde_json::to_vec(&header).expect("a header is JSON"), blobs)
}

fn written(name: &str, record: &Record, number: &mut impl FnMut(&Arc<Blob>) -> usize) -> WrittenSource {
    let ids: HashMap<Hash, usize> = record.editions.keys().copied().zip(0..).collect();
    let made = |made: &Lineage| {
        let mut by_edition: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for (identity, edition) in made {
            let Identity { path, method, id } = identity;
            let operation = (method.to_string(), path.to_string(), id.as_deref().map(ToOwned::to_owned));
            if let Some(edition) = ids.get(edition) {
                by_edition.entry(*edition).or_default().push(operation);
            }
        }
        by_edition.into_iter().collect()
    };
    let mut edition = |edition: &Arc<Edition>| WrittenEdition {
        root: number(&edition.root),
        found: edition.found.clone(),
        others: edition
            .others
            .iter()
            .map(|other| (other.address.clone(), other.found.clone(), number(&other.blob)))
            .collect(),
        lacking: edition.lacking.clone(),
        overlays: edition.overlays.iter().map(|(place, blob)| (place.clone(), number(blob))).collect(),
    };
    WrittenSource {
        name: name.to_owned(),
        place: record.place.clone(),
        saved_at: record.saved_at,
        bytes: record.bytes,
        seen: hex(&record.seen),
        rolled_back: record.is_back,
        pins: record.pins.clone(),
        rejected: record.rejected.clone(),
        versions: record.versions.clone(),
        editions: record.editions.values().map(&mut edition).collect(),
        made: made(&record.made),
        kept: record.kept.iter().map(|(number, of)| (*number, made(of))).collect(),
    }
}

/// What a line of JSON says, with contents of so many bytes behind it.
pub fn known(header: &[u8], length: u64) -> Result<Known, String> {
    let Header { names, blobs, sources } =
        serde_json::from_slice(header).map_err(|error| format!("what it says cannot be read: {error}"))?;
    let blob = |blob: WrittenBlob| Ok(Blob::saved(hash(&blob.hash)?, blob.length));
    let blobs = blobs.into_iter().map(blob).collect::<Result<Vec<_>, String>>()?;
    let total = blobs.iter().try_fold(0_u64, |sum, blob| sum.checked_add(blob.length));
    if total != Some(length) {
        return Err("its contents are not as long as it says".to_owned());
    }
    let records = sources.into_iter().map(|source| {
        let name = source.name.clone();
        Ok((name, Arc::new(record(source, &blobs)?)))
    });
    Ok(Known { names, records: records.collect::<Result<_, String>>()?, blobs })
}

fn record(source: WrittenSource, blobs: &[Arc<Blob>]) -> Result<Record, String> {
    let blob = |number: usize| blobs.get(number).cloned().ok_or_else(|| absent("content", number));
    let edition = |written: WrittenEdition| {
        let other = |(address, found, number)| Ok(Other { address, found, blob: blob(number)? });
        let overlay = |(place, number)| Ok((place, blob(number)?));
        let edition = Edition {
            id: Hash::default(),
            root: blob(written.root)?,
            found: written.found,
            others: written.others.into_iter().map(other).collect::<Result<_, String>>()?,
            lacking: written.lacking,
            overlays: written.overlays.into_iter().map(overlay).collect::<Result<_, String>>()?,
        };
        Ok(Arc::new(edition.named()))
    };
    let editions = source.editions.into_iter().map(edition).collect::<Result<Vec<_>, String>>()?;
    let made = |written: WrittenMade| {
        let mut made = Lineage::new();
        for (number, operations) in written {
            let id = editions.get(number).ok_or_else(|| absent("edition", number))?.id;
            made.extend(operations.into_iter().map(|(method, path, own)| {
                (Identity { path: path.into(), method: method.into(), id: own.map(Into::into) }, id)
            }));
        }
        Ok::<_, String>(Arc::new(made))
    };
    Ok(Record {
        place: source.place,
        saved_at: source.saved_at,
        bytes: source.bytes,
        seen: hash(&source.seen)?,
        is_back: source.rolled_back,
        pins: source.pins,
        rejected: source.rejected,
        versions: source.versions,
        made: made(source.made)?,
        kept: source
            .kept
            .into_iter()
            .map(|(number, written)| Ok((number, made(written)?)))
            .collect::<Result<_, String>>()?,
        editions: editions.iter().map(|edition| (edition.id, Arc::clone(edition))).collect(),
    })
}

fn hash(text: &str) -> Result<Hash, String> {
    from_hex(text).ok_or_else(|| "a hash in it is none".to_owned())
}

fn absent(what: &str, number: usize) -> String {
    format!("it has no {what} {number}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn source(over: &Value) -> Value {
        let edition = json!({"root": 0, "found": null, "others": [[{"url": "https://example.com/b"}, null, 1]],
            "lacking": [[{"url": "file:///c", "own": true}, "gone"]], "overlays": [["digest", 0]]});
        let mut source = json!({"name": "__proto__", "place": "digest", "savedAt": 5, "bytes": 3, "seen": "0".repeat(64),
            "rolledBack": true, "pins": {"a": "b"}, "rejected": {"toString": "c"}, "versions": [], "editions": [edition],
            "made": [[0, [["GET", "/a", "a"], ["PUT", "/a", null]]]], "kept": [[1, [[0, [["GET", "/a", "a"]]]]]]});
        for (key, value) in over.as_object().expect("a map") {
            source[key] = value.clone();
        }
        source
    }

    fn file(over: &Value) -> Vec<u8> {
        let blob = |digit: &str, length: u64| json!({"hash": digit.repeat(64), "length": length});
        let blobs = [blob("a", 3), blob("b", 4)];
        json!({"names": {}, "blobs": blobs, "sources": [source(over)]}).to_string().into_bytes()
    }

    #[test]
    fn what_is_written_is_read() {
        let Known { names, records, blobs } = known(&file(&json!({})), 7).expect("is whole");
        assert_eq!((names.clone(), records.len(), blobs.len()), (json!({}), 1, 2));
        let (again, contents) = header(names, &records);
        assert_eq!(contents.iter().map(|blob| blob.length).collect::<Vec<_>>(), [3, 4]);
        let other = known(&again, 7).expect("is whole");
        assert!(other.records["__proto__"].is_same_as(&records["__proto__"]));
        assert_eq!(other.records["__proto__"].made.len(), 2);
    }

    #[test]
    fn a_header_that_means_nothing_is_told_and_harms_nothing() {
        for (over, expected) in [
            (json!({"made": [[1, []]]}), "it has no edition 1"),
            (json!({"kept": [[1, [[7, []]]]]}), "it has no edition 7"),
            (
                json!({"editions": [{"root": 2, "found": null, "others": [], "lacking": [], "overlays": []}]}),
                "it has no content 2",
            ),
            (json!({"seen": "00"}), "a hash in it is none"),
            (json!({"more": 1}), "what it says cannot be read: unknown field `more`"),
            (json!({"pins": []}), "what it says cannot be read: invalid type"),
        ] {
            let Err(reason) = known(&file(&over), 7) else { panic!("{over}") };
            assert!(reason.starts_with(expected), "{reason}");
        }
        let lengths = json!({"names": {}, "sources": [], "blobs": [{"hash": "a".repeat(64), "length": u64::MAX}, {"hash": "b".repeat(64), "length": 2}]});
        for header in [file(&json!({})), lengths.to_string().into_bytes()] {
            assert_eq!(known(&header, 1).err().as_deref(), Some("its contents are not as long as it says"));
        }
        assert!(known(b"", 0).is_err() && known(b"[]", 0).is_err() && known(&[0xff; 9], 0).is_err());
    }
}
