//! The faults that a reload may meet, and where each is tested; those that nothing here can show say why.

use crate::support::proofs;
use crate::support::proofs::Proof::{self, Reason, Test};

const WATCH: &str = "core/tests/file_watch.rs";
const CASES: &str = "core/src/watch/debounce/debounce_cases.rs";
const TRUNCATION: &str = "core/src/watch/debounce/truncation_cases.rs";
const LISTENING: &str = "__test__/change-events.test.mjs";
const FAULTS: &str = "__test__/file-faults.test.mjs";
const WATCHING: &str = "__test__/file-watching.test.mjs";
const POLLING: &str = "core/tests/polling.rs";
const GATES: &str = "core/tests/review_gates.rs";

/// Number, fault, proof.
const TABLE: [(u8, &str, Proof); 62] = [
    (
        1,
        "not well-formed",
        Test(WATCHING, "a document that breaks keeps its tools, and one that is mended is reloaded"),
    ),
    (
        1,
        "not well-formed, at a server",
        Test(POLLING, "whatever_a_server_does_the_last_good_document_stays_and_the_fault_is_told_once"),
    ),
    (
        2,
        "half-written YAML",
        Test(
            FAULTS,
            "a block YAML document that is written piece by piece loses no tool while the writing goes on",
        ),
    ),
    (
        2,
        "half-written YAML that stays",
        Test(
            FAULTS,
            "every prefix of a block YAML document that is left to stand is either refused or the truth",
        ),
    ),
    (
        2,
        "prefixes of twenty documents",
        Test(TRUNCATION, "no_prefix_of_twenty_documents_that_is_left_for_a_second_costs_a_tool"),
    ),
    (2, "pauses of a writer", Test(TRUNCATION, "a_writer_that_pauses_for_50_to_1000_ms_costs_no_tool")),
    (
        2,
        "another process that pauses",
        Test(
            "__test__/truncated-documents.test.mjs",
            "a document that another program writes with pauses of 600 ms loses no tool",
        ),
    ),
    (2, "half-written YAML that lost much", Test(GATES, "every_prefix_of_a_yaml_document_loses_no_tool")),
    (
        3,
        "truncated, then written",
        Test(WATCH, "a_file_truncated_and_then_written_comes_with_its_final_content_only"),
    ),
    (
        3,
        "the same, on the clock",
        Test(CASES, "a_file_that_is_truncated_and_then_written_is_never_handed_over_empty"),
    ),
    (
        4,
        "no document at all",
        Test(FAULTS, "a file that turns into something else keeps its tools, is told once and mended"),
    ),
    (5, "deleted, and kept", Test(WATCHING, "a document that is gone keeps its tools, and comes back")),
    (
        5,
        "deleted, and removed",
        Test(
            WATCHING,
            "onMissing removes the tools of a missing file in one revision, and they return whole",
        ),
    ),
    (
        5,
        "deleted and made again in time",
        Test(WATCHING, "a file that is removed and made again at once was never gone"),
    ),
    (5, "the same, on the clock", Test(CASES, "a_file_that_stays_away_is_missing_and_then_gone_once")),
    (
        6,
        "renamed over",
        Test(FAULTS, "a file that is moved over a hundred times is served as it is in the end"),
    ),
    (7, "saved by editors", Test(FAULTS, "a file that is saved as by ${who} is reloaded whole, each time")),
    (8, "links swapped", Test(WATCH, "a_config_map_that_is_swapped_is_heard_each_time")),
    (
        8,
        "links swapped, several files",
        Test(
            "__test__/document-parts.test.mjs",
            "a swapped mount with several files reloads once a swap, with files of one generation",
        ),
    ),
    (
        8,
        "links swapped, a directory",
        Test("__test__/directories.test.mjs", "a mounted directory is followed from swap to swap"),
    ),
    (9, "bind mount of one file", Test(FAULTS, "a file that is a mount of its own is told to be one")),
    (10, "touched", Test(FAULTS, "a thousand touches are no reload and no event")),
    (
        11,
        "reformatted",
        Test(FAULTS, "a file that is written in another form is reloaded, and no tool changes"),
    ),
    (
        12,
        "1,000 changes a second",
        Test(CASES, "a_thousand_changes_a_second_are_a_reload_a_second_and_the_last_content_counts"),
    ),
    (13, "never quiet", Test(WATCH, "a_file_that_is_never_quiet_is_handed_over")),
    (13, "the same, on the clock", Test(CASES, "a_file_that_is_never_quiet_is_handed_over_all_the_same")),
    (
        14,
        "events lost",
        Test("core/src/watch/file_events/directory_watcher.rs", "lost_events_are_a_hint_for_all_sources"),
    ),
    (15, "no watches left", Test(WATCH, "without_file_events_files_are_polled")),
    (16, "a file system without events", Test(WATCH, "polled_child")),
    (
        16,
        "the same from JavaScript",
        Test(
            FAULTS,
            "where the system gives no file events, parts and directories are followed by polling, and that is told \
                once",
        ),
    ),
    (16, "the same, on the clock", Test(CASES, "a_change_without_an_event_is_found_by_the_poll")),
    (
        17,
        "same size and time",
        Test(CASES, "a_change_behind_the_same_size_and_time_is_found_by_a_poll_that_reads"),
    ),
    (18, "time set back", Test("core/src/watch/files/file_look.rs", "time_set_back_does_not_hide_a_change")),
    (18, "cp -p", Test(FAULTS, "cp -p from long ago")),
    (
        19,
        "the clock jumps",
        Reason(
            "every interval is counted from a monotonic instant, and the state machines take time as a value",
        ),
    ),
    (20, "directory made again", Test(WATCH, "a_directory_removed_and_made_again_is_heard")),
    (20, "directory replaced", Test(WATCH, "a_directory_replaced_in_one_go_is_heard")),
    (
        20,
        "directory of documents made again",
        Test("__test__/directories.test.mjs", "a directory that is removed and made again is followed"),
    ),
    (
        21,
        "a directory or a loop",
        Test(FAULTS, "a file whose place a directory or a link to itself takes keeps its tools"),
    ),
    (21, "a pipe", Test(WATCH, "a_pipe_is_unreadable_and_holds_nobody")),
    (21, "a device", Test("core/src/watch/files/file_look.rs", "a_device_is_refused")),
    (
        21,
        "a file of /proc",
        Test("core/src/watch/files/file_look.rs", "a_file_that_lies_of_its_size_is_not_content"),
    ),
    (22, "grows while read", Test(WATCH, "a_file_that_grows_while_it_is_read_comes_whole")),
    (
        22,
        "the same, on the clock",
        Test(CASES, "a_file_that_changes_during_every_read_is_reported_in_the_end"),
    ),
    (
        23,
        "two sources, one name",
        Test("core/tests/registry.rs", "a_source_that_goes_takes_its_own_tools_alone"),
    ),
    (
        23,
        "the second one",
        Test(
            "__test__/spec-loading.test.mjs",
            "two sources with an operation of one name: the first keeps it, the second gets one of its own",
        ),
    ),
    (24, "reload slower than changes", Test(CASES, "changes_during_a_reload_come_as_one_after_it")),
    (
        25,
        "listeners that misbehave",
        Test(LISTENING, "a listener that throws or rejects harms no other, and is told of"),
    ),
    (
        25,
        "a listener that changes the registry",
        Test(LISTENING, "a listener that changes the registry is told of that change afterwards, as all are"),
    ),
    (
        25,
        "a thread that is busy",
        Test(
            LISTENING,
            "of events that a busy thread does not come to take the oldest go, and it is told how many",
        ),
    ),
    (
        26,
        "a document that has not changed",
        Test(POLLING, "a_document_that_has_not_changed_is_neither_sent_nor_read_nor_told"),
    ),
    (
        26,
        "every other answer",
        Test(POLLING, "whatever_a_server_does_the_last_good_document_stays_and_the_fault_is_told_once"),
    ),
    (
        26,
        "backoff",
        Test(
            "core/src/watch/polling/poll_state.rs",
            "the_backoff_doubles_with_each_failure_up_to_ten_minutes",
        ),
    ),
    (
        26,
        "jitter",
        Test(
            "core/src/watch/polling/poll_state.rs",
            "a_pause_is_never_under_half_the_interval_nor_over_a_day",
        ),
    ),
    (26, "how old it is", Test(POLLING, "a_reload_by_hand_confirms_the_document_too")),
    (26, "servers that misbehave", Test(POLLING, "real_servers_that_misbehave_cost_nothing_but_the_wait")),
    (26, "servers that drip", Test(POLLING, "a_server_that_drips_is_given_up_at_the_deadline")),
    (
        26,
        "the same from JavaScript",
        Test(
            "__test__/polling.test.mjs",
            "a server that ${what} costs no tool, is told once and is well again without a restart",
        ),
    ),
    (
        29,
        "threads and ends",
        Test(
            FAULTS,
            "a program that ends while it watches exits at once with code 0, from main thread and workers",
        ),
    ),
    (27, "a version goes down", Test(GATES, "a_version_that_goes_down_is_told_and_can_be_held")),
    (
        28,
        "a call in flight",
        Test("core/tests/snapshot_leases.rs", "a_call_under_way_ends_on_the_definition_that_it_began_with"),
    ),
    (
        30,
        "killed while it writes",
        Test("core/tests/state_file.rs", "a_process_that_is_killed_leaves_the_old_file_or_the_new_one"),
    ),
];

#[test]
fn every_fault_is_tested_or_says_why_not() {
    proofs::check('F', 1..=30, &TABLE);
}

#[test]
fn a_test_that_is_not_there_is_found_to_be_missing() {
    assert!(!proofs::has(WATCH, "a_file_that_nobody_watches"));
    assert!(!proofs::has(FAULTS, "a file"));
}
