//! Properties, and the names that nobody declared.

use serde_json::{Map, Value, json};

use super::comparable_value;
use super::comparer::Comparer;
use super::difference_kind::{Difference, difference as d};
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts};
use crate::json::{HashMap, HashSet, Path};
use crate::schema::validation::Validator;

/// How many unions within unions are looked through for a name.
const UNIONS_LOOKED_INTO: usize = 4;

/// What a side takes under a name.
enum PropertySchemas<'v> {
    /// The name is declared.
    Declared(SchemaParts<'v>),
    /// It is one of a map's.
    OfMap(SchemaParts<'v>),
    /// Whatever stands there is taken, as nobody says anything of it.
    Open,
    /// Nothing.
    Never,
}

impl<'v> Comparer<'v> {
    pub fn objects(
        &mut self,
        old: &MergedSchema<'v>,
        new: &MergedSchema<'v>,
        filled: Option<(&'v Value, &'v Value)>,
        path: &Path<'_>,
    ) {
        let here = path.key("properties");
        let (mut were, mut are) = (DeclaredProperties::of(old), DeclaredProperties::of(new));
        let mut names: Vec<&'v str> = are.order.clone();
        names.extend(were.order.iter().copied().filter(|name| !are.set.contains(name)));
        let (must, must_now) = (required(old), required(new));
        let before = self.found.len();
        for name in names {
            if !self.step() {
                self.tell(&d::TOO_COMPLEX, path, &Value::Null, &Value::Null);
                return;
            }
            let below = filled.and_then(|(old, new)| {
                Some((old.get("properties")?.get(name)?, new.get("properties")?.get(name)?))
            });
            let (was, is) = (self.member(old, name), self.member(new, name));
            were.forget_if(name, &was);
            are.forget_if(name, &is);
            self.said_elsewhere(old, &was, &is, name, &here);
            self.property(was, is, below, name, &here);
            let default = |schema: &Value| schema.get("default").map(comparable_value::key);
            if let Some((was, is)) = below
                && default(is).is_some_and(|is| default(was) != Some(is))
                && judges_as_a_whole(new)
            {
                self.tell(&d::DEFAULT_REFUSED, &here.key(name), &Value::Null, &is["default"]);
            }
        }
        self.required(&must, &must_now, (&were, &are), (before, filled), path);
        self.patterns(old, new, path);
        self.undeclared(old, new, path);
        self.dependencies(old, new, &must, path);
        let names_of = |view: &MergedSchema<'v>| {
            view.held("propertyNames").map(SchemaPart::Whole).collect::<SchemaParts<'v>>()
        };
        self.pair(&names_of(old), &names_of(new), None, &path.key("propertyNames"));
    }

    /// A name that is declared now, and of which only a branch of a union spoke before, or what stands beside the one that
    /// this is: its values are those of there.
    fn said_elsewhere(
        &mut self,
        view: &MergedSchema<'v>,
        old: &PropertySchemas<'v>,
        new: &PropertySchemas<'v>,
        name: &str,
        path: &Path<'_>,
    ) {
        let (PropertySchemas::Open, PropertySchemas::Declared(new)) = (old, new) else { return };
        let mut told = Vec::new();
        for node in view.nodes.iter().map(|(node, _)| *node).chain(view.beside.iter().copied()) {
            self.declarations(node, name, &mut told, 0);
        }
        for schema in told {
            let attempt =
                self.attempt(|this| this.pair(&vec![SchemaPart::Whole(schema)], new, None, &path.key(name)));
            self.found.extend(attempt.told.into_iter().filter(Difference::is_breaking));
        }
    }

    /// What an old schema and the branches of its unions declare a name to be.
    fn declarations(
        &mut self,
        node: &'v Map<String, Value>,
        name: &str,
        told: &mut Vec<&'v Value>,
        depth: usize,
    ) {
        told.extend(node.get("properties").and_then(|properties| properties.get(name)));
        if depth > UNIONS_LOOKED_INTO || !self.step() {
            return;
        }
        let lists = ["anyOf", "oneOf"].into_iter().filter_map(|union| node.get(union)?.as_array());
        for branch in lists.flatten() {
            for (node, _) in MergedSchema::of(&[SchemaPart::Whole(branch)], self.old).nodes {
                self.declarations(node, name, told, depth + 1);
            }
        }
    }

    fn property(
        &mut self,
        old: PropertySchemas<'v>,
        new: PropertySchemas<'v>,
        filled: Option<(&'v Value, &'v Value)>,
        name: &str,
        path: &Path<'_>,
    ) {
        let (path, none) = (path.key(name), &Value::Null);
        match (old, new) {
            (PropertySchemas::Declared(old), PropertySchemas::Declared(new)) => {
                self.pair(&old, &new, filled, &path)
            }
            (PropertySchemas::Declared(old), PropertySchemas::OfMap(new)) => {
                let attempt = self.attempt(|this| this.pair(&old, &new, None, &path));
                if attempt.fits() {
                    let told = self.keep(attempt);
                    self.found.extend(told);
                    self.tell(&d::PROPERTY_UNDECLARED, &path, none, none);
                } else {
                    self.tell(&d::PROPERTY_REMOVED, &path, none, none);
                }
            }
            (PropertySchemas::Declared(_), PropertySchemas::Open | PropertySchemas::Never) => {
                self.tell(&d::PROPERTY_REMOVED, &path, none, none);
            }
            (PropertySchemas::OfMap(old), PropertySchemas::Declared(new)) => {
                self.pair(&old, &new, None, &path);
                self.tell(&d::PROPERTY_DECLARED, &path, none, none);
            }
            (PropertySchemas::Open | PropertySchemas::Never, PropertySchemas::Declared(_)) => {
                self.tell(&d::PROPERTY_ADDED, &path, none, none);
            }
            (PropertySchemas::OfMap(old), PropertySchemas::OfMap(new)) => self.pair(&old, &new, None, &path),
            (PropertySchemas::OfMap(_) | PropertySchemas::Open, PropertySchemas::Never) => {
                self.tell(&d::ADDITIONAL_PROPERTIES_CLOSED, &path, none, none);
            }
            (PropertySchemas::Never, PropertySchemas::OfMap(_) | PropertySchemas::Open) => {
                self.tell(&d::ADDITIONAL_PROPERTIES_OPENED, &path, none, none);
            }
            (PropertySchemas::Open, PropertySchemas::OfMap(new)) => self.pair(&Vec::new(), &new, None, &path),
            (PropertySchemas::OfMap(old), PropertySchemas::Open) => self.pair(&old, &Vec::new(), None, &path),
            (PropertySchemas::Open, PropertySchemas::Open)
            | (PropertySchemas::Never, PropertySchemas::Never) => {}
        }
    }

    /// What a value under a name must fit.
    fn member(&mut self, view: &MergedSchema<'v>, name: &str) -> PropertySchemas<'v> {
        let (mut all, mut is_declared, mut is_never) = (SchemaParts::new(), false, false);
        for (node, _) in &view.nodes {
            let own = node.get("properties").and_then(|properties| properties.get(name));
            let by_pattern: Vec<&'v Value> = match node.get("patternProperties") {
                Some(Value::Object(patterns)) => patterns
                    .iter()
                    .filter(|(pattern, _)| self.matches(pattern, name))
                    .map(|(_, held)| held)
                    .collect(),
                _ => Vec::new(),
            };
            is_declared |= own.is_some();
            let others =
                (own.is_none() && by_pattern.is_empty()).then(|| node.get("additionalProperties")).flatten();
            for schema in own.into_iter().chain(by_pattern).chain(others) {
                is_never |= *schema == Value::Bool(false);
                all.push(SchemaPart::Whole(schema));
            }
        }
        all.retain(|part| !matches!(part, SchemaPart::Whole(schema) if says_nothing(schema)) || is_declared);
        match (is_never, is_declared) {
            (true, _) => PropertySchemas::Never,
            (false, true) => PropertySchemas::Declared(all),
            (false, false) if all.is_empty() => PropertySchemas::Open,
            (false, false) => PropertySchemas::OfMap(all),
        }
    }

    /// What a value under a name must fit; `None` where there can be none.
    pub fn demanded(&mut self, view: &MergedSchema<'v>, name: &str) -> Option<SchemaParts<'v>> {
        match self.member(view, name) {
            PropertySchemas::Declared(all) | PropertySchemas::OfMap(all) => Some(all),
            PropertySchemas::Open => Some(SchemaParts::new()),
            PropertySchemas::Never => None,
        }
    }

    /// Whether a name is one of a pattern. Where nobody can read the pattern, nothing is refused for it either.
    fn matches(&mut self, pattern: &str, name: &str) -> bool {
        let compiled = self
            .patterns
            .entry(pattern.to_owned())
            .or_insert_with(|| Validator::compile(&json!({"pattern": pattern})).ok());
        compiled.as_ref().is_some_and(|judge| judge.problems(&json!(name)).is_empty())
    }

    /// What must be there. A default that is filled in is as good as the value.
    fn required(
        &mut self,
        must: &HashSet<&'v str>,
        must_now: &HashSet<&'v str>,
        (were, are): (&DeclaredProperties<'v>, &DeclaredProperties<'v>),
        (before, filled): (usize, Option<(&'v Value, &'v Value)>),
        path: &Path<'_>,
    ) {
        let has_default = |schema: &Value, name: &str| {
            schema
                .get("properties")
                .and_then(|all| all.get(name))
                .is_some_and(|one| one.get("default").is_some())
        };
        let here = path.key("properties");
        let all: HashSet<&'v str> = must.union(must_now).copied().collect();
        let mut all: Vec<&'v str> = all.into_iter().collect();
        all.sort_unstable();
        for name in all {
            let (was, is) = (must.contains(name), must_now.contains(name));
            let was_filled = filled.is_some_and(|(old, _)| has_default(old, name));
            let is_filled = filled.is_some_and(|(_, new)| has_default(new, name));
            let kind = match (was && !was_filled, is && !is_filled) {
                // One that is gone is told already.
                _ if was && were.set.contains(name) && !are.set.contains(name) && !is => continue,
                (false, true) => &d::PROPERTY_REQUIRED,
                (true, false) => &d::PROPERTY_OPTIONAL,
                _ if was != is && were.set.contains(name) => &d::PROPERTY_REQUIRED_FILLED,
                _ => continue,
            };
            if kind == &d::PROPERTY_REQUIRED && !were.set.contains(name) {
                let place = here.key(name).pointer();
                let told = self.found.split_off(before.min(self.found.len()));
                let is_new = |one: &Difference| one.code == d::PROPERTY_ADDED.code && one.pointer == place;
                self.found.extend(told.into_iter().filter(|one| !is_new(one)));
            }
            self.tell(kind, &here.key(name), &Value::Null, &Value::Null);
        }
    }

    /// Names by pattern.
    fn patterns(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) {
        let of = |view: &MergedSchema<'v>| -> HashMap<&'v str, SchemaParts<'v>> {
            let mut all: HashMap<&'v str, SchemaParts<'v>> = HashMap::default();
            for (pattern, schema) in view.held("patternProperties").filter_map(Value::as_object).flatten() {
                all.entry(pattern).or_default().push(SchemaPart::Whole(schema));
            }
            all
        };
        let (were, are) = (of(old), of(new));
        if were.is_empty() && are.is_empty() {
            return;
        }
        let words = ["properties", "patternProperties", "additionalProperties"];
        let parts = |view: &MergedSchema<'v>| -> Vec<&'v Map<String, Value>> {
            let has = |node: &&Map<String, Value>| words.iter().any(|word| node.contains_key(*word));
            view.nodes.iter().map(|(node, _)| *node).filter(has).collect()
        };
        let here = path.key("patternProperties");
        // What one part says of other names meets what another one says of these.
        let (of_old, mut of_new) = (parts(old), parts(new));
        let is_plain = (of_old.len() <= 1 && of_new.len() <= 1)
            || (of_old.len() == of_new.len()
                && of_old.into_iter().all(|one| {
                    let found = of_new.iter().position(|other| self.same_under(&words, one, other));
                    found.map(|at| of_new.remove(at)).is_some()
                }));
        let is_open = new.held("additionalProperties").all(says_nothing);
        let is_told = is_plain && are.keys().all(|pattern| were.contains_key(pattern));
        let gone = were.keys().any(|pattern| !are.contains_key(pattern));
        if !is_told || (gone && !is_open) {
            self.tell(&d::PATTERN_PROPERTIES_CHANGED, &here, &json!(named(&were)), &json!(named(&are)));
            return;
        }
        if gone {
            self.tell(&d::PATTERN_PROPERTIES_REMOVED, &here, &json!(named(&were)), &json!(named(&are)));
        }
        for pattern in named(&are) {
            let (was, is) = (were.get(pattern).cloned(), are.get(pattern).cloned());
            self.pair(&was.unwrap_or_default(), &is.unwrap_or_default(), None, &here.key(pattern));
        }
    }

    /// Names that nobody declares.
    fn undeclared(&mut self, old: &MergedSchema<'v>, new: &MergedSchema<'v>, path: &Path<'_>) {
        let here = path.key("additionalProperties");
        let of = |view: &MergedSchema<'v>| -> Vec<&'v Value> {
            view.held("additionalProperties").filter(|held| !says_nothing(held)).collect()
        };
        let (was, is) = (of(old), of(new));
        let is_closed = |all: &[&Value]| all.iter().any(|schema| **schema == Value::Bool(false));
        let (none, whole) = (&Value::Null, |all: Vec<&'v Value>| {
            all.into_iter().map(SchemaPart::Whole).collect::<SchemaParts<'v>>()
        });
        match (is_closed(&was), is_closed(&is)) {
            (true, true) => {}
            (true, false) => self.tell(&d::ADDITIONAL_PROPERTIES_OPENED, &here, none, none),
            (false, true) => self.tell(&d::ADDITIONAL_PROPERTIES_CLOSED, &here, none, none),
            (false, false) => self.pair(&whole(was), &whole(is), None, &here),
        }
    }

    /// What one property makes required.
    fn dependencies(
        &mut self,
        old: &MergedSchema<'v>,
        new: &MergedSchema<'v>,
        must: &HashSet<&'v str>,
        path: &Path<'_>,
    ) {
        let of = |view: &MergedSchema<'v>| -> HashSet<(&'v str, &'v str)> {
            let maps = view.held("dependentRequired").filter_map(Value::as_object);
            let lists = maps.flatten().filter_map(|(name, list)| Some((name.as_str(), list.as_array()?)));
            lists
                .flat_map(|(name, list)| list.iter().filter_map(Value::as_str).map(move |one| (name, one)))
                .collect()
        };
        let here = path.key("dependentRequired");
        let (was, is) = (of(old), of(new));
        let lacks = |from: &HashSet<(&'v str, &'v str)>, among: &HashSet<(&'v str, &'v str)>| {
            let mut lacking: Vec<_> = from.iter().filter(|one| !among.contains(*one)).copied().collect();
            lacking.sort_unstable();
            lacking
        };
        let fresh: Vec<_> =
            lacks(&is, &was).into_iter().filter(|(_, wanted)| !must.contains(wanted)).collect();
        if !fresh.is_empty() {
            self.tell(&d::DEPENDENT_REQUIRED_ADDED, &here, &Value::Null, &json!(fresh));
        }
        let gone = lacks(&was, &is);
        if !gone.is_empty() {
            self.tell(&d::DEPENDENT_REQUIRED_REMOVED, &here, &json!(gone), &Value::Null);
        }
    }
}

/// Whether something depends on which members an object has, so that one that is filled in may break it.
fn judges_as_a_whole(view: &MergedSchema<'_>) -> bool {
    let words = ["anyOf", "oneOf", "not", "if", "dependentSchemas", "dependentRequired", "maxProperties"];
    words.into_iter().any(|word| view.held(word).next().is_some())
}

/// The names that a view declares, and takes a value under.
struct DeclaredProperties<'v> {
    order: Vec<&'v str>,
    set: HashSet<&'v str>,
}

impl<'v> DeclaredProperties<'v> {
    fn of(view: &MergedSchema<'v>) -> Self {
        let (mut order, mut set) = (Vec::new(), HashSet::default());
        for name in view.held("properties").filter_map(Value::as_object).flat_map(Map::keys) {
            if set.insert(name.as_str()) {
                order.push(name.as_str());
            }
        }
        Self { order, set }
    }

    /// What one schema declares another may refuse.
    fn forget_if(&mut self, name: &str, member: &PropertySchemas<'_>) {
        if matches!(member, PropertySchemas::Never) {
            self.set.remove(name);
        }
    }
}

fn required<'v>(view: &MergedSchema<'v>) -> HashSet<&'v str> {
    view.held("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
}

fn named<'v>(patterns: &HashMap<&'v str, SchemaParts<'v>>) -> Vec<&'v str> {
    let mut names: Vec<&str> = patterns.keys().copied().collect();
    names.sort_unstable();
    names
}

/// Whether a schema takes anything, and says nothing of it.
fn says_nothing(schema: &Value) -> bool {
    *schema == Value::Bool(true) || comparable_value::key(schema) == "{}"
}
