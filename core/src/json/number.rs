//! JSON numbers as the document writes them.

use serde_json::Number as Nearest;

/// The text of a JSON number of any size. Documents use numbers beyond 64 bits (`maximum:
/// 340282366920938463463374607431768211455`). None is rounded without a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<'a>(&'a str);

/// Number of decimal digits that a 64-bit float always preserves.
const SAFE_DIGITS: usize = 15;

impl<'a> Number<'a> {
    /// Wraps the text of a number in JSON syntax.
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// Returns the text.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// Returns the nearest 64-bit number, and true if it is exact. Returns `None` if it is infinite.
    pub fn nearest(self) -> Option<(Nearest, bool)> {
        if self.0 != "-0" {
            if let Ok(whole) = self.0.parse::<i64>() {
                return Some((whole.into(), true));
            }
            if let Ok(whole) = self.0.parse::<u64>() {
                return Some((whole.into(), true));
            }
        }
        let float: f64 = self.0.parse().ok()?;
        let is_same = || {
            let written = decimal(self.0);
            (written.1.len() <= SAFE_DIGITS && (float != 0.0 || written.1.is_empty()))
                || written == decimal(&format!("{float:e}"))
        };
        Nearest::from_f64(float).map(|number| (number, is_same()))
    }
}

/// Normalizes a number to sign, significant digits and decimal exponent. Equal numbers give equal results.
fn decimal(text: &str) -> (bool, String, i64) {
    let (text, negative) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let dropped = i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
    let behind_point = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let digits = significant.trim_start_matches('0').to_owned();
    let power = power.parse::<i64>().unwrap_or(i64::MAX).saturating_sub(behind_point).saturating_add(dropped);
    if digits.is_empty() { (negative, digits, 0) } else { (negative, digits, power) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_64_bits_can_say_is_the_same() {
        for (text, shown) in [
            ("0", "0"),
            ("-1", "-1"),
            ("18446744073709551615", "18446744073709551615"),
            ("0.1", "0.1"),
            ("1.50", "1.5"),
            ("1e3", "1000.0"),
            ("1000000000000000000000000000000", "1e+30"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("-0", "-0.0"),
            ("0.000", "0.0"),
        ] {
            let (number, same) = Number::new(text).nearest().expect("finite");
            assert_eq!((number.to_string().as_str(), same), (shown, true), "{text}");
        }
    }

    #[test]
    fn what_they_cannot_say_is_told() {
        for text in [
            "123456789012345678901234567890",
            "340282366920938463463374607431768211455",
            "0.12345678901234567890123",
            "0.10000000000000000001",
            "1e-400",
        ] {
            assert!(!Number::new(text).nearest().expect("finite").1, "{text}");
        }
        assert_eq!(Number::new("1e400").nearest(), None);
    }
}
