//! What a change means to a model that calls the tool: single changes with their classes, and what holds for all.
//!
//! `changes/schemas.json` has pairs of schemas, `changes/operations.json` a document and changes of it (RFC 7396). The
//! documents of the field stand beside the workspace, in `../shared/specs`; without them the cases written here are all
//! there is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::support::comparisons::{Dice, any_root, mutated, renamed, sample, shuffled};
use futures_core::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use toolrack_core::error::Result;
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, SpecLoader};
use toolrack_core::registry::{ChangeSet, OnConflict, RegisteredTool, Snapshot, ToolRegistry};
use toolrack_core::review::{ChangeClass, Classification, ComparedTool, RemovedTools, ToolChange};
use toolrack_core::schema::{Difference, Effect, Schema, difference, differences};
use toolrack_core::spec::SpecSource;
use toolrack_core::tool::{Executor, ToolCall, ToolResult};

/// Tools of one document of which each is compared with itself.
const TRIED: usize = 150;

fn cases(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/changes").join(file);
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

fn told(old: &Value, new: &Value) -> Vec<Difference> {
    differences(&Schema::new(old), &Schema::new(new))
}

fn class(told: &[Difference]) -> ChangeClass {
    told.iter().map(|one| one.effect.into()).max().unwrap_or_default()
}

fn sorted_codes<'c>(codes: impl Iterator<Item = &'c str>) -> Vec<&'c str> {
    let mut codes: Vec<_> = codes.collect();
    codes.sort_unstable();
    codes
}

/// What is not as a case expects it.
fn unexpected(
    case: &Value,
    class: ChangeClass,
    codes: &[&str],
    shown: &impl std::fmt::Debug,
) -> Option<String> {
    let is_so = case["class"] == class.as_str() && case["codes"] == json!(codes);
    (!is_so).then(|| {
        format!(
            "{}: {} {} and not {class:?} {codes:?}\n  {shown:?}",
            case["name"], case["class"], case["codes"]
        )
    })
}

#[test]
fn each_change_of_a_schema_has_its_class() {
    let cases = cases("schemas.json");
    let cases = cases.as_array().expect("cases");
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let told = told(&case["old"], &case["new"]);
            let codes = sorted_codes(told.iter().map(|one| one.code));
            unexpected(case, class(&told), &codes, &told)
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 120);
}

#[test]
fn what_takes_more_one_way_takes_less_the_other_way_or_was_never_said() {
    for case in cases("schemas.json").as_array().expect("cases") {
        let (there, back) = (told(&case["old"], &case["new"]), told(&case["new"], &case["old"]));
        let expected: &[ChangeClass] = match class(&there) {
            ChangeClass::None => &[ChangeClass::None],
            ChangeClass::Widening => &[ChangeClass::Breaking],
            ChangeClass::Wording => &[ChangeClass::Wording, ChangeClass::Widening],
            _ => &ChangeClass::ALL[1..],
        };
        assert!(expected.contains(&class(&back)), "{}: {there:?}\n{back:?}", case["name"]);
    }
}

#[test]
fn every_kind_of_difference_has_a_case() {
    let cases = cases("schemas.json");
    let all: Vec<&str> = cases
        .as_array()
        .expect("cases")
        .iter()
        .flat_map(|case| case["codes"].as_array().expect("codes").iter().filter_map(Value::as_str))
        .collect();
    let bare: Vec<_> =
        difference::ALL.iter().map(|kind| kind.code).filter(|code| !all.contains(code)).collect();
    assert_eq!(bare, ["UNION_REMOVED", "TOO_COMPLEX"], "these have tests of their own");
}

/// The tools of a document.
async fn tools(source: SpecSource) -> Option<Arc<Snapshot>> {
    loaded(source, LoadOptions { name: Some("api".to_owned()), ..LoadOptions::default() }).await
}

async fn loaded(source: SpecSource, options: LoadOptions) -> Option<Arc<Snapshot>> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    loader.load(source, options).await.ok()?;
    Some(registry.snapshot())
}

fn side(tool: &RegisteredTool) -> ComparedTool<'_> {
    ComparedTool { definition: &tool.definition, executor: &*tool.executor }
}

/// What changed between two states of a source.
fn classified(old: &Snapshot, new: &Snapshot) -> Classification {
    let tool =
        |snapshot: &'_ Snapshot, name: &str| snapshot.tools().find(|tool| tool.name() == name).is_some();
    let mut set = ChangeSet::default();
    for one in old.tools() {
        let list = if tool(new, one.name()) { &mut set.updated } else { &mut set.removed };
        list.push(one.name().to_owned());
    }
    set.added = new.tools().map(|one| one.name().to_owned()).filter(|name| !tool(old, name)).collect();
    Classification::classify(
        &set,
        |name| old.tools().find(|tool| tool.name() == name).map(|tool| side(tool)),
        |name| new.tools().find(|tool| tool.name() == name).map(|tool| side(tool)),
        &RemovedTools::default(),
    )
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().expect("a map");
    for (key, held) in patch {
        if held.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), held);
        }
    }
}

#[tokio::test]
async fn each_change_of_a_document_has_its_class() {
    let file = cases("operations.json");
    let cases = file["cases"].as_array().expect("cases");
    let mut wrong = Vec::new();
    for case in cases {
        let with = |patch: &Value| {
            let mut document = file["document"].clone();
            if !patch.is_null() {
                merge(&mut document, patch);
            }
            SpecSource::Text(document.to_string().into_bytes().into())
        };
        let old = tools(with(&case["old"])).await.expect("loads");
        let new = tools(with(&case["new"])).await.expect("loads");
        let classified = classified(&old, &new);
        let codes = sorted_codes(classified.tools.iter().flat_map(|tool| &tool.findings).map(|one| one.code));
        wrong.extend(unexpected(case, classified.class, &codes, &classified.tools));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 50);
}

/// A closure, as far as the core knows it.
struct Closure;

impl Executor for Closure {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async { Ok(Value::Null.into()) })
    }
}

#[tokio::test]
async fn what_carries_calls_out_is_compared_as_far_as_it_says_where_they_go() {
    let document = cases("operations.json")["document"].to_string().into_bytes();
    let with = |value: &'static str| {
        let mut options = LoadOptions { name: Some("api".to_owned()), ..LoadOptions::default() };
        let header = (HeaderName::from_static("x-key"), HeaderValue::from_static(value));
        options.conversion.headers = Arc::new(HeaderMap::from_iter([header]));
        loaded(SpecSource::Text(document.clone().into()), options)
    };
    let (one, same, other) = (with("a").await, with("a").await, with("b").await);
    let snapshots = [one, same, other].map(|snapshot| snapshot.expect("loads"));
    let [old, same, other] =
        snapshots.each_ref().map(|snapshot| side(snapshot.tools().next().expect("a tool")));
    let codes =
        |old, new| -> Vec<_> { ToolChange::between(old, new).findings.iter().map(|one| one.code).collect() };
    assert_eq!(codes(old, same), [""; 0]);
    assert_eq!(codes(old, other), ["HEADERS_CHANGED"]);
    let told = format!("{:?}", ToolChange::between(old, other));
    assert!(!told.contains("\"a\"") && !told.contains("\"b\""), "headers may be credentials: {told}");
    let closure = ComparedTool { executor: &Closure, ..old };
    assert_eq!(codes(closure, closure), [""; 0], "every reload makes new closures");
    assert_eq!(codes(old, closure), ["EXECUTOR_CHANGED"]);
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs/dev");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

#[tokio::test]
async fn a_document_that_is_read_again_changed_in_nothing() {
    for path in documents() {
        let shown = path.display().to_string();
        let (Some(old), Some(new)) =
            (tools(SpecSource::Path(path.clone())).await, tools(SpecSource::Path(path)).await)
        else {
            continue;
        };
        let started = Instant::now();
        // As texts of their own, so that nothing is told from their being equal.
        let step = old.len().div_ceil(TRIED).max(1);
        for tool in old.tools().step_by(step) {
            let schema = tool.definition.input_schema.value();
            let mut other = schema.clone();
            other["title"] = json!("another");
            let codes: Vec<_> = told(&schema, &other).into_iter().map(|one| one.code).collect();
            assert_eq!(codes, ["TITLE_CHANGED"], "{shown} {}", tool.name());
        }
        println!("{shown}: {} tools in {:?}", old.len(), started.elapsed());
        let classified = classified(&old, &new);
        assert_eq!(classified, Classification::default(), "{shown}");
    }
}

/// What an old schema takes and the new one refuses, once defaults are filled in.
fn refused(old: &Schema, new: &Schema, dice: &mut Dice, taken: &mut usize) -> Option<String> {
    let root = old.value();
    (0..40).find_map(|_| {
        let value = sample(&root, &root, dice, 4);
        if !old.problems(&value).is_empty() {
            return None;
        }
        *taken += 1;
        let mut filled = value.clone();
        new.fill_defaults(&mut filled);
        (!new.problems(&filled).is_empty()).then(|| value.to_string())
    })
}

/// How many changes broke nothing, and how many values were tried with them.
#[derive(Default)]
struct Count {
    kept: usize,
    /// Those that take more.
    wider: usize,
    taken: usize,
}

/// A random change that is said to break nothing, and does.
fn broken(dice: &mut Dice, count: &mut Count) -> Option<String> {
    let old = any_root(dice);
    let new = mutated(&old, dice);
    let (one, other) = (Schema::new(&old), Schema::new(&new));
    let told = differences(&one, &other);
    if told.iter().any(Difference::is_breaking)
        || one.compile_problem().is_some()
        || other.compile_problem().is_some()
    {
        return None;
    }
    count.kept += 1;
    count.wider += usize::from(class(&told) == ChangeClass::Widening);
    let value = refused(&one, &other, dice, &mut count.taken)?;
    Some(format!("{value}\n  {old}\n  {new}\n  {told:?}"))
}

#[test]
fn what_breaks_nothing_takes_every_value_that_was_taken() {
    let mut count = Count::default();
    let wrong: Vec<_> = (0..4_000_u64)
        .filter_map(|seed| broken(&mut Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)), &mut count))
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong[..wrong.len().min(4)].join("\n"));
    println!("{} break nothing, {} of them take more, {} values", count.kept, count.wider, count.taken);
    assert!(count.wider > 700 && count.taken > 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_names_of_definitions_nor_orders_count(seed in any::<u64>()) {
        let schema = any_root(&mut Dice(seed));
        for other in [renamed(&schema), shuffled(&schema), schema.clone()] {
            prop_assert_eq!(told(&schema, &other), [], "{}\n{}", schema, other);
        }
        let mut other = schema.clone();
        other["description"] = json!("another");
        let codes: Vec<_> = told(&schema, &other).into_iter().map(|one| one.code).collect();
        prop_assert_eq!(codes, ["DESCRIPTION_CHANGED"], "{}", schema);
    }

    #[test]
    fn what_takes_more_takes_less_when_it_goes_back(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let old = any_root(&mut dice);
        let new = mutated(&old, &mut dice);
        let (there, back) = (told(&old, &new), told(&new, &old));
        prop_assert_eq!(there.is_empty(), back.is_empty(), "{}\n{}\n{:?}\n{:?}", old, new, there, back);
        if class(&there) == ChangeClass::Widening {
            prop_assert!(class(&back) >= ChangeClass::Wording, "{}\n{}\n{:?}\n{:?}", old, new, there, back);
        }
    }

    #[test]
    fn what_breaks_nothing_takes_what_was_taken(seed in any::<u64>()) {
        prop_assert_eq!(broken(&mut Dice(seed), &mut Count::default()), None);
    }
}

#[test]
fn what_is_too_deep_or_too_large_breaks() {
    let chain = |word: &str| {
        let mut definitions = Map::new();
        for i in 0..3_000 {
            let next = json!({"type": "object", "properties": {"next": {"$ref": format!("#/$defs/{word}{}", i + 1)}}});
            definitions.insert(format!("{word}{i}"), next);
        }
        definitions.insert(format!("{word}3000"), json!({"type": "string"}));
        json!({"type": "object", "properties": {"a": {"$ref": format!("#/$defs/{word}0")}}, "$defs": definitions})
    };
    let codes: Vec<_> = told(&chain("A"), &chain("B")).into_iter().map(|one| one.code).collect();
    assert_eq!(codes, ["TOO_COMPLEX"]);
    // Each branch may be any other, in a union of unions.
    let wide = |shift: usize| {
        let branch = |depth: usize| {
            let inner: Vec<_> = (0..20)
                .map(|i| json!({"type": "object", "properties": {format!("p{i}"): {"minimum": i + shift + depth}}}))
                .collect();
            json!({"anyOf": inner, "minProperties": depth})
        };
        let outer: Vec<_> = (0..40).map(branch).collect();
        json!({"type": "object", "properties": {"a": {"anyOf": outer}}})
    };
    let started = Instant::now();
    assert!(told(&wide(0), &wide(1)).iter().any(Difference::is_breaking));
    println!("{:?}", started.elapsed());
    // A definition that names the next one twice is looked at once.
    let doubled = |word: &str| {
        let mut definitions = Map::new();
        for i in 0..40 {
            let next = json!({"$ref": format!("#/$defs/{word}{}", i + 1)});
            definitions.insert(format!("{word}{i}"), json!({"allOf": [next, next], "minProperties": i}));
        }
        definitions.insert(format!("{word}40"), json!({"type": "object"}));
        json!({"$ref": format!("#/$defs/{word}0"), "$defs": definitions})
    };
    assert_eq!(told(&doubled("A"), &doubled("B")), []);
}

#[test]
fn unions_that_stand_side_by_side_are_told() {
    let both = json!({"anyOf": [{"type": "string"}, {"type": "null"}], "oneOf": [{"minLength": 1}, {"type": "null"}]});
    let codes = |old: &Value, new: &Value| -> Vec<_> {
        told(old, new).into_iter().map(|one| (one.code, one.effect)).collect()
    };
    assert_eq!(
        codes(&both, &json!({})),
        [("TYPE_WIDENED", Effect::Wider), ("UNION_REMOVED", Effect::Wider)][1..]
    );
    assert_eq!(codes(&json!({}), &both), [("UNION_ADDED", Effect::Narrower)]);
}

/// Two states of one API, as its publisher wrote them.
const PAIRS: [(&str, &str); 9] = [
    ("dev/github-ghes-3.6.v3.0.yaml", "dev/github-api.v3.0.json"),
    ("field/adyen__json__AccountService-v3.json", "field/adyen__json__AccountService-v5.json"),
    ("field/adyen__json__BinLookupService-v40.json", "field/adyen__json__BinLookupService-v50.json"),
    ("field/adyen__json__BinLookupService-v50.json", "field/adyen__json__BinLookupService-v53.json"),
    ("field/adyen__json__HopService-v5.json", "field/adyen__json__HopService-v6.json"),
    ("field/adyen__json__LegalEntityService-v2.json", "field/adyen__json__LegalEntityService-v3.json"),
    ("field/adyen__json__PayoutService-v30.json", "field/adyen__json__PayoutService-v50.json"),
    ("field/adyen__json__RecurringService-v25.json", "field/adyen__json__RecurringService-v40.json"),
    ("field/twilio__spec__json__twilio_video_v1.json", "field/twilio__spec__yaml__twilio_video_v1.yaml"),
];

#[tokio::test]
async fn what_publishers_changed_is_told_and_what_breaks_nothing_takes_what_was_taken() {
    let (mut taken, mut wrong) = (0, Vec::new());
    for (old, new) in PAIRS {
        let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs");
        let (Some(before), Some(after)) =
            (tools(SpecSource::Path(specs.join(old))).await, tools(SpecSource::Path(specs.join(new))).await)
        else {
            println!("skipped: {old}");
            continue;
        };
        let started = Instant::now();
        let classified = classified(&before, &after);
        let elapsed = started.elapsed();
        let count = |class: ChangeClass| classified.tools.iter().filter(|tool| tool.class == class).count();
        let counts: Vec<_> = ChangeClass::ALL.map(|class| (class.as_str(), count(class))).into();
        println!("{new}: {} tools, {counts:?} in {elapsed:?}", after.len());
        let codes: Vec<_> =
            classified.tools.iter().flat_map(|tool| &tool.findings).map(|one| one.code).collect();
        assert!(!codes.contains(&"TOO_COMPLEX") && !codes.contains(&"REFERENCE_UNKNOWN"), "{new}");
        for (seed, tool) in before.tools().enumerate() {
            let Some(other) = after.tools().find(|other| other.name() == tool.name()) else { continue };
            let (one, other) = (&tool.definition.input_schema, &other.definition.input_schema);
            let mut dice = Dice(seed as u64);
            let changed = (seed % 8 == 0).then(|| Schema::new(&mutated(&one.value(), &mut dice)));
            let changed = changed.filter(|changed| changed.compile_problem().is_none());
            let is_safe = |other: &&Schema| !differences(one, other).iter().any(Difference::is_breaking);
            for other in std::iter::once(other).chain(&changed).filter(is_safe) {
                let found = refused(one, other, &mut dice, &mut taken);
                wrong.extend(found.map(|value| format!("{new} {}: {value}", tool.name())));
            }
        }
    }
    println!("{taken} values");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
