//! Search after changes: what changes came, in which order and in how many segments, is nothing that a hit depends on.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use toolrack_core::registry::{OnConflict, RegisteredTool, ToolRegistry};
use toolrack_core::search::{FieldWeights, SearchIndex};

use crate::support::dice::Dice;
use crate::support::searching::{
    WORDS, answer, fresh, plain_tool, ranking, registry_of, search, sentence, text, tool_of,
};

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, ..ProptestConfig::default() }
}

/// What a registry is told to do.
#[derive(Clone, Debug)]
enum Order {
    Register(u8, u64),
    Replace(u8, u64),
    Unregister(u8),
    Switch(u8, bool),
    Apply(&'static str, Vec<(u8, u64)>),
    Forget(&'static str),
    Search,
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let (name, seed) = (0..24_u8, 0..40_u64);
    let source = prop::sample::select(vec!["crm", "shop"]);
    let tools = prop::collection::btree_map(24..36_u8, 0..6_u64, 0..5);
    let order = prop_oneof![
        3 => (name.clone(), seed.clone()).prop_map(|(name, seed)| Order::Register(name, seed)),
        3 => (name.clone(), seed).prop_map(|(name, seed)| Order::Replace(name, seed)),
        2 => name.clone().prop_map(Order::Unregister),
        2 => (name, any::<bool>()).prop_map(|(name, on)| Order::Switch(name, on)),
        3 => (source.clone(), tools).prop_map(|(source, all)| Order::Apply(source, all.into_iter().collect())),
        1 => source.prop_map(Order::Forget),
        6 => Just(Order::Search),
    ];
    prop::collection::vec(order, 20..90)
}

/// A tool of a number with words of a seed. Some have names that are no wire names.
fn made(source: &str, number: u8, seed: u64) -> RegisteredTool {
    let mut dice = Dice::new(seed);
    let separator = ["_", "/", "."][usize::from(number) % 3];
    let name = format!("{source}{separator}{}{separator}{number}", WORDS[usize::from(number) % WORDS.len()]);
    let definition = json!({
        "name": name, "description": sentence(&WORDS, 9, &mut dice), "category": dice.pick(&WORDS),
        "deprecated": dice.once_in(5), "aliases": [sentence(&WORDS, 2, &mut dice)],
        "parameters": {*dice.pick(&WORDS): {"type": "string", "description": sentence(&WORDS, 4, &mut dice)}},
    });
    tool_of(source, &definition)
}

/// What cannot be done is refused: other tests say when.
fn follow(registry: &ToolRegistry, order: &Order) {
    let snapshot = registry.snapshot();
    let name = |number: u8| made("code", number, 0).name().to_owned();
    match order {
        Order::Register(number, seed) => drop(registry.register(made("code", *number, *seed))),
        Order::Replace(number, seed) => drop(registry.replace(made("code", *number, *seed))),
        Order::Unregister(number) => drop(registry.unregister(&name(*number), None)),
        Order::Switch(number, on) => {
            if let Some(tool) = snapshot.get(&name(*number)) {
                registry.set_enabled(tool.id, tool.name(), *on).expect("is there");
            }
        }
        Order::Apply(source, tools) => {
            let tools = tools.iter().map(|(number, seed)| made(source, *number, *seed)).collect();
            registry.apply(source, tools).expect("open");
        }
        Order::Forget(source) => drop(registry.unregister_source(source).expect("open")),
        Order::Search => {
            drop(search(&snapshot, &json!("delete a repo"), &json!({"filter": {"source": "code"}})));
        }
    }
}

fn queries(seed: u64) -> Vec<(Value, Value)> {
    let mut dice = Dice::new(seed);
    let mut one = || sentence(&WORDS, 4, &mut dice);
    vec![
        (json!(one()), json!({"limit": 50})),
        (json!([one(), one()]), json!({"limit": 50})),
        (json!(one()), json!({"limit": 3, "filter": {"source": ["code", "shop"]}})),
        (json!("code/repo/11"), json!({})),
        (json!("delte webhookdelivery repositry"), json!({"limit": 50})),
    ]
}

proptest! {
    #![proptest_config(cases(24))]

    /// S4. Searches between the changes make segments, and merges in the background of many.
    #[test]
    fn after_random_changes_hits_are_those_of_a_fresh_registry(orders in orders(), seed: u64) {
        let registry = registry_of((0..24).map(|number| made("code", number, 99)));
        for (at, order) in orders.iter().enumerate() {
            follow(&registry, order);
            if at % 8 == 7 || at + 1 == orders.len() {
                let snapshot = registry.snapshot();
                let fresh = fresh(&snapshot);
                for (query, options) in queries(seed) {
                    let own = answer(&snapshot, &query, &options);
                    prop_assert_eq!(own, answer(&fresh, &query, &options), "{} after {:?}", query, &orders[..=at]);
                }
            }
        }
    }
}

/// What an index is told to do. Numbers choose among the indexes that were made so far.
#[derive(Clone, Debug)]
enum Step {
    Change(usize, BTreeMap<u64, Option<u64>>),
    Merge(usize),
    /// The merge of one index is given to another: a later one, an earlier one, or one of another line of changes.
    TakeMerge(usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = || 0..1_000_usize;
    let change = prop::collection::btree_map(0..16_u64, prop::option::weighted(0.7, 0..50_u64), 1..4);
    let step = prop_oneof![
        6 => (any(), change).prop_map(|(at, change)| Step::Change(at, change)),
        1 => any().prop_map(Step::Merge),
        3 => (any(), any()).prop_map(|(at, before)| Step::TakeMerge(at, before)),
    ];
    prop::collection::vec(step, 1..50)
}

type Texts = BTreeMap<u64, u64>;

fn words_of(texts: &Texts) -> Vec<(u64, String)> {
    texts.iter().map(|(at, seed)| (*at, sentence(&WORDS, 6, &mut Dice::new(*seed)))).collect()
}

fn built(texts: &Texts) -> SearchIndex {
    let words = words_of(texts);
    let tools = words.iter().map(|(at, words)| (*at, text("tool", words)));
    SearchIndex::build(tools, FieldWeights::default())
}

fn changed(index: &SearchIndex, texts: &mut Texts, change: &BTreeMap<u64, Option<u64>>) -> SearchIndex {
    let left: Vec<u64> = change.keys().copied().collect();
    let come: Texts = change.iter().filter_map(|(at, seed)| Some((*at, (*seed)?))).collect();
    texts.retain(|at, _| !change.contains_key(at));
    texts.extend(come.clone());
    let words = words_of(&come);
    index.after(&left, words.iter().map(|(at, words)| (*at, text("tool", words))))
}

proptest! {
    #![proptest_config(cases(64))]

    /// S2, S4. `later` is drawn near the end of the list, so that lines grow long.
    #[test]
    fn an_index_of_changes_and_merges_ranks_as_one_that_is_made_at_once(steps in steps(), later: bool) {
        let start: Texts = (0..8).map(|at| (at, at)).collect();
        let mut all = vec![(built(&start), start)];
        for step in &steps {
            let count = all.len();
            let near_end = |number: usize| count - 1 - number % count.min(3);
            let place = |number: usize| if later { near_end(number) } else { number % count };
            let next = match step {
                Step::Change(at, change) => {
                    let (index, mut texts) = all[place(*at)].clone();
                    (changed(&index, &mut texts, change), texts)
                }
                Step::Merge(at) => {
                    let (index, texts) = &all[place(*at)];
                    (index.merge().after().clone(), texts.clone())
                }
                Step::TakeMerge(at, before) => {
                    let ((index, texts), (before, _)) = (&all[place(*at)], &all[before % all.len()]);
                    (index.with_merge(&before.merge()), texts.clone())
                }
            };
            all.push(next);
        }
        for (index, texts) in all.iter().rev().take(12) {
            let (fresh, admitted) = (built(texts), texts.keys().copied().collect::<Vec<_>>());
            prop_assert_eq!((index.len(), index.is_empty()), (texts.len(), texts.is_empty()));
            for query in ["delete the repo", "create issues", "pull request label"] {
                prop_assert_eq!(ranking(index, &admitted, query), ranking(&fresh, &admitted, query), "{:?}", steps);
                let some: Vec<u64> = admitted.iter().copied().filter(|at| at % 3 != 0).collect();
                prop_assert_eq!(ranking(index, &some, query), ranking(&fresh, &some, query), "{:?}", steps);
            }
        }
    }
}

/// An old revision is searched first when a later one has been merged.
#[test]
fn a_merge_of_a_later_index_costs_an_earlier_one_no_tool() {
    let words = ["zarnot", "blickum", "fropal"];
    let index = SearchIndex::build((0..).zip(words.map(|word| text(word, "d"))), FieldWeights::default());
    let later = index.after(&[0], [(3, text("mavelt", "d"))]);
    let taken = index.with_merge(&later.merge());
    assert!(!index.can_take_merge_of(&later) && later.can_take_merge_of(&index));
    assert_eq!(ranking(&taken, &[0, 1, 2], "zarnot").1, 1);
}

#[test]
fn many_changes_become_few_segments() {
    let mut index = SearchIndex::build([(0, text("zarnot", "d"))], FieldWeights::default());
    for at in 1..=40 {
        index = index.after(&[], [(at, text("blickum", "d"))]);
    }
    let merge = index.merge();
    let merged = merge.after();
    assert_eq!((index.segment_count(), merged.segment_count(), merged.len()), (41, 1, 41));
    assert!(index.should_merge() && !merged.should_merge());
    assert_eq!(index.after(&(0..=40).collect::<Vec<_>>(), []).segment_count(), 0);
}

/// S2. Scores and the tools that are found do not depend on the order of arrival. Tools of one score stand in it.
#[test]
fn tools_that_come_in_another_order_have_the_same_scores() {
    let mut dice = Dice::new(11);
    let tools: Vec<_> =
        (0..200).map(|number| (format!("t{number}"), sentence(&WORDS, 6, &mut dice))).collect();
    let made = |order: &[usize]| {
        registry_of(order.iter().map(|at| plain_tool(&tools[*at].0, &tools[*at].1))).snapshot()
    };
    let first: Vec<usize> = (0..tools.len()).collect();
    let (own, queries) = (made(&first), queries(5));
    for seed in 0..4 {
        let mut order = first.clone();
        let mut dice = Dice::new(seed);
        (1..order.len()).rev().for_each(|at| order.swap(at, dice.below(at + 1)));
        let other = made(&order);
        let place = |name: &str| order.iter().position(|at| tools[*at].0 == *name);
        for (query, _) in &queries[..1] {
            let of = |snapshot| -> Vec<(u64, String)> {
                let found = search(snapshot, query, &json!({"limit": 50, "filter": {"name": "t1*"}}));
                found.hits.into_iter().map(|hit| (hit.score.to_bits(), hit.name)).collect()
            };
            let (own, other) = (of(&own), of(&other));
            let scores = |hits: &[(u64, String)]| hits.iter().map(|(score, _)| *score).collect::<Vec<_>>();
            assert_eq!(scores(&own), scores(&other), "{query}");
            let last = own.last().expect("some are found").0;
            let above = |hits: &[(u64, String)]| {
                let mut above: Vec<_> = hits.iter().filter(|(score, _)| *score != last).cloned().collect();
                above.sort();
                above
            };
            assert_eq!(above(&own), above(&other), "{query}");
            for pair in other.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                assert!(place(&pair[0].1) < place(&pair[1].1), "{query}: {pair:?}");
            }
        }
    }
}

#[test]
fn a_registry_that_replaces_all_tools_finds_the_new_ones_alone() {
    let registry = ToolRegistry::new(OnConflict::Replace);
    for generation in 0..60 {
        let words = ["zarnot", "blickum"][generation % 2];
        let tools = (0..3).map(|at| tool_of("crm", &json!({"name": format!("t{at}"), "description": words})));
        registry.apply("crm", tools.collect()).expect("open");
        let total = |word| search(&registry.snapshot(), &json!(word), &json!({})).total;
        let expected = if generation % 2 == 0 { (3, 0) } else { (0, 3) };
        assert_eq!((total("zarnot"), total("blickum")), expected, "generation {generation}");
    }
}
