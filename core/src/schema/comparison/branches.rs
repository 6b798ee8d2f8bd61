//! Branches of unions: which of two unions are counterparts, and which have nothing in common.

use serde_json::Value;

use super::comparable_value;
use super::comparer::Comparer;
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts, SchemaRoot, SchemaUnion};
use super::type_set::TypeSet;
use super::unions::TRIED;
use crate::json::{HashMap, HashSet, Path};

/// How deep it is looked for what tells two schemas apart.
const TOLD_APART: usize = 4;

impl<'v> Comparer<'v> {
    /// Branches that say the same, and are mostly where they were. Of those that differ in words alone, each has its own.
    pub fn match_same(
        &mut self,
        old: SchemaUnion<'v>,
        new: SchemaUnion<'v>,
        case: &dyn Fn(usize) -> SchemaParts<'v>,
        of_old: &mut [Option<usize>],
        taken: &mut HashSet<usize>,
    ) {
        for with_words in [true, false] {
            for (at, found) in of_old.iter_mut().enumerate().filter(|(_, found)| found.is_none()) {
                let others = (0..new.branches.len()).filter(|with| *with != at).take(TRIED);
                let mut all = Some(at).filter(|at| *at < new.branches.len()).into_iter().chain(others);
                *found = all.find(|with| {
                    !taken.contains(with)
                        && self.is_same(&old.branches[at], &new.branches[*with])
                        && (!with_words || self.is_silent(&case(at), &new.branches[*with]))
                });
                taken.extend(*found);
            }
        }
    }

    /// Whether there is nothing at all to tell of two branches.
    fn is_silent(&mut self, old: &SchemaParts<'v>, new: &'v Value) -> bool {
        let attempt = self.attempt(|this| this.pair(old, &vec![SchemaPart::Whole(new)], None, &Path::at("")));
        let is_silent = attempt.told.is_empty();
        if is_silent {
            self.keep(attempt);
        }
        is_silent
    }

    /// Branches that bear the same name, if it is the only one of its kind on both sides.
    pub fn match_named(
        &mut self,
        old: SchemaUnion<'v>,
        new: SchemaUnion<'v>,
        of_old: &mut [Option<usize>],
        taken: &mut HashSet<usize>,
    ) {
        for sort in [BranchKey::Tag, BranchKey::Name, BranchKey::Type] {
            let names = |union: SchemaUnion<'v>, root: SchemaRoot<'v>, is_free: &dyn Fn(usize) -> bool| {
                let mut names: HashMap<String, Vec<usize>> = HashMap::default();
                for at in (0..union.branches.len()).filter(|at| is_free(*at)) {
                    if let Some(name) = name(&union.branches[at], root, sort) {
                        names.entry(name).or_default().push(at);
                    }
                }
                names
            };
            let (old_root, new_root) = (self.old, self.new);
            let were = names(old, old_root, &|at| of_old[at].is_none());
            let are = names(new, new_root, &|with| !taken.contains(&with));
            for (name, at) in were {
                if let ([at], Some([with])) = (at.as_slice(), are.get(&name).map(Vec::as_slice)) {
                    of_old[*at] = Some(*with);
                    taken.insert(*with);
                }
            }
        }
    }

    /// Whether it is sure that no value fits both.
    pub fn are_apart(
        &mut self,
        one: (&SchemaParts<'v>, SchemaRoot<'v>),
        other: (&SchemaParts<'v>, SchemaRoot<'v>),
    ) -> bool {
        self.are_apart_within(one, other, TOLD_APART)
    }

    fn are_apart_within(
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
        if shared == TypeSet::OBJECT && self.have_members_apart((&a, one.1), (&b, other.1), depth) {
            return true;
        }
        let mut all_apart = |union: SchemaUnion<'v>, root, with: (&SchemaParts<'v>, SchemaRoot<'v>)| {
            union.branches.iter().all(|branch| {
                self.are_apart_within((&vec![SchemaPart::Whole(branch)], root), with, depth - 1)
            })
        };
        a.unions().into_iter().any(|union| all_apart(union, one.1, other))
            || b.unions().into_iter().any(|union| all_apart(union, other.1, one))
    }

    /// Whether a name that must be there stands for values of which none fits both.
    fn have_members_apart(
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
            self.are_apart_within((&of_a, root_a), (&of_b, root_b), depth - 1)
        })
    }
}

/// What branches are told apart by.
#[derive(Clone, Copy)]
enum BranchKey {
    /// The one value of a property that must be there.
    Tag,
    /// The definition, or the title.
    Name,
    /// The type.
    Type,
}

/// What a branch is told apart by.
fn name(branch: &Value, root: SchemaRoot<'_>, sort: BranchKey) -> Option<String> {
    let view = MergedSchema::of(&[SchemaPart::Whole(branch)], root);
    match sort {
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
