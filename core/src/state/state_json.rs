//! The header of a state file as JSON: names, sources, and the list of blobs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::blob::{Blob, BlobHash};
use super::saved_address::SavedAddress;
use super::saved_inputs::{SavedInputs, SavedReference};
use super::source_inputs::InputsByOperation;
use super::source_record::SourceRecord;
use crate::json::HashMap;
use crate::registry::Identity;
use crate::review::SourceVersion;
use crate::tool::sha256::{from_hex, hex};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    /// The name ledger, as it serializes itself.
    names: Value,
    /// The blobs, in the order of the file.
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
    #[serde(rename = "place")]
    source: String,
    saved_at: u64,
    bytes: usize,
    #[serde(rename = "seen")]
    last_read: String,
    rolled_back: bool,
    pins: BTreeMap<String, String>,
    rejected: BTreeMap<String, String>,
    versions: Vec<SourceVersion>,
    editions: Vec<WrittenEdition>,
    #[serde(rename = "made")]
    active: WrittenInputsByOperation,
    kept: Vec<(u64, WrittenInputsByOperation)>,
}

/// The index of an edition (as the file calls saved inputs), and the operations whose tools were made of it: method, path,
/// id.
type WrittenInputsByOperation = Vec<(usize, Vec<(String, String, Option<String>)>)>;

/// Saved inputs, which the file calls an edition. Blobs are written as their index.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEdition {
    root: usize,
    #[serde(rename = "found")]
    final_address: Option<SavedAddress>,
    #[serde(rename = "others")]
    references: Vec<(SavedAddress, Option<SavedAddress>, usize)>,
    #[serde(rename = "lacking")]
    unavailable: Vec<(SavedAddress, String)>,
    overlays: Vec<(String, usize)>,
}

/// The contents of a state file.
pub struct SavedState {
    pub names: Value,
    pub records: BTreeMap<String, Arc<SourceRecord>>,
    /// The blobs, in the order of the file.
    pub blobs: Vec<Arc<Blob>>,
}

/// Writes the header. Gives the blobs that follow it, each once, however many inputs have it.
pub fn write_header(
    names: Value,
    records: &BTreeMap<String, Arc<SourceRecord>>,
) -> (Vec<u8>, Vec<Arc<Blob>>) {
    let (mut blobs, mut indexes) = (Vec::new(), HashMap::default());
    let inputs = records.values().flat_map(|record| record.inputs.values());
    for blob in inputs.flat_map(|inputs| inputs.blobs()) {
        indexes.entry(blob.hash).or_insert_with(|| {
            blobs.push(Arc::clone(blob));
            blobs.len() - 1
        });
    }
    let sources = records.iter().map(|(name, record)| written_source(name, record, &indexes)).collect();
    let written = blobs.iter().map(|blob| WrittenBlob { hash: hex(&blob.hash), length: blob.length });
    let header = Header { names, blobs: written.collect(), sources };
    (serde_json::to_vec(&header).expect("maps with texts as keys, texts and numbers are JSON"), blobs)
}

fn written_source(name: &str, record: &SourceRecord, indexes: &HashMap<BlobHash, usize>) -> WrittenSource {
    let ids: HashMap<BlobHash, usize> = record.inputs.keys().copied().zip(0..).collect();
    let index = |blob: &Blob| indexes[&blob.hash];
    let operations = |inputs: &InputsByOperation| {
        let mut by_index: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for (identity, id) in inputs {
            let Identity { path, method, id: own } = identity;
            let operation = (method.to_string(), path.to_string(), own.as_deref().map(ToOwned::to_owned));
            if let Some(index) = ids.get(id) {
                by_index.entry(*index).or_default().push(operation);
            }
        }
        by_index.into_iter().collect()
    };
    let reference = |one: &SavedReference| (one.address.clone(), one.final_address.clone(), index(&one.blob));
    let edition = |inputs: &Arc<SavedInputs>| WrittenEdition {
        root: index(&inputs.root),
        final_address: inputs.final_address.clone(),
        references: inputs.references.iter().map(reference).collect(),
        unavailable: inputs.unavailable.clone(),
        overlays: inputs.overlays.iter().map(|(source, blob)| (source.clone(), index(blob))).collect(),
    };
    WrittenSource {
        name: name.to_owned(),
        source: record.source.clone(),
        saved_at: record.saved_at,
        bytes: record.bytes,
        last_read: hex(&record.last_read),
        rolled_back: record.is_rolled_back,
        pins: record.pins.clone(),
        rejected: record.rejected.clone(),
        versions: record.versions.clone(),
        editions: record.inputs.values().map(edition).collect(),
        active: operations(&record.active),
        kept: record.kept.iter().map(|(number, kept)| (*number, operations(kept))).collect(),
    }
}

/// Reads the header of a file with `length` bytes of blobs. The error is a reason for people.
pub fn read_header(header: &[u8], length: u64) -> Result<SavedState, String> {
    let Header { names, blobs, sources } =
        serde_json::from_slice(header).map_err(|error| format!("its header cannot be read: {error}"))?;
    let blob = |blob: WrittenBlob| Ok(Blob::in_file(parse_hash(&blob.hash)?, blob.length));
    let blobs = blobs.into_iter().map(blob).collect::<Result<Vec<_>, String>>()?;
    let total = blobs.iter().try_fold(0_u64, |sum, blob| sum.checked_add(blob.length));
    if total != Some(length) {
        return Err("its blobs do not have the length that its header states".to_owned());
    }
    let records = sources.into_iter().map(|source| {
        let name = source.name.clone();
        Ok((name, Arc::new(read_source(source, &blobs)?)))
    });
    Ok(SavedState { names, records: records.collect::<Result<_, String>>()?, blobs })
}

fn read_source(source: WrittenSource, blobs: &[Arc<Blob>]) -> Result<SourceRecord, String> {
    let blob = |index: usize| blobs.get(index).cloned().ok_or_else(|| missing("blob", index));
    let saved_inputs = |written: WrittenEdition| {
        let reference = |(address, final_address, index)| {
            Ok(SavedReference { address, final_address, blob: blob(index)? })
        };
        let overlay = |(source, index)| Ok((source, blob(index)?));
        let inputs = SavedInputs {
            id: BlobHash::default(),
            root: blob(written.root)?,
            final_address: written.final_address,
            references: written.references.into_iter().map(reference).collect::<Result<_, String>>()?,
            unavailable: written.unavailable,
            overlays: written.overlays.into_iter().map(overlay).collect::<Result<_, String>>()?,
        };
        Ok(Arc::new(inputs.with_id()))
    };
    let inputs = source.editions.into_iter().map(saved_inputs).collect::<Result<Vec<_>, String>>()?;
    let by_operation = |written: WrittenInputsByOperation| {
        let mut all = InputsByOperation::new();
        for (index, operations) in written {
            let id = inputs.get(index).ok_or_else(|| missing("edition", index))?.id;
            all.extend(operations.into_iter().map(|(method, path, own)| {
                (Identity { path: path.into(), method: method.into(), id: own.map(Into::into) }, id)
            }));
        }
        Ok::<_, String>(Arc::new(all))
    };
    Ok(SourceRecord {
        source: source.source,
        saved_at: source.saved_at,
        bytes: source.bytes,
        last_read: parse_hash(&source.last_read)?,
        is_rolled_back: source.rolled_back,
        pins: source.pins,
        rejected: source.rejected,
        versions: source.versions,
        active: by_operation(source.active)?,
        kept: source
            .kept
            .into_iter()
            .map(|(number, written)| Ok((number, by_operation(written)?)))
            .collect::<Result<_, String>>()?,
        inputs: inputs.iter().map(|inputs| (inputs.id, Arc::clone(inputs))).collect(),
    })
}

fn parse_hash(text: &str) -> Result<BlobHash, String> {
    from_hex(text).ok_or_else(|| "a hash in its header is not 64 hex digits".to_owned())
}

fn missing(what: &str, index: usize) -> String {
    format!("it has no {what} {index}")
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
    fn a_written_header_is_read() {
        let SavedState { names, records, blobs } = read_header(&file(&json!({})), 7).expect("is whole");
        assert_eq!((names.clone(), records.len(), blobs.len()), (json!({}), 1, 2));
        let (again, written) = write_header(names, &records);
        assert_eq!(written.iter().map(|blob| blob.length).collect::<Vec<_>>(), [3, 4]);
        let other = read_header(&again, 7).expect("is whole");
        assert!(other.records["__proto__"].is_same_as(&records["__proto__"]));
        assert_eq!(other.records["__proto__"].active.len(), 2);
    }

    #[test]
    fn an_invalid_header_is_refused_with_the_reason() {
        for (over, expected) in [
            (json!({"made": [[1, []]]}), "it has no edition 1"),
            (json!({"kept": [[1, [[7, []]]]]}), "it has no edition 7"),
            (
                json!({"editions": [{"root": 2, "found": null, "others": [], "lacking": [], "overlays": []}]}),
                "it has no blob 2",
            ),
            (json!({"seen": "00"}), "a hash in its header is not 64 hex digits"),
            (json!({"more": 1}), "its header cannot be read: unknown field `more`"),
            (json!({"pins": []}), "its header cannot be read: invalid type"),
        ] {
            let Err(reason) = read_header(&file(&over), 7) else { panic!("{over}") };
            assert!(reason.starts_with(expected), "{reason}");
        }
        let lengths = json!({"names": {}, "sources": [], "blobs": [{"hash": "a".repeat(64), "length": u64::MAX}, {"hash": "b".repeat(64), "length": 2}]});
        for header in [file(&json!({})), lengths.to_string().into_bytes()] {
            assert_eq!(
                read_header(&header, 1).err().as_deref(),
                Some("its blobs do not have the length that its header states")
            );
        }
        assert!(
            read_header(b"", 0).is_err()
                && read_header(b"[]", 0).is_err()
                && read_header(&[0xff; 9], 0).is_err()
        );
    }
}
