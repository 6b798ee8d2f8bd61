//! Segment builder: reads the texts of tools and makes a segment of them.

use super::dictionary::{Dictionary, to_number};
use super::segment::{IN_NAME, IN_TITLE, MOST_IMPACT, Postings, Segment, ToolFacts};
use super::source_table::{SourceTable, stems_of};
use crate::json::{HashMap, checksum};
use crate::search::analysis::{Field, FieldWeights, Intent, for_each_field};
use crate::search::stop_words::{is_minor_word, is_stop_word};
use crate::search::tool_text::ToolText;
use crate::search::words::{Joint, for_each_word, name_form, stem};

/// How fast further occurrences of a word stop to count (`k1` of BM25).
const SATURATION: f32 = 3.0;
/// The most words of an identifier whose initials are a word: `pvc` is a persistent volume claim.
const MOST_INITIALS: usize = 6;
/// What counts of a tool that is deprecated, and of each segment of a path beyond the usual four.
const DEPRECATED: f32 = 0.75;
const LONG_PATH: f32 = 0.99;

/// A word as it stands in a text: the number of its term, and whether that is a minor word; none for one that is not indexed.
type Surface = Option<(u32, bool)>;

/// Collects tools. Words are known by their numbers; a text is read once.
#[derive(Default)]
pub(in crate::search) struct SegmentBuilder {
    /// Terms by number.
    terms: Vec<Box<str>>,
    by_term: HashMap<Box<str>, u32>,
    surfaces: HashMap<Box<str>, Surface>,
    postings: Vec<(u32, u32, u8)>,
    facts: Vec<ToolFacts>,
    names: Vec<(u64, u32)>,
    sources: SourceTable,
    /// The words of the tool that is read.
    found: TermCounts,
    weights: FieldWeights,
}

/// What the terms of one tool count.
#[derive(Default)]
struct TermCounts {
    /// By the number of a term: its place in `counts`, and the stamp of the tool for which that holds.
    places: Vec<(u32, u32)>,
    counts: Vec<TermCount>,
    stamp: u32,
}

/// What a term counts in one tool.
struct TermCount {
    term: u32,
    count: f32,
    /// The places that it is in.
    places: u8,
    /// Those of them whose number of words it adds to.
    own_places: u8,
}

/// The words of one identifier or text, so that neighbours can be joined.
#[derive(Default)]
struct Neighbours {
    before: String,
    joined: String,
    initials: String,
    parts: usize,
}

impl SegmentBuilder {
    pub(in crate::search) fn new(weights: FieldWeights) -> Self {
        Self { weights, ..Self::default() }
    }

    /// Adds a tool. Positions ascend.
    pub(in crate::search) fn add(&mut self, position: u64, tool: &ToolText<'_>) {
        let number = to_number(self.facts.len());
        let [name_words, title_words] = self.count_words(tool);
        for found in &self.found.counts {
            let impact = impact(found.count / (found.count + SATURATION));
            self.postings.push((found.term, number, impact | found.places));
        }
        let segments = tool.operation.map_or(0, |operation| operation.path.matches('/').count());
        let beyond = i32::try_from(segments.saturating_sub(4).min(20)).unwrap_or_default();
        let prior = LONG_PATH.powi(beyond) * if tool.is_deprecated { DEPRECATED } else { 1.0 };
        self.facts.push(ToolFacts {
            position,
            intent: Intent::of_tool(tool),
            source: self.sources.number(stems_of(tool.source, tool.namespace)),
            name_words,
            title_words,
            prior,
        });
        for name in names_of(tool) {
            self.names.push((name_hash(name), number));
        }
    }

    /// Counts the words of a tool by field. Returns the numbers of different words in its name and path, and in its title.
    fn count_words(&mut self, tool: &ToolText<'_>) -> [u8; 2] {
        self.found.start();
        let mut field_words: Vec<(u32, bool)> = Vec::new();
        let mut last = Field::Summary;
        let mut length = 0_usize;
        for_each_field(tool, |field, text| {
            if field != last {
                self.found.add(last, self.weights.get(last), length, &field_words);
                field_words.clear();
                (last, length) = (field, 0);
            }
            self.read_text(field, text, &mut field_words, &mut length);
        });
        self.found.add(last, self.weights.get(last), length, &field_words);
        [IN_NAME, IN_TITLE].map(|place| {
            let there = self.found.counts.iter().filter(|found| found.own_places & place != 0).count();
            u8::try_from(there).unwrap_or(u8::MAX)
        })
    }

    /// Reads the words of a text. Minor words and those that are made of others are marked: a name is not longer by them.
    fn read_text(&mut self, field: Field, text: &str, into: &mut Vec<(u32, bool)>, length: &mut usize) {
        let rule = field.rule();
        let mut neighbours = Neighbours::default();
        for_each_word(text, |word, joint| {
            // Stop words have no length, and the words that they join are as many.
            if *length >= rule.most_words || into.len() >= 2 * rule.most_words {
                return;
            }
            if joint == Joint::Apart && !rule.is_identifier {
                neighbours.start();
            }
            if let Some((term, is_minor)) = self.surface(word) {
                *length += usize::from(!is_minor);
                into.push((term, is_minor));
            }
            if let Some(letters) = before_digits(word) {
                let term = self.intern(&stem(letters));
                into.push((term, true));
            }
            if let Some(joined) = neighbours.join(word) {
                let term = self.intern(&stem(joined));
                into.push((term, true));
            }
        });
        if rule.is_identifier
            && let Some(initials) = neighbours.initials()
        {
            let term = self.intern(initials);
            into.push((term, true));
        }
    }

    /// The number of a word's stem.
    fn surface(&mut self, word: &str) -> Surface {
        if let Some(known) = self.surfaces.get(word) {
            return *known;
        }
        let surface = if is_stop_word(word) {
            is_minor_word(word).then(|| (self.intern(word), true))
        } else {
            Some((self.intern(&stem(word)), false))
        };
        self.surfaces.insert(word.into(), surface);
        surface
    }

    fn intern(&mut self, term: &str) -> u32 {
        if let Some(known) = self.by_term.get(term) {
            return *known;
        }
        let number = to_number(self.terms.len());
        self.terms.push(term.into());
        self.by_term.insert(term.into(), number);
        number
    }

    /// The segment of all tools that were added.
    pub(in crate::search) fn build(self) -> Segment {
        let Self { terms, postings, facts, mut names, sources, .. } = self;
        let mut starts = vec![0_u32; terms.len() + 1];
        for (term, ..) in &postings {
            starts[*term as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let (mut tools, mut impacts) = (vec![0_u32; postings.len()], vec![0_u8; postings.len()]);
        for (term, tool, impact) in postings {
            let at = &mut next[term as usize];
            (tools[*at as usize], impacts[*at as usize]) = (tool, impact);
            *at += 1;
        }
        names.sort_unstable();
        let dictionary = Dictionary::new(terms.iter().map(AsRef::as_ref));
        let postings = Postings { ends: starts.split_off(1), tools, impacts };
        Segment::new(dictionary, postings, (facts, sources.into_stems()), names)
    }
}

impl TermCounts {
    fn start(&mut self) {
        self.counts.clear();
        self.stamp += 1;
    }

    /// Adds the words of a field, each with what it counts in a field of this length.
    fn add(&mut self, field: Field, share: f32, length: usize, words: &[(u32, bool)]) {
        if words.is_empty() || share <= 0.0 {
            return;
        }
        let rule = field.rule();
        #[expect(clippy::cast_precision_loss, reason = "a field has fewer than 2^23 words")]
        let length = length as f32 / rule.usual_length;
        let count = share * rule.weight / (1.0 - rule.length_share + rule.length_share * length);
        for &(term, is_joined) in words {
            let at = term as usize;
            if at >= self.places.len() {
                self.places.resize(at + 1, (0, 0));
            }
            let (known_at, stamp) = self.places[at];
            let places = if is_joined { 0 } else { rule.places };
            let own_places = if field == Field::Source { 0 } else { places };
            if stamp == self.stamp {
                let known = &mut self.counts[known_at as usize];
                known.count += count;
                known.places |= places;
                known.own_places |= own_places;
            } else {
                self.places[at] = (to_number(self.counts.len()), self.stamp);
                self.counts.push(TermCount { term, count, places, own_places });
            }
        }
    }
}

impl Neighbours {
    fn start(&mut self) {
        self.before.clear();
        self.initials.clear();
        self.parts = 0;
    }

    /// Takes the next word. Returns it joined with the one before.
    fn join(&mut self, word: &str) -> Option<&str> {
        self.initials.extend(word.chars().next());
        self.parts += 1;
        let has_before = !self.before.is_empty();
        self.joined.clear();
        self.joined.push_str(&self.before);
        self.joined.push_str(word);
        self.before.clear();
        self.before.push_str(word);
        has_before.then_some(&self.joined)
    }

    fn initials(&self) -> Option<&str> {
        (3..=MOST_INITIALS).contains(&self.parts).then_some(&self.initials)
    }
}

/// The letters of a word that ends in digits: `oauth2` is of `oauth`, `layer3` of `layer`. `v1` and `s3` are names.
fn before_digits(word: &str) -> Option<&str> {
    let letters = word.trim_end_matches(|one: char| one.is_ascii_digit());
    (letters.len() >= 3 && letters.len() < word.len()).then_some(letters)
}

/// The names that a query can be as a whole.
fn names_of<'t>(tool: &ToolText<'t>) -> impl Iterator<Item = &'t str> {
    let id = tool.operation.and_then(|operation| operation.id);
    let wire_name = (tool.wire_name != tool.name).then_some(tool.wire_name);
    [Some(tool.name), wire_name, id].into_iter().flatten()
}

/// The hash of a name, whatever its case.
pub(in crate::search) fn name_hash(name: &str) -> u64 {
    checksum(name_form(name).as_bytes())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 127 is a byte")]
fn impact(share: f32) -> u8 {
    (share * f32::from(MOST_IMPACT)).round().clamp(1.0, f32::from(MOST_IMPACT)) as u8
}
