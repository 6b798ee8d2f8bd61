//! Search in a snapshot: the tools of one revision that a request in words is about.

use serde::Serialize;

use super::SearchOptions;
use super::revision_index::text_of;
use crate::error::Result;
use crate::registry::{RegisteredTool, Snapshot};
use crate::search::{
    Correction, Found, NameMatch, RankedTool, ScoreExplanation, SearchIndex, SearchQuery, ToolSearcher,
    first_sentence, name_form,
};
use crate::target::TargetForm;

/// The most tools that a target is asked about.
const MOST_RANKED: usize = 200;

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
    /// The first sentence of its description, of 200 characters at most.
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

/// Why a tool is not among the hits of a search.
#[derive(Clone, Debug, Serialize)]
pub struct SearchAbsence {
    /// The revision that was searched.
    pub revision: u64,
    /// The tool's name.
    pub name: String,
    /// Its place among all tools that were found, from 1; absent where it has no word of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// The number of all tools that were found.
    pub total: usize,
    /// Whether the filter, or that it is disabled, leaves it out.
    #[serde(rename = "isFiltered")]
    pub is_filtered: bool,
    /// What its score is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<ScoreExplanation>,
}

impl Snapshot {
    /// Searches the enabled tools that the filter matches, and that the target takes. All others leave no trace.
    pub fn search(&self, query: &SearchQuery, options: &SearchOptions) -> SearchResult {
        let most = if options.target.is_some() { MOST_RANKED } else { options.limit };
        let Found { tools, mut total, corrected } = self.find_tools(query, options, most);
        let mut hits = Vec::new();
        for found in tools {
            let Some(tool) = self.by_position.get(&found.position) else { continue };
            let is_taken = |target| tool.rendered(TargetForm::from(target)).text.is_some();
            if !options.target.is_none_or(is_taken) {
                total -= 1;
            } else if hits.len() < options.limit {
                hits.push(SearchHit::new(tool, found, options));
            }
        }
        SearchResult { revision: self.revision(), query: query.texts.clone(), hits, total, corrected }
    }

    /// Says why a tool is not among the hits of a search, or which hit it is.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL`.
    pub fn explain_search(
        &self,
        query: &SearchQuery,
        name: &str,
        options: &SearchOptions,
    ) -> Result<SearchAbsence> {
        let tool = self.find(name).ok_or_else(|| self.unknown_tool(name))?;
        let Found { tools, total, .. } = self.find_tools(query, options, usize::MAX);
        let at = tools.iter().position(|found| found.position == tool.position);
        Ok(SearchAbsence {
            revision: self.revision(),
            name: tool.name().to_owned(),
            rank: at.map(|at| at + 1),
            total,
            is_filtered: !options.filter.matches(tool),
            why: at.map(|at| tools[at].explanation.clone().with_fields(&text_of(tool))),
        })
    }

    fn find_tools(&self, query: &SearchQuery, options: &SearchOptions, most: usize) -> Found {
        let revision_index = self.revision_index();
        let key = format!("{}{}", self.filter_keys(), options.filter_key);
        let is_admitted = |tool: &RegisteredTool| {
            options.filter.matches(tool)
                && (self.filter.is_none() || self.by_position.contains_key(&tool.position))
        };
        let visible = revision_index.visibility(&key, is_admitted);
        let index: &SearchIndex = revision_index.index();
        let thesaurus = revision_index.settings().thesaurus();
        let is_name = |position: u64, text: &str| {
            self.by_position.get(&position).map_or(NameMatch::None, |tool| match_names(tool, text))
        };
        let min_score = options.min_score;
        ToolSearcher { index, visible: &visible, thesaurus, min_score }.search(query, most, is_name)
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
