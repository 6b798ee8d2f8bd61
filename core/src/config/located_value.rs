//! Located value: a value of a configuration file with the byte offset of each key and value.

use serde_json::{Map, Value};

use crate::json::{HashSet, Path, pointer};

/// A value, and where it begins in the text.
#[derive(Clone, Debug)]
pub struct LocatedValue {
    pub at: usize,
    pub content: LocatedContent,
}

/// What a [`LocatedValue`] is. A map keeps duplicate keys.
#[derive(Clone, Debug)]
pub enum LocatedContent {
    Scalar(Value),
    List(Vec<LocatedValue>),
    Map(Vec<LocatedMember>),
}

/// A member of a map.
#[derive(Clone, Debug)]
pub struct LocatedMember {
    pub key: String,
    /// Where the key begins.
    pub at: usize,
    pub value: LocatedValue,
}

/// A key that stands twice in one map: its pointer, and the offset of the second one.
pub type RepeatedKey = (String, usize);

impl LocatedValue {
    /// The value without offsets. Of a key that stands twice the first is taken, and the others are told.
    pub fn to_value(&self, path: &Path<'_>, repeated: &mut Vec<RepeatedKey>) -> Value {
        match &self.content {
            LocatedContent::Scalar(value) => value.clone(),
            LocatedContent::List(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| item.to_value(&path.index(index), repeated)).collect()
            }
            LocatedContent::Map(members) => {
                let (mut map, mut known) = (Map::new(), HashSet::default());
                for LocatedMember { key, at, value } in members {
                    if known.insert(key.as_str()) {
                        map.insert(key.clone(), value.to_value(&path.key(key), repeated));
                    } else {
                        repeated.push((path.key(key).pointer(), *at));
                    }
                }
                Value::Object(map)
            }
        }
    }

    /// Where the member at a JSON pointer begins: its key, or the item of a list. A member that is not there begins
    /// where the nearest one above it does.
    pub fn offset(&self, at: &str) -> usize {
        let (mut value, mut offset) = (self, self.at);
        for token in pointer::tokens(at) {
            match &value.content {
                LocatedContent::Map(members) => {
                    let Some(member) = members.iter().find(|member| member.key == token) else { break };
                    (value, offset) = (&member.value, member.at);
                }
                LocatedContent::List(items) => {
                    let Some(item) = token.parse::<usize>().ok().and_then(|index| items.get(index)) else {
                        break;
                    };
                    (value, offset) = (item, item.at);
                }
                LocatedContent::Scalar(_) => break,
            }
        }
        offset
    }
}
