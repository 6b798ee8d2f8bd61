//! The door to regex-syntax: which characters are the same where case does not count.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::pattern_tree::{CharacterClass, ClassItem};

/// A class with all that differs from its characters by case alone, by Unicode's simple case folding. `None` where that cannot be
/// said: of properties, which are not always closed.
pub fn folded(class: CharacterClass) -> Option<CharacterClass> {
    let (ranges, mut items): (Vec<ClassItem>, Vec<ClassItem>) =
        class.items.into_iter().partition(|item| matches!(item, ClassItem::Range(..)));
    let is_closed = |item: &ClassItem| match item {
        ClassItem::Short(_) => true,
        ClassItem::Property { name, .. } => {
            matches!(name.as_str(), "L" | "Letter" | "N" | "Nd" | "P" | "S" | "Z" | "Any")
        }
        ClassItem::Range(..) => false,
    };
    if !items.iter().all(is_closed) {
        return None;
    }
    let ranges = ranges.iter().filter_map(|item| match item {
        ClassItem::Range(from, to) => Some(ClassUnicodeRange::new(*from, *to)),
        ClassItem::Short(_) | ClassItem::Property { .. } => None,
    });
    let mut set = ClassUnicode::new(ranges);
    set.try_case_fold_simple().ok()?;
    items.splice(..0, set.iter().map(|range| ClassItem::Range(range.start(), range.end())));
    Some(CharacterClass { items, ..class })
}

/// A character where case does not count: a class, or nothing where it has no case.
pub fn of_char(c: char) -> Option<CharacterClass> {
    let one = CharacterClass { negated: false, items: vec![ClassItem::Range(c, c)] };
    folded(one.clone()).filter(|class| *class != one)
}
