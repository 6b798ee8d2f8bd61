//! The overrides of one operation, the strongest first, applied to its arguments: described, hidden, fixed.

use std::borrow::Cow;

use serde_json::Value;

use super::operation_override::{ArgumentOverride, ArgumentVisibility, Override, OverrideAuthor};
use super::overrides::Overrides;
use crate::error::Problem;
use crate::json::pointer;
use crate::registry::NameChoice;
use crate::schema::{Note, Schema, kind};
use crate::spec::{ArgumentLocation, ArgumentLookup, Arguments, OperationSite, ToolrackExtension};
use crate::tool::{CONTEXT_KEYS, CallLimits};

/// The number of arguments of one operation that a document may hide or fix. Each costs a walk over its schema.
const MOST: usize = 100;

/// The overrides of one operation, in layers: the caller's for its method and path, the caller's for its id, the document's.
/// The first layer that has a key decides that key.
pub struct Amendment<'o> {
    layers: Vec<OverrideLayer<'o>>,
    /// Notes on what the document's own extension says in vain.
    pub notes: Vec<Note>,
}

struct OverrideLayer<'o> {
    author: OverrideAuthor,
    said: Cow<'o, Override>,
    /// Its JSON pointer, in the option or in the document.
    pointer: String,
    /// The index in [`Overrides::entries`]; `None` for the document's layer.
    entry: Option<usize>,
}

/// What the overrides did to the arguments of an operation.
#[derive(Default)]
pub struct AmendedArguments {
    /// Fixed values: each request sends them, and the model does not see them.
    pub fixed: Vec<(ArgumentLocation, Value)>,
    /// What the tool has in another way than the document.
    pub notes: Vec<Note>,
    /// Faults of the caller's overrides.
    pub problems: Vec<Problem>,
    /// The overrides that fit an argument: index of the override, index of its parameter.
    pub used: Vec<(usize, usize)>,
}

/// The override of one argument, and who wrote it.
struct ArgumentInstruction {
    author: OverrideAuthor,
    pointer: String,
    what: ArgumentOverride,
}

impl<'o> Amendment<'o> {
    /// Collects the layers of an operation.
    pub fn of(
        site: &OperationSite<'_>,
        extension: Option<ToolrackExtension>,
        overrides: &'o Overrides,
    ) -> Self {
        let caller = overrides.find(site).into_iter().map(|entry| {
            let (key, said) = &overrides.entries()[entry];
            OverrideLayer {
                author: OverrideAuthor::Caller,
                said: Cow::Borrowed(said),
                pointer: pointer::push("", key),
                entry: Some(entry),
            }
        });
        let mut layers: Vec<_> = caller.collect();
        let mut notes = Vec::new();
        if let Some(ToolrackExtension { pointer, value, notes: rounded }) = extension {
            let (parsed, problems) = Override::parse(&value, &pointer, OverrideAuthor::Document);
            notes = rounded;
            notes.extend(problems.iter().map(ignored));
            let said = Cow::Owned(parsed);
            layers.push(OverrideLayer { author: OverrideAuthor::Document, said, pointer, entry: None });
        }
        Self { layers, notes }
    }

    /// The indexes of the caller's overrides of this operation.
    pub fn entries(&self) -> impl Iterator<Item = usize> {
        self.layers.iter().filter_map(|layer| layer.entry)
    }

    fn first<T>(&self, of: impl Fn(&Override) -> Option<T>) -> Option<(OverrideAuthor, T)> {
        self.layers.iter().find_map(|layer| Some((layer.author, of(&layer.said)?)))
    }

    /// How the tool is named. A name of the document is a suggestion; the ledger may give another one.
    pub fn name_choice(&self) -> NameChoice {
        match self.first(|said| said.name.clone()) {
            Some((OverrideAuthor::Caller, name)) => NameChoice::Explicit(name),
            Some((OverrideAuthor::Document, name)) => NameChoice::Suggested(name),
            None => NameChoice::Derived,
        }
    }

    /// Whether an override excludes the operation.
    pub fn excludes(&self) -> bool {
        self.first(|said| said.exclude).is_some_and(|(_, exclude)| exclude)
    }

    /// The description, where an override has one.
    pub fn description(&self) -> Option<String> {
        self.first(|said| said.description.clone()).map(|(_, description)| description)
    }

    /// The tags, where an override has them.
    pub fn tags(&self) -> Option<Vec<String>> {
        self.first(|said| said.tags.clone()).map(|(_, tags)| tags)
    }

    /// The category. The caller's override counts first, then `for_all` of the load, then the document's.
    pub fn category(&self, for_all: Option<&String>) -> Option<String> {
        match (self.first(|said| said.category.clone()), for_all) {
            (Some((OverrideAuthor::Caller, category)), _) => Some(category),
            (_, Some(category)) => Some(category.clone()),
            (said, None) => said.map(|(_, category)| category),
        }
    }

    /// Whether a call needs an identified user.
    pub fn requires_auth(&self) -> bool {
        self.first(|said| said.requires_auth).is_some_and(|(_, required)| required)
    }

    /// The call limits. The caller's override counts first, then `for_all` of the load. A document may lower the rate limit of
    /// the load, and never raise it.
    pub fn limits(&self, for_all: CallLimits) -> CallLimits {
        let callers = self.layers.iter().filter(|layer| layer.author == OverrideAuthor::Caller);
        let own = callers.fold(CallLimits::default(), |nearer, layer| nearer.over(&layer.said.limits()));
        let joined = own.over(&for_all);
        let rate_limit = match (own.rate_limit, self.first(|said| said.rate_limit)) {
            (None, Some((OverrideAuthor::Document, asked))) => {
                Some(for_all.rate_limit.map_or(asked, |allowed| allowed.min(asked)))
            }
            _ => joined.rate_limit,
        };
        CallLimits { rate_limit, ..joined }
    }

    /// Describes, fixes and hides arguments as the overrides say.
    pub fn amend(&self, arguments: &mut Arguments, site: &OperationSite<'_>) -> AmendedArguments {
        let mut amended = AmendedArguments::default();
        let is_silent = self.layers.iter().all(|layer| layer.said.parameters.is_empty());
        if is_silent && arguments.extensions.is_empty() {
            return amended;
        }
        let said = self.by_argument(arguments, &mut amended);
        let (mut out, mut left) = (Vec::new(), MOST);
        for (index, all) in said.into_iter().enumerate() {
            if let Some(description) = all.iter().find_map(|one| one.what.description.as_deref()) {
                arguments.describe(index, description);
            }
            let Some((said, fate)) = all.iter().find_map(|one| Some((one, one.what.visibility.as_ref()?)))
            else {
                continue;
            };
            let place = arguments.map[index].location.show();
            let by = match (said.author, left.checked_sub(1)) {
                (OverrideAuthor::Caller, _) => "by the caller",
                (OverrideAuthor::Document, Some(less)) => {
                    left = less;
                    "by the document"
                }
                (OverrideAuthor::Document, None) => {
                    let message = format!("a document hides or fixes at most {MOST} arguments");
                    amended.notes.push(ignored(&Problem::at(said.pointer.as_str(), message)));
                    continue;
                }
            };
            match (fate, faults(arguments, index, said, fate)) {
                (_, faults) if !faults.is_empty() => match said.author {
                    OverrideAuthor::Caller => amended.problems.extend(faults),
                    OverrideAuthor::Document => amended.notes.extend(faults.iter().map(ignored)),
                },
                (ArgumentVisibility::Shown, _) => {}
                (ArgumentVisibility::Hidden, _) => {
                    out.push((index, None));
                    let message = format!("{place} is left out {by}; the model does not see it");
                    amended.notes.push(Note::new(kind::PARAMETER_HIDDEN, &*site.pointer, message));
                }
                (ArgumentVisibility::Fixed(value), _) => {
                    let value = arguments.restore(index, arguments.show(index, value.clone()));
                    out.push((index, Some(value)));
                    let message = format!("{place} is fixed {by}; the model does not see it");
                    amended.notes.push(Note::new(kind::PARAMETER_FIXED, &*site.pointer, message));
                }
            }
        }
        let locations = arguments.remove(&out.iter().map(|(index, _)| *index).collect::<Vec<_>>());
        let values = out.into_iter().map(|(_, value)| value);
        amended.fixed = locations
            .into_iter()
            .zip(values)
            .filter_map(|(location, value)| Some((location, value?)))
            .collect();
        amended
    }

    /// The overrides of each argument, the strongest first.
    fn by_argument(
        &self,
        arguments: &mut Arguments,
        amended: &mut AmendedArguments,
    ) -> Vec<Vec<ArgumentInstruction>> {
        let mut all: Vec<Vec<ArgumentInstruction>> = arguments.map.iter().map(|_| Vec::new()).collect();
        let names = arguments.names();
        for layer in &self.layers {
            for (number, (name, said)) in layer.said.parameters.iter().enumerate() {
                let pointer = pointer::push(&format!("{}/parameters", layer.pointer), name);
                let problem = match names.find(name) {
                    ArgumentLookup::One(index) => {
                        amended.used.extend(layer.entry.map(|entry| (entry, number)));
                        all[index].push(ArgumentInstruction {
                            author: layer.author,
                            pointer,
                            what: said.clone(),
                        });
                        continue;
                    }
                    // An override by id may mean several operations: it is told as unused where it fits none of them.
                    ArgumentLookup::None if layer.author == OverrideAuthor::Caller => continue,
                    ArgumentLookup::None => Problem::at(pointer, "is no argument of this operation"),
                    ArgumentLookup::Several(places) => {
                        Problem::at(pointer, format!("can be any of {}: say which", places.join(", ")))
                    }
                };
                match layer.author {
                    OverrideAuthor::Caller => amended.problems.push(problem),
                    OverrideAuthor::Document => amended.notes.push(ignored(&problem)),
                }
            }
        }
        for (index, ToolrackExtension { pointer, value, notes }) in std::mem::take(&mut arguments.extensions)
        {
            let (what, problems) = ArgumentOverride::parse(&value, &pointer, OverrideAuthor::Document);
            amended.notes.extend(notes.into_iter().chain(problems.iter().map(ignored)));
            all[index].push(ArgumentInstruction { author: OverrideAuthor::Document, pointer, what });
        }
        all
    }
}

fn ignored(problem: &Problem) -> Note {
    Note::new(kind::EXTENSION_IGNORED, problem.pointer.as_str(), problem.message.as_str())
}

/// Why an override of an argument cannot be applied. The message never has the value: it may be a secret.
fn faults(
    arguments: &Arguments,
    index: usize,
    said: &ArgumentInstruction,
    fate: &ArgumentVisibility,
) -> Vec<Problem> {
    let argument = &arguments.map[index];
    match fate {
        ArgumentVisibility::Hidden if arguments.is_required(index) => {
            let message = "is required: fix a value instead";
            vec![Problem::at(format!("{}/hidden", said.pointer), message)]
        }
        ArgumentVisibility::Shown | ArgumentVisibility::Hidden => Vec::new(),
        ArgumentVisibility::Fixed(_)
            if said.author == OverrideAuthor::Document && is_guarded(&argument.location, &argument.name) =>
        {
            let message = "headers, cookies and keys of the context are not the document's to fix";
            vec![Problem::at(format!("{}/value", said.pointer), message)]
        }
        ArgumentVisibility::Fixed(value) => {
            let value = arguments.show(index, value.clone());
            let problems = Schema::new(&arguments.schema_of(index)).problems(&value);
            let told = problems.into_iter().map(|problem| Problem {
                pointer: format!("{}/value{}", said.pointer, problem.pointer),
                got: None,
                ..problem
            });
            told.collect()
        }
    }
}

/// Whether a document may not fix a value here: headers, cookies and context keys decide who calls. Elsewhere it may: it
/// could as well have written the value into the path, or have allowed no other.
fn is_guarded(location: &ArgumentLocation, name: &str) -> bool {
    use crate::spec::ParameterIn;
    let is_context = |name: &str| CONTEXT_KEYS.contains(&name);
    match location {
        ArgumentLocation::Parameter { place: ParameterIn::Header | ParameterIn::Cookie, .. } => true,
        ArgumentLocation::Parameter { name: own, .. } | ArgumentLocation::BodyProperty { name: own, .. } => {
            is_context(own) || is_context(name)
        }
        ArgumentLocation::Body => false,
    }
}
