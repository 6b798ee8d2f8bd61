//! Regular expressions (`pattern`, `patternProperties`): other dialects to ECMA-262 with the flag `u`.
//!
//! Documents write the dialect of their server: `\A…\z`, `(?i)`, `[[:alpha:]]`, `\p{Alnum}`, `a++`. Validators,
//! providers and V8 compile ECMA-262. A pattern is parsed into a tree and written as an equal one. If there is none, or if
//! dialects disagree on the meaning, the pattern is dropped with a note.
//!
//! - `pattern_parser.rs`, `group_syntax.rs`, `quantifier.rs`, `character_class.rs` and `unicode_property.rs` parse.
//!   `pattern_tree.rs` is the tree.
//! - `pattern_writer.rs` writes ECMA-262. `case_folding.rs` expands `(?i)`. `compile_cost.rs` estimates the work.
//!
//! ```
//! # use toolrack_core::error::Error;
//! use toolrack_core::json::{Arena, DocumentBounds, DuplicateKeyPolicy, NodeBuilder, read};
//! use toolrack_core::schema::{Direction, DocumentSet, SchemaConverter};
//!
//! let arena = Arena::new();
//! let duplicates = DuplicateKeyPolicy::Refuse;
//! let bounds = DocumentBounds { depth: 64, nodes: 1_000, bytes: 10_000, aliases: 0, duplicates };
//! let text = r#"{"openapi": "3.1.0", "s": {"pattern": "\\A[[:alpha:]]+\\z"}}"#;
//! let root = read(text, &mut NodeBuilder::new(&arena, bounds))?;
//! let mut documents = DocumentSet::new(&arena);
//! documents.add(root, None, false)?;
//! let schema = documents.root(0).key("s").expect("a schema");
//! let converted = SchemaConverter::new(&documents, Direction::Request).convert_schema(&schema)?;
//! assert_eq!(converted.schema.text("pattern"), Some("^[A-Za-z]+$"));
//! # Ok::<(), Error>(())
//! ```
//!
//! Limits: 2,000 patterns for a document, 100,000 bytes for a pattern. The compile cost is bounded before compiling:
//! `(\p{L}{1,500}){1,500}` has 22 bytes and takes an engine 50 ms to refuse.

mod case_folding;
mod character_class;
mod compile_cost;
mod group_syntax;
mod pattern_cursor;
mod pattern_flags;
mod pattern_parser;
mod pattern_tree;
mod pattern_writer;
mod quantifier;
mod unicode_property;

use std::borrow::Cow;

use super::validation::is_pattern;
use crate::json::{Arena, HashMap};

/// Maximum number of distinct patterns of one document.
const MOST: usize = 2_000;
/// Maximum length of a pattern, in bytes. Real documents need 22,000: a provider lists the names of all
/// fonts, twice.
const LONGEST: usize = 100_000;
/// Maximum compile cost of one pattern, and of all patterns of a document, in states. Real documents need a
/// tenth.
const MOST_WORK: usize = 200_000;
const MOST_WORK_OF_ALL: usize = 1_000_000;

/// Returns the ECMA-262 form of a pattern and its compile cost. Returns `None` if there is no equal form.
fn read(pattern: &str) -> Option<(Cow<'_, str>, usize)> {
    if pattern.len() > LONGEST {
        return None;
    }
    let parsed = pattern_parser::parse(pattern).ok()?;
    let work = compile_cost::of(&parsed.root);
    let text = if parsed.is_plain {
        Cow::Borrowed(pattern)
    } else {
        Cow::Owned(pattern_writer::write(&parsed.root))
    };
    Some((text, work))
}

/// Rewritten patterns of one document.
pub(super) struct PatternCache<'a> {
    known: HashMap<&'a str, Result<&'a str, &'static str>>,
    /// Remaining compile cost.
    left: usize,
}

impl Default for PatternCache<'_> {
    fn default() -> Self {
        Self { known: HashMap::default(), left: MOST_WORK_OF_ALL }
    }
}

impl<'a> PatternCache<'a> {
    /// Returns the ECMA-262 form of a pattern, or the reason why there is none.
    pub fn of(&mut self, pattern: &'a str, arena: &'a Arena) -> Result<&'a str, &'static str> {
        if let Some(known) = self.known.get(pattern) {
            return *known;
        }
        if self.known.len() == MOST {
            return Err("is over the limit of 2,000 patterns of a document and is left out");
        }
        let made = self.make(pattern, arena);
        self.known.insert(pattern, made);
        made
    }

    fn make(&mut self, pattern: &'a str, arena: &'a Arena) -> Result<&'a str, &'static str> {
        let none = "is not an ECMA-262 regular expression and has no equivalent; it is left out";
        let (text, work) = read(pattern).ok_or(none)?;
        if work > MOST_WORK {
            return Err("is too expensive to compile; it is left out");
        }
        self.left = self
            .left
            .checked_sub(work)
            .ok_or("and earlier patterns are too expensive to compile together; it is left out")?;
        let text = match text {
            Cow::Borrowed(same) => same,
            Cow::Owned(made) => arena.text(&made),
        };
        if is_pattern(text) {
            Ok(text)
        } else {
            Err("does not compile as a regular expression; it is left out")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pattern: &str) -> Option<String> {
        read(pattern).map(|(text, _)| text.into_owned())
    }

    #[test]
    fn patterns_of_ecma_262_stay_as_they_are() {
        for pattern in [
            "",
            "^[a-z]+$",
            r"^\d{4}-\d{2}$",
            r"\/\.\*",
            r"[\w.-]",
            r"[\-\]]",
            "[[]",
            "a{2,}?",
            r"(a)\1",
            r"(?=a)(?!b)(?<=c)(?<!d)",
            r"\p{L}\P{Lu}\p{Script=Greek}",
            r"\u00e9\u{1F600}\ud83d\ude00\x41\cA\0",
            "[^]",
            "[]",
            r"[\b]",
            "[a&&b]",
            "[--a]",
            "é+",
        ] {
            assert!(
                matches!(read(pattern), Some((Cow::Borrowed(same), _)) if same == pattern),
                "{pattern}: {:?}",
                written(pattern)
            );
        }
    }

    #[test]
    fn patterns_of_other_dialects_are_written_as_ones_of_ecma_262() {
        for (pattern, expected) in [
            (r"\A[a-z]+\z", "^[a-z]+$"),
            (r"\A[a-z]+\Z", r"^[a-z]+\n?$"),
            (r"(?:a\Z|b)c", r"(?:a(?=\n?$)|b)c"),
            ("(?i)abc", "[Aa][Bb][Cc]"),
            ("(?i)k[s-t]1", "[Kk\\u212a][STst\\u017f]1"),
            ("a(?i:b)c", "a(?:[Bb])c"),
            ("a(?i)b|c", "a[Bb]|[Cc]"),
            ("(a(?i)b)c", "(a[Bb])c"),
            ("(?x) a b # c\n d", "abd"),
            ("(?s)a.b", r"a[\s\S]b"),
            ("(?m)^a$", r"(?<![^\n])a(?![^\n])"),
            ("(?P<y>a)(?P=y)", r"(?<y>a)(?:\1)"),
            (r"(?<y>\d)\k<y>", r"(?<y>\d)(?:\1)"),
            ("^[a-z]++$", "^[a-z]+$"),
            ("a++b", "a+b"),
            ("a++a", r"(?=(a+))(?:\1)a"),
            (r"(x)(?>a|ab)c\1", r"(x)(?=((?:a|ab)))(?:\2)c(?:\1)"),
            ("x(?>a|ab)", "x(?:a|ab)"),
            ("a(?#note)b", "ab"),
            ("^[[:alpha:]_]+$", "^[A-Za-z_]+$"),
            ("[[:^digit:]]", "[\\x00-/:-\\u{10ffff}]"),
            (r"^\p{Alnum}\p{XDigit}$", "^[0-9A-Za-z][0-9A-Fa-f]$"),
            (r"\pL\p{IsGreek}\p{Han}\p{^Lu}", r"\p{L}\p{Script=Greek}\p{Script=Han}\P{Lu}"),
            (r"^[\w-.+]+@\_\:$", r"^[\w\-.+]+@_:$"),
            (r"[a-\d]", r"[a\-\d]"),
            (r"^{a}]$", r"^\{a\}\]$"),
            (r"[^/:|\000-\037]+", r"[^/:|\x00-\x1f]+"),
            (r"\x{60}", "`"),
            (r"\e\a", r"\x1b\x07"),
            (r"^(?!a)+b", r"^(?:(?!a))+b"),
        ] {
            assert_eq!(written(pattern).as_deref(), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_has_no_equal_pattern_is_none() {
        for pattern in [
            "((",
            "[a",
            "a**",
            "*a",
            "[z-a]",
            r"\h+",
            r"\R",
            r"\K",
            r"\G",
            "[0-9]{,2}",
            "[a-z]{1-70}",
            r"(?R)",
            "(?1)",
            "(?(1)a|b)",
            "(?|a|b)",
            "a{1,2}+",
            r"(?i)\p{Lu}",
            r"(?i)(a)\1",
            r"\p{Nothing}",
            "[a[:none:]]",
            "[]a]",
            r"[\p{Print}&&[^|]]",
            r"(?<=(?>a)b)c",
            "a{2,1}",
            r"\ud800",
            "(?<a>x)(?<a>y)",
            r"\k<a>",
            r"\",
            "{,2}",
        ] {
            assert_eq!(written(pattern), None, "{pattern}");
        }
        assert_eq!(written(&"(".repeat(100_000)), None);
        assert_eq!(written(&"(".repeat(9_000)), None);
    }

    #[test]
    fn what_is_dear_to_compile_is_weighed_before() {
        let (_, work) = read(r"(\p{L}{1,500}){1,500}").expect("a pattern");
        assert!(work > MOST_WORK);
        let arena = Arena::new();
        let texts: Vec<String> = (1..1_500).map(|n| format!(r"\p{{L}}{{1,{n}}}")).collect();
        let mut patterns = PatternCache::default();
        let kept = texts.iter().filter(|text| patterns.of(text, &arena).is_ok()).count();
        assert!((50..150).contains(&kept), "{kept}");
    }
}
