//! Versions of a source: families, routes, health, and which version a caller is shown.
//!
//! Sources `crm`, `crm@1` and `crm@2` are versions of the family `crm`. A revision shows one of them; the others are kept
//! inactive beside it. A route says which version a caller is shown, and the health of its calls can send callers back.

pub(super) mod counting_executor;
pub(super) mod family;
pub(super) mod health;
pub(super) mod inactive_version;
pub(super) mod route;
pub(super) mod source_name;
pub(super) mod version_choices;
pub(super) mod version_event;
mod version_routing;
pub(super) mod version_selector;
pub(super) mod version_swap;
pub(super) mod view;
pub(super) mod view_cache;

pub use health::{Fallback, HealthClock};
pub use route::{Route, UnmetRule, point as share_point};
pub use source_name::{family_of, label_of};
pub use version_choices::VersionChoices;
pub use version_event::VersionEvent;
pub use version_selector::VersionSelector;
pub use version_swap::{RouteStatus, VersionStatus};
pub use view::ViewRequest;
