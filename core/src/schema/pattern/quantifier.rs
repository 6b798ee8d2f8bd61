//! Quantifiers of regular expressions: `*`, `+`, `?`, `{2,3}`, lazy and possessive.

use super::pattern_cursor::{PatternResult, UnknownSyntax};
use super::pattern_parser::PatternParser;
use super::pattern_tree::{Greediness, GroupKind, PatternNode, Repetition};

impl PatternParser<'_> {
    pub(super) fn parse_quantifier(&mut self, part: PatternNode) -> PatternResult<PatternNode> {
        while self.flags.extended && self.skip_comment() {}
        let Some((least, most, is_braced)) = self.parse_bounds()? else { return Ok(part) };
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
        if matches!(self.at.peek(), Some('*' | '+' | '?')) || self.is_at_braces() {
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
    fn is_at_braces(&self) -> bool {
        let inner =
            self.at.rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(inner, _)| inner);
        inner.is_some_and(|inner| {
            let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
            let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
            !least.is_empty() && is_number(least) && is_number(most)
        })
    }

    /// Parses a quantifier: minimum, maximum, and true if it is braced.
    fn parse_bounds(&mut self) -> PatternResult<Option<(u32, Option<u32>, bool)>> {
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
        if !self.is_at_braces() {
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
}
