//! The debounce state machine of one watched file: when to look, and when to hand over what a look found.
//!
//! Pure: time comes in, work goes out.

use std::time::Duration;

use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::files::file_group::FileStamp;
use crate::watch::{Truncation, TruncationVerdict, WatchOptions};

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct LookSummary {
    pub finding: FileFinding,
    /// The stamp of the files that were read.
    pub stamp: Option<FileStamp>,
    /// The number of bytes that were read.
    pub length: u64,
    /// Whether the content of a file is a proper prefix of its content in use.
    pub is_prefix: bool,
}

/// An input. All times are counted from one start that the caller chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) enum WatchInput {
    /// The file may have changed.
    Hint,
    /// Time has passed. Send it at [`WatchState::next_deadline`]; it does nothing earlier.
    Tick,
    /// The look found the stamp that it was to skip.
    Unchanged,
    /// The look read the file.
    LookEnded(LookSummary),
    /// The reload ended; the verdict says whether the content was taken.
    ReloadDone(TruncationVerdict),
}

/// Work to do now. There is no further work until its outcome comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) enum WatchWork {
    /// Look at the file.
    Look {
        /// The stamp at which the file need not be read.
        skip: Option<FileStamp>,
    },
    /// Hand over what the look that just ended found.
    Reload(Truncation),
    /// The file has been missing for [`WatchOptions::remove_after`].
    Remove,
}

/// The state of one watched file.
#[derive(Debug)]
pub(in crate::watch) struct WatchState {
    options: WatchOptions,
    activity: WatchActivity,
    /// The content that was handed over last, or was in use from the start.
    delivered: FileFinding,
    /// The finding without content (missing, unreadable) that was handed over since.
    reported: Option<FileFinding>,
    /// `delivered` and `reported` before the reload under way, for a reload that does not take the content.
    before_reload: Option<(FileFinding, Option<FileFinding>)>,
    /// A new finding that is not stable yet.
    pending: Option<PendingContent>,
    /// Content that looks truncated.
    truncated: Option<TruncatedContent>,
    /// When content first differed from what was handed over. Later changes do not reset it.
    unstable_since: Option<Duration>,
    /// The first of the consecutive looks that found no file.
    missing_since: Option<Duration>,
    /// Whether [`WatchWork::Remove`] was handed over.
    is_removed: bool,
    /// Hints since the last look began.
    hints: Option<HintTimes>,
    stamp: Option<FileStamp>,
    /// Polls since the file was last read.
    polls: u32,
    look_began: Duration,
    look_ended: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WatchActivity {
    Idle,
    Looking,
    Reloading,
}

#[derive(Clone, Debug)]
struct PendingContent {
    finding: FileFinding,
    length: u64,
    since: Duration,
}

/// Content that looks truncated. The wait begins anew while it grows.
#[derive(Debug)]
struct TruncatedContent {
    finding: FileFinding,
    since: Duration,
    /// The greatest length so far, and since when. It bounds the wait for content that changes without growing.
    longest: (u64, Duration),
}

/// How many times [`WatchOptions::truncation`] is waited for content that changes without growing.
const MAX_WAITS: u32 = 5;

#[derive(Clone, Copy, Debug)]
struct HintTimes {
    first: Duration,
    last: Duration,
}

impl WatchState {
    /// The state of a file whose content in use is `applied`. It begins with a hint, since the file may have changed since
    /// it was read.
    pub fn new(options: WatchOptions, applied: FileFinding, now: Duration) -> Self {
        Self {
            options,
            activity: WatchActivity::Idle,
            delivered: applied,
            reported: None,
            before_reload: None,
            pending: None,
            truncated: None,
            unstable_since: None,
            missing_since: None,
            is_removed: false,
            hints: Some(HintTimes { first: now, last: now }),
            stamp: None,
            polls: 0,
            look_began: now,
            look_ended: now,
        }
    }

    /// The state of a file with a reload under way. It waits for [`WatchInput::ReloadDone`].
    pub fn reloading(options: WatchOptions, applied: FileFinding, now: Duration) -> Self {
        Self { activity: WatchActivity::Reloading, ..Self::new(options, applied, now) }
    }

    /// Starts again for other files. The caller drops the outcome of a look at the former ones; a reload goes on.
    pub fn restart(&mut self, applied: FileFinding, now: Duration) {
        let activity =
            if self.activity == WatchActivity::Looking { WatchActivity::Idle } else { self.activity };
        *self = Self { activity, reported: self.reported.take(), ..Self::new(self.options, applied, now) };
    }

    /// Handles an input.
    pub fn step(&mut self, input: WatchInput, now: Duration) -> Option<WatchWork> {
        match input {
            WatchInput::Hint => {
                let first = self.hints.map_or(now, |hints| hints.first);
                self.hints = Some(HintTimes { first, last: now });
                None
            }
            WatchInput::Tick if self.next_deadline().is_some_and(|deadline| deadline <= now) => {
                Some(self.start_look(now))
            }
            WatchInput::Tick => None,
            WatchInput::Unchanged => {
                self.activity = WatchActivity::Idle;
                self.look_ended = now;
                None
            }
            WatchInput::LookEnded(look) => {
                self.activity = WatchActivity::Idle;
                self.look_ended = now;
                self.stamp.clone_from(&look.stamp);
                self.evaluate_look(look)
            }
            WatchInput::ReloadDone(verdict) => {
                self.end_reload(verdict);
                None
            }
        }
    }

    fn end_reload(&mut self, verdict: TruncationVerdict) {
        self.activity = WatchActivity::Idle;
        let before = self.before_reload.take();
        if let (TruncationVerdict::Truncated, Some((delivered, reported))) = (verdict, before) {
            (self.delivered, self.reported) = (delivered, reported);
            if let Some(pending) = self.pending.clone() {
                self.mark_truncated(pending);
            }
        } else {
            (self.pending, self.truncated) = (None, None);
        }
    }

    /// When to send the next [`WatchInput::Tick`]; `None` while work is under way.
    pub fn next_deadline(&self) -> Option<Duration> {
        if self.activity != WatchActivity::Idle {
            return None;
        }
        let WatchOptions { poll_interval, quiet, stability, truncation, .. } = self.options;
        let poll = self.look_began + poll_interval;
        // A file that is written all the time is never quiet, so the first hint bounds the wait.
        let hint = self.hints.map(|hints| (hints.last + quiet).min(hints.first + quiet.max(stability)));
        let second_look = self.pending.as_ref().map(|pending| {
            let earliest = self.look_ended + stability;
            let truncated = self.truncated.as_ref().filter(|truncated| truncated.finding == pending.finding);
            truncated.map_or(earliest, |truncated| earliest.max(truncated.since + truncation))
        });
        [Some(poll), hint, second_look, self.removal_due()].into_iter().flatten().min()
    }

    /// When a missing file will have been missing for [`WatchOptions::remove_after`].
    fn removal_due(&self) -> Option<Duration> {
        let is_reported = self.reported == Some(FileFinding::Missing) && !self.is_removed;
        Some(self.missing_since.filter(|_| is_reported)? + self.options.remove_after?)
    }

    fn start_look(&mut self, now: Duration) -> WatchWork {
        self.activity = WatchActivity::Looking;
        self.look_began = now;
        // Two writes within one tick of the file system's clock leave one stamp. So the stamp is not trusted after a hint,
        // and once every `polls_per_read` polls.
        let is_doubtful = self.hints.take().is_some() || self.pending.is_some();
        self.polls = if is_doubtful { 0 } else { self.polls + 1 };
        let is_read_due = self.polls >= self.options.polls_per_read.get();
        if is_read_due {
            self.polls = 0;
        }
        WatchWork::Look { skip: if is_doubtful || is_read_due { None } else { self.stamp.clone() } }
    }

    /// The content that was handed over last, or was in use from the start.
    pub const fn delivered(&self) -> &FileFinding {
        &self.delivered
    }

    fn evaluate_look(&mut self, look: LookSummary) -> Option<WatchWork> {
        let LookSummary { finding, length, is_prefix, .. } = look;
        if finding == FileFinding::Missing {
            self.missing_since.get_or_insert(self.look_ended);
        } else {
            (self.missing_since, self.is_removed) = (None, false);
        }
        let has_content =
            matches!(finding, FileFinding::Content(_) | FileFinding::Empty | FileFinding::Unfinished(_));
        let is_known =
            if has_content { finding == self.delivered } else { self.reported.as_ref() == Some(&finding) };
        if is_known {
            return self.handle_known(has_content);
        }
        let since = match self.pending.take() {
            Some(pending) if pending.finding == finding => pending.since,
            _ => self.look_ended,
        };
        let pending = PendingContent { finding, length, since };
        if is_prefix {
            self.mark_truncated(pending.clone());
        }
        let truncation = self.truncation_of(&pending, is_prefix);
        if truncation.is_none() || !self.is_stable(&pending.finding, since) {
            self.pending = Some(pending);
            return None;
        }
        self.before_reload = Some((self.delivered.clone(), self.reported.clone()));
        self.clear_pending(has_content);
        if has_content {
            self.delivered = pending.finding.clone();
            // Kept until the verdict: the reload may find that the content is truncated.
            self.pending = Some(pending);
        } else {
            self.reported = Some(pending.finding);
        }
        self.activity = WatchActivity::Reloading;
        truncation.map(WatchWork::Reload)
    }

    /// Handles a finding that was handed over before.
    fn handle_known(&mut self, has_content: bool) -> Option<WatchWork> {
        let is_back = has_content && self.reported.is_some();
        self.clear_pending(has_content);
        if has_content {
            self.truncated = None;
        }
        if self.removal_due().is_some_and(|due| due <= self.look_began) {
            self.is_removed = true;
            self.activity = WatchActivity::Reloading;
            return Some(WatchWork::Remove);
        }
        if !is_back {
            return None;
        }
        // A missing file was reported, so its return is handed over though the content is the same.
        self.activity = WatchActivity::Reloading;
        Some(WatchWork::Reload(Truncation::Waited { is_prefix: false }))
    }

    fn mark_truncated(&mut self, PendingContent { finding, length, since }: PendingContent) {
        let longest = match &self.truncated {
            Some(former) if length <= former.longest.0 => former.longest,
            _ => (length, since),
        };
        self.truncated = Some(TruncatedContent { finding, since, longest });
    }

    /// Whether content may still be truncated, or has waited for long enough; `None` while it has to wait.
    fn truncation_of(&self, pending: &PendingContent, is_prefix: bool) -> Option<Truncation> {
        let wait = self.options.truncation;
        let has_waited = |since: Duration, wait| self.look_began.saturating_sub(since) >= wait;
        match &self.truncated {
            Some(TruncatedContent { longest: (longest, since), .. })
                if pending.length <= *longest && has_waited(*since, wait * MAX_WAITS) =>
            {
                Some(Truncation::Waited { is_prefix })
            }
            Some(truncated) if truncated.finding == pending.finding => {
                has_waited(truncated.since, wait).then_some(Truncation::Waited { is_prefix })
            }
            _ => Some(Truncation::Possible),
        }
    }

    /// Whether a finding was the same for long enough. The time runs from the end of the first look to the start of the last:
    /// a slow read does not prove stability.
    fn is_stable(&mut self, finding: &FileFinding, since: Duration) -> bool {
        let age = self.look_began.saturating_sub(since);
        match finding {
            FileFinding::Content(_) => {
                // Only content starts this clock. After an empty or missing file, a writer has just begun.
                let unstable_since = *self.unstable_since.get_or_insert(self.look_ended);
                age >= self.options.stability
                    || self.look_began.saturating_sub(unstable_since) >= self.options.max_wait
            }
            FileFinding::Missing | FileFinding::Unreadable(_) => age >= self.options.stability,
            FileFinding::Empty | FileFinding::Unfinished(_) | FileFinding::Moving => {
                age >= self.options.max_wait
            }
        }
    }

    fn clear_pending(&mut self, has_content: bool) {
        self.pending = None;
        self.unstable_since = None;
        if has_content {
            self.reported = None;
        }
    }
}
