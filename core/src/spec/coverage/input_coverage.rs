//! Input coverage of an operation, in counts.

use serde::Serialize;

/// Counts of inputs of one sort. An input that is neither exposed nor reported is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InputCounts {
    /// Inputs that the document declares.
    pub declared: usize,
    /// Inputs that are arguments, or parts of one.
    pub exposed: usize,
    /// Inputs that a note of the report names instead.
    pub reported: usize,
}

/// A lost input: no argument, and no note names it. The conversion has a bug then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputLoss {
    /// JSON pointer of its declaration.
    pub pointer: String,
    /// Its name.
    pub name: String,
}

/// The input coverage of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputCoverage {
    /// Its parameters. One of the path item that the operation overrides is not counted twice.
    pub parameters: InputCounts,
    /// The properties of its body, and the fields of its form.
    pub body_properties: InputCounts,
    /// The lost inputs.
    pub lost: Vec<InputLoss>,
}

/// What became of one input.
pub enum InputFate {
    /// It is an argument.
    Exposed,
    /// A note names it.
    Reported,
    /// It is lost; JSON pointer of its declaration.
    Lost(String),
}

impl InputCounts {
    /// Counts one input.
    pub(super) fn count(&mut self, name: &str, fate: InputFate, lost: &mut Vec<InputLoss>) {
        self.declared += 1;
        match fate {
            InputFate::Exposed => self.exposed += 1,
            InputFate::Reported => self.reported += 1,
            InputFate::Lost(pointer) => lost.push(InputLoss { pointer, name: name.to_owned() }),
        }
    }

    /// Adds other counts.
    pub fn add(&mut self, other: &Self) {
        self.declared += other.declared;
        self.exposed += other.exposed;
        self.reported += other.reported;
    }
}
