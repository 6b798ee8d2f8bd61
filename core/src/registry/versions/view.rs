//! A revision as somebody is shown it: with the versions that were chosen for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::family::Family;
use super::inactive_version::{FamilyVersion, InactiveTools};
use super::source_name::family_of;
use super::version_selector::VersionSelector;
use crate::error::{Error, Problem, Result};
use crate::json::pointer;
use crate::registry::{RegisteredTool, Snapshot, VersionChoices};
use crate::tool::{CallContext, Caller};

/// Who asks for a view, and which versions they ask for themselves.
#[derive(Clone, Debug, Default)]
pub struct ViewRequest {
    /// For whom routes choose.
    pub context: CallContext,
    /// Versions by family: they count before any route.
    pub versions: BTreeMap<String, VersionSelector>,
}

impl ViewRequest {
    /// Reads versions by family; null asks for none.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with everything that is wrong.
    pub fn parse(context: CallContext, versions: &Value) -> Result<Self> {
        let mut request = Self { context, versions: BTreeMap::new() };
        let mut problems = Vec::new();
        match versions {
            Value::Null => {}
            Value::Object(map) => {
                for (family, value) in map {
                    let selector =
                        value.as_str().and_then(|text| VersionSelector::parse("versions", text).ok());
                    if let Some(selector) = selector {
                        request.versions.insert(family.clone(), selector);
                    } else {
                        let message = "must be a label or a range of versions";
                        problems.push(Problem::at(pointer::push("", family), message));
                    }
                }
            }
            _ => problems.push(Problem::at("", "must be a map")),
        }
        if problems.is_empty() { Ok(request) } else { Err(invalid(problems)) }
    }
}

impl Snapshot {
    /// What is shown to whoever asks: for each family the version that they ask for, else that of their tenant, else that of
    /// their share, else the one that stands.
    ///
    /// # Errors
    /// `UNKNOWN_SOURCE` for a family that there is not, `INVALID_OPTIONS` for a version that there is not.
    pub fn choose(&self, request: &ViewRequest) -> Result<VersionChoices> {
        let mut problems = Vec::new();
        for (family, selector) in &request.versions {
            let family = self.families.known(family)?;
            if selector.pick(&family.members, |_| true).is_none() {
                let there_are = family.listed();
                let message = format!("no version meets \"{}\": there are {there_are}", selector.as_str());
                problems.push(Problem::at(pointer::push("", &family.name), message));
            }
        }
        if problems.is_empty() { Ok(self.chosen(request)) } else { Err(invalid(problems)) }
    }

    /// The same for a revision that may lack what is asked for: what it lacks is not chosen.
    fn chosen(&self, request: &ViewRequest) -> VersionChoices {
        let choose = |family: &Arc<Family>| {
            let wanted = request.versions.get(&*family.name);
            let wanted = wanted.and_then(|meant| meant.pick(&family.members, |_| true));
            let by_route = || {
                let route = family.route.as_ref()?;
                route.choose(&family.name, &family.rules, &request.context)
            };
            let source = wanted.map(|member| &member.source).or_else(by_route)?;
            Some((Arc::clone(&family.name), Arc::clone(source)))
        };
        self.settled(self.families.active().iter().filter_map(choose).collect())
    }

    /// Choices that say something: of versions that are there and do not stand.
    fn settled(&self, choices: VersionChoices) -> VersionChoices {
        let is_news = |family: &Arc<str>, source: &Arc<str>| {
            let family = self.families.get(family);
            family.is_some_and(|family| family.standing != *source && family.member(source).is_some())
        };
        choices.into_iter().filter(|(family, source)| is_news(family, source)).collect()
    }

    /// The revision with chosen versions in the place of those that stand. What it lists it can call, as every revision does.
    pub fn view(self: &Arc<Self>, choices: &VersionChoices) -> Arc<Self> {
        if *choices == self.choices {
            return Arc::clone(self);
        }
        if let Some(view) = self.views.get(choices) {
            return view;
        }
        // Without the lock: a version may have a thousand tools.
        let view = Arc::new(self.shown(choices));
        self.views.keep(choices, &view);
        view
    }

    /// The view of whoever asks.
    ///
    /// # Errors
    /// As [`Snapshot::choose`].
    pub fn view_for(self: &Arc<Self>, request: &ViewRequest) -> Result<Arc<Self>> {
        Ok(self.view(&self.choose(request)?))
    }

    /// The view in which a source stands, or nobody of its family where it is not there yet.
    pub fn view_of(self: &Arc<Self>, source: &str) -> Arc<Self> {
        let family = self.families.get(family_of(source)).filter(|family| *family.standing != *source);
        self.view(&family.map(|family| VersionChoices::of(&family.name, source)).unwrap_or_default())
    }

    /// A former revision as it was shown to whoever asks.
    ///
    /// # Errors
    /// As [`Snapshot::former`].
    pub(in crate::registry) fn former_for(&self, request: &ViewRequest, revision: u64) -> Result<Self> {
        let former = self.base.as_deref().unwrap_or(self).former(revision)?;
        Ok(former.shown(&former.chosen(request)))
    }

    /// A former revision with the versions of this view.
    pub(in crate::registry) fn former_alike(&self, revision: u64) -> Result<Self> {
        let former = self.base.as_deref().unwrap_or(self).former(revision)?;
        let choices = former.settled(
            self.choices.pairs().map(|(family, source)| (Arc::clone(family), Arc::clone(source))).collect(),
        );
        Ok(former.shown(&choices))
    }

    /// The keys of callers' metadata that routes look at; `None` where it makes no difference who calls.
    pub fn looks_at(&self) -> Option<Vec<&str>> {
        let routes = self.families.active().iter().filter_map(|family| family.route.as_deref());
        let mut keys: Option<Vec<&str>> = None;
        for route in routes.filter(|route| route.looks_at_callers()) {
            keys.get_or_insert_default().push(&route.tenant_key);
        }
        keys
    }

    /// The key of callers' metadata that names the tenant, for the tools of a source.
    pub fn tenant_key(&self, source: &str) -> &str {
        let route = self.families.get(family_of(source)).and_then(|family| family.route.as_deref());
        route.map_or(Caller::TENANT_KEY, |route| &route.tenant_key)
    }

    /// The tools of versions that do not stand.
    pub fn waiting(&self) -> impl Iterator<Item = &Arc<RegisteredTool>> {
        let members = self.families.active().iter().flat_map(|family| &family.members);
        let waiting = members.filter_map(|member| member.offstage.as_ref()).flat_map(|own| &own.tools);
        waiting.filter(|tool| self.admits(tool))
    }

    /// The tools of a source, whether it stands or not, in the order of registration.
    pub fn tools_of<'s>(&'s self, source: &'s str) -> impl Iterator<Item = &'s Arc<RegisteredTool>> {
        let whole = self.base.as_deref().unwrap_or(self);
        let waiting = whole.offstage(source).map(|own| own.tools.as_slice());
        let standing = whole.tools().filter(move |tool| *tool.origin.source == *source);
        let standing = waiting.is_none().then_some(standing);
        let all = waiting.unwrap_or_default().iter().chain(standing.into_iter().flatten());
        all.filter(|tool| self.admits(tool))
    }

    /// The tool of a source that has a name, whether it stands or not.
    pub fn tool_of(&self, source: &str, name: &str) -> Option<&Arc<RegisteredTool>> {
        let whole = self.base.as_deref().unwrap_or(self);
        let found = whole.offstage(source).map_or_else(|| whole.holder(name), |own| own.holder(name));
        found.filter(|tool| tool.name() == name && *tool.origin.source == *source && self.admits(tool))
    }

    /// Whether a source is a version.
    pub(in crate::registry) fn has_version(&self, source: &str) -> bool {
        self.families.get(family_of(source)).is_some_and(|family| family.member(source).is_some())
    }

    /// Whether it is one that does not stand.
    pub(in crate::registry) fn waits(&self, source: &str) -> bool {
        self.offstage(source).is_some()
    }

    /// The tools of a source, where they wait.
    fn offstage(&self, source: &str) -> Option<&Arc<InactiveTools>> {
        let family = self.families.get(family_of(source))?;
        let is_on_stage = self.choices.sources().any(|chosen| chosen == source);
        if is_on_stage { None } else { family.member(source)?.offstage.as_ref() }
    }

    /// Another look at the same revision, in which chosen versions stand.
    fn shown(&self, choices: &VersionChoices) -> Self {
        let base = self.base.as_deref().unwrap_or(self);
        let mut view = base.twin();
        view.choices = choices.clone();
        view.base = Some(Box::new(base.twin()));
        for (family, source) in choices.pairs() {
            if let Some(family) = self.families.get(family) {
                view.stage(family, family.member(source));
            }
        }
        match &self.bound {
            Some(bound) => view.part(bound),
            None => view,
        }
    }

    /// Puts a version in the place of the one that stands, or nobody.
    pub(in crate::registry) fn stage(&mut self, family: &Family, member: Option<&FamilyVersion>) {
        let mut places = Arc::clone(&family.places);
        if !family.is_active() {
            let standing = self.tools().filter(|tool| tool.origin.source == family.standing);
            places = standing.map(|tool| tool.place).collect();
        }
        for place in places.iter() {
            self.lift_of(*place, &family.standing);
        }
        for tool in member.and_then(|member| member.offstage.as_ref()).into_iter().flat_map(|own| &own.tools)
        {
            self.show(tool);
        }
    }
}

const fn invalid(problems: Vec<Problem>) -> Error {
    Error::InvalidValue { option: "versions", problems }
}
