//! Stems: the forms of an English word that count as one word, such as `create`, `created`, `creates` and `creating`.
//!
//! Light stemming: plurals, `-ing` and `-ed` go, and British endings become American ones. A stem is a key of the index,
//! never shown. Porter's algorithm finds no more tools, and joins words that differ (`general`, `generate`).

/// Words that end like a plural or a participle and are none.
const WHOLE: [&str; 34] = [
    "aws", "bed", "building", "cms", "dns", "dos", "during", "embed", "gps", "ios", "king", "led", "lens",
    "meeting", "morning", "news", "nothing", "ops", "os", "pos", "red", "ring", "setting", "shed", "sing",
    "sms", "sped", "spring", "string", "thing", "tls", "used", "vps", "wing",
];

/// British words whose American form no rule gives.
const AMERICAN: [(&str, &str); 10] = [
    ("catalogue", "catalog"),
    ("centre", "center"),
    ("cheque", "check"),
    ("dialogue", "dialog"),
    ("enrol", "enroll"),
    ("fulfil", "fulfill"),
    ("grey", "gray"),
    ("licence", "license"),
    ("metre", "meter"),
    ("programme", "program"),
];

/// The stem of a word in lower case. Words of other scripts, and words with digits, are their own stems.
pub(in crate::search) fn stem(word: &str) -> String {
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let singular = singular(word);
    let american = AMERICAN.iter().find(|(british, _)| *british == singular);
    let mut stem = american.map_or(singular.as_str(), |(_, american)| american).to_owned();
    strip_participle(&mut stem);
    americanize(&mut stem);
    end_evenly(&mut stem);
    stem
}

/// A word without the ending of a plural, except for the `e` of `boxes`, which [`end_evenly`] takes.
fn singular(word: &str) -> String {
    if WHOLE.contains(&word) {
        return word.to_owned();
    }
    match word.strip_suffix('s') {
        // `analysis` and `analyses` are one word; `status`, `access` and `this` are no plurals.
        Some(rest) if rest.ends_with("si") && rest.len() > 4 => rest[..rest.len() - 1].to_owned(),
        Some(rest) if rest.len() >= 2 && !rest.ends_with(['s', 'u', 'i']) => rest
            .strip_suffix("ie")
            .filter(|start| start.len() >= 2)
            .map_or_else(|| rest.to_owned(), |start| format!("{start}y")),
        _ => word.to_owned(),
    }
}

/// Strips `-ing` and `-ed`, and the double consonant before them.
fn strip_participle(word: &mut String) {
    if WHOLE.contains(&word.as_str()) || word.ends_with("eed") {
        return;
    }
    let Some(start) = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed")) else { return };
    let has_vowel = start.bytes().any(|byte| b"aeiouy".contains(&byte));
    if start.len() < 3 && !(start.len() == 2 && has_vowel && word.ends_with("ing")) || !has_vowel {
        return;
    }
    let bytes = start.as_bytes();
    let (last, before) = (bytes[bytes.len() - 1], bytes[bytes.len() - 2]);
    let is_doubled = last == before && start.len() >= 4 && !b"sz".contains(&last);
    // `filling` is of `fill`, `cancelling` of `cancel`.
    let is_of_double = last == b'l' && start.len() < 6;
    let end = start.len() - usize::from(is_doubled && !is_of_double);
    word.truncate(end);
}

/// `organise` is `organize`, `colour` is `color`. Words that only look British change alike wherever they stand.
fn americanize(word: &mut String) {
    for (british, american, least) in
        [("isation", "ization", 8), ("ise", "ize", 6), ("is", "iz", 6), ("our", "or", 5)]
    {
        if word.len() >= least && word.ends_with(british) {
            let end = word.len() - british.len();
            word.truncate(end);
            word.push_str(american);
            return;
        }
    }
}

/// Ends a stem without `e`, and with `i` for `y`, so that `create` and `creat(ing)` meet, and `policy` and `polic(ies)`.
fn end_evenly(word: &mut String) {
    if word.len() >= 4 && word.ends_with('e') {
        word.pop();
    }
    let ends_in_y = word.len() >= 4 && word.ends_with('y');
    if ends_in_y && !word[..word.len() - 1].ends_with(['a', 'e', 'i', 'o', 'u']) {
        word.pop();
        word.push('i');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_have_one_stem() {
        let families: [&[&str]; 24] = [
            &["create", "creates", "created", "creating"],
            &["delete", "deletes", "deleted", "deleting"],
            &["list", "lists", "listed", "listing"],
            &["policy", "policies"],
            &["box", "boxes"],
            &["branch", "branches"],
            &["cache", "caches", "cached", "caching"],
            &["process", "processes", "processed", "processing"],
            &["address", "addresses"],
            &["status", "statuses"],
            &["analysis", "analyses"],
            &["run", "runs", "running"],
            &["add", "adds", "added", "adding"],
            &["cancel", "cancels", "canceled", "cancelled", "cancelling"],
            &["fill", "fills", "filled", "filling"],
            &["organize", "organise", "organised", "organizing"],
            &["organization", "organisation", "organisations"],
            &["color", "colour", "colours"],
            &["license", "licence", "licences"],
            &["embed", "embedded", "embedding", "embeddings"],
            &["key", "keys"],
            &["movie", "movies"],
            &["id", "ids"],
            &["catalog", "catalogue", "catalogs"],
        ];
        for family in families {
            let stems: Vec<_> = family.iter().map(|word| stem(word)).collect();
            assert!(stems.iter().all(|one| *one == stems[0]), "{family:?}: {stems:?}");
        }
    }

    #[test]
    fn words_that_only_look_like_forms_keep_apart() {
        let pairs = [
            ("string", "str"),
            ("setting", "set"),
            ("dns", "dn"),
            ("feed", "fe"),
            ("access", "acces"),
            ("bus", "bu"),
            ("thing", "th"),
            ("v1s", "v1"),
            ("größen", "größe"),
        ];
        for (word, other) in pairs {
            assert_ne!(stem(word), stem(other), "{word}");
        }
        assert_eq!(stem("日本語"), "日本語");
    }
}
