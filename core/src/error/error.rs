//! The table of errors: one variant for each way to fail, its message above its data.
//!
//! A variant serializes to the `details` of a `ToolrackError`, in camelCase. Fields of its message alone are skipped.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Number;

use super::error_data::{
    BrokenAuditRecord, ConfigProblem, Failure, GateRefusal, HttpAnswer, ModuleLimit, Problem, RaisedFault,
};
use super::message_text as text;

/// Every way to fail. The message of each variant stands above its data; [`Error::code`] is its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Error {
    /// The bytes are neither JSON nor YAML.
    #[error("document is not valid {format}: {reason}")]
    Syntax {
        /// `JSON` or `YAML`.
        format: &'static str,
        /// What the parser said.
        reason: String,
        /// 1-based line, where the parser knows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
        /// 1-based column, where the parser knows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<usize>,
        /// JSON pointer of the value that was being read.
        #[serde(skip_serializing_if = "Option::is_none")]
        pointer: Option<String>,
    },
    /// Well-formed text that is no OpenAPI document, or that breaks its rules in one place.
    #[error("document is not usable at \"{}\": {reason}", text::excerpt_of_pointer(.pointer))]
    InvalidSpec {
        /// JSON pointer into the document.
        pointer: String,
        /// What is wrong there and what would be right.
        reason: String,
    },
    /// A JavaScript or TypeScript file with a syntax error, or with what is not supported.
    #[error("{}:{line}:{column}: {reason}", text::excerpt_of_pointer(.location))]
    InvalidModule {
        /// The path of the file.
        location: String,
        /// 1-based line.
        line: u32,
        /// 1-based column, in UTF-16 units.
        column: u32,
        /// What is wrong there and what would be right.
        reason: String,
    },
    /// A version of OpenAPI or a construct that is not supported.
    #[error("{found} is not supported{}: use {supported}", text::at_pointer(.pointer))]
    UnsupportedSpec {
        /// JSON pointer into the document.
        pointer: String,
        /// What the document has there.
        found: String,
        /// What to use instead.
        supported: &'static str,
    },
    /// A required argument whose names or values differ in hidden Unicode characters alone.
    #[error("hidden characters at \"{}\" {reason}; load the document with document: {{ hiddenUnicode: \"flag\" }} to keep them", text::excerpt_of_pointer(.pointer))]
    HiddenUnicode {
        /// JSON pointer into the document.
        pointer: String,
        /// What becomes equal without the hidden characters.
        reason: String,
    },
    /// A `$ref` that does not resolve, or leads where it may not.
    #[error("reference \"{}\" at \"{}\" {reason}", text::excerpt(.reference), text::excerpt_of_pointer(.pointer))]
    UnresolvedRef {
        /// JSON pointer of the reference.
        pointer: String,
        /// The reference as written.
        reference: String,
        /// Why it does not resolve.
        reason: String,
    },
    /// A `$ref` into a document that cannot be loaded. [`Error::code`] is that of the inner error.
    #[error("reference \"{}\" at \"{}\" cannot be followed: {error}", text::excerpt(.reference), text::excerpt_of_pointer(.pointer))]
    UnusableRef {
        /// JSON pointer of the reference.
        pointer: String,
        /// The reference as written.
        reference: String,
        /// What is wrong with the document.
        error: Box<Error>,
    },
    /// Input over a documented limit. The option `limits` of a load raises those of documents.
    #[error("{}", text::over_limit(.what, .limit))]
    LimitExceeded {
        /// What is counted: `document bytes`, `document depth` …
        what: &'static str,
        /// The limit, in units of `what`.
        limit: usize,
    },
    /// One part of a document or of a tool definition over a documented limit.
    #[error("{what}{} is over the limit of {limit} at \"{}\": {advice}", text::of_tool(.tool), text::excerpt_of_pointer(.pointer))]
    LimitExceededAt {
        /// The tool; empty where it has no name yet.
        #[serde(skip_serializing_if = "str::is_empty")]
        tool: Box<str>,
        /// JSON pointer of the part.
        pointer: Box<str>,
        /// What is counted: `number of security alternatives` …
        what: &'static str,
        /// The limit, in units of `what`.
        limit: usize,
        /// What to do next. It is part of the message.
        #[serde(skip)]
        advice: &'static str,
    },
    /// A module over a limit of the module graph.
    #[error("{}: {} is over the limit of {}: {}", text::excerpt_of_pointer(&.0.location), .0.what, .0.limit, .0.advice)]
    ModuleOverLimit(Box<ModuleLimit>),
    /// A source that cannot be read.
    #[error("cannot read {}: {reason}", text::excerpt_of_pointer(.location))]
    SourceUnreadable {
        /// Path or URL.
        location: String,
        /// The reason that the system or the server gives.
        reason: String,
        /// The HTTP status of a server that answered.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
    /// A source that may not be read: a private address (SSRF), a file outside of the document's folder.
    #[error("{} may not be read: {reason}", text::excerpt_of_pointer(.location))]
    SourceForbidden {
        /// Path or URL.
        location: String,
        /// The reason.
        reason: String,
    },
    /// A tool definition that is not valid. It lists all problems at once.
    #[error("tool definition {} is not valid: {}", text::quote_tool(.tool), text::join_problems(.problems))]
    InvalidDefinition {
        /// The tool's name, empty where it has none.
        tool: String,
        /// All problems of the definition.
        problems: Vec<Problem>,
    },
    /// A tool name in use, or one that differs from a name in use by `-` and `_` or by case alone.
    #[error("tool name \"{name}\" is taken by \"{holder}\" of source \"{source_name}\": {}", text::name_advice(.name, .holder))]
    NameTaken {
        /// The name asked for.
        name: String,
        /// The registered name that it conflicts with.
        holder: String,
        /// The source of the holder.
        #[serde(rename = "source")]
        source_name: String,
    },
    /// A source name that another location uses.
    #[error("source name \"{name}\" is taken by {location}: load this one under another name")]
    SourceTaken {
        /// The source name asked for.
        name: String,
        /// The location of the source that has the name.
        location: String,
    },
    /// No tool has this name.
    #[error("no tool has the name \"{name}\"{}", text::join_nearest(.nearest))]
    UnknownTool {
        /// The name asked for.
        name: String,
        /// Registered names that are similar, nearest first.
        nearest: Vec<String>,
    },
    /// A tool that is registered and disabled.
    #[error("tool \"{name}\" is disabled: enable it with handle.enable()")]
    Disabled {
        /// The tool.
        name: String,
    },
    /// No source has this name.
    #[error("no source has the name \"{name}\"{}", text::join_nearest(.nearest))]
    UnknownSource {
        /// The name asked for.
        name: String,
        /// Registered names that are similar, nearest first.
        nearest: Vec<String>,
    },
    /// Arguments that the input schema refuses. It lists all problems at once.
    #[error("arguments of \"{tool}\" are not valid: {}", text::join_problems(.problems))]
    InvalidParams {
        /// The tool.
        tool: String,
        /// All problems of the arguments.
        problems: Vec<Problem>,
    },
    /// A result that the output schema refuses: the tool ran, and nobody gets the result. It lists all problems at once.
    #[error("result of \"{tool}\" does not match its outputSchema: {}; correct what the tool returns, or its outputSchema", text::join_problems(.problems))]
    OutputInvalid {
        /// The tool.
        tool: String,
        /// All problems of the result.
        problems: Vec<Problem>,
    },
    /// A call without a context key that the tool requires.
    #[error("tool \"{tool}\" needs {key} in its context: pass {{ context: {{ {} }} }} with the call", text::nested_members(.key))]
    MissingContext {
        /// The tool.
        tool: String,
        /// The missing key: `userId`, or a path such as `metadata.tenant`.
        key: Cow<'static, str>,
    },
    /// Approval: a call that a person has to approve, and has not. Nothing of it was done.
    #[error("tool \"{tool}\" requires approval: ask a person, then call it again with {{ approved: true }}")]
    ApprovalRequired {
        /// The tool.
        tool: String,
    },
    /// Input: a tool that asks for an answer which the caller of the call cannot give.
    #[error("tool \"{tool}\" asks for input, and nobody who can answer has made the call")]
    InputRequired {
        /// The tool.
        tool: String,
    },
    /// Rate limit: more calls per minute than the tool takes.
    #[error("tool \"{tool}\" is over its rate limit of {} calls per minute: try again in {retry_after_ms} ms", .limit)]
    RateLimited {
        /// The tool.
        tool: String,
        /// Calls per minute.
        limit: Number,
        /// When the next call is taken, in ms from now.
        retry_after_ms: u64,
    },
    /// Concurrency limit: too many calls are under way, and the queue is full.
    #[error("the queue of {}tool \"{tool}\" is full ({} for its concurrency limit): try again later, or raise {}", text::busy_owner(.what), text::waiting_calls(*.waiting), text::busy_limits(.what))]
    Busy {
        /// The tool.
        tool: String,
        /// Whose limit is reached: `tool` or `source`.
        what: &'static str,
        /// The number of calls in the queue.
        waiting: usize,
    },
    /// Circuit breaker: the origin failed too often and is not called for a while. Nothing was sent.
    #[error("the circuit breaker of {origin} is open, so tool \"{}\" was not called: try again in {retry_after_ms} ms", .tool)]
    CircuitOpen {
        /// The tool.
        tool: String,
        /// The origin of the API.
        origin: String,
        /// When the circuit closes, in ms from now.
        retry_after_ms: u64,
    },
    /// An idempotency key that an earlier call used with other arguments.
    #[error("idempotency key \"{}\" of \"{tool}\" was used with other arguments: use a different key for each call", text::excerpt(.key))]
    KeyReused {
        /// The tool.
        tool: String,
        /// The key.
        key: String,
    },
    /// A repeated call whose first outcome was too long to be kept under its idempotency key.
    #[error("tool \"{tool}\" was called with this idempotency key before and is not called again: that outcome was not kept, because it is over the limit of {} bytes (callLimits.idempotencyBytes)", .limit)]
    OutcomeTooLong {
        /// The tool.
        tool: String,
        /// What is counted.
        what: &'static str,
        /// The limit, in bytes.
        limit: usize,
    },
    /// Credentials that are missing, or that the token endpoint refused. Nothing was sent to the API.
    #[error("tool \"{tool}\" has no credentials for {}: {reason}", .schemes.join(", "))]
    AuthFailed {
        /// The tool.
        tool: String,
        /// The security schemes of the document that need credentials.
        schemes: Vec<String>,
        /// What is wrong. It holds no credential.
        reason: String,
    },
    /// An address that calls may not reach (SSRF guard). Nothing was sent.
    #[error("tool \"{tool}\" may not call its API: {reason}")]
    AddressForbidden {
        /// The tool.
        tool: String,
        /// The host, and the rule that forbids it.
        reason: String,
    },
    /// A call over its deadline.
    #[error("{}", text::timed_out(.tool, .timeout_ms))]
    Timeout {
        /// The tool.
        tool: String,
        /// The deadline, in ms.
        timeout_ms: u64,
    },
    /// A call that its caller cancelled.
    #[error("call of \"{tool}\" was cancelled")]
    Cancelled {
        /// The tool.
        tool: String,
    },
    /// The tool ran and failed.
    #[error("tool \"{tool}\" failed: {}", .failure.message)]
    ToolFailed {
        /// The tool.
        tool: String,
        /// The error that it threw.
        #[serde(flatten)]
        failure: Box<Failure>,
    },
    /// A function of the option `include` or `exclude` failed.
    #[error("option \"{option}\": the function failed: {}", .failure.message)]
    SelectionFailed {
        /// The option: `include` or `exclude`.
        option: String,
        /// The error that it threw.
        #[serde(flatten)]
        failure: Box<Failure>,
    },
    /// A function of the option `include` or `exclude` did not answer within its deadline.
    #[error("option \"{option}\": the function did not answer within {timeout_ms} ms")]
    SelectionTimeout {
        /// The option: `include`, `exclude`, or `include and exclude` where one of two functions did not answer.
        option: String,
        /// The deadline, in ms.
        timeout_ms: u64,
    },
    /// The API responded with an HTTP status of failure.
    #[error("tool \"{tool}\" failed: the API responded with status {}{}", .answer.status, text::with_reason(.answer.reason.as_deref()))]
    HttpFailed {
        /// The tool.
        tool: String,
        /// The answer.
        #[serde(flatten)]
        answer: Box<HttpAnswer>,
    },
    /// The connection ended within the response, or the response cannot be used. The API may have acted on the call.
    #[error("tool \"{tool}\" got no usable response from its API: {reason}")]
    HttpBroken {
        /// The tool.
        tool: String,
        /// The reason that the HTTP client gives.
        reason: String,
    },
    /// No connection to the API, or no response in HTTP.
    #[error("tool \"{tool}\" did not reach its API: {reason}")]
    HttpUnreachable {
        /// The tool.
        tool: String,
        /// The reason that the HTTP client gives.
        reason: String,
    },
    /// A response of more bytes than the limit.
    #[error("the response to \"{tool}\" is over the limit of {} bytes: raise callLimits.maxResponseBytes", .limit)]
    ResponseTooLarge {
        /// The tool.
        tool: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A response in JSON of more values than the limit.
    #[error("the response to \"{}\" counts as {values} values; the limit is {limit} values: ask the API for less, page by page", .tool)]
    ResponseHasTooMany {
        /// The tool.
        tool: String,
        /// The limit, in values.
        limit: usize,
        /// The number of values, lists and maps included.
        values: usize,
    },
    /// An option that does not exist, or has a wrong value.
    #[error("option \"{option}\": {reason}")]
    InvalidOptions {
        /// The option's name.
        option: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// An option whose value has problems inside. It lists all problems at once.
    #[error("option \"{option}\": {}", text::join_problems(.problems))]
    InvalidValue {
        /// The option's name.
        option: &'static str,
        /// All problems of the value.
        problems: Vec<Problem>,
    },
    /// A configuration that is not valid. It lists all problems at once.
    #[error("configuration is not valid: {}", text::join_config_problems(.problems))]
    InvalidConfig {
        /// All problems, in the order of the file.
        problems: Vec<ConfigProblem>,
    },
    /// A registry or loader after `close`, or a thread that has ended.
    #[error("{what} is closed")]
    Closed {
        /// What is closed.
        what: &'static str,
    },
    /// Tools that a target does not accept in one request.
    #[error("{target} does not accept these tools in one request: {}", .reasons.join("; "))]
    NotRepresentable {
        /// The target.
        target: &'static str,
        /// Each limit that is exceeded, with the figures.
        reasons: Vec<String>,
    },
    /// A revision that is older than the kept history.
    #[error("revision {revision} is not kept, revisions {oldest} to {} are: call definitions() again for all tools instead of a delta", .newest)]
    StaleRevision {
        /// The requested revision.
        revision: u64,
        /// The oldest kept revision.
        oldest: u64,
        /// The newest revision.
        newest: u64,
    },
    /// A change that a gate refused. Nothing of it entered the registry.
    #[error("change of \"{source_name}\" is refused: {}; {}", text::join_refusals(.refusals), text::gate_advice(.refusals))]
    GateRefused {
        /// The source.
        #[serde(rename = "source")]
        source_name: String,
        /// The reasons of all gates.
        refusals: Vec<GateRefusal>,
    },
    /// No held change has this id.
    #[error("no change \"{id}\" is held: it was decided, or a newer change took its place")]
    UnknownChange {
        /// The requested id.
        id: String,
    },
    /// No kept version of the source has this number.
    #[error("no version {} of \"{source_name}\" is kept{}", .version.as_deref().unwrap_or("before this one"), text::join_versions(.kept))]
    UnknownVersion {
        /// The source.
        #[serde(rename = "source")]
        source_name: String,
        /// The requested version.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// The kept versions, newest first.
        kept: Vec<String>,
    },
    /// An audit log whose hash chain does not verify.
    #[error("audit log {} is broken: line {} {}; onBroken: \"begin\" renames it and begins a new file", .0.path, .0.line, .0.reason)]
    AuditBroken(Box<BrokenAuditRecord>),
    /// An audit log that cannot be written.
    #[error("audit log {path} cannot be written: {reason}")]
    AuditUnwritable {
        /// The file.
        path: String,
        /// The reason.
        reason: String,
    },
    /// A state file that does not match its checksums.
    #[error("state file {path} is broken: {reason}")]
    StateBroken {
        /// The file.
        path: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A state file that another loader has open.
    #[error("state file {path} is in use by another loader{}: close that one, or give this one another file in the option state", text::of_process(*.pid))]
    StateLocked {
        /// The file.
        path: String,
        /// The process that has it open, where the lock says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        pid: Option<u32>,
    },
    /// A state file that cannot be opened or written.
    #[error("state file {path} cannot be written: {reason}")]
    StateUnwritable {
        /// The file.
        path: String,
        /// The reason.
        reason: String,
    },
    /// A bug of toolrack.
    #[error("internal fault: {reason}")]
    Internal {
        /// What happened.
        reason: String,
    },
    /// An error that another language raised.
    #[error("{}", .0.message)]
    Raised(Box<RaisedFault>),
}
