//! Spelling of argument names: from the document's, which may have hidden characters, to that of the tool's schema.
//!
//! A model reads the schema without hidden characters. A program may know the document and use its names.

use serde_json::{Map, Value};

use crate::schema::OriginalSpellings;
use crate::spec::{ArgumentGroup, ArgumentLocation};
use crate::unicode::count_hidden;
use crate::wire::endpoint::Endpoint;

/// Renames arguments to the spelling of the tool's schema.
pub fn use_schema_spelling(
    endpoint: &Endpoint,
    spellings: Option<&OriginalSpellings>,
    mut arguments: Map<String, Value>,
) -> Map<String, Value> {
    let is_grouped = endpoint.arguments.iter().any(|argument| argument.group.is_some());
    let groups = [ArgumentGroup::Path, ArgumentGroup::Query, ArgumentGroup::Header, ArgumentGroup::Cookie];
    for group in groups.into_iter().filter(|_| is_grouped) {
        if let Some(Value::Object(members)) = arguments.get_mut(group.as_str()) {
            *members = rename_members(endpoint, Some(group), std::mem::take(members));
        }
    }
    let arguments = rename_members(endpoint, None, arguments);
    match spellings {
        Some(spellings) => spellings.to_visible(arguments),
        None => arguments,
    }
}

fn rename_members(
    endpoint: &Endpoint,
    group: Option<ArgumentGroup>,
    members: Map<String, Value>,
) -> Map<String, Value> {
    // The usual case: no name has a hidden character.
    if members.keys().all(|key| count_hidden(key) == 0) {
        return members;
    }
    let schema_name = |key: &String| {
        let mut found = endpoint.arguments.iter().filter(|argument| match &argument.location {
            ArgumentLocation::Parameter { name, .. } | ArgumentLocation::BodyProperty { name, .. } => {
                argument.group == group && **name == **key
            }
            ArgumentLocation::Body => false,
        });
        // An ambiguous name, or one that is given in both spellings, stays: validation reports it.
        match (found.next(), found.next()) {
            (Some(one), None) if !members.contains_key(&*one.name) => one.name.to_string(),
            _ => key.clone(),
        }
    };
    let names: Vec<String> = members.keys().map(schema_name).collect();
    names.into_iter().zip(members).map(|(name, (_, value))| (name, value)).collect()
}
