//! Explanation of a score: what each word of the query counts in a tool, and what the sum is multiplied by.

use std::sync::Arc;

use serde::Serialize;

use super::analysis::{Field, for_each_field};
use super::query::{QueryPlan, Said};
use super::ranking::{Factors, MetNeed};
use super::tool_text::ToolText;
use super::words::{for_each_word, stem};

/// What a score is made of: the sum of the shares, times all factors. Where no word counts, the sum is 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ScoreExplanation {
    /// What each word of the query that the tool has counts.
    pub words: Vec<ExplainedWord>,
    /// What the sum of the shares is multiplied by.
    pub factors: Vec<ExplainedFactor>,
}

/// A word of a query in a tool.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedWord {
    /// The word or phrase of the query.
    pub word: String,
    /// The word of the tool that counts for it.
    pub found: String,
    /// How that stands for the word of the query.
    pub how: &'static str,
    /// The heaviest field of the tool that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// What it counts, in points.
    pub share: f64,
    /// The stems of `found`.
    #[serde(skip)]
    pub(super) stems: Arc<[String]>,
}

/// A factor of a score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ExplainedFactor {
    /// `coverage`, `name`, `intent`, `source`, `prior`, `place` (of a tool whose name the query is, and of fused phrasings), or
    /// `cosine` (where an embedder has a share in the score).
    pub name: &'static str,
    /// What the score is multiplied by.
    pub factor: f64,
}

impl ScoreExplanation {
    pub(super) fn new(plan: &QueryPlan, met: &[Option<MetNeed<'_>>], factors: Factors, score: f32) -> Self {
        let all = plan.needs.iter().chain(&plan.minor);
        let words: Vec<_> = all.zip(met).filter_map(|(need, met)| Some((need, (*met)?))).collect();
        let words: Vec<_> = words
            .into_iter()
            .map(|(need, met)| ExplainedWord {
                word: need.text.clone(),
                found: met.by.alternative.stems.join(" "),
                how: how(met.by.alternative.said),
                field: None,
                share: f64::from(met.share),
                stems: Arc::clone(&met.by.alternative.stems),
            })
            .collect();
        let Factors { coverage, name, intent, source, prior } = factors;
        let all = [
            ("coverage", coverage),
            ("name", name),
            ("intent", intent),
            ("source", source),
            ("prior", prior),
        ];
        let mut explained: Vec<_> = all
            .into_iter()
            .map(|(name, factor)| ExplainedFactor { name, factor: f64::from(factor) })
            .collect();
        if words.is_empty() {
            // A tool whose name has no word that counts, or that an embedder has found.
            explained = vec![ExplainedFactor { name: "place", factor: f64::from(score) }];
            return Self { words, factors: explained };
        }
        let sum: f64 = words.iter().map(|word| word.share).sum();
        let own: f64 = explained.iter().map(|one| one.factor).product::<f64>() * sum;
        let place = f64::from(score) / own;
        if own > 0.0 && (place - 1.0).abs() > 1e-5 {
            explained.push(ExplainedFactor { name: "place", factor: place });
        }
        Self { words, factors: explained }
    }

    /// The same of a score in which an embedder has a share.
    #[must_use]
    pub fn with_cosine(mut self, score: f64) -> Self {
        // A tool without points in the ranking by words: its place says nothing.
        self.factors.retain(|one| one.name != "place" || one.factor > 0.0);
        let sum: f64 = self.words.iter().map(|word| word.share).sum();
        let sum = if self.words.is_empty() { 1.0 } else { sum };
        let own = self.factors.iter().map(|one| one.factor).product::<f64>() * sum;
        if own > 0.0 {
            self.factors.push(ExplainedFactor { name: "cosine", factor: score / own });
        }
        self
    }
}

impl ScoreExplanation {
    /// Adds the heaviest field of the tool that has each word, and the word as the tool writes it.
    #[must_use]
    pub fn with_fields(mut self, tool: &ToolText<'_>) -> Self {
        for_each_field(tool, |field, text| {
            for_each_word(text, |found, _| {
                let own = stem(found);
                let open = self.words.iter_mut().filter(|word| word.field.is_none());
                // Minor words are no stems.
                let is_own =
                    |word: &ExplainedWord| word.stems.iter().any(|stem| *stem == own || *stem == found);
                for word in open.filter(|word| is_own(word)) {
                    word.stands_in(field, found);
                }
            });
        });
        self
    }
}

impl ExplainedWord {
    /// Says in which field it stands, and how it is written there.
    fn stands_in(&mut self, field: Field, found: &str) {
        self.field = Some(field.name());
        if self.stems.len() == 1 {
            found.clone_into(&mut self.found);
            let is_form = self.how == "said" && self.word != found;
            self.how = if is_form { "stem" } else { self.how };
            self.how = if field == Field::Aliases { "alias" } else { self.how };
        }
    }
}

const fn how(said: Said) -> &'static str {
    match said {
        Said::Word => "said",
        Said::Joined => "joined",
        Said::Synonym => "synonym",
        Said::Typo => "typo",
    }
}
