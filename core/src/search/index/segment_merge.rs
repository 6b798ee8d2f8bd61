//! Merge of segments: one segment with the live tools of several. No text is read again.

use super::dictionary::{Dictionary, to_number};
use super::live_segment::LiveSegment;
use super::renumbering::DEAD;
use super::segment::{Postings, Segment, ToolFacts};
use super::source_table::SourceTable;
use crate::json::HashMap;

/// Merges segments. The tools are in the order of their positions. Returns the new number of each tool of each part as well.
pub(super) fn merge_segments(parts: &[LiveSegment]) -> (Segment, Vec<Vec<u32>>) {
    let mut sources = SourceTable::default();
    let (facts, numbers) = number_tools(parts, &mut sources);
    let mut merge = TermMerge::default();
    for (part, numbers) in parts.iter().zip(&numbers) {
        merge.add(&part.segment, numbers);
    }
    let postings = merge.postings();
    let mut names: Vec<(u64, u32)> = Vec::new();
    for (part, numbers) in parts.iter().zip(&numbers) {
        let live = part.segment.names.iter().map(|(hash, tool)| (*hash, numbers[*tool as usize]));
        names.extend(live.filter(|(_, tool)| *tool != DEAD));
    }
    names.sort_unstable();
    let dictionary = Dictionary::new(merge.terms.iter().copied());
    let segment = Segment::new(dictionary, postings, (facts, sources.into_stems()), names);
    if parts.iter().any(|part| part.segment.has_spelling()) {
        // Made here, aside from searches: the next word that no tool has would wait for it.
        segment.spelling();
    }
    (segment, numbers)
}

/// The facts of all live tools by position, and the new number of each tool of each segment.
fn number_tools(parts: &[LiveSegment], sources: &mut SourceTable) -> (Vec<ToolFacts>, Vec<Vec<u32>>) {
    let mut live: Vec<(ToolFacts, usize, u32)> = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let tools = part.segment.tools().filter(|tool| part.has(*tool));
        live.extend(tools.map(|tool| (*part.segment.facts(tool), number, tool)));
    }
    live.sort_unstable_by_key(|(facts, ..)| facts.position);
    let mut numbers: Vec<Vec<u32>> = parts.iter().map(|part| vec![DEAD; part.segment.len()]).collect();
    for (at, (_, part, tool)) in live.iter().enumerate() {
        numbers[*part][*tool as usize] = to_number(at);
    }
    let mut facts = Vec::with_capacity(live.len());
    for (own, part, _) in live {
        let stems = parts[part].segment.sources()[own.source as usize].clone();
        facts.push(ToolFacts { source: sources.number(stems), ..own });
    }
    (facts, numbers)
}

/// The terms of several segments, with their postings.
#[derive(Default)]
struct TermMerge<'s> {
    terms: Vec<&'s str>,
    by_term: HashMap<&'s str, usize>,
    postings: Vec<Vec<(u32, u8)>>,
}

impl<'s> TermMerge<'s> {
    fn add(&mut self, segment: &'s Segment, numbers: &[u32]) {
        for (id, term) in segment.terms() {
            let live = segment.raw_postings(id).map(|(tool, impact)| (numbers[tool as usize], impact));
            let mut live = live.filter(|(tool, _)| *tool != DEAD).peekable();
            if live.peek().is_none() {
                continue;
            }
            let known = *self.by_term.entry(term).or_insert_with(|| {
                self.terms.push(term);
                self.postings.push(Vec::new());
                self.terms.len() - 1
            });
            self.postings[known].extend(live);
        }
    }

    fn postings(&mut self) -> Postings {
        let count = self.postings.iter().map(Vec::len).sum();
        let (mut tools, mut impacts) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut ends = Vec::with_capacity(self.terms.len());
        for postings in &mut self.postings {
            postings.sort_unstable_by_key(|(tool, _)| *tool);
            tools.extend(postings.iter().map(|(tool, _)| *tool));
            impacts.extend(postings.iter().map(|(_, impact)| *impact));
            ends.push(to_number(tools.len()));
        }
        Postings { ends, tools, impacts }
    }
}
