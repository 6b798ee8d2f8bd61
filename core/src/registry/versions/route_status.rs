//! Status of versions and routes, as `routes` reports it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::family::Family;
use super::family_version::FamilyVersion;
use crate::registry::Snapshot;
use crate::tool::Version;

/// The state of a family.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RouteStatus {
    /// The family.
    pub source: String,
    /// The source of the active version.
    pub standing: String,
    /// Its versions, in the order in which they were loaded.
    pub versions: Vec<VersionStatus>,
    /// The route that the user set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Value>,
}

/// The state of one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionStatus {
    /// Its source.
    pub source: String,
    /// The number that ranges are compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether it is the active version.
    pub standing: bool,
    /// Whether a fallback left it because its calls failed.
    pub returned: bool,
}

impl Snapshot {
    /// Families with several versions, or with a route.
    pub fn routes(&self) -> Vec<RouteStatus> {
        self.families.with_choice().iter().map(route_status).collect()
    }
}

fn route_status(family: &Arc<Family>) -> RouteStatus {
    let version_status = |version: &FamilyVersion| VersionStatus {
        source: version.source.to_string(),
        version: version.number.as_ref().map(Version::to_string),
        standing: version.source == family.active,
        returned: family.failed.contains(&version.source),
    };
    RouteStatus {
        source: family.name.to_string(),
        standing: family.active.to_string(),
        versions: family.versions.iter().map(version_status).collect(),
        route: family.route.as_ref().map(|route| route.to_json()),
    }
}
