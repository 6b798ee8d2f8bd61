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
        let case = |old_index: usize| -> SchemaParts<'v> {
            [SchemaPart::Whole(&old.branches[old_index])].into_iter().chain(around.around()).collect()
        };
        let equal = self.match_equal_branches(old, new, &case);
        let same = equal.taken.clone();
        let mut matches = self.match_named_branches(old, new, equal);
        let pairs = matches.of_old.iter().enumerate();
        for (old_index, new_index) in pairs.filter_map(|(old_index, found)| Some((old_index, (*found)?))) {
            let branch = vec![SchemaPart::Whole(&new.branches[new_index])];
            self.compare(PartsPair::new(&case(old_index), &branch), &path.index(new_index));
        }
        for index in (0..old.branches.len()).filter(|old_index| matches.of_old[*old_index].is_none()) {
            let parts = &case(index);
            let taken = self.unmatched_branch(&BranchCase { index, parts }, union, &matches.taken);
            matches.taken.extend(taken);
        }
        for new_index in (0..new.branches.len()).filter(|new_index| !matches.taken.contains(new_index)) {
            self.report_change(
                &d::UNION_BRANCH_ADDED,
                &path.index(new_index),
                (&Value::Null, &new.branches[new_index]),
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
        let Some((new_index, attempt)) = self.accepting_branch(case.parts, &candidates) else {
            return self.unaccepted_branch(case, union, taken);
        };
        let differences = self.keep(attempt);
        if taken.contains(&new_index) {
            let here = path.index(new_index);
            self.found.extend(without_split_differences(differences, &here));
            self.report_change(&d::UNION_REWRITTEN, &here, (&old.branches[case.index], &Value::Null));
            return None;
        }
        self.found.extend(differences);
        Some(new_index)
    }

    /// Reports a branch that no new branch accepts. If one new branch is free too, both are compared.
    fn unaccepted_branch(
        &mut self,
        case: &BranchCase<'_, 'v>,
        union: MatchedUnion<'_, 'v>,
        taken: &HashSet<usize>,
    ) -> Option<usize> {
        let MatchedUnion { old, new, path } = union;
        let free: Vec<usize> =
            (0..new.branches.len()).filter(|new_index| !taken.contains(new_index)).collect();
        if let [new_index] = free.as_slice()
            && old.branches.len() == new.branches.len()
        {
            let branch = vec![SchemaPart::Whole(&new.branches[*new_index])];
            self.compare(PartsPair::new(case.parts, &branch), &path.index(*new_index));
            return Some(*new_index);
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
        let (free, others): (Vec<_>, Vec<_>) = all.partition(|new_index| !taken.contains(new_index));
        free.into_iter().chain(others).find_map(|new_index| {
            let branch = vec![SchemaPart::Whole(&union.branches[new_index])];
            if !types.is_within(MergedSchema::of(&branch, self.new).declared_types) {
                return None;
            }
            let attempt =
                self.attempt(|this| this.compare(PartsPair::new(case, &branch), &path.index(new_index)));
            attempt.fits().then_some((new_index, attempt))
        })
    }

    /// Compares whether a value may satisfy several branches. `same` are the branches that did not change.
    fn exclusivity(&mut self, union: MatchedUnion<'_, 'v>, same: &HashSet<usize>) {
        let MatchedUnion { old, new, path } = union;
        match (old.is_exclusive, new.is_exclusive) {
            (false, false) => {}
            (true, true) => self.overlaps(new, |new_index| !same.contains(&new_index), path),
            (was_exclusive, _) => {
                let all = 0..new.branches.len();
                let shared: Vec<usize> = all.filter(|index| !self.is_disjoint_branch(new, *index)).collect();
                match (shared.is_empty(), was_exclusive) {
                    (true, _) => self.report(&d::UNION_REWRITTEN, path),
                    (false, true) => self.report(&d::UNION_INCLUSIVE, path),
                    (false, false) => self.overlaps(new, |new_index| shared.contains(&new_index), path),
                }
            }
        }
    }

    /// Reports each changed branch that may overlap another one.
    fn overlaps(&mut self, union: SchemaUnion<'v>, is_changed: impl Fn(usize) -> bool, path: &Path<'_>) {
        for new_index in (0..union.branches.len()).filter(|new_index| is_changed(*new_index)) {
            if !self.is_disjoint_branch(union, new_index) {
                self.report(&d::UNION_OVERLAP, &path.index(new_index));
            }
        }
    }

    /// Returns true if a new branch is disjoint from the others.
    fn is_disjoint_branch(&mut self, union: SchemaUnion<'v>, new_index: usize) -> bool {
        let branch = vec![SchemaPart::Whole(&union.branches[new_index])];
        self.is_disjoint_from_others((&branch, self.new), union, new_index)
    }
}
