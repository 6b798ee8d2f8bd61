//! Revision index: the search index of one revision or view, made at its first search.
//!
//! A revision that is searched takes the index of the last one that was, with the tools that changed since. A registry that is
//! never searched has none.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::SearchSettings;
use super::search_options::NO_FILTER;
use crate::registry::RegisteredTool;
use crate::registry::persistent_map::PersistentOrderedMap;
use crate::search::{MergedIndex, OperationText, SearchIndex, ToolText, Visibility};

/// The most filters whose tools are kept.
const MOST_FILTERS: usize = 16;

/// Tools by position, as a snapshot has them.
type Tools = PersistentOrderedMap<u64, Arc<RegisteredTool>>;

/// What filters admit, by what tells the filters apart. The one that was asked about last stands last.
type KnownFilters = Vec<(Arc<str>, Arc<Visibility>)>;

/// The search index of one revision or view.
pub struct RevisionIndex {
    settings: Arc<SearchSettings>,
    tools: Tools,
    /// What it is made of, until it is made; none: of all tools.
    basis: Mutex<Option<Basis>>,
    made: OnceLock<MadeIndex>,
    /// The tools that may be found, by filter.
    visible: Mutex<KnownFilters>,
}

/// An index, and what is known of filters from former ones.
struct MadeIndex {
    index: Arc<SearchIndex>,
    /// Without the tools that came since.
    carried: KnownFilters,
}

/// The last index that was made, and the positions that changed since. It keeps no tools alive.
#[derive(Clone)]
pub(super) struct Basis {
    index: Arc<SearchIndex>,
    visible: KnownFilters,
    /// Ascending.
    changed: Vec<u64>,
}

impl fmt::Debug for RevisionIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_built = self.is_built();
        f.debug_struct("RevisionIndex").field("is_built", &is_built).finish_non_exhaustive()
    }
}

impl RevisionIndex {
    pub(super) fn new(settings: &Arc<SearchSettings>, tools: &Tools, basis: Option<Basis>) -> Self {
        Self {
            settings: Arc::clone(settings),
            tools: tools.clone(),
            basis: Mutex::new(basis),
            made: OnceLock::new(),
            visible: Mutex::default(),
        }
    }

    pub(super) fn settings(&self) -> &SearchSettings {
        &self.settings
    }

    /// What the next revision makes its index of; none where that takes as long as a new one.
    pub(super) fn basis_after(&self, tools: &Tools, mut changed: Vec<u64>) -> Option<Basis> {
        // Read first: it goes when the index is made.
        let basis = lock(&self.basis).clone();
        let (index, visible, earlier) = match (self.made.get(), basis) {
            (Some(made), _) => (Arc::clone(&made.index), self.known_filters(made), Vec::new()),
            (None, Some(Basis { index, visible, changed })) => (index, visible, changed),
            (None, None) => return None,
        };
        changed.extend(earlier);
        changed.sort_unstable();
        changed.dedup();
        (changed.len() <= tools.size() / 2).then_some(Basis { index, visible, changed })
    }

    /// What the next revision may know of filters: those of this one, and those of former ones that it was not asked about.
    fn known_filters(&self, made: &MadeIndex) -> KnownFilters {
        let own = lock(&self.visible);
        let is_other = |(key, _): &&(Arc<str>, _)| own.iter().all(|(known, _)| known != key);
        let mut all: KnownFilters = made.carried.iter().filter(is_other).chain(&*own).cloned().collect();
        while all.len() > MOST_FILTERS {
            forget_oldest(&mut all);
        }
        all
    }

    /// Whether the index is made.
    pub(super) fn is_built(&self) -> bool {
        self.made.get().is_some()
    }

    /// Makes the index, if it is not made.
    pub(super) fn make(&self) {
        self.made();
    }

    /// The index, made at the first call.
    pub(super) fn index(&self) -> &Arc<SearchIndex> {
        &self.made().index
    }

    fn made(&self) -> &MadeIndex {
        if let Some(made) = self.made.get() {
            return made;
        }
        let basis = lock(&self.basis).clone();
        let made = self.made.get_or_init(|| {
            if let Some(basis) = &basis {
                return self.make_after(basis);
            }
            let tools = self.tools.iter().map(|(position, tool)| (*position, text_of(tool)));
            let index = Arc::new(SearchIndex::build(tools, self.settings.weights));
            MadeIndex { index, carried: Vec::new() }
        });
        // The segments of former indexes go with the last of them.
        lock(&self.basis).take();
        made
    }

    fn make_after(&self, Basis { index, visible, changed }: &Basis) -> MadeIndex {
        let come = changed.iter().filter_map(|at| Some((*at, text_of(self.tools.get(at)?))));
        let (index, merge) = self.settings.merge.apply(&index.after(changed, come));
        let renumbering = merge.as_ref().map(MergedIndex::renumbering);
        let carry = |(key, known): &(Arc<str>, Arc<Visibility>)| {
            (Arc::clone(key), Arc::new(index.carried(known, renumbering)))
        };
        let carried = visible.iter().map(carry).collect();
        MadeIndex { index: Arc::new(index), carried }
    }

    /// The tools that may be found: those that are admitted. `key` tells admissions apart.
    pub(super) fn visibility(
        &self,
        key: &str,
        is_admitted: impl Fn(&RegisteredTool) -> bool,
    ) -> Arc<Visibility> {
        if let Some(known) = find(&lock(&self.visible), key) {
            return known;
        }
        let MadeIndex { index, carried } = self.made();
        let is_at = |position: &u64| self.tools.get(position).is_some_and(|tool| is_admitted(tool));
        let visible = Arc::new(if let Some(known) = find(carried, key) {
            index.visibility_after(&known, |position| is_at(&position))
        } else {
            let admitted = self.tools.iter().filter(|(_, tool)| is_admitted(tool));
            index.visibility(admitted.map(|(position, _)| *position))
        });
        let mut all = lock(&self.visible);
        if all.len() == MOST_FILTERS {
            forget_oldest(&mut all);
        }
        all.push((key.into(), Arc::clone(&visible)));
        visible
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

fn find(filters: &KnownFilters, key: &str) -> Option<Arc<Visibility>> {
    filters.iter().find(|(known, _)| **known == *key).map(|(_, visible)| Arc::clone(visible))
}

/// Forgets the filter that was asked about first. A search without a filter is asked for most often, and costs most.
fn forget_oldest(filters: &mut KnownFilters) {
    let oldest = filters.iter().position(|(key, _)| **key != *NO_FILTER).unwrap_or_default();
    filters.remove(oldest);
}

/// A thread that panicked left what is locked whole: each change is one step.
fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
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
