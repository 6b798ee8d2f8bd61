//! Offers: what a provider, a planner or a report gets of a revision.
//!
//! A request to a provider needs the definitions in its form and within its limits. An agent that keeps them only needs the
//! delta since the revision it knows. A planner reads a catalog with token estimates.
//!
//! | need | file |
//! |---|---|
//! | definitions for one request; `overLimit`, `deferLoading`, `cache`; why a tool is sent as it is | `offer` |
//! | changes since a former revision | `delta` |
//! | tools that a target would refuse (quarantined), for a report | `target_judgement` |
//! | catalog for a planner; estimated tokens | `catalog`, `token_count` |
//!
//! Limits: token counts are estimates. A delta reaches back as far as former revisions are kept.

mod catalog;
mod delta;
mod offer;
mod target_judgement;
mod token_count;

pub use catalog::{CatalogMode, CatalogOptions};
pub use delta::{Delta, DeltaSince};
pub use offer::{Explanation, OfferOptions, OverLimit};
pub use target_judgement::{ReportTargets, TargetJudgement, TargetJudgements};
pub use token_count::{RULE as TOKEN_RULE, TokenCount, TokenMeter, ToolTokens, bytes_of_tokens};
