//! The audit log: what is written can be verified, and what is not what was written is found.

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::support::ledger::{Disk, lines, log_of, written};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use toolrack_core::audit::{
    AuditAnchor, AuditFailure, AuditLog, AuditOptions, AuditVerdict, Durability, LONGEST, ORIGIN, OnBroken,
    verify, verify_file,
};
use toolrack_core::error::{BrokenAuditRecord, Error};
use toolrack_core::tool::sha256::{hex, sha256};

fn judged(log: &[u8]) -> AuditVerdict {
    verify(Cursor::new(log), None).expect("memory can be read")
}

fn bad_line(log: &[u8]) -> Option<u64> {
    judged(log).bad.map(|bad| bad.line)
}

/// A folder and options for a log in it.
fn place() -> (TempDir, AuditOptions) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = AuditOptions::at(folder.path().join("audit.jsonl"));
    (folder, options)
}

fn open(options: &AuditOptions) -> Result<AuditLog, Error> {
    AuditLog::open(options, |failure| panic!("{failure:?}"))
}

/// The kinds of the records of a file, and the data of those of one kind.
fn records(path: &PathBuf) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("a log");
    text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

fn kinds(path: &PathBuf) -> Vec<String> {
    records(path).iter().map(|record| record["kind"].as_str().expect("a kind").to_owned()).collect()
}

#[test]
fn a_record_is_hashed_as_the_documentation_says() {
    let log = written(&[json!({"a": "é\n\"", "hash": 1}), json!({})]);
    let text = String::from_utf8(log).expect("UTF-8");
    let mut prev = ORIGIN.to_owned();
    for (i, line) in text.lines().enumerate() {
        let (hashed, tail) = line.split_at(line.len() - 75);
        let hash = hex(&sha256(hashed.as_bytes()));
        assert_eq!(tail, format!(",\"hash\":\"{hash}\"}}"));
        assert!(hashed.starts_with(&format!("{{\"seq\":{},\"time\":", i + 1)), "{hashed}");
        assert!(hashed.ends_with(&format!(",\"prev\":\"{prev}\"")), "{hashed}");
        prev = hash;
    }
    assert!(text.ends_with('\n'));
}

#[test]
fn a_log_that_is_continued_is_one_chain() {
    let (_folder, options) = place();
    for sync in [Durability::None, Durability::Interval, Durability::Each] {
        let log = open(&AuditOptions { sync, ..options.clone() }).expect("a log");
        log.record("change", &json!({"revision": 1}));
    }
    let verdict = verify_file(&options.path, None).expect("a file");
    assert_eq!((verdict.ok, verdict.records, verdict.torn), (true, 9, 0));
    assert_eq!(kinds(&options.path), ["open", "change", "close"].repeat(3));
}

#[test]
fn what_is_recorded_is_in_the_file_when_the_call_returns() {
    let (_folder, options) = place();
    let log = open(&options).expect("a log");
    for n in 2..10 {
        log.record("change", &json!({}));
        assert_eq!(records(&options.path).len(), n);
    }
    let status = log.status();
    let verdict = verify_file(&options.path, None).expect("a file");
    assert_eq!((status.seq, status.hash, status.missing), (9, verdict.last.hash, 0));
}

#[test]
fn a_closed_log_takes_nothing_more() {
    let (_folder, options) = place();
    let log = open(&options).expect("a log");
    log.close();
    log.record("change", &json!({}));
    log.close();
    assert_eq!(kinds(&options.path), ["open", "close"]);
    open(&options).expect("the lock is gone");
}

#[test]
fn a_torn_end_is_cut_off_and_told() {
    let (_folder, options) = place();
    drop(open(&options).expect("a log"));
    let whole = fs::read(&options.path).expect("a file");
    let last = whole.iter().rposition(|byte| *byte == b'\n').expect("lines");
    let start = whole[..last].iter().rposition(|byte| *byte == b'\n').expect("two lines") + 1;
    for cut in start..=last {
        fs::write(&options.path, &whole[..cut]).expect("a file");
        drop(open(&options).expect("a log"));
        let torn: Vec<_> =
            records(&options.path).into_iter().filter(|record| record["kind"] == "torn").collect();
        // All of a record but its line feed is the whole record.
        let expected = if cut == start || cut == last { vec![] } else { vec![json!({"bytes": cut - start})] };
        assert_eq!(torn.iter().map(|record| record["data"].clone()).collect::<Vec<_>>(), expected);
        let verdict = verify_file(&options.path, None).expect("a file");
        assert!(verdict.ok && verdict.torn == 0, "{verdict:?}");
    }
}

#[test]
fn an_end_of_nothing_but_zeros_is_a_torn_one() {
    let (_folder, options) = place();
    drop(open(&options).expect("a log"));
    fs::OpenOptions::new()
        .append(true)
        .open(&options.path)
        .and_then(|mut file| file.write_all(&[0; 4096]))
        .expect("zeros");
    assert_eq!(verify_file(&options.path, None).expect("a file").torn, 4096);
    drop(open(&options).expect("a log"));
    assert_eq!(kinds(&options.path), ["open", "close", "torn", "open", "close"]);
}

#[test]
fn a_second_writer_is_refused() {
    let (_folder, options) = place();
    let log = open(&options).expect("a log");
    let Err(Error::AuditUnwritable { reason, .. }) = open(&options) else { panic!("two writers") };
    assert_eq!(reason, "another registry is writing it");
    assert!(verify_file(&options.path, None).expect("readers may").ok);
    log.record("change", &json!({}));
    assert_eq!(kinds(&options.path), ["open", "change"]);
}

#[test]
fn a_broken_log_is_not_continued() {
    let (_folder, options) = place();
    drop(open(&options).expect("a log"));
    let text = fs::read_to_string(&options.path).expect("a file");
    let changed = text.replacen("\"calls\":false", "\"calls\":true", 1);
    fs::write(&options.path, &changed).expect("a file");
    let Err(Error::AuditBroken(record)) = open(&options) else { panic!("continued") };
    let BrokenAuditRecord { line, seq, reason, .. } = *record;
    assert_eq!((line, seq, &*reason), (1, Some(1), "is not what its hash says"));
    assert_eq!(fs::read_to_string(&options.path).expect("a file"), changed, "it is as it was");
}

#[test]
fn a_broken_log_can_be_put_aside() {
    let (folder, options) = place();
    fs::write(&options.path, "{}\n").expect("a file");
    let options = AuditOptions { on_broken: OnBroken::Begin, ..options };
    drop(open(&options).expect("a log"));
    let begun = &records(&options.path)[0];
    assert_eq!(begun["seq"], 1);
    let aside = begun["data"]["aside"]["path"].as_str().expect("a path").to_owned();
    assert_eq!(fs::read_to_string(aside).expect("the broken one"), "{}\n");
    assert_eq!(begun["data"]["aside"]["bad"]["line"], 1);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
}

#[test]
fn what_is_no_file_is_refused() {
    let (folder, options) = place();
    for path in [folder.path().to_owned(), options.path.join("below"), PathBuf::from("/dev/null")] {
        let Err(error) = open(&AuditOptions::at(&path)) else { panic!("{}", path.display()) };
        assert_eq!(error.code().as_str(), "AUDIT_UNWRITABLE");
        let error = verify_file(&path, None).expect_err("no file");
        assert_eq!(error.code().as_str(), "SOURCE_UNREADABLE");
    }
}

#[test]
fn a_full_disk_is_told_once_and_leaves_a_gap() {
    let disk = Disk::default();
    let failures = Arc::new(Mutex::new(Vec::new()));
    let log = log_of(&disk, &failures);
    log.record("change", &json!({"n": 0}));
    for room in [0, 10, 60] {
        disk.has_room_for(room);
        for _ in 0..3 {
            log.record("change", &json!({"lost": true}));
        }
        disk.has_room_for(1 << 20);
        log.record("change", &json!({"room": room}));
    }
    let reasons: Vec<AuditFailure> = failures.lock().expect("not poisoned").clone();
    assert_eq!(reasons.len(), 3, "once each time: {reasons:?}");
    assert_eq!(log.status().missing, 9);
    let records = lines(&disk.bytes());
    let kinds: Vec<_> = records.iter().map(|record| record["kind"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds, ["change", "gap", "change", "gap", "change", "gap", "change"]);
    assert!(records.iter().filter(|record| record["kind"] == "gap").all(|gap| gap["data"]["missing"] == 3));
    assert!(judged(&disk.bytes()).ok);
}

#[test]
fn what_a_disk_took_of_a_record_is_cut_off_as_soon_as_it_can_be() {
    let disk = Disk::default();
    let log = log_of(&disk, &Arc::default());
    log.record("change", &json!({}));
    let whole = disk.bytes().len();
    disk.has_room_for(20);
    disk.keeps_what_it_has(true);
    log.record("change", &json!({}));
    assert_eq!(disk.bytes().len(), whole + 20, "torn");
    disk.has_room_for(1 << 20);
    log.record("change", &json!({}));
    assert_eq!(log.status().missing, 2, "still torn, so nothing is written behind it");
    disk.keeps_what_it_has(false);
    log.record("change", &json!({}));
    assert!(judged(&disk.bytes()).ok);
    assert_eq!(lines(&disk.bytes())[1]["data"]["missing"], 2);
}

#[test]
fn a_record_that_is_written_and_not_made_sure_is_told_and_not_missing() {
    let disk = Disk::default();
    let failures = Arc::new(Mutex::new(Vec::new()));
    let log = log_of(&disk, &failures);
    for syncs in [true, false, false, true, false] {
        disk.syncs(syncs);
        log.record("change", &json!({}));
    }
    let told: Vec<_> = failures.lock().expect("not poisoned").iter().map(|failure| failure.missing).collect();
    assert_eq!((told, log.status().missing), (vec![0, 0], 0));
    assert_eq!(judged(&disk.bytes()).records, 5);
}

#[test]
fn a_record_that_the_system_takes_in_parts_is_whole() {
    let disk = Disk::default();
    disk.takes_at_once(7);
    let log = log_of(&disk, &Arc::default());
    for _ in 0..5 {
        log.record("change", &json!({"text": "x".repeat(100)}));
    }
    assert_eq!(judged(&disk.bytes()).records, 5);
}

#[test]
fn data_that_are_too_long_leave_their_length_and_hash() {
    let text = Value::from("x".repeat(LONGEST));
    let log = written(&[text.clone(), json!({})]);
    assert_eq!(judged(&log).records, 2);
    let text = text.to_string();
    let expected = json!({"omittedBytes": text.len(), "sha256": hex(&sha256(text.as_bytes()))});
    assert_eq!(lines(&log)[0]["data"], expected);
}

#[test]
fn threads_write_one_chain() {
    let disk = Disk::default();
    let log = log_of(&disk, &Arc::default());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let log = &log;
            scope.spawn(move || {
                for n in 0..100 {
                    log.record("call", &json!({"thread": thread, "n": n}));
                }
            });
        }
    });
    let verdict = judged(&disk.bytes());
    assert_eq!((verdict.ok, verdict.records), (true, 400));
}

#[test]
fn hostile_files_are_judged_and_not_trusted() {
    let good = written(&[json!({}), json!({})]);
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let chained = |data: &str, more: &str| {
        let start =
            format!("{{\"seq\":1,\"time\":1,\"kind\":\"x\",\"data\":{data},\"prev\":\"{ORIGIN}\"{more}");
        format!("{start},\"hash\":\"{}\"}}\n", hex(&sha256(start.as_bytes()))).into_bytes()
    };
    for (name, bytes, line, torn) in [
        ("empty", vec![], None, 0),
        ("a line feed", b"\n".to_vec(), Some(1), 0),
        ("no JSON", b"hello\n".to_vec(), Some(1), 0),
        ("another JSON", b"{}\n[]\n".to_vec(), Some(1), 0),
        ("NUL bytes", vec![0; 100_000], None, 100_000),
        ("NUL bytes in a line", b"\0\0\n".to_vec(), Some(1), 0),
        ("no UTF-8", b"\xff\xfe\n".to_vec(), Some(1), 0),
        ("a line that never ends", vec![b'x'; LONGEST + 2], Some(1), 0),
        ("a line that is too long", [vec![b'x'; LONGEST + 2], b"\n".to_vec()].concat(), Some(1), 0),
        ("deep data", chained(&deep, ""), None, 0),
        ("data that are no JSON", chained("{", ""), Some(1), 0),
        ("a key that no record has", chained("{}", ",\"more\":1"), Some(1), 0),
        ("a key twice", chained("{}", ",\"seq\":1"), Some(1), 0),
        ("a number that is too large", chained("1e999999", ""), None, 0),
        ("Windows line ends", String::from_utf8_lossy(&good).replace('\n', "\r\n").into_bytes(), Some(1), 0),
        ("an empty line at the end", [good.clone(), b"\n".to_vec()].concat(), Some(3), 0),
        ("a byte order mark", [b"\xef\xbb\xbf".to_vec(), good].concat(), Some(1), 0),
    ] {
        let verdict = judged(&bytes);
        assert_eq!((verdict.bad.as_ref().map(|bad| bad.line), verdict.torn), (line, torn), "{name}");
        assert_eq!(verdict.ok, line.is_none(), "{name}");
    }
}

#[test]
fn an_anchor_finds_an_end_that_was_cut_off_and_a_chain_that_was_made_anew() {
    let log = written(&[json!(1), json!(2), json!(3)]);
    let verdict = judged(&log);
    let with = |log: &[u8], anchor: &AuditAnchor| {
        verify(Cursor::new(log), Some(anchor)).expect("memory").bad.map(|bad| (bad.line, bad.seq))
    };
    assert_eq!(with(&log, &verdict.last), None);
    let cut = log.split_inclusive(|byte| *byte == b'\n').take(2).collect::<Vec<_>>().concat();
    assert_eq!(bad_line(&cut), None, "by itself it verifies");
    assert_eq!(with(&cut, &verdict.last), Some((3, None)));
    assert_eq!(with(&cut, &judged(&cut).last), None);
    assert_eq!(with(&log, &judged(&cut).last), None, "what came after is no fault");
    let forged = written(&[json!(1), json!("forged"), json!(3)]);
    assert_eq!(with(&forged, &verdict.last), Some((3, Some(3))));
    assert_eq!(with(&[], &AuditAnchor { seq: 0, hash: ORIGIN.to_owned() }), None);
    assert_eq!(with(&log, &AuditAnchor { seq: 0, hash: "x".to_owned() }), Some((4, None)));
}

/// Reads as a file does that fails.
struct Broken;

impl io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("input/output error"))
    }
}

#[test]
fn a_log_that_cannot_be_read_is_no_broken_one() {
    verify(io::BufReader::new(Broken), None).expect_err("it says so");
}

proptest! {
    #[test]
    fn a_flipped_bit_is_found_where_it_is(
        texts in prop::collection::vec(".{0,40}", 1..8),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u32,
    ) {
        let data: Vec<_> = texts.iter().map(|text| json!({"text": text})).collect();
        let mut log = written(&data);
        let at = at.index(log.len());
        let line = log[..=at].split(|byte| *byte == b'\n').count() as u64 - u64::from(log[at] == b'\n');
        let is_last_feed = at + 1 == log.len();
        log[at] ^= 1 << bit;
        let verdict = judged(&log);
        if is_last_feed {
            prop_assert_eq!((verdict.records, verdict.torn > 0), (line - 1, true));
        } else {
            prop_assert_eq!(verdict.bad.map(|bad| bad.line), Some(line));
            prop_assert_eq!(verdict.records, line - 1);
        }
    }

    #[test]
    fn a_line_that_is_moved_taken_out_or_put_in_is_found(
        count in 2..9_usize,
        (a, b) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        foreign in "[^\n]{0,60}",
    ) {
        let log = written(&(0..count).map(|n| json!({"n": n})).collect::<Vec<_>>());
        let lines: Vec<_> = log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let (a, b) = (a.index(count), b.index(count));
        let line = |at: usize| at as u64 + 1;

        let mut removed = lines.clone();
        removed.remove(a);
        // What was cut off at the end is found by an anchor alone.
        prop_assert_eq!(bad_line(&removed.concat()), (a + 1 < count).then_some(line(a)));

        let mut swapped = lines.clone();
        swapped.swap(a, b);
        prop_assert_eq!(bad_line(&swapped.concat()), (a != b).then_some(line(a.min(b))));

        let mut doubled = lines.clone();
        doubled.insert(b, lines[a].clone());
        // The same line behind itself: the second one is the wrong one.
        prop_assert_eq!(bad_line(&doubled.concat()), Some(if a == b { line(b + 1) } else { line(b) }));

        let mut inserted = lines.clone();
        inserted.insert(a, format!("{foreign}\n").into_bytes());
        prop_assert_eq!(bad_line(&inserted.concat()), Some(line(a)));
    }

    #[test]
    fn a_log_that_ends_anywhere_is_whole_but_for_its_last_record(
        count in 1..6_usize,
        at in any::<prop::sample::Index>(),
    ) {
        let log = written(&(0..count).map(|n| json!({"n": n})).collect::<Vec<_>>());
        let cut = &log[..at.index(log.len() + 1)];
        let whole = cut.iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
        let verdict = judged(cut);
        prop_assert!(verdict.ok);
        let lacks_feed_alone = log.get(cut.len()) == Some(&b'\n') && whole < cut.len();
        prop_assert_eq!(verdict.torn, if lacks_feed_alone { 0 } else { (cut.len() - whole) as u64 });
    }
}
