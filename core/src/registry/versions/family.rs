//! A family: the versions of one source, and which of them is active in a revision.
//!
//! Sources of one family (`crm`, `crm@1`, `crm@2`) are its versions. The tools of the active version are among those of the
//! revision. The tools of each inactive version are kept here, whole, for the views in which it is active
//! ([`Snapshot::view`](crate::registry::Snapshot::view)). A source without tools is not a version, unless it lost them to
//! another source, or one by one, and stands beside another version or has a route.

use std::sync::Arc;

use super::family_version::FamilyVersion;
use super::health::HealthWatch;
use super::inactive_tools::InactiveTools;
use super::route::{Route, RouteRules, UnmetRule};
use super::version_selector::newest;

/// The versions of one source, and the route between them.
#[derive(Clone, Debug)]
pub struct Family {
    /// The name of the family: `crm` for `crm@2`.
    pub name: Arc<str>,
    /// In the order in which they were loaded.
    pub versions: Vec<FamilyVersion>,
    /// The version that is active without a route: the first that was loaded, or the newest where that one is gone.
    pub default_version: Arc<str>,
    /// The version whose tools are in the revision.
    pub active: Arc<str>,
    /// Positions of the active version's tools, where there is another version.
    pub active_positions: Arc<[u64]>,
    /// The route that the user set.
    pub route: Option<Arc<Route>>,
    /// Versions that a fallback left: no route leads to them.
    pub failed: Vec<Arc<str>>,
    /// The route, resolved to the versions that exist.
    pub rules: RouteRules,
    /// The fallback that the health of each version is watched for.
    pub health_watch: Option<HealthWatch>,
}

impl Family {
    /// A family without versions. `first` is the version that is about to be added.
    pub fn new(name: &str, first: &Arc<str>) -> Self {
        Self {
            name: name.into(),
            versions: Vec::new(),
            default_version: Arc::clone(first),
            active: Arc::clone(first),
            active_positions: Arc::default(),
            route: None,
            failed: Vec::new(),
            rules: RouteRules::default(),
            health_watch: None,
        }
    }

    /// The version that was loaded as a source.
    pub fn version(&self, source: &str) -> Option<&FamilyVersion> {
        self.versions.iter().find(|version| *version.source == *source)
    }

    /// The version that was loaded as a source, to change it.
    pub fn version_mut(&mut self, source: &str) -> Option<&mut FamilyVersion> {
        self.versions.iter_mut().find(|version| *version.source == *source)
    }

    /// Whether callers can be shown different versions, or a route is set.
    pub fn has_choice(&self) -> bool {
        self.versions.len() > 1 || self.route.is_some()
    }

    /// Whether no view of a revision differs between this family and another.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let route = |family: &Self| family.route.as_ref().map(Arc::as_ptr);
        let is_same = |(own, other): (&FamilyVersion, &FamilyVersion)| {
            let inactive = |version: &FamilyVersion| version.inactive.as_ref().map(Arc::as_ptr);
            own.source == other.source && own.number == other.number && inactive(own) == inactive(other)
        };
        self.name == other.name
            && self.default_version == other.default_version
            && self.active == other.active
            && self.failed == other.failed
            && route(self) == route(other)
            && self.versions.len() == other.versions.len()
            && self.versions.iter().zip(&other.versions).all(is_same)
    }

    /// Resolves the route after versions came or went. Returns the rules that no version meets any more.
    pub fn resolve_route(&mut self) -> Vec<UnmetRule> {
        if self.version(&self.default_version).is_none()
            && let Some(newest) = newest(self.versions.iter())
        {
            self.default_version = Arc::clone(&newest.source);
        }
        let before = std::mem::take(&mut self.rules);
        if let Some(route) = &self.route {
            let is_allowed = |version: &FamilyVersion| !self.failed.contains(&version.source);
            self.rules = route.resolve(&self.versions, is_allowed);
        }
        // Rules that were unmet before were reported then.
        let new = self.rules.unmet.iter().filter(|unmet| !before.unmet.contains(unmet));
        new.cloned().collect()
    }

    /// The version that is to be active by the route, else by default.
    pub fn wanted_version(&self) -> &Arc<str> {
        self.rules.active.as_ref().unwrap_or(&self.default_version)
    }

    /// The versions with their numbers, for an error message.
    pub fn version_list(&self) -> String {
        let describe = |version: &FamilyVersion| match &version.number {
            Some(number) => format!("{} ({number})", version.source),
            None => version.source.to_string(),
        };
        self.versions.iter().map(describe).collect::<Vec<_>>().join(", ")
    }

    /// The tools of each inactive version.
    pub fn inactive_tools(&self) -> impl Iterator<Item = &Arc<InactiveTools>> {
        self.versions.iter().filter_map(|version| version.inactive.as_ref())
    }
}
