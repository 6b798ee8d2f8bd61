//! Search: one search of a revision, by words or by words and vectors; and the texts that an embedder gets.

use std::sync::Arc;

use napi::bindgen_prelude::{Float32Array, PromiseRaw};
use napi::{Env, Result};
use napi_derive::napi;
use toolrack_core::error::Error;
use toolrack_core::registry::{SearchOptions, Snapshot};
use toolrack_core::search::{SearchQuery, TextKey};

use crate::convert::{blocking_promise, option_error, read, to_counter, to_napi, to_number, written};
use crate::registry::NativeRegistry;
use crate::snapshot::NativeSnapshot;

/// A search that is checked. It holds its revision.
#[napi]
pub struct NativeSearch {
    core: Arc<Snapshot>,
    query: Arc<SearchQuery>,
    options: Arc<SearchOptions>,
}

/// Texts without a vector.
#[napi(object)]
pub struct NativeTextBatch {
    /// What tells the texts apart.
    pub keys: Vec<String>,
    /// The texts, in the same order.
    pub texts: Vec<String>,
    /// Where the next batch goes on; nothing at the end.
    pub next: Option<f64>,
}

#[napi]
impl NativeSearch {
    /// The phrasings of the query.
    #[napi(getter, catch_unwind)]
    pub fn texts(&self) -> Vec<String> {
        self.query.texts.clone()
    }

    /// Searches by words. Returns the result as JSON.
    #[napi(catch_unwind)]
    pub fn by_words(&self) -> Result<String> {
        to_napi(written(&self.core.search(&self.query, &self.options)))
    }

    /// Searches by words and by vectors of phrasings, one behind the other, on a thread of its own. Returns the
    /// result as JSON.
    #[napi(ts_return_type = "Promise<string>", catch_unwind)]
    pub fn near<'env>(
        &self,
        env: &'env Env,
        vectors: Float32Array,
        weight: f64,
    ) -> Result<PromiseRaw<'env, String>> {
        let (core, query, options) =
            (Arc::clone(&self.core), Arc::clone(&self.query), Arc::clone(&self.options));
        // A copy: the array belongs to the JavaScript thread.
        let values = vectors.to_vec();
        blocking_promise(env, async move {
            let dimension = core.vector_dimension().unwrap_or(1);
            let vectors: Vec<&[f32]> = values.chunks_exact(dimension).collect();
            written(&core.search_near(&query, &vectors, weight, &options))
        })
    }
}

#[napi]
impl NativeSnapshot {
    /// Checks a search of this revision.
    #[napi(catch_unwind)]
    pub fn prepare_search(&self, query: String, options: Option<String>) -> Result<NativeSearch> {
        let (query, options) = read_search(&query, options.as_deref())?;
        Ok(NativeSearch { core: self.core()?, query: Arc::new(query), options: Arc::new(options) })
    }

    /// Searches tools by words. Returns the result as JSON.
    #[napi(catch_unwind)]
    pub fn search(&self, query: String, options: Option<String>) -> Result<String> {
        let (query, options) = read_search(&query, options.as_deref())?;
        to_napi(written(&self.core()?.search(&query, &options)))
    }

    /// Says where a tool stands in a search, as JSON.
    #[napi(catch_unwind)]
    pub fn explain_search(&self, query: String, name: String, options: Option<String>) -> Result<String> {
        let (query, options) = read_search(&query, options.as_deref())?;
        to_napi(self.core()?.explain_search(&query, &name, &options).and_then(|place| written(&place)))
    }
}

fn read_search(query: &str, options: Option<&str>) -> Result<(SearchQuery, SearchOptions)> {
    let query = to_napi(SearchQuery::parse(&read(Some(query), option_error("query"))?))?;
    let options = to_napi(SearchOptions::parse(&read(options, option_error("options"))?))?;
    Ok((query, options))
}

#[napi]
impl NativeRegistry {
    /// Returns texts of the newest revision without a vector, from a position on, `most` at most.
    #[napi(catch_unwind)]
    pub fn texts_to_embed(&self, from: f64, most: u32) -> NativeTextBatch {
        let snapshot = self.core.snapshot();
        let batch = snapshot.texts_to_embed(to_counter(from), most as usize);
        if batch.texts.is_empty() && batch.next.is_none() {
            snapshot.drop_unused_vectors();
        }
        let (keys, texts) = batch.texts.into_iter().map(|(key, text)| (key.to_hex(), text)).unzip();
        NativeTextBatch { keys, texts, next: batch.next.map(to_number) }
    }

    /// Keeps the vectors of texts, one behind the other. Fails for another dimension than before.
    #[napi(catch_unwind)]
    pub fn add_vectors(&self, keys: Vec<String>, vectors: Float32Array) -> Result<()> {
        let keys: Option<Vec<TextKey>> = keys.iter().map(|key| TextKey::from_hex(key)).collect();
        let unknown = || Error::Internal { reason: "a key of a text is none".to_owned() };
        let keys = to_napi(keys.ok_or_else(unknown))?;
        to_napi(self.core.snapshot().add_vectors(&keys, &vectors))
    }

    /// The dimension of the vectors; nothing before the first one.
    #[napi(getter, catch_unwind)]
    pub fn vector_dimension(&self) -> Option<u32> {
        let dimension = self.core.snapshot().vector_dimension();
        dimension.and_then(|dimension| u32::try_from(dimension).ok())
    }
}
