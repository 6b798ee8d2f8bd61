//! Variables of the environment in a text: `${VAR}`, `${env:VAR}`, `${VAR:-default}`, and `$${` for a literal `${`.

/// Gives the value of a variable of the environment; `None` if it is not set.
pub type Environment<'e> = dyn Fn(&str) -> Option<String> + 'e;

/// A text with its variables filled in.
#[derive(PartialEq, Eq)]
pub enum FilledText {
    /// Every variable has a value or a default.
    Filled {
        /// The text with the values.
        text: String,
        /// The names and values of the variables that it has.
        used: Vec<(String, String)>,
    },
    /// A variable that is not set, and has no default.
    Missing(String),
}

/// A part of a text.
enum VariablePart<'t> {
    Literal(&'t str),
    Reference { name: &'t str, default: Option<&'t str> },
}

/// Fills in the variables of a text. A default stands for a variable that is not set or empty, as in a shell. A value is
/// not read for variables again.
///
/// # Errors
/// What is wrong with a reference. The message has no value.
pub fn fill_variables(text: &str, environment: &Environment<'_>) -> Result<FilledText, String> {
    let (mut filled, mut used) = (String::with_capacity(text.len()), Vec::new());
    for part in parse_text(text)? {
        let (name, default) = match part {
            VariablePart::Literal(literal) => {
                filled.push_str(literal);
                continue;
            }
            VariablePart::Reference { name, default } => (name, default),
        };
        let value = environment(name).filter(|value| default.is_none() || !value.is_empty());
        match (value, default) {
            (Some(value), _) => {
                filled.push_str(&value);
                used.push((name.to_owned(), value));
            }
            (None, Some(default)) => filled.push_str(default),
            (None, None) => return Ok(FilledText::Missing(name.to_owned())),
        }
    }
    Ok(FilledText::Filled { text: filled, used })
}

/// The names of the variables of a text that have no default, in their order.
///
/// # Errors
/// What is wrong with a reference.
pub fn required_variables(text: &str) -> Result<Vec<String>, String> {
    let parts = parse_text(text)?.into_iter();
    Ok(parts
        .filter_map(|part| match part {
            VariablePart::Reference { name, default: None } => Some(name.to_owned()),
            VariablePart::Reference { .. } | VariablePart::Literal(_) => None,
        })
        .collect())
}

fn parse_text(text: &str) -> Result<Vec<VariablePart<'_>>, String> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(dollar) = rest.find("${") {
        let (before, from) = rest.split_at(dollar);
        if let Some(literal) = before.strip_suffix('$') {
            parts.extend([VariablePart::Literal(literal), VariablePart::Literal("${")]);
            rest = &from[2..];
            continue;
        }
        parts.push(VariablePart::Literal(before));
        let Some((inside, after)) = from[2..].split_once('}') else {
            return Err("has \"${\" without \"}\": write $${ for a literal \"${\"".to_owned());
        };
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        let name = name.strip_prefix("env:").unwrap_or(name);
        if !is_name(name) || default.is_some_and(|default| default.contains('{')) {
            return Err("has a reference that is none of ${NAME}, ${env:NAME} and ${NAME:-default}: \
                        write $${ for a literal \"${\""
                .to_owned());
        }
        parts.push(VariablePart::Reference { name, default });
        rest = after;
    }
    parts.push(VariablePart::Literal(rest));
    Ok(parts)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Option<String> {
        match name {
            "KEY" => Some("secret".to_owned()),
            "EMPTY" => Some(String::new()),
            "NESTED" => Some("${KEY}".to_owned()),
            _ => None,
        }
    }

    /// The filled text, or the variable that is missing.
    fn fill(text: &str) -> Result<Result<String, String>, String> {
        Ok(match fill_variables(text, &environment)? {
            FilledText::Filled { text, .. } => Ok(text),
            FilledText::Missing(name) => Err(name),
        })
    }

    #[test]
    fn variables_are_filled_in_as_in_a_shell() {
        for (text, expected) in [
            ("", ""),
            ("plain $ text }", "plain $ text }"),
            ("Bearer ${KEY}", "Bearer secret"),
            ("${KEY}${env:KEY}", "secretsecret"),
            ("${NONE:-a b}", "a b"),
            ("${NONE:-}", ""),
            ("${EMPTY:-default}", "default"),
            ("[${EMPTY}]", "[]"),
            ("${KEY:-default}", "secret"),
            ("${env:NONE:-x:-y}", "x:-y"),
            ("$${KEY}", "${KEY}"),
            ("$$${KEY}", "$${KEY}"),
            ("$$ ${KEY}", "$$ secret"),
            ("${NESTED}", "${KEY}"),
        ] {
            assert_eq!(fill(text), Ok(Ok(expected.to_owned())), "{text}");
        }
    }

    #[test]
    fn the_variables_that_a_text_has_and_needs_are_told() {
        let text = "${KEY} ${env:NONE:-x} $${OTHER} ${EMPTY}${KEY}";
        let Ok(FilledText::Filled { used, .. }) = fill_variables(text, &environment) else {
            panic!("{text}")
        };
        let expected = [("KEY", "secret"), ("EMPTY", ""), ("KEY", "secret")];
        assert_eq!(used, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(required_variables(text), Ok(["KEY", "EMPTY", "KEY"].map(str::to_owned).to_vec()));
        assert_eq!(required_variables("${NONE}${OTHER}").map(|names| names.len()), Ok(2));
        assert!(required_variables("${NONE").is_err());
    }

    #[test]
    fn a_variable_that_is_not_set_is_told() {
        for text in ["${NONE}", "${KEY}${NONE}${OTHER}", "${env:NONE}"] {
            assert_eq!(fill(text), Ok(Err("NONE".to_owned())), "{text}");
        }
    }

    #[test]
    fn a_reference_that_is_no_variable_is_a_fault_without_values() {
        for text in ["${", "${KEY", "${}", "${1A}", "${a b}", "${input:token}", "${KEY:-${OTHER}}", "${env:}"]
        {
            let fault = fill(text).expect_err(text);
            assert!(fault.contains("$${") && !fault.contains("secret"), "{text}: {fault}");
        }
    }
}
