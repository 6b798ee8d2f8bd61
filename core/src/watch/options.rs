//! How long to wait for what.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Result};

/// How long a [`SourceWatch`](super::SourceWatch) waits for what. A change that comes with an event is handed over `quiet` +
/// `stability` after the last write, 200 ms by default, and one that does not is found within `poll_interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    /// How often each file is looked at without an event; 10 ms at least. Default: 2 s.
    pub poll_interval: Duration,
    /// How many polls it takes until one reads the file though its size and times have not changed. Default: 15.
    pub polls_per_read: NonZeroU32,
    /// How long events have to be silent before the file is looked at; a stream of them is cut by `stability`.
    /// Default: 50 ms.
    pub quiet: Duration,
    /// How long new content, or none, has to stay the same before it is handed over. Default: 150 ms.
    pub stability: Duration,
    /// How long new content is held back from a file that never stays the same, and an empty file because it may be
    /// about to be written. Default: 1 s.
    pub max_wait: Duration,
    /// How long content that looks truncated, as that of a file that is still being written, has to stay before it is taken.
    /// Default: 2 s.
    pub truncation: Duration,
    /// How long a file may be, in bytes. Default: 64 MiB.
    pub max_bytes: usize,
    /// How long a file may be missing until its tools go; `None`: they stay. At least `stability` passes in any case.
    /// Default: they stay.
    pub remove_after: Option<Duration>,
    /// How often the server of an address is asked. Default: 60 s.
    pub ask_interval: Duration,
    /// How long a server may take to answer. Default: 30 s.
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
            ask_interval: Duration::from_secs(60),
            deadline: Duration::from_secs(30),
        }
    }
}

/// How long a file may be missing until its tools go.
fn remove_after(given: &Value) -> Result<Option<Duration>> {
    let after =
        given.as_object().filter(|given| given.len() == 1).and_then(|given| given.get("removeAfterMs"));
    match (given.as_str(), after) {
        (Some("keep"), _) => Ok(None),
        (Some("remove"), _) => Ok(Some(Duration::ZERO)),
        (_, Some(after)) => time("watch.onMissing.removeAfterMs", Some(after), 0.0),
        _ => Err(invalid("watch.onMissing", "must be \"keep\", \"remove\" or { removeAfterMs }".to_owned())),
    }
}

const KNOWN: [&str; 5] = ["pollMs", "stabilityMs", "maxWaitMs", "truncationMs", "onMissing"];
/// The shortest interval that users may ask for.
const MIN_POLL_MS: f64 = 100.0;
/// The longest time that users may ask for: a month.
const LONGEST_MS: f64 = 2_678_400_000.0;

impl WatchOptions {
    /// Reads the options; null and true give the defaults, an unknown option is an error.
    pub fn parse(value: &Value) -> Result<Self> {
        let defaults = Self::default();
        if value.is_null() || *value == Value::Bool(true) {
            return Ok(defaults);
        }
        let Some(given) = value.as_object() else {
            return Err(invalid("watch", "must be true, false or an object".to_owned()));
        };
        if let Some(unknown) = given.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(invalid("watch", format!("\"{unknown}\" is none of {}", KNOWN.join(", "))));
        }
        let [poll_key, stability_key, max_wait_key, truncation_key, missing_key] = KNOWN;
        let poll = time("watch.pollMs", given.get(poll_key), MIN_POLL_MS)?;
        let stability = time("watch.stabilityMs", given.get(stability_key), 0.0)?;
        let stability = stability.unwrap_or(defaults.stability);
        let max_wait = time("watch.maxWaitMs", given.get(max_wait_key), 0.0)?;
        let truncation = time("watch.truncationMs", given.get(truncation_key), 0.0)?;
        if max_wait.is_some_and(|max_wait| max_wait < stability) {
            let reason = format!("must be at least stabilityMs, which is {}", stability.as_millis());
            return Err(invalid("watch.maxWaitMs", reason));
        }
        Ok(Self {
            poll_interval: poll.unwrap_or(defaults.poll_interval),
            ask_interval: poll.unwrap_or(defaults.ask_interval),
            stability,
            max_wait: max_wait.unwrap_or_else(|| defaults.max_wait.max(stability)),
            truncation: truncation.unwrap_or(defaults.truncation),
            remove_after: given.get(missing_key).map(remove_after).transpose()?.flatten(),
            ..defaults
        })
    }
}

fn time(option: &str, given: Option<&Value>, least: f64) -> Result<Option<Duration>> {
    let Some(given) = given else { return Ok(None) };
    match given.as_f64().filter(|milliseconds| (least..=LONGEST_MS).contains(milliseconds)) {
        Some(milliseconds) => Ok(Some(Duration::from_secs_f64(milliseconds / 1000.0))),
        None => Err(invalid(option, format!("must be a number of ms from {least} to {LONGEST_MS}"))),
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
    fn what_is_not_said_is_as_by_default() {
        for value in [json!(null), json!(true), json!({}), json!({"onMissing": "keep"})] {
            assert_eq!(WatchOptions::parse(&value), Ok(WatchOptions::default()), "{value}");
        }
        let slow = WatchOptions::parse(&json!({"stabilityMs": 3000})).expect("options");
        assert_eq!((slow.stability, slow.max_wait), (Duration::from_secs(3), Duration::from_secs(3)));
        let hasty = WatchOptions::parse(&json!({"truncationMs": 0})).expect("options");
        assert_eq!((hasty.truncation, hasty.stability), (Duration::ZERO, Duration::from_millis(150)));
        let polled = WatchOptions::parse(&json!({"pollMs": 100.5})).expect("options");
        assert_eq!(
            (polled.poll_interval, polled.ask_interval),
            (polled.ask_interval, Duration::from_micros(100_500))
        );
        for (value, expected) in [(json!("remove"), 0), (json!({"removeAfterMs": 5}), 5)] {
            let options = WatchOptions::parse(&json!({"onMissing": value})).expect("options");
            assert_eq!(options.remove_after, Some(Duration::from_millis(expected)));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_its_name() {
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
