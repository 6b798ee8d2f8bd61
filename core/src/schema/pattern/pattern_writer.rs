//! Writes a regular expression as ECMA-262 reads it with the flag `u`.

use std::fmt::Write;

use crate::json::HashMap;

use super::pattern_tree::{Class, Greed, Group, Item, Part, Repeat};

/// The text of a regular expression.
pub fn write(root: &Part) -> String {
    let mut writer = Writer { out: String::new(), numbers: vec![0], names: HashMap::default(), next: 0 };
    writer.number(root, true);
    writer.next = 0;
    writer.part(root, true);
    writer.out
}

struct Writer {
    out: String,
    /// The new number of each group, by its old one: a group that is not gone back into takes one more.
    numbers: Vec<usize>,
    /// The new number of each group that has a name: the validator's engine reads no reference by name.
    names: HashMap<String, usize>,
    next: usize,
}

/// Whether a repetition is the same where it may give back what it took: what follows cannot begin with that.
fn gives_nothing(repeated: &Part, follower: Option<&Part>, tail: bool) -> bool {
    match (repeated, follower) {
        (_, None) => tail,
        (Part::Text(_) | Part::Class(_) | Part::Any, Some(Part::End)) => true,
        (Part::Text(own), Some(Part::Text(next))) => own != next,
        (Part::Class(class), Some(Part::Text(next))) => class.excludes(*next),
        _ => false,
    }
}

/// Whether a group that is not gone back into needs the form that says so.
fn is_locked(part: &Part, follower: Option<&Part>, tail: bool) -> bool {
    match part {
        Part::Group(Group::Atomic, _) => !(tail && follower.is_none()),
        Part::Repeat(repeat) if repeat.greed == Greed::Possessive => {
            !gives_nothing(&repeat.part, follower, tail && follower.is_none())
        }
        _ => false,
    }
}

impl Writer {
    fn number(&mut self, part: &Part, tail: bool) {
        match part {
            Part::Group(Group::Capture(name), inner) => {
                self.next += 1;
                self.numbers.push(self.next);
                self.names.extend(name.iter().map(|name| (name.clone(), self.next)));
                self.number(inner, tail);
            }
            Part::Group(kind, inner) => self.number(inner, tail && *kind == Group::Plain),
            Part::Repeat(repeat) => self.number(&repeat.part, false),
            Part::Sequence(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let follower = parts.get(index + 1);
                    self.next += usize::from(is_locked(part, follower, tail));
                    self.number(part, tail && follower.is_none());
                }
            }
            Part::Choice(parts) => parts.iter().for_each(|part| self.number(part, tail)),
            _ => {}
        }
    }

    /// `tail`: nothing is matched behind it.
    fn part(&mut self, part: &Part, tail: bool) {
        match part {
            Part::Text(c) => self.char(*c, "^$\\.*+?()[]{}|/"),
            Part::Dot => self.out.push('.'),
            Part::Any => self.out.push_str("[\\s\\S]"),
            Part::Class(class) => self.class(class),
            Part::Start => self.out.push('^'),
            Part::End => self.out.push('$'),
            Part::EndOrLineFeed => self.out.push_str(if tail { "\\n?$" } else { "(?=\\n?$)" }),
            Part::LineStart => self.out.push_str("(?<![^\\n])"),
            Part::LineEnd => self.out.push_str("(?![^\\n])"),
            Part::Boundary { negated } => self.out.push_str(if *negated { "\\B" } else { "\\b" }),
            Part::Reference(number) => {
                let number = self.numbers.get(*number).copied().unwrap_or_default();
                // A digit that follows is none of its own.
                let _ = write!(self.out, "(?:\\{number})");
            }
            Part::NamedReference(name) => {
                let number = self.names.get(name).copied().unwrap_or_default();
                let _ = write!(self.out, "(?:\\{number})");
            }
            Part::Group(kind, inner) => self.group(kind, inner, tail),
            Part::Repeat(repeat) => self.repeat(repeat),
            Part::Sequence(parts) => self.sequence(parts, tail),
            Part::Choice(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        self.out.push('|');
                    }
                    self.part(part, tail);
                }
            }
        }
    }

    fn sequence(&mut self, parts: &[Part], tail: bool) {
        for (index, part) in parts.iter().enumerate() {
            let follower = parts.get(index + 1);
            if is_locked(part, follower, tail) {
                // What a look ahead matched is not gone back into, and is then passed over.
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

    fn group(&mut self, kind: &Group, inner: &Part, tail: bool) {
        self.out.push('(');
        match kind {
            Group::Capture(name) => {
                self.next += 1;
                if let Some(name) = name {
                    let _ = write!(self.out, "?<{name}>");
                }
            }
            Group::Plain | Group::Atomic => self.out.push_str("?:"),
            Group::Look(look) => self.out.push_str(look),
        }
        self.part(inner, tail && matches!(kind, Group::Plain | Group::Capture(_)));
        self.out.push(')');
    }

    fn repeat(&mut self, repeat: &Repeat) {
        let is_single =
            matches!(
                repeat.part,
                Part::Text(_)
                    | Part::Dot
                    | Part::Any
                    | Part::Class(_)
                    | Part::NamedReference(_)
                    | Part::Reference(_)
            ) || matches!(repeat.part, Part::Group(Group::Plain | Group::Atomic | Group::Capture(_), _));
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
        if repeat.greed == Greed::Lazy {
            self.out.push('?');
        }
    }

    fn class(&mut self, class: &Class) {
        if let ([item @ (Item::Short(_) | Item::Property { .. })], false) =
            (class.items.as_slice(), class.negated)
        {
            self.item(item);
            return;
        }
        self.out.push_str(if class.negated { "[^" } else { "[" });
        class.items.iter().for_each(|item| self.item(item));
        self.out.push(']');
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Range(from, to) => {
                self.char(*from, "\\]^-[");
                if from != to {
                    // Two that follow each other need no hyphen.
                    if u32::from(*to) > u32::from(*from) + 1 {
                        self.out.push('-');
                    }
                    self.char(*to, "\\]^-[");
                }
            }
            Item::Short(letter) => {
                self.out.push('\\');
                self.out.push(*letter);
            }
            Item::Property { name, negated } => {
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
            // Many look alike: the sign of Kelvin is a K.
            c if u32::from(c) <= 0xffff => write!(self.out, "\\u{:04x}", u32::from(c)),
            c => write!(self.out, "\\u{{{:x}}}", u32::from(c)),
        };
    }
}
