//! Exact comparison of JSON numbers, integers and floats alike.

use std::cmp::Ordering;

use serde_json::Number;

/// Floats from this magnitude on are compared as floats.
const LARGEST: f64 = 1e37;

/// Returns true if a number has no fraction.
pub fn is_whole(number: &Number) -> bool {
    whole(number).is_some() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Returns the integer value of a number without a fraction, up to 1e37.
pub fn whole(number: &Number) -> Option<i128> {
    let unsigned = || number.as_u64().map(i128::from);
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    let without_fraction =
        |float: f64| (float.fract() == 0.0 && float.abs() < LARGEST).then_some(float as i128);
    number.as_i64().map(i128::from).or_else(unsigned).or_else(|| number.as_f64().and_then(without_fraction))
}

/// Compares two numbers exactly.
pub fn order(one: &Number, other: &Number) -> Ordering {
    let float = |number: &Number| number.as_f64().unwrap_or_default();
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        // A number with a fraction is small enough for an exact floor.
        (Some(one), None) if float(other).abs() < LARGEST => one.cmp(&floor(other)).then(Ordering::Less),
        (None, Some(other)) if float(one).abs() < LARGEST => floor(one).cmp(&other).then(Ordering::Greater),
        _ => float(one).total_cmp(&float(other)),
    }
}

/// Returns the largest integer that is not greater.
pub fn floor(number: &Number) -> i128 {
    #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
    whole(number).unwrap_or_else(|| number.as_f64().unwrap_or_default().floor() as i128)
}

/// Returns the smallest integer that is not less.
pub fn ceiling(number: &Number) -> i128 {
    whole(number).unwrap_or_else(|| floor(number).saturating_add(1))
}

/// Returns true if each multiple of `number` is a multiple of `factor`. Uses decimals: 0.3 is a multiple of
/// 0.1.
pub fn is_multiple(number: &Number, factor: &Number) -> bool {
    let (Some((one, places)), Some((other, other_places))) = (decimal(number), decimal(factor)) else {
        return false;
    };
    let most = places.max(other_places);
    let scaled = |digits: i128, places: u32| 10_i128.checked_pow(most - places)?.checked_mul(digits);
    match (scaled(one, places), scaled(other, other_places)) {
        (Some(one), Some(other)) => other != 0 && one % other == 0,
        _ => false,
    }
}

/// Returns the decimal digits, and the number of digits after the point.
fn decimal(number: &Number) -> Option<(i128, u32)> {
    if let Some(whole) = whole(number) {
        return Some((whole, 0));
    }
    let text = number.to_string();
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (before, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent: i32 = exponent.parse().ok()?;
    let places = i32::try_from(behind.len()).ok()?.checked_sub(exponent)?;
    let digits: i128 = format!("{before}{behind}").parse().ok()?;
    Some((digits, u32::try_from(places).ok()?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn number(value: &Value) -> Number {
        value.as_number().cloned().expect("a number")
    }

    #[test]
    fn the_order_is_exact_where_floats_are_not() {
        for (one, other, expected) in [
            (json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992.0), Ordering::Greater),
            (json!(1), json!(1.0), Ordering::Equal),
            (json!(1), json!(1.5), Ordering::Less),
            (json!(-1.5), json!(-1), Ordering::Less),
            (json!(u64::MAX), json!(u64::MAX - 1), Ordering::Greater),
            (json!(1e300), json!(5), Ordering::Greater),
        ] {
            assert_eq!(order(&number(&one), &number(&other)), expected, "{one} {other}");
            assert_eq!(order(&number(&other), &number(&one)), expected.reverse(), "{other} {one}");
        }
    }

    #[test]
    fn multiples_are_told_in_decimals() {
        for (one, factor, expected) in [
            (json!(0.3), json!(0.1), true),
            (json!(0.1), json!(0.3), false),
            (json!(10), json!(2.5), true),
            (json!(5), json!(10), false),
            (json!(1e-7), json!(1e-8), true),
        ] {
            assert_eq!(is_multiple(&number(&one), &number(&factor)), expected, "{one} {factor}");
        }
    }
}
