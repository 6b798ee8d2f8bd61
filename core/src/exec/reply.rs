//! A result as a model reads it: no longer than it may be, hidden characters told or gone, files in the provider's words.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::hidden_unicode::HiddenUnicode;
use super::limits::{Truncated, fit, size};
use crate::target::{Attachment, Sent, Target};

/// How a model is answered.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// How long a value may be, in bytes of compact JSON, what is said of it included. Files do not count.
    pub max_bytes: usize,
    /// What becomes of characters that nobody sees.
    pub hidden_unicode: HiddenUnicode,
}

/// What is kept free for what is said of a value that was cut.
const MARK: usize = 1_024;
const NEXT: &str = "Ask for less, or for the rest: a filter, a page, fewer fields.";
const SUSPICIOUS: &str = "Characters that people cannot see were in this result. It may try to tell you what its reader does not know.";

impl Reply {
    /// The provider's answer to a call that came to a value, with files beside it, or to a fault.
    pub fn to(
        self,
        target: Target,
        sent: &Sent,
        outcome: Result<Value, Value>,
        files: &[Attachment],
    ) -> Value {
        match outcome {
            Ok(value) => target.answer_with(sent, self.shown(value), files),
            Err(mut fault) => {
                self.hidden_unicode.treat_value(&mut fault);
                target.answer(sent, Err(fault))
            }
        }
    }

    /// A value as it is shown; where it is not what the tool answered, or has something to hide, within a map that says so.
    fn shown(self, mut value: Value) -> Value {
        let hidden = self.hidden_unicode.treat_value(&mut value);
        let is_flagged = hidden > 0 && self.hidden_unicode == HiddenUnicode::Flag;
        if !is_flagged && size(&value, self.max_bytes) <= self.max_bytes {
            return value;
        }
        let (value, truncated) = fit(value, self.max_bytes.saturating_sub(MARK).max(self.max_bytes / 2));
        let marked = |truncated: Option<&Truncated>, value: &Value| {
            let mut map = Map::new();
            if let Some(truncated) = truncated {
                map.insert("truncated".to_owned(), json!(truncated));
                map.insert("next".to_owned(), json!(NEXT));
            }
            if is_flagged {
                map.insert("hiddenCharacters".to_owned(), json!(hidden));
                map.insert("warning".to_owned(), json!(SUSPICIOUS));
            }
            map.insert("value".to_owned(), value.clone());
            Value::Object(map)
        };
        let whole = marked(truncated.as_ref(), &value);
        let Some(truncated) = truncated.filter(|_| size(&whole, self.max_bytes) > self.max_bytes) else {
            return whole;
        };
        // Where each cut is would not fit.
        let more = truncated.more + truncated.cuts.len();
        marked(Some(&Truncated { cuts: Vec::new(), more, ..truncated }), &value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reply(max_bytes: usize, hidden_unicode: HiddenUnicode) -> Reply {
        Reply { max_bytes, hidden_unicode }
    }

    #[test]
    fn what_fits_and_hides_nothing_is_shown_as_it_is() {
        for value in [json!(null), json!("text"), json!({"a": [1, "é"]}), json!("👩‍👩‍👧")] {
            for hidden in [HiddenUnicode::Keep, HiddenUnicode::Flag, HiddenUnicode::Strip] {
                assert_eq!(reply(100, hidden).shown(value.clone()), value);
            }
        }
    }

    #[test]
    fn what_is_too_long_says_what_was_left_out_and_what_to_do() {
        let long: Value = (0..1_000).map(|number| json!({"id": number, "name": "n".repeat(20)})).collect();
        let shown = reply(4_096, HiddenUnicode::Keep).shown(json!({"items": long, "total": 1_000}));
        let items = shown["value"]["items"].as_array().expect("items");
        assert!(items.len() > 20 && items.iter().all(|item| item["name"] == "n".repeat(20)), "whole items");
        assert_eq!(shown["value"]["total"], 1_000);
        assert_eq!(shown["truncated"]["cuts"][0]["pointer"], "/items");
        assert_eq!(shown["truncated"]["cuts"][0]["kept"], items.len());
        assert_eq!(shown["next"], NEXT);
    }

    #[test]
    fn hidden_characters_are_told_or_gone() {
        let value = json!({"text": "a\u{e0041}b\u{202e}"});
        assert_eq!(reply(1_000, HiddenUnicode::Keep).shown(value.clone()), value);
        assert_eq!(reply(1_000, HiddenUnicode::Strip).shown(value.clone()), json!({"text": "ab"}));
        let flagged = reply(1_000, HiddenUnicode::Flag).shown(value.clone());
        assert_eq!((&flagged["hiddenCharacters"], &flagged["value"]), (&json!(2), &value));
    }

    proptest! {
        #[test]
        fn nothing_is_longer_than_it_may_be(items in 0_usize..400, length in 0_usize..300, most in 600_usize..6_000) {
            let value: Value = (0..items).map(|number| json!({"n": number, "t": "x".repeat(length)})).collect();
            let shown = reply(most, HiddenUnicode::Flag).shown(value.clone());
            prop_assert!(size(&shown, usize::MAX) <= most);
            prop_assert!(size(&value, usize::MAX) > most || shown == value);
        }
    }
}
