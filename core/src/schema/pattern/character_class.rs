//! Classes of characters, and escapes, as every dialect writes them.

use super::pattern_cursor::{Cursor, Parsed, Unknown};
use super::pattern_tree::{Class, Item};
use super::unicode_property;

/// What an escape stands for.
pub enum Escaped {
    /// A character.
    Char(char),
    /// Several.
    Items(Vec<Item>),
}

/// What ECMA-262 lets anybody escape with the flag `u`.
const SYNTAX: &str = "^$\\.*+?()[]{}|/";

/// A class, behind its bracket.
pub fn class(at: &mut Cursor<'_>) -> Parsed<Class> {
    let negated = at.eat("^");
    // To others the bracket is the first of its characters.
    at.has_empty_class |= at.peek() == Some(']');
    let mut items: Vec<Item> = Vec::new();
    loop {
        if at.eat("]") {
            return Ok(Class { negated, items });
        }
        // An intersection to Java and Ruby, and two characters to ECMA-262.
        if at.rest.starts_with("&&[") {
            at.has_empty_class = true;
        }
        match atom(at)? {
            Escaped::Items(of_escape) => {
                items.extend(of_escape);
                if at.rest.starts_with('-') && !at.rest.starts_with("-]") {
                    // It ends no range: a hyphen is one.
                    at.is_plain = false;
                    at.eat("-");
                    items.push(Item::Range('-', '-'));
                }
            }
            Escaped::Char(from) if at.rest.starts_with('-') && !at.rest.starts_with("-]") => {
                at.eat("-");
                match atom(at)? {
                    Escaped::Char(to) if from <= to => items.push(Item::Range(from, to)),
                    Escaped::Char(_) => return Err(Unknown),
                    Escaped::Items(of_escape) => {
                        at.is_plain = false;
                        items.extend([Item::Range(from, from), Item::Range('-', '-')]);
                        items.extend(of_escape);
                    }
                }
            }
            Escaped::Char(c) => items.push(Item::Range(c, c)),
        }
    }
}

fn atom(at: &mut Cursor<'_>) -> Parsed<Escaped> {
    if at.rest.starts_with("[:")
        && let Some((name, rest)) = at.rest[2..].split_once(":]")
        && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'^')
    {
        let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
        let items = unicode_property::posix(name, negated).ok_or(Unknown)?;
        (at.rest, at.is_plain) = (rest, false);
        return Ok(Escaped::Items(items));
    }
    match at.bump()? {
        '\\' if at.peek() == Some('b') => {
            at.bump()?;
            Ok(Escaped::Char('\u{8}'))
        }
        '\\' if at.peek().is_some_and(|c| matches!(c, '1'..='9')) => {
            at.is_plain = false;
            octal(at).map(Escaped::Char).ok_or(Unknown)
        }
        '\\' => escaped(at, true),
        c => Ok(Escaped::Char(c)),
    }
}

/// What stands behind a backslash, in a class or outside.
pub fn escaped(at: &mut Cursor<'_>, in_class: bool) -> Parsed<Escaped> {
    let c = match at.bump()? {
        letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W') => return Ok(Escaped::Items(vec![Item::Short(letter)])),
        letter @ ('p' | 'P') => return property_of(at, letter == 'P'),
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        letter @ ('a' | 'e') => {
            at.is_plain = false;
            if letter == 'a' { '\u{7}' } else { '\u{1b}' }
        }
        'c' => {
            let letter = at.bump()?;
            let code = u8::try_from(letter).ok().filter(u8::is_ascii_alphabetic).ok_or(Unknown)?;
            char::from(code % 32)
        }
        '0' if !at.peek().is_some_and(|next| next.is_ascii_digit()) => '\0',
        '0' => {
            at.is_plain = false;
            octal(at).ok_or(Unknown)?
        }
        'x' if at.eat("{") => {
            at.is_plain = false;
            braced(at)?
        }
        'x' => digits(at, 2)?,
        'u' if at.eat("{") => braced(at)?,
        'u' => unit(at)?,
        other if other.is_ascii_alphanumeric() => return Err(Unknown),
        other => {
            at.is_plain &= SYNTAX.contains(other) || in_class && other == '-';
            other
        }
    };
    Ok(Escaped::Char(c))
}

fn property_of(at: &mut Cursor<'_>, negated: bool) -> Parsed<Escaped> {
    let start = at.rest;
    let (name, is_short) = if at.eat("{") {
        (at.until('}')?, false)
    } else {
        at.bump()?;
        (&start[..start.len() - at.rest.len()], true)
    };
    let (items, is_other) = unicode_property::item(name, negated).ok_or(Unknown)?;
    at.is_plain &= !is_other && !is_short;
    Ok(Escaped::Items(items))
}

fn braced(at: &mut Cursor<'_>) -> Parsed<char> {
    let code = at.until('}')?;
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32).ok_or(Unknown)
}

fn code(at: &mut Cursor<'_>, count: usize) -> Parsed<u32> {
    let digits = at.rest.get(..count).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
    let code = u32::from_str_radix(digits.ok_or(Unknown)?, 16).map_err(|_| Unknown)?;
    at.rest = &at.rest[count..];
    Ok(code)
}

fn digits(at: &mut Cursor<'_>, count: usize) -> Parsed<char> {
    char::from_u32(code(at, count)?).ok_or(Unknown)
}

/// `\u1234`, or two of them that are one character in UTF-16. Half of one is no character.
fn unit(at: &mut Cursor<'_>) -> Parsed<char> {
    let high = code(at, 4)?;
    if !(0xd800..0xdc00).contains(&high) {
        return char::from_u32(high).ok_or(Unknown);
    }
    if !at.eat("\\u") {
        return Err(Unknown);
    }
    let low = code(at, 4)?;
    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Unknown)?;
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + low).ok_or(Unknown)
}

/// `\12`, `\037`: a character by up to three digits to the base of eight, of which the first may be read.
pub fn octal(at: &mut Cursor<'_>) -> Option<char> {
    let is_digit = |c: &char| ('0'..='7').contains(c);
    let digits: String = at.rest.chars().take(3).take_while(is_digit).collect();
    let code = u32::from_str_radix(&digits, 8).ok().filter(|code| *code < 0o400)?;
    at.rest = &at.rest[digits.len()..];
    char::from_u32(code)
}
