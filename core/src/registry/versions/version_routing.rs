//! Sets routes between versions, and falls back from a version whose calls fail.

use std::sync::Arc;

use serde_json::json;

use super::family::Family;
use super::health::{CallCounts, HealthClock, HealthWatch, process_clock};
use super::route::Route;
use super::route_status::RouteStatus;
use super::source_name::family_of;
use super::version_swap::activate_wanted_version;
use crate::error::Result;
use crate::registry::change_set::Change;
use crate::registry::{Snapshot, ToolRegistry, VersionEvent, revision_record};

impl ToolRegistry {
    /// Sets the route of a family: which version each caller is shown. Versions that a fallback left may be chosen again.
    /// `None` removes the route; the default version becomes active.
    ///
    /// # Errors
    /// `UNKNOWN_SOURCE` for an unknown family, `INVALID_OPTIONS` for a rule that no version meets, `CLOSED`.
    pub fn route(&self, family: &str, route: Option<Route>) -> Result<()> {
        self.route_by(family, route, process_clock())
    }

    /// Sets the route of a family. `clock` measures the window of its fallback.
    ///
    /// # Errors
    /// As [`ToolRegistry::route`].
    pub fn route_by(&self, family: &str, route: Option<Route>, clock: HealthClock) -> Result<()> {
        let mut writer = self.open()?;
        let current = self.snapshot();
        let known = current.families.require(family)?;
        if let Some(route) = &route {
            route.check(&route.resolve(&known.versions, |_| true), &known.version_list())?;
        }
        let fallback = route.as_ref().and_then(|route| route.fallback);
        // Weak: the health of a version lives in the registry's tools, and a strong pointer would be a cycle.
        let registry = self.downgrade();
        let on_failure = move |source: &str, epoch, counts| {
            if let Some(registry) = registry() {
                registry.fall_back(source, epoch, counts);
            }
        };
        let health_watch =
            fallback.map(|fallback| HealthWatch { fallback, on_failure: Arc::new(on_failure), clock });
        for version in &known.versions {
            version.health.watch(health_watch.clone());
        }
        let family =
            Family { route: route.map(Arc::new), failed: Vec::new(), health_watch, ..Family::clone(known) };
        let mut change = Change::after(&current, writer.next_id);
        change.set.source = Some(family.name.to_string());
        let route = family.route.as_ref().map(|route| route.to_json());
        let data = json!({"revision": change.set.revision, "source": change.set.source, "route": route});
        revision_record::record_event(&current, "route", &data);
        activate_wanted_version(&current, family, &mut change);
        self.publish(&mut writer, change);
        Ok(())
    }

    /// Families with several versions, or with a route.
    pub fn routes(&self) -> Vec<RouteStatus> {
        self.read(Snapshot::routes)
    }

    /// Leaves a version whose calls fail: no route leads to it until the route is set again. The default version is never
    /// left, because it is the one to fall back to.
    pub(in crate::registry) fn fall_back(&self, source: &str, epoch: u64, counts: CallCounts) {
        let Ok(mut writer) = self.open() else { return };
        let current = self.snapshot();
        let Some(known) = current.families.get(family_of(source)) else { return };
        // The route may have been set again since the calls were counted.
        let Some(version) = known.version(source).filter(|version| version.health.has_failed(epoch)) else {
            return;
        };
        if known.default_version == version.source || known.failed.contains(&version.source) {
            return;
        }
        let mut family = Family::clone(known);
        family.failed.push(Arc::clone(&version.source));
        let window_ms = known.health_watch.as_ref().map_or(0, |watch| watch.fallback.window_ms);
        let mut change = Change::after(&current, writer.next_id);
        change.set.source = Some(source.to_owned());
        activate_wanted_version(&current, family, &mut change);
        let active = change.snapshot.families.get(&known.name).map(|family| family.active.to_string());
        change.events.push(VersionEvent::Returned {
            revision: change.snapshot.revision(),
            source: known.name.to_string(),
            from: source.to_owned(),
            to: active.unwrap_or_default(),
            calls: counts.calls,
            failures: counts.failures,
            window_ms,
        });
        self.publish(&mut writer, change);
    }
}
