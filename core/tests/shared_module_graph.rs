//! A module graph that threads share: what one of them asks while another one reads.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::json;
use toolrack_core::error::Result;
use toolrack_core::loader::LocalModuleFiles;
use toolrack_core::module::{ImportKind, ModuleFiles, ModuleGraphOptions, ResolvedImport, SharedModuleGraph};

/// Long enough for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Files whose first read tells that it has begun, and then waits.
struct HeldFiles {
    begun: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl ModuleFiles for HeldFiles {
    fn read(&self, path: &Path) -> Result<Cow<'_, [u8]>> {
        self.begun.send(()).expect("a listener");
        self.go_on.lock().expect("no panic").recv_timeout(PATIENCE).expect("goes on");
        DISK.read(path)
    }
}

const DISK: LocalModuleFiles = LocalModuleFiles { max_bytes: 1_000_000 };

fn graph_of(directory: &Path) -> (SharedModuleGraph, [PathBuf; 2]) {
    let directory = directory.canonicalize().expect("a path");
    let options = ModuleGraphOptions::parse(json!({"root": directory})).expect("options");
    let paths = ["a.mjs", "b.mjs"].map(|name| directory.join(name));
    for path in &paths {
        fs::write(path, "export const a = 1").expect("a file");
    }
    (SharedModuleGraph::new(options), paths)
}

#[test]
fn a_thread_resolves_and_forgets_while_another_one_reads() {
    let directory = tempfile::tempdir().expect("a directory");
    let (graph, [a, b]) = graph_of(directory.path());
    let first = graph.read(std::slice::from_ref(&a), &DISK);
    let (begun, is_begun) = mpsc::channel();
    let (go_on, held) = mpsc::channel();
    let reading = thread::spawn({
        let (graph, b) = (graph.clone(), b.clone());
        move || graph.read(&[b], &HeldFiles { begun, go_on: Mutex::new(held) })
    });
    is_begun.recv_timeout(PATIENCE).expect("a reading");
    let (answer, answered) = mpsc::channel();
    let asking = thread::spawn({
        let (graph, a) = (graph.clone(), a.clone());
        move || {
            graph.retain(HashSet::new());
            answer.send(graph.resolve(&a, "./b.mjs", ImportKind::Import)).expect("a listener");
        }
    });
    let resolved = answered.recv_timeout(PATIENCE / 2).expect("an answer while the reading is under way");
    assert_eq!(resolved, Ok(ResolvedImport::File { path: b }));
    go_on.send(()).expect("a reading");
    asking.join().expect("no panic");
    assert_eq!(reading.join().expect("no panic").failed, []);
    let second = graph.read(&[a], &DISK);
    let code = |reading: &toolrack_core::module::GraphReading| Arc::clone(&reading.modules[0].compiled);
    assert!(!Arc::ptr_eq(&code(&first), &code(&second)), "its code was forgotten before this reading");
}
