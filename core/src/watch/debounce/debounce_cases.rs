//! Files as they come to be written, played against the state machine on a clock of numbers.

use std::time::Duration;

use proptest::prelude::*;

use crate::tool::fingerprint::sha256;
use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::debounce::watch_state::{LookSummary, WatchInput, WatchState, WatchWork};
use crate::watch::files::file_group::FileStamp;
use crate::watch::{TruncationVerdict, WatchOptions};

/// What is done to the file.
#[derive(Clone, Debug)]
enum Deed {
    /// It becomes this, and there is an event.
    Heard(FileFinding),
    /// It becomes this, and there is none.
    Unheard(FileFinding),
    /// It becomes this under the size and time that it had, and there is no event.
    Disguised(FileFinding),
    /// Nothing but an event.
    Touched,
}

use Deed::{Disguised, Heard, Touched, Unheard};

/// Content that is told by a number. Number 0 is in use from the start.
fn content(number: u8) -> FileFinding {
    FileFinding::Content([number; 32])
}

fn glance(finding: FileFinding) -> LookSummary {
    LookSummary { finding, stamp: None, length: 0, is_prefix: false }
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Plays the deeds, each at its millisecond, and gives what was handed over and when. A look takes no time.
fn played(deeds: &[(u64, Deed)], reload_takes: u64, until: u64) -> Vec<(u64, FileFinding)> {
    let options = WatchOptions::default();
    let handed = played_under(options, deeds, reload_takes, until).into_iter();
    handed.map(|(at, finding)| (at, finding.expect("nothing is removed by default"))).collect()
}

/// The same under other options; `None` where the tools of a file are to go.
fn played_under(
    options: WatchOptions,
    deeds: &[(u64, Deed)],
    reload_takes: u64,
    until: u64,
) -> Vec<(u64, Option<FileFinding>)> {
    let mut state = WatchState::new(options, content(0), Duration::ZERO);
    let (mut file, mut writes, mut done_at) = (content(0), 0, None);
    let mut handed = Vec::new();
    let mut deeds = deeds.iter().peekable();
    for now in 0..=until {
        while let Some((_, deed)) = deeds.next_if(|(at, _)| *at <= now) {
            match deed {
                Heard(finding) | Unheard(finding) => (file, writes) = (finding.clone(), writes + 1),
                Disguised(finding) => file = finding.clone(),
                Touched => {}
            }
            if matches!(deed, Heard(_) | Touched) {
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
                WatchInput::LookEnded(LookSummary { stamp: Some(stamp), ..glance(file.clone()) })
            };
            let work = state.step(input, milliseconds(now));
            if let Some(work) = work {
                handed.push((now, (work != WatchWork::Remove).then(|| file.clone())));
                done_at = Some(now + reload_takes);
            }
        }
    }
    handed
}

#[test]
fn a_change_is_handed_over_once_it_is_quiet_and_stable() {
    let heard = [(1000, Heard(content(1)))];
    assert_eq!(played(&heard, 10, 10_000), [(1200, content(1))]);
}

#[test]
fn a_change_before_the_watch_began_is_found() {
    assert_eq!(played(&[(0, Unheard(content(1)))], 10, 10_000), [(200, content(1))]);
}

#[test]
fn a_change_without_an_event_is_found_by_the_poll() {
    // Looks at 50 and 2050; new content is looked at again 150 ms later.
    assert_eq!(played(&[(1000, Unheard(content(1)))], 10, 10_000), [(2200, content(1))]);
}

#[test]
fn a_change_behind_the_same_size_and_time_is_found_by_a_poll_that_reads() {
    // The fifteenth poll after the look at 50.
    assert_eq!(played(&[(1000, Disguised(content(1)))], 10, 60_000), [(30_200, content(1))]);
}

#[test]
fn a_touch_is_nothing() {
    let touches: Vec<_> = (0..100).map(|count| (1000 + count * 7, Touched)).collect();
    assert_eq!(played(&touches, 10, 10_000), []);
}

#[test]
fn a_file_written_in_steps_is_handed_over_whole() {
    let steps: Vec<_> = (1..=8).map(|step| (1000 + u64::from(step) * 100, Heard(content(step)))).collect();
    assert_eq!(played(&steps, 10, 10_000), [(2000, content(8))]);
}

#[test]
fn a_file_that_is_truncated_and_then_written_is_never_handed_over_empty() {
    let rewrite = [(1000, Heard(FileFinding::Empty)), (1900, Heard(content(1)))];
    assert_eq!(played(&rewrite, 10, 10_000), [(2100, content(1))]);
}

#[test]
fn a_file_that_stays_empty_is_handed_over_after_the_longest_wait() {
    assert_eq!(played(&[(1000, Heard(FileFinding::Empty))], 10, 10_000), [(2100, FileFinding::Empty)]);
}

#[test]
fn a_file_that_is_never_quiet_is_handed_over_all_the_same() {
    let writes: Vec<_> =
        (1..=250).map(|count| (1000 + u64::from(count) * 20, Heard(content(count)))).collect();
    let handed = played(&writes, 10, 10_000);
    let longest = handed.windows(2).map(|pair| pair[1].0 - pair[0].0).max().expect("several reloads");
    assert!(handed[0].0 <= 2500 && longest <= 1500, "{handed:?}");
    assert_eq!(handed.last().expect("several reloads").1, content(250));
}

#[test]
fn changes_during_a_reload_come_as_one_after_it() {
    let writes = [(0, Heard(content(1))), (1000, Heard(content(2))), (2000, Heard(content(3)))];
    assert_eq!(played(&writes, 5000, 20_000), [(200, content(1)), (5350, content(3))]);
}

#[test]
fn a_file_that_is_deleted_is_missing_once() {
    let deeds = [(1000, Heard(FileFinding::Missing)), (3000, Touched), (5000, Touched)];
    assert_eq!(played(&deeds, 10, 60_000), [(1200, FileFinding::Missing)]);
}

#[test]
fn a_file_that_comes_back_as_it_was_is_handed_over_again() {
    let deeds =
        [(1000, Heard(FileFinding::Missing)), (3000, Heard(content(0))), (5000, Heard(FileFinding::Missing))];
    let handed = [(1200, FileFinding::Missing), (3050, content(0)), (5200, FileFinding::Missing)];
    assert_eq!(played(&deeds, 10, 9000), handed);
}

#[test]
fn a_file_that_is_deleted_and_written_anew_was_never_missing() {
    let deeds = [(1000, Heard(FileFinding::Missing)), (1100, Heard(content(1)))];
    assert_eq!(played(&deeds, 10, 10_000), [(1300, content(1))]);
}

#[test]
fn a_file_that_cannot_be_read_is_told_once_for_each_reason() {
    let [denied, broken] = ["denied", "broken"].map(|reason| FileFinding::Unreadable(reason.to_owned()));
    let deeds = [(1000, Heard(denied.clone())), (3000, Touched), (5000, Heard(broken.clone()))];
    assert_eq!(played(&deeds, 10, 60_000), [(1200, denied), (5200, broken)]);
}

#[test]
fn a_file_that_moves_under_every_look_is_told_of_in_the_end() {
    assert_eq!(played(&[(1000, Heard(FileFinding::Moving))], 10, 10_000), [(2100, FileFinding::Moving)]);
}

#[test]
fn content_that_was_taken_back_is_handed_over_again() {
    let deeds = [(1000, Heard(content(1))), (2000, Heard(content(0)))];
    assert_eq!(played(&deeds, 10, 10_000), [(1200, content(1)), (2200, content(0))]);
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
    let deeds = [(1000, Heard(FileFinding::Missing)), (6000, Touched), (9000, Touched)];
    for (after, gone_at) in [(0, 1210), (100, 1210), (500, 1550), (3000, 4050)] {
        let handed = [(1200, Some(FileFinding::Missing)), (gone_at, None)];
        assert_eq!(played_under(removing(after), &deeds, 10, 60_000), handed, "after {after} ms");
    }
}

#[test]
fn a_file_that_is_back_in_time_is_not_gone() {
    let deeds = [(1000, Heard(FileFinding::Missing)), (1100, Heard(content(0)))];
    assert_eq!(played_under(removing(0), &deeds, 10, 60_000), []);
    let deeds =
        [(1000, Heard(FileFinding::Missing)), (3000, Heard(content(0))), (4000, Heard(FileFinding::Missing))];
    let handed = [
        (1200, Some(FileFinding::Missing)),
        (3050, Some(content(0))),
        (4200, Some(FileFinding::Missing)),
        (9050, None),
    ];
    assert_eq!(played_under(removing(5000), &deeds, 10, 60_000), handed);
}

#[test]
fn a_file_that_was_gone_comes_back_whole() {
    let deeds = [(1000, Heard(FileFinding::Missing)), (3000, Heard(content(0)))];
    let handed = [(1200, Some(FileFinding::Missing)), (1210, None), (3050, Some(content(0)))];
    assert_eq!(played_under(removing(0), &deeds, 10, 60_000), handed);
}

#[test]
fn a_file_that_cannot_be_read_is_not_gone() {
    let denied = FileFinding::Unreadable("denied".to_owned());
    let deeds = [(1000, Heard(denied.clone()))];
    assert_eq!(played_under(removing(0), &deeds, 10, 60_000), [(1200, Some(denied))]);
}

#[test]
fn one_of_several_files_that_is_empty_waits_as_an_empty_file_does() {
    let rewrite = [(1000, Heard(FileFinding::Unfinished([9; 32]))), (1900, Heard(content(1)))];
    assert_eq!(played(&rewrite, 10, 10_000), [(2100, content(1))]);
    let stays = [(1000, Heard(FileFinding::Unfinished([9; 32])))];
    assert_eq!(played(&stays, 10, 10_000), [(2100, FileFinding::Unfinished([9; 32]))]);
}

#[test]
fn a_thousand_changes_a_second_are_a_reload_a_second_and_the_last_content_counts() {
    let changes: Vec<_> = (0..30_000_u64)
        .map(|count| (1000 + count, Heard(FileFinding::Content(sha256(&count.to_le_bytes())))))
        .collect();
    let handed = played(&changes, 10, 40_000);
    let gaps = || handed.windows(2).map(|pair| pair[1].0 - pair[0].0);
    assert!((24..=30).contains(&handed.len()), "{} reloads in 30 s", handed.len());
    assert!(gaps().all(|gap| gap <= 1500), "{:?}", gaps().collect::<Vec<_>>());
    let (last_at, last) = handed.last().expect("several reloads");
    assert_eq!(*last, FileFinding::Content(sha256(&29_999_u64.to_le_bytes())));
    assert!(*last_at <= 31_000 + 1500, "served {} ms after the last change", last_at - 31_000);
}

#[test]
fn other_files_are_looked_at_at_once_and_known_ones_are_nothing() {
    let mut state = WatchState::new(WatchOptions::default(), content(0), Duration::ZERO);
    assert!(matches!(state.step(WatchInput::Tick, milliseconds(50)), Some(WatchWork::Look { .. })));
    state.refit(content(1), milliseconds(60));
    assert!(matches!(state.step(WatchInput::Tick, milliseconds(110)), Some(WatchWork::Look { skip: None })));
    assert_eq!(state.step(WatchInput::LookEnded(glance(content(1))), milliseconds(110)), None);
    assert_eq!(state.next_deadline(), Some(milliseconds(110 + 2000)));
}

fn deed() -> impl Strategy<Value = Deed> {
    let finding = prop_oneof![
        6 => (0_u8..4).prop_map(content),
        1 => Just(FileFinding::Empty),
        1 => Just(FileFinding::Missing),
        1 => Just(FileFinding::Moving),
        1 => Just(FileFinding::Unreadable("denied".to_owned())),
    ];
    prop_oneof![
        4 => finding.clone().prop_map(Heard),
        2 => finding.prop_map(Unheard),
        1 => Just(Touched),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_last_content_is_always_handed_over_and_nothing_twice(
        gaps in prop::collection::vec((0_u64..400, deed()), 1..60),
        last in 0_u8..4,
        reload_takes in 1_u64..900,
    ) {
        let mut now = 0;
        let mut deeds = Vec::new();
        for (gap, deed) in gaps {
            now += gap;
            deeds.push((now, deed));
        }
        deeds.push((now, Unheard(content(last))));
        let handed = played(&deeds, reload_takes, now + 5000);

        let all = || std::iter::once(content(0)).chain(handed.iter().map(|(_, finding)| finding.clone()));
        let mut contents = all().filter(|finding| matches!(finding, FileFinding::Content(_) | FileFinding::Empty));
        prop_assert_eq!(contents.next_back(), Some(content(last)));
        prop_assert!(all().zip(all().skip(1)).all(|(one, next)| one != next), "{:?}", handed);
        let apart = handed.windows(2).all(|pair| pair[1].0 - pair[0].0 >= reload_takes);
        prop_assert!(apart, "two reloads at once: {:?}", handed);
    }
}
