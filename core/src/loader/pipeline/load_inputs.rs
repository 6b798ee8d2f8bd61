//! What a load has from outside, the questions that ask for more, and their answers.

use serde_json::Value;
use url::Url;

use super::truncated_document::Truncation;
use crate::convert::{CandidateOperation, SelectionAnswers, SelectionFunction};
use crate::error::{Error, Result};
use crate::http::HttpClient;
use crate::retrieve::{Bundle, ReferencePolicy, ReferenceReader};
use crate::review::{CustomGateAnswers, CustomGates};
use crate::spec::{ParseLimits, SpecSource};

/// What a load has from outside so far.
pub struct LoadInputs {
    pub bundle: Bundle,
    /// The answers of the function of `include` or `exclude`.
    pub selection_answers: Option<SelectionAnswers>,
    /// The answers of the custom gates.
    pub gate_answers: Option<CustomGateAnswers>,
    /// Whether the content may be truncated, where a watcher handed it over.
    pub truncation: Option<Truncation>,
}

/// What a step needs from outside before it can go on.
pub enum LoadQuestion {
    /// Overlays have to be read.
    Overlays(Vec<SpecSource>, ParseLimits),
    /// The documents of references have to be read.
    References(Box<MissingReferences>),
    /// The function of `include` or `exclude` has to be called.
    Selection(SelectionFunction, Vec<CandidateOperation>),
    /// The custom gates have to be called with the change.
    CustomGates(CustomGates, Value),
}

/// The references of a document that have to be read.
pub struct MissingReferences {
    pub urls: Vec<Url>,
    /// The location of the document.
    pub location: SpecSource,
    pub policy: ReferencePolicy,
    pub limits: ParseLimits,
}

/// Why a step gave no value.
pub enum StepError {
    Question(LoadQuestion),
    Failed(Error),
}

/// The outcome of a step.
pub type StepResult<T> = std::result::Result<T, StepError>;

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl LoadInputs {
    pub const fn new(bundle: Bundle) -> Self {
        Self { bundle, selection_answers: None, gate_answers: None, truncation: None }
    }

    /// The inputs with the answer to a question.
    pub async fn answer(mut self, question: LoadQuestion, client: &dyn HttpClient) -> Result<Self> {
        match question {
            LoadQuestion::Overlays(overlays, limits) => {
                self.bundle.read_overlays(&overlays, client, &limits).await?;
            }
            LoadQuestion::References(missing) => {
                let MissingReferences { urls, location, policy, limits } = *missing;
                let reader = ReferenceReader::new(&location, &policy, &limits, client);
                self.bundle.read_references(urls, reader).await;
            }
            LoadQuestion::Selection(function, operations) => {
                self.selection_answers = Some(function.ask(operations).await?);
            }
            LoadQuestion::CustomGates(gates, change) => self.gate_answers = Some(gates.ask(change).await?),
        }
        Ok(self)
    }
}
