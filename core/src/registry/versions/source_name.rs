//! The name of a source: its family, and the label of its version (`crm@2` is version `2` of the family `crm`).

/// The family of a source: `crm` of `crm@2`, and of `crm` itself.
pub fn family_of(source: &str) -> &str {
    split(source).0
}

/// The label of a source: `2` of `crm@2`.
pub fn label_of(source: &str) -> Option<&str> {
    split(source).1
}

fn split(source: &str) -> (&str, Option<&str>) {
    match source.rsplit_once('@') {
        // A scoped name such as `@acme/crm` starts with the sign and has no label.
        Some((family, label)) if !family.is_empty() && !label.is_empty() => (family, Some(label)),
        _ => (source, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_after_the_last_at_sign_is_the_label() {
        for (source, family, label) in [
            ("crm", "crm", None),
            ("crm@2", "crm", Some("2")),
            ("crm@2024-01", "crm", Some("2024-01")),
            ("@acme/crm", "@acme/crm", None),
            ("@acme/crm@2", "@acme/crm", Some("2")),
            ("crm@", "crm@", None),
            ("@", "@", None),
            ("", "", None),
        ] {
            assert_eq!((family_of(source), label_of(source)), (family, label), "{source}");
        }
    }
}
