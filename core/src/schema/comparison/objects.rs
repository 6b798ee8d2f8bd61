//! Object properties: declared properties, and which of them are required.

use serde_json::{Map, Value};

use super::comparable_value;
use super::compared_pair::{ComparedPair, FilledSchemas, PartsPair};
use super::comparer::Comparer;
use super::difference_kind::{Difference, difference as d};
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts};
use super::property_schemas::PropertySchemas;
use super::result_kinds as r;
use crate::json::{HashSet, Path};

/// A property name, and what both sides accept under it.
struct ComparedProperty<'v> {
    name: &'v str,
    old: PropertySchemas<'v>,
    new: PropertySchemas<'v>,
    /// Present where defaults are filled.
    filled: Option<FilledSchemas<'v>>,
}

/// The required properties of both sides, and the properties that each side declares.
struct RequiredComparison<'s, 'v> {
    old: &'s HashSet<&'v str>,
    new: &'s HashSet<&'v str>,
    declared_old: &'s DeclaredProperties<'v>,
    declared_new: &'s DeclaredProperties<'v>,
    /// Number of differences before the properties were compared.
    reported: usize,
}

impl<'v> Comparer<'v> {
    /// Compares all object keywords.
    pub fn objects(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let (mut were, mut are) = (DeclaredProperties::of(old), DeclaredProperties::of(new));
        let mut names: Vec<&'v str> = are.order.clone();
        names.extend(were.order.iter().copied().filter(|name| !are.set.contains(name)));
        let (must, must_now) = (required(old), required(new));
        let reported = self.found.len();
        for name in names {
            if !self.step() {
                self.report(&d::TOO_COMPLEX, path);
                return;
            }
            let filled = pair.filled.and_then(|filled| filled.property(name));
            let (was, is) = (self.property_schemas(old, name), self.property_schemas(new, name));
            were.forget_if_refused(name, &was);
            are.forget_if_refused(name, &is);
            self.property(ComparedProperty { name, old: was, new: is, filled }, pair);
        }
        let (declared_old, declared_new) = (&were, &are);
        let required =
            RequiredComparison { old: &must, new: &must_now, declared_old, declared_new, reported };
        self.required(&required, pair);
        self.pattern_properties(pair);
        self.additional_properties(pair);
        self.dependent_required(pair, &must);
        let property_names = |view: &MergedSchema<'v>| {
            view.held("propertyNames").map(SchemaPart::Whole).collect::<SchemaParts<'v>>()
        };
        let (was, is) = (property_names(old), property_names(new));
        self.compare(PartsPair::new(&was, &is), &path.key("propertyNames"));
    }

    fn property(&mut self, property: ComparedProperty<'v>, pair: &ComparedPair<'_, 'v>) {
        let properties = pair.path.key("properties");
        let path = properties.key(property.name);
        let (name, filled) = (property.name, property.filled);
        self.declared_elsewhere(&property, pair.old, &path);
        self.property_change(property, &path);
        let default = |schema: &Value| schema.get("default").map(comparable_value::key);
        if let Some(filled) = filled
            && default(filled.new).is_some_and(|is| default(filled.old) != Some(is))
            && judges_as_a_whole(pair.new)
        {
            let change = (&Value::Null, &filled.new["default"]);
            self.report_change(&d::DEFAULT_REFUSED, &properties.key(name), change);
        }
    }

    /// Compares a newly declared property with its declarations in union branches and around the branch.
    fn declared_elsewhere(
        &mut self,
        property: &ComparedProperty<'v>,
        view: &MergedSchema<'v>,
        path: &Path<'_>,
    ) {
        let (PropertySchemas::Open, PropertySchemas::Declared(new)) = (&property.old, &property.new) else {
            return;
        };
        let mut declared = Vec::new();
        for node in view.nodes.iter().map(|(node, _)| *node).chain(view.beside.iter().copied()) {
            declared.extend(self.declarations(node, property.name, 0));
        }
        for schema in declared {
            let old = vec![SchemaPart::Whole(schema)];
            let attempt = self.attempt(|this| this.compare(PartsPair::new(&old, new), path));
            self.found.extend(attempt.differences.into_iter().filter(Difference::is_breaking));
        }
    }

    fn property_change(&mut self, property: ComparedProperty<'v>, path: &Path<'_>) {
        use PropertySchemas::{Declared, Never, OfMap, Open};
        let ComparedProperty { old, new, filled, .. } = property;
        match (old, new) {
            (Declared(old), Declared(new)) => {
                self.compare(PartsPair { old: &old, new: &new, filled }, path);
            }
            (Declared(old), OfMap(new)) => {
                let attempt = self.attempt(|this| this.compare(PartsPair::new(&old, &new), path));
                if attempt.fits() {
                    let differences = self.keep(attempt);
                    self.found.extend(differences);
                    self.report(&d::PROPERTY_UNDECLARED, path);
                } else {
                    self.report(&d::PROPERTY_REMOVED, path);
                }
            }
            (Declared(_), Open) if self.is_of_results => self.report(&r::PROPERTY_ADDED, path),
            (Declared(_), Open | Never) => self.report(&d::PROPERTY_REMOVED, path),
            (OfMap(old), Declared(new)) => {
                self.compare(PartsPair::new(&old, &new), path);
                self.report(&d::PROPERTY_DECLARED, path);
            }
            (Open | Never, Declared(_)) if self.is_of_results => self.report(&r::PROPERTY_REMOVED, path),
            (Open | Never, Declared(_)) => self.report(&d::PROPERTY_ADDED, path),
            (OfMap(old), OfMap(new)) => self.compare(PartsPair::new(&old, &new), path),
            (OfMap(_) | Open, Never) => self.report(&d::ADDITIONAL_PROPERTIES_CLOSED, path),
            (Never, OfMap(_) | Open) => self.report(&d::ADDITIONAL_PROPERTIES_OPENED, path),
            (Open, OfMap(new)) => self.compare(PartsPair::new(&Vec::new(), &new), path),
            (OfMap(old), Open) => self.compare(PartsPair::new(&old, &Vec::new()), path),
            (Open, Open) | (Never, Never) => {}
        }
    }

    /// Compares `required`. A property with a filled default counts as optional.
    fn required(&mut self, required: &RequiredComparison<'_, 'v>, pair: &ComparedPair<'_, 'v>) {
        let here = pair.path.key("properties");
        let (were, are) = (&required.declared_old.set, &required.declared_new.set);
        let mut all: Vec<&'v str> = required.old.union(required.new).copied().collect();
        all.sort_unstable();
        for name in all {
            let (was, is) = (required.old.contains(name), required.new.contains(name));
            let was_filled = pair.filled.is_some_and(|filled| has_default(filled.old, name));
            let is_filled = pair.filled.is_some_and(|filled| has_default(filled.new, name));
            let kind = match (was && !was_filled, is && !is_filled) {
                // The removal of the property is reported already.
                _ if was && were.contains(name) && !are.contains(name) && !is => continue,
                _ if self.is_of_results && is && are.contains(name) && !were.contains(name) => continue,
                (false, true) => &d::PROPERTY_REQUIRED,
                (true, false) => &d::PROPERTY_OPTIONAL,
                _ if was != is && were.contains(name) => &d::PROPERTY_REQUIRED_FILLED,
                _ => continue,
            };
            if kind == &d::PROPERTY_REQUIRED && !were.contains(name) {
                self.forget_addition(&here.key(name), required.reported);
            }
            self.report(kind, &here.key(name));
        }
    }

    /// Removes the report that a property was added: that it is required says more.
    fn forget_addition(&mut self, path: &Path<'_>, reported: usize) {
        let place = path.pointer();
        let differences = self.found.split_off(reported.min(self.found.len()));
        let is_new = |one: &Difference| one.code == d::PROPERTY_ADDED.code && one.pointer == place;
        self.found.extend(differences.into_iter().filter(|one| !is_new(one)));
    }
}

fn has_default(schema: &Value, name: &str) -> bool {
    let property = schema.get("properties").and_then(|properties| properties.get(name));
    property.is_some_and(|property| property.get("default").is_some())
}

/// Returns true if a keyword depends on the set of properties, so that a filled default can break it.
fn judges_as_a_whole(view: &MergedSchema<'_>) -> bool {
    let words = ["anyOf", "oneOf", "not", "if", "dependentSchemas", "dependentRequired", "maxProperties"];
    words.into_iter().any(|word| view.held(word).next().is_some())
}

/// Declared properties that accept a value.
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

    /// Removes a name that another schema refuses.
    fn forget_if_refused(&mut self, name: &str, member: &PropertySchemas<'_>) {
        if matches!(member, PropertySchemas::Never) {
            self.set.remove(name);
        }
    }
}

fn required<'v>(view: &MergedSchema<'v>) -> HashSet<&'v str> {
    view.held("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
}
