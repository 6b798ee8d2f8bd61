//! Renames arguments to names without hidden Unicode characters, each once.

use std::sync::Arc;

use serde_json::Value;

use crate::json::{HashMap, HashSet};
use crate::schema::{Note, Property, kind};
use crate::spec::arguments::argument_object::{Argument, ArgumentGroup, Arguments};
use crate::spec::operation_site::OperationSite;
use crate::unicode::{count_hidden, strip_hidden};

/// New names of arguments, by group and old name.
type HiddenUnicodeRenames = HashMap<(Option<ArgumentGroup>, Arc<str>), Arc<str>>;

/// Renames arguments. A name that another argument has gets its location as a suffix, with a note.
pub fn rename_arguments(arguments: &mut Arguments, site: &OperationSite<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let (hidden, plain): (Vec<_>, Vec<_>) =
        arguments.map.iter_mut().partition(|argument| count_hidden(&argument.name) > 0);
    let mut taken: HashSet<_> = plain.iter().map(|one| (one.group, Arc::clone(&one.name))).collect();
    let (mut renames, mut numbers) = (HiddenUnicodeRenames::default(), HashMap::<String, usize>::default());
    for argument in hidden {
        let (seen, place) = (strip_hidden(&argument.name), argument.location.show());
        let base = if seen.is_empty() { "argument" } else { &*seen };
        let suffixed = format!("{base}__{}", place.split('/').next().unwrap_or_default());
        let mut name: Arc<str> = base.into();
        // Numbers continue where the last one ended: a document may have thousands of one name.
        let number = numbers.entry(suffixed.clone()).or_insert(1);
        while !taken.insert((argument.group, Arc::clone(&name))) {
            name =
                if *number == 1 { suffixed.as_str().into() } else { format!("{suffixed}_{number}").into() };
            *number += 1;
        }
        if *name != *seen {
            let reason = "its name without hidden characters is empty or borne twice";
            let message = format!("{place} is the argument \"{name}\": {reason}");
            notes.push(Note::new(kind::ARG_SUFFIXED, &*site.pointer, message));
        }
        renames.insert((argument.group, Arc::clone(&argument.name)), Arc::clone(&name));
        *argument = Arc::new(Argument { name, ..(**argument).clone() });
    }
    if renames.is_empty() {
        return notes;
    }
    for property in &mut arguments.properties {
        let groups =
            [ArgumentGroup::Path, ArgumentGroup::Query, ArgumentGroup::Header, ArgumentGroup::Cookie];
        let group = groups.into_iter().find(|group| group.as_str() == &*property.name);
        if let Some(name) = renames.get(&(None, Arc::clone(&property.name))) {
            property.name = Arc::clone(name);
        } else if renames.keys().any(|(renamed, _)| renamed.is_some() && *renamed == group) {
            rename_members(property, group, &renames);
        }
    }
    notes
}

/// Renames the arguments of a group.
fn rename_members(property: &mut Property, group: Option<ArgumentGroup>, renames: &HiddenUnicodeRenames) {
    let mut schema: Value = serde_json::from_str(&property.schema).unwrap_or_default();
    let name = |name: &str| match renames.get(&(group, name.into())) {
        Some(name) => name.to_string(),
        None => name.to_owned(),
    };
    if let Some(Value::Object(members)) = schema.get_mut("properties") {
        *members = std::mem::take(members).into_iter().map(|(key, held)| (name(&key), held)).collect();
    }
    for required in schema.get_mut("required").and_then(Value::as_array_mut).into_iter().flatten() {
        *required = required.as_str().map(name).into();
    }
    property.schema = schema.to_string().into();
}
