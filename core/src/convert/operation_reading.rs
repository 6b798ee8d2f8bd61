//! Reads the selected operations of a document: arguments, overrides, credentials and server. None of them has a name yet.

use std::cell::OnceCell;
use std::sync::Arc;

use http::Method;
use serde_json::Value;
use url::Url;

use super::authentication::{AuthenticationCheck, OperationAuthentication};
use super::conversion_context::{ConversionContext, ConversionInput};
use super::credential_arguments::hide_credential_arguments;
use super::document_defaults::DocumentDefaults;
use super::memory_budget::MemoryBudget;
use super::options::ConversionOptions;
use super::overrides::{OverriddenArguments, OverrideLayers};
use super::selection::SelectedOperation;
use super::server_address;
use super::skipped_operation::SkippedOperation;
use crate::error::{Error, Problem, Result, excerpt};
use crate::json::HashSet;
use crate::registry::{Identity, bytes_of_tokens};
use crate::schema::{Note, kind};
use crate::spec::{
    ArgumentLocation, Arguments, Document, Operation, OperationOutput, OperationReader, OperationSite,
    OutputBound, OutputReader, ParameterIn,
};

/// One operation after it was read.
pub struct ReadOperation<'a, 'o> {
    pub site: OperationSite<'a>,
    pub identity: Identity,
    pub method: Method,
    pub operation: Operation,
    pub output: OperationOutput,
    pub overrides: OverrideLayers<'o>,
    /// Values that each request sends.
    pub fixed: Vec<(ArgumentLocation, Value)>,
    /// The server of its calls, where it is known.
    pub base: Option<Url>,
    pub authentication: Arc<OperationAuthentication>,
    /// Whether its calls lack a credential.
    pub lacks_credential: bool,
}

/// The selected operations after they were read.
pub struct ReadOperations<'a, 'o> {
    pub readings: Vec<ReadOperation<'a, 'o>>,
    pub skipped: Vec<SkippedOperation>,
    /// Notes on overrides of arguments that no operation has.
    pub unused_overrides: Vec<Note>,
}

/// Reads the selected operations.
///
/// # Errors
/// `INVALID_VALUE` with all problems of the caller's overrides at once.
pub fn read_operations<'a, 'o>(
    input: &ConversionInput<'a>,
    selected: Vec<Result<SelectedOperation<'a, 'o>, SkippedOperation>>,
    defaults: &DocumentDefaults,
    context: &ConversionContext<'o>,
) -> Result<ReadOperations<'a, 'o>> {
    let mut reader = SelectionReader::new(input, defaults, context);
    let (mut readings, mut skipped) = (Vec::with_capacity(selected.len()), Vec::new());
    let mut problems = Vec::new();
    let (mut fitting_entries, mut fitting_arguments) = (HashSet::default(), HashSet::default());
    for selected in selected {
        let (outcome, fit) = match selected {
            Ok(selected) => reader.read(selected),
            Err(unreadable) => (Err(unreadable), OverrideFit::default()),
        };
        match outcome {
            Ok(reading) => readings.push(reading),
            Err(operation) => skipped.push(operation),
        }
        problems.extend(fit.problems);
        fitting_entries.extend(fit.entries);
        fitting_arguments.extend(fit.arguments);
    }
    if !problems.is_empty() {
        // An override by id may be of several operations, and has the same fault for each.
        problems.dedup();
        return Err(Error::InvalidValue { option: "overrides", problems });
    }
    let unused_overrides = unused_argument_overrides(context.options, &fitting_entries, &fitting_arguments);
    Ok(ReadOperations { readings, skipped, unused_overrides })
}

/// How the caller's overrides fit one operation.
#[derive(Default)]
struct OverrideFit {
    problems: Vec<Problem>,
    /// The indexes of the overrides of this operation.
    entries: Vec<usize>,
    /// The overrides that fit an argument: index of the override, index of its parameter.
    arguments: Vec<(usize, usize)>,
}

/// Reads one operation after the other; the memory budget bounds what all of them take together.
struct SelectionReader<'r, 'a, 'o> {
    document: &'r Document<'a>,
    operations: OperationReader<'r, 'a>,
    /// Made for the first tool with an output schema: a load without them reads no responses.
    outputs: OnceCell<OutputReader<'r, 'a>>,
    authentication: AuthenticationCheck<'r, 'a>,
    memory: MemoryBudget,
    defaults: &'r DocumentDefaults,
    context: &'r ConversionContext<'o>,
}

impl<'r, 'a, 'o> SelectionReader<'r, 'a, 'o> {
    fn new(
        input: &'r ConversionInput<'a>,
        defaults: &'r DocumentDefaults,
        context: &'r ConversionContext<'o>,
    ) -> Self {
        let (document, options) = (&input.document, context.options);
        let client = &**context.client;
        Self {
            document,
            operations: OperationReader::new(document, options.arguments),
            outputs: OnceCell::new(),
            authentication: AuthenticationCheck::new(document, &defaults.schemes, options, client),
            memory: MemoryBudget::new(input.bytes, context.limits.bytes, context.definition_bytes()),
            defaults,
            context,
        }
    }

    fn read(
        &mut self,
        selected: SelectedOperation<'a, 'o>,
    ) -> (Result<ReadOperation<'a, 'o>, SkippedOperation>, OverrideFit) {
        let SelectedOperation { site, overrides } = selected;
        let (method, mut operation) = match self.parse(&site) {
            Ok(parsed) => parsed,
            Err(error) => return (Err(SkippedOperation::at(&site, &error)), OverrideFit::default()),
        };
        let may_be_unmodified = is_conditional(&operation.arguments);
        let OverriddenArguments { arguments, fixed, notes, problems, used } =
            overrides.apply(operation.arguments, &site);
        let fit = OverrideFit { problems, entries: overrides.entries().collect(), arguments: used };
        operation.notes.extend(overrides.notes.iter().cloned().chain(notes));
        let (options, base) = (self.context.options, self.defaults.base.as_ref());
        let authentication = self.authentication.check(&operation.security);
        let requirements = &authentication.requirements;
        let (arguments, hidden) = hide_credential_arguments(arguments, requirements, &options.auth, &site);
        operation.arguments = arguments;
        let server = self.context.server_context();
        let (base, unusable) = server_address::resolve_server(&operation, &site, base, &server);
        let lacks_credential = !self.authentication.is_answered(&authentication, base.as_ref(), &fixed);
        let lacking = authentication.notes.iter().filter(|_| lacks_credential).cloned();
        operation.notes.extend(hidden.into_iter().chain(unusable).chain(lacking));
        let description = overrides.description().map_or(operation.description.len(), |text| text.len());
        // One list of a document can be that of many operations, by references of YAML.
        let aliases: usize = overrides.aliases().iter().map(String::len).sum();
        if let Err(error) = self.memory.spend(&operation, description + aliases, &site, base.as_ref()) {
            return (Err(SkippedOperation::at(&site, &error)), fit);
        }
        let has_output = overrides.has_output_schema(options.output_schemas);
        let output =
            if has_output { self.read_output(&site, may_be_unmodified) } else { OperationOutput::default() };
        let identity =
            Identity { path: site.path.into(), method: (*site.method).into(), id: operation.id.clone() };
        let reading = ReadOperation {
            site,
            identity,
            method,
            operation,
            output,
            overrides,
            fixed,
            base,
            authentication,
            lacks_credential,
        };
        (Ok(reading), fit)
    }

    /// The output of an operation. One that the memory of the load has no room for is left out.
    fn read_output(&mut self, site: &OperationSite<'a>, may_be_null: bool) -> OperationOutput {
        let tokens = self.context.options.output_tokens;
        let bound =
            tokens.map(|tokens| OutputBound { tokens, bytes: bytes_of_tokens(tokens) }).unwrap_or_default();
        let reader = self.outputs.get_or_init(|| OutputReader::new(self.document, bound));
        let output = reader.read(site, may_be_null);
        match self.memory.spend_output(output.len()) {
            Ok(()) => output,
            Err(reason) => OperationOutput::dropped(&site.pointer, &reason),
        }
    }

    fn parse(&mut self, site: &OperationSite<'a>) -> Result<(Method, Operation)> {
        self.memory.check(site)?;
        let parsed = self.operations.read(site).and_then(|operation| Ok((parse_method(site)?, operation)));
        if parsed.is_err() {
            self.memory.spend_unread(site);
        }
        parsed
    }
}

/// Whether the API may answer 304, without a body: an argument is a condition (RFC 9110, section 13).
fn is_conditional(arguments: &Arguments) -> bool {
    arguments.map.iter().any(|argument| match &argument.location {
        ArgumentLocation::Parameter { name, place: ParameterIn::Header, .. } => {
            ["if-none-match", "if-modified-since"]
                .iter()
                .any(|condition| name.eq_ignore_ascii_case(condition))
        }
        _ => false,
    })
}

fn parse_method(site: &OperationSite<'_>) -> Result<Method> {
    Method::from_bytes(site.method.as_bytes()).map_err(|_| {
        let method = excerpt(&site.method).escape_debug().to_string();
        let reason = format!("\"{method}\" is no HTTP method; a method is a token, such as GET or QUERY");
        Error::InvalidSpec { pointer: site.pointer.to_string(), reason }
    })
}

/// Notes on overrides of arguments that no operation has: overrides in `entries` whose parameters are not in `arguments`.
fn unused_argument_overrides(
    options: &ConversionOptions,
    entries: &HashSet<usize>,
    arguments: &HashSet<(usize, usize)>,
) -> Vec<Note> {
    let all = options.overrides.entries().iter().enumerate();
    let parameters = all.filter(|(entry, _)| entries.contains(entry)).flat_map(|(entry, (key, one))| {
        one.parameters.iter().enumerate().map(move |(number, (name, _))| ((entry, number), key, name))
    });
    let unused = parameters.filter(|(index, ..)| !arguments.contains(index));
    let note = |(_, key, name): (_, &String, &String)| {
        let (key, name) = (key.escape_debug(), name.escape_debug());
        let message = format!("\"{name}\" is no argument of \"{key}\"; correct the name, or remove it");
        Note::new(kind::OVERRIDE_UNUSED, "", message)
    };
    unused.map(note).collect()
}
