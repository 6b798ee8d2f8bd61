//! Values that a schema takes, made from its own words. Not all are: they are judged afterwards.

use serde_json::{Map, Number, Value, json};

use super::dice::Dice;
use super::texts;

/// What texts are made of.
const LETTERS: [char; 8] = ['a', 'Z', '7', ' ', 'é', '"', '/', '雪'];

/// What kind of values are wanted.
#[derive(Clone, Copy)]
pub struct Style {
    /// In how many of eight cases an optional property is there.
    optionals: usize,
    /// Whether properties come that nothing declares, where they may.
    undeclared: bool,
    /// Whether lists and texts are as long and numbers as large as they may be, rather than as short and small.
    large: bool,
}

/// The styles of the values that are tried, the first of them first.
pub const STYLES: [Style; 6] = [
    Style { optionals: 4, undeclared: false, large: false },
    Style { optionals: 8, undeclared: false, large: true },
    Style { optionals: 0, undeclared: true, large: false },
    Style { optionals: 2, undeclared: true, large: true },
    Style { optionals: 6, undeclared: false, large: false },
    Style { optionals: 1, undeclared: false, large: true },
];

/// Values within one another that are made at most, and how many of these levels are kept for what must come.
const DEEPEST: usize = 20;
const LAST: usize = 8;
/// Values that one value may have in it, but for those that must come.
const LARGEST: usize = 60;
/// Schemas that one value is made of.
const PARTS: usize = 200;

/// Makes values of one schema.
pub struct Sampler<'s> {
    root: &'s Value,
    dice: Dice,
    style: Style,
    left: usize,
}

impl<'s> Sampler<'s> {
    /// A value that a schema may take.
    pub fn sample(root: &'s Value, style: Style, seed: u64) -> Value {
        let mut sampler = Self { root, dice: Dice::new(seed), style, left: LARGEST };
        sampler.value(&[root], DEEPEST)
    }

    /// A value that all of some schemas may take.
    fn value(&mut self, schemas: &[&'s Value], deeper: usize) -> Value {
        self.left = self.left.saturating_sub(1);
        let Some(deeper) = deeper.checked_sub(1) else { return Value::Null };
        let parts = self.parts(schemas);
        if let Some(value) = parts.iter().find_map(|part| part.get("const")) {
            return value.clone();
        }
        let kinds = kinds_of_all(&parts);
        if let Some(value) = self.listed(&parts, kinds.as_deref()) {
            return value;
        }
        // What nothing is said of is not made large.
        let deeper = if kinds.is_none() && parts.iter().all(|part| part.is_empty()) {
            deeper.min(LAST + 1)
        } else {
            deeper
        };
        let kind = self.kind(&parts, kinds, deeper);
        match kind {
            "object" => self.object(&parts, deeper),
            "array" => self.array(&parts, deeper),
            "integer" | "number" => self.number(&parts, kind),
            "boolean" => json!(self.dice.once_in(2)),
            "null" => Value::Null,
            _ => Value::String(self.text(&parts)),
        }
    }

    /// The schemas with all that they are made of; of unions one branch.
    fn parts(&mut self, schemas: &[&'s Value]) -> Vec<&'s Map<String, Value>> {
        let mut parts: Vec<&'s Map<String, Value>> = Vec::new();
        let mut waiting: Vec<&'s Value> = schemas.iter().rev().copied().collect();
        let mut unions: Vec<&'s Vec<Value>> = Vec::new();
        loop {
            let Some(next) = waiting.pop() else {
                let Some(branches) = unions.pop() else { return parts };
                waiting.extend(self.branch(&parts, branches));
                continue;
            };
            let Value::Object(map) = next else { continue };
            if parts.len() >= PARTS || parts.iter().any(|part| std::ptr::eq(*part, map)) {
                continue;
            }
            parts.push(map);
            waiting.extend(self.target(map));
            waiting.extend(list(map, "allOf"));
            unions.extend(["anyOf", "oneOf"].iter().filter_map(|union| map.get(*union)?.as_array()));
            if let Some(condition) = map.get("if") {
                let holds = self.dice.once_in(2);
                waiting.extend(holds.then_some(condition));
                waiting.extend(map.get(if holds { "then" } else { "else" }));
            }
        }
    }

    fn target(&self, schema: &Map<String, Value>) -> Option<&'s Value> {
        let reference = schema.get("$ref")?.as_str()?;
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// A branch that takes some type that the other parts take.
    fn branch(&mut self, parts: &[&'s Map<String, Value>], branches: &'s [Value]) -> Option<&'s Value> {
        let own = kinds_of_all(parts);
        let fits = |branch: &&'s Value| {
            let target = branch.as_object().and_then(|map| self.target(map)).unwrap_or(branch);
            let kinds = target.as_object().and_then(kinds_of);
            let (Some(own), Some(kinds)) = (&own, kinds) else { return **branch != json!(false) };
            kinds.iter().any(|kind| own.iter().any(|one| are_of_one_kind(one, kind)))
        };
        let fitting: Vec<_> = branches.iter().filter(fits).collect();
        if fitting.is_empty() { branches.first() } else { Some(*self.dice.pick(&fitting)) }
    }

    /// One of the values that are listed.
    fn listed(&mut self, parts: &[&'s Map<String, Value>], kinds: Option<&[&str]>) -> Option<Value> {
        let mut lists = parts.iter().filter_map(|part| part.get("enum")?.as_array());
        let first = lists.next()?;
        let others: Vec<_> = lists.collect();
        let fits = |value: &&Value| {
            others.iter().all(|list| list.contains(value))
                && kinds.is_none_or(|kinds| kinds.iter().any(|kind| is_of(value, kind)))
        };
        let fitting: Vec<_> = first.iter().filter(fits).collect();
        if fitting.is_empty() { None } else { Some((*self.dice.pick(&fitting)).clone()) }
    }

    fn kind(
        &mut self,
        parts: &[&'s Map<String, Value>],
        kinds: Option<Vec<&'s str>>,
        deeper: usize,
    ) -> &'s str {
        const ANY: [&str; 7] = ["string", "integer", "object", "array", "boolean", "null", "number"];
        let Some(mut kinds) = kinds else {
            let spoken = parts.iter().flat_map(|part| part.keys()).find_map(|keyword| spoken_of(keyword));
            // What keywords say of texts they do not say of numbers.
            let speaks = spoken.filter(|_| deeper == DEEPEST - 1 || !self.dice.once_in(5));
            let any = if deeper <= LAST { &ANY[..2] } else { &ANY[..] };
            return speaks.unwrap_or_else(|| any[self.dice.below(any.len())]);
        };
        if deeper <= LAST && kinds.contains(&"null") {
            return "null";
        }
        if kinds.len() > 1 && !self.dice.once_in(4) {
            kinds.retain(|kind| *kind != "null");
        }
        if kinds.is_empty() { "null" } else { kinds[self.dice.below(kinds.len())] }
    }

    fn object(&mut self, parts: &[&'s Map<String, Value>], deeper: usize) -> Value {
        let mut map = Map::new();
        let mut due: Vec<&str> =
            parts.iter().flat_map(|part| list(part, "required")).filter_map(Value::as_str).collect();
        let declared: Vec<&'s Map<String, Value>> =
            parts.iter().filter_map(|part| part.get("properties")?.as_object()).collect();
        let least = largest(parts, "minProperties").unwrap_or(0);
        let most = smallest(parts, "maxProperties").unwrap_or(usize::MAX);
        let extra = parts.iter().find_map(|part| part.get("additionalProperties"));
        let chance = if deeper == DEEPEST - 1 { self.style.optionals } else { self.style.optionals.min(4) };
        let names: Vec<&String> = declared.iter().flat_map(|properties| properties.keys()).collect();
        for name in names {
            let is_due = due.contains(&name.as_str());
            let is_wanted = deeper > LAST
                && map.len() < most
                && (map.len() < least || (self.left > 0 && self.dice.below(8) < chance));
            if map.contains_key(name) || !(is_due || is_wanted) {
                continue;
            }
            let schemas: Vec<&'s Value> =
                declared.iter().filter_map(|properties| properties.get(name)).collect();
            if schemas.contains(&&Value::Bool(false)) {
                continue;
            }
            due.extend(dependents(parts, name));
            map.insert(name.clone(), self.value(&schemas, deeper));
        }
        let open: Vec<&'s Value> = extra.into_iter().collect();
        for name in due {
            if !map.contains_key(name) {
                let of_it: Vec<&'s Value> =
                    declared.iter().filter_map(|properties| properties.get(name)).collect();
                let schemas = if of_it.is_empty() { &open } else { &of_it };
                let value = self.value(schemas, deeper);
                map.insert(name.to_owned(), value);
            }
        }
        self.undeclared(parts, &open, &mut map, (least, most), deeper);
        Value::Object(map)
    }

    /// Properties that nothing declares, where they may come.
    fn undeclared(
        &mut self,
        parts: &[&'s Map<String, Value>],
        open: &[&'s Value],
        map: &mut Map<String, Value>,
        (least, most): (usize, usize),
        deeper: usize,
    ) {
        let patterns = parts.iter().filter_map(|part| part.get("patternProperties")?.as_object()).flatten();
        let patterns: Vec<(&String, &'s Value)> = patterns.collect();
        let is_map = open.first().is_some_and(|extra| extra.is_object()) || !patterns.is_empty();
        let may = deeper > LAST && (is_map || self.style.undeclared) && (is_map || !self.dice.once_in(3));
        let wanted = if !may || self.left == 0 { 0 } else { 1 + self.dice.below(2) };
        let names = parts.iter().find_map(|part| part.get("propertyNames"));
        for number in 0..wanted.max(least.saturating_sub(map.len())).min(20) {
            if map.len() >= most {
                return;
            }
            let (name, schemas) = match (self.dice.below(2), patterns.as_slice(), open) {
                (_, [], [Value::Bool(false)]) => return,
                (0, [(pattern, schema), ..], _) | (_, [(pattern, schema), ..], [Value::Bool(false)]) => {
                    (texts::of_pattern(pattern, 0, &mut self.dice), vec![*schema])
                }
                _ => (format!("undeclared {number}"), open.to_vec()),
            };
            let name = match names {
                Some(schema) => match self.value(&[schema], 1) {
                    Value::String(name) => name,
                    _ => name,
                },
                None => name,
            };
            if !map.contains_key(&name) {
                let value = self.value(&schemas, deeper);
                map.insert(name, value);
            }
        }
    }

    fn array(&mut self, parts: &[&'s Map<String, Value>], deeper: usize) -> Value {
        let tuples: Vec<&'s Vec<Value>> =
            parts.iter().filter_map(|part| part.get("prefixItems")?.as_array()).collect();
        let rest: Vec<&'s Value> = parts.iter().filter_map(|part| part.get("items")).collect();
        let (least, most) = (largest(parts, "minItems"), smallest(parts, "maxItems"));
        let most = most.unwrap_or(usize::MAX);
        let mut length = match (self.left, self.style.large) {
            _ if deeper <= LAST => 0,
            (0, _) => 0,
            (_, true) => most.min(if self.left > LARGEST / 2 { 4 } else { 2 }),
            _ => self.dice.below(3),
        };
        if !tuples.is_empty() && deeper > LAST && self.dice.once_in(2) {
            length = tuples.iter().map(|tuple| tuple.len()).max().unwrap_or(0) + self.dice.below(2);
        }
        length = length.max(least.unwrap_or(0)).min(most).min(40);
        let mut items = Vec::new();
        for index in 0..length {
            let mut schemas: Vec<&'s Value> = tuples.iter().filter_map(|tuple| tuple.get(index)).collect();
            if schemas.is_empty() {
                schemas.clone_from(&rest);
            }
            if schemas.contains(&&Value::Bool(false)) {
                break;
            }
            let item = self.value(&schemas, deeper);
            let is_unique = parts.iter().any(|part| part.get("uniqueItems") == Some(&json!(true)));
            if !is_unique || !items.contains(&item) {
                items.push(item);
            }
        }
        for part in parts {
            let Some(contained) = part.get("contains").filter(|_| items.len() < most) else { continue };
            items.push(self.value(&[contained], deeper));
        }
        Value::Array(items)
    }

    fn number(&mut self, parts: &[&'s Map<String, Value>], kind: &str) -> Value {
        let bound =
            |keyword: &str| parts.iter().filter_map(|part| part.get(keyword)?.as_f64()).collect::<Vec<_>>();
        let most_of = |list: Vec<f64>| list.into_iter().reduce(f64::max);
        let least_of = |list: Vec<f64>| list.into_iter().reduce(f64::min);
        let (least, above) = (most_of(bound("minimum")), most_of(bound("exclusiveMinimum")));
        let (most, under) = (least_of(bound("maximum")), least_of(bound("exclusiveMaximum")));
        let step = least_of(bound("multipleOf")).unwrap_or(if kind == "integer" { 1.0 } else { 0.5 });
        let low = match (least, above) {
            (least, Some(above)) => Some(least.unwrap_or(f64::MIN).max(above + step)),
            (least, None) => least,
        };
        let high = match (most, under) {
            (most, Some(under)) => Some(most.unwrap_or(f64::MAX).min(under - step)),
            (most, None) => most,
        };
        let number = match (low, high, self.dice.below(4)) {
            (_, Some(high), 0) => (high / step).floor() * step,
            (Some(low), _, 1) => (low / step).ceil() * step,
            (Some(low), None, _) => ((low / step).ceil() + small(&mut self.dice)) * step,
            (None, Some(high), _) => ((high / step).floor() - small(&mut self.dice)) * step,
            (Some(low), Some(high), _) => {
                let steps = ((high - low) / step).floor().clamp(0.0, 9.0);
                ((low / step).ceil() + small(&mut self.dice).min(steps)) * step
            }
            (None, None, roll) => step * [0.0, 3.0, -2.0, 1_000_000.0][roll],
        };
        written(number, kind == "integer")
    }

    fn text(&mut self, parts: &[&'s Map<String, Value>]) -> String {
        let said = |keyword: &str| parts.iter().find_map(|part| part.get(keyword)?.as_str());
        let least = largest(parts, "minLength").unwrap_or(0);
        let most = smallest(parts, "maxLength").unwrap_or(usize::MAX);
        let fits = |text: &String| (least..=most).contains(&text.chars().count());
        if let Some(pattern) = said("pattern") {
            let lengths = [0, 0, least, least, least / 2, 0];
            let made = lengths.into_iter().map(|length| texts::of_pattern(pattern, length, &mut self.dice));
            let made: Vec<String> = made.collect();
            return made.iter().find(|text| fits(text)).or(made.first()).cloned().unwrap_or_default();
        }
        if let Some(text) = said("format").and_then(|format| texts::of_format(format, &mut self.dice)) {
            return text;
        }
        let long = *self.dice.pick(&[12, 45]);
        let length = if self.style.large { least.max(long) } else { least.max(self.dice.below(3)) };
        (0..length.min(most)).map(|_| if least > 40 { 'x' } else { *self.dice.pick(&LETTERS) }).collect()
    }
}

fn small(dice: &mut Dice) -> f64 {
    f64::from(u32::try_from(dice.below(5)).unwrap_or(0))
}

/// A number as JSON writes it: whole ones without a fraction, but now and then.
fn written(number: f64, is_whole: bool) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "only numbers that i64 holds")]
    let whole = number as i64;
    if is_whole && number.abs() < 9e15 {
        return json!(whole);
    }
    Number::from_f64(number).map_or(json!(0), Value::Number)
}

fn list<'s>(schema: &'s Map<String, Value>, keyword: &str) -> &'s [Value] {
    schema.get(keyword).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The names that must come where one comes.
fn dependents<'s>(parts: &[&'s Map<String, Value>], name: &str) -> Vec<&'s str> {
    let lists = parts.iter().filter_map(|part| part.get("dependentRequired")?.get(name)?.as_array());
    lists.flatten().filter_map(Value::as_str).collect()
}

fn counts(parts: &[&Map<String, Value>], keyword: &str) -> Vec<usize> {
    let held = parts.iter().filter_map(|part| part.get(keyword)?.as_f64());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole and small")]
    held.map(|count| count as usize).collect()
}

fn largest(parts: &[&Map<String, Value>], keyword: &str) -> Option<usize> {
    counts(parts, keyword).into_iter().max()
}

fn smallest(parts: &[&Map<String, Value>], keyword: &str) -> Option<usize> {
    counts(parts, keyword).into_iter().min()
}

fn kinds_of(schema: &Map<String, Value>) -> Option<Vec<&str>> {
    match schema.get("type")? {
        Value::String(kind) => Some(vec![kind]),
        Value::Array(kinds) => Some(kinds.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

/// The types that all parts take; nothing where none says any.
fn kinds_of_all<'s>(parts: &[&'s Map<String, Value>]) -> Option<Vec<&'s str>> {
    parts.iter().filter_map(|part| kinds_of(part)).reduce(|own, other| {
        let narrower = |one: &'s str, among: &[&'s str]| {
            among
                .iter()
                .find(|other| are_of_one_kind(one, other))
                .map(|other| if one == "integer" { one } else { *other })
        };
        own.into_iter().filter_map(|one| narrower(one, &other)).collect()
    })
}

fn are_of_one_kind(one: &str, other: &str) -> bool {
    let number = |kind: &str| matches!(kind, "integer" | "number");
    one == other || (number(one) && number(other))
}

fn is_of(value: &Value, kind: &str) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && !number.is_f64()),
        Value::String(_) => kind == "string",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}

fn spoken_of(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "properties"
        | "required"
        | "additionalProperties"
        | "patternProperties"
        | "minProperties"
        | "dependentRequired" => "object",
        "items" | "prefixItems" | "minItems" | "maxItems" | "contains" => "array",
        "pattern" | "minLength" | "maxLength" | "format" => "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => "number",
        _ => return None,
    })
}

/// A value that is almost the same: one place in it is another value, is gone, or has something beside it.
pub fn changed(value: &Value, seed: u64) -> Value {
    let mut dice = Dice::new(seed);
    let places = places(value, String::new());
    let place = dice.pick(&places).clone();
    let mut changed = value.clone();
    if let Some(held) = changed.pointer_mut(&place) {
        *held = change(held.take(), &mut dice);
    }
    changed
}

fn places(value: &Value, place: String) -> Vec<String> {
    let mut all = Vec::new();
    match value {
        Value::Object(map) => {
            for (name, held) in map {
                let name = name.replace('~', "~0").replace('/', "~1");
                all.extend(places(held, format!("{place}/{name}")));
            }
        }
        Value::Array(items) => {
            for (index, held) in items.iter().enumerate() {
                all.extend(places(held, format!("{place}/{index}")));
            }
        }
        _ => {}
    }
    all.push(place);
    all
}

fn change(value: Value, dice: &mut Dice) -> Value {
    if !value.is_object() && dice.once_in(3) {
        let others = [json!(null), json!("other"), json!(7), json!(true), json!([]), json!({}), json!(-1.5)];
        return dice.pick(&others).clone();
    }
    match value {
        Value::Object(mut map) => {
            let names: Vec<String> = map.keys().cloned().collect();
            if names.is_empty() || dice.once_in(3) {
                map.insert("one more".to_owned(), dice.pick(&[json!(1), json!("x"), json!(null)]).clone());
            } else {
                let name = dice.pick(&names);
                if dice.once_in(3) { map[name] = Value::Null } else { drop(map.shift_remove(name)) }
            }
            Value::Object(map)
        }
        Value::Array(mut items) => {
            match (dice.below(4), items.first().cloned()) {
                (0, _) => items.clear(),
                (1, Some(first)) => items.push(first),
                (2, Some(_)) => drop(items.pop()),
                _ => items.push(dice.pick(&[json!(null), json!("x"), json!(3), json!({})]).clone()),
            }
            Value::Array(items)
        }
        Value::Number(number) => {
            let near = number.as_f64().unwrap_or(0.0);
            let by = *dice.pick(&[1.0, -1.0, 0.5, 1e6, -1e6]);
            written(near + by, (near + by).fract() == 0.0)
        }
        Value::String(text) => {
            json!(match dice.below(4) {
                0 => String::new(),
                1 => format!("{text}!"),
                2 => text.chars().skip(1).collect(),
                _ => "x".repeat(300),
            })
        }
        Value::Bool(is) => json!(!is),
        Value::Null => json!({}),
    }
}
