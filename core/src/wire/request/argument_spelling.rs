//! Arguments in the spelling of a document, from programs that know it: as the tool's schema has them, which a model reads
//! without hidden characters.

use serde_json::{Map, Value};

use crate::schema::OriginalSpellings;
use crate::spec::{ArgumentGroup, ArgumentLocation};
use crate::unicode::count_hidden;
use crate::wire::endpoint::Endpoint;

/// Spells arguments as the tool's schema does.
pub fn spelled(
    endpoint: &Endpoint,
    spellings: Option<&OriginalSpellings>,
    mut arguments: Map<String, Value>,
) -> Map<String, Value> {
    let is_grouped = endpoint.arguments.iter().any(|argument| argument.group.is_some());
    let groups = [ArgumentGroup::Path, ArgumentGroup::Query, ArgumentGroup::Header, ArgumentGroup::Cookie];
    for group in groups.into_iter().filter(|_| is_grouped) {
        if let Some(Value::Object(members)) = arguments.get_mut(group.as_str()) {
            *members = named(endpoint, Some(group), std::mem::take(members));
        }
    }
    let arguments = named(endpoint, None, arguments);
    match spellings {
        Some(spellings) => spellings.to_visible(arguments),
        None => arguments,
    }
}

/// Arguments of one group under their own names. Most have no other.
fn named(
    endpoint: &Endpoint,
    group: Option<ArgumentGroup>,
    members: Map<String, Value>,
) -> Map<String, Value> {
    if members.keys().all(|key| count_hidden(key) == 0) {
        return members;
    }
    let own_name = |key: &String| {
        let mut found = endpoint.arguments.iter().filter(|argument| match &argument.location {
            ArgumentLocation::Parameter { name, .. } | ArgumentLocation::BodyProperty { name, .. } => {
                argument.group == group && **name == **key
            }
            ArgumentLocation::Body => false,
        });
        // A name that several could mean, or that is written in both spellings, is the schema's to judge.
        match (found.next(), found.next()) {
            (Some(one), None) if !members.contains_key(&*one.name) => one.name.to_string(),
            _ => key.clone(),
        }
    };
    let names: Vec<String> = members.keys().map(own_name).collect();
    names.into_iter().zip(members).map(|(name, (_, value))| (name, value)).collect()
}
