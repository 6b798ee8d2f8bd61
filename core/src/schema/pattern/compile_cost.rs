//! How much work it is to compile a regular expression: about the states of the automaton that it becomes.

use super::pattern_tree::{Class, Item, Part};

/// What each pattern costs, however short it is.
const BASE: usize = 50;
/// What a class of Unicode's costs, in bytes of UTF-8.
const PROPERTY: usize = 300;

/// The weight of a regular expression.
pub fn of(root: &Part) -> usize {
    part(root).saturating_add(BASE)
}

fn part(held: &Part) -> usize {
    match held {
        Part::Text(_) | Part::Start | Part::End => 1,
        Part::Dot
        | Part::Any
        | Part::EndOrLineFeed
        | Part::LineStart
        | Part::LineEnd
        | Part::Boundary { .. }
        | Part::Reference(_)
        | Part::NamedReference(_) => 10,
        Part::Class(class) => of_class(class),
        Part::Group(_, inner) => part(inner).saturating_add(2),
        Part::Repeat(repeat) => {
            let times = repeat.most.unwrap_or(repeat.least.saturating_add(1)).max(1);
            part(&repeat.part).saturating_mul(usize::try_from(times).unwrap_or(usize::MAX)).saturating_add(2)
        }
        Part::Sequence(parts) | Part::Choice(parts) => {
            parts.iter().fold(1, |sum: usize, one| sum.saturating_add(part(one)))
        }
    }
}

fn of_class(class: &Class) -> usize {
    let item = |item: &Item| match item {
        Item::Range(_, to) if to.is_ascii() => 1,
        Item::Range(..) => 8,
        Item::Short('d' | 'w') => 2,
        Item::Short(_) => 10,
        Item::Property { name, .. } if matches!(name.as_str(), "ASCII" | "Any") => 2,
        // `[\P{M}\p{M}]` is any character.
        Item::Property { name, negated } if has(class, name, !negated) => 2,
        Item::Property { .. } => PROPERTY,
    };
    let sum: usize = class.items.iter().map(item).sum();
    1 + if class.negated { sum + 10 } else { sum }
}

fn has(class: &Class, wanted: &str, as_negated: bool) -> bool {
    class.items.iter().any(|item| match item {
        Item::Property { name, negated } => name == wanted && *negated == as_negated,
        Item::Range(..) | Item::Short(_) => false,
    })
}
