//! The codes that programs branch on: a closed set.

/// What programs branch on. The text of each is [`ErrorCode::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Not a document, or broken.
    InvalidSpec,
    /// A dialect or construct that is not supported.
    UnsupportedSpec,
    /// A reference that leads nowhere.
    UnresolvedRef,
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
    pub const ALL: [Self; 30] = [
        Self::InvalidSpec,
        Self::UnsupportedSpec,
        Self::UnresolvedRef,
        Self::LimitExceeded,
        Self::SourceUnreadable,
        Self::SourceForbidden,
        Self::InvalidDefinition,
        Self::NameTaken,
        Self::UnknownTool,
        Self::UnknownSource,
        Self::InvalidParams,
        Self::MissingContext,
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
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::SourceUnreadable => "SOURCE_UNREADABLE",
            Self::SourceForbidden => "SOURCE_FORBIDDEN",
            Self::InvalidDefinition => "INVALID_DEFINITION",
            Self::NameTaken => "NAME_TAKEN",
            Self::UnknownTool => "UNKNOWN_TOOL",
            Self::UnknownSource => "UNKNOWN_SOURCE",
            Self::InvalidParams => "INVALID_PARAMS",
            Self::MissingContext => "MISSING_CONTEXT",
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
