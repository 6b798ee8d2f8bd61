//! Reader of a thesaurus file.
//!
//! - `create, add, new`: each word stands for each other.
//! - `pr > pull request`: what is on the left finds what is on the right, and not the other way round.
//! - `invoice ~ receipt`: related words, which count less.
//! - `[verbs]`: the lines that follow are about words that are said as verbs, until `[words]`.
//! - `# …`: a comment.

/// How the words of a group stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Directed,
    Related,
}

/// A line of a thesaurus: what is said, and what is meant by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub said: Vec<String>,
    pub meant: Vec<String>,
    pub relation: Relation,
    /// Whether what is said has to be a verb of the request.
    pub is_of_verbs: bool,
}

/// Reads the groups of a file.
pub(super) fn read_groups(text: &str) -> impl Iterator<Item = Group> + '_ {
    let mut is_of_verbs = false;
    text.lines().filter_map(move |line| {
        let line = line.split('#').next().unwrap_or_default().trim();
        match line {
            "" => return None,
            "[verbs]" => is_of_verbs = true,
            "[words]" => is_of_verbs = false,
            _ => return Some(read_group(line, is_of_verbs)),
        }
        None
    })
}

fn read_group(line: &str, is_of_verbs: bool) -> Group {
    for (sign, relation) in [('>', Relation::Directed), ('~', Relation::Related)] {
        if let Some((said, meant)) = line.split_once(sign) {
            return Group { said: words(said), meant: words(meant), relation, is_of_verbs };
        }
    }
    let all = words(line);
    Group { said: all.clone(), meant: all, relation: Relation::Equal, is_of_verbs }
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Group> {
        read_groups(text).collect()
    }

    fn group(said: &[&str], relation: Relation, meant: &[&str]) -> Group {
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        Group { said: owned(said), meant: owned(meant), relation, is_of_verbs: false }
    }

    #[test]
    fn each_form_of_a_line_is_read() {
        let cases = [
            ("a, b", group(&["a", "b"], Relation::Equal, &["a", "b"])),
            ("a > b c, d", group(&["a"], Relation::Directed, &["b c", "d"])),
            ("a, b c ~ d", group(&["a", "b c"], Relation::Related, &["d"])),
            ("  a,b,,  > c , # why > not", group(&["a", "b"], Relation::Directed, &["c"])),
            ("a >", group(&["a"], Relation::Directed, &[])),
            ("a > a", group(&["a"], Relation::Directed, &["a"])),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), [expected], "{line}");
        }
    }

    #[test]
    fn comments_and_empty_lines_are_no_groups() {
        assert_eq!(read("# a > b\n\n   \n\r\n[words]\n[verbs]\n#"), []);
        assert_eq!(read("a > b\r\nc > d").len(), 2);
    }

    #[test]
    fn a_section_lasts_until_the_next_one() {
        let sections = read("a, b\n[verbs]\nc, d\n e > f\n[words]\ng ~ h");
        let verbs: Vec<_> = sections.iter().map(|group| group.is_of_verbs).collect();
        assert_eq!(verbs, [false, true, true, false]);
    }
}
