//! Fills in what a caller left out.

use serde_json::Value;

/// Sets each property that `value` lacks and whose schema has a `default`, at the root and in objects that are there.
/// Says whether anything was set. References and unions are not followed: which branch is meant is not known before
/// the value is judged.
pub fn fill(schema: &Value, value: &mut Value) -> bool {
    let (Some(Value::Object(properties)), Value::Object(object)) = (schema.get("properties"), value) else {
        return false;
    };
    let mut filled = false;
    for (name, property) in properties {
        match object.get_mut(name) {
            Some(present) => filled |= fill(property, present),
            None => {
                if let Some(default) = property.get("default") {
                    object.insert(name.clone(), default.clone());
                    filled = true;
                }
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_filled_and_what_is_there_stays() {
        let schema = json!({"properties": {
            "a": {"default": 1}, "b": {"default": 2}, "c": {"properties": {"d": {"default": null}}}, "e": {}
        }});
        let mut value = json!({"b": 0, "c": {}});
        assert!(fill(&schema, &mut value));
        assert_eq!(value, json!({"b": 0, "c": {"d": null}, "a": 1}));
        assert!(!fill(&schema, &mut value));
    }
}
