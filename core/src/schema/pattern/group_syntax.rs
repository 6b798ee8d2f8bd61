//! Groups of regular expressions: captures, look-around, atomic groups, inline flags and comments.

use super::pattern_cursor::{PatternResult, UnknownSyntax};
use super::pattern_parser::PatternParser;
use super::pattern_tree::{GroupKind, PatternNode};

/// Maximum nesting of groups.
const DEEPEST: usize = 50;

impl PatternParser<'_> {
    pub(super) fn parse_group(&mut self) -> PatternResult<Option<PatternNode>> {
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
                return self.named_reference(name).map(Some);
            }
            None => match self.parse_group_name()? {
                Some(name) => GroupKind::Capture(Some(name)),
                None if self.at.eat("?") => return self.parse_flags(),
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
        let inner = self.parse_group_content()?;
        self.behind -= usize::from(is_behind);
        Ok(Some(PatternNode::Group(group, Box::new(inner))))
    }

    fn parse_group_content(&mut self) -> PatternResult<PatternNode> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(UnknownSyntax);
        }
        let inner = self.parse_choice()?;
        self.depth -= 1;
        if self.at.eat(")") { Ok(inner) } else { Err(UnknownSyntax) }
    }

    fn parse_group_name(&mut self) -> PatternResult<Option<String>> {
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
    fn parse_flags(&mut self) -> PatternResult<Option<PatternNode>> {
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
                    let inner = self.parse_group_content()?;
                    self.flags = before;
                    return Ok(Some(PatternNode::Group(GroupKind::Plain, Box::new(inner))));
                }
                _ => return Err(UnknownSyntax),
            }
        }
    }

    pub(super) fn named_reference(&mut self, name: &str) -> PatternResult<PatternNode> {
        if !is_name(name) || self.flags.insensitive {
            return Err(UnknownSyntax);
        }
        self.referred.push(name.to_owned());
        Ok(PatternNode::NamedReference(name.to_owned()))
    }
}

/// Returns true for ASCII group names of ECMA-262. Other alphabets are refused.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}
