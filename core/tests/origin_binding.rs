//! Credentials and the origins that they are for.

use std::time::Duration;

use crate::support::doorman::{API, House, document, header, lacks, no_arguments, options};
use serde_json::{Map, Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::ToolCall;

const KEY: &str = "key-0123456789";

fn house() -> House {
    House::of(|_| Ok((200, json!({"ok": true}))))
}

#[tokio::test]
async fn a_document_that_names_another_origin_later_gets_no_credentials() {
    let schemes = json!({"s": {"type": "http", "scheme": "bearer"}});
    let at = |server: &str| {
        let mut document = document(&schemes, &json!([{"s": []}]));
        document["servers"] = json!([{"url": server}]);
        document
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("api.json");
    let write = |document: &Value| std::fs::write(&file, document.to_string()).expect("is written");
    for (given, words) in [
        (json!({"auth": {"s": KEY}}), "bound to https://api.example.com"),
        (json!({"headers": {"authorization": "Bearer x"}}), "headers of this source are bound to"),
    ] {
        let house = house();
        write(&at(API));
        let place = SpecSource::Path(file.clone());
        house.loader.load(place.clone(), options(&given)).await.expect("loads");
        house.call(no_arguments()).await.expect("is sent");
        assert!(house.sent()[0].headers.contains_key("authorization"));

        write(&at("https://evil.example"));
        house.loader.reload("api").await.expect("loads");
        let (_, reason) = lacks(house.call(no_arguments()).await);
        assert!(reason.contains(words), "{reason}");
        assert!(house.sent().is_empty(), "nothing goes there");

        // Back home they go again, and elsewhere once the caller says so: by name, or by loading it anew.
        write(&at(API));
        house.loader.reload("api").await.expect("loads");
        house.call(no_arguments()).await.expect("is sent");
        let mut named = given.clone();
        named["network"] = json!({"authOrigins": ["https://moved.example"]});
        house.loader.load(place.clone(), options(&named)).await.expect("loads");
        write(&at("https://moved.example/v2"));
        house.loader.reload("api").await.expect("loads");
        house.call(no_arguments()).await.expect("is sent");
        write(&at("https://third.example"));
        house.loader.load(place, options(&given)).await.expect("loads");
        house.call(no_arguments()).await.expect("is sent");
        assert_eq!(house.sent().len(), 3);
    }
}

#[tokio::test]
async fn an_operation_with_a_server_of_its_own_gets_credentials_where_its_origin_is_named() {
    let mut document = document(&json!({"s": {"type": "http", "scheme": "bearer"}}), &json!([{"s": []}]));
    document["paths"]["/things"]["get"]["servers"] = json!([{"url": "https://uploads.example"}]);
    let house = house();
    house.load(&document, options(&json!({"auth": {"s": KEY}}))).await.expect("loads");
    assert!(lacks(house.call(no_arguments()).await).1.contains("goes to https://uploads.example"));
    let named = json!({"auth": {"s": KEY}, "network": {"authOrigins": ["https://uploads.example"]}});
    house.load(&document, options(&named)).await.expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    let given = json!({"auth": {"s": KEY}, "baseUrl": "https://proxy.example/api"});
    house.load(&document, options(&given)).await.expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    let hosts: Vec<_> = house.sent().iter().map(|one| one.url.host_str().map(ToOwned::to_owned)).collect();
    assert_eq!(hosts, [Some("uploads.example".to_owned()), Some("proxy.example".to_owned())]);
}

#[tokio::test]
async fn documents_of_a_directory_get_credentials_where_the_caller_says_and_headers_each_at_home() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, server) in [("a", API), ("b", "https://other.example")] {
        let mut document = document(&json!({"s": {"type": "http", "scheme": "bearer"}}), &json!([{"s": []}]));
        document["servers"] = json!([{"url": server}]);
        document["paths"]["/things"]["get"]["operationId"] = json!(name);
        std::fs::write(folder.path().join(format!("{name}.json")), document.to_string()).expect("is written");
    }
    let refused = house().loader.load_directory(folder.path(), options(&json!({"auth": {"s": KEY}}))).await;
    assert_eq!(refused.expect_err("anybody could have them").code(), ErrorCode::InvalidOptions);
    for (given, hosts) in [
        (json!({"auth": {"s": KEY}, "network": {"authOrigins": [API]}}), &["api.example.com"][..]),
        (
            json!({"auth": {"s": KEY}, "baseUrl": "https://proxy.example"}),
            &["proxy.example", "proxy.example"],
        ),
        (json!({"headers": {"authorization": "Bearer x"}}), &["api.example.com", "other.example"]),
        (json!({"auth": false}), &["api.example.com", "other.example"]),
        (json!({}), &[]),
    ] {
        let house = house();
        house.loader.load_directory(folder.path(), options(&given)).await.expect("loads");
        for tool in ["a", "b"] {
            let call = ToolCall::own(tool, Map::new(), Duration::from_secs(5));
            let snapshot = house.registry.snapshot();
            let outcome = snapshot.get(tool).expect("is there").executor.execute(call).await;
            assert!(outcome.is_ok() || outcome.is_err_and(|error| error.code() == ErrorCode::AuthFailed));
        }
        let sent = house.sent();
        let asked: Vec<_> = sent.iter().filter_map(|one| one.url.host_str()).collect();
        assert_eq!(asked, hosts, "{given}");
    }
}

#[tokio::test]
async fn other_credentials_replace_those_that_tools_have_and_equal_ones_leave_them() {
    let document =
        document(&json!({"a": {"type": "apiKey", "in": "header", "name": "X-Key"}}), &json!([{"a": []}]));
    let house = house();
    for (key, updated) in [("first", 0), ("second", 1), ("second", 0)] {
        let report = house.load(&document, options(&json!({"auth": {"a": key}}))).await.expect("loads");
        assert_eq!(report.updated.len(), updated, "{key}");
        house.call(no_arguments()).await.expect("is sent");
        assert_eq!(header(&house.sent()[0], "x-key"), Some(key));
    }
}
