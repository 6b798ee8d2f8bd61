//! The state file: whole or not there, one loader's alone, and a reason where it is neither.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::changing::{paths, said};
use crate::support::homes::Home;
use serde_json::json;
use toolrack_core::error::{Error, ErrorCode};

fn reason(error: &Error) -> String {
    let Error::StateBroken { reason, .. } = error else { panic!("{error}") };
    reason.clone()
}

#[tokio::test]
async fn a_file_that_is_damaged_is_refused_or_put_aside() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one")]));
    home.live().load(json!({})).await;
    let whole = std::fs::read(home.path("state")).expect("a file");
    let newer = String::from_utf8_lossy(&whole).replacen("state 1", "state 9", 1).into_bytes();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for (bytes, expected) in [
        (Vec::new(), "its first line is not that of a state file"),
        (b"{}".to_vec(), "its first line is not that of a state file"),
        (whole[..20].to_vec(), "it is truncated"),
        (
            whole[..whole.len() - 1].to_vec(),
            "its hash does not match its content: it is truncated or damaged",
        ),
        (flipped, "its hash does not match its content: it is truncated or damaged"),
        (newer, "it has format 9 of a newer version; this version reads format 1"),
    ] {
        std::fs::write(home.path("state"), &bytes).expect("a file");
        let Err(error) = home.try_live(&json!(home.path("state"))) else { panic!("{expected}") };
        assert_eq!((error.code(), reason(&error).as_str()), (ErrorCode::StateBroken, expected));
        assert_eq!(std::fs::read(home.path("state")).expect("a file"), bytes, "it is left as it is");
        let life = home.try_live(&json!({"path": home.path("state"), "onBroken": "begin"})).expect("goes on");
        assert!(life.failed()[0].starts_with(expected), "{:?}", life.failed());
        assert_eq!(std::fs::read(home.path("state.broken")).expect("a file"), bytes);
        assert_eq!(life.load(json!({})).await.restored, None);
    }
    assert_eq!(home.live().load(json!({})).await.unchanged, ["a"]);
}

#[tokio::test]
async fn one_loader_has_a_file_at_a_time() {
    let home = Home::new();
    let first = home.live();
    let Err(error) = home.try_live(&json!(home.path("state"))) else { panic!("is in use") };
    assert_eq!(error.code(), ErrorCode::StateLocked);
    assert_eq!(error.details()["pid"], std::process::id());
    let advice = "close that one, or give this one another file in the option state";
    assert!(error.to_string().ends_with(&format!("of process {}: {advice}", std::process::id())), "{error}");
    first.loader.close();
    first.loader.close();
    home.live();
    for (state, code) in [
        (json!(home.folder.path()), ErrorCode::StateUnwritable),
        (json!(home.path("none/state")), ErrorCode::StateUnwritable),
        (json!(""), ErrorCode::InvalidOptions),
        (json!({"path": "x", "more": 1}), ErrorCode::InvalidOptions),
        (json!({"onBroken": "begin"}), ErrorCode::InvalidOptions),
        (json!(5), ErrorCode::InvalidOptions),
    ] {
        let Err(error) = home.try_live(&state) else { panic!("{state}") };
        assert_eq!(error.code(), code, "{state}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_for_its_user_alone_and_a_link_to_it_stays_one() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::new();
    home.says("1", &paths(&[("a", "one")]));
    std::fs::create_dir(home.path("real")).expect("a folder");
    std::fs::write(home.path("other"), "").expect("a file");
    // What was left behind is no way to another file.
    std::os::unix::fs::symlink(home.path("other"), home.path("real/state.tmp")).expect("a link");
    let life = home.try_live(&json!(home.path("real/state"))).expect("opens");
    life.load(json!({})).await;
    life.loader.save().expect("is written");
    drop(life);
    std::os::unix::fs::symlink(home.path("real/state"), home.path("state")).expect("a link");
    let life = home.live();
    life.load(json!({})).await;
    life.loader.save().expect("is written");
    assert!(home.path("state").is_symlink());
    assert_eq!(std::fs::read(home.path("other")).expect("a file"), b"");
    for name in ["state", "state.lock"] {
        let mode = std::fs::metadata(home.path("real").join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_write_that_fails_is_told_once_and_harms_nothing() {
    let home = Home::new();
    home.says("1", &paths(&[("a", "one")]));
    let life = home.live();
    // Nothing can be written where a folder stands.
    std::fs::create_dir(home.path("state.tmp")).expect("a folder");
    life.load(json!({})).await;
    for _ in 0..3 {
        assert_eq!(life.loader.save().expect_err("cannot").code(), ErrorCode::StateUnwritable);
    }
    assert_eq!((life.failed().len(), life.tools().len()), (1, 1));
    std::fs::remove_dir(home.path("state.tmp")).expect("is empty");
    life.loader.save().expect("is written");
    assert_eq!(life.failed().len(), 1, "what goes well is not told");
    drop(life);
    home.is_silent();
    let life = home.live();
    life.load(json!({})).await;
    assert_eq!(life.tools(), said(&[("a", "one")]));
}

#[tokio::test]
async fn a_document_of_13_mb_is_saved_once_and_read_back() {
    let home = Home::new();
    let text = "x".repeat(13_000);
    let document = |version: usize| {
        let all: Vec<_> = (0..1_000).map(|number| format!("o{number}")).collect();
        let own = format!("{version}{text}");
        home.says(
            &version.to_string(),
            &paths(&all.iter().map(|id| (id.as_str(), own.as_str())).collect::<Vec<_>>()),
        );
    };
    let life = home.live();
    for version in [0, 1, 0] {
        document(version);
        life.load(json!({})).await;
        life.loader.save().expect("is written");
    }
    let length = std::fs::metadata(home.path("state")).expect("a file").len();
    let one = std::fs::metadata(home.path("api.json")).expect("a file").len();
    assert!(one > 13_000_000 && length > 2 * one && length < 2 * one + 1_000_000, "{length}");
    drop(life);
    home.is_silent();
    let life = home.live();
    life.load(json!({})).await;
    assert_eq!((life.tools().len(), life.tools()[0].1.len()), (1_000, 13_001));
    assert_eq!(life.loader.decisions().rollback("api", None).expect("is kept").version.as_deref(), Some("1"));
    // A file that is written anew takes what it does not have in memory from the one before.
    life.loader.save().expect("is written");
    drop(life);
    let life = home.live();
    life.load(json!({})).await;
    assert!(life.tools()[0].1.starts_with('1'));
}

const HOME: &str = "TOOLRACK_STATE_TEST_HOME";

#[tokio::test]
#[ignore = "is the process that another test ends"]
async fn a_process_that_saves_all_the_time() {
    let folder = std::env::var(HOME).expect("the other test says where");
    let home = Home { folder: tempfile::TempDir::with_prefix_in("child", &folder).expect("a folder") };
    let life = home.try_live(&json!(format!("{folder}/state"))).expect("is whole");
    let place = std::path::Path::new(&folder).join("api.json");
    let load = async |text: &str| {
        home.says(text, &paths(&[("a", text), (text, "x")]));
        std::fs::copy(home.path("api.json"), &place).expect("a file");
        let options =
            toolrack_core::loader::LoadOptions { name: Some("api".to_owned()), ..Default::default() };
        life.loader.load(toolrack_core::spec::SpecSource::Path(place.clone()), options).await.expect("loads");
    };
    for number in 0.. {
        load(["even", "odd"][number % 2]).await;
        println!("\nsaving");
        life.loader.save().expect("is written");
        println!("\nsaved");
    }
}

#[tokio::test]
async fn a_process_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let home = Home::new();
    // More of them by hand: each takes some 50 ms.
    let rounds = std::env::var("TOOLRACK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(30);
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().expect("this one"))
            .args(["--exact", "state_file::a_process_that_saves_all_the_time", "--ignored", "--nocapture"])
            .env(HOME, home.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("starts");
        let out = BufReader::new(child.stdout.take().expect("is piped"));
        let lines = out.lines().map(|line| line.expect("is text"));
        // Once something was saved, at whatever it is about.
        let at = lines.filter(|line| line == "saving" || line == "saved").nth(2 + round % 5);
        assert!(at.is_some(), "it ended by itself");
        child.kill().expect("is alive");
        child.wait().expect("ends");
        home.is_silent();
        let life = home.live();
        life.load(json!({})).await;
        let tools = life.tools();
        let expected = [said(&[("a", "even"), ("even", "x")]), said(&[("a", "odd"), ("odd", "x")])];
        assert!(expected.contains(&tools), "{tools:?}");
    }
}
