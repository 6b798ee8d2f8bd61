//! Simulations of documents that are written slowly: debounce state machine and loader, on a simulated clock in ms.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::error::Error;
use crate::http::TlsClient;
use crate::loader::{LoadListener, LoadOptions, LoadReport, SpecLoader};
use crate::registry::{OnConflict, ToolRegistry};
use crate::retrieve::FileContents;
use crate::tool::sha256::sha256;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::debounce::watch_state::{LookSummary, WatchInput, WatchState, WatchWork};
use crate::watch::files::content_outline::ContentOutlines;
use crate::watch::{Observed, Truncation, TruncationVerdict, WatchOptions};

const LONGEST_PAUSE: u64 = 1000;

#[derive(Default)]
struct Reports(Mutex<Vec<LoadReport>>);

impl LoadListener for Reports {
    fn reloaded(&self, report: &LoadReport) {
        self.0.lock().expect("no panic before").push(report.clone());
    }

    fn reload_failed(&self, _: &str, _: &Error) {}

    fn source_missing(&self, _: &str, _: &str) {}

    fn polling(&self, _: &str, _: Duration) {}
}

/// A watched file with its document in a registry. Looks and reloads take no time.
struct Simulation {
    runtime: Runtime,
    registry: Arc<ToolRegistry>,
    loader: SpecLoader,
    reports: Reports,
    state: WatchState,
    outlines: Option<ContentOutlines>,
    file: Vec<u8>,
    now: u64,
    directory: TempDir,
}

impl Simulation {
    fn of(document: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("api.yaml");
        std::fs::write(path, document).expect("a file");
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
        let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
        let report = runtime.block_on(loader.load_directory(directory.path(), LoadOptions::default()));
        assert_eq!(report.expect("it loads").reports.len(), 1);
        let applied = FileFinding::Content(sha256(document.as_bytes()));
        let state = WatchState::new(WatchOptions::default(), applied, Duration::ZERO);
        let file = document.as_bytes().to_vec();
        let mut simulation = Self {
            runtime,
            registry,
            loader,
            reports: Reports::default(),
            state,
            outlines: None,
            file,
            now: 0,
            directory,
        };
        simulation.wait(100);
        simulation
    }

    /// Advances the clock.
    fn wait(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while let Some(due) = self.state.next_deadline().filter(|due| due.as_millis() <= u128::from(end)) {
            self.now = self.now.max(due.as_millis().try_into().expect("a short time"));
            let Some(WatchWork::Look { .. }) = self.step(WatchInput::Tick) else { break };
            self.look();
        }
        self.now = end;
    }

    fn step(&mut self, input: WatchInput) -> Option<WatchWork> {
        self.state.step(input, Duration::from_millis(self.now))
    }

    fn look(&mut self) {
        let observed = Observed::Bytes(self.file.clone());
        let outlines = ContentOutlines::new(&observed);
        let finding =
            if self.file.is_empty() { FileFinding::Empty } else { FileFinding::Content(sha256(&self.file)) };
        let is_prefix = self.outlines.as_ref().is_some_and(|known| known.has_prefix(&observed));
        let length = outlines.length();
        let work = self.step(WatchInput::LookEnded(LookSummary {
            finding: finding.clone(),
            stamp: None,
            length,
            is_prefix,
        }));
        let mut verdict = TruncationVerdict::Done;
        if let Some(WatchWork::Reload(truncation)) = work {
            let files = Ok(FileContents::from_document(self.file.clone()));
            let reload = self.loader.hot_reload().load_files("api", files, truncation, &self.reports);
            verdict = self.runtime.block_on(reload);
            assert!(verdict == TruncationVerdict::Done || truncation == Truncation::Possible);
            self.step(WatchInput::ReloadDone(verdict));
        }
        if verdict == TruncationVerdict::Done && *self.state.delivered() == finding {
            self.outlines = Some(outlines);
        }
    }

    fn write(&mut self, content: &[u8]) {
        self.file = content.to_vec();
        self.step(WatchInput::Hint);
    }

    /// Writes a document and waits until it is in use.
    fn settle(&mut self, document: &str) {
        self.write(document.as_bytes());
        self.wait(5000);
    }

    fn tools(&self) -> BTreeSet<String> {
        self.registry.snapshot().tools_of("api").map(|tool| tool.name().to_owned()).collect()
    }

    fn last_report(&self) -> LoadReport {
        self.reports.0.lock().expect("no panic before").last().cloned().expect("a report")
    }
}

/// The document of a number, with two to seven operations in the usual styles of YAML.
fn document(number: usize, version: usize) -> String {
    let head = format!("openapi: 3.0.3\ninfo: {{title: API, version: {version}.0.0}}\n");
    let schemas = "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        \
                   name: {type: string}\n        tags: {type: array, items: {type: string}}\n";
    let mut paths = "paths:\n".to_owned();
    // The second version has one more operation at the start and one at the end.
    let extra = [("extra", version > 1), ("last", version > 1)];
    let own = (0..2 + number % 6).map(|i| format!("op{i}"));
    let [first, last] = extra.map(|(name, is_there)| is_there.then(|| name.to_owned()));
    for id in first.into_iter().chain(own).chain(last) {
        let text = match number % 3 {
            0 => format!("      summary: Does {id}\n"),
            1 => format!("      description: |\n        Does {id}.\n\n        # And says so.\n"),
            _ => format!("      summary: >-\n        Does\n        {id}\n      tags: [a, b] # both\n"),
        };
        let schema =
            if number.is_multiple_of(2) { "{type: string}" } else { "{$ref: '#/components/schemas/Pet'}" };
        let operation = format!(
            "  /{id}:\n    get:\n      operationId: {id}\n{text}      parameters:\n        \
             - {{name: q, in: query, schema: {schema}}}\n"
        );
        paths.push_str(&operation);
    }
    if number % 4 < 2 { head + schemas + &paths } else { head + &paths + schemas }
}

/// The lengths at which a writer may pause: each end of a line, and every 41 bytes.
fn prefix_lengths(document: &str) -> Vec<usize> {
    let ends = document.match_indices('\n').map(|(at, _)| at + 1);
    let all: BTreeSet<usize> = ends.chain((0..document.len()).step_by(41)).collect();
    all.into_iter().filter(|at| *at < document.len()).collect()
}

#[test]
fn no_prefix_of_twenty_documents_that_is_left_for_a_second_costs_a_tool() {
    let mut prefixes = 0;
    for number in 0..20 {
        let old = document(number, 1);
        let mut simulation = Simulation::of(&old);
        let all = simulation.tools();
        for whole in [&old, &document(number, 2)] {
            for length in prefix_lengths(whole) {
                simulation.write(&whole.as_bytes()[..length]);
                simulation.wait(LONGEST_PAUSE);
                assert!(simulation.tools().is_superset(&all), "{number}: {}", &whole[..length]);
                simulation.write(whole.as_bytes());
                simulation.wait(1500);
                assert!(simulation.tools().is_superset(&all), "{number}: {length} and then all");
                simulation.settle(&old);
                assert_eq!(simulation.tools(), all);
                prefixes += 1;
            }
        }
    }
    assert!(prefixes > 1000, "{prefixes}");
}

#[test]
fn a_writer_that_pauses_for_50_to_1000_ms_costs_no_tool() {
    for number in 0..20 {
        let (old, new) = (document(number, 1), document(number, 2));
        let mut simulation = Simulation::of(&old);
        let all = simulation.tools();
        for whole in [&old, &new] {
            let mut at = 0;
            for turn in 0.. {
                simulation.write(&whole.as_bytes()[..at.min(whole.len())]);
                simulation.wait(50 + (turn * 389 + number as u64 * 97) % 951);
                assert!(simulation.tools().is_superset(&all), "{number}: {at} of {}", whole.len());
                if at >= whole.len() {
                    break;
                }
                at += 17 + number;
            }
        }
        simulation.wait(5000);
        assert_eq!(simulation.tools().len(), all.len() + 2);
    }
}

/// A document without its last operation.
fn without_last(document: &str) -> &str {
    let (rest, _) = document.rsplit_once("\n  /").expect("an operation");
    &document[..=rest.len()]
}

#[test]
fn content_that_stays_truncated_is_applied_after_truncation_ms_and_reported() {
    let old = document(0, 1);
    // A prefix of the former content, and another text without the last operation.
    for cut in [without_last(&old).to_owned(), format!("# other\n{}", without_last(&old))] {
        let mut simulation = Simulation::of(&old);
        simulation.write(cut.as_bytes());
        simulation.wait(1900);
        assert_eq!(simulation.tools().len(), 2);
        simulation.wait(500);
        assert_eq!(simulation.tools().len(), 1, "{cut}");
        let report = simulation.last_report();
        assert_eq!((report.removed.as_slice(), report.truncated), (&["op1".to_owned()][..], true));
        simulation.settle(&format!("# once more\n{cut}"));
        assert!(!simulation.last_report().truncated, "the loss is reported once");
    }
}

#[test]
fn content_that_lost_more_than_its_end_is_applied_at_once() {
    let old = document(3, 1);
    let cases = [
        ("the first one goes", old.replacen("/op0:", "/new:", 1).replacen(": op0\n", ": new\n", 1), "op0"),
        ("the last one is another one", old.replace("/op4:", "/new:").replace(": op4\n", ": new\n"), "op4"),
    ];
    for (case, new, gone) in cases {
        let mut simulation = Simulation::of(&old);
        simulation.write(new.as_bytes());
        simulation.wait(400);
        assert!(!simulation.tools().contains(gone), "{case}: {:?}", simulation.tools());
        assert!(!simulation.last_report().truncated);
    }
}

#[test]
fn truncated_content_that_changes_without_growing_is_not_waited_for_for_ever() {
    let old = document(0, 1);
    let mut simulation = Simulation::of(&old);
    for count in 10..40 {
        simulation.write(format!("# {count}\n{}", without_last(&old)).as_bytes());
        simulation.wait(500);
        assert_eq!(simulation.tools().len(), if count < 29 { 2 } else { simulation.tools().len() });
    }
    assert_eq!(simulation.tools().len(), 1);
}

#[test]
fn a_file_that_is_written_anew_before_it_was_done_is_waited_for_anew() {
    let old = document(2, 1);
    let mut simulation = Simulation::of(&old);
    let other = format!("# other\n{old}");
    for end in [other.len() - 30, other.len() / 2, other.len() - 60, other.len() / 3] {
        simulation.write(&other.as_bytes()[..end]);
        simulation.wait(1900);
        assert_eq!(simulation.tools().len(), 4, "{end}");
    }
    simulation.settle(&other);
    assert_eq!(simulation.tools().len(), 4);
}

#[test]
fn a_reload_by_hand_applies_truncated_content_at_once() {
    let old = document(0, 1);
    let mut simulation = Simulation::of(&old);
    let cut = without_last(&old).to_owned();
    simulation.write(cut.as_bytes());
    simulation.wait(500);
    assert_eq!(simulation.tools().len(), 2);
    let path = simulation.registry.snapshot().revision();
    std::fs::write(simulation.directory.path().join("api.yaml"), &cut).expect("a file");
    let report = simulation.runtime.block_on(simulation.loader.reload("api")).expect("it loads");
    assert_eq!((report.removed.len(), report.truncated, report.revision), (1, false, path + 1));
    simulation.wait(5000);
    assert_eq!(simulation.tools().len(), 1);
}
