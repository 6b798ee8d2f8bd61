//! Versions of a source: families, routes, health, fallback, and which version a caller is shown.
//!
//! An API changes while agents use it, so two versions of its tools stand side by side. The sources `crm`, `crm@1` and
//! `crm@2` are versions of the family `crm`. A revision shows one version; the inactive ones are kept beside it. A [`Route`]
//! selects a version by tenant, by share of users (canary), or for everybody. If too many calls of a version fail, its
//! [`Fallback`] leaves it: no route leads to it until the route is set again. A rollback to an earlier load is
//! `review/version_history`.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::registry::{Route, family_of, label_of};
//!
//! assert_eq!((family_of("crm@2"), label_of("crm@2")), ("crm", Some("2")));
//! let route = Route::parse(&json!({"use": "1", "shares": {"2": 0.1}, "fallback": {"failureRate": 0.2}}))?;
//! assert!(route.looks_at_callers());
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | symptom | file |
//! |---|---|
//! | a route or a caller names an unknown version (`no version meets`) | `version_selector`, `route`, `view` |
//! | a fallback happens too early, too late, never | `health`, `counting_executor`, `version_routing` |
//! | the wrong version is active after a load | `family`, `version_swap`, `inactive_version` |
//! | a caller is shown the wrong version | `route`, `view`, `version_choices`, `view_cache` |
//!
//! Limits: one version of a family is active in a revision. At most 16 views of a revision are cached.

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
