//! The truth about which tools there are.
//!
//! Readers take a [`Snapshot`], one immutable revision, without a lock; one writer at a time makes the next one. A
//! snapshot shares all that did not change with the one before it, so that registering one tool among 100,000 costs
//! microseconds and a turn that holds on to its revision costs nothing.

mod catalog;
mod change_set;
mod delta;
mod filter;
mod filtered_snapshot;
mod former_revisions;
mod names;
mod offers;
mod on_conflict;
mod persistent_map;
mod registered_tool;
#[expect(clippy::module_inception, reason = "the house calls this file registry")]
mod registry;
mod revision_record;
mod snapshot;
mod snapshot_filter;
mod source_replacement;
mod target_judgement;
mod token_count;
mod versions;

pub use catalog::{CatalogMode, CatalogOptions};
pub use change_set::{ChangeListener, ChangeSet};
pub use delta::{Delta, DeltaSince};
pub use filter::Filter;
pub use names::{Identity, NameDraft, NameLedger, NameWish, UnnamedOperation};
pub use offers::{Explanation, OfferOptions, OverLimit};
pub use on_conflict::OnConflict;
pub use registered_tool::{Origin, RegisteredTool, Stale, UnreadOperation};
pub use registry::ToolRegistry;
pub use snapshot::Snapshot;
pub use snapshot_filter::SnapshotFilter;
pub use source_replacement::{AppliedReplacement, ReplacementPlan, SourceReplacement};
pub use target_judgement::{ReportTargets, TargetJudgement, TargetJudgements};
pub use token_count::{RULE as TOKEN_RULE, TokenCount, TokenMeter, ToolTokens};
pub use versions::{
    Fallback, HealthClock, Route, RouteStatus, UnmetRule, VersionChoices, VersionEvent, VersionSelector,
    VersionStatus, ViewRequest, family_of, label_of, share_point,
};
