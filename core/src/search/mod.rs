//! Search: which tools have the words of a request, ranked.
//!
//! A model chooses well among thirty tools, and a registry has thousands. So a request in words, such as "refund a payment",
//! leads to the few tools that are about it. [`SearchQuery`] reads the request, in one phrasing or several, and [`rank`]
//! orders the tools that have its words: in their names first, then in titles, categories, tags and sources, then in
//! descriptions. A rare word counts more than one that many tools have.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::search::{SearchQuery, SearchedTool, rank};
//! use toolrack_core::tool::ToolDefinition;
//!
//! let refund = json!({"name": "refundPayment", "description": "Returns money to a customer."});
//! let refund = ToolDefinition::parse(&refund, true)?;
//! let tools = [SearchedTool { definition: &refund, source: "shop", namespace: None, wire_name: "refundPayment" }];
//! let query = SearchQuery::parse(&json!("refund payments of customers"))?;
//! let ranked = rank(&query, &tools);
//! assert_eq!((ranked[0].index, ranked[0].missing.len()), (0, 0));
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | need | file |
//! |---|---|
//! | a request: its phrasings and their words; limits | `search_query` |
//! | a text → its words | `word_split` |
//! | which words of a request a tool has, and where | `tool_match` |
//! | the order of the tools | `ranking` |
//! | what a hit shows of a description | `first_sentence` |
//!
//! Limits: a word match. It knows no synonyms, no typing errors and no other language than that of the definitions. It reads
//! the texts of all tools for each query: 10,000 tools take some ms. Nothing is kept between two queries.

mod first_sentence;
mod ranking;
mod search_query;
mod tool_match;
mod word_split;

pub use first_sentence::first_sentence;
pub use ranking::{RankedTool, rank};
pub use search_query::{Phrasing, SearchQuery};
pub use tool_match::SearchedTool;
