//! Check of a tool set: what its load would do, without a change.

use std::sync::Arc;

use super::batch_attempt::{BatchAttempt, take_refused};
use super::tool_set::ToolSet;
use super::tool_set_batch::location;
use super::tool_set_conversion::named_code;
use crate::error::Error;
use crate::loader::load_report::CheckReport;
use crate::loader::pipeline::{ChangeContext, ContentDigest, StepResult};
use crate::loader::sources::LoadedSource;
use crate::registry::Origin;

impl BatchAttempt<'_, '_> {
    /// Convert → review → preview of the set with this index. A gate that refuses is told by the report.
    pub fn check(&self, index: usize) -> StepResult<CheckReport> {
        self.context.ensure_open()?;
        let set = &self.batch[index];
        let new = LoadedSource::new(&set.name, &location(set), Arc::clone(&set.options));
        self.context.with_unlisted_source(new, |source| self.check_source(source, set, index))
    }

    fn check_source(&self, source: &LoadedSource, set: &ToolSet, index: usize) -> StepResult<CheckReport> {
        if source.location != location(set) {
            let location = source.location.display_location();
            return Err(Error::SourceTaken { name: set.name.clone(), location }.into());
        }
        let (options, pins) = (&*set.options, self.pins(source, set));
        let context =
            ChangeContext { options, pins, is_check: true, ..ChangeContext::of_source(self.context, source) };
        let registry = &self.context.registry;
        loop {
            let mut change = self.review_set(&context, index)?;
            let mut tools = [change.take_tools()];
            let holders = tools.iter().flatten().map(|tool| named_code(tool, set.names));
            let names = registry.draft(Origin::CODE, None, holders);
            let refused = take_refused(&names, &mut tools);
            let [tools] = tools;
            // `None`: another source changed the registry since the comparison.
            let Some(mut applied) = registry.preview(&set.name, change.replacement(tools))? else { continue };
            applied.refused.extend(refused.into_iter().map(|(_, refusal)| refusal));
            let digest = ContentDigest { hash: set.hash, length: set.bytes, checksum: 0 };
            return Ok(change.finish(&context, applied).check_report(digest));
        }
    }
}
