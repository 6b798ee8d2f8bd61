//! Where tokens are got: what a document may name, and what a provider says of itself.

use crate::support::doorman::{House, authorization, document, lacks, no_arguments, options};
use http::Method;
use serde_json::{Value, json};
use toolrack_core::http::{HttpRequest, Reach};
use toolrack_core::spec::SpecSource;
use url::form_urlencoded;

const SECRET: &str = "client secret +/=";

fn client() -> Value {
    json!({"clientId": "me:too", "clientSecret": SECRET})
}

fn machine(token_url: &str) -> Value {
    json!({"s": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": token_url}}}})
}

/// Whoever asks gets a token, and may do what they like.
fn generous() -> (u16, Value) {
    (200, json!({"access_token": "token", "token_type": "bearer"}))
}

fn form(request: &HttpRequest) -> Vec<(String, String)> {
    form_urlencoded::parse(request.body.as_deref().unwrap_or_default()).into_owned().collect()
}

#[tokio::test]
async fn a_document_has_secrets_sent_to_its_api_or_by_https_alone() {
    for (token_url, reach) in [
        ("https://api.example.com/token", Some(Reach::Any)),
        ("https://id.example.com/token", Some(Reach::Public)),
        ("http://id.example.com/token", None),
        ("http://169.254.169.254/token", None),
        ("/token", None),
        ("file:///etc/passwd", None),
    ] {
        let house = House::of(|_| Ok(generous()));
        let schemes = machine(token_url);
        house
            .load(&document(&schemes, &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
            .await
            .expect("loads");
        let outcome = house.call(no_arguments()).await;
        let sent = house.sent();
        if let Some(reach) = reach {
            assert_eq!(sent[0].reach, reach, "{token_url}");
        } else {
            lacks(outcome);
            assert!(sent.is_empty(), "{token_url}");
        }
    }
    let mut own = client();
    own["tokenUrl"] = json!("http://localhost:9/token");
    let house = House::of(|_| Ok(generous()));
    house
        .load(
            &document(&machine("https://id.example.com/token"), &json!([{"s": []}])),
            options(&json!({"auth": {"s": own}})),
        )
        .await
        .expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    let sent = house.sent();
    assert_eq!((sent[0].url.as_str(), sent[0].reach), ("http://localhost:9/token", Reach::Any));
}

#[tokio::test]
async fn a_document_that_moves_its_token_endpoint_gets_no_secret_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("api.json");
    let write = |url: &str| {
        let schemes = machine(url);
        std::fs::write(&file, document(&schemes, &json!([{"s": []}])).to_string()).expect("is written");
    };
    let house = House::of(|_| Ok(generous()));
    write("https://id.example.com/token");
    let place = SpecSource::Path(file.clone());
    house.loader.load(place, options(&json!({"auth": {"s": client()}}))).await.expect("loads");
    write("https://evil.example/token");
    house.loader.reload("api").await.expect("loads");
    let (_, reason) = lacks(house.call(no_arguments()).await);
    assert!(reason.contains("https://evil.example"), "{reason}");
    assert!(house.sent().is_empty());
    write("https://id.example.com/v2/token");
    house.loader.reload("api").await.expect("loads");
    let sent = {
        let _ = house.call(no_arguments()).await;
        house.sent()
    };
    assert_eq!(sent[0].url.as_str(), "https://id.example.com/v2/token");
}

fn provider(over: &Value) -> Value {
    let mut said = json!({"issuer": "https://id.example.com/tenant",
        "token_endpoint": "https://tokens.example.com/token"});
    said.as_object_mut().expect("a map").extend(over.as_object().cloned().unwrap_or_default());
    said
}

#[expect(clippy::too_many_lines, reason = "one table of cases")]
#[tokio::test]
async fn a_provider_is_asked_where_its_token_endpoint_is_and_must_be_who_it_should() {
    let known = "https://id.example.com/tenant/.well-known/openid-configuration";
    let authorization_server = "https://id.example.com/.well-known/oauth-authorization-server/tenant";
    for (named, asked, said, expected) in [
        (known, known, provider(&json!({})), Ok("https://tokens.example.com/token")),
        (
            "https://id.example.com/tenant",
            known,
            provider(&json!({})),
            Ok("https://tokens.example.com/token"),
        ),
        (
            "https://id.example.com/tenant/",
            known,
            provider(&json!({"issuer": "https://id.example.com/tenant/"})),
            Ok("https://tokens.example.com/token"),
        ),
        (
            authorization_server,
            authorization_server,
            provider(&json!({})),
            Ok("https://tokens.example.com/token"),
        ),
        (known, known, provider(&json!({"issuer": "https://evil.example"})), Err("another issuer")),
        (known, known, provider(&json!({"issuer": null})), Err("another issuer")),
        (
            known,
            known,
            provider(&json!({"token_endpoint": "http://tokens.example.com/token"})),
            Err("must use https or be at"),
        ),
        (
            known,
            known,
            provider(&json!({"token_endpoint": 7})),
            Err("names no token endpoint in its metadata"),
        ),
        (known, known, json!("x"), Err("another issuer")),
    ] {
        let house = House::of(move |request| match request.method {
            Method::GET if request.url.as_str() == asked => Ok((200, said.clone())),
            _ => Ok(generous()),
        });
        let schemes = json!({"s": {"type": "openIdConnect", "openIdConnectUrl": named}});
        house
            .load(&document(&schemes, &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
            .await
            .expect("loads");
        let outcome = house.call(no_arguments()).await;
        let sent = house.sent();
        match expected {
            Ok(url) => {
                outcome.expect("is sent");
                assert_eq!(sent[1].url.as_str(), url, "{named}");
                assert!(sent[0].headers.get("authorization").is_none() && sent[0].body.is_none());
            }
            Err(words) => {
                let (_, reason) = lacks(outcome);
                assert!(reason.contains(words), "{reason}");
                assert_eq!(sent.len(), 1, "no secret was sent");
            }
        }
    }
}

#[tokio::test]
async fn a_provider_that_takes_secrets_in_the_body_alone_gets_them_there() {
    let house = House::of(move |request| match request.method {
        Method::GET if request.url.path().contains("well-known") => {
            Ok((200, provider(&json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]}))))
        }
        _ => Ok(generous()),
    });
    let schemes =
        json!({"s": {"type": "oauth2", "oauth2MetadataUrl": "https://id.example.com/tenant", "flows": {}}});
    house
        .load(&document(&schemes, &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
        .await
        .expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    let token = &house.sent()[1];
    assert_eq!(authorization(token), None);
    assert!(form(token).contains(&("client_secret".to_owned(), SECRET.to_owned())));
}
