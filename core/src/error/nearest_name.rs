//! Names that are near to an unknown one, and the message about it.

/// The longest name that is compared. A model may write megabytes for a name; nothing is near to those.
const LONGEST: usize = 512;

/// The names nearest to an unknown one: at most three, nearest first.
pub fn nearest<'n>(name: &str, among: impl Iterator<Item = &'n str>) -> Vec<String> {
    const MOST_NEAREST: usize = 3;
    if name.len() > LONGEST {
        return Vec::new();
    }
    let wanted = name.to_ascii_lowercase();
    let bound = wanted.len() / 3 + 1;
    let mut close: Vec<(usize, usize, &str)> = among
        .filter_map(|candidate| {
            let other = candidate.to_ascii_lowercase();
            let distance = if !wanted.is_empty() && (other.contains(&wanted) || wanted.contains(&other)) {
                1
            } else if other.len().abs_diff(wanted.len()) > bound {
                return None;
            } else {
                edit_distance(wanted.as_bytes(), other.as_bytes())
            };
            (distance <= bound).then_some((distance, other.len().abs_diff(wanted.len()), candidate))
        })
        .collect();
    close.sort_unstable();
    close.into_iter().take(MOST_NEAREST).map(|(.., candidate)| candidate.to_owned()).collect()
}

/// Levenshtein distance.
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// What is wrong with a word that is none of some: `is none of name, baseUrl; nearest: baseUrl`.
pub fn describe_unknown(word: &str, known: &[&str]) -> String {
    let near = nearest(word, known.iter().copied()).into_iter().next();
    let hint = near.map(|near| format!("; nearest: {near}")).unwrap_or_default();
    format!("is none of {}{hint}", known.join(", "))
}

/// Where a word belongs that stands in another place: `belongs into network: { network: { hosts } }`. `path` is where it
/// belongs, in the form `network.hosts`.
pub fn describe_place(path: &str) -> String {
    let Some((group, word)) = path.rsplit_once('.') else {
        return format!("belongs at the top: {{ {path} }}");
    };
    let depth = group.split('.').count();
    let (open, close) = (group.replace('.', ": { "), " }".repeat(depth + 1));
    format!("belongs into {group}: {{ {open}: {{ {word}{close}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_word_is_told_as_it_is_written() {
        assert_eq!(describe_place("baseUrl"), "belongs at the top: { baseUrl }");
        assert_eq!(describe_place("network.hosts"), "belongs into network: { network: { hosts } }");
        let deep = "belongs into network.references: { network: { references: { internet } } }";
        assert_eq!(describe_place("network.references.internet"), deep);
    }

    #[test]
    fn the_nearest_names_come_first() {
        let names = ["crm_lookup", "crm_lock", "weather", "crm_lookup_all"];
        assert_eq!(nearest("crm_lookp", names.into_iter()), ["crm_lookup", "crm_lock"]);
        assert_eq!(nearest("lookup", names.into_iter()), ["crm_lookup", "crm_lookup_all"]);
        assert!(nearest("zzz", names.into_iter()).is_empty());
        assert_eq!(nearest("tag", ["allTags", "tags"].into_iter()), ["tags", "allTags"]);
    }

    #[test]
    fn an_unknown_word_is_told_the_nearest_after_all_that_there_are() {
        let known = ["name", "baseUrl"];
        assert_eq!(describe_unknown("baseURL", &known), "is none of name, baseUrl; nearest: baseUrl");
        assert_eq!(describe_unknown("zzzzzz", &known), "is none of name, baseUrl");
    }
}
