//! Overrides of arguments: described, hidden from the model, or fixed to a value that each request sends.

use serde_json::Value;

use super::operation_override::{ArgumentOverride, ArgumentVisibility, OverrideAuthor};
use super::override_layers::{OverrideLayers, ignored_extension};
use crate::error::Problem;
use crate::json::pointer;
use crate::schema::{Note, Schema, kind};
use crate::spec::{
    ArgumentLocation, ArgumentLookup, Arguments, OperationSite, ParameterIn, ToolrackExtension,
};
use crate::tool::CONTEXT_KEYS;

/// The number of arguments of one operation that a document may hide or fix. Each costs a walk over its schema.
const DOCUMENT_ARGUMENTS: usize = 100;

/// The arguments of an operation after its overrides.
pub struct OverriddenArguments {
    pub arguments: Arguments,
    /// Fixed values: each request sends them, and the model does not see them.
    pub fixed: Vec<(ArgumentLocation, Value)>,
    /// What the tool has in another way than the document.
    pub notes: Vec<Note>,
    /// Problems of the caller's overrides.
    pub problems: Vec<Problem>,
    /// The overrides that fit an argument: index of the override, index of its parameter.
    pub used: Vec<(usize, usize)>,
}

/// The override of one argument, and who wrote it.
struct ArgumentInstruction {
    author: OverrideAuthor,
    pointer: String,
    values: ArgumentOverride,
}

/// The overrides of all arguments, the strongest of each first.
struct ArgumentInstructions {
    by_argument: Vec<Vec<ArgumentInstruction>>,
    notes: Vec<Note>,
    problems: Vec<Problem>,
    used: Vec<(usize, usize)>,
}

/// An argument that the model does not see.
struct RemovedArgument {
    index: usize,
    /// The value that each request sends.
    value: Option<Value>,
}

impl OverrideLayers<'_> {
    /// Describes, fixes and hides arguments as the overrides say.
    pub fn apply(&self, mut arguments: Arguments, site: &OperationSite<'_>) -> OverriddenArguments {
        let extensions = std::mem::take(&mut arguments.extensions);
        if extensions.is_empty() && self.layers.iter().all(|layer| layer.values.parameters.is_empty()) {
            let (fixed, notes, problems, used) = Default::default();
            return OverriddenArguments { arguments, fixed, notes, problems, used };
        }
        let ArgumentInstructions { by_argument, mut notes, mut problems, used } =
            self.instructions(&arguments, extensions);
        let (mut removed, mut document_left) = (Vec::new(), DOCUMENT_ARGUMENTS);
        for (index, instructions) in by_argument.iter().enumerate() {
            if let Some(description) = instructions.iter().find_map(|one| one.values.description.as_deref()) {
                arguments.describe(index, description);
            }
            let Some(instruction) = instructions.iter().find(|one| one.values.visibility.is_some()) else {
                continue;
            };
            if instruction.author == OverrideAuthor::Document {
                let Some(left) = document_left.checked_sub(1) else {
                    notes.push(ignored_extension(&too_many_arguments(instruction)));
                    continue;
                };
                document_left = left;
            }
            match (instruction.remove(&arguments, index, site), instruction.author) {
                (Ok(None), _) => {}
                (Ok(Some((argument, note))), _) => {
                    removed.push(argument);
                    notes.push(note);
                }
                (Err(faults), OverrideAuthor::Caller) => problems.extend(faults),
                (Err(faults), OverrideAuthor::Document) => notes.extend(faults.iter().map(ignored_extension)),
            }
        }
        let locations = arguments.remove(&removed.iter().map(|one| one.index).collect::<Vec<_>>());
        let fixed = locations.into_iter().zip(removed);
        let fixed = fixed.filter_map(|(location, argument)| Some((location, argument.value?))).collect();
        OverriddenArguments { arguments, fixed, notes, problems, used }
    }

    /// The overrides of each argument; `extensions` are the `x-toolrack` of arguments, by index.
    fn instructions(
        &self,
        arguments: &Arguments,
        extensions: Vec<(usize, ToolrackExtension)>,
    ) -> ArgumentInstructions {
        let mut by_argument: Vec<Vec<ArgumentInstruction>> =
            arguments.map.iter().map(|_| Vec::new()).collect();
        let (mut notes, mut problems, mut used) = (Vec::new(), Vec::new(), Vec::new());
        let names = arguments.names();
        for layer in &self.layers {
            let author = layer.author;
            for (number, (name, values)) in layer.values.parameters.iter().enumerate() {
                let pointer = pointer::push(&format!("{}/parameters", layer.pointer), name);
                let message = match names.find(name) {
                    ArgumentLookup::One(index) => {
                        used.extend(layer.entry.map(|entry| (entry, number)));
                        let values = values.clone();
                        by_argument[index].push(ArgumentInstruction { author, pointer, values });
                        continue;
                    }
                    // An override by id may be of several operations: it is reported as unused where it fits none of them.
                    ArgumentLookup::None if author == OverrideAuthor::Caller => continue,
                    ArgumentLookup::None => "is no argument of this operation: correct the name".to_owned(),
                    ArgumentLookup::Several(locations) => {
                        format!("is the name of several arguments: use one of {}", locations.join(", "))
                    }
                };
                let problem = Problem::at(pointer, message);
                match author {
                    OverrideAuthor::Caller => problems.push(problem),
                    OverrideAuthor::Document => notes.push(ignored_extension(&problem)),
                }
            }
        }
        let author = OverrideAuthor::Document;
        for (index, ToolrackExtension { pointer, value, notes: own }) in extensions {
            let (values, faults) = ArgumentOverride::parse(&value, &pointer, author);
            notes.extend(own.into_iter().chain(faults.iter().map(ignored_extension)));
            by_argument[index].push(ArgumentInstruction { author, pointer, values });
        }
        ArgumentInstructions { by_argument, notes, problems, used }
    }
}

impl ArgumentInstruction {
    /// Hides or fixes the argument, with a note; `None` where the model sees it.
    fn remove(
        &self,
        arguments: &Arguments,
        index: usize,
        site: &OperationSite<'_>,
    ) -> Result<Option<(RemovedArgument, Note)>, Vec<Problem>> {
        let Some(visibility) = &self.values.visibility else { return Ok(None) };
        let problems = self.visibility_problems(arguments, index, visibility);
        if !problems.is_empty() {
            return Err(problems);
        }
        let author = match self.author {
            OverrideAuthor::Caller => "the caller",
            OverrideAuthor::Document => "the document",
        };
        let location = arguments.map[index].location.show();
        let (value, kind, effect) = match visibility {
            ArgumentVisibility::Shown => return Ok(None),
            ArgumentVisibility::Hidden => (None, kind::PARAMETER_HIDDEN, "left out"),
            ArgumentVisibility::Fixed(value) => {
                let value = arguments.restore(index, arguments.show(index, value.clone()));
                (Some(value), kind::PARAMETER_FIXED, "fixed")
            }
        };
        let message = format!("{location} is {effect} by {author}; the model does not see it");
        Ok(Some((RemovedArgument { index, value }, Note::new(kind, &*site.pointer, message))))
    }

    /// Why an argument cannot be hidden or fixed. The message never has the value: it may be a secret.
    fn visibility_problems(
        &self,
        arguments: &Arguments,
        index: usize,
        visibility: &ArgumentVisibility,
    ) -> Vec<Problem> {
        let argument = &arguments.map[index];
        let by_document = self.author == OverrideAuthor::Document;
        match visibility {
            ArgumentVisibility::Hidden if arguments.is_required(index) => {
                let message = "is required and cannot be hidden: fix a value instead";
                vec![Problem::at(format!("{}/hidden", self.pointer), message)]
            }
            ArgumentVisibility::Shown | ArgumentVisibility::Hidden => Vec::new(),
            ArgumentVisibility::Fixed(_) if by_document && is_guarded(&argument.location, &argument.name) => {
                let message = "cannot be fixed by a document, because headers, cookies and context keys decide who \
                               calls: fix it in the option overrides";
                vec![Problem::at(format!("{}/value", self.pointer), message)]
            }
            ArgumentVisibility::Fixed(value) => {
                let value = arguments.show(index, value.clone());
                let problems = Schema::new(&arguments.schema_of(index)).problems(&value);
                let located = problems.into_iter().map(|problem| Problem {
                    pointer: format!("{}/value{}", self.pointer, problem.pointer),
                    ..problem.without_value()
                });
                located.collect()
            }
        }
    }
}

fn too_many_arguments(instruction: &ArgumentInstruction) -> Problem {
    let message = format!(
        "is ignored: a document hides or fixes at most {DOCUMENT_ARGUMENTS} arguments; use the option overrides"
    );
    Problem::at(instruction.pointer.as_str(), message)
}

/// Whether a document may not fix a value here: headers, cookies and context keys decide who calls. Elsewhere it may: it
/// could as well have written the value into the path, or have allowed no other.
fn is_guarded(location: &ArgumentLocation, name: &str) -> bool {
    let is_context = |name: &str| CONTEXT_KEYS.contains(&name);
    match location {
        ArgumentLocation::Parameter { place: ParameterIn::Header | ParameterIn::Cookie, .. } => true,
        ArgumentLocation::Parameter { name: own, .. } | ArgumentLocation::BodyProperty { name: own, .. } => {
            is_context(own) || is_context(name)
        }
        ArgumentLocation::Body => false,
    }
}
