//! YAML scalars: the core schema of YAML 1.2 (section 10.3.2). Numbers keep their text, and `NO` is a text.

use saphyr_parser::{ScalarStyle, Tag};

use crate::json::{Node, NodeBuilder, Number};

/// The fault of a tag that the core schema does not have.
pub fn unknown_tag(tag: &Tag) -> String {
    format!("the tag \"{tag}\" is none of YAML's core schema")
}

/// Whether a tag is a lone `!`: the value is a text, whatever it looks like.
pub fn is_non_specific(tag: &Tag) -> bool {
    tag.handle.is_empty() && tag.suffix == "!" || tag.handle == "!" && tag.suffix.is_empty()
}

/// Resolves a scalar: a quoted one is a text, a plain one is what the core schema says.
pub fn resolve_scalar<'a>(
    text: &'a str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    builder: &NodeBuilder<'a>,
) -> Result<Node<'a>, String> {
    match tag {
        None if style == ScalarStyle::Plain => Ok(resolve_plain(text, builder)),
        None => Ok(Node::String(text)),
        Some(tag) if is_non_specific(tag) => Ok(Node::String(text)),
        Some(tag) if tag.is_yaml_core_schema() => {
            let node = resolve_plain(text, builder);
            match (tag.suffix.as_str(), node) {
                ("str", _) => Ok(Node::String(text)),
                ("null", Node::Null) | ("bool", Node::Bool(_)) | ("int" | "float", Node::Number(_)) => {
                    Ok(node)
                }
                ("null" | "bool" | "int" | "float", _) => {
                    Err(format!("\"{}\" is no {}", text.chars().take(40).collect::<String>(), tag.suffix))
                }
                _ => Err(unknown_tag(tag)),
            }
        }
        Some(tag) => Err(unknown_tag(tag)),
    }
}

/// Resolves a plain scalar by the table of the core schema.
fn resolve_plain<'a>(text: &'a str, builder: &NodeBuilder<'a>) -> Node<'a> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Node::Null,
        "true" | "True" | "TRUE" => return Node::Bool(true),
        "false" | "False" | "FALSE" => return Node::Bool(false),
        _ => {}
    }
    let starts_like_a_number =
        text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-' || c == '.');
    match starts_like_a_number.then(|| json_number(text)).flatten() {
        Some(written) if written == text => Node::Number(Number::new(text)),
        Some(written) => Node::Number(Number::new(builder.text(&written))),
        None => Node::String(text),
    }
}

/// A number of YAML's core schema as JSON text. `.inf` and `.nan` become numbers that are not finite; the conversion of a schema
/// leaves those out with a note.
fn json_number(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0o") {
        return decimal_of(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return decimal_of(digits, 16);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if [".inf", ".Inf", ".INF"].contains(&rest) {
        return Some(format!("{sign}1e999"));
    }
    if [".nan", ".NaN", ".NAN"].contains(&text) {
        return Some("1e999".to_owned());
    }
    let (mantissa, power) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let power_is_fine = power.is_none_or(|power| {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        !power.is_empty() && digits(power)
    });
    let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !digits(whole) || !fraction.is_none_or(digits) || !power_is_fine || !has_digits {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    };
    let mut written = format!("{sign}{whole}");
    if let Some(fraction) = fraction {
        written.push('.');
        written.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    if let Some(power) = power {
        written.push('e');
        written.push_str(power);
    }
    Some(written)
}

/// Digits of another base, in decimal. More than 128 bits are a text.
fn decimal_of(digits: &str, base: u32) -> Option<String> {
    let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    plain.then(|| u128::from_str_radix(digits, base).ok()).flatten().map(|number| number.to_string())
}
