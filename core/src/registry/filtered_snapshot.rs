//! A filtered snapshot: a revision that has only the tools that a filter matches.
//!
//! A model may call exactly what it may see. A filter argument on every function could be forgotten on one of them. In a
//! filtered snapshot the other tools do not exist, so that lists, searches, calls and suggested names agree. Former
//! revisions are restricted by [`Snapshot::admits`].

use std::sync::{Arc, OnceLock};

use super::snapshot::ChangedTools;
use super::{RegisteredTool, Snapshot, SnapshotFilter};

impl Snapshot {
    /// The snapshot with only the tools that a filter matches. Tools keep their names, positions and bytes.
    pub fn filtered(self: &Arc<Self>, filter: SnapshotFilter) -> Arc<Self> {
        if let Some(filtered) = self.filtered_snapshots.get(&filter.key) {
            return filtered;
        }
        let key = Arc::clone(&filter.key);
        let filtered = Arc::new(self.filtered_copy(&Arc::new(filter.within(self.filter.clone()))));
        self.filtered_snapshots.insert(&key, &filtered);
        filtered
    }

    /// Whether a tool, also a former one, may be shown here.
    pub(in crate::registry) fn admits(&self, tool: &RegisteredTool) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.admits(tool))
    }

    /// Whether the present tool of a name is outside of this filtered snapshot. Its former definitions are then hidden too,
    /// though they may have matched the filter.
    pub(in crate::registry) fn hides(&self, name: &str) -> bool {
        let has_tool = |whole: &Self| whole.get(name).is_some();
        self.filter.is_some() && self.get(name).is_none() && self.base.as_deref().is_some_and(has_tool)
    }

    pub(in crate::registry) fn filtered_copy(&self, filter: &Arc<SnapshotFilter>) -> Self {
        let whole = self.base.as_deref().unwrap_or(self);
        let few = |admitted: Vec<&Arc<RegisteredTool>>| {
            let mut few = self.copy_without_tools();
            for tool in admitted {
                few.insert(Arc::clone(tool));
            }
            few
        };
        let few_names = filter.names().filter(|names| names.len() < self.len() / 2);
        let mut filtered = if let Some(names) = few_names {
            few(self.tools_named(names).into_iter().filter(|tool| filter.admits(tool)).collect())
        } else {
            let (admitted, others): (Vec<_>, Vec<_>) = self.tools().partition(|tool| filter.admits(tool));
            // What takes fewer steps. A filter that admits all shares all maps, which costs no memory.
            if others.len() <= admitted.len() {
                let mut shared = self.copy();
                for tool in others {
                    shared.detach(tool.position);
                }
                shared
            } else {
                few(admitted)
            }
        };
        filtered.choices = self.choices.clone();
        filtered.search = OnceLock::from(Arc::clone(self.revision_index()));
        filtered.base = Some(Box::new(whole.copy()));
        filtered.filter = Some(Arc::clone(filter));
        filtered
    }

    /// Filters this revision as the former one was filtered. That costs as much as the change, while a walk over 10,000 tools
    /// takes some ms. What nobody asked for in the former revision is not taken over.
    pub(in crate::registry) fn take_over_filtered(&self, former: &Self, mut changed: Vec<u64>) {
        let used = former.filtered_snapshots.used();
        // A walk is as fast as many changes.
        if used.is_empty() || changed.len() > self.len() / 8 {
            return;
        }
        changed.sort_unstable();
        changed.dedup();
        for filtered in used {
            if let Some(filter) = &filtered.filter {
                let next = Arc::new(self.filtered_after(&filtered, filter, &changed));
                self.filtered_snapshots.insert_unused(&filter.key, &next);
            }
        }
    }

    fn filtered_after(&self, former: &Arc<Self>, filter: &Arc<SnapshotFilter>, changed: &[u64]) -> Self {
        let mut filtered = Self {
            by_key: former.by_key.clone(),
            by_position: former.by_position.clone(),
            by_source: former.by_source.clone(),
            by_wire_name: former.by_wire_name.clone(),
            base: Some(Box::new(self.copy())),
            filter: Some(Arc::clone(filter)),
            search: OnceLock::from(Arc::clone(self.revision_index())),
            changed_tools: Some(ChangedTools { since: Arc::downgrade(former), positions: changed.into() }),
            ..self.copy_without_tools()
        };
        // All are removed first: a tool may have moved to another position.
        for position in changed {
            filtered.detach(*position);
        }
        let now = changed.iter().filter_map(|position| self.by_position.get(position));
        for tool in now.filter(|tool| filter.admits(tool)) {
            filtered.insert(Arc::clone(tool));
        }
        filtered
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::registry::registered_tool::RemovedToolExecutor;
    use crate::registry::{OnConflict, Origin, ToolRegistry};
    use crate::tool::ToolDefinition;

    fn registry(names: &[&str]) -> ToolRegistry {
        let registry = ToolRegistry::new(OnConflict::Refuse);
        for name in names {
            let definition = ToolDefinition::parse(&json!({"name": name, "description": "d"}), true);
            let executor = Arc::new(RemovedToolExecutor);
            let origin = Origin { source: "crm".into(), namespace: None };
            let tool = RegisteredTool::new(definition.expect("a definition"), executor, origin, 0);
            registry.register(tool).expect("is free");
        }
        registry
    }

    fn filtered(whole: &Arc<Snapshot>, filter: &Value) -> Arc<Snapshot> {
        whole.filtered(SnapshotFilter::parse(filter).expect("a filter"))
    }

    #[test]
    fn a_filter_that_admits_all_tools_shares_their_maps() {
        let whole = registry(&["a", "b", "c"]).snapshot();
        let all = filtered(&whole, &json!({}));
        assert!(all.by_position.ptr_eq(&whole.by_position) && all.by_source.ptr_eq(&whole.by_source));
    }

    #[test]
    fn a_change_of_other_tools_leaves_the_maps_of_a_filtered_snapshot_as_they_are() {
        let names: Vec<_> = (0..40).map(|number| format!("tool_{number}")).collect();
        let registry = registry(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let odd = json!({"name": "*[13579]"});
        let before = filtered(&registry.snapshot(), &odd);
        registry.unregister("tool_4", None).expect("is open");
        let after = filtered(&registry.snapshot(), &odd);
        assert!(after.by_position.ptr_eq(&before.by_position) && after.by_source.ptr_eq(&before.by_source));
        assert_eq!(after.revision, before.revision + 1);
        // What nobody asks for is not taken over.
        for name in ["tool_6", "tool_8"] {
            registry.unregister(name, None).expect("is open");
        }
        assert!(!filtered(&registry.snapshot(), &odd).by_position.ptr_eq(&before.by_position));
    }

    #[test]
    fn a_filter_that_admits_many_or_few_gives_the_same_maps() {
        let names = ["a", "b.c", "b_c.d", "e", "f/g"];
        let registry = registry(&names);
        let whole = registry.snapshot();
        for bits in 0..1_u32 << names.len() {
            let admitted: Vec<_> = names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).collect();
            let admitted: Vec<_> = admitted.into_iter().map(|(_, name)| *name).collect();
            let part = filtered(&whole, &json!({"names": admitted}));
            let listed: Vec<_> = part.tools().map(|tool| tool.name()).collect();
            assert_eq!((&listed, part.len(), part.by_key.size()), (&admitted, listed.len(), listed.len()));
            let of_source: Vec<_> = part.active_tools_of("crm").map(|tool| tool.name()).collect();
            assert_eq!(of_source, admitted);
            for tool in whole.tools() {
                let is_admitted = admitted.contains(&tool.name());
                assert_eq!(part.find_by_wire_name(tool.wire_name()).is_some(), is_admitted, "{admitted:?}");
            }
        }
    }
}
