//! The registry's own say in which version is shown to whom.

use std::sync::Arc;

use serde_json::json;

use super::family::Family;
use super::health::{CallCounts, HealthClock, HealthWatch, clock};
use super::version_swap::arrange;
use crate::error::Result;
use crate::registry::change_set::Change;
use crate::registry::{Route, RouteStatus, Snapshot, ToolRegistry, VersionEvent, revision_record};

impl ToolRegistry {
    /// Says which version of a family is shown to whom from now on. Versions that were left because they failed may be
    /// chosen again. `None`: no route, and the version stands that stood without one.
    ///
    /// # Errors
    /// `UNKNOWN_SOURCE` for a family that there is not, `INVALID_OPTIONS` for a rule that no version meets, `CLOSED`.
    pub fn route(self: &Arc<Self>, family: &str, route: Option<Route>) -> Result<()> {
        self.route_by(family, route, clock())
    }

    /// The same by another clock.
    ///
    /// # Errors
    /// As [`ToolRegistry::route`].
    pub fn route_by(self: &Arc<Self>, family: &str, route: Option<Route>, clock: HealthClock) -> Result<()> {
        let writer = self.open()?;
        let current = self.snapshot();
        let known = current.families.known(family)?;
        if let Some(route) = &route {
            route.check(&route.resolve(&known.members, |_| true), &known.listed())?;
        }
        let fallback = route.as_ref().and_then(|route| route.fallback);
        let registry = Arc::downgrade(self);
        let over = move |source: &str, epoch, counts| {
            if let Some(registry) = registry.upgrade() {
                registry.give_back(source, epoch, counts);
            }
        };
        let watch = fallback.map(|fallback| HealthWatch { fallback, over: Arc::new(over), clock });
        for member in &known.members {
            member.tally.watch(watch.clone());
        }
        let family =
            Family { route: route.map(Arc::new), returned: Vec::new(), watch, ..Family::clone(known) };
        let mut change = Change::after(&current);
        change.set.source = Some(family.name.to_string());
        let told = family.route.as_ref().map(|route| route.to_json());
        let data = json!({"revision": change.set.revision, "source": change.set.source, "route": told});
        revision_record::note(&current, "route", &data);
        arrange(&current, family, &mut change);
        self.publish(&writer, change);
        Ok(())
    }

    /// Families with more than one version, or a route.
    pub fn routes(&self) -> Vec<RouteStatus> {
        self.read(Snapshot::routes)
    }

    /// A version failed too often: no route leads to it any more. The one that stands without a route is the one that is
    /// returned to.
    pub(in crate::registry) fn give_back(&self, source: &str, epoch: u64, counts: CallCounts) {
        let Ok(writer) = self.open() else { return };
        let current = self.snapshot();
        let Some(known) = current.families.get(crate::registry::family_of(source)) else { return };
        let Some(member) = known.member(source).filter(|member| member.tally.is_over(epoch)) else { return };
        if known.home == member.source || known.returned.contains(&member.source) {
            return;
        }
        let mut family = Family::clone(known);
        family.returned.push(Arc::clone(&member.source));
        let window_ms = known.watch.as_ref().map_or(0, |watch| watch.fallback.window_ms);
        let mut change = Change::after(&current);
        change.set.source = Some(source.to_owned());
        arrange(&current, family, &mut change);
        let standing = change.snapshot.families.get(&known.name).map(|family| family.standing.to_string());
        change.events.push(VersionEvent::Returned {
            revision: change.snapshot.revision(),
            source: known.name.to_string(),
            from: source.to_owned(),
            to: standing.unwrap_or_default(),
            calls: counts.calls,
            failures: counts.failures,
            window_ms,
        });
        self.publish(&writer, change);
    }
}
