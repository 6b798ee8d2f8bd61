//! Matched unions: compares a union with its counterpart, branch by branch.
//!
//! Branches are matched by equality, by discriminator value, by name or title, by type, and then by trial. An added
//! `anyOf` branch accepts more. An added `oneOf` branch refuses values that satisfy two branches, so that it must be
//! disjoint from the others.

use serde_json::Value;

use super::branches::{TRIED_BRANCHES, without_split_differences};
use crate::json::{HashSet, Path};
use crate::schema::comparison::compared_pair::PartsPair;
use crate::schema::comparison::comparer::{Comparer, ComparisonAttempt};
use crate::schema::comparison::difference_kind::difference as d;
use crate::schema::comparison::merged_schema::{MergedSchema, SchemaPart, SchemaParts, SchemaUnion};

/// A union and its counterpart.
#[derive(Clone, Copy)]
pub struct MatchedUnion<'s, 'v> {
    pub old: SchemaUnion<'v>,
    pub new: SchemaUnion<'v>,
    /// Path of the new union.
    pub path: &'s Path<'s>,
}

/// New branches that may accept a case.
pub struct CandidateBranches<'s, 'v> {
    pub union: SchemaUnion<'v>,
    /// Branches with a counterpart, which are tried last.
    pub taken: &'s HashSet<usize>,
    pub path: &'s Path<'s>,
}

/// An old branch, with the schemas around it.
struct BranchCase<'s, 'v> {
    index: usize,
    parts: &'s SchemaParts<'v>,
}

impl<'v> Comparer<'v> {
    /// Compares a union with its counterpart. `around` is the old schema with the union.
    pub fn matched_union(&mut self, union: MatchedUnion<'_, 'v>, around: &MergedSchema<'v>) {
        let MatchedUnion { old, new, path } = union;
        let case = |at: usize| -> SchemaParts<'v> {
            [SchemaPart::Whole(&old.branches[at])].into_iter().chain(around.around()).collect()
        };
        let equal = self.match_equal_branches(old, new, &case);
        let same = equal.taken.clone();
        let mut matches = self.match_named_branches(old, new, equal);
        for (at, with) in matches.of_old.iter().enumerate().filter_map(|(at, with)| Some((at, (*with)?))) {
            let branch = vec![SchemaPart::Whole(&new.branches[with])];
            self.compare(PartsPair::new(&case(at), &branch), &path.index(with));
        }
        for index in (0..old.branches.len()).filter(|at| matches.of_old[*at].is_none()) {
            let parts = &case(index);
            let taken = self.unmatched_branch(&BranchCase { index, parts }, union, &matches.taken);
            matches.taken.extend(taken);
        }
        for with in (0..new.branches.len()).filter(|with| !matches.taken.contains(with)) {
            self.report_change(
                &d::UNION_BRANCH_ADDED,
                &path.index(with),
                (&Value::Null, &new.branches[with]),
            );
        }
        self.exclusivity(union, &same);
    }

    /// Compares an unmatched old branch with a new branch that accepts it. Returns the counterpart it takes.
    fn unmatched_branch(
        &mut self,
        case: &BranchCase<'_, 'v>,
        union: MatchedUnion<'_, 'v>,
        taken: &HashSet<usize>,
    ) -> Option<usize> {
        let MatchedUnion { old, new, path } = union;
        let candidates = CandidateBranches { union: new, taken, path };
        let Some((with, attempt)) = self.accepting_branch(case.parts, &candidates) else {
            return self.unaccepted_branch(case, union, taken);
        };
        let differences = self.keep(attempt);
        if taken.contains(&with) {
            let here = path.index(with);
            self.found.extend(without_split_differences(differences, &here));
            self.report_change(&d::UNION_REWRITTEN, &here, (&old.branches[case.index], &Value::Null));
            return None;
        }
        self.found.extend(differences);
        Some(with)
    }

    /// Reports a branch that no new branch accepts. If one new branch is free too, both are compared.
    fn unaccepted_branch(
        &mut self,
        case: &BranchCase<'_, 'v>,
        union: MatchedUnion<'_, 'v>,
        taken: &HashSet<usize>,
    ) -> Option<usize> {
        let MatchedUnion { old, new, path } = union;
        let free: Vec<usize> = (0..new.branches.len()).filter(|with| !taken.contains(with)).collect();
        if let [with] = free.as_slice()
            && old.branches.len() == new.branches.len()
        {
            let branch = vec![SchemaPart::Whole(&new.branches[*with])];
            self.compare(PartsPair::new(case.parts, &branch), &path.index(*with));
            return Some(*with);
        }
        let branch = &old.branches[case.index];
        self.report_change(&d::UNION_BRANCH_REMOVED, &path.index(case.index), (branch, &Value::Null));
        None
    }

    /// Finds a new branch that accepts all of `case`. Branches without a counterpart are tried first.
    pub fn accepting_branch(
        &mut self,
        case: &SchemaParts<'v>,
        candidates: &CandidateBranches<'_, 'v>,
    ) -> Option<(usize, ComparisonAttempt)> {
        let CandidateBranches { union, taken, path } = candidates;
        let types = MergedSchema::of(case, self.old).types();
        let all = 0..union.branches.len().min(TRIED_BRANCHES);
        let (free, others): (Vec<_>, Vec<_>) = all.partition(|with| !taken.contains(with));
        free.into_iter().chain(others).find_map(|with| {
            let branch = vec![SchemaPart::Whole(&union.branches[with])];
            if !types.is_within(MergedSchema::of(&branch, self.new).declared_types) {
                return None;
            }
            let attempt = self.attempt(|this| this.compare(PartsPair::new(case, &branch), &path.index(with)));
            attempt.fits().then_some((with, attempt))
        })
    }

    /// Compares whether a value may satisfy several branches. `same` are the branches that did not change.
    fn exclusivity(&mut self, union: MatchedUnion<'_, 'v>, same: &HashSet<usize>) {
        let MatchedUnion { old, new, path } = union;
        match (old.is_exclusive, new.is_exclusive) {
            (false, false) => {}
            (true, true) => self.overlaps(new, |with| !same.contains(&with), path),
            (was_exclusive, _) => {
                let all = 0..new.branches.len();
                let shared: Vec<usize> = all.filter(|with| !self.stands_alone(new, *with)).collect();
                match (shared.is_empty(), was_exclusive) {
                    (true, _) => self.report(&d::UNION_REWRITTEN, path),
                    (false, true) => self.report(&d::UNION_INCLUSIVE, path),
                    (false, false) => self.overlaps(new, |with| shared.contains(&with), path),
                }
            }
        }
    }

    /// Reports each changed branch that may overlap another one.
    fn overlaps(&mut self, union: SchemaUnion<'v>, is_changed: impl Fn(usize) -> bool, path: &Path<'_>) {
        for with in (0..union.branches.len()).filter(|with| is_changed(*with)) {
            if !self.stands_alone(union, with) {
                self.report(&d::UNION_OVERLAP, &path.index(with));
            }
        }
    }

    /// Returns true if a new branch is disjoint from the others.
    fn stands_alone(&mut self, union: SchemaUnion<'v>, with: usize) -> bool {
        let (root, own) = (self.new, vec![SchemaPart::Whole(&union.branches[with])]);
        (0..union.branches.len()).filter(|other| *other != with).all(|other| {
            self.are_apart((&own, root), (&vec![SchemaPart::Whole(&union.branches[other])], root))
        })
    }
}
