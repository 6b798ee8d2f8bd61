//! Check against the state file: what a document would change of a source as it was saved. Nothing enters the registry.

use std::sync::Arc;

use super::restored_tools::SavedSource;
use crate::error::Result;
use crate::loader::load_report::CheckReport;
use crate::loader::loader_context::LoaderContext;
use crate::loader::pipeline::{LoadPipeline, LoadPurpose};
use crate::registry::{OnConflict, ToolRegistry};

impl SavedSource<'_> {
    /// Restores the source into a registry of its own with the same names, and checks the document there.
    pub async fn check(self) -> Result<CheckReport> {
        let registry = ToolRegistry::new(OnConflict::Refuse)
            .with_definition_bytes(self.context.registry.definition_bytes());
        registry.merge_names(&self.context.registry.names())?;
        let mut apart = LoaderContext::new(Arc::new(registry), Arc::clone(&self.context.client));
        apart.clock = Arc::clone(&self.context.clock);
        SavedSource { context: &apart, ..self }.restore().await?;
        LoadPipeline(&apart).read_and_load(self.location, self.options, LoadPurpose::Check).await
    }
}
