//! Search settings: what a registry says of its searches.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::eager_index::EagerIndex;
use super::index_merge::IndexMerge;
use crate::error::{Error, Result};
use crate::json::{pointer, read_options};
use crate::search::{Field, FieldWeights, Thesaurus, VectorStore};

/// The most words of a registry's own thesaurus, and of what stands for each of them.
const MOST_WORDS: usize = 10_000;
const MOST_MEANT: usize = 64;
/// Where they are in the options of a registry.
const WORDS_AT: &str = "/search/synonyms/words";
/// The most that a field counts, as a multiple of its own weight.
const MOST_WEIGHT: f32 = 10.0;

/// What a registry says of its searches. Its revisions share it.
#[derive(Debug)]
pub struct SearchSettings {
    thesaurus: Arc<Thesaurus>,
    pub(super) weights: FieldWeights,
    pub(super) merge: IndexMerge,
    /// Makes the index of each new revision at once; none: the first search does.
    pub(super) eager: Option<EagerIndex>,
    /// What an embedder made of the texts of tools.
    pub(super) vectors: VectorStore,
}

impl Default for SearchSettings {
    fn default() -> Self {
        Self {
            thesaurus: Thesaurus::english(),
            weights: FieldWeights::default(),
            merge: IndexMerge::default(),
            eager: None,
            vectors: VectorStore::default(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SettingsInput {
    synonyms: Option<SynonymsInput>,
    fields: Option<BTreeMap<String, f32>>,
    #[serde(default)]
    eager: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SynonymsInput {
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    replace_defaults: bool,
}

impl SearchSettings {
    /// The words that stand for others.
    pub(super) fn thesaurus(&self) -> &Thesaurus {
        &self.thesaurus
    }

    /// Reads the settings; null gives the defaults.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown option or field, or a value that is none; `LIMIT_EXCEEDED` for too many
    /// synonyms, with their pointer in the options of the registry.
    pub fn parse(value: &Value) -> Result<Self> {
        if value.is_null() {
            return Ok(Self::default());
        }
        let input: SettingsInput =
            read_options(value).map_err(|fault| invalid("search", fault.to_string()))?;
        let mut weights = FieldWeights::default();
        for (name, share) in input.fields.unwrap_or_default() {
            let field = Field::ALL.into_iter().find(|field| field.name() == name);
            let field = field.ok_or_else(|| unknown_field(&name))?;
            if !(0.0..=MOST_WEIGHT).contains(&share) {
                let reason = format!("must be from 0 to {MOST_WEIGHT}: a multiple of the field's own weight");
                return Err(invalid(&format!("search.fields.{name}"), reason));
            }
            weights.set(field, share);
        }
        let thesaurus = input.synonyms.map(read_thesaurus).transpose()?;
        Ok(Self {
            thesaurus: thesaurus.unwrap_or_else(Thesaurus::english),
            weights,
            eager: input.eager.then(EagerIndex::default),
            ..Self::default()
        })
    }
}

fn read_thesaurus(input: SynonymsInput) -> Result<Arc<Thesaurus>> {
    let SynonymsInput { words, replace_defaults } = input;
    if words.len() > MOST_WORDS {
        return Err(too_many("number of words with synonyms", MOST_WORDS, WORDS_AT.to_owned()));
    }
    if let Some((word, _)) = words.iter().find(|(_, meant)| meant.len() > MOST_MEANT) {
        return Err(too_many("number of synonyms of a word", MOST_MEANT, pointer::push(WORDS_AT, word)));
    }
    let base = if replace_defaults { Thesaurus::default() } else { Thesaurus::clone(&Thesaurus::english()) };
    Ok(Arc::new(base.with_words(words)))
}

fn too_many(what: &'static str, limit: usize, at: String) -> Error {
    Error::LimitExceededAt {
        tool: Box::default(),
        pointer: at.into(),
        what,
        limit,
        advice: "remove some of them",
    }
}

fn unknown_field(name: &str) -> Error {
    let known = Field::ALL.map(Field::name).join(", ");
    invalid("search.fields", format!("has \"{name}\", which is no field: there are {known}"))
}

fn invalid(option: &str, reason: String) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason }
}
