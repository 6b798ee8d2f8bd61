//! Tokens of OAuth 2 and OpenID Connect: got, kept, renewed, and asked for where they may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::support::doorman::{House, authorization, document, header, lacks, no_arguments, options, timed};
use futures_core::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};
use toolrack_core::error::ErrorCode;
use toolrack_core::http::{HttpFault, HttpRequest, Reach, Redirects};
use url::form_urlencoded;

const SECRET: &str = "client secret +/=";

fn client() -> Value {
    json!({"clientId": "me:too", "clientSecret": SECRET})
}

fn flows(flows: &Value) -> Value {
    json!({"s": {"type": "oauth2", "flows": flows}})
}

fn machine() -> Value {
    flows(&json!({"clientCredentials": {"tokenUrl": "https://id.example.com/token", "scopes": {}}}))
}

fn form(request: &HttpRequest) -> Vec<(String, String)> {
    form_urlencoded::parse(request.body.as_deref().unwrap_or_default()).into_owned().collect()
}

type Answer = Result<(u16, Value), HttpFault>;

/// A strict token server at `/token` and an API that takes what it gave last: each token has the number of its request.
fn strict(expires_in: Value) -> (impl Fn(&HttpRequest) -> Answer, Arc<AtomicUsize>) {
    let given = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&given);
    let answer = move |request: &HttpRequest| {
        if request.url.path() != "/token" {
            let wanted = format!("Bearer token-{}", counted.load(Ordering::Relaxed));
            let is_known = authorization(request) == Some(&wanted);
            return Ok((if is_known { 200 } else { 401 }, json!({"seen": authorization(request)})));
        }
        assert_eq!(request.method, Method::POST);
        assert_eq!(header(request, "content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(header(request, "accept"), Some("application/json"));
        assert_eq!(request.redirects, Redirects::None);
        let n = counted.fetch_add(1, Ordering::Relaxed) + 1;
        Ok((
            200,
            json!({"access_token": format!("token-{n}"), "token_type": "bearer", "expires_in": expires_in}),
        ))
    };
    (answer, given)
}

#[tokio::test]
async fn client_credentials_are_sent_as_rfc_6749_says() {
    let basic = "Basic bWUlM0F0b286Y2xpZW50K3NlY3JldCslMkIlMkYlM0Q=";
    for (more, scopes, expected_form, expected_header) in [
        (json!({}), json!([]), json!([["grant_type", "client_credentials"]]), Some(basic)),
        (
            json!({}),
            json!(["write", "read"]),
            json!([["grant_type", "client_credentials"], ["scope", "read write"]]),
            Some(basic),
        ),
        (
            json!({"scopes": ["all"], "audience": "https://api.example.com/"}),
            json!(["read"]),
            json!([
                ["grant_type", "client_credentials"],
                ["scope", "all"],
                ["audience", "https://api.example.com/"]
            ]),
            Some(basic),
        ),
        (
            json!({"clientAuth": "body"}),
            json!([]),
            json!([["grant_type", "client_credentials"], ["client_id", "me:too"], ["client_secret", SECRET]]),
            None,
        ),
    ] {
        let house = House::of(strict(json!(3600)).0);
        let mut credential = client();
        credential.as_object_mut().expect("a map").extend(more.as_object().cloned().unwrap_or_default());
        let given = options(&json!({"auth": {"s": credential}}));
        house.load(&document(&machine(), &json!([{"s": scopes}])), given).await.expect("loads");
        house.call(no_arguments()).await.expect("is sent");
        let sent = house.sent();
        assert_eq!(json!(form(&sent[0])), expected_form);
        assert_eq!(authorization(&sent[0]), expected_header);
        assert_eq!(sent[0].reach, Reach::Public, "a document names the endpoint");
        assert_eq!((sent.len(), authorization(&sent[1])), (2, Some("Bearer token-1")));
    }
}

#[tokio::test]
async fn each_dialect_names_its_token_endpoint() {
    let url = "https://id.example.com/token";
    let swagger = |flow: &str| {
        json!({
            "swagger": "2.0", "host": "api.example.com", "security": [{"s": []}],
            "paths": {"/things": {"get": {"operationId": "get"}}},
            "securityDefinitions": {"s": {"type": "oauth2", "flow": flow, "tokenUrl": url, "scopes": {}}},
        })
    };
    let modern = |all: &Value| document(&flows(all), &json!([{"s": []}]));
    let refresh = json!({"refreshToken": "r-0123456789", "clientId": "me"});
    for (document, credential) in [
        (swagger("application"), client()),
        (swagger("accessCode"), refresh.clone()),
        (modern(&json!({"clientCredentials": {"tokenUrl": url}})), client()),
        (
            modern(&json!({"authorizationCode": {"tokenUrl": "https://other.example/t", "refreshUrl": url}})),
            refresh.clone(),
        ),
        (modern(&json!({"password": {"tokenUrl": url}})), refresh.clone()),
        (modern(&json!({"deviceAuthorization": {"tokenUrl": url}})), refresh),
    ] {
        let house = House::of(strict(json!(3600)).0);
        house.load(&document, options(&json!({"auth": {"s": credential}}))).await.expect("loads");
        house.call(no_arguments()).await.expect("is sent");
        assert_eq!(house.sent()[0].url.as_str(), url);
    }
}

#[tokio::test]
async fn a_token_serves_until_a_little_before_its_end() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let clock = || NOW.load(Ordering::Relaxed);
    let start = 1_700_000_000_000;
    for (expires_in, ages) in [
        // A tenth before its end, 30 s at most.
        (json!(100), &[(0, 1), (89_999, 1), (90_001, 2)][..]),
        (json!("3600"), &[(0, 1), (3_569_999, 1), (3_570_001, 2)]),
        (Value::Null, &[(0, 1), (86_400_000, 1)]),
    ] {
        let (answer, given) = strict(expires_in.clone());
        let house = House::of(answer);
        NOW.store(start, Ordering::Relaxed);
        house
            .load(&document(&machine(), &json!([{"s": []}])), timed(&json!({"s": client()}), clock))
            .await
            .expect("loads");
        for (age, tokens) in ages {
            NOW.store(start + age, Ordering::Relaxed);
            house.call(no_arguments()).await.expect("is sent");
            assert_eq!(given.load(Ordering::Relaxed), *tokens, "{expires_in} after {age} ms");
        }
    }
}

#[tokio::test]
async fn a_hundred_calls_at_once_ask_for_one_token() {
    let (answer, given) = strict(json!(3600));
    let house = House::slow(answer);
    house
        .load(&document(&machine(), &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
        .await
        .expect("loads");
    let house = Arc::new(house);
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let house = Arc::clone(&house);
            tokio::spawn(async move { house.call(no_arguments()).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("is sent");
    }
    assert_eq!((given.load(Ordering::Relaxed), house.sent().len()), (1, 101));
}

#[tokio::test]
async fn whoever_waits_for_a_token_that_is_not_given_asks_for_no_other() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let house = House::slow(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok((401, json!({"error": "invalid_client"})))
    });
    house
        .load(&document(&machine(), &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
        .await
        .expect("loads");
    let house = Arc::new(house);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let house = Arc::clone(&house);
            tokio::spawn(async move { house.call(no_arguments()).await })
        })
        .collect();
    for call in calls {
        lacks(call.await.expect("no panic"));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    lacks(house.call(no_arguments()).await);
    assert_eq!(asked.load(Ordering::Relaxed), 2, "a later call asks again");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let (answer, given) = strict(json!(3600));
    let house = House::of(answer);
    house
        .load(&document(&machine(), &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
        .await
        .expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    // The server forgets the first token.
    given.fetch_add(5, Ordering::Relaxed);
    house.sent();
    house.call(no_arguments()).await.expect("is sent again");
    let shown: Vec<_> = house
        .sent()
        .iter()
        .map(|one| (one.url.path().to_owned(), authorization(one).map(ToOwned::to_owned)))
        .collect();
    let seen = |path: &str, token: &str| (path.to_owned(), Some(token.to_owned()));
    assert_eq!(
        (&shown[0], &shown[2]),
        (&seen("/things", "Bearer token-1"), &seen("/things", "Bearer token-7"))
    );
    assert_eq!(shown.len(), 3);

    let never = House::of(|request| match request.url.path() {
        "/token" => Ok((200, json!({"access_token": format!("t-{}", request.url), "expires_in": 60}))),
        _ => Ok((401, json!({"echo": authorization(request)}))),
    });
    never
        .load(&document(&machine(), &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
        .await
        .expect("loads");
    let error = never.call(no_arguments()).await.expect_err("is refused");
    assert_eq!(error.code(), ErrorCode::HttpFailed);
    assert_eq!(error.details()["body"], json!({"echo": "Bearer [redacted]"}));
    assert_eq!(never.sent().len(), 3, "the same token again is not sent again");
}

#[tokio::test]
async fn a_refresh_token_that_the_server_replaces_is_used_from_then_on() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let house = House::of(|request| {
        if request.url.path() != "/token" {
            return Ok((200, json!({})));
        }
        let form = form(request);
        let refresh = form.iter().find(|(key, _)| key == "refresh_token").map(|(_, value)| value.clone());
        Ok((
            200,
            json!({"access_token": "t", "expires_in": 10, "refresh_token": format!("{}+", refresh.expect("one"))}),
        ))
    });
    let auth = json!({"s": {"refreshToken": "first-refresh", "clientId": "me"}});
    let schemes = flows(&json!({"authorizationCode": {"tokenUrl": "https://id.example.com/token"}}));
    house
        .load(&document(&schemes, &json!([{"s": ["a"]}])), timed(&auth, || NOW.load(Ordering::Relaxed)))
        .await
        .expect("loads");
    for (n, refresh) in ["first-refresh", "first-refresh+", "first-refresh++"].into_iter().enumerate() {
        NOW.store(20_000 * n as u64, Ordering::Relaxed);
        house.call(no_arguments()).await.expect("is sent");
        let expected =
            json!([["grant_type", "refresh_token"], ["refresh_token", refresh], ["client_id", "me"]]);
        assert_eq!(json!(form(&house.sent()[0])), expected, "no scope: what was granted is what there is");
    }
}

#[tokio::test]
async fn an_old_token_serves_on_while_no_new_one_is_given() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let down = Arc::new(AtomicUsize::new(0));
    let is_down = Arc::clone(&down);
    let house = House::of(move |request| match (request.url.path(), is_down.load(Ordering::Relaxed)) {
        ("/token", 0) => Ok((200, json!({"access_token": "t", "expires_in": 100}))),
        ("/token", _) => Err(HttpFault::Unreachable { reason: "https://id.example.com: refused".to_owned() }),
        _ => Ok((200, json!({}))),
    });
    let clock = || NOW.load(Ordering::Relaxed);
    house
        .load(&document(&machine(), &json!([{"s": []}])), timed(&json!({"s": client()}), clock))
        .await
        .expect("loads");
    house.call(no_arguments()).await.expect("is sent");
    down.store(1, Ordering::Relaxed);
    NOW.store(95_000, Ordering::Relaxed);
    house.call(no_arguments()).await.expect("the old one is still good");
    NOW.store(100_000, Ordering::Relaxed);
    let (_, reason) = lacks(house.call(no_arguments()).await);
    assert!(reason.contains("the token endpoint https://id.example.com failed"), "{reason}");
}

#[tokio::test]
async fn what_a_token_endpoint_says_instead_is_told_without_secrets() {
    for (status, body, words) in [
        (
            400,
            json!({"error": "invalid_scope", "error_description": format!("no, {SECRET}!")}),
            "responded with status 400: invalid_scope (no, [redacted]!)",
        ),
        (
            400,
            json!({"error": "e", "error_description": format!("{}{SECRET}", "x".repeat(112))}),
            "x[redacte…)",
        ),
        (200, json!({"error": "bad_client\n"}), "responded with status 200: bad_client\\n"),
        (500, json!("x"), "responded with status 500"),
        (302, json!({}), "responded with status 302"),
        (200, json!({}), "responded without access_token"),
        (200, json!({"access_token": "t", "token_type": "DPoP"}), "type \"DPoP\""),
        (200, json!({"access_token": ""}), "responded without access_token"),
    ] {
        let house = House::of(move |_| Ok((status, body.clone())));
        house
            .load(&document(&machine(), &json!([{"s": []}])), options(&json!({"auth": {"s": client()}})))
            .await
            .expect("loads");
        let (schemes, reason) = lacks(house.call(no_arguments()).await);
        assert_eq!(schemes, ["s"]);
        assert!(reason.contains(words), "{reason}");
        assert_eq!(house.sent().len(), 1, "the API hears of nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_never_comes_ends_the_call_at_its_deadline() {
    struct Silent;
    impl toolrack_core::http::HttpClient for Silent {
        fn send(
            &self,
            _: HttpRequest,
        ) -> BoxFuture<'_, Result<toolrack_core::http::HttpResponse, HttpFault>> {
            Box::pin(std::future::pending())
        }
    }
    let registry =
        Arc::new(toolrack_core::registry::ToolRegistry::new(toolrack_core::registry::OnConflict::Refuse));
    let loader = toolrack_core::loader::SpecLoader::new(Arc::clone(&registry), Arc::new(Silent));
    let text = document(&machine(), &json!([{"s": []}])).to_string().into();
    loader
        .load(toolrack_core::spec::SpecSource::Text(text), options(&json!({"auth": {"s": client()}})))
        .await
        .expect("loads");
    let call = toolrack_core::tool::ToolCall::own(
        "get",
        serde_json::Map::new(),
        std::time::Duration::from_millis(700),
    );
    let snapshot = registry.snapshot();
    let ended = snapshot.get("get").expect("is there").executor.execute(call).await;
    assert_eq!(ended.expect_err("nobody answers").code(), ErrorCode::Timeout);
}
