//! Union branches: matches the branches of two unions, and proves that two branches are disjoint.

use serde_json::Value;

use crate::json::{HashMap, HashSet, Path};
use crate::schema::Effect;
use crate::schema::comparison::comparable_value;
use crate::schema::comparison::compared_pair::PartsPair;
use crate::schema::comparison::comparer::Comparer;
use crate::schema::comparison::difference_kind::Difference;
use crate::schema::comparison::merged_schema::{
    MergedSchema, SchemaPart, SchemaParts, SchemaRoot, SchemaUnion,
};
use crate::schema::comparison::type_set::TypeSet;

/// Depth to which disjointness is searched.
const DISJOINTNESS_DEPTH: usize = 4;

/// Maximum number of values or branches that are tried one by one.
pub const TRIED_BRANCHES: usize = 128;

/// Counterparts found so far.
pub struct BranchMatches {
    /// For each old branch, the index of its counterpart.
    pub of_old: Vec<Option<usize>>,
    /// New branches with a counterpart.
    pub taken: HashSet<usize>,
}

impl<'v> Comparer<'v> {
    /// Matches branches with equal assertions, at the same index first. Among those, branches with equal annotations match
    /// first. `case` returns an old branch with the schemas around it.
    pub fn match_equal_branches(
        &mut self,
        old: SchemaUnion<'v>,
        new: SchemaUnion<'v>,
        case: &dyn Fn(usize) -> SchemaParts<'v>,
    ) -> BranchMatches {
        let mut of_old: Vec<Option<usize>> = vec![None; old.branches.len()];
        let mut taken = HashSet::default();
        for with_annotations in [true, false] {
            for (old_index, found) in of_old.iter_mut().enumerate().filter(|(_, found)| found.is_none()) {
                let others =
                    (0..new.branches.len()).filter(|new_index| *new_index != old_index).take(TRIED_BRANCHES);
                let same_index = Some(old_index).filter(|index| *index < new.branches.len());
                let mut all = same_index.into_iter().chain(others);
                *found = all.find(|new_index| {
                    let (old_branch, new_branch) = (&old.branches[old_index], &new.branches[*new_index]);
                    !taken.contains(new_index)
                        && self.is_same(old_branch, new_branch)
                        && (!with_annotations || self.is_silent(&case(old_index), new_branch))
                });
                taken.extend(*found);
            }
        }
        BranchMatches { of_old, taken }
    }

    /// Returns true if the comparison of two branches reports nothing.
    fn is_silent(&mut self, old: &SchemaParts<'v>, new: &'v Value) -> bool {
        let attempt = self
            .attempt(|this| this.compare(PartsPair::new(old, &vec![SchemaPart::Whole(new)]), &Path::at("")));
        let is_silent = attempt.differences.is_empty();
        if is_silent {
            self.keep(attempt);
        }
        is_silent
    }

    /// Matches branches by discriminator value, name or type, if it is unique on both sides.
    pub fn match_named_branches(
        &mut self,
        old: SchemaUnion<'v>,
        new: SchemaUnion<'v>,
        matches: BranchMatches,
    ) -> BranchMatches {
        let BranchMatches { mut of_old, mut taken } = matches;
        for key in [BranchKey::Tag, BranchKey::Name, BranchKey::Type] {
            let old_branches =
                branches_by_key((old, self.old), key, &|old_index| of_old[old_index].is_none());
            let new_branches =
                branches_by_key((new, self.new), key, &|new_index| !taken.contains(&new_index));
            for (name, indices) in old_branches {
                if let ([old_index], Some([new_index])) =
                    (indices.as_slice(), new_branches.get(&name).map(Vec::as_slice))
                {
                    of_old[*old_index] = Some(*new_index);
                    taken.insert(*new_index);
                }
            }
        }
        BranchMatches { of_old, taken }
    }

    /// Returns true if no value can satisfy both. False means unknown.
    pub fn are_disjoint(
        &mut self,
        one: (&SchemaParts<'v>, SchemaRoot<'v>),
        other: (&SchemaParts<'v>, SchemaRoot<'v>),
    ) -> bool {
        self.are_disjoint_within(one, other, DISJOINTNESS_DEPTH)
    }

    /// Returns true if no value of `one` can satisfy another branch of a new union than `new_index`. False means unknown.
    pub fn is_disjoint_from_others(
        &mut self,
        one: (&SchemaParts<'v>, SchemaRoot<'v>),
        union: SchemaUnion<'v>,
        new_index: usize,
    ) -> bool {
        let root = self.new;
        (0..union.branches.len())
            .filter(|other| *other != new_index)
            .all(|other| self.are_disjoint(one, (&vec![SchemaPart::Whole(&union.branches[other])], root)))
    }

    fn are_disjoint_within(
        &mut self,
        one: (&SchemaParts<'v>, SchemaRoot<'v>),
        other: (&SchemaParts<'v>, SchemaRoot<'v>),
        depth: usize,
    ) -> bool {
        if depth == 0 || !self.step() {
            return false;
        }
        let (a, b) = (MergedSchema::of(one.0, one.1), MergedSchema::of(other.0, other.1));
        if a.is_never || b.is_never || !a.types().overlaps(b.types()) {
            return true;
        }
        if let (Some(of_a), Some(of_b)) = (&a.listed, &b.listed) {
            let keys: HashSet<String> = of_a.iter().map(|value| comparable_value::key(value)).collect();
            if !of_b.iter().any(|value| keys.contains(&comparable_value::key(value))) {
                return true;
            }
        }
        let shared = a.types().and(b.types());
        if shared == TypeSet::OBJECT && self.have_disjoint_members((&a, one.1), (&b, other.1), depth) {
            return true;
        }
        let mut all_disjoint = |union: SchemaUnion<'v>, root, with: (&SchemaParts<'v>, SchemaRoot<'v>)| {
            union.branches.iter().all(|branch| {
                self.are_disjoint_within((&vec![SchemaPart::Whole(branch)], root), with, depth - 1)
            })
        };
        a.unions().into_iter().any(|union| all_disjoint(union, one.1, other))
            || b.unions().into_iter().any(|union| all_disjoint(union, other.1, one))
    }

    /// Returns true if a required property has disjoint schemas on the two sides.
    fn have_disjoint_members(
        &mut self,
        (a, root_a): (&MergedSchema<'v>, SchemaRoot<'v>),
        (b, root_b): (&MergedSchema<'v>, SchemaRoot<'v>),
        depth: usize,
    ) -> bool {
        let of = |view: &MergedSchema<'v>| -> Vec<&'v str> {
            view.held("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
        };
        [of(a), of(b)].concat().into_iter().any(|name| {
            let (Some(of_a), Some(of_b)) = (self.demanded(a, name), self.demanded(b, name)) else {
                return true;
            };
            self.are_disjoint_within((&of_a, root_a), (&of_b, root_b), depth - 1)
        })
    }
}

/// Properties that identify a branch.
#[derive(Clone, Copy)]
enum BranchKey {
    /// The constant value of a required property.
    Tag,
    /// The reference target, or the title.
    Name,
    /// The types.
    Type,
}

/// Returns the identity of a branch.
fn branch_name(branch: &Value, root: SchemaRoot<'_>, key: BranchKey) -> Option<String> {
    let view = MergedSchema::of(&[SchemaPart::Whole(branch)], root);
    match key {
        BranchKey::Tag => {
            let must: HashSet<&str> = view
                .held("required")
                .filter_map(Value::as_array)
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let properties = view.held("properties").filter_map(Value::as_object).flatten();
            let mut tags: Vec<String> = properties
                .filter(|(name, _)| must.contains(name.as_str()))
                .filter_map(|(name, schema)| {
                    let listed = MergedSchema::of(&[SchemaPart::Whole(schema)], root).listed?;
                    let [value] = listed.as_slice() else { return None };
                    Some(format!("{name}={}", comparable_value::key(value)))
                })
                .collect();
            tags.sort_unstable();
            (!tags.is_empty()).then(|| tags.join("&"))
        }
        BranchKey::Name => {
            let reference = branch.get("$ref").and_then(Value::as_str);
            let title = view.held("title").find_map(Value::as_str);
            reference.or(title).map(ToOwned::to_owned)
        }
        BranchKey::Type => Some(view.types().to_value().to_string()),
    }
}

/// Groups free branches by their identity.
fn branches_by_key<'v>(
    (union, root): (SchemaUnion<'v>, SchemaRoot<'v>),
    key: BranchKey,
    is_free: &dyn Fn(usize) -> bool,
) -> HashMap<String, Vec<usize>> {
    let mut names: HashMap<String, Vec<usize>> = HashMap::default();
    for index in (0..union.branches.len()).filter(|index| is_free(*index)) {
        if let Some(name) = branch_name(&union.branches[index], root, key) {
            names.entry(name).or_default().push(index);
        }
    }
    names
}

/// Returns the keyword of a union.
pub const fn union_keyword(union: SchemaUnion<'_>) -> &'static str {
    if union.is_exclusive { "oneOf" } else { "anyOf" }
}

/// Removes differences that result from a split: a case is narrower than the whole and has other annotations.
pub fn without_split_differences(differences: Vec<Difference>, path: &Path<'_>) -> Vec<Difference> {
    let base = path.pointer();
    let is_below = |one: &Difference| {
        one.pointer.strip_prefix(&base).is_some_and(|below| below.matches('/').count() > 1)
    };
    let is_kept = |one: &Difference| one.is_breaking() || (one.effect == Effect::Same && is_below(one));
    differences.into_iter().filter(is_kept).collect()
}
