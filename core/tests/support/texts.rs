//! Texts of a format or a pattern.

use std::iter::Peekable;
use std::str::Chars;

use super::dice::Dice;

/// A text of a format that JSON Schema knows.
pub fn of_format(format: &str, dice: &mut Dice) -> Option<String> {
    let day = dice.below(28) + 1;
    Some(match format {
        "date-time" => {
            format!("2026-{:02}-{day:02}T{:02}:30:00Z", dice.below(12) + 1, dice.below(24))
        }
        "date" => format!("2026-{:02}-{day:02}", dice.below(12) + 1),
        "time" => format!("{:02}:30:00Z", dice.below(24)),
        "duration" => format!("P{day}DT2H"),
        "email" | "idn-email" => format!("a{day}@example.com"),
        "hostname" | "idn-hostname" => format!("h{day}.example.com"),
        "ipv4" => format!("10.0.0.{day}"),
        "ipv6" => format!("2001:db8::{day}"),
        "uri" | "iri" => format!("https://example.com/a/{day}?q=1"),
        "uri-reference" | "iri-reference" | "uri-template" | "json-pointer" => format!("/a/{day}"),
        "uuid" => format!("123e4567-e89b-12d3-a456-4266141740{day:02}"),
        "relative-json-pointer" => format!("{day}/a"),
        "regex" => "^a+$".to_owned(),
        _ => return None,
    })
}

/// A text that a simple pattern matches, of about some characters where it has no end. What looks around is not read:
/// the text is judged afterwards.
pub fn of_pattern(pattern: &str, length: usize, dice: &mut Dice) -> String {
    let mut maker = Maker { rest: pattern.chars().peekable(), dice, length, left: 400 };
    let mut text = maker.alternatives();
    while maker.rest.next().is_some() {
        text.push_str(&maker.alternatives());
    }
    text
}

struct Maker<'p, 'd> {
    rest: Peekable<Chars<'p>>,
    dice: &'d mut Dice,
    /// How often at least comes what may come without end.
    length: usize,
    /// Characters that may still be made.
    left: usize,
}

impl Maker<'_, '_> {
    /// One of what stands between bars.
    fn alternatives(&mut self) -> String {
        let mut all = vec![String::new()];
        while let Some(c) = self.rest.peek().copied() {
            match c {
                ')' => break,
                '|' => {
                    self.rest.next();
                    all.push(String::new());
                }
                _ => {
                    let atom = self.atom();
                    let count = self.count();
                    let times = count.min(self.left / atom.len().max(1));
                    self.left -= times * atom.len();
                    all.last_mut().expect("one is there").push_str(&atom.repeat(times));
                }
            }
        }
        let one = self.dice.below(all.len());
        all.swap_remove(one)
    }

    fn atom(&mut self) -> String {
        match self.rest.next() {
            Some('(') => self.group(),
            Some('[') => self.class().to_string(),
            Some('\\') => self.escape(),
            Some('.') => self.dice.pick(&['a', '7', '-']).to_string(),
            Some('^' | '$') | None => String::new(),
            Some(c) => c.to_string(),
        }
    }

    fn group(&mut self) -> String {
        let mut is_silent = false;
        if self.rest.next_if_eq(&'?').is_some() {
            match self.rest.next() {
                Some('=' | '!') => is_silent = true,
                Some('<') => {
                    is_silent = self.rest.next_if(|c| matches!(c, '=' | '!')).is_some();
                    if !is_silent {
                        self.skip_name();
                    }
                }
                Some('P') => self.skip_name(),
                _ => {}
            }
        }
        let text = self.alternatives();
        self.rest.next();
        if is_silent { String::new() } else { text }
    }

    fn skip_name(&mut self) {
        while self.rest.next().is_some_and(|c| c != '>') {}
    }

    fn escape(&mut self) -> String {
        let digits = |maker: &mut Self, count: usize| {
            let text: String = (0..count).filter_map(|_| maker.rest.next()).collect();
            u32::from_str_radix(&text, 16).ok().and_then(char::from_u32).unwrap_or('a').to_string()
        };
        match self.rest.next() {
            Some('d') => self.dice.below(10).to_string(),
            Some('w' | 'D' | 'S') => self.dice.pick(&['a', 'Z', 'q']).to_string(),
            Some('s') => " ".to_owned(),
            Some('W') => "-".to_owned(),
            Some('n') => "\n".to_owned(),
            Some('r') => "\r".to_owned(),
            Some('t') => "\t".to_owned(),
            Some('x') => digits(self, 2),
            Some('u') if self.rest.next_if_eq(&'{').is_none() => digits(self, 4),
            Some('p' | 'P' | 'u') => {
                while self.rest.next().is_some_and(|c| c != '}') {}
                "a".to_owned()
            }
            Some('b' | 'B' | 'A' | 'z' | 'Z' | '1'..='9') | None => String::new(),
            Some(c) => c.to_string(),
        }
    }

    /// A character of a class.
    fn class(&mut self) -> char {
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut is_first = true;
        while let Some(c) = self.rest.next() {
            if c == ']' && !is_first {
                break;
            }
            is_first = false;
            let from = match c {
                '\\' => match self.rest.peek() {
                    Some('d') => {
                        self.rest.next();
                        ranges.push(('0', '9'));
                        continue;
                    }
                    Some('w') => {
                        self.rest.next();
                        ranges.extend([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]);
                        continue;
                    }
                    _ => self.escape().chars().next().unwrap_or('a'),
                },
                c => c,
            };
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
            let to = if is_range {
                self.rest.next();
                match self.rest.next() {
                    Some('\\') => self.escape().chars().next().unwrap_or(from),
                    to => to.unwrap_or(from),
                }
            } else {
                from
            };
            ranges.push((from, to));
        }
        let holds = |c: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
        if is_negated {
            return "azAZ09_-. !é".chars().find(|c| !holds(*c)).unwrap_or('\u{2603}');
        }
        let Some((from, to)) = ranges.get(self.dice.below(ranges.len())).copied() else { return 'a' };
        let span = (to as u32).saturating_sub(from as u32) as usize + 1;
        let offset = u32::try_from(self.dice.below(span)).unwrap_or(0);
        char::from_u32(from as u32 + offset).unwrap_or(from)
    }

    /// How often what stands before it comes.
    fn count(&mut self) -> usize {
        let (least, most) = match self.rest.peek() {
            Some('*') => (self.length, self.length + 3),
            Some('+') => (self.length.max(1), self.length + 4),
            Some('?') => (0, 1),
            Some('{') => match self.bounds() {
                Some(bounds) => bounds,
                None => return 1,
            },
            _ => return 1,
        };
        self.rest.next();
        // Lazy and possessive ones match the same.
        self.rest.next_if(|c| matches!(c, '?' | '+'));
        least + self.dice.below(most.min(least + 3) - least + 1)
    }

    /// `{n}`, `{n,}` or `{n,m}`; what looks otherwise is a brace.
    fn bounds(&mut self) -> Option<(usize, usize)> {
        let mut ahead = self.rest.clone();
        ahead.next();
        let held: String = ahead.by_ref().take_while(|c| *c != '}').collect();
        let (least, most) = held.split_once(',').unwrap_or((&held, &held));
        let least: usize = least.trim().parse().ok()?;
        let (least, most) = match most.trim() {
            "" => (least.max(self.length), least.max(self.length) + 3),
            most => (least, most.parse().ok()?),
        };
        // The closing brace is left, as a sign of its own is.
        for _ in 0..=held.chars().count() {
            self.rest.next();
        }
        Some((least, most.max(least)))
    }
}
