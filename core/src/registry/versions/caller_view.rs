//! A view: the revision as one caller is shown it, with the versions that are chosen for them.

use std::sync::Arc;

use super::family::Family;
use super::family_version::FamilyVersion;
use super::inactive_tools::InactiveTools;
use super::route::Route;
use super::source_name::family_of;
use super::version_choices::VersionChoices;
use super::view_request::{ViewRequest, invalid_versions};
use crate::error::{Problem, Result};
use crate::json::pointer;
use crate::registry::{RegisteredTool, Snapshot};
use crate::tool::Caller;

impl Snapshot {
    /// Chooses a version of each family: the one that the caller asks for, else that of their tenant, else that of their
    /// share, else the active one.
    ///
    /// # Errors
    /// `UNKNOWN_SOURCE` for an unknown family, `INVALID_OPTIONS` where no version meets what the caller asks for.
    pub fn choose_versions(&self, request: &ViewRequest) -> Result<VersionChoices> {
        let mut problems = Vec::new();
        for (family, selector) in &request.versions {
            let family = self.families.require(family)?;
            if selector.pick(&family.versions, |_| true).is_none() {
                let message = selector.unmet_message(&family.version_list());
                problems.push(Problem::at(pointer::push("", &family.name), message));
            }
        }
        if problems.is_empty() {
            Ok(self.available_choices(request))
        } else {
            Err(invalid_versions(problems))
        }
    }

    /// Chooses versions among those of this revision. A former revision may lack a version that the caller asks for.
    fn available_choices(&self, request: &ViewRequest) -> VersionChoices {
        let choose = |family: &Arc<Family>| {
            let selector = request.versions.get(&*family.name);
            let requested = selector.and_then(|selector| selector.pick(&family.versions, |_| true));
            let by_route = || {
                let route = family.route.as_ref()?;
                route.choose(&family.name, &family.rules, &request.context)
            };
            let source = requested.map(|version| &version.source).or_else(by_route)?;
            Some((Arc::clone(&family.name), Arc::clone(source)))
        };
        self.effective_choices(self.families.with_choice().iter().filter_map(choose).collect())
    }

    /// The choices of versions that exist and are not active anyway. Equal views have equal choices by this.
    fn effective_choices(&self, choices: VersionChoices) -> VersionChoices {
        let is_effective = |family: &Arc<str>, source: &Arc<str>| {
            let family = self.families.get(family);
            family.is_some_and(|family| family.active != *source && family.version(source).is_some())
        };
        choices.into_iter().filter(|(family, source)| is_effective(family, source)).collect()
    }

    /// The revision with chosen versions instead of the active ones. Like every revision, it can call what it lists.
    pub fn view(self: &Arc<Self>, choices: &VersionChoices) -> Arc<Self> {
        if *choices == self.choices {
            return Arc::clone(self);
        }
        if let Some(view) = self.views.get(choices) {
            return view;
        }
        // Built without the lock of the cache, because a version may have a thousand tools.
        let view = Arc::new(self.build_view(choices));
        self.views.insert(choices, &view);
        view
    }

    /// The view of a caller.
    ///
    /// # Errors
    /// As [`Snapshot::choose_versions`].
    pub fn view_for(self: &Arc<Self>, request: &ViewRequest) -> Result<Arc<Self>> {
        Ok(self.view(&self.choose_versions(request)?))
    }

    /// The view in which a source is active. Its family has no tools in it where the source is not loaded yet.
    pub fn view_of(self: &Arc<Self>, source: &str) -> Arc<Self> {
        let family = self.families.get(family_of(source)).filter(|family| *family.active != *source);
        let choices = family.map(|family| VersionChoices::of_family(&family.name, source));
        self.view(&choices.unwrap_or_default())
    }

    /// A former revision as it is shown to a caller.
    ///
    /// # Errors
    /// As [`Snapshot::former_revision`].
    pub(in crate::registry) fn former_view_for(&self, request: &ViewRequest, revision: u64) -> Result<Self> {
        let former = self.base.as_deref().unwrap_or(self).former_revision(revision)?;
        Ok(former.build_view(&former.available_choices(request)))
    }

    /// A former revision with the versions of this view.
    ///
    /// # Errors
    /// As [`Snapshot::former_revision`].
    pub(in crate::registry) fn former_view(&self, revision: u64) -> Result<Self> {
        let former = self.base.as_deref().unwrap_or(self).former_revision(revision)?;
        Ok(former.build_view(&former.effective_choices(self.choices.clone())))
    }

    /// The keys of caller metadata that routes read; `None` where all callers are shown the same.
    pub fn tenant_keys(&self) -> Option<Vec<&str>> {
        let routes = self.families.with_choice().iter().filter_map(|family| family.route.as_deref());
        let mut keys: Option<Vec<&str>> = None;
        for route in routes.filter(|route| route.depends_on_caller()) {
            keys.get_or_insert_default().push(&route.tenant_key);
        }
        keys
    }

    /// The key of caller metadata that names the tenant, for the tools of a source.
    pub fn tenant_key(&self, source: &str) -> &str {
        let route = self.families.get(family_of(source)).and_then(|family| family.route.as_deref());
        route.map_or(Caller::TENANT_KEY, |route: &Route| &route.tenant_key)
    }

    /// The tools of all inactive versions.
    pub fn inactive_tools(&self) -> impl Iterator<Item = &Arc<RegisteredTool>> {
        let inactive = self.families.with_choice().iter().flat_map(|family| family.inactive_tools());
        inactive.flat_map(|inactive| &inactive.tools).filter(|tool| self.admits(tool))
    }

    /// The tools of a source, active or inactive, in the order of registration.
    pub fn tools_of<'s>(&'s self, source: &'s str) -> impl Iterator<Item = &'s Arc<RegisteredTool>> {
        let whole = self.base.as_deref().unwrap_or(self);
        let inactive = whole.inactive_tools_of(source).map(|inactive| inactive.tools.as_slice());
        let active = inactive.is_none().then(|| whole.active_tools_of(source));
        let all = inactive.unwrap_or_default().iter().chain(active.into_iter().flatten());
        all.filter(|tool| self.admits(tool))
    }

    /// The tool of a source by name, active or inactive.
    pub fn tool_of(&self, source: &str, name: &str) -> Option<&Arc<RegisteredTool>> {
        let whole = self.base.as_deref().unwrap_or(self);
        let inactive = whole.inactive_tools_of(source);
        let found = inactive.map_or_else(|| whole.holder(name), |inactive| inactive.holder(name));
        found.filter(|tool| tool.name() == name && *tool.origin.source == *source && self.admits(tool))
    }

    /// Whether a source is a version of its family.
    pub(in crate::registry) fn has_version(&self, source: &str) -> bool {
        self.families.get(family_of(source)).is_some_and(|family| family.version(source).is_some())
    }

    /// Whether a source is an inactive version.
    pub(in crate::registry) fn is_inactive(&self, source: &str) -> bool {
        self.inactive_tools_of(source).is_some()
    }

    fn inactive_tools_of(&self, source: &str) -> Option<&Arc<InactiveTools>> {
        let family = self.families.get(family_of(source))?;
        let is_chosen = self.choices.sources().any(|chosen| chosen == source);
        if is_chosen { None } else { family.version(source)?.inactive.as_ref() }
    }

    fn build_view(&self, choices: &VersionChoices) -> Self {
        let base = self.base.as_deref().unwrap_or(self);
        let mut view = base.copy();
        view.choices = choices.clone();
        view.base = Some(Box::new(base.copy()));
        for (family, source) in choices.pairs() {
            if let Some(family) = self.families.get(family) {
                view.swap_active_tools(family, family.version(source));
            }
        }
        view.take_over_index_of(base);
        match &self.filter {
            Some(filter) => view.filtered_copy(filter),
            None => view,
        }
    }

    /// Replaces the tools of the active version by those of an inactive one, or by none.
    pub(in crate::registry) fn swap_active_tools(
        &mut self,
        family: &Family,
        version: Option<&FamilyVersion>,
    ) {
        let mut positions = Arc::clone(&family.active_positions);
        if !family.has_choice() {
            // A single version keeps no list of positions, so that loading it costs nothing.
            positions = self.active_tools_of(&family.active).map(|tool| tool.position).collect();
        }
        for position in positions.iter() {
            self.detach_of_source(*position, &family.active);
        }
        let inactive = version.and_then(|version| version.inactive.as_ref());
        for tool in inactive.into_iter().flat_map(|inactive| &inactive.tools) {
            self.insert_in_view(tool);
        }
    }
}
