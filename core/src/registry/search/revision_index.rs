//! Revision index: the search index of one revision or view, made at its first search.
//!
//! A revision that is searched takes the index of the last one that was, with the tools that changed since. A registry that is
//! never searched has none.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::SearchSettings;
use crate::registry::RegisteredTool;
use crate::registry::persistent_map::PersistentOrderedMap;
use crate::search::{OperationText, SearchIndex, ToolText, Visibility};

/// The most filters whose tools are kept.
const MOST_FILTERS: usize = 16;

/// Tools by position, as a snapshot has them.
type Tools = PersistentOrderedMap<u64, Arc<RegisteredTool>>;

/// The search index of one revision or view.
pub struct RevisionIndex {
    settings: Arc<SearchSettings>,
    tools: Tools,
    /// What it is made of; none: of all tools.
    basis: Option<Basis>,
    index: OnceLock<Arc<SearchIndex>>,
    /// The tools that filters admit, by what tells the filters apart; the oldest is evicted first.
    visible: Mutex<Vec<(Arc<str>, Arc<Visibility>)>>,
}

/// The last index that was made, and the positions that changed since. It keeps no tools alive.
#[derive(Clone)]
pub(super) struct Basis {
    index: Arc<SearchIndex>,
    visible: Vec<(Arc<str>, Arc<Visibility>)>,
    /// Ascending.
    changed: Vec<u64>,
}

impl fmt::Debug for RevisionIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_built = self.index.get().is_some();
        f.debug_struct("RevisionIndex").field("is_built", &is_built).finish_non_exhaustive()
    }
}

impl RevisionIndex {
    pub(super) fn new(settings: &Arc<SearchSettings>, tools: &Tools, basis: Option<Basis>) -> Self {
        Self {
            settings: Arc::clone(settings),
            tools: tools.clone(),
            basis,
            index: OnceLock::new(),
            visible: Mutex::default(),
        }
    }

    pub(super) fn settings(&self) -> &SearchSettings {
        &self.settings
    }

    /// What the next revision makes its index of; none where that takes as long as a new one.
    pub(super) fn basis_after(&self, tools: &Tools, mut changed: Vec<u64>) -> Option<Basis> {
        let (index, visible, earlier) = match (self.index.get(), &self.basis) {
            (Some(index), _) => (Arc::clone(index), self.visible_now().clone(), &[][..]),
            (None, Some(basis)) => (Arc::clone(&basis.index), basis.visible.clone(), &*basis.changed),
            (None, None) => return None,
        };
        changed.extend_from_slice(earlier);
        changed.sort_unstable();
        changed.dedup();
        (changed.len() <= tools.size() / 2).then_some(Basis { index, visible, changed })
    }

    /// Whether the index is made.
    pub(super) fn is_built(&self) -> bool {
        self.index.get().is_some()
    }

    /// Makes the index, if it is not made.
    pub(super) fn make(&self) {
        self.index();
    }

    /// The index, made at the first call.
    pub(super) fn index(&self) -> &Arc<SearchIndex> {
        self.index.get_or_init(|| {
            let Some(Basis { index, changed, .. }) = &self.basis else {
                let tools = self.tools.iter().map(|(position, tool)| (*position, text_of(tool)));
                return Arc::new(SearchIndex::build(tools, self.settings.weights));
            };
            let come = changed.iter().filter_map(|at| Some((*at, text_of(self.tools.get(at)?))));
            Arc::new(self.settings.merge.apply(index.after(changed, come)))
        })
    }

    /// The tools that may be found: those that are admitted. `key` tells admissions apart.
    pub(super) fn visibility(
        &self,
        key: &str,
        is_admitted: impl Fn(&RegisteredTool) -> bool,
    ) -> Arc<Visibility> {
        let known = self
            .visible_now()
            .iter()
            .find(|(known, _)| **known == *key)
            .map(|(_, visible)| Arc::clone(visible));
        if let Some(known) = known {
            return known;
        }
        let index = self.index();
        let former = self.basis.as_ref().and_then(|basis| {
            let (_, visible) = basis.visible.iter().find(|(known, _)| **known == *key)?;
            Some((&basis.index, visible))
        });
        let is_at = |position: &u64| self.tools.get(position).is_some_and(|tool| is_admitted(tool));
        let visible = Arc::new(if let Some((former, visible)) = former {
            index.visibility_after(former, visible, |position| is_at(&position))
        } else {
            let admitted = self.tools.iter().filter(|(_, tool)| is_admitted(tool));
            index.visibility(admitted.map(|(position, _)| *position))
        });
        let mut all = self.visible_now();
        if all.len() == MOST_FILTERS {
            all.remove(0);
        }
        all.push((key.into(), Arc::clone(&visible)));
        visible
    }

    /// A thread that panicked left the list whole: each change is one step.
    fn visible_now(&self) -> MutexGuard<'_, Vec<(Arc<str>, Arc<Visibility>)>> {
        self.visible.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The positions at which two sets of tools differ.
    pub(super) fn changed_positions(&self, tools: &Tools) -> Vec<u64> {
        let is_same = |position: &u64, tool: &Arc<RegisteredTool>, others: &Tools| {
            others.get(position).is_some_and(|other| Arc::ptr_eq(other, tool))
        };
        let gone = self.tools.iter().filter(|(position, tool)| !is_same(position, tool, tools));
        let come = tools.iter().filter(|(position, tool)| !is_same(position, tool, &self.tools));
        gone.chain(come).map(|(position, _)| *position).collect()
    }
}

/// What a search reads of a tool.
pub(super) fn text_of(tool: &RegisteredTool) -> ToolText<'_> {
    let definition = &*tool.definition;
    ToolText {
        name: tool.name(),
        wire_name: tool.wire_name(),
        operation: tool.operation.as_ref().map(|operation| OperationText {
            method: &operation.method,
            path: &operation.path,
            id: operation.id.as_deref(),
        }),
        title: definition.title.as_deref(),
        description: &definition.description,
        category: definition.category.as_deref(),
        tags: &definition.tags,
        source: &tool.origin.source,
        namespace: tool.origin.namespace.as_deref(),
        aliases: &definition.aliases,
        parameters: definition.input_schema.text_without_definitions(),
        is_deprecated: definition.deprecated,
    }
}
