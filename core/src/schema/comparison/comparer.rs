//! Schema comparer: walks two schemas side by side and collects the differences.

use serde_json::Value;

use super::compared_pair::{ComparedPair, FilledSchemas, PartsPair};
use super::difference_kind::{Difference, DifferenceKind, difference as d};
use super::merged_schema::{MergedSchema, PartKey, SchemaPart, SchemaParts, SchemaRoot};
use super::result_kinds;
use crate::json::{HashMap, HashSet, Path};
use crate::schema::Effect;
use crate::schema::validation::Validator;

/// Maximum depth of a comparison, through references. JSON readers stop at 128.
pub const DEEPEST: usize = 100;
/// Maximum number of steps; beyond it the result is `TOO_COMPLEX`. Of 6,500 comparisons of real tools the
/// largest took 17,176 steps, the median 19.
const MOST: usize = 400_000;

/// Key of a compared pair: parts of the old side, parts of the new side, and whether defaults are filled.
type PairKey = (Box<[PartKey]>, Box<[PartKey]>, bool);

pub struct Comparer<'v> {
    pub old: SchemaRoot<'v>,
    pub new: SchemaRoot<'v>,
    /// Differences found so far.
    pub found: Vec<Difference>,
    /// Pairs that are compared or in progress. A cycle therefore ends.
    known: HashSet<PairKey>,
    /// Compared pairs in order, so that an attempt can be rolled back.
    journal: Vec<PairKey>,
    pub same: HashMap<(usize, usize), bool>,
    left: usize,
    depth: usize,
    /// True if only breaking differences matter.
    pub is_one_way: bool,
    /// True for schemas of results: `old` is then the newer one.
    pub is_of_results: bool,
    pub patterns: HashMap<String, Option<Validator>>,
}

impl<'v> Comparer<'v> {
    pub fn new(old: &'v Value, new: &'v Value) -> Self {
        Self {
            old: SchemaRoot(old),
            new: SchemaRoot(new),
            found: Vec::new(),
            known: HashSet::default(),
            journal: Vec::new(),
            same: HashMap::default(),
            left: MOST,
            depth: 0,
            is_one_way: false,
            is_of_results: false,
            patterns: HashMap::default(),
        }
    }

    /// Compares schemas of results, with the sides exchanged.
    pub fn of_results(old: &'v Value, new: &'v Value) -> Self {
        Self { is_of_results: true, ..Self::new(new, old) }
    }

    pub fn run(mut self) -> Vec<Difference> {
        let (old, new) = (self.old.0, self.new.0);
        let filled = (!self.is_of_results).then_some(FilledSchemas { old, new });
        let (old, new) = (vec![SchemaPart::Whole(old)], vec![SchemaPart::Whole(new)]);
        self.compare(PartsPair { old: &old, new: &new, filled }, &Path::at(""));
        let mut seen = HashSet::default();
        self.found.retain(|one| seen.insert((one.code, one.pointer.clone(), one.message.clone())));
        self.found
    }

    /// Counts a step. Returns false when the budget is exhausted.
    pub fn step(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// Reports a difference without values.
    pub fn report(&mut self, kind: &DifferenceKind, path: &Path<'_>) {
        self.report_change(kind, path, (&Value::Null, &Value::Null));
    }

    /// Reports a difference with its old and new value.
    pub fn report_change(&mut self, kind: &DifferenceKind, path: &Path<'_>, change: (&Value, &Value)) {
        // A one-way comparison asks only whether something breaks.
        if !self.is_one_way || !matches!(kind.effect, Effect::Same) {
            let difference = if self.is_of_results {
                let says = result_kinds::opposite_message(kind);
                Difference::new(&DifferenceKind { says, ..*kind }, path, (change.1, change.0))
            } else {
                Difference::new(kind, path, change)
            };
            self.found.push(difference);
        }
    }

    /// Runs a comparison and rolls it back. [`keep`](Self::keep) applies it.
    pub fn attempt(&mut self, look: impl FnOnce(&mut Self)) -> ComparisonAttempt {
        let (found, journal) = (std::mem::take(&mut self.found), self.journal.len());
        look(self);
        let differences = std::mem::replace(&mut self.found, found);
        let compared = self.journal.split_off(journal);
        for key in &compared {
            self.known.remove(key);
        }
        ComparisonAttempt { differences, compared }
    }

    /// Applies an attempt. Returns its differences.
    pub fn keep(&mut self, attempt: ComparisonAttempt) -> Vec<Difference> {
        self.known.extend(attempt.compared.iter().cloned());
        self.journal.extend(attempt.compared);
        attempt.differences
    }

    /// Returns true if the new side accepts nothing that the old side refuses.
    pub fn fits_backwards(&mut self, parts: PartsPair<'_, 'v>, path: &Path<'_>) -> bool {
        let mut back = Self { left: self.left, depth: self.depth, ..Self::new(self.new.0, self.old.0) };
        back.is_one_way = true;
        back.compare(PartsPair::new(parts.new, parts.old), path);
        self.left = back.left;
        !back.found.iter().any(Difference::is_breaking)
    }

    /// Compares the values that satisfy all old parts with those that satisfy all new parts.
    pub fn compare(&mut self, parts: PartsPair<'_, 'v>, path: &Path<'_>) {
        let resolved = |all: &SchemaParts<'v>, root: SchemaRoot<'v>| {
            all.iter().map(|part| root.resolved(*part)).collect::<SchemaParts<'v>>()
        };
        let (old, new) = (&resolved(parts.old, self.old), &resolved(parts.new, self.new));
        let key = (keys(old), keys(new), parts.filled.is_some());
        if (old.is_empty() && new.is_empty()) || self.known.contains(&key) {
            return;
        }
        self.known.insert(key.clone());
        self.journal.push(key);
        if !self.step() || self.depth >= DEEPEST {
            self.report(&d::TOO_COMPLEX, path);
            return;
        }
        self.depth += 1;
        let (one, other) = (MergedSchema::of(old, self.old), MergedSchema::of(new, self.new));
        self.left = self.left.saturating_sub(one.nodes.len() + other.nodes.len());
        if one.is_lost || other.is_lost {
            self.report(&d::REFERENCE_UNKNOWN, path);
        }
        let pair = ComparedPair { old: &one, new: &other, filled: parts.filled, path };
        self.annotations(&pair);
        self.defaults(&pair);
        match (one.is_never, other.is_never) {
            (true, true) => {}
            (true, false) => self.report(&d::VALUE_ALLOWED, path),
            (false, true) => self.report(&d::VALUE_REFUSED, path),
            (false, false) => self.unions(PartsPair { old, new, ..parts }, &pair),
        }
        self.depth -= 1;
    }
}

/// Result of an attempted comparison.
pub struct ComparisonAttempt {
    pub differences: Vec<Difference>,
    compared: Vec<PairKey>,
}

impl ComparisonAttempt {
    pub fn fits(&self) -> bool {
        !self.differences.iter().any(Difference::is_breaking)
    }
}

fn keys(all: &[SchemaPart<'_>]) -> Box<[PartKey]> {
    let mut keys: Vec<PartKey> = all.iter().map(SchemaPart::key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into()
}
