//! The loader and the registry: which tools a document may touch.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde_json::{Value, json};
use toolrack_core::error::{ErrorCode, Result};
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, LoadReport, SpecLoader};
use toolrack_core::registry::{OnConflict, Origin, RegisteredTool, ToolRegistry};
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::{Executor, ToolCall, ToolDefinition, ToolResult};

struct Idle;

impl Executor for Idle {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async { Ok(Value::Null.into()) })
    }
}

/// A registry with the tool `own`, and a loader into it.
fn scene() -> (Arc<ToolRegistry>, SpecLoader) {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let own = ToolDefinition::parse(&json!({"name": "own", "description": "x"}), true).expect("valid");
    registry.register(RegisteredTool::new(own, Arc::new(Idle), Origin::code(), 0)).expect("free");
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    (registry, loader)
}

async fn load(loader: &SpecLoader, name: &str, ids: &[&str]) -> Result<LoadReport> {
    let paths: Value = ids.iter().map(|id| (format!("/{id}"), json!({"get": {"operationId": id}}))).collect();
    let document = json!({"openapi": "3.0.4", "paths": paths});
    let options = LoadOptions { name: Some(name.to_owned()), ..LoadOptions::default() };
    loader.load(SpecSource::Text(document.to_string().into()), options).await
}

#[tokio::test]
async fn a_document_called_code_does_not_take_the_place_of_registered_tools() {
    let (registry, loader) = scene();
    let refused = load(&loader, Origin::CODE, &["a"]).await.expect_err("the name is taken");
    assert_eq!(refused.code(), ErrorCode::NameTaken);
    assert!(registry.snapshot().get("own").is_some());
}

#[tokio::test]
async fn an_operation_whose_name_another_source_has_is_skipped_and_told() {
    let (registry, loader) = scene();
    let report = load(&loader, "crm", &["own", "other"]).await.expect("loads");
    assert_eq!((report.operations, report.added), (2, vec!["other".to_owned()]));
    let skipped: Vec<_> = report.skipped.iter().map(|one| (one.operation_id.as_deref(), one.code)).collect();
    assert_eq!(skipped, [(Some("own"), "NAME_TAKEN")]);
    assert_eq!(*registry.snapshot().get("own").expect("is there").origin.source, *Origin::CODE);
}

#[tokio::test]
async fn a_document_that_goes_takes_its_own_tools_alone() {
    let (registry, loader) = scene();
    load(&loader, "crm", &["a", "b"]).await.expect("loads");
    load(&loader, "shop", &["c"]).await.expect("loads");
    assert_eq!(loader.unload("crm"), Ok(vec!["a".to_owned(), "b".to_owned()]));
    let names: Vec<_> = registry.snapshot().tools().map(|tool| tool.name().to_owned()).collect();
    assert_eq!(names, ["own", "c"]);
    assert_eq!(loader.unload("crm").expect_err("is gone").code(), ErrorCode::UnknownSource);
}

#[tokio::test]
async fn a_closed_loader_refuses_to_load_and_its_tools_stay() {
    let (registry, loader) = scene();
    load(&loader, "crm", &["a"]).await.expect("loads");
    loader.close();
    assert_eq!(load(&loader, "crm", &["b"]).await.expect_err("closed").code(), ErrorCode::Closed);
    assert!(registry.snapshot().get("a").is_some());
}
