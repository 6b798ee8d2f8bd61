//! Search: the few tools of many that a request in words is about, ranked.
//!
//! A model chooses well among thirty tools, and a registry has thousands. A [`SearchIndex`] holds the words of all tools of a
//! revision; [`ToolSearcher`] ranks its tools for a [`SearchQuery`]: BM25F over the fields of a tool, with stemming, a
//! thesaurus, typos, the kind of operation that is wanted, and how much of the query and of the tool's name is met. An index
//! follows a change by a segment of the changed tools. Nothing of it depends on the order of changes.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::search::{
//!     FieldWeights, NameMatch, SearchIndex, SearchQuery, Thesaurus, ToolSearcher, ToolText,
//! };
//!
//! let refund = ToolText { name: "refundPayment", description: "Returns money to a customer.", ..ToolText::default() };
//! let index = SearchIndex::build([(7, refund)], FieldWeights::default());
//! let thesaurus = Thesaurus::english();
//! let visible = index.visibility([7]);
//! let searcher = ToolSearcher { index: &index, visible: &visible, thesaurus: &thesaurus, min_score: 0.0 };
//! let query = SearchQuery::parse(&json!("refund the payments of a customer"))?;
//! let found = searcher.search(&query, 5, |_, _| NameMatch::None);
//! assert_eq!((found.tools.len(), found.tools[0].position), (1, 7));
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | need | place |
//! |---|---|
//! | a request: its phrasings, its needs, typos | `query` |
//! | a text → its words, and their stems | `words` |
//! | words that stand for others | `thesaurus` |
//! | the fields of a tool and what they count; its intent | `analysis` |
//! | segments, postings, changes and merges | `index` |
//! | scores, and what they are made of | `ranking`, `explanation` |
//! | one search from the query to the best tools; the place of one tool | `tool_searcher`, `tool_place` |
//! | what a hit shows of a description, without its markup | `first_sentence`, `markup` |
//! | embeddings of texts, and how near they are to a query | `vector_store` |
//!
//! Limits: stemming and thesaurus are of English; a query in another language than the definitions needs aliases or an
//! embedder. Of a description 6,000 bytes are read, of a schema three levels, 500 words of each text and 60 values. A segment
//! has fewer than 2^32 tools and bytes of terms.

mod analysis;
mod explanation;
mod first_sentence;
mod index;
mod markup;
mod query;
mod ranking;
mod stop_words;
mod thesaurus;
mod tool_place;
mod tool_searcher;
mod tool_text;
mod vector_store;
mod words;

pub use analysis::{Field, FieldWeights};
pub use explanation::{ExplainedFactor, ExplainedWord, ScoreExplanation};
pub use first_sentence::first_sentence;
pub use index::{MergedIndex, Renumbering, SearchIndex, Visibility};
pub use query::{Correction, SearchQuery};
pub use thesaurus::Thesaurus;
pub use tool_place::ToolPlace;
pub use tool_searcher::{Found, NameMatch, RankedTool, ToolSearcher};
pub use tool_text::{OperationText, ToolText};
pub use vector_store::{TextKey, VectorStore};
pub use words::name_form;
