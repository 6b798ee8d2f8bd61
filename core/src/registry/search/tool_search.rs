//! Search in a snapshot: the tools of one revision that a request in words is about.

use serde::Serialize;

use super::SearchOptions;
use super::revision_index::text_of;
use crate::registry::{RegisteredTool, Snapshot};
use crate::search::{
    Correction, Found, NameMatch, RankedTool, ScoreExplanation, SearchIndex, SearchQuery, ToolSearcher,
    first_sentence, name_form,
};

/// The most tools that a target is asked about, and that words or vectors choose where both count.
pub(super) const MOST_RANKED: usize = 200;

/// What of a search is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct FindOptions<'f> {
    /// The most tools.
    pub most: usize,
    /// The least score.
    pub min_score: f64,
    /// The positions of further tools.
    pub further: &'f [u64],
}

/// What a search has found.
#[derive(Clone, Debug, Serialize)]
pub struct SearchResult {
    /// The revision that was searched.
    pub revision: u64,
    /// The phrasings of the query.
    pub query: Vec<String>,
    /// The best tools, the best first.
    pub hits: Vec<SearchHit>,
    /// The number of all tools that have a word of the query, or a word that stands for it. Of those that a target refuses,
    /// the best 200 are left out.
    pub total: usize,
    /// The words that no tool has and that were taken for others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Correction>,
}

/// A tool that was found. Keys without a value are absent.
#[derive(Clone, Debug, Serialize)]
pub struct SearchHit {
    /// Its name; that of the target, if there is one.
    pub name: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The first sentence of its description as plain text, of 200 characters at most.
    pub description: String,
    /// Its source.
    pub source: String,
    /// Its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Compares it with the other hits of one result.
    pub score: f64,
    /// The share of the query's words that it has, from 0 to 1.
    pub coverage: f64,
    /// The words of the query that it has.
    pub matched: Vec<String>,
    /// The words of the query that it does not have.
    pub missing: Vec<String>,
    /// What its score is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<ScoreExplanation>,
}

impl Snapshot {
    /// Searches the enabled tools that the filter matches, and that the target takes. All others leave no trace.
    pub fn search(&self, query: &SearchQuery, options: &SearchOptions) -> SearchResult {
        let most = if options.target.is_some() { MOST_RANKED } else { options.limit };
        let wanted = FindOptions { most, min_score: options.min_score, further: &[] };
        self.result_of(query, options, self.find_tools(query, options, wanted))
    }

    /// The hits of what was found: those that the target takes, as many as the limit says.
    pub(super) fn result_of(
        &self,
        query: &SearchQuery,
        options: &SearchOptions,
        found: Found,
    ) -> SearchResult {
        let Found { tools, mut total, corrected } = found;
        let mut hits = Vec::new();
        for found in tools {
            let Some(tool) = self.by_position.get(&found.position) else { continue };
            if !options.is_taken(tool) {
                total -= 1;
            } else if hits.len() < options.limit {
                hits.push(SearchHit::new(tool, found, options));
            }
        }
        SearchResult { revision: self.revision(), query: query.texts.clone(), hits, total, corrected }
    }

    pub(super) fn find_tools(
        &self,
        query: &SearchQuery,
        options: &SearchOptions,
        wanted: FindOptions<'_>,
    ) -> Found {
        let FindOptions { most, min_score, further } = wanted;
        self.with_searcher(options, min_score, |searcher, is_name| {
            searcher.search_with(query, most, further, is_name)
        })
    }

    /// Calls `search` with a searcher of the tools that a search with these options may find.
    pub(super) fn with_searcher<T>(
        &self,
        options: &SearchOptions,
        min_score: f64,
        search: impl FnOnce(&ToolSearcher<'_>, &dyn Fn(u64, &str) -> NameMatch) -> T,
    ) -> T {
        let revision_index = self.revision_index();
        let key = format!("{}{}", self.filter_keys(), options.filter_key);
        let visible = revision_index.visibility(&key, |tool| self.is_searched(tool, options));
        let index: &SearchIndex = revision_index.index();
        let thesaurus = revision_index.settings().thesaurus();
        let is_name = |position: u64, text: &str| {
            self.by_position.get(&position).map_or(NameMatch::None, |tool| match_names(tool, text))
        };
        search(&ToolSearcher { index, visible: &visible, thesaurus, min_score }, &is_name)
    }

    /// Whether a search with these options may find a tool.
    pub(super) fn is_searched(&self, tool: &RegisteredTool, options: &SearchOptions) -> bool {
        options.filter.matches(tool)
            && (self.filter.is_none() || self.by_position.contains_key(&tool.position))
    }

    /// What tells the filters of this snapshot apart from others of its revision or view.
    fn filter_keys(&self) -> String {
        let mut keys = String::new();
        let mut filter = self.filter.clone();
        while let Some(one) = filter {
            keys.push_str(&one.key);
            keys.push('\n');
            filter = one.outer();
        }
        keys
    }
}

/// Whether a text is a name of a tool, or the `operationId` it was made from.
fn match_names(tool: &RegisteredTool, text: &str) -> NameMatch {
    let form = name_form(text);
    let id = tool.operation.as_ref().and_then(|operation| operation.id.as_deref());
    let is_written = |name: &str| name.trim() == text.trim();
    let is_same = |name: &str| name_form(name) == form;
    let names = || [Some(tool.name()), id].into_iter().flatten();
    if names().any(is_written) {
        NameMatch::Name
    } else if names().any(is_same) {
        NameMatch::NameInAnyCase
    } else if is_written(tool.wire_name()) {
        NameMatch::WireName
    } else if is_same(tool.wire_name()) {
        NameMatch::WireNameInAnyCase
    } else {
        NameMatch::None
    }
}

impl SearchHit {
    fn new(tool: &RegisteredTool, found: RankedTool, options: &SearchOptions) -> Self {
        let definition = &tool.definition;
        let RankedTool { score, coverage, matched, missing, explanation, .. } = found;
        let explain = || explanation.with_fields(&text_of(tool));
        Self {
            name: if options.target.is_some() { tool.wire_name() } else { tool.name() }.to_owned(),
            title: definition.title.clone(),
            description: first_sentence(&definition.description),
            source: tool.origin.source.to_string(),
            category: definition.category.clone(),
            score,
            coverage,
            matched,
            missing,
            why: options.has_explanations.then(explain),
        }
    }
}
