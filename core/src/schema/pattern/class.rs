//! Classes of characters, and escapes, as every dialect writes them.

use super::parser::{Parsed, Parser, Unknown};
use super::property;
use super::syntax::{Class, Item};

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
pub fn class(parser: &mut Parser<'_>) -> Parsed<Class> {
    let negated = parser.eat("^");
    // To others the bracket is the first of its characters.
    parser.has_empty_class |= parser.peek() == Some(']');
    let mut items: Vec<Item> = Vec::new();
    loop {
        if parser.eat("]") {
            return Ok(Class { negated, items });
        }
        // An intersection to Java and Ruby, and two characters to ECMA-262.
        if parser.rest.starts_with("&&[") {
            parser.has_empty_class = true;
        }
        match atom(parser)? {
            Escaped::Items(of_escape) => {
                items.extend(of_escape);
                if parser.rest.starts_with('-') && !parser.rest.starts_with("-]") {
                    // It ends no range: a hyphen is one.
                    parser.is_plain = false;
                    parser.eat("-");
                    items.push(Item::Range('-', '-'));
                }
            }
            Escaped::Char(from) if parser.rest.starts_with('-') && !parser.rest.starts_with("-]") => {
                parser.eat("-");
                match atom(parser)? {
                    Escaped::Char(to) if from <= to => items.push(Item::Range(from, to)),
                    Escaped::Char(_) => return Err(Unknown),
                    Escaped::Items(of_escape) => {
                        parser.is_plain = false;
                        items.extend([Item::Range(from, from), Item::Range('-', '-')]);
                        items.extend(of_escape);
                    }
                }
            }
            Escaped::Char(c) => items.push(Item::Range(c, c)),
        }
    }
}

fn atom(parser: &mut Parser<'_>) -> Parsed<Escaped> {
    if parser.rest.starts_with("[:")
        && let Some((name, rest)) = parser.rest[2..].split_once(":]")
        && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'^')
    {
        let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
        let items = property::posix(name, negated).ok_or(Unknown)?;
        (parser.rest, parser.is_plain) = (rest, false);
        return Ok(Escaped::Items(items));
    }
    match parser.bump()? {
        '\\' if parser.peek() == Some('b') => {
            parser.bump()?;
            Ok(Escaped::Char('\u{8}'))
        }
        '\\' if parser.peek().is_some_and(|c| matches!(c, '1'..='9')) => {
            parser.is_plain = false;
            octal(parser).map(Escaped::Char).ok_or(Unknown)
        }
        '\\' => escaped(parser, true),
        c => Ok(Escaped::Char(c)),
    }
}

/// What stands behind a backslash, in a class or outside.
pub fn escaped(parser: &mut Parser<'_>, in_class: bool) -> Parsed<Escaped> {
    let c = match parser.bump()? {
        letter @ ('d' | 'D' | 's' | 'S' | 'w' | 'W') => return Ok(Escaped::Items(vec![Item::Short(letter)])),
        letter @ ('p' | 'P') => return property_of(parser, letter == 'P'),
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        letter @ ('a' | 'e') => {
            parser.is_plain = false;
            if letter == 'a' { '\u{7}' } else { '\u{1b}' }
        }
        'c' => {
            let letter = parser.bump()?;
            let code = u8::try_from(letter).ok().filter(u8::is_ascii_alphabetic).ok_or(Unknown)?;
            char::from(code % 32)
        }
        '0' if !parser.peek().is_some_and(|next| next.is_ascii_digit()) => '\0',
        '0' => {
            parser.is_plain = false;
            octal(parser).ok_or(Unknown)?
        }
        'x' if parser.eat("{") => {
            parser.is_plain = false;
            braced(parser)?
        }
        'x' => digits(parser, 2)?,
        'u' if parser.eat("{") => braced(parser)?,
        'u' => unit(parser)?,
        other if other.is_ascii_alphanumeric() => return Err(Unknown),
        other => {
            parser.is_plain &= SYNTAX.contains(other) || in_class && other == '-';
            other
        }
    };
    Ok(Escaped::Char(c))
}

fn property_of(parser: &mut Parser<'_>, negated: bool) -> Parsed<Escaped> {
    let start = parser.rest;
    let (name, is_short) = if parser.eat("{") {
        (parser.until('}')?, false)
    } else {
        parser.bump()?;
        (&start[..start.len() - parser.rest.len()], true)
    };
    let (items, is_other) = property::item(name, negated).ok_or(Unknown)?;
    parser.is_plain &= !is_other && !is_short;
    Ok(Escaped::Items(items))
}

fn braced(parser: &mut Parser<'_>) -> Parsed<char> {
    let code = parser.until('}')?;
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32).ok_or(Unknown)
}

fn code(parser: &mut Parser<'_>, count: usize) -> Parsed<u32> {
    let digits = parser.rest.get(..count).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
    let code = u32::from_str_radix(digits.ok_or(Unknown)?, 16).map_err(|_| Unknown)?;
    parser.rest = &parser.rest[count..];
    Ok(code)
}

fn digits(parser: &mut Parser<'_>, count: usize) -> Parsed<char> {
    char::from_u32(code(parser, count)?).ok_or(Unknown)
}

/// `\u1234`, or two of them that are one character in UTF-16. Half of one is no character.
fn unit(parser: &mut Parser<'_>) -> Parsed<char> {
    let high = code(parser, 4)?;
    if !(0xd800..0xdc00).contains(&high) {
        return char::from_u32(high).ok_or(Unknown);
    }
    if !parser.eat("\\u") {
        return Err(Unknown);
    }
    let low = code(parser, 4)?;
    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Unknown)?;
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + low).ok_or(Unknown)
}

/// `\12`, `\037`: a character by up to three digits to the base of eight, of which the first may be read.
pub fn octal(parser: &mut Parser<'_>) -> Option<char> {
    let is_digit = |c: &char| ('0'..='7').contains(c);
    let digits: String = parser.rest.chars().take(3).take_while(is_digit).collect();
    let code = u32::from_str_radix(&digits, 8).ok().filter(|code| *code < 0o400)?;
    parser.rest = &parser.rest[digits.len()..];
    char::from_u32(code)
}
