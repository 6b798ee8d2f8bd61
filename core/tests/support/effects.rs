//! Whether what a rendering changed was told: each value that one schema takes and the other refuses must be explained
//! by a diagnostic of that effect, of a kind that may refuse it so, at the place where it is refused.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError};
use serde_json::{Map, Value};
use toolrack_core::schema::Effect;
use toolrack_core::target::Diagnostic;

/// A schema that judges. Formats count, so that one which is left out without a word is seen.
pub struct Judge(jsonschema::Validator);

impl Judge {
    /// The judge of a schema. A pattern that the engine does not read judges nothing.
    pub fn of(schema: &Value) -> Self {
        let compile = |schema: &Value| {
            jsonschema::draft202012::options()
                .offline()
                .should_validate_formats(true)
                .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(100_000))
                .build(schema)
        };
        let judge = compile(schema).or_else(|_| compile(&without_patterns(schema)));
        Self(judge.unwrap_or_else(|error| panic!("{error} in {schema}")))
    }

    /// Whether the schema takes a value.
    pub fn takes(&self, value: &Value) -> bool {
        self.0.is_valid(value)
    }

    /// What the schema refuses of a value.
    pub fn faults<'v>(&'v self, value: &'v Value) -> impl Iterator<Item = ValidationError<'v>> {
        self.0.iter_errors(value)
    }
}

fn without_patterns(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let kept = map.iter().filter(|(keyword, held)| {
                !(*keyword == "pattern" && held.is_string()) && *keyword != "patternProperties"
            });
            Value::Object(kept.map(|(keyword, held)| (keyword.clone(), without_patterns(held))).collect())
        }
        Value::Array(items) => items.iter().map(without_patterns).collect(),
        other => other.clone(),
    }
}

/// What may be refused where a change of a kind was told.
enum Refused {
    /// What one of these keywords says of the place.
    At(&'static [&'static str]),
    /// What stands under one of these keywords of the place, however deep.
    Under(&'static [&'static str]),
    /// What the keyword says that the pointer ends with, or what stands under it.
    Keyword,
    /// Whatever the place or a part of it is refused for: nothing is said of it.
    Whatever,
}

/// What each kind of change excuses, and no more.
const EXCUSES: [(&str, Effect, Refused); 25] = [
    ("OBJECT_CLOSED", Effect::Narrower, Refused::At(&["additionalProperties"])),
    ("OPEN_OBJECT_CLOSED", Effect::Narrower, Refused::At(&["additionalProperties"])),
    // A value of a branch that is left out is of none of the others.
    ("RECURSION_UNROLLED", Effect::Narrower, Refused::At(&["anyOf"])),
    // A property that is left out may still come: nobody says what it is then. See `effect_of`.
    ("RECURSION_UNROLLED", Effect::Wider, Refused::Whatever),
    ("ROOT_NULL_DROPPED", Effect::Narrower, Refused::At(&["type"])),
    ("ROOT_TYPE_ADDED", Effect::Narrower, Refused::At(&["type"])),
    ("TUPLE_CLOSED", Effect::Narrower, Refused::Under(&["maxItems", "items"])),
    ("TYPE_INFERRED", Effect::Narrower, Refused::At(&["type"])),
    ("ADDITIONAL_PROPERTIES_DROPPED", Effect::Wider, Refused::Under(&["additionalProperties"])),
    ("ALLOF_LOOSENED", Effect::Wider, Refused::Under(&["allOf", "additionalProperties"])),
    ("ENUM_EMPTY_STRING_TO_HINT", Effect::Wider, Refused::At(&["enum", "const"])),
    ("ENUM_TO_HINT", Effect::Wider, Refused::At(&["enum", "const"])),
    ("FALSE_PROPERTY_DROPPED", Effect::Wider, Refused::At(&["falseSchema"])),
    ("FORMAT_TO_HINT", Effect::Wider, Refused::Keyword),
    ("KEYWORD_TO_HINT", Effect::Wider, Refused::Keyword),
    ("NULL_TYPE_WIDENED", Effect::Wider, Refused::At(&["type", "const", "enum"])),
    ("ONEOF_TO_ANYOF", Effect::Wider, Refused::At(&["oneOf"])),
    ("PATTERN_LOOKAROUND", Effect::Wider, Refused::Keyword),
    ("PATTERN_NOT_PYTHON_RE", Effect::Wider, Refused::Keyword),
    ("PATTERN_TO_HINT", Effect::Wider, Refused::Keyword),
    ("REQUIRED_UNDECLARED_DROPPED", Effect::Wider, Refused::At(&["required"])),
    ("ROOT_UNION_FLATTENED", Effect::Wider, Refused::Keyword),
    ("SCHEMA_TO_JSON_TEXT", Effect::Wider, Refused::Whatever),
    ("TUPLE_TO_ITEMS", Effect::Wider, Refused::Under(&["prefixItems", "items"])),
    ("OAS_NULLABLE_NO_TYPE", Effect::Wider, Refused::At(&["type"])),
];

/// Codes whose pointer ends with a keyword, not with the place of a schema.
const AT_KEYWORD: [&str; 6] = [
    "FORMAT_TO_HINT",
    "KEYWORD_TO_HINT",
    "PATTERN_LOOKAROUND",
    "PATTERN_NOT_PYTHON_RE",
    "PATTERN_TO_HINT",
    "ROOT_UNION_FLATTENED",
];

/// What was told of one rendering.
pub struct Told {
    reasons: Vec<Reason>,
    /// The properties that have other names there.
    pub renamed: Vec<String>,
}

/// One change, by the values that it speaks of.
struct Reason {
    effect: Effect,
    refused: &'static Refused,
    place: Place,
    keyword: String,
}

/// What a change does to the values that are taken. Where the target's objects are open, a model writes no property
/// that it is not shown (NARROWER), and one that comes all the same may be anything.
fn effect_of(diagnostic: &Diagnostic) -> Effect {
    let mut above = diagnostic.pointer.rsplit('/').skip(1);
    let is_property = diagnostic.code == "RECURSION_UNROLLED" && above.next() == Some("properties");
    if is_property { Effect::Wider } else { diagnostic.effect }
}

/// Which parts of a value a schema speaks of, by its pointer.
pub struct Place {
    /// Whether it stands in a definition, so that it is led to from anywhere.
    is_anywhere: bool,
    steps: Vec<Step>,
}

enum Step {
    Member(String),
    AnyMember,
    AnyItem,
}

impl Place {
    /// The place that the pointer of a schema means.
    pub fn of(pointer: &str) -> Self {
        let mut tokens = pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
        let mut place = Self { is_anywhere: false, steps: Vec::new() };
        while let Some(token) = tokens.next() {
            match token.as_str() {
                "$defs" => {
                    tokens.next();
                    place = Self { is_anywhere: true, steps: Vec::new() };
                }
                "properties" => place.steps.extend(tokens.next().map(Step::Member)),
                "patternProperties" => {
                    tokens.next();
                    place.steps.push(Step::AnyMember);
                }
                "additionalProperties" | "unevaluatedProperties" => place.steps.push(Step::AnyMember),
                "prefixItems" => {
                    tokens.next();
                    place.steps.push(Step::AnyItem);
                }
                "items" | "contains" | "unevaluatedItems" => place.steps.push(Step::AnyItem),
                "anyOf" | "oneOf" | "allOf" | "dependentSchemas" => drop(tokens.next()),
                _ => {}
            }
        }
        place
    }

    /// Whether it means a part of a value, or one around that.
    pub fn means(&self, instance: &[String], renamed: &[String], or_around: bool) -> bool {
        let fits = |from: usize| {
            let rest = &instance[from..];
            let is_long_enough =
                rest.len() == self.steps.len() || (or_around && rest.len() > self.steps.len());
            is_long_enough
                && self.steps.iter().zip(rest).all(|(step, token)| match step {
                    Step::Member(name) => name == token || renamed.contains(name),
                    Step::AnyMember | Step::AnyItem => true,
                })
        };
        if self.is_anywhere { (0..=instance.len()).any(fits) } else { fits(0) }
    }
}

fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

impl Told {
    /// What some diagnostics say.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let reason = |diagnostic: &Diagnostic| {
            let (_, effect, refused) = EXCUSES
                .iter()
                .find(|(code, effect, _)| *code == diagnostic.code && *effect == effect_of(diagnostic))?;
            let (above, keyword) = match diagnostic.pointer.rsplit_once('/') {
                Some((above, keyword)) if AT_KEYWORD.contains(&diagnostic.code) => (above, keyword),
                _ => (diagnostic.pointer.as_str(), ""),
            };
            Some(Reason { effect: *effect, refused, place: Place::of(above), keyword: keyword.to_owned() })
        };
        let renamed = diagnostics.iter().filter(|one| one.code == "PROPERTY_RENAMED");
        let renamed = renamed.filter_map(|one| tokens(&one.pointer).pop()).collect();
        Self { reasons: diagnostics.iter().filter_map(reason).collect(), renamed }
    }

    /// Whether a change of an effect was told that explains why a value is refused.
    pub fn explains(&self, effect: Effect, fault: &ValidationError<'_>) -> bool {
        let instance = tokens(fault.instance_path().as_str());
        let way = tokens(fault.evaluation_path().as_str());
        let keyword = fault.kind().keyword();
        let passes = |word: &str| keyword == word || way.iter().any(|token| token == word);
        let direct = self.reasons.iter().filter(|reason| reason.effect == effect).any(|reason| {
            let (fits, or_around) = match reason.refused {
                Refused::At(words) => (words.contains(&keyword), false),
                Refused::Under(words) => (words.iter().any(|word| passes(word)), true),
                Refused::Keyword => (passes(&reason.keyword), true),
                Refused::Whatever => (true, true),
            };
            fits && reason.place.means(&instance, &self.renamed, or_around)
        });
        let branches = match fault.kind() {
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                context.as_slice()
            }
            _ => &[],
        };
        // What widens a branch makes two of them overlap, and what widens an item is missed by the list.
        let widens = self.reasons.iter().any(|reason| reason.effect == Effect::Wider);
        let overlaps = match fault.kind() {
            ValidationErrorKind::OneOfMultipleValid { .. } => effect == Effect::Narrower && widens,
            ValidationErrorKind::Contains => effect == Effect::Wider && widens,
            _ => false,
        };
        direct
            || overlaps
            || branches
                .iter()
                .any(|faults| !faults.is_empty() && faults.iter().all(|fault| self.explains(effect, fault)))
    }

    /// The first fault that no diagnostic of an effect explains.
    pub fn unexplained(&self, effect: Effect, judge: &Judge, value: &Value) -> Option<String> {
        let fault = judge.faults(value).find(|fault| !self.explains(effect, fault))?;
        let message: String = fault.to_string().chars().take(300).collect();
        Some(format!(
            "{} at {} ({})",
            message,
            fault.instance_path().as_str(),
            fault.evaluation_path().as_str()
        ))
    }
}

/// A schema without what only people read, to tell whether two are one.
pub fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let kept = map.iter().filter(|(keyword, held)| {
                !(held.is_string() && matches!(keyword.as_str(), "title" | "description"))
            });
            Value::Object(kept.map(|(keyword, held)| (keyword.clone(), bare(held))).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}
