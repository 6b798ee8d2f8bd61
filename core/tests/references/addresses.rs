//! References to addresses: who may be asked, and who hears nothing.

use serde_json::{Value, json};
use toolrack_core::loader::LoadReport;
use toolrack_core::spec::SpecSource;
use url::Url;

use crate::support::server::{Server, ok, redirect};
use crate::support::stage::{Scene, api, skipped, tree};

/// A server of files; whatever it does not have is not found.
async fn site(files: Vec<(&'static str, String)>) -> Server {
    Server::start(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let file = files.iter().find(|(name, _)| path.strip_prefix('/') == Some(name));
        Some(file.map_or_else(
            || b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
            |(_, text)| text.strip_prefix("-> ").map_or_else(|| ok(text), redirect),
        ))
    })
    .await
}

/// The paths that a server was asked for.
fn heard(server: &mut Server) -> Vec<String> {
    let mut paths = Vec::new();
    while let Ok(request) = server.requests.try_recv() {
        paths.push(request.split(' ').nth(1).unwrap_or_default().to_owned());
    }
    paths.sort();
    paths
}

async fn load(scene: &Scene, url: &Url, path: &str, options: Value) -> LoadReport {
    let place = SpecSource::Url(url.join(path).expect("a path"));
    scene.load(place, options).await.expect("loads")
}

#[tokio::test]
async fn a_document_reads_its_own_origin_each_file_once() {
    let references =
        [("a", "schemas/a.yaml#/A"), ("b", "/schemas/b.yaml"), ("c", "../v1/./schemas/a.yaml#/C")];
    let mut server = site(vec![
        ("v1/openapi.json", api(&references)),
        ("v1/schemas/a.yaml", "{A: {items: {$ref: '../../schemas/b.yaml'}}, C: {type: boolean}}".to_owned()),
        ("schemas/b.yaml", "type: integer".to_owned()),
    ])
    .await;
    let scene = Scene::new();
    let report = load(&scene, &server.url, "v1/openapi.json", Value::Null).await;
    assert_eq!((report.added.len(), report.skipped), (3, vec![]));
    assert_eq!(heard(&mut server), ["/schemas/b.yaml", "/v1/openapi.json", "/v1/schemas/a.yaml"]);
    assert_eq!(
        scene.schema("a")["$defs"],
        json!({"schemas.a.A": {"items": {"$ref": "#/$defs/schemas.b"}}, "schemas.b": {"type": "integer"}})
    );
}

#[tokio::test]
async fn another_port_of_this_machine_hears_nothing_unless_it_is_listed() {
    let mut other = site(vec![("pet.yaml", "type: string".to_owned())]).await;
    let port = other.url.port().expect("a port");
    let hosts = ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "127.0.0.1.", "a:b@127.0.0.1"];
    let references = hosts.map(|host| (host, format!("http://{host}:{port}/pet.yaml")));
    let references: Vec<_> = references.iter().map(|(id, reference)| (*id, reference.as_str())).collect();
    let home = site(vec![("openapi.json", api(&references))]).await;
    let report = load(&Scene::new(), &home.url, "openapi.json", Value::Null).await;
    assert_eq!(report.skipped.len(), hosts.len());
    assert!(report.skipped.iter().all(|one| one.code == "SOURCE_FORBIDDEN"), "{:?}", report.skipped);
    assert_eq!(heard(&mut other), [""; 0]);
    // Written so that two readers could read two hosts.
    let own = home.url.port().expect("a port");
    let odd = [
        format!("http://127.0.0.1:{own}@127.0.0.1:{port}/pet.yaml"),
        format!("http:\\\\127.0.0.1:{port}\\pet.yaml"),
        format!("http:////127.0.0.1:{port}/pet.yaml"),
        format!("//127.0.0.1:{port}/pet.yaml"),
        format!("\\\\127.0.0.1:{port}/pet.yaml"),
        format!("http://127.0.\t0.1:{port}/pet.yaml"),
        format!("http://①②⑦.⓪.⓪.①:{port}/pet.yaml"),
        format!("http://127.0.0.1:{own}\\@127.0.0.1:{port}/pet.yaml"),
        format!("http://127.0.0.1:{own}#@127.0.0.1:{port}/pet.yaml"),
    ];
    let references: Vec<_> = odd.iter().map(|reference| (reference.as_str(), reference.as_str())).collect();
    let confusing = site(vec![("openapi.json", api(&references))]).await;
    let report = load(&Scene::new(), &confusing.url, "openapi.json", Value::Null).await;
    assert_eq!((report.added.len(), report.skipped.len(), heard(&mut other).len()), (0, odd.len(), 0));
    for listed in [format!("127.0.0.1:{port}"), "127.0.0.1".to_owned()] {
        let options = json!({"network": {"references": {"hosts": [listed]}}});
        let report = load(&Scene::new(), &home.url, "openapi.json", options).await;
        let mut added = report.added;
        added.sort();
        assert_eq!(added.len(), hosts.len() - 2, "{added:?}");
        assert!(!heard(&mut other).is_empty());
    }
    let others = json!([format!("127.0.0.1:{}", port ^ 1), "127.0.0", "LOCALHOST:1"]);
    let options = json!({"network": {"references": {"hosts": others}}});
    let report = load(&Scene::new(), &home.url, "openapi.json", options).await;
    assert_eq!((report.added.len(), heard(&mut other).len()), (0, 0));
}

#[tokio::test]
async fn a_file_that_refers_to_this_machine_reaches_nobody() {
    let mut server = site(vec![("pet.yaml", "type: string".to_owned())]).await;
    let reference = server.url.join("pet.yaml").expect("a path").to_string();
    let folder = tree(&[("openapi.json", &api(&[("pet", &reference)]))]);
    let place = SpecSource::Path(folder.path().join("openapi.json"));
    let report = Scene::new().load(place.clone(), Value::Null).await.expect("loads");
    assert_eq!(skipped(&report), [("pet".to_owned(), "SOURCE_FORBIDDEN")]);
    assert_eq!(heard(&mut server), [""; 0]);
    let scene = Scene::new();
    let options = json!({"network": {"references": {"hosts": ["127.0.0.1"]}}});
    let report = scene.load(place, options).await.expect("loads");
    assert_eq!((report.added, heard(&mut server)), (vec!["pet".to_owned()], vec!["/pet.yaml".to_owned()]));
    let name = format!("_3a_{}.pet", server.url.port().expect("a port"));
    let names: Vec<_> = scene.schema("pet")["$defs"].as_object().expect("one").keys().cloned().collect();
    assert_eq!(names, [format!("127.0.0.1{name}")]);
}

#[tokio::test]
async fn a_redirect_out_is_not_followed_and_one_within_is() {
    let mut other = site(vec![("pet.yaml", "type: string".to_owned())]).await;
    let away = other.url.join("pet.yaml").expect("a path");
    let references =
        [("out", "out.yaml"), ("within", "within.yaml"), ("file", "file.yaml"), ("loop", "loop.yaml")];
    let home = site(vec![
        ("openapi.json", api(&references)),
        ("out.yaml", format!("-> {away}")),
        ("within.yaml", "-> /pet.yaml".to_owned()),
        ("file.yaml", "-> file:///etc/passwd".to_owned()),
        ("loop.yaml", "-> /loop.yaml".to_owned()),
        ("pet.yaml", "type: string".to_owned()),
    ])
    .await;
    let report = load(&Scene::new(), &home.url, "openapi.json", Value::Null).await;
    assert_eq!(report.added, ["within"]);
    assert_eq!(skipped(&report), ["file", "loop", "out"].map(|id| (id.to_owned(), "SOURCE_FORBIDDEN")));
    assert_eq!(heard(&mut other), [""; 0]);
}

#[tokio::test]
async fn references_start_from_where_a_redirect_led() {
    let mut home = site(vec![
        ("latest", "-> /v3/openapi.json".to_owned()),
        ("v3/openapi.json", api(&[("pet", "pet.yaml"), ("shop", "../latest-shop")])),
        ("v3/pet.yaml", "title: pet".to_owned()),
        ("latest-shop", "-> /v2/shop.yaml".to_owned()),
        ("v2/shop.yaml", "items: {$ref: door.yaml}".to_owned()),
        ("v2/door.yaml", "title: door".to_owned()),
    ])
    .await;
    let scene = Scene::new();
    let report = load(&scene, &home.url, "latest", Value::Null).await;
    assert_eq!((report.added.len(), report.skipped), (2, vec![]), "{:?}", heard(&mut home));
    assert_eq!(scene.schema("shop")["$defs"].as_object().expect("two").len(), 2);
    let report = scene.loader.reload("latest").await.expect("loads");
    assert_eq!(report.unchanged.len(), 2);
}

#[tokio::test]
async fn a_document_is_what_it_is_whatever_the_server_calls_it() {
    let answer = |kind: &str, text: &str| {
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", text.len());
        [head.as_bytes(), text.as_bytes()].concat()
    };
    let json =
        api(&[("a", "#/components/schemas/A")]).replacen('{', r#"{"components": {"schemas": {"A": {}}},"#, 1);
    for kind in ["image/png", "text/html", "application/yaml", "nonsense"] {
        let server = Server::answering(answer(kind, &json)).await;
        let report = load(&Scene::new(), &server.url, "openapi", Value::Null).await;
        assert_eq!(report.added, ["a"], "{kind}");
        for page in [
            "<!DOCTYPE html><title>404: x</title>",
            "<html>\n<p>not: found: at all",
            "\"a text\"",
            "null",
            "",
        ] {
            let server = Server::answering(answer("application/json", page)).await;
            let place = SpecSource::Url(server.url.clone());
            let error = Scene::new().load(place, json!({"name": "api"})).await.expect_err("is refused");
            assert_eq!(error.code().as_str(), "INVALID_SPEC", "{page}: {error}");
        }
    }
    let long = Server::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{".to_vec()).await;
    let error = Scene::new().load(SpecSource::Url(long.url.clone()), json!({"name": "api"})).await;
    assert_eq!(error.expect_err("is refused").code().as_str(), "LIMIT_EXCEEDED");
}

#[tokio::test]
async fn what_came_over_the_network_does_not_name_files() {
    let folder = tree(&[("secret.yaml", "type: string")]);
    let secret = Url::from_file_path(folder.path().join("secret.yaml")).expect("absolute").to_string();
    let site = site(vec![
        ("openapi.json", api(&[("direct", &secret), ("through", "through.yaml")])),
        ("through.yaml", format!("items: {{$ref: '{secret}'}}")),
    ])
    .await;
    let options = json!({"network": {"references": {"outsideFolder": true}}});
    let report = load(&Scene::new(), &site.url, "openapi.json", options).await;
    assert_eq!(skipped(&report), ["direct", "through"].map(|id| (id.to_owned(), "SOURCE_FORBIDDEN")));
    // Nor through a document in a file that may name it itself.
    let through = site.url.join("through.yaml").expect("a path").to_string();
    let path = folder.path().join("openapi.json");
    std::fs::write(&path, api(&[("own", &secret), ("through", &through)])).expect("a file");
    let options = json!({"network": {"references": {"hosts": ["127.0.0.1"]}}});
    let report = Scene::new().load(SpecSource::Path(path), options).await.expect("loads");
    assert_eq!(report.added, ["own"]);
    assert_eq!(skipped(&report), [("through".to_owned(), "SOURCE_FORBIDDEN")]);
}

#[tokio::test]
async fn what_a_server_does_not_have_costs_those_who_refer_to_it() {
    let references =
        [("good", "good.yaml"), ("gone", "gone.yaml"), ("page", "page.html"), ("long", "long.yaml")];
    let home = site(vec![
        ("openapi.json", api(&references)),
        ("good.yaml", "type: string".to_owned()),
        ("page.html", "<!DOCTYPE html><p>a: b: c".to_owned()),
        ("long.yaml", format!("title: {}", "x".repeat(5_000))),
    ])
    .await;
    let report = load(&Scene::new(), &home.url, "openapi.json", json!({"limits": {"bytes": 4_000}})).await;
    assert_eq!(report.added, ["good"]);
    assert_eq!(
        skipped(&report),
        [("gone", "SOURCE_UNREADABLE"), ("long", "LIMIT_EXCEEDED"), ("page", "INVALID_SPEC")]
            .map(|(id, code)| (id.to_owned(), code))
    );
    let gone = report.skipped.iter().find(|one| one.code == "SOURCE_UNREADABLE").expect("one");
    assert!(gone.reason.contains("gone.yaml") && gone.reason.contains("404"), "{}", gone.reason);
}

#[tokio::test]
async fn references_to_other_hosts_can_be_switched_off() {
    let folder = tree(&[("openapi.json", &api(&[("pet", "https://example.com/pet.yaml")]))]);
    let place = SpecSource::Path(folder.path().join("openapi.json"));
    let options = json!({"network": {"references": {"internet": false}}});
    let report = Scene::new().load(place, options).await.expect("loads");
    assert_eq!(skipped(&report), [("pet".to_owned(), "SOURCE_FORBIDDEN")]);
}

#[tokio::test(start_paused = true)]
async fn servers_that_never_answer_keep_a_load_waiting_for_two_minutes_and_no_longer() {
    let silent = Server::start(|_| None).await;
    let references: Vec<_> = (0..20).map(|number| format!("{}{number}.yaml", silent.url)).collect();
    let references: Vec<_> = references.iter().map(|address| (address.as_str(), address.as_str())).collect();
    let start = tokio::time::Instant::now();
    let place = SpecSource::Text(api(&references).into());
    let options = json!({"network": {"references": {"hosts": ["127.0.0.1"]}}});
    let report = Scene::new().load(place, options).await.expect("loads");
    assert_eq!((report.skipped.len(), start.elapsed().as_secs()), (20, 120));
    assert!(report.skipped[19].reason.contains("took more than 120 s"), "{}", report.skipped[19].reason);
}
