//! Long answers, and what a model is shown of them.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use toolrack_core::exec::{TruncationCut, TruncationUnit, json_size, truncate_value};

fn cut(pointer: &str, kept: usize, of: usize, unit: TruncationUnit) -> TruncationCut {
    TruncationCut { pointer: pointer.into(), kept, of, unit }
}

#[test]
fn arrays_keep_whole_items_and_say_what_is_left_out() {
    let items: Vec<Value> = (0..1_000).map(|id| json!({"id": id, "name": "n".repeat(20)})).collect();
    let whole = json!({"total": 1_000, "items": items, "next": "/page/2"});
    let (shown, truncated) = truncate_value(whole.clone(), 1_000);
    let truncated = truncated.expect("is cut");
    let kept = shown["items"].as_array().expect("items");
    assert!(kept.len() > 15, "{}", kept.len());
    assert_eq!(kept[..], items[..kept.len()]);
    assert_eq!((&shown["total"], &shown["next"]), (&whole["total"], &whole["next"]));
    assert_eq!(truncated.cuts, [cut("/items", kept.len(), 1_000, TruncationUnit::Items)]);
    assert_eq!((truncated.bytes, truncated.kept_bytes), (whole.to_string().len(), shown.to_string().len()));
    assert_eq!(
        json!(truncated)["cuts"][0],
        json!({"pointer": "/items", "kept": kept.len(), "of": 1_000, "unit": "items"})
    );
}

#[test]
fn what_is_shown_follows_from_what_there_is() {
    let long = "x".repeat(200);
    for (whole, limit, expected, cuts) in [
        (json!("abcdefgh"), 10, json!("abcdefgh"), vec![]),
        (json!("abcdefghi"), 10, json!("abcde…"), vec![cut("", 5, 9, TruncationUnit::Characters)]),
        (json!("ééééééééé"), 10, json!("éé…"), vec![cut("", 2, 9, TruncationUnit::Characters)]),
        (json!("\n\n\n\n\n\n\n"), 10, json!("\n\n…"), vec![cut("", 2, 7, TruncationUnit::Characters)]),
        (json!("😀😀😀"), 12, json!("😀…"), vec![cut("", 1, 3, TruncationUnit::Characters)]),
        (json!([1, 2, 3, 4, 5]), 8, json!([1, 2, 3]), vec![cut("", 3, 5, TruncationUnit::Items)]),
        (
            json!([long, 1]),
            20,
            json!(["xxxxxxxxxxxxx…"]),
            vec![cut("", 1, 2, TruncationUnit::Items), cut("/0", 13, 200, TruncationUnit::Characters)],
        ),
        (json!([long]), 20, json!(["xxxxxxxxxxxxx…"]), vec![cut("/0", 13, 200, TruncationUnit::Characters)]),
        (
            json!({"a/b": long, "c": 1}),
            100,
            json!({"a/b": format!("{}…", "x".repeat(80)), "c": 1}),
            vec![cut("/a~1b", 80, 200, TruncationUnit::Characters)],
        ),
        (
            json!({"a": long, "b": 1, "c": 2}),
            30,
            json!({"b": 1, "c": 2}),
            vec![cut("", 2, 3, TruncationUnit::Members)],
        ),
        (
            json!([[1, 2], [3, 4], [5, 6]]),
            15,
            json!([[1, 2], [3, 4]]),
            vec![cut("", 2, 3, TruncationUnit::Items)],
        ),
        (json!(true), 1, json!(true), vec![]),
        (json!(12_345_678), 4, json!(null), vec![]),
        (json!("x"), 0, json!("x"), vec![]),
        (json!("xyz"), 0, json!(null), vec![]),
    ] {
        let (shown, truncated) = truncate_value(whole.clone(), limit);
        assert_eq!(shown, expected, "{whole}");
        assert_eq!(truncated.is_some(), shown != whole, "{whole}");
        assert_eq!(truncated.map(|truncated| truncated.cuts).unwrap_or_default(), cuts, "{whole}");
    }
}

#[test]
fn long_members_are_cut_to_the_same_length() {
    let whole = json!({"a": "x".repeat(500), "b": "short", "c": "y".repeat(5_000), "d": "z".repeat(50)});
    let (shown, _) = truncate_value(whole, 400);
    let length = |key: &str| shown[key].as_str().expect("a text").chars().count();
    assert_eq!((length("b"), length("d")), (5, 50));
    assert_eq!(length("a"), length("c"));
    assert!((380..=400).contains(&shown.to_string().len()), "{}", shown.to_string().len());
}

#[test]
fn a_thousand_cuts_are_counted_and_some_are_told() {
    let whole: Map<String, Value> = (0..100).map(|n| (format!("k{n}"), json!("x".repeat(1_000)))).collect();
    let (shown, truncated) = truncate_value(Value::Object(whole), 10_000);
    let truncated = truncated.expect("is cut");
    assert_eq!((truncated.cuts.len(), truncated.more), (20, 80));
    assert_eq!(shown.as_object().map(Map::len), Some(100));
}

#[test]
fn hostile_answers_take_no_longer_than_they_are() {
    let deep = (0..120).fold(json!("x".repeat(2_000_000)), |inner, _| json!({"a": inner}));
    let wide: Value = (0..200_000).map(|n| (format!("k{n}"), json!(n))).collect::<Map<_, _>>().into();
    let nested = (0..60).fold(json!(vec!["y".repeat(100); 10_000]), |inner, _| json!([inner, 1]));
    for whole in [deep, wide, nested] {
        let began = std::time::Instant::now();
        let (shown, truncated) = truncate_value(whole, 100_000);
        assert!(shown.to_string().len() <= 100_000 && truncated.is_some());
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z]{0,60}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 200, 12, |inner| {
        let members = prop::collection::vec((any::<String>(), inner.clone()), 0..12);
        prop_oneof![
            prop::collection::vec(inner, 0..12).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whether what is shown is made of what there was, and nothing that is no cut is another one.
fn is_part(shown: &Value, whole: &Value, at: &str, cuts: &[TruncationCut]) -> bool {
    let is_cut = cuts.iter().any(|cut| cut.pointer == at);
    let below = |token: &str| format!("{at}/{}", token.replace('~', "~0").replace('/', "~1"));
    match (shown, whole) {
        (Value::Array(kept), Value::Array(items)) => {
            let parts = kept.iter().zip(items).enumerate();
            kept.len() <= items.len()
                && (is_cut || kept.len() == items.len())
                && parts
                    .into_iter()
                    .all(|(n, (kept, item))| is_part(kept, item, &below(&n.to_string()), cuts))
        }
        (Value::Object(kept), Value::Object(map)) => {
            (is_cut || kept.len() == map.len())
                && kept.iter().all(|(key, kept)| {
                    map.get(key).is_some_and(|item| is_part(kept, item, &below(key), cuts))
                })
        }
        (Value::String(kept), Value::String(text)) if is_cut => {
            kept.strip_suffix('…').is_some_and(|kept| text.starts_with(kept))
        }
        _ => shown == whole,
    }
}

proptest! {
    #[test]
    fn whatever_there_is_fits_and_is_a_part_of_it(whole in values(), limit in 4_usize..2_000) {
        let text = whole.to_string();
        prop_assert_eq!(json_size(&whole, usize::MAX), text.len());
        let (shown, truncated) = truncate_value(whole.clone(), limit);
        prop_assert!(shown.to_string().len() <= limit, "{} of {}: {}", shown, limit, text);
        match truncated {
            None => prop_assert_eq!(shown, whole),
            Some(truncated) => {
                prop_assert!(text.len() > limit);
                prop_assert_eq!((truncated.bytes, truncated.kept_bytes), (text.len(), shown.to_string().len()));
                if truncated.more == 0 && !shown.is_null() {
                    prop_assert!(is_part(&shown, &whole, "", &truncated.cuts), "{} of {}", shown, text);
                }
            }
        }
    }
}
