//! A change of one version, made where it stands.
//!
//! Whatever changes a source's tools knows nothing of versions: the source is put where it would stand, the change is made
//! there, and then everything is put back, with the one on stage who should be.

use std::sync::Arc;

use serde::Serialize;

use super::family::Family;
use super::health::VersionHealth;
use super::inactive_version::{FamilyVersion, InactiveTools};
use super::source_name::{family_of, label_of};
use crate::json::{HashMap, HashSet};
use crate::registry::change_set::Change;
use crate::registry::{Origin, RegisteredTool, Snapshot, VersionChoices, VersionEvent};
use crate::tool::Version;

/// Where the change of a source is made.
pub struct VersionSwap {
    base: Arc<Snapshot>,
    /// The revision as if the source stood, where it does not.
    shown: Option<Arc<Snapshot>>,
    source: Arc<str>,
    tally: Arc<VersionHealth>,
    /// Its number for ranges: that of the tools that come, or else the one that it has.
    number: Option<Version>,
    /// The places of names that other versions have.
    places: HashMap<String, u64>,
}

impl VersionSwap {
    /// A stage for a source; the calls of its new tools are counted where there may be another version to return to.
    pub fn of(base: &Arc<Snapshot>, source: &str, tools: &mut [RegisteredTool]) -> Self {
        let family = base.families.get(family_of(source)).filter(|_| source != Origin::CODE);
        let member = family.and_then(|family| family.member(source));
        let tally = member.map(|member| Arc::clone(&member.tally)).unwrap_or_default();
        let mut stage = Self {
            base: Arc::clone(base),
            shown: None,
            source: source.into(),
            tally,
            number: match tools.first() {
                // Tools that are held or cannot be read any more say what they said.
                Some(tool) => FamilyVersion::number(source, tool.definition.version.as_ref()),
                None => member.and_then(|member| member.number.clone()),
            },
            places: HashMap::default(),
        };
        if let Some(family) = family.filter(|family| *family.standing != *source) {
            let mut shown = base.twin();
            shown.choices = VersionChoices::of(&family.name, source);
            shown.stage(family, member);
            stage.shown = Some(Arc::new(shown));
        }
        if let Some(family) = family {
            let others = family.members.iter().filter(|member| *member.source != *source);
            for tool in others.flat_map(|other| base.tools_of(&other.source)) {
                stage.places.insert(tool.name().to_owned(), tool.place);
            }
        }
        if label_of(source).is_some() || stage.shown.is_some() {
            for tool in tools {
                tool.count(&stage.source, &stage.tally);
            }
        }
        stage
    }

    /// The revision that the change is made after.
    pub fn shown(&self) -> &Arc<Snapshot> {
        self.shown.as_ref().unwrap_or(&self.base)
    }

    /// The next revision, while the source stands. A new tool comes in the place of its namesake in another version, so that
    /// lists keep their order whichever version is shown.
    pub fn change(&mut self) -> Change {
        let mut change = Change::after(self.shown());
        change.places = std::mem::take(&mut self.places);
        change.snapshot.choices = self.shown().choices.clone();
        change
    }

    /// Puts everything back; whether that alone makes a revision: a version came or went, or another one stands.
    pub fn settle(self, change: &mut Change) -> bool {
        if *self.source == *Origin::CODE {
            return false;
        }
        let name = family_of(&self.source);
        let before = self.base.families.get(name);
        let own: Vec<_> = {
            let all = change.snapshot.tools();
            all.filter(|tool| *tool.origin.source == *self.source).cloned().collect()
        };
        let mut family =
            before.map_or_else(|| Family::new(name, &self.source), |family| Family::clone(family));
        let was_there = family.member(&self.source).is_some();
        if own.is_empty() {
            family.members.retain(|member| member.source != self.source);
            family.returned.retain(|source| *source != self.source);
        } else if let Some(member) = family.member_mut(&self.source) {
            member.number = self.number;
        } else {
            self.tally.watch(family.watch.clone());
            let (source, tally) = (Arc::clone(&self.source), Arc::clone(&self.tally));
            let number = self.number;
            family.members.push(FamilyVersion { source, number, offstage: None, tally });
        }
        change.snapshot.choices = VersionChoices::default();
        if self.shown.is_some() {
            change.snapshot = self.base.next();
            if let Some(member) = family.member_mut(&self.source) {
                member.offstage = Some(Arc::new(InactiveTools::of(own)));
            }
        }
        let is_active = family.is_active() || before.is_some_and(|before| before.is_active());
        let came_or_went = was_there != family.member(&self.source).is_some();
        arrange(&self.base, family, change) || is_active && came_or_went
    }
}

/// Puts the version on stage that should be there, and enters the family into a revision; whether it was another one.
pub fn arrange(base: &Snapshot, mut family: Family, change: &mut Change) -> bool {
    let unmet = family.decide();
    if !unmet.is_empty() {
        let (revision, source) = (change.snapshot.revision(), family.name.to_string());
        change.events.push(VersionEvent::Missing { revision, source, unmet });
    }
    let (standing, due) = (Arc::clone(&family.standing), Arc::clone(family.due()));
    let moves = standing != due && !family.members.is_empty();
    if moves {
        let leaving: Vec<_> = standing_of(&change.snapshot, &standing);
        for tool in &leaving {
            change.snapshot.take(tool);
        }
        if let Some(member) = family.member_mut(&standing) {
            member.offstage = Some(Arc::new(InactiveTools::of(leaving)));
        }
        let entering = family.member_mut(&due).and_then(|member| member.offstage.take());
        let mut displaced = Vec::new();
        for tool in entering.iter().flat_map(|own| &own.tools) {
            displaced.extend(change.snapshot.put(RegisteredTool::clone(tool)));
        }
        family.standing = due;
        tell(base, &standing, &family.standing, displaced, change);
    }
    let is_active = family.is_active();
    family.places = Arc::default();
    if is_active {
        let places = standing_of(&change.snapshot, &family.standing);
        family.places = places.iter().map(|tool| tool.place).collect();
    }
    change.snapshot.set_family(family);
    moves
}

fn standing_of(snapshot: &Snapshot, source: &str) -> Vec<Arc<RegisteredTool>> {
    snapshot.tools().filter(|tool| *tool.origin.source == *source).cloned().collect()
}

/// Says what changed for those who are shown what stands.
fn tell(base: &Snapshot, from: &str, to: &str, displaced: Vec<String>, change: &mut Change) {
    let names = |snapshot: &Snapshot, source: &str| -> Vec<String> {
        let all = snapshot.tools().filter(|tool| *tool.origin.source == *source);
        all.map(|tool| tool.name().to_owned()).collect()
    };
    let (before, after) = (names(base, from), names(&change.snapshot, to));
    let (was, is): (HashSet<&String>, HashSet<&String>) = (before.iter().collect(), after.iter().collect());
    let set = &mut change.set;
    set.added = after.iter().filter(|name| !was.contains(name)).cloned().collect();
    set.removed = before.iter().filter(|name| !is.contains(name)).cloned().collect();
    set.updated = after.iter().filter(|name| was.contains(name)).cloned().collect();
    set.updated.extend(displaced.into_iter().filter(|name| !is.contains(name)));
    set.stale.clear();
    set.source = Some(to.to_owned());
}

/// The state of a family for a user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RouteStatus {
    /// The family.
    pub source: String,
    /// The version that stands.
    pub standing: String,
    /// Its versions, in the order in which they were loaded.
    pub versions: Vec<VersionStatus>,
    /// The route as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<serde_json::Value>,
}

/// The state of a version for a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionStatus {
    /// Its source.
    pub source: String,
    /// Its number for ranges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether it stands.
    pub standing: bool,
    /// Whether it failed too often.
    pub returned: bool,
}

impl Snapshot {
    /// Families with more than one version, or a route.
    pub fn routes(&self) -> Vec<RouteStatus> {
        let version = |family: &Family, member: &FamilyVersion| VersionStatus {
            source: member.source.to_string(),
            version: member.number.as_ref().map(Version::to_string),
            standing: member.source == family.standing,
            returned: family.returned.contains(&member.source),
        };
        let status = |family: &Arc<Family>| RouteStatus {
            source: family.name.to_string(),
            standing: family.standing.to_string(),
            versions: family.members.iter().map(|member| version(family, member)).collect(),
            route: family.route.as_ref().map(|route| route.to_json()),
        };
        self.families.active().iter().map(status).collect()
    }
}
