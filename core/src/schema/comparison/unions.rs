//! UnionScope: which branch of the new one takes what a branch of the old one took.
//!
//! Branches are matched by what they say, by the value that tells them apart, by name or title, by type, and then by trying.
//! An added branch of `anyOf` takes more. One of `oneOf` refuses what fits two branches, so that it must be shown that it
//! shares no value with the others. A union that comes or goes is compared branch by branch with what stands on the other
//! side, and both ways, because the same is often said with and without one: `type: [string, null]`.

use serde_json::{Value, json};

use super::comparer::{Comparer, ComparisonAttempt};
use super::difference_kind::{Difference, difference as d};
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts, SchemaUnion};
use crate::json::{HashSet, Path};
use crate::schema::Effect;

/// The most values or branches that are tried one by one.
pub(super) const TRIED: usize = 128;

impl<'v> Comparer<'v> {
    pub fn unions(
        &mut self,
        old: &SchemaParts<'v>,
        new: &SchemaParts<'v>,
        one: &MergedSchema<'v>,
        other: &MergedSchema<'v>,
        filled: Option<(&'v Value, &'v Value)>,
        path: &Path<'_>,
    ) {
        let (mut was, mut is) = (one.unions(), other.unions());
        let mut matched = Vec::new();
        was.retain(|union| {
            let found = is.iter().position(|other| self.is_same_union(*union, *other));
            matched.extend(found.map(|at| (*union, is.remove(at))));
            found.is_none()
        });
        match (was.as_slice(), is.as_slice()) {
            ([union], []) => {
                self.dissolved(*union, old, new, one, filled, path);
                return;
            }
            ([], [union]) => self.introduced(*union, old, new, one, other, filled, path),
            ([union], [with]) => {
                self.rest(one, other, filled, path);
                matched.push((*union, *with));
            }
            (gone, fresh) => {
                self.rest(one, other, filled, path);
                if !fresh.is_empty() {
                    self.tell(&d::UNION_ADDED, path, &Value::Null, &Value::Null);
                } else if !gone.is_empty() {
                    self.tell(&d::UNION_REMOVED, path, &Value::Null, &Value::Null);
                }
            }
        }
        for (union, with) in matched {
            self.branches(union, with, one, path);
        }
    }

    fn is_same_union(&mut self, one: SchemaUnion<'v>, other: SchemaUnion<'v>) -> bool {
        if one.is_exclusive != other.is_exclusive || one.branches.len() != other.branches.len() {
            return false;
        }
        let keyword = keyword(one);
        match (one.holder.get(keyword), other.holder.get(keyword)) {
            (Some(one), Some(other)) => self.holds_same_alone(keyword, one, other),
            _ => false,
        }
    }

    /// A union against one that says the same, or nearly.
    fn branches(
        &mut self,
        old: SchemaUnion<'v>,
        new: SchemaUnion<'v>,
        view: &MergedSchema<'v>,
        path: &Path<'_>,
    ) {
        let case = |at: usize| -> SchemaParts<'v> {
            [SchemaPart::Whole(&old.branches[at])].into_iter().chain(view.around()).collect()
        };
        let here = path.key(keyword(new));
        let mut of_old: Vec<Option<usize>> = vec![None; old.branches.len()];
        let mut taken: HashSet<usize> = HashSet::default();
        let mut same: HashSet<usize> = HashSet::default();
        self.match_same(old, new, &case, &mut of_old, &mut taken);
        same.extend(&taken);
        self.match_named(old, new, &mut of_old, &mut taken);
        for (at, with) in of_old.iter().enumerate().filter_map(|(at, with)| Some((at, (*with)?))) {
            self.pair(&case(at), &vec![SchemaPart::Whole(&new.branches[with])], None, &here.index(with));
        }
        for at in (0..old.branches.len()).filter(|at| of_old[*at].is_none()) {
            let found = self.tried(&case(at), new, &here, &taken);
            match found {
                Some((with, attempt)) => {
                    let told = self.keep(attempt);
                    if taken.insert(with) {
                        self.found.extend(told);
                    } else {
                        self.found.extend(inner(told, &here.index(with)));
                        self.tell(&d::UNION_REWRITTEN, &here.index(with), &old.branches[at], &Value::Null);
                    }
                }
                None => self.unmatched((at, &case(at)), old, new, &mut taken, &here),
            }
        }
        let fresh: Vec<usize> = (0..new.branches.len()).filter(|with| !taken.contains(with)).collect();
        for with in &fresh {
            self.tell(&d::UNION_BRANCH_ADDED, &here.index(*with), &Value::Null, &new.branches[*with]);
        }
        match (old.is_exclusive, new.is_exclusive) {
            (false, false) => {}
            (true, true) => self.overlaps(new, |with| !same.contains(&with), &here),
            (was_exclusive, _) => {
                let shared: Vec<usize> =
                    (0..new.branches.len()).filter(|with| !self.stands_alone(new, *with)).collect();
                let none = &Value::Null;
                match (shared.is_empty(), was_exclusive) {
                    (true, _) => self.tell(&d::UNION_REWRITTEN, &here, none, none),
                    (false, true) => self.tell(&d::UNION_INCLUSIVE, &here, none, none),
                    (false, false) => self.overlaps(new, |with| shared.contains(&with), &here),
                }
            }
        }
    }

    /// A branch that fits none of the new ones. Where one of these has no other counterpart, it is told how they differ.
    fn unmatched(
        &mut self,
        (at, case): (usize, &SchemaParts<'v>),
        old: SchemaUnion<'v>,
        new: SchemaUnion<'v>,
        taken: &mut HashSet<usize>,
        here: &Path<'_>,
    ) {
        let free: Vec<usize> = (0..new.branches.len()).filter(|with| !taken.contains(with)).collect();
        if let [with] = free.as_slice()
            && old.branches.len() == new.branches.len()
        {
            taken.insert(*with);
            self.pair(case, &vec![SchemaPart::Whole(&new.branches[*with])], None, &here.index(*with));
        } else {
            self.tell(&d::UNION_BRANCH_REMOVED, &here.index(at), &old.branches[at], &Value::Null);
        }
    }

    /// A branch of the new union that takes all of `case`, one without a counterpart first.
    fn tried(
        &mut self,
        case: &SchemaParts<'v>,
        union: SchemaUnion<'v>,
        here: &Path<'_>,
        taken: &HashSet<usize>,
    ) -> Option<(usize, ComparisonAttempt)> {
        let types = MergedSchema::of(case, self.old).types();
        let all = 0..union.branches.len().min(TRIED);
        let (free, others): (Vec<_>, Vec<_>) = all.partition(|with| !taken.contains(with));
        free.into_iter().chain(others).find_map(|with| {
            let branch = vec![SchemaPart::Whole(&union.branches[with])];
            if !types.is_within(MergedSchema::of(&branch, self.new).said) {
                return None;
            }
            let attempt = self.attempt(|this| this.pair(case, &branch, None, &here.index(with)));
            attempt.fits().then_some((with, attempt))
        })
    }

    /// An old union, and no such new one.
    fn dissolved(
        &mut self,
        union: SchemaUnion<'v>,
        old: &SchemaParts<'v>,
        new: &SchemaParts<'v>,
        one: &MergedSchema<'v>,
        filled: Option<(&'v Value, &'v Value)>,
        path: &Path<'_>,
    ) {
        let here = path.key(keyword(union));
        let mut breaks = false;
        for (at, branch) in union.branches.iter().enumerate() {
            let mut case = one.without(union);
            case.push(SchemaPart::Whole(branch));
            let below = here.index(at);
            let attempt = self.attempt(|this| this.pair(&case, new, filled, &below));
            if attempt.fits() {
                let told = self.keep(attempt);
                self.found.extend(inner(told, &below));
            } else {
                breaks = true;
                self.tell(&d::UNION_BRANCH_REMOVED, &below, branch, &Value::Null);
                self.found.extend(attempt.told.into_iter().filter(Difference::is_breaking));
            }
        }
        if !breaks {
            self.both_ways(old, new, path);
        }
    }

    /// A new union, and no such old one.
    #[expect(clippy::too_many_arguments, reason = "both sides as they are given and as they are seen")]
    fn introduced(
        &mut self,
        union: SchemaUnion<'v>,
        old: &SchemaParts<'v>,
        new: &SchemaParts<'v>,
        one: &MergedSchema<'v>,
        other: &MergedSchema<'v>,
        filled: Option<(&'v Value, &'v Value)>,
        path: &Path<'_>,
    ) {
        let here = path.key(keyword(union));
        let rest = self.attempt(|this| this.rest(one, other, filled, path));
        let mut breaks = !rest.fits();
        let told = self.keep(rest);
        self.found.extend(inner(told, path));
        let mut cases = vec![old.clone()];
        let mut is_split = false;
        while let Some(case) = cases.pop() {
            if let Some((with, attempt)) = self.tried(&case, union, &here, &HashSet::default()) {
                let told = self.keep(attempt);
                self.found.extend(inner(told, &here.index(with)));
                if union.is_exclusive && !self.is_alone(&case, with, union) {
                    breaks = true;
                    self.tell(&d::UNION_OVERLAP, &here.index(with), &Value::Null, &Value::Null);
                }
            } else if !is_split {
                is_split = true;
                cases = split(old, one);
                if !cases.is_empty() {
                    continue;
                }
                breaks = true;
                self.tell(&d::UNION_ADDED, &here, &Value::Null, &json!(union.branches));
            } else {
                breaks = true;
                self.tell(&d::UNION_ADDED, &here, &Value::Null, &json!(union.branches));
            }
        }
        if !breaks {
            self.both_ways(old, new, path);
        }
    }

    /// What breaks nothing one way says the same if it breaks nothing the other way.
    fn both_ways(&mut self, old: &SchemaParts<'v>, new: &SchemaParts<'v>, path: &Path<'_>) {
        if self.is_one_way {
            return;
        }
        let is_same = self.fits_backwards(old, new, path);
        let kind = if is_same { &d::UNION_REWRITTEN } else { &d::UNION_WIDENED };
        self.tell(kind, path, &Value::Null, &Value::Null);
    }

    /// Whether no value of an old schema fits another branch than this one.
    fn is_alone(&mut self, case: &SchemaParts<'v>, with: usize, union: SchemaUnion<'v>) -> bool {
        let (old, new) = (self.old, self.new);
        (0..union.branches.len())
            .filter(|other| *other != with)
            .all(|other| self.are_apart((case, old), (&vec![SchemaPart::Whole(&union.branches[other])], new)))
    }

    /// Tells each changed branch that may share a value with another one.
    fn overlaps(&mut self, union: SchemaUnion<'v>, is_changed: impl Fn(usize) -> bool, here: &Path<'_>) {
        for with in (0..union.branches.len()).filter(|with| is_changed(*with)) {
            if !self.stands_alone(union, with) {
                self.tell(&d::UNION_OVERLAP, &here.index(with), &Value::Null, &Value::Null);
            }
        }
    }

    /// Whether no value of a new branch fits another one.
    fn stands_alone(&mut self, union: SchemaUnion<'v>, with: usize) -> bool {
        let (root, own) = (self.new, vec![SchemaPart::Whole(&union.branches[with])]);
        (0..union.branches.len()).filter(|other| *other != with).all(|other| {
            self.are_apart((&own, root), (&vec![SchemaPart::Whole(&union.branches[other])], root))
        })
    }
}

fn keyword(union: SchemaUnion<'_>) -> &'static str {
    if union.is_exclusive { "oneOf" } else { "anyOf" }
}

/// The cases that a schema has, by value or by type.
fn split<'v>(all: &SchemaParts<'v>, view: &MergedSchema<'v>) -> Vec<SchemaParts<'v>> {
    let parts: Vec<SchemaPart<'v>> = match &view.listed {
        Some(values) if values.len() <= TRIED => values.iter().map(|value| SchemaPart::Just(value)).collect(),
        Some(_) => Vec::new(),
        None => view.types().each().map(SchemaPart::Only).collect(),
    };
    let cases = parts.into_iter().map(|part| all.iter().copied().chain([part]).collect());
    let cases: Vec<SchemaParts<'v>> = cases.collect();
    if cases.len() > 1 { cases } else { Vec::new() }
}

/// What was told of a case without what only tells that it is a case: that it is narrower than the whole, and has other
/// words.
fn inner(told: Vec<Difference>, path: &Path<'_>) -> Vec<Difference> {
    let base = path.pointer();
    let is_below = |one: &Difference| {
        one.pointer.strip_prefix(&base).is_some_and(|below| below.matches('/').count() > 1)
    };
    let is_kept = |one: &Difference| one.is_breaking() || (one.effect == Effect::Same && is_below(one));
    told.into_iter().filter(is_kept).collect()
}
