//! Gemini with `parameters` (OpenAPI schema): one type for each schema, null as `nullable`, nothing beside `anyOf`.
//!
//! Sources: the fields of `Schema` in @google/genai 3.1.0; "`any_of` … must be the only field set" (opencode#14700);
//! "Proto field is not repeating" (`google_workspace_mcp`#1099); "enum: only allowed for STRING type" (9router#380).
//! 2026-11.

use serde_json::{Map, Value, json};

use crate::json::Path;
use crate::target::check::common_rules;
use crate::target::check::definition_check::{ProviderRule, RuleGroups, RuleTest};
use crate::target::diagnostic::{TargetFinding, change, refusal};
use crate::target::provider::gemini::{self, GeminiApi, NAMES, PROPERTY_KEY};
use crate::target::rewrite::rewrite_rules::{
    EnumRule, KeywordFate, ObjectRule, RecursionRule, ReferenceRule, RewriteRules, TypeRule, UndeclaredRule,
    UntypedRule, only,
};
use crate::target::rewrite::rewriter::SchemaRewriter;
use crate::target::rewrite::type_keywords::applicable_type;
use crate::target::rewrite::{description_hints, null_types, schema_positions};

/// The fields of the message `Schema`. Any other keyword fails the whole request: "Unknown name … Cannot find field."
/// Sources: types of @google/genai 3.1.0; pizza-bot#62, 2026-09.
const FIELDS: [&str; 22] = [
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "default",
    "items",
    "minItems",
    "maxItems",
    "enum",
    "properties",
    "required",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "example",
    "anyOf",
    "propertyOrdering",
];

/// Keywords that are rewritten into those fields.
const INTO_FIELDS: [&str; 6] = ["$ref", "const", "oneOf", "allOf", "prefixItems", "additionalProperties"];

pub const RULES: RewriteRules = RewriteRules {
    fate: |keyword, _| {
        if INTO_FIELDS.contains(&keyword) { KeywordFate::Kept } else { only(&FIELDS, keyword) }
    },
    references: ReferenceRule::Inlined,
    recursion: RecursionRule::Unrolled,
    any_of: true,
    values: EnumRule::Texts,
    tuples_as_lists: true,
    objects: ObjectRule::Unsupported,
    types: TypeRule::Single,
    untyped: UntypedRule::JsonText,
    undeclared: UndeclaredRule::Dropped,
    ..gemini::RULES
};

/// Whether a schema has a type, in any case: the types of @google/genai write `STRING`.
fn says(schema: &Map<String, Value>, kind: &str) -> bool {
    schema_positions::types(schema).any(|said| said.eq_ignore_ascii_case(kind))
}

const CHECKS: &[ProviderRule] = &[
    ProviderRule::refused(
        "GEM_UNKNOWN_FIELD_",
        "Gemini's message Schema has no such field; remove the keyword",
        "error text, pizza-bot#62, 2026-09; 9router#3018, 2026-08; pydantic-ai#1598",
        RuleTest::Keyword(|keyword, _| !FIELDS.contains(&keyword)),
    ),
    ProviderRule::refused(
        "GEM_TYPE_ARRAY",
        "type is a list; write one type, and nullable for null",
        "error text, google_workspace_mcp#1099, 2026",
        RuleTest::KeywordValue(|keyword, held, _| keyword == "type" && !held.is_string()),
    ),
    ProviderRule::refused(
        "GEM_ENUM_STRING",
        "an enum has a value that is not a string; write strings or remove the enum",
        "error text, thClaws#172, 2026-06",
        RuleTest::KeywordValue(|keyword, held, _| {
            keyword == "enum" && held.as_array().into_iter().flatten().any(|value| !value.is_string())
        }),
    ),
    ProviderRule::refused(
        "GEM_ENUM_TYPE",
        "a schema with an enum does not have the type STRING; set it or remove the enum",
        "error text, 9router#380, 2026",
        RuleTest::Schema(|schema, _| schema.contains_key("enum") && !says(schema, "string")),
    ),
    ProviderRule::refused(
        "GEM_ENUM_EMPTY",
        "an enum has an empty string; remove that value",
        "litellm 1.109.1 build_vertex_schema takes it out, 2026-10",
        RuleTest::KeywordValue(|keyword, held, _| {
            keyword == "enum" && held.as_array().into_iter().flatten().any(|value| value == "")
        }),
    ),
    ProviderRule::refused(
        "GEM_ANYOF_SIBLINGS",
        "a schema has other keywords beside anyOf; move them into the branches",
        "error text, opencode#14700; vercel/ai#19000, 2026",
        RuleTest::Schema(|schema, _| schema.contains_key("anyOf") && schema.len() > 1),
    ),
    common_rules::declared_required("GEM_REQUIRED_UNDEFINED", "error text, home-generative-agent#525, 2026"),
    ProviderRule::refused(
        "GEM_REQUIRED_TYPE",
        "a schema with required does not have the type OBJECT; set it or remove required",
        "error text, home-generative-agent#525, 2026",
        RuleTest::Schema(|schema, _| schema.contains_key("required") && !says(schema, "object")),
    ),
    ProviderRule::refused(
        "GEM_ITEMS_MISSING",
        common_rules::ITEMS_MISSING,
        "error text, DEEIX-Chat#546, 2026-07",
        RuleTest::Schema(|schema, _| says(schema, "array") && !schema.contains_key("items")),
    ),
    ProviderRule::refused(
        "GEM_TYPE_MISSING",
        common_rules::UNTYPED,
        "inspect_ai#3097, 2026-01: Gemini 3 refuses TYPE_UNSPECIFIED",
        RuleTest::Schema(|schema, _| !schema.contains_key("type") && !schema.contains_key("anyOf")),
    ),
    common_rules::no_boolean_schemas("GEM_BOOLEAN_SCHEMA", "@google/genai 3.1.0 types, 2026-11"),
    ProviderRule::disputed(
        "GEM_FORMAT",
        "a string format is not date-time or enum; remove it",
        "older API text; pydantic-ai 2.68 leaves others out, 2026-11",
        RuleTest::KeywordValue(|keyword, held, schema| {
            keyword == "format" && says(schema, "string") && held != "date-time" && held != "enum"
        }),
    ),
    PROPERTY_KEY,
];

/// What the target refuses.
pub const GROUPS: RuleGroups = &[NAMES, CHECKS];

impl SchemaRewriter<'_> {
    /// Writes one type for each schema, with `nullable` for null, string enums, and unions without siblings.
    pub fn write_one_type(
        &mut self,
        schema: &mut Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), TargetFinding> {
        let says = ["type", "enum", "anyOf"].iter().any(|word| schema.contains_key(*word));
        let is_nullable = says && self.nulls.map_takes_null(schema);
        self.split_types(schema, path);
        self.write_string_enum(schema, path);
        self.write_union(schema, path)?;
        if !is_nullable {
            return Ok(());
        }
        match schema.get_mut("anyOf") {
            Some(Value::Array(branches)) => {
                if !branches.iter().any(|branch| self.nulls.takes_null(branch)) {
                    branches.iter_mut().filter_map(Value::as_object_mut).for_each(null_types::add_null);
                }
            }
            _ => drop(schema.insert("nullable".to_owned(), json!(true))),
        }
        Ok(())
    }

    /// Writes a list of types as a union.
    fn split_types(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let kinds: Vec<String> = schema_positions::types(schema).map(ToOwned::to_owned).collect();
        let others: Vec<_> = kinds.iter().filter(|kind| *kind != "null").collect();
        match others.as_slice() {
            [] if !kinds.is_empty() => {
                self.note(&change::NULL_TYPE_WIDENED, path);
                schema.insert("type".to_owned(), json!("string"));
            }
            [one] if schema.get("type").is_some_and(Value::is_array) => {
                self.note(&change::TYPE_ARRAY_SPLIT, path);
                schema.insert("type".to_owned(), json!(one));
            }
            [_, _, ..] => {
                self.note(&change::TYPE_ARRAY_SPLIT, path);
                schema.shift_remove("type");
                let own = std::mem::take(schema);
                let branches = others.iter().map(|kind| type_branch(&own, kind)).collect();
                schema.insert("anyOf".to_owned(), branches);
            }
            _ => {}
        }
    }

    /// Writes an enum of strings. Other values move to the description.
    fn write_string_enum(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) {
        let of_others = schema.get("type").is_some_and(|kind| kind != "string");
        let Some(Value::Array(values)) = schema.get_mut("enum") else { return };
        values.retain(|value| !value.is_null());
        let all_texts = values.iter().all(Value::is_string);
        let has_empty = values.iter().any(|value| value == "");
        if values.is_empty() {
            schema.shift_remove("enum");
            self.note(&change::NULL_TYPE_WIDENED, path);
        } else if !all_texts || has_empty || of_others {
            let values = std::mem::take(values);
            schema.shift_remove("enum");
            let change = if all_texts && has_empty {
                &change::ENUM_EMPTY_STRING_TO_HINT
            } else {
                &change::ENUM_TO_HINT
            };
            self.note(change, path);
            description_hints::add_allowed_values(schema, &values);
        }
    }

    /// Writes a union without siblings, or its only branch.
    fn write_union(&mut self, schema: &mut Map<String, Value>, path: &Path<'_>) -> Result<(), TargetFinding> {
        let Some(Value::Array(branches)) = schema.get_mut("anyOf") else { return Ok(()) };
        let all = branches.len();
        branches.retain(|branch| !is_null(branch));
        let had_null = branches.len() < all;
        let own: Vec<String> = schema_positions::types(schema).map(ToOwned::to_owned).collect();
        if !own.is_empty() {
            // The type beside the union forbids null and branches of other types.
            let Some(Value::Array(branches)) = schema.get_mut("anyOf") else { return Ok(()) };
            let before = branches.len();
            branches.retain(|branch| {
                let Some(branch) = branch.as_object().filter(|branch| branch.contains_key("type")) else {
                    return true;
                };
                schema_positions::types(branch).any(|kind| own.iter().any(|own| fits(kind, own)))
            });
            if had_null || branches.len() < before {
                self.note(&change::ANYOF_INTERSECTED_WITH_TYPE, path);
            }
        } else if had_null {
            self.note(&change::NULL_BRANCH_TO_NULLABLE, path);
        }
        self.move_siblings_into_union(schema, path)?;
        let Some(Value::Array(branches)) = schema.get_mut("anyOf") else { return Ok(()) };
        if branches.is_empty() {
            return Err(TargetFinding::refused(refusal::UNTYPED_SCHEMA, path));
        }
        if branches.len() == 1
            && let Some(Value::Object(only)) = branches.pop()
        {
            schema.shift_remove("anyOf");
            schema.extend(only);
            // The only branch replaces the schema, and is rewritten in its place.
            self.compose(schema, path)?;
            self.apply_keyword_fates(schema, path);
            self.drop_inapplicable_keywords(schema, path);
            self.drop_additional_properties(schema, path);
            self.rewrite_shape(schema, path)?;
        }
        Ok(())
    }
}

/// The branch of a union for one type: the keywords that apply to the type, and the enum values that have it.
fn type_branch(schema: &Map<String, Value>, kind: &str) -> Value {
    let fits = |keyword: &str| {
        applicable_type(keyword).is_none_or(|other| other == kind || (other == "number" && kind == "integer"))
    };
    let kept = schema.iter().filter(|(keyword, _)| fits(keyword));
    let mut branch: Map<_, _> = kept.map(|(keyword, held)| (keyword.clone(), held.clone())).collect();
    branch.insert("type".to_owned(), json!(kind));
    if let Some(Value::Array(values)) = branch.get_mut("enum") {
        values.retain(|value| is_kind(value, kind));
    }
    Value::Object(branch)
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match value {
        Value::String(_) => kind == "string",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && !number.is_f64()),
        Value::Null => false,
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}

fn fits(kind: &str, own: &str) -> bool {
    kind == own || (kind == "integer" && own == "number") || (kind == "number" && own == "integer")
}

fn is_null(branch: &Value) -> bool {
    branch.as_object().is_some_and(|map| {
        schema_positions::types(map).eq(["null"])
            || map.get("const") == Some(&Value::Null)
            || map.get("enum") == Some(&json!([null]))
    })
}

/// The Gemini API with `parameters`: the Live API and older models.
pub const GEMINI_OPENAPI: GeminiApi = GeminiApi {
    schema_key: "parameters",
    output_key: "response",
    rewrite_rules: &RULES,
    rule_groups: GROUPS,
};
