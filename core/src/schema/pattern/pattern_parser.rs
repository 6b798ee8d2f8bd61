//! Regular expression parser for ECMA-262 and for the extensions of Perl, Python, Java and .NET.
//!
//! Syntax that ECMA-262 reads with the flag `u` has that meaning. So has syntax that it reads without the
//! flag, if no other dialect disagrees. Syntax whose meaning differs between dialects (`\h`, `{,3}`, `&&`
//! in a class) is refused. A crate for one dialect would silently misread the others: `[[:alpha:]]` is a
//! class in all of them.

use super::pattern_cursor::{PatternCursor, PatternResult, UnknownSyntax};
use super::pattern_flags::PatternFlags;
use super::pattern_tree::{CharacterClass, PatternNode};
use super::{case_folding, character_class};

/// A parsed pattern.
pub struct ParsedPattern {
    pub root: PatternNode,
    /// True if ECMA-262 reads the pattern literally, with the flag `u`.
    pub is_plain: bool,
}

/// The state of the parser.
pub(super) struct PatternParser<'p> {
    pub(super) at: PatternCursor<'p>,
    pub(super) flags: PatternFlags,
    /// Number of capturing groups in the whole pattern.
    groups: usize,
    /// Names of the groups so far.
    pub(super) names: Vec<String>,
    /// Names that back references use.
    pub(super) referred: Vec<String>,
    /// Number of open groups.
    pub(super) depth: usize,
    /// Number of open look-behind groups.
    pub(super) behind: usize,
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
    let root = parser.parse_choice()?;
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
    fn literal(&self, c: char) -> PatternNode {
        let folded = self.flags.insensitive.then(|| case_folding::of_char(c)).flatten();
        folded.map_or(PatternNode::Text(c), PatternNode::Class)
    }

    fn class_node(&self, class: CharacterClass) -> PatternResult<PatternNode> {
        if self.flags.insensitive {
            case_folding::folded(class).map(PatternNode::Class).ok_or(UnknownSyntax)
        } else {
            Ok(PatternNode::Class(class))
        }
    }

    /// Parses alternatives. Flags set inside end with the group.
    pub(super) fn parse_choice(&mut self) -> PatternResult<PatternNode> {
        let flags = self.flags;
        let mut parts = vec![self.parse_sequence()?];
        while self.at.eat("|") {
            parts.push(self.parse_sequence()?);
        }
        self.flags = flags;
        Ok(if parts.len() == 1 { parts.remove(0) } else { PatternNode::Choice(parts) })
    }

    fn parse_sequence(&mut self) -> PatternResult<PatternNode> {
        let mut parts = Vec::new();
        loop {
            if self.flags.extended && self.skip_comment() {
                self.at.is_plain = false;
                continue;
            }
            match self.at.peek() {
                None | Some('|' | ')') => return Ok(PatternNode::Sequence(parts)),
                Some(_) => {}
            }
            if let Some(part) = self.parse_atom()? {
                parts.push(self.parse_quantifier(part)?);
            }
        }
    }

    /// Skips white space and comments under the flag `x`.
    pub(super) fn skip_comment(&mut self) -> bool {
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
    fn parse_atom(&mut self) -> PatternResult<Option<PatternNode>> {
        let part = match self.at.bump()? {
            '(' => return self.parse_group(),
            '[' => {
                let class = character_class::class(&mut self.at)?;
                self.class_node(class)?
            }
            '.' if self.flags.dot_all => PatternNode::Any,
            '.' => PatternNode::Dot,
            '^' if self.flags.lines => PatternNode::LineStart,
            '$' if self.flags.lines => PatternNode::LineEnd,
            '^' => PatternNode::Start,
            '$' => PatternNode::End,
            '\\' => self.parse_escape()?,
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
            c => self.literal(c),
        };
        Ok(Some(part))
    }

    fn parse_escape(&mut self) -> PatternResult<PatternNode> {
        match self.at.peek().ok_or(UnknownSyntax)? {
            'b' | 'B' => Ok(PatternNode::Boundary { negated: self.at.bump()? == 'B' }),
            'A' => {
                self.skip_foreign_escape();
                Ok(PatternNode::Start)
            }
            'z' => {
                self.skip_foreign_escape();
                Ok(PatternNode::End)
            }
            'Z' => {
                self.skip_foreign_escape();
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
                self.named_reference(name)
            }
            '1'..='9' => self.parse_number_escape(),
            _ => match character_class::escaped(&mut self.at, false)? {
                character_class::EscapedAtom::Char(c) => Ok(self.literal(c)),
                character_class::EscapedAtom::Items(items) => {
                    self.class_node(CharacterClass { negated: false, items })
                }
            },
        }
    }

    /// Skips one character of an escape that ECMA-262 lacks.
    fn skip_foreign_escape(&mut self) {
        self.at.is_plain = false;
        self.at.rest = &self.at.rest[1..];
    }

    fn parse_number_escape(&mut self) -> PatternResult<PatternNode> {
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
        Ok(self.literal(c))
    }
}
