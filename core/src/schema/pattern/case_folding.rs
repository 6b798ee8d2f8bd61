//! Case folding of character classes. Only this file uses the crate regex-syntax.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::pattern_tree::{CharacterClass, ClassItem};

/// Adds all case variants to a class, by Unicode simple case folding. Returns `None` for properties that
/// are not closed under case.
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

/// Returns the class of a character's case variants, if it has any.
pub fn of_char(c: char) -> Option<CharacterClass> {
    let one = CharacterClass { negated: false, items: vec![ClassItem::Range(c, c)] };
    folded(one.clone()).filter(|class| *class != one)
}
