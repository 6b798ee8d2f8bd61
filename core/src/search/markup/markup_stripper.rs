//! The walk over a text that takes its markup out.

use std::ops::Range;

use super::character_reference::character_reference;
use super::emphasis::{MarkRun, OpenRuns};
use super::html_tag::html_tag;
use super::line_marks::{LineMark, is_fence, line_mark};
use super::link_target::{address_length, autolink, target_length};

/// The most brackets that are open at once.
const MOST_OPEN: usize = 32;
/// The marks that a `\` makes signs. Before others it may be of a pattern: `\d+\.\d+`.
const ESCAPED: [char; 6] = ['*', '_', '`', '<', '>', '#'];

/// A text as a reader sees it: without tags, comments and marks, with the characters that references stand for.
pub(in crate::search) fn strip_markup(text: &str) -> String {
    let mut stripper =
        MarkupStripper { text, at: 0, plain: String::with_capacity(text.len()), ..MarkupStripper::default() };
    stripper.begin_line();
    while stripper.step() {}
    stripper.end()
}

#[derive(Default)]
struct MarkupStripper<'t> {
    text: &'t str,
    /// How much of the text is read.
    at: usize,
    plain: String,
    /// The parts of `plain` that are marks.
    marks: Vec<Range<usize>>,
    runs: OpenRuns,
    /// Where brackets are open in `plain`, with their marks.
    brackets: Vec<Range<usize>>,
    /// Where the marks at the end of a heading begin.
    heading_end: Option<Range<usize>>,
}

impl<'t> MarkupStripper<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Reads up to the next sign that may be markup, and the sign. Returns whether there is one.
    fn step(&mut self) -> bool {
        let is_sign = |byte: u8| {
            matches!(
                byte,
                b'<' | b'&' | b'[' | b']' | b'!' | b'`' | b'*' | b'_' | b'\\' | b':' | b'#' | b'\n'
            )
        };
        let Some(length) = self.rest().bytes().position(is_sign) else {
            self.keep(self.rest().len());
            return false;
        };
        self.keep(length);
        match self.rest().as_bytes()[0] {
            b'<' => self.read_angle(),
            b'&' => self.read_reference(),
            b'[' => self.open_bracket(1),
            b'!' if self.rest().starts_with("![") => self.open_bracket(2),
            b']' => self.close_bracket(),
            b'`' => self.read_code(),
            b'*' | b'_' => self.read_run(),
            b'\\' if self.rest()[1..].starts_with(ESCAPED) => {
                self.at += 1;
                self.keep(1);
            }
            b':' if self.rest().starts_with("://") => self.read_address(address_length(self.rest())),
            b'#' => self.read_heading_end(),
            b'\n' => self.end_line(),
            _ => self.keep(1),
        }
        true
    }

    /// Keeps so many bytes as they are.
    fn keep(&mut self, length: usize) {
        self.plain.push_str(&self.rest()[..length]);
        self.at += length;
    }

    fn read_angle(&mut self) {
        if let Some(address) = autolink(self.rest()) {
            self.at += 1;
            self.read_address(address.len());
            self.at += 1;
        } else if let Some(tag) = html_tag(self.rest()) {
            if tag.parts_words {
                self.plain.push(' ');
            }
            self.at += tag.length;
        } else {
            self.keep(1);
        }
    }

    fn read_reference(&mut self) {
        match character_reference(self.rest()) {
            Some((length, meant)) => {
                self.plain.push(meant);
                self.at += length;
            }
            None => self.keep(1),
        }
    }

    /// An address is kept with its marks, and its references are read.
    fn read_address(&mut self, length: usize) {
        let end = self.at + length;
        while self.at < end {
            let length = self.text[self.at..end].find('&').unwrap_or(end - self.at);
            self.keep(length);
            if self.at < end {
                self.read_reference();
            }
        }
    }

    fn open_bracket(&mut self, length: usize) {
        let start = self.plain.len();
        self.keep(length);
        if self.brackets.len() < MOST_OPEN {
            self.brackets.push(start..start + length);
        }
    }

    fn close_bracket(&mut self) {
        let open = self.brackets.pop();
        let target = open.and_then(|open| Some((open, target_length(&self.rest()[1..], self.text)?)));
        match target {
            Some((open, length)) => {
                self.marks.push(open);
                self.at += 1 + length;
            }
            None => self.keep(1),
        }
    }

    /// Code within a line, between runs of as many backticks, is kept as it is.
    fn read_code(&mut self) {
        let count = run_length(self.rest(), '`');
        let after = &self.rest()[count..];
        let paragraph = &after[..after.find("\n\n").unwrap_or(after.len())];
        let mut at = 0;
        while let Some(found) = paragraph[at..].find('`') {
            let end = at + found;
            let length = run_length(&paragraph[end..], '`');
            if length == count {
                self.at += count;
                self.keep(end);
                self.at += count;
                return;
            }
            at = end + length;
        }
        self.keep(count);
    }

    fn read_run(&mut self) {
        let mark = if self.rest().starts_with('*') { '*' } else { '_' };
        let count = run_length(self.rest(), mark);
        let before = self.text[..self.at].chars().next_back();
        let after = self.rest()[count..].chars().next();
        let start = self.plain.len();
        self.keep(count);
        let run = MarkRun { mark, count, before, after };
        self.marks.extend(self.runs.take(run, &self.plain, start..start + count).into_iter().flatten());
    }

    fn read_heading_end(&mut self) {
        match self.heading_end.take_if(|end| end.start == self.at) {
            Some(end) => self.at = end.end,
            None => self.keep(1),
        }
    }

    fn end_line(&mut self) {
        self.keep(1);
        let line = self.line();
        if line.trim().is_empty() || self.heading_end.take().is_some() {
            self.runs.clear();
            self.brackets.clear();
        }
        self.begin_line();
    }

    /// The rest of the line.
    fn line(&self) -> &'t str {
        let rest = self.rest();
        &rest[..rest.find('\n').unwrap_or(rest.len())]
    }

    /// Reads the marks that a line begins with.
    fn begin_line(&mut self) {
        loop {
            let line = self.line();
            let text = line.trim_start();
            match line_mark(text) {
                LineMark::None => return,
                LineMark::Marks(length) => {
                    self.at += line.len() - text.len() + length;
                    self.plain.push(' ');
                    if text.starts_with('#') {
                        return self.begin_heading();
                    }
                }
                LineMark::Line => {
                    self.at += line.len();
                    return;
                }
                LineMark::Fence(fence) => return self.read_fence(fence),
            }
        }
    }

    /// Finds the marks at the end of a heading: `## Title ##`, and not `## C#`.
    fn begin_heading(&mut self) {
        let text = self.line().trim_end();
        let title = text.trim_end_matches('#');
        let closing = if title.ends_with([' ', '\t']) { title.len() } else { text.len() };
        self.heading_end = Some(self.at + closing..self.at + text.len());
    }

    fn read_fence(&mut self, fence: &str) {
        self.at += self.line().len();
        while !self.rest().is_empty() {
            self.keep(1);
            let line = self.line();
            if is_fence(line.trim_start(), fence) {
                self.at += line.len();
                return;
            }
            self.keep(line.len());
        }
    }

    /// The plain text without the marks.
    fn end(self) -> String {
        let Self { plain, mut marks, .. } = self;
        marks.sort_unstable_by_key(|mark| mark.start);
        let mut stripped = String::with_capacity(plain.len());
        let mut at = 0;
        for mark in marks {
            stripped.push_str(&plain[at..mark.start]);
            at = mark.end;
        }
        stripped.push_str(&plain[at..]);
        stripped
    }
}

fn run_length(text: &str, mark: char) -> usize {
    text.len() - text.trim_start_matches(mark).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        strip_markup(text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn markup_goes_and_its_text_stays() {
        let cases = [
            // HTML.
            ("a <strong class=\"x > y\">b</strong>c", "a bc"),
            ("one<br>two<BR/>three<p>four</p>five", "one two three four five"),
            ("CO<sub>2</sub> <!-- a > b --> gas<!-- open", "CO2 gas"),
            ("a<script>if (a < b) {}</script>b<style>p {}</style >c", "a b c"),
            ("<details open><summary>More</summary>text</details>", "More text"),
            ("<img src='a.png' alt=\"b\">c", "c"),
            (
                "x &lt; y &amp;&amp; y &gt; z, &quot;q&apos;s&quot; &#65;&#x42; &geq; &ast;",
                "x < y && y > z, \"q's\" AB ≥ *",
            ),
            // Links.
            ("see [the *docs*](https://example.com/a_b_c \"T (x)\") now", "see the docs now"),
            ("[a](</b c>) [d](e(f)g) ![alt](h.png) [![i](j)](k)", "a d alt i"),
            ("[a][one] [b][two]\n\n[one]: https://example.com", "a [b][two]"),
            ("<https://example.com/a_b_c?x=1&amp;y=2> there", "https://example.com/a_b_c?x=1&y=2 there"),
            // Emphasis and code.
            ("**Note:** *a* and _b c_, ***d***, __Note__; **`e`**.", "Note: a and b c, d, Note; e."),
            ("これは**太字**です", "これは太字です"),
            (
                "`<id>` ``a ` b`` `**c**` \\_d\\_ short\\_description",
                "<id> a ` b **c** _d_ short_description",
            ),
            ("a\n```json\n{\"b_c\": \"*d*\"}\n```\ne", "a {\"b_c\": \"*d*\"} e"),
            // Lines.
            ("# A\n## B ##\n> c\n> > d\n---\ne\nTitle\n===", "A B c d e Title"),
        ];
        for (text, expected) in cases {
            assert_eq!(stripped(text), expected, "{text}");
        }
    }

    #[test]
    fn signs_that_are_no_markup_stay() {
        let cases = [
            "a < b and c > d, a<b, i <b and c> d, x <= y, >= 3, a <-> b, Map<string, number>",
            "R&D, x & y, AT&T; &unknown; a&b;c &#xyz; &",
            "snake_case_name, _id, _links and __proto__, __init__ 2 * 3 * 4, 2*3*4, a ** b, f(*args, **kwargs)",
            "#42, C#, F# and #tag",
            "# of items",
            "*.example.com, *.example.org, /repos/*/issues/*, **/*.js, feature/*",
            "<id>, <branch> or <source>:<label> of <user@example.com>",
            "https://example.com/_a_/*b*/c_d?e=[f]&g=h#i_j, http://[::1]/ and www.example.com",
            "list[0], metadata[key][sub], [optional] and [x] (y), f()[1], array[](",
            "it's `open, ``so and ![ and ]( and ]",
            "^\\d+\\.\\d+$, C:\\temp",
            "a | b, ~5 and ~/path, 50% @user $HOME {id}",
            "- a * b - c",
        ];
        for text in cases {
            assert_eq!(stripped(text), text);
        }
    }

    #[test]
    fn emphasis_ends_with_its_paragraph() {
        assert_eq!(stripped("*price\n\nwith tax*"), "*price with tax*");
        assert_eq!(stripped("[a\n\nb](c)"), "[a b](c)");
        assert_eq!(stripped("### C#\n*a*"), "C# a");
    }
}
