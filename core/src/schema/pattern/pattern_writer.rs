//! Regular expression writer for ECMA-262 with the flag `u`.

use std::fmt::Write;

use crate::json::HashMap;

use super::pattern_tree::{CharacterClass, ClassItem, Greediness, GroupKind, PatternNode, Repetition};

/// Returns the text of a regular expression.
pub fn write(root: &PatternNode) -> String {
    let mut writer =
        PatternWriter { out: String::new(), numbers: vec![0], names: HashMap::default(), next: 0 };
    writer.number(root, true);
    writer.next = 0;
    writer.part(root, true);
    writer.out
}

struct PatternWriter {
    out: String,
    /// New group numbers by old ones. An emulated atomic group adds one.
    numbers: Vec<usize>,
    /// Group numbers by name. The validator's engine has no named back references.
    names: HashMap<String, usize>,
    next: usize,
}

/// Returns true if a possessive quantifier equals a greedy one, because the follower cannot match what it
/// matched.
fn gives_nothing(repeated: &PatternNode, follower: Option<&PatternNode>, tail: bool) -> bool {
    match (repeated, follower) {
        (_, None) => tail,
        (PatternNode::Text(_) | PatternNode::Class(_) | PatternNode::Any, Some(PatternNode::End)) => true,
        (PatternNode::Text(own), Some(PatternNode::Text(next))) => own != next,
        (PatternNode::Class(class), Some(PatternNode::Text(next))) => class.excludes(*next),
        _ => false,
    }
}

/// Returns true if an atomic node needs the lookahead form.
fn is_locked(part: &PatternNode, follower: Option<&PatternNode>, tail: bool) -> bool {
    match part {
        PatternNode::Group(GroupKind::Atomic, _) => !(tail && follower.is_none()),
        PatternNode::Repeat(repeat) if repeat.greed == Greediness::Possessive => {
            !gives_nothing(&repeat.part, follower, tail && follower.is_none())
        }
        _ => false,
    }
}

impl PatternWriter {
    fn number(&mut self, part: &PatternNode, tail: bool) {
        match part {
            PatternNode::Group(GroupKind::Capture(name), inner) => {
                self.next += 1;
                self.numbers.push(self.next);
                self.names.extend(name.iter().map(|name| (name.clone(), self.next)));
                self.number(inner, tail);
            }
            PatternNode::Group(kind, inner) => self.number(inner, tail && *kind == GroupKind::Plain),
            PatternNode::Repeat(repeat) => self.number(&repeat.part, false),
            PatternNode::Sequence(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let follower = parts.get(index + 1);
                    self.next += usize::from(is_locked(part, follower, tail));
                    self.number(part, tail && follower.is_none());
                }
            }
            PatternNode::Choice(parts) => parts.iter().for_each(|part| self.number(part, tail)),
            _ => {}
        }
    }

    /// Writes a node. `tail` is true if nothing follows it.
    fn part(&mut self, part: &PatternNode, tail: bool) {
        match part {
            PatternNode::Text(c) => self.char(*c, "^$\\.*+?()[]{}|/"),
            PatternNode::Dot => self.out.push('.'),
            PatternNode::Any => self.out.push_str("[\\s\\S]"),
            PatternNode::Class(class) => self.class(class),
            PatternNode::Start => self.out.push('^'),
            PatternNode::End => self.out.push('$'),
            PatternNode::EndOrLineFeed => self.out.push_str(if tail { "\\n?$" } else { "(?=\\n?$)" }),
            PatternNode::LineStart => self.out.push_str("(?<![^\\n])"),
            PatternNode::LineEnd => self.out.push_str("(?![^\\n])"),
            PatternNode::Boundary { negated } => self.out.push_str(if *negated { "\\B" } else { "\\b" }),
            PatternNode::Reference(number) => {
                let number = self.numbers.get(*number).copied().unwrap_or_default();
                // The group keeps a following digit apart.
                let _ = write!(self.out, "(?:\\{number})");
            }
            PatternNode::NamedReference(name) => {
                let number = self.names.get(name).copied().unwrap_or_default();
                let _ = write!(self.out, "(?:\\{number})");
            }
            PatternNode::Group(kind, inner) => self.group(kind, inner, tail),
            PatternNode::Repeat(repeat) => self.repeat(repeat),
            PatternNode::Sequence(parts) => self.sequence(parts, tail),
            PatternNode::Choice(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        self.out.push('|');
                    }
                    self.part(part, tail);
                }
            }
        }
    }

    fn sequence(&mut self, parts: &[PatternNode], tail: bool) {
        for (index, part) in parts.iter().enumerate() {
            let follower = parts.get(index + 1);
            if is_locked(part, follower, tail) {
                // An atomic group is a lookahead with a back reference: lookaheads are not backtracked
                // into.
                self.next += 1;
                let number = self.next;
                self.out.push_str("(?=(");
                self.part(part, false);
                let _ = write!(self.out, "))(?:\\{number})");
            } else {
                self.part(part, tail && follower.is_none());
            }
        }
    }

    fn group(&mut self, kind: &GroupKind, inner: &PatternNode, tail: bool) {
        self.out.push('(');
        match kind {
            GroupKind::Capture(name) => {
                self.next += 1;
                if let Some(name) = name {
                    let _ = write!(self.out, "?<{name}>");
                }
            }
            GroupKind::Plain | GroupKind::Atomic => self.out.push_str("?:"),
            GroupKind::Look(look) => self.out.push_str(look),
        }
        self.part(inner, tail && matches!(kind, GroupKind::Plain | GroupKind::Capture(_)));
        self.out.push(')');
    }

    fn repeat(&mut self, repeat: &Repetition) {
        let is_single = matches!(
            repeat.part,
            PatternNode::Text(_)
                | PatternNode::Dot
                | PatternNode::Any
                | PatternNode::Class(_)
                | PatternNode::NamedReference(_)
                | PatternNode::Reference(_)
        ) || matches!(
            repeat.part,
            PatternNode::Group(GroupKind::Plain | GroupKind::Atomic | GroupKind::Capture(_), _)
        );
        self.out.push_str(if is_single { "" } else { "(?:" });
        self.part(&repeat.part, false);
        self.out.push_str(if is_single { "" } else { ")" });
        let _ = match (repeat.least, repeat.most) {
            (0, None) => write!(self.out, "*"),
            (1, None) => write!(self.out, "+"),
            (0, Some(1)) => write!(self.out, "?"),
            (least, None) => write!(self.out, "{{{least},}}"),
            (least, Some(most)) if least == most => write!(self.out, "{{{least}}}"),
            (least, Some(most)) => write!(self.out, "{{{least},{most}}}"),
        };
        if repeat.greed == Greediness::Lazy {
            self.out.push('?');
        }
    }

    fn class(&mut self, class: &CharacterClass) {
        if let ([item @ (ClassItem::Short(_) | ClassItem::Property { .. })], false) =
            (class.items.as_slice(), class.negated)
        {
            self.item(item);
            return;
        }
        self.out.push_str(if class.negated { "[^" } else { "[" });
        class.items.iter().for_each(|item| self.item(item));
        self.out.push(']');
    }

    fn item(&mut self, item: &ClassItem) {
        match item {
            ClassItem::Range(from, to) => {
                self.char(*from, "\\]^-[");
                if from != to {
                    // Two adjacent characters need no hyphen.
                    if u32::from(*to) > u32::from(*from) + 1 {
                        self.out.push('-');
                    }
                    self.char(*to, "\\]^-[");
                }
            }
            ClassItem::Short(letter) => {
                self.out.push('\\');
                self.out.push(*letter);
            }
            ClassItem::Property { name, negated } => {
                let _ = write!(self.out, "\\{}{{{name}}}", if *negated { 'P' } else { 'p' });
            }
        }
    }

    fn char(&mut self, c: char, escaped: &str) {
        let _ = match c {
            '\n' => write!(self.out, "\\n"),
            '\r' => write!(self.out, "\\r"),
            '\t' => write!(self.out, "\\t"),
            '\u{b}' => write!(self.out, "\\v"),
            '\u{c}' => write!(self.out, "\\f"),
            c if c < ' ' || c == '\x7f' => write!(self.out, "\\x{:02x}", u32::from(c)),
            c if escaped.contains(c) => write!(self.out, "\\{c}"),
            c if c.is_ascii() => write!(self.out, "{c}"),
            // Non-ASCII characters are escaped, since many look alike: the Kelvin sign looks like K.
            c if u32::from(c) <= 0xffff => write!(self.out, "\\u{:04x}", u32::from(c)),
            c => write!(self.out, "\\u{{{:x}}}", u32::from(c)),
        };
    }
}
