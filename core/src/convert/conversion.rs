//! Converts the operations of a document to tools.

use std::borrow::Cow;
use std::sync::Arc;

use http::Method;
use serde_json::Value;
use url::Url;

use super::amendment::{AmendedArguments, Amendment};
use super::authentication::{AuthenticationCheck, OperationAuthentication};
use super::conversion_input::ConversionInput;
use super::footprint::Footprint;
use super::options::ConversionOptions;
use super::predicate::{FilterAnswers, FilterQuestion};
use super::report_note::{NoteCollector, ReportNote};
use super::selection::{OperationSelection, SelectedOperation};
use super::server_address::{self, ApiServer};
use super::server_reach;
use super::skipped_operation::{Excluded, SkippedOperation};
use super::tool_location::ToolLocation;
use crate::auth::{AuthRequirements, Authenticator, Credentials};
use crate::error::{Error, Result, excerpt};
use crate::exec::HttpOperation;
use crate::http::{HttpClient, Reach};
use crate::json::HashSet;
use crate::registry::{Identity, NameDraft, Origin, RegisteredTool, ToolRegistry, UnnamedOperation};
use crate::schema::{Note, Schema, kind};
use crate::spec::{
    Argument, ArgumentLocation, Arguments, CoverageCounter, Document, Operation, OperationReader,
    OperationSite, ParameterIn, ParseLimits, SecurityScheme, SecuritySchemes,
};
use crate::tool::{Annotations, CONTEXT_KEYS, CallLimits, ToolDefinition, Version};
use crate::unicode::{HiddenUnicode, strip_hidden};
use crate::wire::Endpoint;

/// The outcome for all operations of a document.
pub struct Conversion {
    pub version: Option<String>,
    pub operations: usize,
    pub tools: Vec<(RegisteredTool, ToolLocation)>,
    pub skipped: Vec<SkippedOperation>,
    pub excluded: Excluded,
    pub notes: Vec<ReportNote>,
}

/// The note of a document without `paths`. It makes no tools, and must not remove any: the first half of a YAML file is
/// often a valid document without paths.
fn pathless(document: &Document<'_>, shared: &ConversionContext<'_>) -> Result<Option<Note>> {
    if document.has_paths() {
        return Ok(None);
    }
    let held = shared.registry.snapshot().tools_of(shared.source).count();
    if held == 0 {
        let message = "the document has no paths, and makes no tools";
        return Ok(Some(Note::new(kind::NO_PATHS, "", message)));
    }
    let reason = format!("there are no paths; to take away all {held} tools, say \"paths: {{}}\"");
    Err(Error::InvalidSpec { pointer: "/paths".to_owned(), reason })
}

/// What a conversion needs beside the document.
pub struct ConversionContext<'s> {
    pub options: &'s ConversionOptions,
    pub limits: &'s ParseLimits,
    pub source: &'s str,
    /// The document's address: relative server URLs are resolved against it.
    pub location: Option<&'s Url>,
    pub client: &'s Arc<dyn HttpClient>,
    /// The registry whose ledger names the tools.
    pub registry: &'s ToolRegistry,
    pub now: u64,
}

impl ConversionContext<'_> {
    /// What server URLs are resolved with.
    fn address(&self) -> server_address::ServerContext<'_> {
        server_address::ServerContext { base_url: self.options.base_url.as_ref(), location: self.location }
    }

    /// The longest definition of a tool, in bytes: the load's option, else the registry's.
    fn definition_bytes(&self) -> usize {
        self.options.definition_bytes.unwrap_or_else(|| self.registry.definition_bytes())
    }
}

/// The outcome of a conversion, or a question.
pub enum ConversionOutcome {
    /// Every operation is a tool, skipped or excluded.
    Done(Box<Conversion>, NameDraft),
    /// The filter function has to be asked of these operations first.
    Asks(Vec<FilterQuestion>),
}

/// Converts every selected operation to a tool. All are read before the first is named, so that names do not depend on the
/// order of the document. `answers` has what the filter function said, where it was asked.
///
/// # Errors
/// `INVALID_SPEC` for a document without paths whose source has tools, `INVALID_VALUE` with all faults of the overrides,
/// `LIMIT_EXCEEDED` for too many operations.
pub fn convert(
    opening: &ConversionInput<'_>,
    answers: Option<&FilterAnswers>,
    shared: &ConversionContext<'_>,
) -> Result<ConversionOutcome> {
    let (options, document) = (shared.options, &opening.document);
    let pathless = pathless(document, shared)?;
    let mut selection = OperationSelection::of(document, options, shared.limits)?;
    if let Some(asked) = selection.judge(options, answers) {
        return Ok(ConversionOutcome::Asks(asked));
    }
    let own_version = document.version().map(|version| match document.library().hidden_unicode() {
        HiddenUnicode::Strip => strip_hidden(version),
        HiddenUnicode::Flag | HiddenUnicode::Keep => version.into(),
    });
    let version = options.version.clone().or_else(|| own_version.map(Cow::into_owned));
    let mut notes = NoteCollector::default();
    for note in opening.notes.iter().cloned().chain(pathless) {
        notes.add(note, None);
    }
    let address = shared.address();
    let ApiServer { base, unusable, missing } = ApiServer::of(document, &address);
    if let Some(note) = unusable {
        notes.add(note, None);
    }
    let common = DocumentDefaults {
        origin: Origin {
            source: shared.source.into(),
            namespace: options.namespace.as_deref().map(Into::into),
        },
        version: version.as_deref().map(Version::new),
        base,
        schemes: document.schemes(shared.location),
    };
    for name in options.auth.schemes().filter(|name| !common.schemes.contains_key(*name)) {
        let message = format!("the document has no security scheme \"{}\"", name.escape_debug());
        notes.add(Note::new(kind::AUTH_UNUSED, "", message), None);
    }
    for (name, pointer) in document.webhooks() {
        let message = format!("\"{name}\" is a request that the API sends");
        notes.add(Note::new(kind::OAS_WEBHOOK_SKIPPED, pointer, message), None);
    }
    let OperationSelection { operations, chosen, excluded, notes: unused } = selection;
    let ReadOperations { readings, mut skipped, unused: unfit } = read(opening, chosen, &common, shared)?;
    let missing = missing.filter(|_| readings.iter().any(|reading| reading.base.is_none()));
    for note in missing.into_iter().chain(unused).chain(unfit) {
        notes.add(note, None);
    }
    let nameless = readings.iter().map(|reading| UnnamedOperation {
        identity: reading.identity.clone(),
        choice: reading.amendment.name_choice(),
    });
    let names = shared.registry.draft(shared.source, options.namespace.as_deref(), nameless);
    let bases = readings.iter().filter_map(|reading| reading.base.as_ref());
    let endpoints: Vec<Url> = common.schemes.values().flat_map(SecurityScheme::endpoints).collect();
    options.bond.bind(common.base.as_ref(), bases, endpoints.iter());
    let mut auditor = CoverageCounter::new(document);
    let mut tools = Vec::with_capacity(readings.len());
    for (reading, name) in readings.into_iter().zip(names.outcomes()) {
        match name {
            Ok(name) => {
                let account = auditor.count(&reading.site, &reading.operation);
                let (identity, pointer) = (reading.identity.clone(), reading.site.pointer.clone());
                let (tool, own) = tool(reading, name, &common, shared);
                for note in own {
                    notes.add(note, Some(name));
                }
                let own = name.to_owned();
                tools.push((
                    tool,
                    ToolLocation { tool: own, identity, pointer: pointer.into_owned(), account },
                ));
            }
            Err(error) => skipped.push(none(&reading.site, error)),
        }
    }
    let notes = notes.finish();
    let conversion = Conversion { version, operations, tools, skipped, excluded, notes };
    Ok(ConversionOutcome::Done(Box::new(conversion), names))
}

/// The report's line of an operation that an error skips.
fn none(site: &OperationSite<'_>, error: &Error) -> SkippedOperation {
    SkippedOperation::new(site.id(), &site.method, site.path, &site.pointer, error)
}

/// One operation after it was read.
struct ReadOperation<'a, 'o> {
    site: OperationSite<'a>,
    identity: Identity,
    method: Method,
    operation: Operation,
    amendment: Amendment<'o>,
    /// Values that each request sends.
    fixed: Vec<(ArgumentLocation, Value)>,
    /// The server of its calls, where it is known.
    base: Option<Url>,
    requirement: Arc<OperationAuthentication>,
    /// Whether its calls lack a credential.
    is_unanswered: bool,
}

/// The selected operations after they were read.
struct ReadOperations<'a, 'o> {
    readings: Vec<ReadOperation<'a, 'o>>,
    skipped: Vec<SkippedOperation>,
    /// Notes on overrides of arguments that no operation has.
    unused: Vec<Note>,
}

/// Reads the selected operations. The error has all faults of the caller's overrides at once.
fn read<'a, 'o>(
    opening: &ConversionInput<'a>,
    chosen: Vec<Result<SelectedOperation<'a, 'o>, SkippedOperation>>,
    common: &DocumentDefaults,
    shared: &ConversionContext<'o>,
) -> Result<ReadOperations<'a, 'o>> {
    let (options, ConversionInput { document, bytes, .. }) = (shared.options, opening);
    let reader = OperationReader::new(document, options.arguments);
    let (mut readings, mut skipped) = (Vec::with_capacity(chosen.len()), Vec::new());
    let mut problems = Vec::new();
    let (mut seen, mut used) = (HashSet::default(), HashSet::default());
    let mut requirements = AuthenticationCheck::new(document, &common.schemes, options, &**shared.client);
    let mut footprint = Footprint::new(*bytes, shared.limits.bytes, shared.definition_bytes());
    for chosen in chosen {
        let SelectedOperation { site, amendment } = match chosen {
            Ok(chosen) => chosen,
            Err(none) => {
                skipped.push(none);
                continue;
            }
        };
        if let Err(error) = footprint.check(&site) {
            skipped.push(none(&site, &error));
            continue;
        }
        match reader.read(&site).and_then(|operation| Ok((method(&site)?, operation))) {
            Ok((method, mut operation)) => {
                let AmendedArguments { fixed, notes, problems: faults, used: fits } =
                    amendment.amend(&mut operation.arguments, &site);
                operation.notes.extend(amendment.notes.iter().cloned().chain(notes));
                let requirement = requirements.of(&operation.security);
                let hidden = unseen(&mut operation.arguments, &requirement.demands, &options.auth, &site);
                operation.notes.extend(hidden);
                let (base, unusable) =
                    server_address::of_operation(&operation, &site, common.base.as_ref(), &shared.address());
                let is_unanswered = !requirements.is_answered(&requirement, base.as_ref(), &fixed);
                let unanswered = requirement.notes.iter().filter(|_| is_unanswered).cloned();
                operation.notes.extend(unusable.into_iter().chain(unanswered));
                problems.extend(faults);
                seen.extend(amendment.entries());
                used.extend(fits);
                let described =
                    amendment.description().map_or(operation.description.len(), |text| text.len());
                if let Err(error) = footprint.spend(&operation, described, &site, base.as_ref()) {
                    skipped.push(none(&site, &error));
                    continue;
                }
                let (path, id) = (site.path.into(), operation.id.clone());
                let identity = Identity { path, method: (*site.method).into(), id };
                readings.push(ReadOperation {
                    site,
                    identity,
                    method,
                    operation,
                    amendment,
                    fixed,
                    base,
                    requirement,
                    is_unanswered,
                });
            }
            Err(error) => {
                footprint.spend_unread(&site);
                skipped.push(none(&site, &error));
            }
        }
    }
    if !problems.is_empty() {
        problems.dedup();
        return Err(Error::InvalidValue { option: "overrides", problems });
    }
    let unused = unused_arguments(options, &seen, &used);
    Ok(ReadOperations { readings, skipped, unused })
}

/// Notes on overrides of arguments that no operation has. `seen` are the overrides that fit an operation, `used` their
/// parameters that fit an argument.
fn unused_arguments(
    options: &ConversionOptions,
    seen: &HashSet<usize>,
    used: &HashSet<(usize, usize)>,
) -> Vec<Note> {
    let mut unused = Vec::new();
    for (entry, (key, said)) in options.overrides.entries().iter().enumerate() {
        for (number, (name, _)) in said.parameters.iter().enumerate() {
            if seen.contains(&entry) && !used.contains(&(entry, number)) {
                let (key, name) = (key.escape_debug(), name.escape_debug());
                let message = format!("\"{name}\" is no argument of \"{key}\"");
                unused.push(Note::new(kind::OVERRIDE_UNUSED, "", message));
            }
        }
    }
    unused
}

struct DocumentDefaults {
    origin: Origin,
    version: Option<Version>,
    base: Option<Url>,
    schemes: SecuritySchemes,
}

fn method(site: &OperationSite<'_>) -> Result<Method> {
    Method::from_bytes(site.method.as_bytes()).map_err(|_| Error::InvalidSpec {
        pointer: site.pointer.to_string(),
        reason: format!("\"{}\" is no HTTP method", excerpt(&site.method).escape_debug()),
    })
}

fn tool(
    reading: ReadOperation<'_, '_>,
    name: &str,
    common: &DocumentDefaults,
    shared: &ConversionContext<'_>,
) -> (RegisteredTool, Vec<Note>) {
    let ReadOperation {
        site,
        identity,
        method,
        operation,
        amendment,
        fixed,
        base,
        requirement,
        is_unanswered,
    } = reading;
    let options = shared.options;
    let mut tags = amendment.tags().unwrap_or(operation.tags);
    let category = amendment.category(options.category.as_ref()).or_else(|| tags.first().cloned());
    tags.extend(options.tags.iter().filter(|tag| !tags.contains(tag)).cloned().collect::<Vec<_>>());
    let limits = amendment.limits(options.call_limits);
    let definition = ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: amendment.description().unwrap_or(operation.description),
        category,
        tags,
        input_schema: Schema::for_arguments(operation.arguments.properties, operation.arguments.definitions),
        version: common.version.clone(),
        requires_auth: amendment.requires_auth(),
        rate_limit: limits.rate_limit,
        call_limits: CallLimits { rate_limit: None, ..limits },
        deprecated: site.is_deprecated(),
        annotations: annotations(&method),
    };
    let mut notes = operation.notes;
    let endpoint = Endpoint {
        method,
        template: operation.template,
        arguments: operation.arguments.map,
        fixed,
        body: operation.arguments.body,
        security: operation.security,
        accept: operation.accept,
    };
    let client = Arc::clone(shared.client);
    let reach = match &base {
        Some(base) if options.base_url.is_none() => server_reach::of(base, &options.hosts, shared.location),
        _ => Reach::Any,
    };
    let pass =
        Authenticator::new(requirement.demands.clone(), Arc::clone(&options.auth), Arc::clone(&options.bond));
    // A load with `auth` chooses a credential at each call: the error comes then, with the scheme that failed.
    let refuses = is_unanswered && !options.auth.is_given();
    let pass = if refuses { pass.without(requirement.refusal.clone()) } else { pass };
    let executor = HttpOperation::new(endpoint, base, Arc::clone(&options.headers), client)
        .within(reach)
        .with_authenticator(pass)
        .with_spellings(operation.arguments.spellings);
    let mut tool = RegisteredTool::new(definition, Arc::new(executor), common.origin.clone(), shared.now);
    tool.operation = Some(identity);
    for (key, _) in CONTEXT_KEYS.iter().zip(tool.own_context_keys()).filter(|(_, own)| *own) {
        let message = format!(
            "\"{key}\" is an argument of this tool; its caller's identity comes from the context alone"
        );
        notes.push(Note::new(kind::CONTEXT_KEY_IS_ARGUMENT, &*site.pointer, message));
    }
    (tool, notes)
}

/// Removes arguments that a credential of the load sends already, such as an API key header.
fn unseen(
    arguments: &mut Arguments,
    demands: &AuthRequirements,
    auth: &Credentials,
    site: &OperationSite<'_>,
) -> Option<Note> {
    let is_shown = |argument: &Arc<Argument>| {
        let ArgumentLocation::Parameter { name, place, .. } = &argument.location else { return false };
        demands.all().filter(|demand| auth.has(&demand.name)).any(|demand| match &demand.scheme {
            SecurityScheme::ApiKey { place: ParameterIn::Header, name: own } => {
                *place == ParameterIn::Header && own.eq_ignore_ascii_case(name)
            }
            SecurityScheme::ApiKey { place: own_place, name: own } => place == own_place && *own == **name,
            _ => *place == ParameterIn::Header && name.eq_ignore_ascii_case("authorization"),
        })
    };
    let shown: Vec<usize> =
        arguments.map.iter().enumerate().filter(|(_, one)| is_shown(one)).map(|(index, _)| index).collect();
    let gone = arguments.remove(&shown).iter().map(ArgumentLocation::show).collect::<Vec<_>>().join(", ");
    let message = format!("{gone} is a credential of the caller's; the model does not see it");
    (!gone.is_empty()).then(|| Note::new(kind::PARAMETER_HIDDEN, &*site.pointer, message))
}

/// The MCP annotations of an HTTP method: safe and idempotent methods. Source: RFC 9110, sections 9.2.1 and 9.2.2.
fn annotations(method: &Method) -> Annotations {
    let safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    let idempotent = safe || matches!(*method, Method::PUT | Method::DELETE);
    Annotations {
        read_only_hint: Some(safe),
        destructive_hint: Some(*method == Method::DELETE),
        idempotent_hint: Some(idempotent),
        open_world_hint: Some(true),
    }
}
