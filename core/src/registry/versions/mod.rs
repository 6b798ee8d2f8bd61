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
//! assert!(route.depends_on_caller());
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | symptom | file |
//! |---|---|
//! | a route is refused; a route or a caller names an unknown version (`no version meets`) | `route_reader`, `version_selector` |
//! | a fallback happens too early, too late, never | `health`, `counting_executor`, `version_routing` |
//! | the wrong version is active after a load | `family`, `version_swap`, `family_version` |
//! | an inactive version loses tools, or takes a name | `inactive_tools`, `families` |
//! | a caller is shown the wrong version | `route`, `view_request`, `caller_view`, `version_choices`, `view_cache` |
//! | `routes` reports a wrong state | `route_status`, `version_event` |
//!
//! Limits: one version of a family is active in a revision. At most 16 views of a revision are cached.

mod caller_view;
pub(super) mod counting_executor;
pub(super) mod families;
pub(super) mod family;
mod family_version;
pub(super) mod health;
mod inactive_tools;
mod route;
mod route_reader;
mod route_status;
pub(super) mod source_name;
mod version_choices;
mod version_event;
mod version_routing;
mod version_selector;
pub(super) mod version_swap;
pub(super) mod view_cache;
mod view_request;

pub use health::{Fallback, HealthClock};
pub use route::{Route, UnmetRule, share_point};
pub use route_status::{RouteStatus, VersionStatus};
pub use source_name::{family_of, label_of};
pub use version_choices::VersionChoices;
pub use version_event::VersionEvent;
pub use version_selector::VersionSelector;
pub use view_request::ViewRequest;
