//! Simulations of file changes against the debounce state machine, on a simulated clock in ms.

use std::time::Duration;

use proptest::prelude::*;

use crate::tool::sha256::sha256;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::debounce::watch_state::{LookSummary, WatchInput, WatchState, WatchWork};
use crate::watch::files::file_group::FileStamp;
use crate::watch::{TruncationVerdict, WatchOptions};

/// What happens to the file.
#[derive(Clone, Debug)]
enum FileAction {
    /// It gets this content, with a file event.
    WithEvent(FileFinding),
    /// It gets this content, without a file event.
    WithoutEvent(FileFinding),
    /// It gets this content but keeps its stamp, without a file event.
    SameStamp(FileFinding),
    /// A file event without a change.
    EventOnly,
}

use FileAction::{EventOnly, SameStamp, WithEvent, WithoutEvent};

/// Content identified by a number. Number 0 is in use from the start.
fn content(number: u8) -> FileFinding {
    FileFinding::Content([number; 32])
}

fn look_summary(finding: FileFinding) -> LookSummary {
    LookSummary { finding, stamp: None, length: 0, is_prefix: false }
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Simulates actions, each at its time in ms. Returns what was handed over and when. A look takes no time.
fn simulate(actions: &[(u64, FileAction)], reload_takes: u64, until: u64) -> Vec<(u64, FileFinding)> {
    let options = WatchOptions::default();
    let delivered = simulate_with(options, actions, reload_takes, until).into_iter();
    delivered.map(|(at, finding)| (at, finding.expect("nothing is removed by default"))).collect()
}

/// Simulates with other options. `None` stands for [`WatchWork::Remove`].
fn simulate_with(
    options: WatchOptions,
    actions: &[(u64, FileAction)],
    reload_takes: u64,
    until: u64,
) -> Vec<(u64, Option<FileFinding>)> {
    let mut state = WatchState::new(options, content(0), Duration::ZERO);
    let (mut file, mut writes, mut done_at) = (content(0), 0, None);
    let mut delivered = Vec::new();
    let mut actions = actions.iter().peekable();
    for now in 0..=until {
        while let Some((_, action)) = actions.next_if(|(at, _)| *at <= now) {
            match action {
                WithEvent(finding) | WithoutEvent(finding) => (file, writes) = (finding.clone(), writes + 1),
                SameStamp(finding) => file = finding.clone(),
                EventOnly => {}
            }
            if matches!(action, WithEvent(_) | EventOnly) {
                assert_eq!(state.step(WatchInput::Hint, milliseconds(now)), None);
            }
        }
        if done_at == Some(now) {
            done_at = None;
            assert_eq!(state.step(WatchInput::ReloadDone(TruncationVerdict::Done), milliseconds(now)), None);
        }
        while let Some(WatchWork::Look { skip }) = state.step(WatchInput::Tick, milliseconds(now)) {
            assert_eq!(done_at, None, "no look while a reload is under way");
            let stamp = FileStamp::numbered(writes);
            let input = if skip.as_ref() == Some(&stamp) {
                WatchInput::Unchanged
            } else {
                WatchInput::LookEnded(LookSummary { stamp: Some(stamp), ..look_summary(file.clone()) })
            };
            let work = state.step(input, milliseconds(now));
            if let Some(work) = work {
                delivered.push((now, (work != WatchWork::Remove).then(|| file.clone())));
                done_at = Some(now + reload_takes);
            }
        }
    }
    delivered
}

#[test]
fn a_change_is_handed_over_once_it_is_quiet_and_stable() {
    let heard = [(1000, WithEvent(content(1)))];
    assert_eq!(simulate(&heard, 10, 10_000), [(1200, content(1))]);
}

#[test]
fn a_change_before_the_watch_began_is_found() {
    assert_eq!(simulate(&[(0, WithoutEvent(content(1)))], 10, 10_000), [(200, content(1))]);
}

#[test]
fn a_change_without_an_event_is_found_by_the_poll() {
    // Looks at 50 and 2050; new content is looked at again 150 ms later.
    assert_eq!(simulate(&[(1000, WithoutEvent(content(1)))], 10, 10_000), [(2200, content(1))]);
}

#[test]
fn a_change_behind_the_same_size_and_time_is_found_by_a_poll_that_reads() {
    // The fifteenth poll after the look at 50.
    assert_eq!(simulate(&[(1000, SameStamp(content(1)))], 10, 60_000), [(30_200, content(1))]);
}

#[test]
fn an_event_without_a_change_is_ignored() {
    let touches: Vec<_> = (0..100).map(|count| (1000 + count * 7, EventOnly)).collect();
    assert_eq!(simulate(&touches, 10, 10_000), []);
}

#[test]
fn a_file_written_in_steps_is_handed_over_whole() {
    let steps: Vec<_> =
        (1..=8).map(|step| (1000 + u64::from(step) * 100, WithEvent(content(step)))).collect();
    assert_eq!(simulate(&steps, 10, 10_000), [(2000, content(8))]);
}

#[test]
fn a_file_that_is_truncated_and_then_written_is_never_handed_over_empty() {
    let rewrite = [(1000, WithEvent(FileFinding::Empty)), (1900, WithEvent(content(1)))];
    assert_eq!(simulate(&rewrite, 10, 10_000), [(2100, content(1))]);
}

#[test]
fn a_file_that_stays_empty_is_handed_over_after_the_longest_wait() {
    assert_eq!(simulate(&[(1000, WithEvent(FileFinding::Empty))], 10, 10_000), [(2100, FileFinding::Empty)]);
}

#[test]
fn a_file_that_is_never_quiet_is_handed_over_all_the_same() {
    let writes: Vec<_> =
        (1..=250).map(|count| (1000 + u64::from(count) * 20, WithEvent(content(count)))).collect();
    let delivered = simulate(&writes, 10, 10_000);
    let longest = delivered.windows(2).map(|pair| pair[1].0 - pair[0].0).max().expect("several reloads");
    assert!(delivered[0].0 <= 2500 && longest <= 1500, "{delivered:?}");
    assert_eq!(delivered.last().expect("several reloads").1, content(250));
}

#[test]
fn changes_during_a_reload_come_as_one_after_it() {
    let writes = [(0, WithEvent(content(1))), (1000, WithEvent(content(2))), (2000, WithEvent(content(3)))];
    assert_eq!(simulate(&writes, 5000, 20_000), [(200, content(1)), (5350, content(3))]);
}

#[test]
fn a_file_that_is_deleted_is_missing_once() {
    let actions = [(1000, WithEvent(FileFinding::Missing)), (3000, EventOnly), (5000, EventOnly)];
    assert_eq!(simulate(&actions, 10, 60_000), [(1200, FileFinding::Missing)]);
}

#[test]
fn a_file_that_comes_back_as_it_was_is_handed_over_again() {
    let actions = [
        (1000, WithEvent(FileFinding::Missing)),
        (3000, WithEvent(content(0))),
        (5000, WithEvent(FileFinding::Missing)),
    ];
    let delivered = [(1200, FileFinding::Missing), (3050, content(0)), (5200, FileFinding::Missing)];
    assert_eq!(simulate(&actions, 10, 9000), delivered);
}

#[test]
fn a_file_that_is_deleted_and_written_anew_was_never_missing() {
    let actions = [(1000, WithEvent(FileFinding::Missing)), (1100, WithEvent(content(1)))];
    assert_eq!(simulate(&actions, 10, 10_000), [(1300, content(1))]);
}

#[test]
fn an_unreadable_file_is_reported_once_per_reason() {
    let [denied, broken] = ["denied", "broken"].map(|reason| FileFinding::Unreadable(reason.to_owned()));
    let actions = [(1000, WithEvent(denied.clone())), (3000, EventOnly), (5000, WithEvent(broken.clone()))];
    assert_eq!(simulate(&actions, 10, 60_000), [(1200, denied), (5200, broken)]);
}

#[test]
fn a_file_that_changes_during_every_read_is_reported_in_the_end() {
    assert_eq!(
        simulate(&[(1000, WithEvent(FileFinding::Moving))], 10, 10_000),
        [(2100, FileFinding::Moving)]
    );
}

#[test]
fn content_that_was_taken_back_is_handed_over_again() {
    let actions = [(1000, WithEvent(content(1))), (2000, WithEvent(content(0)))];
    assert_eq!(simulate(&actions, 10, 10_000), [(1200, content(1)), (2200, content(0))]);
}

#[test]
fn a_source_watched_again_during_its_reload_waits_for_it() {
    let options = WatchOptions::default();
    let mut state = WatchState::reloading(options, content(0), Duration::ZERO);
    assert_eq!(state.next_deadline(), None);
    assert_eq!(state.step(WatchInput::Tick, milliseconds(5000)), None);
    state.step(WatchInput::ReloadDone(TruncationVerdict::Done), milliseconds(6000));
    assert!(matches!(state.step(WatchInput::Tick, milliseconds(6000)), Some(WatchWork::Look { .. })));
}

fn removing(after: u64) -> WatchOptions {
    WatchOptions { remove_after: Some(milliseconds(after)), ..WatchOptions::default() }
}

#[test]
fn a_file_that_stays_away_is_missing_and_then_gone_once() {
    let actions = [(1000, WithEvent(FileFinding::Missing)), (6000, EventOnly), (9000, EventOnly)];
    for (after, gone_at) in [(0, 1210), (100, 1210), (500, 1550), (3000, 4050)] {
        let delivered = [(1200, Some(FileFinding::Missing)), (gone_at, None)];
        assert_eq!(simulate_with(removing(after), &actions, 10, 60_000), delivered, "after {after} ms");
    }
}

#[test]
fn a_file_that_is_back_in_time_is_not_gone() {
    let actions = [(1000, WithEvent(FileFinding::Missing)), (1100, WithEvent(content(0)))];
    assert_eq!(simulate_with(removing(0), &actions, 10, 60_000), []);
    let actions = [
        (1000, WithEvent(FileFinding::Missing)),
        (3000, WithEvent(content(0))),
        (4000, WithEvent(FileFinding::Missing)),
    ];
    let delivered = [
        (1200, Some(FileFinding::Missing)),
        (3050, Some(content(0))),
        (4200, Some(FileFinding::Missing)),
        (9050, None),
    ];
    assert_eq!(simulate_with(removing(5000), &actions, 10, 60_000), delivered);
}

#[test]
fn a_file_that_was_gone_comes_back_whole() {
    let actions = [(1000, WithEvent(FileFinding::Missing)), (3000, WithEvent(content(0)))];
    let delivered = [(1200, Some(FileFinding::Missing)), (1210, None), (3050, Some(content(0)))];
    assert_eq!(simulate_with(removing(0), &actions, 10, 60_000), delivered);
}

#[test]
fn a_file_that_cannot_be_read_is_not_gone() {
    let denied = FileFinding::Unreadable("denied".to_owned());
    let actions = [(1000, WithEvent(denied.clone()))];
    assert_eq!(simulate_with(removing(0), &actions, 10, 60_000), [(1200, Some(denied))]);
}

#[test]
fn one_of_several_files_that_is_empty_waits_as_an_empty_file_does() {
    let rewrite = [(1000, WithEvent(FileFinding::Unfinished([9; 32]))), (1900, WithEvent(content(1)))];
    assert_eq!(simulate(&rewrite, 10, 10_000), [(2100, content(1))]);
    let stays = [(1000, WithEvent(FileFinding::Unfinished([9; 32])))];
    assert_eq!(simulate(&stays, 10, 10_000), [(2100, FileFinding::Unfinished([9; 32]))]);
}

#[test]
fn a_thousand_changes_a_second_are_a_reload_a_second_and_the_last_content_counts() {
    let changes: Vec<_> = (0..30_000_u64)
        .map(|count| (1000 + count, WithEvent(FileFinding::Content(sha256(&count.to_le_bytes())))))
        .collect();
    let delivered = simulate(&changes, 10, 40_000);
    let gaps = || delivered.windows(2).map(|pair| pair[1].0 - pair[0].0);
    assert!((24..=30).contains(&delivered.len()), "{} reloads in 30 s", delivered.len());
    assert!(gaps().all(|gap| gap <= 1500), "{:?}", gaps().collect::<Vec<_>>());
    let (last_at, last) = delivered.last().expect("several reloads");
    assert_eq!(*last, FileFinding::Content(sha256(&29_999_u64.to_le_bytes())));
    assert!(*last_at <= 31_000 + 1500, "served {} ms after the last change", last_at - 31_000);
}

#[test]
fn other_files_are_looked_at_at_once_and_known_content_is_not_handed_over() {
    let mut state = WatchState::new(WatchOptions::default(), content(0), Duration::ZERO);
    assert!(matches!(state.step(WatchInput::Tick, milliseconds(50)), Some(WatchWork::Look { .. })));
    state.restart(content(1), milliseconds(60));
    assert!(matches!(state.step(WatchInput::Tick, milliseconds(110)), Some(WatchWork::Look { skip: None })));
    assert_eq!(state.step(WatchInput::LookEnded(look_summary(content(1))), milliseconds(110)), None);
    assert_eq!(state.next_deadline(), Some(milliseconds(110 + 2000)));
}

fn any_action() -> impl Strategy<Value = FileAction> {
    let finding = prop_oneof![
        6 => (0_u8..4).prop_map(content),
        1 => Just(FileFinding::Empty),
        1 => Just(FileFinding::Missing),
        1 => Just(FileFinding::Moving),
        1 => Just(FileFinding::Unreadable("denied".to_owned())),
    ];
    prop_oneof![
        4 => finding.clone().prop_map(WithEvent),
        2 => finding.prop_map(WithoutEvent),
        1 => Just(EventOnly),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_last_content_is_always_handed_over_and_nothing_twice(
        gaps in prop::collection::vec((0_u64..400, any_action()), 1..60),
        last in 0_u8..4,
        reload_takes in 1_u64..900,
    ) {
        let mut now = 0;
        let mut actions = Vec::new();
        for (gap, action) in gaps {
            now += gap;
            actions.push((now, action));
        }
        actions.push((now, WithoutEvent(content(last))));
        let delivered = simulate(&actions, reload_takes, now + 5000);

        let all = || std::iter::once(content(0)).chain(delivered.iter().map(|(_, finding)| finding.clone()));
        let mut contents = all().filter(|finding| matches!(finding, FileFinding::Content(_) | FileFinding::Empty));
        prop_assert_eq!(contents.next_back(), Some(content(last)));
        prop_assert!(all().zip(all().skip(1)).all(|(one, next)| one != next), "{:?}", delivered);
        let apart = delivered.windows(2).all(|pair| pair[1].0 - pair[0].0 >= reload_takes);
        prop_assert!(apart, "two reloads at once: {:?}", delivered);
    }
}
