//! Versions of one source, side by side.
//!
//! Sources of one family (`crm`, `crm@1`, `crm@2`) are its versions. One of them stands: its tools are among those of the
//! revision. The tools of the others wait here, whole, until somebody is shown a view in which they stand
//! ([`Snapshot::view`](crate::registry::Snapshot::view)). A source that has no tool is no version.

use std::sync::Arc;

use super::health::HealthWatch;
use super::inactive_version::{FamilyVersion, InactiveTools};
use super::route::{RouteRules, UnmetRule};
use super::source_name::family_of;
use super::version_selector::newest;
use crate::error::{Error, Result};
use crate::registry::persistent_map::PersistentOrderedMap;
use crate::registry::{RegisteredTool, Route};
use crate::tool::name::{self, confusion_key};

/// The versions of one source, and which of them is shown to whom.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its name.
    pub name: Arc<str>,
    /// Its versions in the order in which they were loaded.
    pub members: Vec<FamilyVersion>,
    /// The version that stands where no route says otherwise: the first that was loaded, or the newest where that one is gone.
    pub home: Arc<str>,
    /// The version that stands.
    pub standing: Arc<str>,
    /// Places of the tools that stand, where there is another version.
    pub places: Arc<[u64]>,
    /// Who is shown what.
    pub route: Option<Arc<Route>>,
    /// Versions that failed too often: no route leads to them.
    pub returned: Vec<Arc<str>>,
    /// What the route comes to with these versions.
    pub rules: RouteRules,
    /// Tells each version's tally what to look for.
    pub watch: Option<HealthWatch>,
}

impl Family {
    /// A family of no versions yet.
    pub fn new(name: &str, first: &Arc<str>) -> Self {
        Self {
            name: name.into(),
            members: Vec::new(),
            home: Arc::clone(first),
            standing: Arc::clone(first),
            places: Arc::default(),
            route: None,
            returned: Vec::new(),
            rules: RouteRules::default(),
            watch: None,
        }
    }

    /// The version of a source.
    pub fn member(&self, source: &str) -> Option<&FamilyVersion> {
        self.members.iter().find(|member| *member.source == *source)
    }

    /// The version of a source, to change it.
    pub fn member_mut(&mut self, source: &str) -> Option<&mut FamilyVersion> {
        self.members.iter_mut().find(|member| *member.source == *source)
    }

    /// Whether it makes a difference which of its versions is meant.
    pub fn is_active(&self) -> bool {
        self.members.len() > 1 || self.route.is_some()
    }

    /// Whether a version may be chosen by a route.
    pub fn may_choose(&self, member: &FamilyVersion) -> bool {
        !self.returned.contains(&member.source)
    }

    /// What the route comes to, now that versions came or went; rules that a version met which is gone.
    pub fn decide(&mut self) -> Vec<UnmetRule> {
        if self.member(&self.home).is_none()
            && let Some(newest) = newest(self.members.iter())
        {
            self.home = Arc::clone(&newest.source);
        }
        let before = std::mem::take(&mut self.rules);
        if let Some(route) = &self.route {
            self.rules = route.resolve(&self.members, |member| self.may_choose(member));
        }
        let news = self.rules.unmet.iter().filter(|unmet| !before.unmet.contains(unmet));
        news.cloned().collect()
    }

    /// The version that should stand.
    pub fn due(&self) -> &Arc<str> {
        self.rules.wanted.as_ref().unwrap_or(&self.home)
    }

    /// The versions there are, for a message.
    pub fn listed(&self) -> String {
        let one = |member: &FamilyVersion| match &member.number {
            Some(number) => format!("{} ({number})", member.source),
            None => member.source.to_string(),
        };
        self.members.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

/// All families of a revision.
#[derive(Clone, Debug, Default)]
pub struct Families {
    all: PersistentOrderedMap<Arc<str>, Arc<Family>>,
    /// Those in which it makes a difference which version is meant.
    active: Arc<[Arc<Family>]>,
}

impl Families {
    /// The family of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<Family>> {
        self.all.get(name)
    }

    /// The family of a name.
    ///
    /// # Errors
    /// `UNKNOWN_SOURCE` where there is none.
    pub fn known(&self, name: &str) -> Result<&Arc<Family>> {
        self.get(name).ok_or_else(|| Error::UnknownSource {
            name: name.to_owned(),
            nearest: name::nearest(name, self.all.keys().map(|name| &**name)),
        })
    }

    /// All in which it makes a difference which version is meant.
    pub fn active(&self) -> &[Arc<Family>] {
        &self.active
    }

    /// Puts a family in the place of the one of its name. One without a version is gone.
    pub fn set(&mut self, family: Family) {
        let was_active = self.get(&family.name).is_some_and(|before| before.is_active());
        let is_active = family.is_active();
        if family.members.is_empty() {
            self.all.remove_mut(&family.name);
        } else {
            self.all.insert_mut(Arc::clone(&family.name), Arc::new(family));
        }
        if was_active || is_active {
            self.active = self.all.values().filter(|family| family.is_active()).cloned().collect();
        }
    }

    /// The tool of a version that does not stand, of another family than that of `source`, that stands in the way of a name.
    pub fn holder(&self, name: &str, source: &str) -> Option<&Arc<RegisteredTool>> {
        let others = self.active.iter().filter(|family| *family.name != *family_of(source));
        let waiting = others.flat_map(|family| &family.members).filter_map(|member| member.offstage.as_ref());
        waiting.into_iter().find_map(|offstage| offstage.holder(name))
    }

    /// Takes the tools of a name away that do not stand.
    pub fn drop_name(&mut self, name: &str) {
        for family in Arc::clone(&self.active).iter() {
            let has = |member: &FamilyVersion| {
                member.offstage.as_ref().is_some_and(|own| own.holder(name).is_some())
            };
            if !family.members.iter().any(has) {
                continue;
            }
            let mut family = Family::clone(family);
            for member in &mut family.members {
                if let Some(offstage) = member.offstage.as_ref().filter(|own| own.holder(name).is_some()) {
                    let key = confusion_key(name);
                    let left = offstage.tools.iter().filter(|tool| confusion_key(tool.name()) != key);
                    member.offstage = Some(Arc::new(InactiveTools::of(left.cloned().collect())));
                }
            }
            self.set(family);
        }
    }

    /// How much `self` holds that `next` does not, in bytes.
    pub fn bytes_beside(&self, next: &Self) -> usize {
        let lost = |family: &Arc<Family>| -> usize {
            let after = next.get(&family.name);
            if after.is_some_and(|after| Arc::ptr_eq(after, family)) {
                return 0;
            }
            let kept = |own: &Arc<InactiveTools>| {
                let members = after.into_iter().flat_map(|after| &after.members);
                members.filter_map(|member| member.offstage.as_ref()).any(|other| Arc::ptr_eq(own, other))
            };
            let offstage = family.members.iter().filter_map(|member| member.offstage.as_ref());
            offstage.filter(|own| !kept(own)).map(|own| own.bytes()).sum()
        };
        self.active.iter().map(lost).sum()
    }
}
