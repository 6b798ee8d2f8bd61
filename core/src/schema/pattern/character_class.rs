//! Character classes and escapes of all dialects.

use super::pattern_cursor::{PatternCursor, PatternResult, UnknownSyntax};
use super::pattern_tree::{CharacterClass, ClassItem};
use super::unicode_property;

/// Meaning of an escape.
pub enum EscapedAtom {
    /// One character.
    Char(char),
    /// Several class items.
    Items(Vec<ClassItem>),
}

/// Characters that ECMA-262 allows after a backslash with the flag `u`.
const SYNTAX: &str = "^$\\.*+?()[]{}|/";

/// Parses a class after its `[`.
pub fn class(at: &mut PatternCursor<'_>) -> PatternResult<CharacterClass> {
    let negated = at.eat("^");
    // Other dialects read a `]` at the start as a literal.
    at.has_empty_class |= at.peek() == Some(']');
    let mut items: Vec<ClassItem> = Vec::new();
    loop {
        if at.eat("]") {
            return Ok(CharacterClass { negated, items });
        }
        // Java and Ruby read an intersection, ECMA-262 two characters.
        if at.rest.starts_with("&&[") {
            at.has_empty_class = true;
        }
        match atom(at)? {
            EscapedAtom::Items(of_escape) => {
                items.extend(of_escape);
                if at.rest.starts_with('-') && !at.rest.starts_with("-]") {
                    // The hyphen is literal, since a class escape starts no range.
                    at.is_plain = false;
                    at.eat("-");
                    items.push(ClassItem::Range('-', '-'));
                }
            }
            EscapedAtom::Char(from) if at.rest.starts_with('-') && !at.rest.starts_with("-]") => {
                at.eat("-");
                match atom(at)? {
                    EscapedAtom::Char(to) if from <= to => items.push(ClassItem::Range(from, to)),
                    EscapedAtom::Char(_) => return Err(UnknownSyntax),
                    EscapedAtom::Items(of_escape) => {
                        at.is_plain = false;
                        items.extend([ClassItem::Range(from, from), ClassItem::Range('-', '-')]);
                        items.extend(of_escape);
                    }
                }
            }
            EscapedAtom::Char(c) => items.push(ClassItem::Range(c, c)),
        }
    }
}

fn atom(at: &mut PatternCursor<'_>) -> PatternResult<EscapedAtom> {
    if at.rest.starts_with("[:")
        && let Some((name, rest)) = at.rest[2..].split_once(":]")
        && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'^')
    {
        let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
        let items = unicode_property::posix(name, negated).ok_or(UnknownSyntax)?;
        (at.rest, at.is_plain) = (rest, false);
        return Ok(EscapedAtom::Items(items));
    }
    match at.bump()? {
        '\\' if at.peek() == Some('b') => {
            at.bump()?;
            Ok(EscapedAtom::Char('\u{8}'))
        }
        '\\' if at.peek().is_some_and(|c| matches!(c, '1'..='9')) => {
            at.is_plain = false;
            octal(at).map(EscapedAtom::Char).ok_or(UnknownSyntax)
        }
        '\\' => escaped(at, true),
        c => Ok(EscapedAtom::Char(c)),
    }
}

/// Parses an escape after its backslash.
pub fn escaped(at: &mut PatternCursor<'_>, in_class: bool) -> PatternResult<EscapedAtom> {
    let c = match at.bump()? {
        letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W') => {
            return Ok(EscapedAtom::Items(vec![ClassItem::Short(letter)]));
        }
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
            let code = u8::try_from(letter).ok().filter(u8::is_ascii_alphabetic).ok_or(UnknownSyntax)?;
            char::from(code % 32)
        }
        '0' if !at.peek().is_some_and(|next| next.is_ascii_digit()) => '\0',
        '0' => {
            at.is_plain = false;
            octal(at).ok_or(UnknownSyntax)?
        }
        'x' if at.eat("{") => {
            at.is_plain = false;
            braced(at)?
        }
        'x' => digits(at, 2)?,
        'u' if at.eat("{") => braced(at)?,
        'u' => unit(at)?,
        other if other.is_ascii_alphanumeric() => return Err(UnknownSyntax),
        other => {
            at.is_plain &= SYNTAX.contains(other) || in_class && other == '-';
            other
        }
    };
    Ok(EscapedAtom::Char(c))
}

fn property_of(at: &mut PatternCursor<'_>, negated: bool) -> PatternResult<EscapedAtom> {
    let start = at.rest;
    let (name, is_short) = if at.eat("{") {
        (at.until('}')?, false)
    } else {
        at.bump()?;
        (&start[..start.len() - at.rest.len()], true)
    };
    let (items, is_other) = unicode_property::item(name, negated).ok_or(UnknownSyntax)?;
    at.is_plain &= !is_other && !is_short;
    Ok(EscapedAtom::Items(items))
}

fn braced(at: &mut PatternCursor<'_>) -> PatternResult<char> {
    let code = at.until('}')?;
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32).ok_or(UnknownSyntax)
}

fn code(at: &mut PatternCursor<'_>, count: usize) -> PatternResult<u32> {
    let digits = at.rest.get(..count).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
    let code = u32::from_str_radix(digits.ok_or(UnknownSyntax)?, 16).map_err(|_| UnknownSyntax)?;
    at.rest = &at.rest[count..];
    Ok(code)
}

fn digits(at: &mut PatternCursor<'_>, count: usize) -> PatternResult<char> {
    char::from_u32(code(at, count)?).ok_or(UnknownSyntax)
}

/// Parses `\u1234`, or a surrogate pair. A lone surrogate is unknown syntax.
fn unit(at: &mut PatternCursor<'_>) -> PatternResult<char> {
    let high = code(at, 4)?;
    if !(0xd800..0xdc00).contains(&high) {
        return char::from_u32(high).ok_or(UnknownSyntax);
    }
    if !at.eat("\\u") {
        return Err(UnknownSyntax);
    }
    let low = code(at, 4)?;
    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(UnknownSyntax)?;
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + low).ok_or(UnknownSyntax)
}

/// Parses an octal escape of up to three digits (`\12`, `\037`).
pub fn octal(at: &mut PatternCursor<'_>) -> Option<char> {
    let is_digit = |c: &char| ('0'..='7').contains(c);
    let digits: String = at.rest.chars().take(3).take_while(is_digit).collect();
    let code = u32::from_str_radix(&digits, 8).ok().filter(|code| *code < 0o400)?;
    at.rest = &at.rest[digits.len()..];
    char::from_u32(code)
}
