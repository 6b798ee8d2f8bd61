//! JSON Schemas of the value types that read themselves: texts, and values of two forms.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::alternatives::{FlagOr, FlagOrList, ListOr, NamedParts, OffOr, OneOrList, WordOr};
use super::config_text::{ConfigLocation, ConfigText, ModuleLocation};

macro_rules! inline_schema {
    ([$($of:ident),*] $type:ty, $generator:ident => $schema:expr) => {
        impl<$($of: JsonSchema),*> JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

inline_schema!([] ConfigText, _generator => json_schema!({"type": "string"}));
inline_schema!([] ConfigLocation, _generator => json_schema!({"type": "string", "minLength": 1}));
inline_schema!([] ModuleLocation, _generator => json_schema!({"type": "string", "minLength": 1}));
inline_schema!([W, M] WordOr<W, M>, generator => json_schema!({
    "anyOf": [generator.subschema_for::<W>(), generator.subschema_for::<M>()],
}));
inline_schema!([M] FlagOr<M>, generator => json_schema!({
    "anyOf": [{"type": "boolean"}, generator.subschema_for::<M>()],
}));
inline_schema!([T] FlagOrList<T>, generator => json_schema!({
    "anyOf": [{"type": "boolean"}, {"type": "array", "items": generator.subschema_for::<T>()}],
}));
inline_schema!([M] OffOr<M>, generator => json_schema!({
    "anyOf": [{"const": false}, generator.subschema_for::<M>()],
}));
inline_schema!([T] OneOrList<T>, generator => json_schema!({
    "anyOf": [
        generator.subschema_for::<T>(),
        {"type": "array", "items": generator.subschema_for::<T>()},
    ],
}));
inline_schema!([T, M] ListOr<T, M>, generator => json_schema!({
    "anyOf": [{"type": "array", "items": generator.subschema_for::<T>()}, generator.subschema_for::<M>()],
}));
inline_schema!([T] NamedParts<T>, generator => json_schema!({
    "type": "object",
    "additionalProperties": generator.subschema_for::<T>(),
}));
