//! Watch options: poll intervals, debounce times, truncation wait, removal of missing files.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Result, describe_unknown};

/// The timing and limits of a [`SourceWatch`](super::SourceWatch). A change with a file event is handed over `quiet` +
/// `stability` after the last write (200 ms by default). A change without one is found within `poll_interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    /// The interval at which each file is looked at without an event; at least 10 ms. Default: 2 s.
    pub poll_interval: Duration,
    /// The number of polls after which one reads the file even if its size and times are the same. Default: 15.
    pub polls_per_read: NonZeroU32,
    /// The time without events before the file is looked at (debounce). During a stream of events, it is looked at after
    /// `stability`. Default: 50 ms.
    pub quiet: Duration,
    /// The time for which new content, or a missing file, must stay the same before it is handed over. Default: 150 ms.
    pub stability: Duration,
    /// The maximum wait for a file that never stays the same, and the wait for an empty file, which may be about to be
    /// written. Default: 1 s.
    pub max_wait: Duration,
    /// The time for which content that looks truncated must stay before it is loaded. A writer that pauses longer counts as
    /// finished. Default: 2 s.
    pub truncation: Duration,
    /// The maximum size of all files of a document, in bytes. Default: 64 MiB.
    pub max_bytes: usize,
    /// The time after which the tools of a missing file are removed, at least `stability`. Default: `None`, the tools stay.
    pub remove_after: Option<Duration>,
    /// The interval at which a document at an address is requested. Default: 60 s.
    pub server_poll_interval: Duration,
    /// The maximum time of a response. Default: 30 s.
    pub deadline: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(2),
            polls_per_read: NonZeroU32::MIN.saturating_add(14),
            quiet: Duration::from_millis(50),
            stability: Duration::from_millis(150),
            max_wait: Duration::from_secs(1),
            truncation: Duration::from_secs(2),
            max_bytes: 64 * 1024 * 1024,
            remove_after: None,
            server_poll_interval: Duration::from_mins(1),
            deadline: Duration::from_secs(30),
        }
    }
}

fn parse_on_missing(value: &Value) -> Result<Option<Duration>> {
    let after = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.get("removeAfterMs"));
    match (value.as_str(), after) {
        (Some("keep"), _) => Ok(None),
        (Some("remove"), _) => Ok(Some(Duration::ZERO)),
        (_, Some(after)) => parse_duration("watch.onMissing.removeAfterMs", Some(after), 0.0),
        _ => Err(invalid(
            "watch.onMissing",
            "must be \"keep\", \"remove\" or { removeAfterMs: number of ms }".to_owned(),
        )),
    }
}

const KNOWN: [&str; 5] = ["pollMs", "stabilityMs", "maxWaitMs", "truncationMs", "onMissing"];
/// The shortest poll interval that the option accepts.
const MIN_POLL_MS: f64 = 100.0;
/// The longest time that an option accepts: 31 days.
const MAX_MS: f64 = 2_678_400_000.0;

impl WatchOptions {
    /// Reads the options; null and true give the defaults.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown option, or a value out of range.
    pub fn parse(value: &Value) -> Result<Self> {
        let defaults = Self::default();
        if value.is_null() || *value == Value::Bool(true) {
            return Ok(defaults);
        }
        let Some(map) = value.as_object() else {
            return Err(invalid("watch", "must be true, false or an object".to_owned()));
        };
        if let Some(unknown) = map.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(invalid("watch", format!("\"{unknown}\" {}", describe_unknown(unknown, &KNOWN))));
        }
        let [poll_key, stability_key, max_wait_key, truncation_key, missing_key] = KNOWN;
        let poll = parse_duration("watch.pollMs", map.get(poll_key), MIN_POLL_MS)?;
        let stability = parse_duration("watch.stabilityMs", map.get(stability_key), 0.0)?;
        let stability = stability.unwrap_or(defaults.stability);
        let max_wait = parse_duration("watch.maxWaitMs", map.get(max_wait_key), 0.0)?;
        let truncation = parse_duration("watch.truncationMs", map.get(truncation_key), 0.0)?;
        if max_wait.is_some_and(|max_wait| max_wait < stability) {
            let reason = format!("must be at least watch.stabilityMs, which is {}", stability.as_millis());
            return Err(invalid("watch.maxWaitMs", reason));
        }
        Ok(Self {
            poll_interval: poll.unwrap_or(defaults.poll_interval),
            server_poll_interval: poll.unwrap_or(defaults.server_poll_interval),
            stability,
            // At least `stability`, else content would be handed over before it is stable.
            max_wait: max_wait.unwrap_or_else(|| defaults.max_wait.max(stability)),
            truncation: truncation.unwrap_or(defaults.truncation),
            remove_after: map.get(missing_key).map(parse_on_missing).transpose()?.flatten(),
            ..defaults
        })
    }
}

impl WatchOptions {
    /// The options that watch as closely as either: what is watched for several is told to each in time.
    #[must_use]
    pub fn closer(self, other: Self) -> Self {
        Self {
            poll_interval: self.poll_interval.min(other.poll_interval),
            server_poll_interval: self.server_poll_interval.min(other.server_poll_interval),
            stability: self.stability.min(other.stability),
            max_wait: self.max_wait.min(other.max_wait),
            truncation: self.truncation.min(other.truncation),
            ..self
        }
    }
}

/// Reads a duration in ms, from `min` to [`MAX_MS`].
fn parse_duration(option: &str, value: Option<&Value>, min: f64) -> Result<Option<Duration>> {
    let Some(value) = value else { return Ok(None) };
    match value.as_f64().filter(|milliseconds| (min..=MAX_MS).contains(milliseconds)) {
        Some(milliseconds) => Ok(Some(Duration::from_secs_f64(milliseconds / 1000.0))),
        None => Err(invalid(option, format!("must be a number of ms from {min} to {MAX_MS}"))),
    }
}

fn invalid(option: &str, reason: String) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_options_have_their_defaults() {
        for value in [json!(null), json!(true), json!({}), json!({"onMissing": "keep"})] {
            assert_eq!(WatchOptions::parse(&value), Ok(WatchOptions::default()), "{value}");
        }
        let slow = WatchOptions::parse(&json!({"stabilityMs": 3000})).expect("options");
        assert_eq!((slow.stability, slow.max_wait), (Duration::from_secs(3), Duration::from_secs(3)));
        let hasty = WatchOptions::parse(&json!({"truncationMs": 0})).expect("options");
        assert_eq!((hasty.truncation, hasty.stability), (Duration::ZERO, Duration::from_millis(150)));
        let polled = WatchOptions::parse(&json!({"pollMs": 100.5})).expect("options");
        assert_eq!(
            (polled.poll_interval, polled.server_poll_interval),
            (polled.server_poll_interval, Duration::from_micros(100_500))
        );
        for (value, expected) in [(json!("remove"), 0), (json!({"removeAfterMs": 5}), 5)] {
            let options = WatchOptions::parse(&json!({"onMissing": value})).expect("options");
            assert_eq!(options.remove_after, Some(Duration::from_millis(expected)));
        }
    }

    #[test]
    fn the_closer_of_two_options_has_the_shorter_of_each_time() {
        let parse = |value: Value| WatchOptions::parse(&value).expect("options");
        let slow = parse(json!({"stabilityMs": 3000, "pollMs": 100}));
        let closer = slow.closer(parse(json!({"stabilityMs": 20})));
        assert_eq!(closer, parse(json!({"stabilityMs": 20, "pollMs": 100})));
        assert_eq!(WatchOptions::default().closer(slow).stability, Duration::from_millis(150));
    }

    #[test]
    fn an_invalid_option_is_refused_by_its_name() {
        for (value, option) in [
            (json!(false), "watch"),
            (json!("yes"), "watch"),
            (json!([]), "watch"),
            (json!({"pollMS": 5}), "watch"),
            (json!({"__proto__": 5}), "watch"),
            (json!({"pollMs": "5"}), "watch.pollMs"),
            (json!({"pollMs": null}), "watch.pollMs"),
            (json!({"onMissing": null}), "watch.onMissing"),
            (json!({"pollMs": 99}), "watch.pollMs"),
            (json!({"pollMs": 1e300}), "watch.pollMs"),
            (json!({"stabilityMs": -1}), "watch.stabilityMs"),
            (json!({"truncationMs": -1}), "watch.truncationMs"),
            (json!({"truncationMs": "2000"}), "watch.truncationMs"),
            (json!({"stabilityMs": 500, "maxWaitMs": 499}), "watch.maxWaitMs"),
            (json!({"maxWaitMs": 149}), "watch.maxWaitMs"),
            (json!({"onMissing": "drop"}), "watch.onMissing"),
            (json!({"onMissing": {}}), "watch.onMissing"),
            (json!({"onMissing": {"removeAfterMs": 1, "x": 1}}), "watch.onMissing"),
            (json!({"onMissing": {"removeAfterMs": "1"}}), "watch.onMissing.removeAfterMs"),
            (json!({"onMissing": {"removeAfterMs": -1}}), "watch.onMissing.removeAfterMs"),
        ] {
            match WatchOptions::parse(&value) {
                Err(Error::InvalidOptions { option: named, .. }) => assert_eq!(named, option, "{value}"),
                other => panic!("{value}: {other:?}"),
            }
        }
    }
}
