//! One walk over two schemas side by side.

use serde_json::{Map, Value, json};

use super::comparable_value;
use super::compared_keywords::{self, BOUNDS};
use super::difference_kind::{Difference, DifferenceKind, difference as d};
use super::keyword_texts::{brief, sorted, texts};
use super::merged_schema::{MergedSchema, PartKey, SchemaPart, SchemaParts, SchemaRoot};
use super::type_set::TypeSet;
use crate::json::{HashMap, HashSet, Path};
use crate::schema::Effect;
use crate::schema::keywords;
use crate::schema::validation::Validator;

/// How deep schemas are compared, references followed. What reads JSON stops at 128.
pub(super) const DEEPEST: usize = 100;
/// How many steps are taken before the answer is that it cannot be told. Of 6,500 comparisons of real tools the largest took
/// 17,176, the median 19.
const MOST: usize = 400_000;

/// What a pair that was compared is known by, and whether defaults are filled there.
type PairKey = (Box<[PartKey]>, Box<[PartKey]>, bool);

pub(super) struct Comparer<'v> {
    pub old: SchemaRoot<'v>,
    pub new: SchemaRoot<'v>,
    /// What was told.
    pub found: Vec<Difference>,
    /// Pairs that were compared, or are about to be: a cycle adds nothing.
    known: HashSet<PairKey>,
    /// In which order they came, so that an attempt can be forgotten.
    journal: Vec<PairKey>,
    pub same: HashMap<(usize, usize), bool>,
    left: usize,
    depth: usize,
    /// Whether it is asked for what breaks alone.
    pub is_one_way: bool,
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
            patterns: HashMap::default(),
        }
    }

    pub fn run(mut self) -> Vec<Difference> {
        let (old, new) = (self.old.0, self.new.0);
        self.pair(
            &vec![SchemaPart::Whole(old)],
            &vec![SchemaPart::Whole(new)],
            Some((old, new)),
            &Path::at(""),
        );
        let mut seen = HashSet::default();
        self.found.retain(|one| seen.insert((one.code, one.pointer.clone(), one.message.clone())));
        self.found
    }

    /// Counts a step; whether it may be taken.
    pub fn step(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    pub fn tell(&mut self, kind: &DifferenceKind, path: &Path<'_>, old: &Value, new: &Value) {
        // Of a kind that never breaks, who asks for nothing else need not know.
        if !self.is_one_way || !matches!(kind.effect, Effect::Same) {
            self.found.push(Difference::new(kind, path, old, new));
        }
    }

    /// What an attempt tells, and whether it breaks nothing. It is forgotten unless it is [`kept`](Self::keep).
    pub fn attempt(&mut self, look: impl FnOnce(&mut Self)) -> ComparisonAttempt {
        let (found, journal) = (std::mem::take(&mut self.found), self.journal.len());
        look(self);
        let told = std::mem::replace(&mut self.found, found);
        let compared = self.journal.split_off(journal);
        for key in &compared {
            self.known.remove(key);
        }
        ComparisonAttempt { told, compared }
    }

    /// Takes an attempt for what is so.
    pub fn keep(&mut self, attempt: ComparisonAttempt) -> Vec<Difference> {
        self.known.extend(attempt.compared.iter().cloned());
        self.journal.extend(attempt.compared);
        attempt.told
    }

    /// Whether the new one breaks nothing for the old one when they change places.
    pub fn fits_backwards(&mut self, old: &SchemaParts<'v>, new: &SchemaParts<'v>, path: &Path<'_>) -> bool {
        let mut back = Self { left: self.left, depth: self.depth, ..Self::new(self.new.0, self.old.0) };
        back.is_one_way = true;
        back.pair(new, old, None, path);
        self.left = back.left;
        !back.found.iter().any(Difference::is_breaking)
    }

    /// Compares what must fit all of `old` with what must fit all of `new`. `filled` are the schemas themselves where
    /// defaults are filled before a value is judged by them.
    pub fn pair(
        &mut self,
        old: &SchemaParts<'v>,
        new: &SchemaParts<'v>,
        filled: Option<(&'v Value, &'v Value)>,
        path: &Path<'_>,
    ) {
        let resolved = |all: &SchemaParts<'v>, root: SchemaRoot<'v>| {
            all.iter().map(|part| root.resolved(*part)).collect::<SchemaParts<'v>>()
        };
        let (old, new) = (&resolved(old, self.old), &resolved(new, self.new));
        let key = (keys(old), keys(new), filled.is_some());
        if (old.is_empty() && new.is_empty()) || self.known.contains(&key) {
            return;
        }
        self.known.insert(key.clone());
        self.journal.push(key);
        if !self.step() || self.depth >= DEEPEST {
            self.tell(&d::TOO_COMPLEX, path, &Value::Null, &Value::Null);
            return;
        }
        self.depth += 1;
        let (one, other) = (MergedSchema::of(old, self.old), MergedSchema::of(new, self.new));
        self.left = self.left.saturating_sub(one.nodes.len() + other.nodes.len());
        if one.is_lost || other.is_lost {
            self.tell(&d::REFERENCE_UNKNOWN, path, &Value::Null, &Value::Null);
        }
        self.words(&one, &other, path);
        self.defaults(&one, &other, filled, path);
        match (one.is_never, other.is_never) {
            (true, true) => {}
            (true, false) => self.tell(&d::VALUE_ALLOWED, path, &Value::Null, &Value::Null),
            (false, true) => self.tell(&d::VALUE_REFUSED, path, &Value::Null, &Value::Null),
            (false, false) => self.unions(old, new, &one, &other, filled, path),
        }
        self.depth -= 1;
    }

    /// What schemas say but for their unions.
    pub fn rest(
        &mut self,
        old: &MergedSchema<'v>,
        new: &MergedSchema<'v>,
        filled: Option<(&'v Value, &'v Value)>,
        path: &Path<'_>,
    ) {
        if !self.types(old, new, path) {
            return;
        }
        let are_judged = self.listed(old, new, path);
        let types = old.types();
        for bound in BOUNDS.iter().filter(|bound| bound.of.overlaps(types)) {
            if !(are_judged && bound.of.and(TypeSet::NUMBER.or(TypeSet::STRING)) == bound.of) {
                self.bound(bound, old, new, path);
            }
        }
        if types.overlaps(TypeSet::NUMBER) && !are_judged {
            self.multiples(old, new, path);
        }
        if types.overlaps(TypeSet::STRING) && !are_judged {
            self.pattern(old, new, path);
        }
        if !are_judged {
            self.format(old, new, path);
        }
        self.flag("readOnly", &d::READ_ONLY_ADDED, &d::READ_ONLY_REMOVED, old, new, path);
        for keyword in compared_keywords::CONTENT.into_iter().filter(|_| types.overlaps(TypeSet::STRING)) {
            let (was, is) = (texts(old, keyword), texts(new, keyword));
            if was != is {
                self.tell(&d::CONTENT_CHANGED, &path.key(keyword), &brief(&was), &brief(&is));
            }
        }
        if types.overlaps(TypeSet::ARRAY) {
            self.flag("uniqueItems", &d::UNIQUE_ITEMS_ADDED, &d::UNIQUE_ITEMS_REMOVED, old, new, path);
            self.arrays(old, new, path);
        }
        if types.overlaps(TypeSet::OBJECT) {
            self.objects(old, new, filled, path);
        }
        self.conditions(old, new, path);
    }

    /// TypeSet. Whether they have any in common, so that there is more to compare.
    fn types(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) -> bool {
        let (was, is) = (old.types(), new.said);
        let here = path.key("type");
        let shown = |types: TypeSet| if types == TypeSet::ALL { json!("any") } else { types.to_value() };
        if !was.overlaps(is) {
            self.tell(&d::TYPE_CHANGED, &here, &shown(was), &shown(is));
            return false;
        }
        if !was.is_within(is) {
            self.tell(&d::TYPE_NARROWED, &here, &shown(was), &shown(is));
        }
        if !is.is_within(old.said) && !new.types().is_within(was) {
            self.tell(&d::TYPE_WIDENED, &here, &shown(old.said), &shown(is));
        }
        true
    }

    /// Listed values. Whether each was judged, so that what else is said of them need not be compared.
    fn listed(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) -> bool {
        let here = path.key("enum");
        let all = |values: &[&Value]| values.iter().copied().cloned().collect::<Value>();
        match (&old.listed, &new.listed) {
            (None, None) => return false,
            (None, Some(is)) => self.tell(&d::ENUM_ADDED, &here, &Value::Null, &all(is)),
            (Some(was), None) => self.tell(&d::ENUM_REMOVED, &here, &all(was), &Value::Null),
            (Some(was), Some(is)) => {
                let keys = |values: &[&Value]| {
                    values.iter().map(|value| comparable_value::key(value)).collect::<HashSet<_>>()
                };
                let (known, listed) = (keys(was), keys(is));
                let lacks = |values: &[&'v Value], among: &HashSet<String>| -> Vec<&'v Value> {
                    values
                        .iter()
                        .copied()
                        .filter(|value| !among.contains(&comparable_value::key(value)))
                        .collect()
                };
                let (gone, fresh) = (lacks(was, &listed), lacks(is, &known));
                if !gone.is_empty() {
                    self.tell(&d::ENUM_VALUE_REMOVED, &here, &all(&gone), &Value::Null);
                }
                if !fresh.is_empty() {
                    self.tell(&d::ENUM_VALUE_ADDED, &here, &Value::Null, &all(&fresh));
                }
            }
        }
        let Some(was) = &old.listed else { return false };
        if was.iter().any(|value| value.is_array() || value.is_object()) {
            return false;
        }
        // Where the new ones are listed, those that are refused are not among them.
        let judge = new.listed.is_none().then(|| new.judge()).flatten();
        let refused: Vec<&Value> = judge.map_or_else(Vec::new, |judge| {
            was.iter().copied().filter(|value| !judge.problems(value).is_empty()).collect()
        });
        if !refused.is_empty() {
            self.tell(&d::ENUM_VALUE_REMOVED, &here, &all(&refused), &Value::Null);
        }
        true
    }

    fn pattern(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) {
        let (was, is) = (texts(old, "pattern"), texts(new, "pattern"));
        let fresh = is.iter().any(|pattern| !was.contains(pattern));
        let gone = was.iter().any(|pattern| !is.contains(pattern));
        let kind = match (fresh, gone) {
            (true, true) => &d::PATTERN_CHANGED,
            (true, false) => &d::PATTERN_ADDED,
            (false, true) => &d::PATTERN_REMOVED,
            (false, false) => return,
        };
        self.tell(kind, &path.key("pattern"), &brief(&was), &brief(&is));
    }

    fn format(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) {
        let of = |view: &MergedSchema<'v>| -> Vec<&'v str> {
            view.held("format").filter_map(Value::as_str).collect()
        };
        let (all_was, all_is) = (of(old), of(new));
        let hard = |formats: &[&'v str]| -> Vec<&'v str> {
            formats.iter().copied().filter(|format| compared_keywords::is_format_of_values(format)).collect()
        };
        let (was, is) = (hard(&all_was), hard(&all_is));
        let implied = |these: &[&str], format: &str| {
            these.iter().any(|one| compared_keywords::is_format_within(one, format))
        };
        let kind = if is.iter().any(|format| !implied(&was, format)) {
            if was.is_empty() { &d::FORMAT_ADDED } else { &d::FORMAT_CHANGED }
        } else if was.iter().any(|format| !implied(&is, format)) {
            if is.is_empty() { &d::FORMAT_REMOVED } else { &d::FORMAT_WIDENED }
        } else if sorted(&all_was) != sorted(&all_is) {
            &d::FORMAT_HINT_CHANGED
        } else {
            return;
        };
        self.tell(kind, &path.key("format"), &brief(&all_was), &brief(&all_is));
    }

    fn flag(
        &mut self,
        keyword: &'static str,
        added: &DifferenceKind,
        removed: &DifferenceKind,
        old: &MergedSchema<'v>,
        new: &MergedSchema<'v>,
        path: &Path<'_>,
    ) {
        match (old.flag(keyword), new.flag(keyword)) {
            (false, true) => self.tell(added, &path.key(keyword), &Value::Null, &Value::Null),
            (true, false) => self.tell(removed, &path.key(keyword), &Value::Null, &Value::Null),
            _ => {}
        }
    }

    /// What is compared as one whole.
    fn conditions(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) {
        for (keywords, _) in
            compared_keywords::CONDITIONS.iter().filter(|(_, types)| types.overlaps(old.types()))
        {
            let here = path.key(keywords[0]);
            let of = |view: &MergedSchema<'v>| -> Vec<&'v Map<String, Value>> {
                let has =
                    |node: &Map<String, Value>| keywords.iter().any(|keyword| node.contains_key(*keyword));
                view.nodes.iter().map(|(node, _)| *node).filter(|node| has(node)).collect()
            };
            let (was, mut is) = (of(old), of(new));
            let mut gone = false;
            for one in was {
                let found = is.iter().position(|other| self.same_under(keywords, one, other));
                gone |= found.map(|at| is.remove(at)).is_none();
            }
            if !is.is_empty() {
                self.tell(&d::CONDITION_CHANGED, &here, &Value::Null, &json!(keywords));
            } else if gone {
                self.tell(&d::CONDITION_REMOVED, &here, &json!(keywords), &Value::Null);
            }
        }
        if compared_keywords::UNEVALUATED.iter().any(|keyword| new.held(keyword).next().is_some()) {
            let is_same = old.nodes.len() == new.nodes.len()
                && old.nodes.iter().zip(&new.nodes).all(|((one, _), (other, _))| {
                    let all: Vec<&str> = one.keys().chain(other.keys()).map(String::as_str).collect();
                    let all: Vec<&str> =
                        all.into_iter().filter(|keyword| keywords::is_assertion(keyword)).collect();
                    self.same_under(&all, one, other)
                });
            if !is_same {
                self.tell(&d::UNEVALUATED_CHANGED, path, &Value::Null, &Value::Null);
            }
        } else if compared_keywords::UNEVALUATED.iter().any(|keyword| old.held(keyword).next().is_some()) {
            self.tell(&d::CONDITION_REMOVED, path, &json!(compared_keywords::UNEVALUATED), &Value::Null);
        }
    }

    /// Whether two schemas hold the same under some keywords.
    pub fn same_under(
        &mut self,
        keywords: &[&str],
        old: &'v Map<String, Value>,
        new: &'v Map<String, Value>,
    ) -> bool {
        keywords.iter().all(|keyword| match (old.get(*keyword), new.get(*keyword)) {
            (None, None) => true,
            (Some(one), Some(other)) => self.holds_same_alone(keyword, one, other),
            _ => false,
        })
    }
}

/// What an attempt came to.
pub(super) struct ComparisonAttempt {
    pub told: Vec<Difference>,
    compared: Vec<PairKey>,
}

impl ComparisonAttempt {
    pub fn fits(&self) -> bool {
        !self.told.iter().any(Difference::is_breaking)
    }
}

fn keys(all: &[SchemaPart<'_>]) -> Box<[PartKey]> {
    let mut keys: Vec<PartKey> = all.iter().map(SchemaPart::key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into()
}
