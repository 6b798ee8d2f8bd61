//! Where a `$ref` leads.

use percent_encoding::percent_decode_str;

use crate::error::{Error, Result};
use crate::json::Node;

/// References that lead to references, one after the other, before the chain counts as a circle.
const HOPS: usize = 64;

/// The place and the value that a reference names, through references that are nothing but references. `at` is where
/// it stands, for the error. Only references within the document (`#/…`) resolve.
pub fn resolve<'d, 'a>(
    root: &'d Node<'a>,
    reference: &str,
    at: impl Fn() -> String,
) -> Result<(String, &'d Node<'a>)> {
    let fault = |reason: &str| Error::UnresolvedRef {
        pointer: at(),
        reference: reference.to_owned(),
        reason: reason.to_owned(),
    };
    let mut next = reference.to_owned();
    for _ in 0..HOPS {
        let Some(fragment) = next.strip_prefix('#') else {
            return Err(fault("leads out of the document, which is not supported"));
        };
        let place = percent_decode_str(fragment)
            .decode_utf8()
            .map_err(|_| fault("is not UTF-8 after decoding"))?
            .into_owned();
        if !place.is_empty() && !place.starts_with('/') {
            return Err(fault("names an anchor, which is not supported"));
        }
        let node = root.pointer(&place).ok_or_else(|| fault("leads nowhere"))?;
        match alone(node) {
            Some(further) => further.clone_into(&mut next),
            None => return Ok((place, node)),
        }
    }
    Err(fault("leads in a circle"))
}

/// The reference of a map that holds nothing else.
fn alone<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    let object = node.as_object()?;
    if object.len() == 1 { object.get("$ref")?.as_str() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Budget;
    use serde::de::DeserializeSeed;

    fn reason(reference: &str) -> String {
        let text = r##"{"a b": {"c/d": [true, {"$ref": "#/a%20b/c~1d/0"}]}, "x": {"$ref": "#/y"}, "y": {"$ref": "#/x"}}"##;
        let budget = Budget::new(9, 99);
        let root = budget.seed().deserialize(&mut serde_json::Deserializer::from_str(text)).expect("valid");
        match resolve(&root, reference, || "/here".to_owned()) {
            Ok((place, node)) => format!("{place} {}", node.kind()),
            Err(Error::UnresolvedRef { reason, .. }) => reason,
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn escapes_and_chains_are_followed() {
        assert_eq!(reason("#/a%20b/c~1d/0"), "/a b/c~1d/0 a boolean");
        assert_eq!(reason("#/a b/c~1d/1"), "/a b/c~1d/0 a boolean");
    }

    #[test]
    fn what_leads_nowhere_says_why() {
        assert_eq!(reason("#/a%20b/nothing"), "leads nowhere");
        assert_eq!(reason("#/x"), "leads in a circle");
        assert_eq!(reason("other.yaml#/x"), "leads out of the document, which is not supported");
        assert_eq!(reason("#Pet"), "names an anchor, which is not supported");
    }
}
