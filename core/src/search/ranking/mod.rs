//! Ranking: the tools of an index that a query is about, the best first.
//!
//! The score of a tool is the sum of its words (`weighed_plan.rs`) times factors (`score.rs`).

mod ranker;
mod score;
mod scratch;
mod term_table;
mod weighed_plan;

pub(super) use ranker::{MetNeed, Ranked, Wanted, explain, for_each_found, rank, rank_alone};
pub(super) use score::Factors;
pub(super) use weighed_plan::WeighedPlan;
