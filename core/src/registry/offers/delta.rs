//! The delta of an offer since a former revision: definitions added, changed and removed.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::json::HashMap;
use crate::registry::{Filter, OfferOptions, RegisteredTool, Snapshot, SnapshotFilter, ViewRequest};
use crate::target::OfferedTool;

/// The changes of an offer between two revisions. Tools are matched by their wire names.
#[derive(Debug, Serialize)]
pub struct Delta {
    /// The former revision.
    pub from: u64,
    /// The revision that it is compared with.
    pub revision: u64,
    /// Definitions that are new, in the order of registration.
    pub added: Vec<ChangedDefinition>,
    /// Definitions whose bytes changed.
    pub changed: Vec<ChangedDefinition>,
    /// Tools that are not sent any more.
    pub removed: Vec<RemovedDefinition>,
}

/// A new or changed definition.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedDefinition {
    /// The tool's name.
    pub name: String,
    /// Its name for providers.
    pub wire_name: String,
    /// The definition as JSON.
    pub definition: Box<RawValue>,
}

/// A tool that is not sent any more.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedDefinition {
    /// The tool's name.
    pub name: String,
    /// Its name for providers.
    pub wire_name: String,
}

/// A former revision, and the filters for it where they differ from the present ones. An access check that lists the
/// allowed tools by name needs another list for the former revision.
#[derive(Debug, Default)]
pub struct DeltaSince {
    /// The former revision.
    pub revision: u64,
    /// The filter for its tools. Default: the present filter.
    pub filter: Option<Filter>,
    /// The filter of the filtered snapshot. Default: that of the present one.
    pub snapshot_filter: Option<SnapshotFilter>,
}

impl Snapshot {
    /// The changes of an offer since a revision.
    ///
    /// # Errors
    /// `STALE_REVISION` where that revision is not remembered any more, `NOT_REPRESENTABLE` as for [`Snapshot::request`].
    pub fn delta(&self, from: u64, options: &OfferOptions, filter: &Filter) -> Result<Delta> {
        let former = self.former_view(from)?;
        self.delta_from(&self.filter_former(former, None), options, (filter, filter))
    }

    /// The changes of an offer since what a caller was shown at a revision.
    ///
    /// # Errors
    /// As [`Snapshot::delta`].
    pub fn delta_for(
        &self,
        request: &ViewRequest,
        since: DeltaSince,
        options: &OfferOptions,
        filter: &Filter,
    ) -> Result<Delta> {
        let former =
            self.filter_former(self.former_view_for(request, since.revision)?, since.snapshot_filter);
        self.delta_from(&former, options, (since.filter.as_ref().unwrap_or(filter), filter))
    }

    /// The tools of a former revision that a caller was shown, for an access check of each.
    ///
    /// # Errors
    /// `STALE_REVISION` where that revision is not remembered any more.
    pub fn former_tools(&self, request: &ViewRequest, since: DeltaSince) -> Result<Vec<Arc<RegisteredTool>>> {
        let former =
            self.filter_former(self.former_view_for(request, since.revision)?, since.snapshot_filter);
        Ok(former.matching(&since.filter.unwrap_or_default()).cloned().collect())
    }

    /// Filters a former revision as this snapshot is filtered. `filter` replaces the filter of this snapshot; filters around
    /// it still apply.
    fn filter_former(&self, former: Self, filter: Option<SnapshotFilter>) -> Self {
        let outer = || self.filter.as_ref().and_then(|own| own.outer());
        match filter.map(|filter| Arc::new(filter.within(outer()))).as_ref().or(self.filter.as_ref()) {
            Some(filter) => former.filtered_copy(filter),
            None => former,
        }
    }

    /// `filters` are for the former revision and for the present one.
    fn delta_from(
        &self,
        former: &Self,
        options: &OfferOptions,
        filters: (&Filter, &Filter),
    ) -> Result<Delta> {
        let from = former.revision();
        // Not `request`: limits concern what is sent now, not a former revision.
        let former = former.offer(options, filters.0);
        let current = self.request(options, filters.1)?;
        let mut before: HashMap<&str, &OfferedTool<'_>> =
            former.tools.iter().map(|offered| (offered.candidate.wire_name, offered)).collect();
        let mut delta = Delta {
            from,
            revision: self.revision(),
            added: Vec::new(),
            changed: Vec::new(),
            removed: Vec::new(),
        };
        for offered in &current.tools {
            match before.remove(offered.candidate.wire_name) {
                None => delta.added.push(ChangedDefinition::render(offered)?),
                Some(was) if was.is_same_as(offered) => {}
                Some(_) => delta.changed.push(ChangedDefinition::render(offered)?),
            }
        }
        let removed = former.tools.iter().filter(|offered| before.contains_key(offered.candidate.wire_name));
        delta.removed.extend(removed.map(|offered| RemovedDefinition {
            name: offered.candidate.tool.name.clone(),
            wire_name: offered.candidate.wire_name.to_owned(),
        }));
        Ok(delta)
    }
}

impl ChangedDefinition {
    fn render(offered: &OfferedTool<'_>) -> Result<Self> {
        let mut definition = String::new();
        offered.write(&mut definition);
        let definition = RawValue::from_string(definition)
            .map_err(|error| Error::Internal { reason: error.to_string() })?;
        let candidate = offered.candidate;
        Ok(Self { name: candidate.tool.name.clone(), wire_name: candidate.wire_name.to_owned(), definition })
    }
}
