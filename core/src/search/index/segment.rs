//! Segment: an immutable index of some tools.

use std::ops::Range;
use std::sync::OnceLock;

use super::bitmap::Bitmap;
use super::dictionary::{Dictionary, TermId, TermKey, to_number};
use super::live_tools::LiveTools;
use super::spelling::SpellingTable;
use crate::search::analysis::Intent;
use crate::search::stop_words::is_minor_word;

/// The bits of an impact that say that the word is in the name or path of the tool, and in its title or first sentence.
pub(in crate::search) const IN_NAME: u8 = 0x80;
pub(in crate::search) const IN_TITLE: u8 = 0x40;
/// The greatest impact.
pub(super) const MOST_IMPACT: u8 = 0x3F;

/// A tool that has a term.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Posting {
    /// The number of the tool in its segment.
    pub tool: u32,
    impact: u8,
}

impl Posting {
    /// What the term counts in the tool, from 0 to 1: its frequency in all fields, saturated.
    pub(in crate::search) fn impact(self) -> f32 {
        f32::from(self.impact & MOST_IMPACT) / f32::from(MOST_IMPACT)
    }

    /// Whether the term is in the name or path of the tool.
    pub(in crate::search) const fn is_in_name(self) -> bool {
        self.impact & IN_NAME != 0
    }

    /// Whether the term is in the title or the first sentence of the tool.
    pub(in crate::search) const fn is_in_title(self) -> bool {
        self.impact & IN_TITLE != 0
    }

    /// The weaker of two postings of one tool, with what both of them say of their places.
    pub(in crate::search) const fn weaker(self, other: Self) -> Self {
        let (own, its) = (self.impact & MOST_IMPACT, other.impact & MOST_IMPACT);
        let places = (self.impact & other.impact) & !MOST_IMPACT;
        Self { impact: if its < own { its } else { own } | places, ..self }
    }
}

/// What ranking knows of a tool beside its words.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct ToolFacts {
    /// Its position in the registry: the order of registration.
    pub position: u64,
    /// What it does.
    pub intent: Intent,
    /// The number of its source in the segment.
    pub source: u32,
    /// The number of different words in its name and path.
    pub name_words: u8,
    /// The number of different words in its title or first sentence.
    pub title_words: u8,
    /// What its score is multiplied by, whatever the query is.
    pub prior: f32,
}

/// What names a source in a query: the stems of its name, or those of its namespace.
pub(in crate::search) type SourceStems = [Box<[String]>; 2];

/// An index of some tools. Immutable.
#[derive(Debug)]
pub(in crate::search) struct Segment {
    dictionary: Dictionary,
    /// Where the postings of each term end.
    ends: Box<[u32]>,
    /// The tools of all postings, term by term, ascending for each term.
    tools: Box<[u32]>,
    /// Their impacts.
    impacts: Box<[u8]>,
    /// Ascending by position.
    facts: Box<[ToolFacts]>,
    /// The hashes of names in lower case, ascending, with the tools that have them.
    pub(super) names: Box<[(u64, u32)]>,
    /// The stems of the words of each source's name, and of the namespace of its tools.
    sources: Box<[SourceStems]>,
    /// Made at the first word that no tool has.
    spelling: OnceLock<SpellingTable>,
}

impl Segment {
    /// A segment of its parts, which have the orders that the fields name.
    pub(super) fn new(
        dictionary: Dictionary,
        postings: Postings,
        tools: (Vec<ToolFacts>, Vec<SourceStems>),
        names: Vec<(u64, u32)>,
    ) -> Self {
        let (facts, sources) = tools;
        let Postings { ends, tools, impacts } = postings;
        Self {
            dictionary,
            ends: ends.into(),
            tools: tools.into(),
            impacts: impacts.into(),
            facts: facts.into(),
            names: names.into(),
            sources: sources.into(),
            spelling: OnceLock::new(),
        }
    }

    /// The number of tools.
    pub(in crate::search) fn len(&self) -> usize {
        self.facts.len()
    }

    /// The numbers of all tools.
    pub(super) fn tools(&self) -> Range<u32> {
        0..to_number(self.facts.len())
    }

    /// The number of a term.
    pub(in crate::search) fn find(&self, term: &str) -> Option<TermId> {
        self.find_key(TermKey::new(term))
    }

    /// The number of a term whose hash is known.
    pub(in crate::search) fn find_key(&self, key: TermKey<'_>) -> Option<TermId> {
        self.dictionary.find(key)
    }

    /// The term with a number.
    pub(in crate::search) fn term(&self, term: TermId) -> &str {
        self.dictionary.term(term)
    }

    /// All terms.
    pub(in crate::search) fn terms(&self) -> impl Iterator<Item = (TermId, &str)> {
        (0..to_number(self.dictionary.len())).map(|term| (term, self.dictionary.term(term)))
    }

    fn range(&self, term: TermId) -> Range<usize> {
        let term = term as usize;
        let start = if term == 0 { 0 } else { self.ends[term - 1] as usize };
        start..self.ends[term] as usize
    }

    /// The tools that have a term, ascending.
    pub(in crate::search) fn postings(&self, term: TermId) -> impl ExactSizeIterator<Item = Posting> + '_ {
        self.raw_postings(term).map(|(tool, impact)| Posting { tool, impact })
    }

    /// The tools that have a term, with impacts as they are kept.
    pub(super) fn raw_postings(&self, term: TermId) -> impl ExactSizeIterator<Item = (u32, u8)> + '_ {
        let range = self.range(term);
        self.tools[range.clone()].iter().copied().zip(self.impacts[range].iter().copied())
    }

    /// The posting of one tool for a term.
    pub(in crate::search) fn posting_of(&self, term: TermId, tool: u32) -> Option<Posting> {
        let range = self.range(term);
        let at = self.tools[range.clone()].binary_search(&tool).ok()?;
        Some(Posting { tool, impact: self.impacts[range.start + at] })
    }

    /// What ranking knows of a tool.
    pub(in crate::search) fn facts(&self, tool: u32) -> &ToolFacts {
        &self.facts[tool as usize]
    }

    /// The tool at a position.
    pub(in crate::search) fn tool_at(&self, position: u64) -> Option<u32> {
        let found = self.facts.binary_search_by_key(&position, |facts| facts.position).ok()?;
        u32::try_from(found).ok()
    }

    /// The position of a tool; none behind the last one.
    pub(super) fn position_of(&self, tool: u32) -> Option<u64> {
        Some(self.facts.get(tool as usize)?.position)
    }

    /// The first tool from another one on that is not before a position.
    pub(super) fn next_at(&self, mut tool: u32, position: u64) -> u32 {
        while self.position_of(tool).is_some_and(|own| own < position) {
            tool += 1;
        }
        tool
    }

    /// The tools that have a name with this hash.
    pub(in crate::search) fn named(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let start = self.names.partition_point(|(other, _)| *other < hash);
        self.names[start..].iter().take_while(move |(other, _)| *other == hash).map(|(_, tool)| *tool)
    }

    /// What names each source, by its number.
    pub(in crate::search) fn sources(&self) -> &[SourceStems] {
        &self.sources
    }

    /// The table of spellings, made at its first use. Minor words are never meant.
    pub(in crate::search) fn spelling(&self) -> &SpellingTable {
        let is_meant = |term: &(TermId, &str)| !is_minor_word(term.1);
        self.spelling.get_or_init(|| SpellingTable::new(self.terms().filter(is_meant)))
    }

    /// Whether its table of spellings is made.
    pub(super) fn has_spelling(&self) -> bool {
        self.spelling.get().is_some()
    }

    /// Its size in bytes.
    pub(in crate::search) fn bytes(&self) -> usize {
        self.dictionary.bytes()
            + 4 * (self.ends.len() + self.tools.len())
            + self.impacts.len()
            + size_of_val(&*self.facts)
            + size_of_val(&*self.names)
            + self.spelling.get().map_or(0, SpellingTable::bytes)
    }
}

/// The postings of all terms.
#[derive(Debug, Default)]
pub(super) struct Postings {
    /// Where the postings of each term end.
    pub ends: Vec<u32>,
    pub tools: Vec<u32>,
    pub impacts: Vec<u8>,
}

/// A segment with the tools of it that may be found.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct SegmentView<'s> {
    pub segment: &'s Segment,
    /// The tools that are in the revision; none: all.
    pub live: Option<&'s LiveTools>,
    /// The tools that may be found.
    pub visible: &'s Bitmap,
}

impl SegmentView<'_> {
    /// The number of tools of the revision that have a term.
    pub(in crate::search) fn holders(&self, term: TermId) -> usize {
        let tools = &self.segment.tools[self.segment.range(term)];
        self.live.map_or(tools.len(), |live| live.among(tools))
    }

    /// The number of tools of the revision.
    pub(in crate::search) fn tools(&self) -> usize {
        self.live.map_or(self.segment.len(), |live| live.count)
    }

    /// Whether a tool that may be found is of one of the chosen sources.
    pub(in crate::search) fn shows_source(&self, chosen: &[bool]) -> bool {
        let tools = || self.segment.tools().filter(|tool| self.visible.has(*tool));
        let is_chosen = |tool: u32| chosen.get(self.segment.facts(tool).source as usize) == Some(&true);
        chosen.contains(&true) && tools().any(is_chosen)
    }

    /// The number of tools that may be found and have a term.
    pub(in crate::search) fn shown_holders(&self, stem: &str) -> usize {
        let Some(term) = self.segment.find(stem) else { return 0 };
        self.segment.postings(term).filter(|posting| self.visible.has(posting.tool)).count()
    }

    /// Whether a tool that may be found has a term.
    pub(in crate::search) fn shows(&self, term: TermId) -> bool {
        self.segment.postings(term).any(|posting| self.visible.has(posting.tool))
    }
}

/// Whether each of these words is in a tool that may be found.
pub(in crate::search) fn shows_all(views: &[SegmentView<'_>], stems: &[String]) -> bool {
    let is_shown =
        |stem: &String| views.iter().any(|view| view.segment.find(stem).is_some_and(|term| view.shows(term)));
    stems.iter().all(is_shown)
}
