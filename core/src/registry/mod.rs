//! The tool registry: which tools exist now, as immutable snapshots that one writer replaces.
//!
//! An agent lists tools and calls them later. A reload in between must not change what the agent listed. So readers take a
//! [`Snapshot`], one immutable revision, without a lock. One writer at a time publishes the next revision with its
//! [`ChangeSet`]. Revisions share all unchanged tools, so that registering one tool among 100,000 takes microseconds.
//!
//! ```
//! use toolrack_core::registry::{Filter, OnConflict, ToolRegistry};
//! use serde_json::json;
//!
//! let registry = ToolRegistry::new(OnConflict::Refuse);
//! let before = registry.snapshot(); // stays as it is, whatever the registry does
//! let filter = Filter::parse(&json!({"category": "crm"}))?;
//! assert_eq!(before.matching(&filter).count(), 0);
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | need | file |
//! |---|---|
//! | register, replace, unregister a tool | `registry`, `on_conflict` |
//! | read one revision | `snapshot`, `registered_tool`, `tool_origin` |
//! | make the next revision; wire names | `snapshot_changes`, `change_set` |
//! | replace all tools of a source; the plan that gates judge; stale tools | `source_changes`, `source_replacement`, `stale_operation` |
//! | replace the tools of several sources in one revision, all or nothing | `source_batch` |
//! | changes of several loads in one revision (group commit) | `revision_group`, `group_membership`, `pending_revision` |
//! | two loaders with a source of one name | `source_claims` |
//! | filter tools; a snapshot that only has the tools of a filter | `filter`, `snapshot_filter`, `filtered_snapshot` |
//! | search: the tools that a request in words is about | `search` |
//! | definitions for a provider; the delta since a former revision; `tools/list` of MCP; catalog; token estimates | `offers/` |
//! | a former revision is rebuilt, or is `STALE_REVISION` | `former_revisions` |
//! | audit records of revisions | `revision_record` |
//! | stable tool names over reloads and restarts | `names/` |
//! | versions side by side: routes, a version that no source meets, fallback on failures | `versions/` |
//!
//! A rollback of a source to an earlier load, and its `UNKNOWN_VERSION`, is `review/version_history`.
//!
//! Limits: a registry lives in one process. Former revisions are kept up to 8 MB of definitions; an older one is `STALE_REVISION`.

mod change_set;
mod filter;
mod filtered_snapshot;
mod former_revisions;
mod group_membership;
mod names;
mod offers;
mod on_conflict;
mod pending_revision;
mod persistent_map;
mod registered_tool;
#[expect(clippy::module_inception, reason = "the house calls this file registry")]
mod registry;
mod revision_group;
mod revision_record;
mod search;
mod snapshot;
mod snapshot_changes;
mod snapshot_filter;
mod source_batch;
mod source_changes;
mod source_claims;
mod source_replacement;
mod stale_operation;
mod tool_origin;
mod versions;

pub(crate) use change_set::name_taken;
pub use change_set::{ChangeListener, ChangeSet};
pub use filter::Filter;
pub use names::{Identity, NameChoice, NameDraft, NameLedger, UnnamedOperation};
pub use offers::{
    CatalogMode, CatalogOptions, Delta, DeltaSince, Explanation, McpListForm, McpListLimits, McpListReport,
    McpListing, McpPage, McpPagePart, OfferOptions, OverLimit, ReportTargets, TOKEN_RULE, TargetJudgement,
    TargetJudgements, TokenCount, TokenMeter, ToolTokens, bytes_of_tokens,
};
pub use on_conflict::OnConflict;
pub use registered_tool::RegisteredTool;
pub use registry::ToolRegistry;
pub use revision_group::{GroupMember, RevisionGroup};
pub use search::{
    HitAbsence, SearchHit, SearchOptions, SearchPlace, SearchResult, SearchSettings, TextBatch,
};
pub use snapshot::Snapshot;
pub use snapshot_filter::SnapshotFilter;
pub use source_batch::{BatchedSource, OnRefusal};
pub use source_claims::SourceClaims;
pub use source_replacement::{AppliedReplacement, ReplacementPlan, SourceReplacement};
pub use stale_operation::{Stale, UnreadOperation};
pub use tool_origin::Origin;
pub use versions::{
    Fallback, HealthClock, Route, RouteStatus, UnmetRule, VersionChoices, VersionEvent, VersionSelector,
    VersionStatus, ViewRequest, family_of, label_of, share_point,
};
