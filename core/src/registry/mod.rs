//! The truth about which tools there are.
//!
//! Readers take a [`Snapshot`], one immutable revision, without a lock; one writer at a time makes the next one. A
//! snapshot shares all that did not change with the one before it, so that registering one tool among 100,000 costs
//! microseconds and a turn that holds on to its revision costs nothing.

mod audience;
mod audit;
mod bound;
mod catalog;
mod change;
mod choices;
mod counted;
mod delta;
mod family;
mod filter;
mod identity;
mod member;
mod merging;
mod names;
mod offers;
mod on_conflict;
mod part;
mod past;
mod persistent;
mod registered;
#[expect(clippy::module_inception, reason = "the house calls this file registry")]
mod registry;
mod renewal;
mod route;
mod saved;
mod selector;
mod siblings;
mod snapshot;
mod source_name;
mod stage;
mod tally;
mod tokens;
mod version_event;
mod versions;
mod view;
mod view_cache;

pub use audience::{Audience, Judgements, TargetJudgement};
pub use bound::Bound;
pub use catalog::{CatalogMode, CatalogOptions};
pub use change::{ChangeSet, Listener};
pub use choices::Choices;
pub use delta::{Delta, Since};
pub use filter::Filter;
pub use identity::{Identity, Nameless, Wish};
pub use names::{Draft, Ledger};
pub use offers::{Explanation, OfferOptions, OverLimit};
pub use on_conflict::OnConflict;
pub use registered::{Origin, RegisteredTool, Stale, Unread};
pub use registry::ToolRegistry;
pub use renewal::{Applied, Plan, Renewal};
pub use route::{Route, Unmet, point as share_point};
pub use selector::Selector;
pub use snapshot::Snapshot;
pub use source_name::{family_of, label_of};
pub use stage::{RouteStatus, VersionStatus};
pub use tally::{Clock, Fallback};
pub use tokens::{Meter, RULE as TOKEN_RULE, TokenCount, ToolTokens};
pub use version_event::VersionEvent;
pub use view::Request;
