//! Compile cost of a regular expression, in states of its automaton, approximately.

use super::pattern_tree::{CharacterClass, ClassItem, PatternNode};

/// Base cost of each pattern.
const BASE: usize = 50;
/// Cost of a Unicode property class, in UTF-8 states.
const PROPERTY: usize = 300;

/// Returns the compile cost of a regular expression.
pub fn of(root: &PatternNode) -> usize {
    part(root).saturating_add(BASE)
}

fn part(held: &PatternNode) -> usize {
    match held {
        PatternNode::Text(_) | PatternNode::Start | PatternNode::End => 1,
        PatternNode::Dot
        | PatternNode::Any
        | PatternNode::EndOrLineFeed
        | PatternNode::LineStart
        | PatternNode::LineEnd
        | PatternNode::Boundary { .. }
        | PatternNode::Reference(_)
        | PatternNode::NamedReference(_) => 10,
        PatternNode::Class(class) => of_class(class),
        PatternNode::Group(_, inner) => part(inner).saturating_add(2),
        PatternNode::Repeat(repeat) => {
            let times = repeat.most.unwrap_or(repeat.least.saturating_add(1)).max(1);
            part(&repeat.part).saturating_mul(usize::try_from(times).unwrap_or(usize::MAX)).saturating_add(2)
        }
        PatternNode::Sequence(parts) | PatternNode::Choice(parts) => {
            parts.iter().fold(1, |sum: usize, one| sum.saturating_add(part(one)))
        }
    }
}

fn of_class(class: &CharacterClass) -> usize {
    let item = |item: &ClassItem| match item {
        ClassItem::Range(_, to) if to.is_ascii() => 1,
        ClassItem::Range(..) => 8,
        ClassItem::Short('d' | 'w') => 2,
        ClassItem::Short(_) => 10,
        ClassItem::Property { name, .. } if matches!(name.as_str(), "ASCII" | "Any") => 2,
        // `[\P{M}\p{M}]` matches any character.
        ClassItem::Property { name, negated } if has(class, name, !negated) => 2,
        ClassItem::Property { .. } => PROPERTY,
    };
    let sum: usize = class.items.iter().map(item).sum();
    1 + if class.negated { sum + 10 } else { sum }
}

fn has(class: &CharacterClass, wanted: &str, as_negated: bool) -> bool {
    class.items.iter().any(|item| match item {
        ClassItem::Property { name, negated } => name == wanted && *negated == as_negated,
        ClassItem::Range(..) | ClassItem::Short(_) => false,
    })
}
