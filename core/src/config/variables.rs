//! Variables of the environment in a text: `${VAR}`, `${env:VAR}`, `${VAR:-default}`, and `$${` for a literal `${`.

/// Gives the value of a variable of the environment; `None` if it is not set.
pub type Environment<'e> = dyn Fn(&str) -> Option<String> + 'e;

/// A text with its variables filled in.
#[derive(Debug, PartialEq, Eq)]
pub enum FilledText {
    /// Every variable has a value or a default.
    Filled(String),
    /// A variable that is not set, and has no default.
    Missing(String),
}

/// Fills in the variables of a text. A default stands for a variable that is not set or empty, as in a shell. A value is
/// not read for variables again.
///
/// # Errors
/// What is wrong with a reference. The message has no value.
pub fn fill_variables(text: &str, environment: &Environment<'_>) -> Result<FilledText, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find("${") {
        let (before, from) = rest.split_at(dollar);
        if let Some(literal) = before.strip_suffix('$') {
            filled.push_str(literal);
            filled.push_str("${");
            rest = &from[2..];
            continue;
        }
        filled.push_str(before);
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
        let value = environment(name).filter(|value| default.is_none() || !value.is_empty());
        match (value, default) {
            (Some(value), _) => filled.push_str(&value),
            (None, Some(default)) => filled.push_str(default),
            (None, None) => return Ok(FilledText::Missing(name.to_owned())),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(FilledText::Filled(filled))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<FilledText, String> {
        fill_variables(text, &|name| match name {
            "KEY" => Some("secret".to_owned()),
            "EMPTY" => Some(String::new()),
            "NESTED" => Some("${KEY}".to_owned()),
            _ => None,
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
            assert_eq!(fill(text), Ok(FilledText::Filled(expected.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_variable_that_is_not_set_is_told() {
        for text in ["${NONE}", "${KEY}${NONE}${OTHER}", "${env:NONE}"] {
            assert_eq!(fill(text), Ok(FilledText::Missing("NONE".to_owned())), "{text}");
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
