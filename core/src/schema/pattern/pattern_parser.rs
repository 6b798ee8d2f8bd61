//! Regular expression parser for ECMA-262 and for the extensions of Perl, Python, Java and .NET.
//!
//! Syntax that ECMA-262 reads with the flag `u` has that meaning. So has syntax that it reads without the
//! flag, if no other dialect disagrees. Syntax whose meaning differs between dialects (`\h`, `{,3}`, `&&`
//! in a class) is refused. A crate for one dialect would silently misread the others: `[[:alpha:]]` is a
//! class in all of them.

use super::pattern_cursor::{PatternCursor, PatternResult, UnknownSyntax};
use super::pattern_tree::{CharacterClass, Greediness, GroupKind, PatternNode, Repetition};
use super::{case_folding, character_class};

/// Maximum nesting of groups.
const DEEPEST: usize = 50;

/// A parsed pattern.
pub struct ParsedPattern {
    pub root: PatternNode,
    /// True if ECMA-262 reads the pattern literally, with the flag `u`.
    pub is_plain: bool,
}

/// Inline flags, as in `(?i)`.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the dialects, on or off by itself")]
struct PatternFlags {
    /// `i`: case is ignored.
    insensitive: bool,
    /// `m`: `^` and `$` match at lines.
    lines: bool,
    /// `s`: `.` matches any character.
    dot_all: bool,
    /// `x`: white space and comments are ignored.
    extended: bool,
}

struct PatternParser<'p> {
    at: PatternCursor<'p>,
    flags: PatternFlags,
    groups: usize,
    names: Vec<String>,
    referred: Vec<String>,
    depth: usize,
    behind: usize,
}

/// Parses a pattern.
pub fn parse(pattern: &str) -> PatternResult<ParsedPattern> {
    let mut parser = PatternParser {
        at: PatternCursor::new(pattern),
        flags: PatternFlags::default(),
        groups: count_groups(pattern),
        names: Vec::new(),
        referred: Vec::new(),
        depth: 0,
        behind: 0,
    };
    let root = parser.choice()?;
    let has_all = parser.referred.iter().all(|name| parser.names.contains(name));
    if !parser.at.rest.is_empty() || !has_all || parser.at.has_empty_class && !parser.at.is_plain {
        return Err(UnknownSyntax);
    }
    Ok(ParsedPattern { root, is_plain: parser.at.is_plain })
}

/// Returns the number of capturing groups. `\2` is an octal escape if there are fewer.
fn count_groups(pattern: &str) -> usize {
    let (mut count, mut rest, mut in_class) = (0, pattern, false);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = rest.chars().next().map_or(rest, |escaped| &rest[escaped.len_utf8()..]),
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let is_named = rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!");
                let keeps =
                    !rest.starts_with('?') || is_named || rest.starts_with("?P<") || rest.starts_with("?'");
                count += usize::from(keeps);
            }
            _ => {}
        }
    }
    count
}

impl PatternParser<'_> {
    /// Returns a literal character, or its case variants under the flag `i`.
    fn text(&self, c: char) -> PatternNode {
        let folded = self.flags.insensitive.then(|| case_folding::of_char(c)).flatten();
        folded.map_or(PatternNode::Text(c), PatternNode::Class)
    }

    fn set(&self, class: CharacterClass) -> PatternResult<PatternNode> {
        if self.flags.insensitive {
            case_folding::folded(class).map(PatternNode::Class).ok_or(UnknownSyntax)
        } else {
            Ok(PatternNode::Class(class))
        }
    }

    /// Parses alternatives. Flags set inside end with the group.
    fn choice(&mut self) -> PatternResult<PatternNode> {
        let flags = self.flags;
        let mut parts = vec![self.sequence()?];
        while self.at.eat("|") {
            parts.push(self.sequence()?);
        }
        self.flags = flags;
        Ok(if parts.len() == 1 { parts.remove(0) } else { PatternNode::Choice(parts) })
    }

    fn sequence(&mut self) -> PatternResult<PatternNode> {
        let mut parts = Vec::new();
        loop {
            if self.flags.extended && self.passes_over() {
                self.at.is_plain = false;
                continue;
            }
            match self.at.peek() {
                None | Some('|' | ')') => return Ok(PatternNode::Sequence(parts)),
                Some(_) => {}
            }
            if let Some(part) = self.atom()? {
                parts.push(self.repeated(part)?);
            }
        }
    }

    /// Skips white space and comments under the flag `x`.
    fn passes_over(&mut self) -> bool {
        match self.at.peek() {
            Some(c) if c.is_ascii_whitespace() => self.at.bump().is_ok(),
            Some('#') => {
                self.at.rest = self.at.rest.split_once('\n').map_or("", |(_, rest)| rest);
                true
            }
            _ => false,
        }
    }

    /// Parses one atom. Returns `None` if only flags were set.
    fn atom(&mut self) -> PatternResult<Option<PatternNode>> {
        let part = match self.at.bump()? {
            '(' => return self.group(),
            '[' => {
                let class = character_class::class(&mut self.at)?;
                self.set(class)?
            }
            '.' if self.flags.dot_all => PatternNode::Any,
            '.' => PatternNode::Dot,
            '^' if self.flags.lines => PatternNode::LineStart,
            '$' if self.flags.lines => PatternNode::LineEnd,
            '^' => PatternNode::Start,
            '$' => PatternNode::End,
            '\\' => self.escape()?,
            '*' | '+' | '?' => return Err(UnknownSyntax),
            '{' => {
                // Another dialect may read a quantifier without an operand.
                if self.at.peek().is_none_or(|next| next.is_ascii_digit() || next == ',') {
                    return Err(UnknownSyntax);
                }
                self.at.is_plain = false;
                PatternNode::Text('{')
            }
            c @ (']' | '}') => {
                self.at.is_plain = false;
                PatternNode::Text(c)
            }
            c => self.text(c),
        };
        Ok(Some(part))
    }

    fn repeated(&mut self, part: PatternNode) -> PatternResult<PatternNode> {
        while self.flags.extended && self.passes_over() {}
        let Some((least, most, is_braced)) = self.count()? else { return Ok(part) };
        let greed = match self.at.peek() {
            Some('?') => Greediness::Lazy,
            // Ruby reads a second quantifier.
            Some('+') if is_braced => return Err(UnknownSyntax),
            Some('+') => Greediness::Possessive,
            _ => Greediness::Greedy,
        };
        if greed != Greediness::Greedy {
            self.at.bump()?;
        }
        if greed == Greediness::Possessive {
            self.at.is_plain = false;
            if self.behind > 0 {
                return Err(UnknownSyntax);
            }
        }
        if matches!(self.at.peek(), Some('*' | '+' | '?')) || self.is_count() {
            return Err(UnknownSyntax);
        }
        let part = match part {
            PatternNode::Start
            | PatternNode::End
            | PatternNode::LineStart
            | PatternNode::LineEnd
            | PatternNode::EndOrLineFeed
            | PatternNode::Boundary { .. }
            | PatternNode::Group(GroupKind::Look(_), _) => {
                self.at.is_plain = false;
                PatternNode::Group(GroupKind::Plain, Box::new(PatternNode::Sequence(vec![part])))
            }
            PatternNode::Group(GroupKind::Atomic, _) => PatternNode::Group(
                GroupKind::Plain,
                Box::new(PatternNode::Sequence(vec![part, PatternNode::Sequence(Vec::new())])),
            ),
            part => part,
        };
        Ok(PatternNode::Repeat(Box::new(Repetition { part, least, most, greed })))
    }

    /// Returns true at a braced quantifier.
    fn is_count(&self) -> bool {
        let inner =
            self.at.rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(inner, _)| inner);
        inner.is_some_and(|inner| {
            let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
            let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
            !least.is_empty() && is_number(least) && is_number(most)
        })
    }

    /// Parses a quantifier: minimum, maximum, and true if it is braced.
    fn count(&mut self) -> PatternResult<Option<(u32, Option<u32>, bool)>> {
        let simple = match self.at.peek() {
            Some('*') => Some((0, None, false)),
            Some('+') => Some((1, None, false)),
            Some('?') => Some((0, Some(1), false)),
            _ => None,
        };
        if simple.is_some() {
            self.at.bump()?;
            return Ok(simple);
        }
        if !self.is_count() {
            return Ok(None);
        }
        self.at.bump()?;
        let inner = self.at.until('}')?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| UnknownSyntax);
        let (least, most) = match inner.split_once(',') {
            None => (number(inner)?, Some(number(inner)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        if most.is_some_and(|most| most < least) {
            return Err(UnknownSyntax);
        }
        Ok(Some((least, most, true)))
    }

    fn group(&mut self) -> PatternResult<Option<PatternNode>> {
        const PLAIN: [(&str, GroupKind); 6] = [
            ("?:", GroupKind::Plain),
            ("?=", GroupKind::Look("?=")),
            ("?!", GroupKind::Look("?!")),
            ("?<=", GroupKind::Look("?<=")),
            ("?<!", GroupKind::Look("?<!")),
            ("?>", GroupKind::Atomic),
        ];
        let known = PLAIN.into_iter().find(|(start, _)| self.at.eat(start)).map(|(_, group)| group);
        let group = match known {
            Some(group) => group,
            None if self.at.eat("?#") => {
                self.at.is_plain = false;
                self.at.until(')')?;
                return Ok(None);
            }
            None if self.at.eat("?P=") => {
                self.at.is_plain = false;
                let name = self.at.until(')')?;
                return self.named(name).map(Some);
            }
            None => match self.name_of_group()? {
                Some(name) => GroupKind::Capture(Some(name)),
                None if self.at.eat("?") => return self.flagged(),
                None => GroupKind::Capture(None),
            },
        };
        if group == GroupKind::Atomic {
            self.at.is_plain = false;
            if self.behind > 0 {
                return Err(UnknownSyntax);
            }
        }
        let is_behind = matches!(group, GroupKind::Look("?<=" | "?<!"));
        self.behind += usize::from(is_behind);
        let inner = self.inner()?;
        self.behind -= usize::from(is_behind);
        Ok(Some(PatternNode::Group(group, Box::new(inner))))
    }

    fn inner(&mut self) -> PatternResult<PatternNode> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(UnknownSyntax);
        }
        let inner = self.choice()?;
        self.depth -= 1;
        if self.at.eat(")") { Ok(inner) } else { Err(UnknownSyntax) }
    }

    fn name_of_group(&mut self) -> PatternResult<Option<String>> {
        let end = match () {
            () if self.at.eat("?<") => '>',
            () if self.at.eat("?P<") => {
                self.at.is_plain = false;
                '>'
            }
            () if self.at.eat("?'") => {
                self.at.is_plain = false;
                '\''
            }
            () => return Ok(None),
        };
        let name = self.at.until(end)?;
        if !is_name(name) || self.names.iter().any(|known| known == name) {
            return Err(UnknownSyntax);
        }
        self.names.push(name.to_owned());
        Ok(Some(name.to_owned()))
    }

    /// Parses `(?i)` and `(?i:…)`.
    fn flagged(&mut self) -> PatternResult<Option<PatternNode>> {
        self.at.is_plain = false;
        let (before, mut on) = (self.flags, true);
        loop {
            match self.at.bump()? {
                '-' if on => on = false,
                'i' => self.flags.insensitive = on,
                'm' => self.flags.lines = on,
                's' => self.flags.dot_all = on,
                'x' => self.flags.extended = on,
                // Python's names for the behaviour that already applies.
                'a' | 'u' if on => {}
                ')' => return Ok(None),
                ':' => {
                    let inner = self.inner()?;
                    self.flags = before;
                    return Ok(Some(PatternNode::Group(GroupKind::Plain, Box::new(inner))));
                }
                _ => return Err(UnknownSyntax),
            }
        }
    }

    fn named(&mut self, name: &str) -> PatternResult<PatternNode> {
        if !is_name(name) || self.flags.insensitive {
            return Err(UnknownSyntax);
        }
        self.referred.push(name.to_owned());
        Ok(PatternNode::NamedReference(name.to_owned()))
    }

    fn escape(&mut self) -> PatternResult<PatternNode> {
        match self.at.peek().ok_or(UnknownSyntax)? {
            'b' | 'B' => Ok(PatternNode::Boundary { negated: self.at.bump()? == 'B' }),
            'A' => {
                self.odd();
                Ok(PatternNode::Start)
            }
            'z' => {
                self.odd();
                Ok(PatternNode::End)
            }
            'Z' => {
                self.odd();
                Ok(PatternNode::EndOrLineFeed)
            }
            'k' => {
                self.at.bump()?;
                let end = match self.at.bump()? {
                    '<' => '>',
                    '{' => '}',
                    '\'' => '\'',
                    _ => return Err(UnknownSyntax),
                };
                self.at.is_plain = false;
                let name = self.at.until(end)?;
                self.named(name)
            }
            '1'..='9' => self.reference(),
            _ => match character_class::escaped(&mut self.at, false)? {
                character_class::EscapedAtom::Char(c) => Ok(self.text(c)),
                character_class::EscapedAtom::Items(items) => {
                    self.set(CharacterClass { negated: false, items })
                }
            },
        }
    }

    /// Skips one character of an escape that ECMA-262 lacks.
    fn odd(&mut self) {
        self.at.is_plain = false;
        self.at.rest = &self.at.rest[1..];
    }

    fn reference(&mut self) -> PatternResult<PatternNode> {
        let digits = self.at.rest.len() - self.at.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = self.at.rest[..digits].parse().map_err(|_| UnknownSyntax)?;
        if number <= self.groups {
            if self.flags.insensitive {
                return Err(UnknownSyntax);
            }
            self.at.rest = &self.at.rest[digits..];
            return Ok(PatternNode::Reference(number));
        }
        let c = character_class::octal(&mut self.at).ok_or(UnknownSyntax)?;
        self.at.is_plain = false;
        Ok(self.text(c))
    }
}

/// Returns true for ASCII group names of ECMA-262. Other alphabets are refused.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}
