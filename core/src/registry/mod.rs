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
mod counted;
mod delta;
mod family;
mod filter;
mod member;
mod merging;
mod names;
mod offers;
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
mod stage;
mod tally;
mod tokens;
mod versions;
mod view;

pub use audience::{Audience, Judgements, TargetJudgement};
pub use bound::Bound;
pub use catalog::{CatalogMode, CatalogOptions};
pub use change::{ChangeSet, Listener};
pub use delta::{Delta, Since};
pub use filter::Filter;
pub use member::{family_of, label_of};
pub use names::{Draft, Identity, Ledger, Nameless, Wish};
pub use offers::{Explanation, OfferOptions, OverLimit};
pub use registered::{Origin, RegisteredTool, Stale, Unread};
pub use registry::{OnConflict, ToolRegistry};
pub use renewal::{Applied, Plan, Renewal};
pub use route::{Route, Unmet, point as share_point};
pub use selector::Selector;
pub use snapshot::Snapshot;
pub use stage::{RouteStatus, VersionEvent, VersionStatus};
pub use tally::{Clock, Fallback};
pub use tokens::{Meter, RULE as TOKEN_RULE, TokenCount, ToolTokens};
pub use view::{Choices, Request};
