//! When to look at a file, and when to hand over what was seen. Pure: time comes in, work goes out.

use std::time::Duration;

use crate::watch::debounce::file_finding::FileFinding;
use crate::watch::files::file_group::FileStamp;
use crate::watch::{Truncation, TruncationVerdict, WatchOptions};

/// What a look saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) struct LookSummary {
    pub finding: FileFinding,
    /// The stamp of what was read.
    pub stamp: Option<FileStamp>,
    /// How many bytes were read.
    pub length: u64,
    /// Whether a file has the first bytes of what it had when it was handed over last, and fewer.
    pub is_prefix: bool,
}

/// What happened. All times are counted from one start that the caller chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) enum WatchInput {
    /// Something may have happened to the file.
    Hint,
    /// It is some time; sent when [`WatchState::next_deadline`] has come, harmless at any other.
    Tick,
    /// The look ended at the stamp it was to skip.
    Unchanged,
    /// The look ended with this.
    LookEnded(LookSummary),
    /// The reload is over, and content was taken or not.
    ReloadDone(TruncationVerdict),
}

/// What to do now; nothing further is asked for until the answer to it has come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::watch) enum WatchWork {
    /// Look at the file, and read it unless it still bears this stamp.
    Look {
        /// The stamp that makes reading needless.
        skip: Option<FileStamp>,
    },
    /// Hand over what the look that just ended has found, which may be of a file that is still being written.
    Reload(Truncation),
    /// The file has been missing for as long as it may.
    Remove,
}

/// One watched file.
#[derive(Debug)]
pub(in crate::watch) struct WatchState {
    options: WatchOptions,
    activity: WatchActivity,
    /// The content that was handed over last, or was in use from the start.
    handed: FileFinding,
    /// What was told in place of content since there was content.
    told: Option<FileFinding>,
    /// What both were before the reload that is under way.
    before: Option<(FileFinding, Option<FileFinding>)>,
    /// Something new, seen and not yet trusted.
    candidate: Option<PendingContent>,
    /// Content that may be of a file that is still being written.
    suspect: Option<TruncatedContent>,
    /// When new content was first seen, of all the contents that were new since the last handing over.
    restless_since: Option<Duration>,
    /// When the file was first seen to be missing, of all the looks that found it so.
    missing_since: Option<Duration>,
    /// Whether that it has been missing for too long was handed over.
    is_removed: bool,
    /// Hints since the last look began.
    hints: Option<HintTimes>,
    stamp: Option<FileStamp>,
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

/// Content that looks truncated. A writer that goes on is waited for anew.
#[derive(Debug)]
struct TruncatedContent {
    finding: FileFinding,
    /// Since when it is there.
    since: Duration,
    /// The longest one so far, and since when: content that changes without growing is not waited for for ever.
    longest: (u64, Duration),
}

/// How often truncated content that changes without growing is waited for.
const MOST_WAITS: u32 = 5;

#[derive(Clone, Copy, Debug)]
struct HintTimes {
    first: Duration,
    last: Duration,
}

impl WatchState {
    /// A file of which this is in use. It begins with a hint: the file may have changed since it was read.
    pub fn new(options: WatchOptions, applied: FileFinding, now: Duration) -> Self {
        Self {
            options,
            activity: WatchActivity::Idle,
            handed: applied,
            told: None,
            before: None,
            candidate: None,
            suspect: None,
            restless_since: None,
            missing_since: None,
            is_removed: false,
            hints: Some(HintTimes { first: now, last: now }),
            stamp: None,
            polls: 0,
            look_began: now,
            look_ended: now,
        }
    }

    /// The same, while a reload of the source is still under way: it waits for [`WatchInput::ReloadDone`].
    pub fn reloading(options: WatchOptions, applied: FileFinding, now: Duration) -> Self {
        Self { activity: WatchActivity::Reloading, ..Self::new(options, applied, now) }
    }

    /// Other files are looked at from now on, of which this is in use. What a look still brings is of the former ones.
    pub fn refit(&mut self, applied: FileFinding, now: Duration) {
        let activity =
            if self.activity == WatchActivity::Looking { WatchActivity::Idle } else { self.activity };
        *self = Self { activity, told: self.told.take(), ..Self::new(self.options, applied, now) };
    }

    /// Takes in what happened.
    pub fn step(&mut self, input: WatchInput, now: Duration) -> Option<WatchWork> {
        match input {
            WatchInput::Hint => {
                let first = self.hints.map_or(now, |hints| hints.first);
                self.hints = Some(HintTimes { first, last: now });
                None
            }
            WatchInput::Tick if self.next_deadline().is_some_and(|deadline| deadline <= now) => {
                Some(self.look(now))
            }
            WatchInput::Tick => None,
            WatchInput::Unchanged => {
                self.activity = WatchActivity::Idle;
                self.look_ended = now;
                None
            }
            WatchInput::LookEnded(glance) => {
                self.activity = WatchActivity::Idle;
                self.look_ended = now;
                self.stamp.clone_from(&glance.stamp);
                self.judge(glance)
            }
            WatchInput::ReloadDone(taken) => {
                self.activity = WatchActivity::Idle;
                let before = self.before.take();
                if let (TruncationVerdict::Truncated, Some((handed, told))) = (taken, before) {
                    (self.handed, self.told) = (handed, told);
                    if let Some(left) = self.candidate.clone() {
                        self.suspect(left);
                    }
                } else {
                    (self.candidate, self.suspect) = (None, None);
                }
                None
            }
        }
    }

    /// When to send the next [`WatchInput::Tick`]; `None` while work is under way.
    pub fn next_deadline(&self) -> Option<Duration> {
        if self.activity != WatchActivity::Idle {
            return None;
        }
        let WatchOptions { poll_interval, quiet, stability, truncation, .. } = self.options;
        let poll = self.look_began + poll_interval;
        // Silence would never come to a file that is written all the time.
        let hint = self.hints.map(|hints| (hints.last + quiet).min(hints.first + quiet.max(stability)));
        let again = self.candidate.as_ref().map(|candidate| {
            let soonest = self.look_ended + stability;
            let waited = self.suspect.as_ref().filter(|suspect| suspect.finding == candidate.finding);
            waited.map_or(soonest, |suspect| soonest.max(suspect.since + truncation))
        });
        [Some(poll), hint, again, self.removal()].into_iter().flatten().min()
    }

    /// When a file that is missing will have been so for as long as it may.
    fn removal(&self) -> Option<Duration> {
        let is_told = self.told == Some(FileFinding::Missing) && !self.is_removed;
        Some(self.missing_since.filter(|_| is_told)? + self.options.remove_after?)
    }

    fn look(&mut self, now: Duration) -> WatchWork {
        self.activity = WatchActivity::Looking;
        self.look_began = now;
        // Two writes within one tick of the file system's clock leave the same stamp: where something is known to have
        // happened the stamp does not count, and every so often it does not count anyway.
        let doubtful = self.hints.take().is_some() || self.candidate.is_some();
        self.polls = if doubtful { 0 } else { self.polls + 1 };
        let due = self.polls >= self.options.polls_per_read.get();
        if due {
            self.polls = 0;
        }
        WatchWork::Look { skip: if doubtful || due { None } else { self.stamp.clone() } }
    }

    /// What was handed over last, or is in use from the start.
    pub const fn handed(&self) -> &FileFinding {
        &self.handed
    }

    fn judge(&mut self, glance: LookSummary) -> Option<WatchWork> {
        let LookSummary { finding, length, is_prefix, .. } = glance;
        if finding == FileFinding::Missing {
            self.missing_since.get_or_insert(self.look_ended);
        } else {
            (self.missing_since, self.is_removed) = (None, false);
        }
        let content =
            matches!(finding, FileFinding::Content(_) | FileFinding::Empty | FileFinding::Unfinished(_));
        let known = if content { finding == self.handed } else { self.told.as_ref() == Some(&finding) };
        if known {
            let is_back = content && self.told.is_some();
            self.settle(content);
            if content {
                self.suspect = None;
            }
            if self.removal().is_some_and(|removal| removal <= self.look_began) {
                self.is_removed = true;
                self.activity = WatchActivity::Reloading;
                return Some(WatchWork::Remove);
            }
            if !is_back {
                return None;
            }
            // Whoever was told that there is none hears that there is one again.
            self.activity = WatchActivity::Reloading;
            return Some(WatchWork::Reload(Truncation::Waited { is_prefix: false }));
        }
        let since = match self.candidate.take() {
            Some(candidate) if candidate.finding == finding => candidate.since,
            _ => self.look_ended,
        };
        let candidate = PendingContent { finding, length, since };
        if is_prefix {
            self.suspect(candidate.clone());
        }
        let PendingContent { finding, .. } = &candidate;
        let truncation = self.truncation(finding, length, is_prefix);
        if truncation.is_none() || !self.is_trusted(finding, since) {
            self.candidate = Some(candidate);
            return None;
        }
        self.before = Some((self.handed.clone(), self.told.clone()));
        self.settle(content);
        if content {
            self.handed = finding.clone();
            // Until it is known whether it was taken.
            self.candidate = Some(candidate);
        } else {
            self.told = Some(candidate.finding);
        }
        self.activity = WatchActivity::Reloading;
        truncation.map(WatchWork::Reload)
    }

    /// Notes content that looks truncated.
    fn suspect(&mut self, PendingContent { finding, length, since }: PendingContent) {
        let longest = match &self.suspect {
            Some(former) if length <= former.longest.0 => former.longest,
            _ => (length, since),
        };
        self.suspect = Some(TruncatedContent { finding, since, longest });
    }

    /// Whether content has waited because it looks truncated; `None` while it has to.
    fn truncation(&self, finding: &FileFinding, length: u64, is_prefix: bool) -> Option<Truncation> {
        let wait = self.options.truncation;
        let has_waited = |since: Duration, wait| self.look_began.saturating_sub(since) >= wait;
        match &self.suspect {
            Some(TruncatedContent { longest: (most, since), .. })
                if length <= *most && has_waited(*since, wait * MOST_WAITS) =>
            {
                Some(Truncation::Waited { is_prefix })
            }
            Some(suspect) if suspect.finding == *finding => {
                has_waited(suspect.since, wait).then_some(Truncation::Waited { is_prefix })
            }
            _ => Some(Truncation::Possible),
        }
    }

    /// Whether this is there to stay. Counted from the end of the first look to the start of the last: a read that
    /// takes long proves nothing by that.
    fn is_trusted(&mut self, finding: &FileFinding, since: Duration) -> bool {
        let age = self.look_began.saturating_sub(since);
        match finding {
            FileFinding::Content(_) => {
                // Only from content to content: behind an empty or missing file stands a writer that has just begun.
                let restless = *self.restless_since.get_or_insert(self.look_ended);
                age >= self.options.stability
                    || self.look_began.saturating_sub(restless) >= self.options.max_wait
            }
            FileFinding::Missing | FileFinding::Unreadable(_) => age >= self.options.stability,
            FileFinding::Empty | FileFinding::Unfinished(_) | FileFinding::Moving => {
                age >= self.options.max_wait
            }
        }
    }

    fn settle(&mut self, content: bool) {
        self.candidate = None;
        self.restless_since = None;
        if content {
            self.told = None;
        }
    }
}
