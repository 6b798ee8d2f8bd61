//! All families of a revision, shared between revisions.

use std::sync::Arc;

use super::family::Family;
use super::inactive_tools::InactiveTools;
use super::source_name::{family_of, label_of};
use crate::error::{Error, Result, nearest};
use crate::registry::persistent_map::PersistentOrderedMap;
use crate::registry::{Origin, RegisteredTool};
use crate::tool::name::confusion_key;

/// All families of a revision.
#[derive(Clone, Debug, Default)]
pub struct Families {
    all: PersistentOrderedMap<Arc<str>, Arc<Family>>,
    /// Those with a choice of versions. Nearly every call reads this list, and nearly always it is empty.
    with_choice: Arc<[Arc<Family>]>,
}

impl Families {
    /// The family of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<Family>> {
        self.all.get(name)
    }

    /// The family of a name.
    ///
    /// # Errors
    /// `UNKNOWN_SOURCE` with the nearest names where there is none.
    pub fn require(&self, name: &str) -> Result<&Arc<Family>> {
        self.get(name).ok_or_else(|| Error::UnknownSource {
            name: name.to_owned(),
            nearest: nearest(name, self.all.keys().map(|name| &**name)),
        })
    }

    /// Families with several versions, or with a route.
    pub fn with_choice(&self) -> &[Arc<Family>] {
        &self.with_choice
    }

    /// Whether a source is, or would be, the only version of its family, without a route.
    pub fn is_alone(&self, source: &str) -> bool {
        let is_only = |family: &Arc<Family>| !family.has_choice() && *family.active == *source;
        label_of(source).is_none() && *source != *Origin::CODE && self.get(source).is_none_or(is_only)
    }

    /// Adds a family or replaces the one of its name. A family without versions is removed.
    pub fn insert(&mut self, family: Family) {
        let before = self.get(&family.name).is_some_and(|before| before.has_choice());
        let is_listed = before || family.has_choice();
        if family.versions.is_empty() {
            self.all.remove_mut(&family.name);
        } else {
            self.all.insert_mut(Arc::clone(&family.name), Arc::new(family));
        }
        if is_listed {
            self.with_choice = self.all.values().filter(|family| family.has_choice()).cloned().collect();
        }
    }

    /// The tool of an inactive version that conflicts with a name. Versions of `source` itself never conflict.
    pub fn inactive_holder(&self, name: &str, source: &str) -> Option<&Arc<RegisteredTool>> {
        let others = self.with_choice.iter().filter(|family| *family.name != *family_of(source));
        others.flat_map(|family| family.inactive_tools()).find_map(|inactive| inactive.holder(name))
    }

    /// Removes the tools of a name from all inactive versions.
    pub fn remove_inactive_name(&mut self, name: &str) {
        // The list is held by its own pointer, since `insert` replaces it.
        for family in Arc::clone(&self.with_choice).iter() {
            if !family.inactive_tools().any(|inactive| inactive.holder(name).is_some()) {
                continue;
            }
            let mut family = Family::clone(family);
            for version in &mut family.versions {
                let inactive = version.inactive.as_ref();
                if let Some(inactive) = inactive.filter(|inactive| inactive.holder(name).is_some()) {
                    let key = confusion_key(name);
                    let others = inactive.tools.iter().filter(|tool| confusion_key(tool.name()) != key);
                    version.inactive = Some(Arc::new(InactiveTools::new(others.cloned().collect())));
                }
            }
            self.insert(family);
        }
    }

    /// Whether no view of a revision differs between these families and others.
    pub fn is_same_as(&self, others: &Self) -> bool {
        let same =
            |(own, other): (&Arc<Family>, &Arc<Family>)| Arc::ptr_eq(own, other) || own.is_same_as(other);
        self.all.size() == others.all.size() && self.all.values().zip(others.all.values()).all(same)
    }

    /// The size of the inactive tools that `next` does not share, in bytes.
    pub fn bytes_not_in(&self, next: &Self) -> usize {
        let unshared_bytes = |family: &Arc<Family>| -> usize {
            let after = next.get(&family.name);
            if after.is_some_and(|after| Arc::ptr_eq(after, family)) {
                return 0;
            }
            let is_shared = |inactive: &&Arc<InactiveTools>| {
                after.is_some_and(|after| after.inactive_tools().any(|other| Arc::ptr_eq(inactive, other)))
            };
            family
                .inactive_tools()
                .filter(|inactive| !is_shared(inactive))
                .map(|inactive| inactive.bytes())
                .sum()
        };
        self.with_choice.iter().map(unshared_bytes).sum()
    }
}
