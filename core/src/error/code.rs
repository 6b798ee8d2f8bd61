//! The codes that programs branch on: a closed set.

use super::Error;

/// What programs branch on. The text of each is [`ErrorCode::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Not a document, or broken.
    InvalidSpec,
    /// A dialect or construct that is not supported.
    UnsupportedSpec,
    /// A reference that leads nowhere.
    UnresolvedRef,
    /// Names or values that differ in hidden characters alone.
    HiddenUnicode,
    /// Over a documented limit.
    LimitExceeded,
    /// A source that cannot be read.
    SourceUnreadable,
    /// A source that may not be read.
    SourceForbidden,
    /// A definition that is not one.
    InvalidDefinition,
    /// A tool or source name in use.
    NameTaken,
    /// No such tool.
    UnknownTool,
    /// No such source.
    UnknownSource,
    /// Arguments that the schema refuses.
    InvalidParams,
    /// A call without its context.
    MissingContext,
    /// Over the calls of a minute.
    RateLimited,
    /// No room for another call, and none to wait.
    Busy,
    /// An API that failed too often is left alone.
    CircuitOpen,
    /// An idempotency key with other arguments.
    IdempotencyMismatch,
    /// No credentials.
    AuthFailed,
    /// An address that calls may not reach.
    AddressForbidden,
    /// Over the deadline.
    Timeout,
    /// Given up by the caller.
    Cancelled,
    /// The tool failed.
    ToolFailed,
    /// The API failed or was not reached.
    HttpFailed,
    /// The API's answer is too long.
    ResponseTooLarge,
    /// A wrong option.
    InvalidOptions,
    /// Tools that a target does not take in one request.
    NotRepresentable,
    /// A revision that is too long ago.
    StaleRevision,
    /// A change that a gate refused.
    GateRefused,
    /// No change is held under this id.
    UnknownChange,
    /// No such version of a source, or none that is kept.
    UnknownVersion,
    /// An audit log that is not what was written.
    AuditBroken,
    /// An audit log that cannot be written.
    AuditUnwritable,
    /// A state file that is not what was written, or of a newer format.
    StateBroken,
    /// A state file that another loader holds.
    StateLocked,
    /// A state file that cannot be opened or written.
    StateUnwritable,
    /// Used after its end.
    Closed,
    /// A fault of toolrack itself.
    Internal,
}

impl ErrorCode {
    /// Every code that exists, in the order of the table.
    pub const ALL: [Self; 37] = [
        Self::InvalidSpec,
        Self::UnsupportedSpec,
        Self::UnresolvedRef,
        Self::HiddenUnicode,
        Self::LimitExceeded,
        Self::SourceUnreadable,
        Self::SourceForbidden,
        Self::InvalidDefinition,
        Self::NameTaken,
        Self::UnknownTool,
        Self::UnknownSource,
        Self::InvalidParams,
        Self::MissingContext,
        Self::RateLimited,
        Self::Busy,
        Self::CircuitOpen,
        Self::IdempotencyMismatch,
        Self::AuthFailed,
        Self::AddressForbidden,
        Self::Timeout,
        Self::Cancelled,
        Self::ToolFailed,
        Self::HttpFailed,
        Self::ResponseTooLarge,
        Self::InvalidOptions,
        Self::NotRepresentable,
        Self::StaleRevision,
        Self::GateRefused,
        Self::UnknownChange,
        Self::UnknownVersion,
        Self::AuditBroken,
        Self::AuditUnwritable,
        Self::StateBroken,
        Self::StateLocked,
        Self::StateUnwritable,
        Self::Closed,
        Self::Internal,
    ];

    /// The code as JavaScript sees it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidSpec => "INVALID_SPEC",
            Self::UnsupportedSpec => "UNSUPPORTED_SPEC",
            Self::UnresolvedRef => "UNRESOLVED_REF",
            Self::HiddenUnicode => "HIDDEN_UNICODE",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::SourceUnreadable => "SOURCE_UNREADABLE",
            Self::SourceForbidden => "SOURCE_FORBIDDEN",
            Self::InvalidDefinition => "INVALID_DEFINITION",
            Self::NameTaken => "NAME_TAKEN",
            Self::UnknownTool => "UNKNOWN_TOOL",
            Self::UnknownSource => "UNKNOWN_SOURCE",
            Self::InvalidParams => "INVALID_PARAMS",
            Self::MissingContext => "MISSING_CONTEXT",
            Self::RateLimited => "RATE_LIMITED",
            Self::Busy => "BUSY",
            Self::CircuitOpen => "CIRCUIT_OPEN",
            Self::IdempotencyMismatch => "IDEMPOTENCY_MISMATCH",
            Self::AuthFailed => "AUTH_FAILED",
            Self::AddressForbidden => "ADDRESS_FORBIDDEN",
            Self::Timeout => "TIMEOUT",
            Self::Cancelled => "CANCELLED",
            Self::ToolFailed => "TOOL_FAILED",
            Self::HttpFailed => "HTTP_FAILED",
            Self::ResponseTooLarge => "RESPONSE_TOO_LARGE",
            Self::InvalidOptions => "INVALID_OPTIONS",
            Self::NotRepresentable => "NOT_REPRESENTABLE",
            Self::StaleRevision => "STALE_REVISION",
            Self::GateRefused => "GATE_REFUSED",
            Self::UnknownChange => "UNKNOWN_CHANGE",
            Self::UnknownVersion => "UNKNOWN_VERSION",
            Self::AuditBroken => "AUDIT_BROKEN",
            Self::AuditUnwritable => "AUDIT_UNWRITABLE",
            Self::StateBroken => "STATE_BROKEN",
            Self::StateLocked => "STATE_LOCKED",
            Self::StateUnwritable => "STATE_UNWRITABLE",
            Self::Closed => "CLOSED",
            Self::Internal => "INTERNAL",
        }
    }
}

impl Error {
    /// The code of this fault.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Syntax { .. } | Self::InvalidSpec { .. } => ErrorCode::InvalidSpec,
            Self::UnsupportedSpec { .. } => ErrorCode::UnsupportedSpec,
            Self::UnresolvedRef { .. } => ErrorCode::UnresolvedRef,
            Self::HiddenUnicode { .. } => ErrorCode::HiddenUnicode,
            Self::UnusableRef { error, .. } => error.code(),
            Self::LimitExceeded { .. } | Self::LimitExceededAt { .. } | Self::OutcomeTooLong { .. } => {
                ErrorCode::LimitExceeded
            }
            Self::SourceUnreadable { .. } => ErrorCode::SourceUnreadable,
            Self::SourceForbidden { .. } => ErrorCode::SourceForbidden,
            Self::InvalidDefinition { .. } => ErrorCode::InvalidDefinition,
            Self::NameTaken { .. } | Self::SourceTaken { .. } => ErrorCode::NameTaken,
            Self::UnknownTool { .. } | Self::Disabled { .. } => ErrorCode::UnknownTool,
            Self::UnknownSource { .. } => ErrorCode::UnknownSource,
            Self::InvalidParams { .. } => ErrorCode::InvalidParams,
            Self::MissingContext { .. } => ErrorCode::MissingContext,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Busy { .. } => ErrorCode::Busy,
            Self::CircuitOpen { .. } => ErrorCode::CircuitOpen,
            Self::KeyReused { .. } => ErrorCode::IdempotencyMismatch,
            Self::AuthFailed { .. } => ErrorCode::AuthFailed,
            Self::AddressForbidden { .. } => ErrorCode::AddressForbidden,
            Self::Timeout { .. } | Self::FilterTimeout { .. } => ErrorCode::Timeout,
            Self::Cancelled { .. } => ErrorCode::Cancelled,
            Self::ToolFailed { .. } | Self::FilterFailed { .. } => ErrorCode::ToolFailed,
            Self::HttpFailed { .. } | Self::HttpBroken { .. } | Self::HttpUnreachable { .. } => {
                ErrorCode::HttpFailed
            }
            Self::ResponseTooLarge { .. } | Self::ResponseHasTooMany { .. } => ErrorCode::ResponseTooLarge,
            Self::InvalidOptions { .. } | Self::InvalidValue { .. } => ErrorCode::InvalidOptions,
            Self::NotRepresentable { .. } => ErrorCode::NotRepresentable,
            Self::StaleRevision { .. } => ErrorCode::StaleRevision,
            Self::GateRefused { .. } => ErrorCode::GateRefused,
            Self::UnknownChange { .. } => ErrorCode::UnknownChange,
            Self::UnknownVersion { .. } => ErrorCode::UnknownVersion,
            Self::AuditBroken { .. } => ErrorCode::AuditBroken,
            Self::AuditUnwritable { .. } => ErrorCode::AuditUnwritable,
            Self::StateBroken { .. } => ErrorCode::StateBroken,
            Self::StateLocked { .. } => ErrorCode::StateLocked,
            Self::StateUnwritable { .. } => ErrorCode::StateUnwritable,
            Self::Closed { .. } => ErrorCode::Closed,
            Self::Internal { .. } => ErrorCode::Internal,
        }
    }
}
