//! Weighed plan: what each alternative of a query counts among the tools of a revision.

use super::term_table::{TermRows, TermTable};
use crate::search::index::{SegmentView, SourceStems};
use crate::search::query::{Alternative, Need, QueryPlan, Said};

/// A plan with weights.
#[derive(Debug)]
pub(in crate::search) struct WeighedPlan<'p> {
    pub plan: &'p QueryPlan,
    pub needs: Vec<WeighedNeed<'p>>,
    /// The minor words.
    pub minor: Vec<WeighedNeed<'p>>,
    /// The weights of all needs together.
    pub weight: f32,
    /// The terms of all alternatives in each segment.
    pub terms: TermTable,
    /// By segment and the number of a source: whether the query names it. Empty where it names none.
    pub named_sources: Vec<Vec<bool>>,
}

/// A need with the alternatives that any tool has.
#[derive(Debug)]
pub(in crate::search) struct WeighedNeed<'p> {
    pub alternatives: Vec<Weighed<'p>>,
    /// What it counts for the coverage of the query.
    pub weight: f32,
}

/// An alternative with what it counts where it is all that a tool is about.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Weighed<'p> {
    pub alternative: &'p Alternative,
    pub score: f32,
    pub covered: f32,
    /// Its stems in the table of terms.
    pub rows: TermRows,
}

impl<'p> WeighedPlan<'p> {
    /// Weighs a plan. A rare word counts more (idf over all live tools); a synonym at most as much as the word that was said.
    pub(in crate::search) fn new(plan: &'p QueryPlan, views: &[SegmentView<'_>]) -> Self {
        let tools = views.iter().map(SegmentView::tools).sum();
        let mut terms = TermTable::new(views.len());
        let mut weigh_all = |needs: &'p [Need]| -> Vec<_> {
            needs.iter().map(|need| weigh(need, &mut terms, views, tools)).collect()
        };
        let (needs, minor) = (weigh_all(&plan.needs), weigh_all(&plan.minor));
        let weight = needs.iter().map(|need| need.weight).sum();
        Self { plan, needs, minor, weight, terms, named_sources: named_sources(plan, views) }
    }
}

fn weigh<'p>(
    need: &'p Need,
    terms: &mut TermTable,
    views: &[SegmentView<'_>],
    tools: usize,
) -> WeighedNeed<'p> {
    let look_up = |alternative: &'p Alternative| {
        let rows = terms.add(&alternative.stems, views);
        (alternative, rows, terms.holders(rows, views))
    };
    let all: Vec<_> = need.alternatives.iter().map(look_up).collect();
    let said = all.iter().find(|(one, ..)| one.said == Said::Word);
    let most = rarity(said.map_or(0, |(.., holders)| *holders), tools);
    let weigh = |(alternative, rows, holders): (&'p Alternative, TermRows, usize)| {
        let covered = rarity(holders, tools).min(most) * need.weight;
        (holders > 0).then_some(Weighed { alternative, score: covered * alternative.weight, covered, rows })
    };
    let alternatives: Vec<_> = all.into_iter().filter_map(weigh).collect();
    let weight = alternatives.iter().map(|one| one.covered).reduce(f32::max);
    WeighedNeed { alternatives, weight: weight.unwrap_or(most * need.weight) }
}

/// How rare a word is (inverse document frequency).
#[expect(clippy::cast_precision_loss, reason = "a registry has fewer than 2^23 tools")]
fn rarity(holders: usize, tools: usize) -> f32 {
    let others = tools.saturating_sub(holders) as f32;
    (1.0 + (others + 0.5) / (holders as f32 + 0.5)).ln()
}

/// Which sources a query names: those of which it has all words of the name, if most tools with one of them are theirs. A
/// source with the name `storage` is not named by a request for some storage. Empty where no source is named that may be found.
fn named_sources(plan: &QueryPlan, views: &[SegmentView<'_>]) -> Vec<Vec<bool>> {
    let is_said = |stems: &[String]| !stems.is_empty() && stems.iter().all(|stem| plan.stems.contains(stem));
    let mut sources: Vec<&SourceStems> = Vec::new();
    for source in views.iter().flat_map(|view| view.segment.sources()) {
        let is_new = source.iter().any(|name| is_said(name)) && !sources.contains(&source);
        if is_new {
            sources.push(source);
        }
    }
    let is_of_word = |source: &SourceStems, name: &[String]| {
        is_said(name) && name.iter().any(|stem| is_mostly_of(stem, source, views))
    };
    sources.retain(|source| source.iter().any(|name| is_of_word(source, name)));
    let of_segment = |view: &SegmentView<'_>| {
        view.segment.sources().iter().map(|source| sources.contains(&source)).collect()
    };
    let named: Vec<Vec<bool>> = views.iter().map(of_segment).collect();
    let is_shown = |(view, named): (&SegmentView<'_>, &Vec<bool>)| view.shows_source(named);
    if views.iter().zip(&named).any(is_shown) { named } else { Vec::new() }
}

/// Whether most tools that have a word are of one source.
fn is_mostly_of(stem: &str, source: &SourceStems, views: &[SegmentView<'_>]) -> bool {
    let (mut of_source, mut all) = (0, 0);
    for view in views {
        let Some(term) = view.segment.find(stem) else { continue };
        let number = view.segment.sources().iter().position(|one| one == source);
        for posting in view.segment.postings(term) {
            all += 1;
            of_source += usize::from(number == Some(view.segment.facts(posting.tool).source as usize));
        }
    }
    of_source * 2 > all
}
