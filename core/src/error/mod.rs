//! Every way toolrack can refuse or fail, in one table.
//!
//! An error is a state with data: [`Error::code`] is what programs branch on, the message is for people, and
//! [`Error::details`] holds the data as JSON. Codes are a closed set; every one that exists has a test in
//! `__test__/errors.test.mjs`.

mod code;
mod data;
mod text;

use serde::Serialize;
use serde_json::{Number, Value};

pub use code::ErrorCode;
pub use data::{Failure, GateRefusal, HttpAnswer, Problem};
pub use text::at_most;
pub(crate) use text::excerpt;
use text::{because, listed, of_tool, place, quoted, refused, suggestion, versions};

/// The table of faults. The message of each stands over its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Error {
    /// The bytes are no JSON and no YAML.
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
        /// The place in the document, where the reading came that far.
        #[serde(skip_serializing_if = "Option::is_none")]
        pointer: Option<String>,
    },
    /// Well-formed, but no OpenAPI document, or broken at one place.
    #[error("document is not usable at \"{}\": {reason}", place(.pointer))]
    InvalidSpec {
        /// Where in the document.
        pointer: String,
        /// What is wrong there.
        reason: String,
    },
    /// A dialect or a construct that is not supported.
    #[error("{found} is not supported{}", if .pointer.is_empty() { String::new() } else { format!(" at \"{}\"", .pointer) })]
    UnsupportedSpec {
        /// Where in the document.
        pointer: String,
        /// What was found.
        found: String,
        /// What is supported in its place.
        supported: &'static str,
    },
    /// An argument that every call needs and that cannot be shown without its hidden characters.
    #[error("hidden characters at \"{}\" {reason}; load the document with definitionUnicode: \"flag\" to use it as it is", place(.pointer))]
    HiddenUnicode {
        /// Where in the document.
        pointer: String,
        /// What they hide.
        reason: String,
    },
    /// A `$ref` that leads nowhere, or where it may not lead.
    #[error("reference \"{}\" at \"{}\" {reason}", excerpt(.reference), place(.pointer))]
    UnresolvedRef {
        /// Where the reference stands.
        pointer: String,
        /// The reference as written.
        reference: String,
        /// Why it does not resolve.
        reason: String,
    },
    /// A `$ref` into a document that cannot be had; the code is that of its fault.
    #[error("reference \"{}\" at \"{}\" cannot be followed: {error}", excerpt(.reference), place(.pointer))]
    UnusableRef {
        /// Where the reference stands.
        pointer: String,
        /// The reference as written.
        reference: String,
        /// What is wrong with the document.
        error: Box<Error>,
    },
    /// Input over a documented limit.
    #[error("{what} is over the limit of {limit}")]
    LimitExceeded {
        /// What was counted: `document bytes`, `document depth` …
        what: &'static str,
        /// The limit that was passed.
        limit: usize,
    },
    /// A part of a document, or of a definition, over a documented limit.
    #[error("{what}{} is over the limit of {limit} at \"{}\": {advice}", of_tool(.tool), place(.pointer))]
    LimitExceededAt {
        /// The tool whose definition it is, where it has a name yet.
        #[serde(skip_serializing_if = "str::is_empty")]
        tool: Box<str>,
        /// Where it stands.
        pointer: Box<str>,
        /// What was counted: `alternatives of a security requirement` …
        what: &'static str,
        /// The limit that was passed.
        limit: usize,
        /// What can be done about it.
        #[serde(skip)]
        advice: &'static str,
    },
    /// A source that cannot be read.
    #[error("cannot read {}: {reason}", place(.location))]
    SourceUnreadable {
        /// Path or URL.
        location: String,
        /// What the system or the server said.
        reason: String,
        /// The HTTP status, where a server answered.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
    /// A source that may not be read: a private address, a file outside of the document's folder.
    #[error("{} may not be read: {reason}", place(.location))]
    SourceForbidden {
        /// Path or URL.
        location: String,
        /// Why.
        reason: String,
    },
    /// A tool definition that is not one; all problems at once.
    #[error("tool definition {} is not valid: {}", quoted(.tool), listed(.problems))]
    InvalidDefinition {
        /// The tool's name, empty where it has none.
        tool: String,
        /// Everything that is wrong with it.
        problems: Vec<Problem>,
    },
    /// A name that is in use, or that only `-` and `_` or case tell from one in use.
    #[error("tool name \"{name}\" is taken by \"{holder}\" of source \"{source_name}\"")]
    NameTaken {
        /// The name asked for.
        name: String,
        /// The name that stands in its way: the same, or one that differs by `-` and `_` or by case alone.
        holder: String,
        /// The source of the holder.
        #[serde(rename = "source")]
        source_name: String,
    },
    /// A source name that is in use for another location.
    #[error("source name \"{name}\" is taken by {location}")]
    SourceTaken {
        /// The source name asked for.
        name: String,
        /// Where the holder was loaded from.
        location: String,
    },
    /// No tool of that name.
    #[error("no tool \"{name}\"{}", suggestion(.nearest))]
    UnknownTool {
        /// The name asked for.
        name: String,
        /// Names that are close to it, nearest first.
        nearest: Vec<String>,
    },
    /// A tool of that name is there, and switched off.
    #[error("tool \"{name}\" is disabled")]
    Disabled {
        /// The tool.
        name: String,
    },
    /// No source of that name.
    #[error("no source \"{name}\"{}", suggestion(.nearest))]
    UnknownSource {
        /// The name asked for.
        name: String,
        /// Names that are close to it, nearest first.
        nearest: Vec<String>,
    },
    /// Arguments that the tool's schema refuses; all problems at once.
    #[error("arguments of \"{tool}\" are not valid: {}", listed(.problems))]
    InvalidParams {
        /// The tool.
        tool: String,
        /// Everything that is wrong with the arguments.
        problems: Vec<Problem>,
    },
    /// A call without the context that the tool asks for.
    #[error("tool \"{tool}\" needs {key} in its context")]
    MissingContext {
        /// The tool.
        tool: String,
        /// The key that is missing.
        key: &'static str,
    },
    /// More calls of the tool than it takes in a minute.
    #[error("tool \"{tool}\" takes {limit} calls a minute: try again in {retry_after_ms} ms")]
    RateLimited {
        /// The tool.
        tool: String,
        /// Calls a minute.
        limit: Number,
        /// When the next one is taken, in ms from now.
        retry_after_ms: u64,
    },
    /// Too many calls under way, and too many that wait for their turn.
    #[error("the {what} of \"{tool}\" is busy, and {waiting} calls wait for it already")]
    Busy {
        /// The tool.
        tool: String,
        /// What has no room for another call: `tool` or `source`.
        what: &'static str,
        /// How many calls wait.
        waiting: usize,
    },
    /// An API that failed so often that it is left alone for a while. Nothing was sent.
    #[error("tool \"{tool}\" is not called: {origin} failed too often, try again in {retry_after_ms} ms")]
    CircuitOpen {
        /// The tool.
        tool: String,
        /// Where the API is.
        origin: String,
        /// When it is tried again, in ms from now.
        retry_after_ms: u64,
    },
    /// An idempotency key that was used with other arguments.
    #[error("idempotency key \"{}\" of \"{tool}\" was used with other arguments", excerpt(.key))]
    KeyReused {
        /// The tool.
        tool: String,
        /// The key.
        key: String,
    },
    /// A call that was made under an idempotency key, and whose outcome was too long to be kept for another call of the key.
    #[error(
        "call of \"{tool}\" was made under this idempotency key and is not made again: its outcome is over the {limit} bytes of callLimits.idempotencyBytes and was not kept"
    )]
    OutcomeTooLong {
        /// The tool.
        tool: String,
        /// What was counted.
        what: &'static str,
        /// The limit, in bytes.
        limit: usize,
    },
    /// Credentials that are missing, or that nobody would give. Nothing was sent to the API.
    #[error("tool \"{tool}\" has no credentials for {}: {reason}", .schemes.join(", "))]
    AuthFailed {
        /// The tool.
        tool: String,
        /// The security schemes of the document that were to be served.
        schemes: Vec<String>,
        /// What is wrong. No credential is in it.
        reason: String,
    },
    /// An address that calls may not reach. Nothing was sent.
    #[error("tool \"{tool}\" may not call its API: {reason}")]
    AddressForbidden {
        /// The tool.
        tool: String,
        /// The host, and why.
        reason: String,
    },
    /// A call that took longer than it may.
    #[error("tool \"{tool}\" did not answer within {timeout_ms} ms")]
    Timeout {
        /// The tool.
        tool: String,
        /// The deadline, in ms.
        timeout_ms: u64,
    },
    /// A call that its caller gave up.
    #[error("call of \"{tool}\" was cancelled")]
    Cancelled {
        /// The tool.
        tool: String,
    },
    /// The tool was reached and failed.
    #[error("tool \"{tool}\" failed: {}", .failure.message)]
    ToolFailed {
        /// The tool.
        tool: String,
        /// What it said.
        #[serde(flatten)]
        failure: Box<Failure>,
    },
    /// The caller's filter of operations was reached and failed.
    #[error("the filter of operations failed: {}", .failure.message)]
    FilterFailed {
        /// What it said.
        #[serde(flatten)]
        failure: Box<Failure>,
    },
    /// The caller's filter of operations took longer than it may.
    #[error("the filter of operations did not answer within {timeout_ms} ms")]
    FilterTimeout {
        /// The deadline, in ms.
        timeout_ms: u64,
    },
    /// The API answered with a failure.
    #[error("tool \"{tool}\" failed: the API answered {}{}", .answer.status, because(.answer.reason.as_deref()))]
    HttpFailed {
        /// The tool.
        tool: String,
        /// What it answered.
        #[serde(flatten)]
        answer: Box<HttpAnswer>,
    },
    /// The connection ended inside the API's answer, or what came is no HTTP. The API may have acted on the call.
    #[error("tool \"{tool}\" has no whole answer from its API: {reason}")]
    HttpBroken {
        /// The tool.
        tool: String,
        /// What the client said.
        reason: String,
    },
    /// The API was not reached, or did not answer in HTTP.
    #[error("tool \"{tool}\" did not reach its API: {reason}")]
    HttpUnreachable {
        /// The tool.
        tool: String,
        /// What the client said.
        reason: String,
    },
    /// The API answered with more than the limit.
    #[error("the answer to \"{tool}\" is over the limit of {limit} bytes")]
    ResponseTooLarge {
        /// The tool.
        tool: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The API answered in JSON with more values than the limit.
    #[error(
        "the answer to \"{tool}\" takes as long to read as {values} values, which is over the limit of {limit} values"
    )]
    ResponseHasTooMany {
        /// The tool.
        tool: String,
        /// The limit, in values.
        limit: usize,
        /// How many there are, lists and maps among them.
        values: usize,
    },
    /// An option that does not exist or has a value it cannot have.
    #[error("option \"{option}\": {reason}")]
    InvalidOptions {
        /// The option's name.
        option: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An option whose value is wrong in places; all problems at once.
    #[error("option \"{option}\": {}", listed(.problems))]
    InvalidValue {
        /// The option's name.
        option: &'static str,
        /// Everything that is wrong with its value.
        problems: Vec<Problem>,
    },
    /// A registry or loader that is closed, or a thread that has ended.
    #[error("{what} is closed")]
    Closed {
        /// What is closed.
        what: &'static str,
    },
    /// Tools that a target does not take in one request.
    #[error("{target} does not take these tools in one request: {}", .reasons.join("; "))]
    NotRepresentable {
        /// The target.
        target: &'static str,
        /// What stands in the way, with the figures.
        reasons: Vec<String>,
    },
    /// A revision that is too long ago to be made again.
    #[error(
        "nothing is remembered of revision {revision}: the oldest that is is {oldest}, the newest {newest}"
    )]
    StaleRevision {
        /// The revision that was asked for.
        revision: u64,
        /// The oldest that can be.
        oldest: u64,
        /// The newest one.
        newest: u64,
    },
    /// A change that a gate refused: nothing of it entered.
    #[error("change of \"{source_name}\" is refused: {}", refused(.refusals))]
    GateRefused {
        /// The source.
        #[serde(rename = "source")]
        source_name: String,
        /// Everything that was said against it.
        refusals: Vec<GateRefusal>,
    },
    /// No change is held under this id: it was settled, or another one took its place.
    #[error("no change \"{id}\" is held")]
    UnknownChange {
        /// The id.
        id: String,
    },
    /// No such version of a source.
    #[error("no version {} of \"{source_name}\" is kept{}", .version.as_deref().unwrap_or("before this one"), versions(.kept))]
    UnknownVersion {
        /// The source.
        #[serde(rename = "source")]
        source_name: String,
        /// The version that was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        /// Those that there are, the newest first.
        kept: Vec<String>,
    },
    /// An audit log that is not what was written.
    #[error("audit log {path} is broken: line {line} {reason}")]
    AuditBroken {
        /// The file.
        path: String,
        /// The line of the first bad record, from 1.
        line: u64,
        /// What that record says its number is, where it says one.
        seq: Option<u64>,
        /// What is wrong with it.
        reason: String,
    },
    /// An audit log that cannot be written.
    #[error("audit log {path} cannot be written: {reason}")]
    AuditUnwritable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A state file that is not what was written.
    #[error("state file {path} is broken: {reason}")]
    StateBroken {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A state file that another loader holds.
    #[error("state file {path} is in use by another loader")]
    StateLocked {
        /// The file.
        path: String,
    },
    /// A state file that cannot be opened or written.
    #[error("state file {path} cannot be written: {reason}")]
    StateUnwritable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A fault of toolrack itself.
    #[error("internal fault: {reason}")]
    Internal {
        /// What happened.
        reason: String,
    },
}

impl Error {
    /// The data of this fault as a JSON object, its keys in camelCase.
    pub fn details(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The place in a document that this fault names, where it names one.
    pub fn pointer(&self) -> &str {
        match self {
            Self::Syntax { pointer: Some(pointer), .. }
            | Self::InvalidSpec { pointer, .. }
            | Self::UnsupportedSpec { pointer, .. }
            | Self::HiddenUnicode { pointer, .. }
            | Self::UnresolvedRef { pointer, .. }
            | Self::UnusableRef { pointer, .. } => pointer,
            Self::LimitExceededAt { pointer, .. } => pointer,
            _ => "",
        }
    }
}

/// What every fallible function of the core returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;
