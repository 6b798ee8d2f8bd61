//! Lookup of arguments by name, for overrides of the caller and `x-toolrack`.

use std::borrow::Cow;

use super::argument_object::{ArgumentLocation, Arguments};
use crate::json::HashMap;
use crate::unicode::strip_hidden;

/// The result of a lookup by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentLookup {
    /// One argument, by its index in [`Arguments::map`].
    One(usize),
    /// Several arguments: the place and name of each.
    Several(Vec<String>),
    /// No argument.
    None,
}

/// The arguments of an operation by each of their names: in the argument object, in the API, and place with name
/// (`query/limit`). Made once for many lookups.
#[derive(Debug)]
pub struct ArgumentNames {
    indices: HashMap<String, Vec<usize>>,
    shown: Vec<String>,
}

impl ArgumentNames {
    /// Finds the argument of a name. A name of several arguments finds none: a document that declares a second `tenant` must
    /// not draw a fixed value away from the first.
    pub fn find(&self, name: &str) -> ArgumentLookup {
        match self.indices.get(name).map(Vec::as_slice) {
            None | Some([]) => ArgumentLookup::None,
            Some([one]) => ArgumentLookup::One(*one),
            Some(several) => {
                ArgumentLookup::Several(several.iter().map(|index| self.shown[*index].clone()).collect())
            }
        }
    }
}

impl ArgumentLocation {
    /// Place and name: `query/limit`, `body/name`; `body/` for the whole body. It means the same argument whatever else an
    /// operation declares.
    pub fn show(&self) -> String {
        match self {
            Self::Parameter { name, place, .. } => format!("{}/{name}", place.as_str()),
            Self::BodyProperty { name, .. } => format!("body/{name}"),
            Self::Body => "body/".to_owned(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Parameter { name, .. } | Self::BodyProperty { name, .. } => name,
            Self::Body => "body",
        }
    }
}

impl Arguments {
    /// An index of the names of all arguments.
    pub fn names(&self) -> ArgumentNames {
        let shown: Vec<String> = self.map.iter().map(|argument| argument.location.show()).collect();
        let mut indices: HashMap<String, Vec<usize>> = HashMap::default();
        for (index, (argument, shown)) in self.map.iter().zip(&shown).enumerate() {
            let names = [&*argument.name, argument.location.name(), shown];
            // Who writes an override does not see hidden characters.
            let read =
                names.iter().map(|name| strip_hidden(name)).filter(|name| matches!(name, Cow::Owned(_)));
            for name in read.chain(names.iter().map(|name| Cow::Borrowed(*name))) {
                let known = indices.entry(name.into_owned()).or_default();
                if known.last() != Some(&index) {
                    known.push(index);
                }
            }
        }
        ArgumentNames { indices, shown }
    }
}
