//! Scan of a source for nesting: an upper bound for how deep a parser recurses, by tokens alone.

/// Characters after which a `/` starts a regular expression.
const BEFORE_REGEX: &[u8] = b"(,=:[!&|?{};+-*%~^<>";

/// Words that a parser recurses on, and after which a `/` starts a regular expression.
const WORDS: [&[u8]; 21] = [
    b"await", b"case", b"class", b"delete", b"do", b"else", b"extends", b"for", b"if", b"in", b"infer",
    b"keyof", b"new", b"of", b"return", b"throw", b"typeof", b"unique", b"void", b"while", b"yield",
];

/// The position where a source is nested deeper than a limit; none where it is not.
///
/// Brackets are counted by their depth. What nests without a bracket (`!!a`, `a = b = c`, `a => b => c`, `if … if …`) is
/// counted until the bracket around it closes, or a `;` or `,` ends it. Where a `/` may be a division or a regular
/// expression, the character before it decides: a wrong guess ends at the end of the line.
pub fn scan_nesting(source: &str, limit: u32) -> Option<u32> {
    let mut scan =
        NestingScan { bytes: source.as_bytes(), at: 0, depth: 0, open: Vec::new(), pending: 0, last: b';' };
    while scan.at < scan.bytes.len() {
        scan.token();
        if scan.depth > limit {
            return u32::try_from(scan.at.min(scan.bytes.len())).ok();
        }
    }
    None
}

struct NestingScan<'s> {
    bytes: &'s [u8],
    at: usize,
    /// Brackets that are open, and what is pending in all of them.
    depth: u32,
    /// For each open bracket: whether it is that of a `${`, and what was pending around it.
    open: Vec<(bool, u32)>,
    /// Tokens that may nest since the innermost bracket, `;` or `,`.
    pending: u32,
    /// The last significant byte; `r` after a word of [`WORDS`].
    last: u8,
}

impl NestingScan<'_> {
    fn token(&mut self) {
        let byte = self.bytes[self.at];
        let next = self.bytes.get(self.at + 1).copied().unwrap_or_default();
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
            b'/' if next == b'/' => self.skip_line(),
            b'/' if next == b'*' => self.skip_comment(),
            b'/' if self.may_be_regex() => self.skip_regex(),
            b'\'' | b'"' => self.skip_string(byte),
            b'`' => self.template(),
            b'(' | b'[' | b'{' => self.opened(false),
            b')' | b']' | b'}' => self.closed(),
            b';' | b',' => {
                self.depth -= self.pending;
                self.pending = 0;
                self.one(byte);
            }
            b'=' | b'!' | b'~' | b'-' | b'+' | b'?' | b':' | b'*' | b'<' | b'|' | b'&' => {
                self.pended();
                self.one(byte);
            }
            _ if is_word(byte) => self.word(),
            _ => self.one(byte),
        }
    }

    fn one(&mut self, byte: u8) {
        self.last = byte;
        self.at += 1;
    }

    fn pended(&mut self) {
        self.pending += 1;
        self.depth += 1;
    }

    fn opened(&mut self, is_template: bool) {
        self.open.push((is_template, self.pending));
        self.pending = 0;
        self.depth += 1;
        self.one(b'(');
    }

    fn closed(&mut self) {
        let Some((is_template, around)) = self.open.pop() else { return self.one(b')') };
        self.depth -= self.pending + 1;
        self.pending = around;
        if is_template { self.template() } else { self.one(b')') }
    }

    /// Reads a template from its start or from the end of a `${…}` to its end or to the next `${`.
    fn template(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'`' => return self.one(b')'),
                b'$' if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    self.at += 1;
                    return self.opened(true);
                }
                _ => self.at += 1,
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let length = self.bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
        let word = &self.bytes[start..start + length];
        self.at += length;
        if self.last != b'.' && WORDS.contains(&word) {
            self.pended();
            self.last = b'=';
        } else {
            self.last = b'a';
        }
    }

    fn may_be_regex(&self) -> bool {
        BEFORE_REGEX.contains(&self.last)
    }

    fn skip_regex(&mut self) {
        let (mut at, mut in_class) = (self.at + 1, false);
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'\n' => return self.one(b'/'),
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => break,
                _ => {}
            }
            at += 1;
        }
        self.at = at;
        self.one(b')');
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.at + 2..];
        let end = rest.windows(2).position(|pair| pair == b"*/");
        self.at += end.map_or(rest.len() + 2, |end| end + 4);
    }

    /// A string ends at its quote, or at the end of the line where the quote is missing.
    fn skip_string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'\n' => return,
                _ if *byte == quote => return self.one(b')'),
                _ => self.at += 1,
            }
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
