//! What a request has that one of a former revision had not, and the other way round.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Filter, OfferOptions, RegisteredTool, Snapshot, SnapshotFilter, ViewRequest};
use crate::error::{Error, Result};
use crate::json::HashMap;
use crate::target::OfferedTool;

/// What changed in the tools of a target between two revisions. Tools are told apart by the names that the provider knows.
#[derive(Debug, Serialize)]
pub struct Delta {
    /// The former revision.
    pub from: u64,
    /// The revision that it is compared with.
    pub revision: u64,
    /// What goes out and did not, in the order of registration.
    pub added: Vec<ChangedDefinition>,
    /// What goes out otherwise than it did, to the byte.
    pub changed: Vec<ChangedDefinition>,
    /// What went out and does not.
    pub removed: Vec<RemovedDefinition>,
}

/// A tool that goes out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedDefinition {
    /// Its own name.
    pub name: String,
    /// The name that the provider is told.
    pub wire_name: String,
    /// What goes out.
    pub definition: Box<RawValue>,
}

/// A tool that does not go out any more.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedDefinition {
    /// Its own name.
    pub name: String,
    /// The name that the provider was told.
    pub wire_name: String,
}

/// A former revision, and which of its tools are meant where that is not for the same filter and bound to say: whoever decides about
/// tools one by one has decided about those too.
#[derive(Debug, Default)]
pub struct DeltaSince {
    /// The former revision.
    pub revision: u64,
    /// Which of its tools are meant.
    pub filter: Option<Filter>,
    /// Which of its tools are in the part.
    pub bound: Option<SnapshotFilter>,
}

impl Snapshot {
    /// What changed since a revision in what a target is given for a filter and options.
    ///
    /// # Errors
    /// `STALE_REVISION` where that revision is too long ago, `NOT_REPRESENTABLE` as for [`Snapshot::request`].
    pub fn delta(&self, from: u64, options: &OfferOptions, filter: &Filter) -> Result<Delta> {
        let former = self.former_alike(from)?;
        self.delta_beside(&self.same_part(former, None), options, (filter, filter))
    }

    /// The same for a view: beside what whoever asks was shown at that revision.
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
        let former = self.same_part(self.former_for(request, since.revision)?, since.bound);
        self.delta_beside(&former, options, (since.filter.as_ref().unwrap_or(filter), filter))
    }

    /// The tools that are meant of a former revision, for whoever decides about them one by one.
    ///
    /// # Errors
    /// `STALE_REVISION` where that revision is too long ago.
    pub fn former_tools(&self, request: &ViewRequest, since: DeltaSince) -> Result<Vec<Arc<RegisteredTool>>> {
        let former = self.same_part(self.former_for(request, since.revision)?, since.bound);
        Ok(former.matching(&since.filter.unwrap_or_default()).cloned().collect())
    }

    /// Of a former revision the part that this is of its own; `bound` stands in the place of the filter of this part.
    fn same_part(&self, former: Self, bound: Option<SnapshotFilter>) -> Self {
        let outer = || self.bound.as_ref().and_then(|own| own.outer());
        match bound.map(|bound| Arc::new(bound.within(outer()))).as_ref().or(self.bound.as_ref()) {
            Some(bound) => former.part(bound),
            None => former,
        }
    }

    fn delta_beside(
        &self,
        former: &Self,
        options: &OfferOptions,
        (then, now): (&Filter, &Filter),
    ) -> Result<Delta> {
        let from = former.revision();
        let former = former.offer(options, then);
        let current = self.request(options, now)?;
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
                None => delta.added.push(ChangedDefinition::of(offered)?),
                Some(was) if was.is_same_as(offered) => {}
                Some(_) => delta.changed.push(ChangedDefinition::of(offered)?),
            }
        }
        let gone = former.tools.iter().filter(|offered| before.contains_key(offered.candidate.wire_name));
        delta.removed.extend(gone.map(|offered| RemovedDefinition {
            name: offered.candidate.tool.name.clone(),
            wire_name: offered.candidate.wire_name.to_owned(),
        }));
        Ok(delta)
    }
}

impl ChangedDefinition {
    fn of(offered: &OfferedTool<'_>) -> Result<Self> {
        let mut definition = String::new();
        offered.write(&mut definition);
        let definition = RawValue::from_string(definition)
            .map_err(|error| Error::Internal { reason: error.to_string() })?;
        let candidate = offered.candidate;
        Ok(Self { name: candidate.tool.name.clone(), wire_name: candidate.wire_name.to_owned(), definition })
    }
}
