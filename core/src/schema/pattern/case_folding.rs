//! The door to regex-syntax: which characters are the same where case does not count.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::pattern_tree::{Class, Item};

/// A class with all that differs from its characters by case alone, by Unicode's simple case folding. `None` where that cannot be
/// said: of properties, which are not always closed.
pub fn folded(class: Class) -> Option<Class> {
    let (ranges, mut items): (Vec<Item>, Vec<Item>) =
        class.items.into_iter().partition(|item| matches!(item, Item::Range(..)));
    let is_closed = |item: &Item| match item {
        Item::Short(_) => true,
        Item::Property { name, .. } => {
            matches!(name.as_str(), "L" | "Letter" | "N" | "Nd" | "P" | "S" | "Z" | "Any")
        }
        Item::Range(..) => false,
    };
    if !items.iter().all(is_closed) {
        return None;
    }
    let ranges = ranges.iter().filter_map(|item| match item {
        Item::Range(from, to) => Some(ClassUnicodeRange::new(*from, *to)),
        Item::Short(_) | Item::Property { .. } => None,
    });
    let mut set = ClassUnicode::new(ranges);
    set.try_case_fold_simple().ok()?;
    items.splice(..0, set.iter().map(|range| Item::Range(range.start(), range.end())));
    Some(Class { items, ..class })
}

/// A character where case does not count: a class, or nothing where it has no case.
pub fn of_char(c: char) -> Option<Class> {
    let one = Class { negated: false, items: vec![Item::Range(c, c)] };
    folded(one.clone()).filter(|class| *class != one)
}
