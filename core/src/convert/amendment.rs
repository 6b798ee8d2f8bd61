//! What is said of one operation by whoever may, the strongest first, and what that makes of its arguments.

use std::borrow::Cow;

use serde_json::Value;

use super::overrides::{ArgumentFate, ArgumentOverride, Override, OverrideAuthor, Overrides};
use crate::error::Problem;
use crate::json::pointer;
use crate::registry::NameWish;
use crate::schema::{Note, Schema, kind};
use crate::spec::{ArgumentLocation, ArgumentLookup, Arguments, OperationSite, ToolrackExtension};
use crate::tool::{CONTEXT_KEYS, CallLimits};

/// A document takes at most so many arguments of one operation out of sight; each costs a walk over its schema.
const MOST: usize = 100;

/// What is said of one operation: by the caller of its method and path, by the caller of its id, by the document. What
/// the first of them says counts, key by key.
pub struct Amendment<'o> {
    layers: Vec<OverrideLayer<'o>>,
    /// What the document says and cannot mean.
    pub notes: Vec<Note>,
}

struct OverrideLayer<'o> {
    author: OverrideAuthor,
    said: Cow<'o, Override>,
    /// Where it stands: in the option, or in the document.
    pointer: String,
    /// Which of the caller's overrides it is.
    entry: Option<usize>,
}

/// What an amendment did to the arguments of an operation.
#[derive(Default)]
pub struct AmendedArguments {
    /// Values that go with every request.
    pub fixed: Vec<(ArgumentLocation, Value)>,
    /// What the tool says differently from the document.
    pub notes: Vec<Note>,
    /// What the caller says that cannot be.
    pub problems: Vec<Problem>,
    /// What fits: which override, and which of its parameters.
    pub used: Vec<(usize, usize)>,
}

/// What is said of one argument.
struct ArgumentInstruction {
    author: OverrideAuthor,
    pointer: String,
    what: ArgumentOverride,
}

impl<'o> Amendment<'o> {
    /// What is said of an operation.
    pub fn of(
        site: &OperationSite<'_>,
        extension: Option<ToolrackExtension>,
        overrides: &'o Overrides,
    ) -> Self {
        let caller = overrides.of(site).into_iter().map(|entry| {
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
            let mut problems = Vec::new();
            let said = Cow::Owned(Override::parse(&value, &pointer, OverrideAuthor::Document, &mut problems));
            notes = rounded;
            notes.extend(problems.iter().map(ignored));
            layers.push(OverrideLayer { author: OverrideAuthor::Document, said, pointer, entry: None });
        }
        Self { layers, notes }
    }

    /// Which of the caller's overrides are of this operation.
    pub fn entries(&self) -> impl Iterator<Item = usize> {
        self.layers.iter().filter_map(|layer| layer.entry)
    }

    fn first<T>(&self, of: impl Fn(&Override) -> Option<T>) -> Option<(OverrideAuthor, T)> {
        self.layers.iter().find_map(|layer| Some((layer.author, of(&layer.said)?)))
    }

    /// What the tool should be called.
    pub fn wish(&self) -> NameWish {
        match self.first(|said| said.name.clone()) {
            Some((OverrideAuthor::Caller, name)) => NameWish::Given(name),
            Some((OverrideAuthor::Document, word)) => NameWish::Word(word),
            None => NameWish::Own,
        }
    }

    /// Whether the operation is left out.
    pub fn excludes(&self) -> bool {
        self.first(|said| said.exclude).is_some_and(|(_, exclude)| exclude)
    }

    /// What the tool does.
    pub fn description(&self) -> Option<String> {
        self.first(|said| said.description.clone()).map(|(_, description)| description)
    }

    /// Its tags.
    pub fn tags(&self) -> Option<Vec<String>> {
        self.first(|said| said.tags.clone()).map(|(_, tags)| tags)
    }

    /// Its category, with `for_all` between what the caller says of this operation and what the document says.
    pub fn category(&self, for_all: Option<&String>) -> Option<String> {
        match (self.first(|said| said.category.clone()), for_all) {
            (Some((OverrideAuthor::Caller, category)), _) => Some(category),
            (_, Some(category)) => Some(category.clone()),
            (said, None) => said.map(|(_, category)| category),
        }
    }

    /// Whether a call needs a user.
    pub fn requires_auth(&self) -> bool {
        self.first(|said| said.requires_auth).is_some_and(|(_, required)| required)
    }

    /// What calls may cost, with `for_all` between what the caller says of this operation and what the document says. A
    /// document may ask for fewer calls than the caller allows for all, not for more.
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

    /// Describes, fixes and hides arguments.
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
            let Some((said, fate)) = all.iter().find_map(|one| Some((one, one.what.fate.as_ref()?))) else {
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
                (ArgumentFate::Shown, _) => {}
                (ArgumentFate::Hidden, _) => {
                    out.push((index, None));
                    let message = format!("{place} is left out {by}; the model does not see it");
                    amended.notes.push(Note::new(kind::PARAMETER_HIDDEN, &*site.pointer, message));
                }
                (ArgumentFate::Fixed(value), _) => {
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

    /// What is said of each argument, the strongest first.
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
                    // The caller hears of what fits no operation at all.
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
            let mut problems = Vec::new();
            let what = ArgumentOverride::parse(&value, &pointer, &mut problems);
            amended.notes.extend(notes.into_iter().chain(problems.iter().map(ignored)));
            all[index].push(ArgumentInstruction { author: OverrideAuthor::Document, pointer, what });
        }
        all
    }
}

fn ignored(problem: &Problem) -> Note {
    Note::new(kind::EXTENSION_IGNORED, problem.pointer.as_str(), problem.message.as_str())
}

/// Why an argument cannot become what it should. What is told never shows the value: it may be a secret.
fn faults(
    arguments: &Arguments,
    index: usize,
    said: &ArgumentInstruction,
    fate: &ArgumentFate,
) -> Vec<Problem> {
    let argument = &arguments.map[index];
    match fate {
        ArgumentFate::Hidden if arguments.is_required(index) => {
            let message = "is required: fix a value instead";
            vec![Problem::at(format!("{}/hidden", said.pointer), message)]
        }
        ArgumentFate::Shown | ArgumentFate::Hidden => Vec::new(),
        ArgumentFate::Fixed(_)
            if said.author == OverrideAuthor::Document && is_guarded(&argument.location, &argument.name) =>
        {
            let message = "headers, cookies and keys of the context are not the document's to fix";
            vec![Problem::at(format!("{}/value", said.pointer), message)]
        }
        ArgumentFate::Fixed(value) => {
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

/// Where a value decides who calls or what the request is, and a document may not set one that nobody sees. Elsewhere it
/// may: it could as well have written the value into the path, or have allowed no other.
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
