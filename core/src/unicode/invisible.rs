//! Invisible characters. Source: Unicode 16, `Default_Ignorable_Code_Point` and `White_Space`.

/// Returns true for characters that are invisible in every context.
pub const fn is_never_seen(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' // bidirectional embeddings and overrides
        | '\u{2060}'..='\u{206F}' // word joiner, invisible operators, isolates
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}' // tags, and what is left of their plane
    )
}

/// Returns true if the character is visible by itself: no white space, control, blank or combining
/// selector.
pub fn is_seen(c: char) -> bool {
    // The blank Braille pattern, joiners and variation selectors.
    let is_blank = matches!(c,
        '\u{2800}' | '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    !(c.is_whitespace() || c.is_control() || is_blank || is_never_seen(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_not_seen() {
        for c in " \t\n\0\u{7f}\u{85}\u{a0}\u{ad}\u{115f}\u{1160}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2028}\u{202e}\u{2060}\u{2064}\u{2800}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{e0041}\u{e0100}".chars()
        {
            assert!(!is_seen(c), "{c:?}");
        }
        for c in "a0-_.@äж漢ア\u{1F600}\u{1100}\u{0301}".chars() {
            assert!(is_seen(c), "{c:?}");
        }
    }
}
