//! The table of error codes: the closed set that programs branch on.

/// Declares [`ErrorCode`] from one table, so that the enum, the list of all and the texts cannot differ.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)+) => {
        /// The code of an error. [`ErrorCode::as_str`] is its text in JavaScript.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)+
        }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$name),+];

            /// The code as JavaScript sees it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

// The order is that of `ErrorCode` in `types/errors.d.ts`, which `__test__/public-surface.test.mjs` compares.
error_codes! {
    /// A document that is not valid.
    InvalidSpec => "INVALID_SPEC",
    /// A version or construct that is not supported.
    UnsupportedSpec => "UNSUPPORTED_SPEC",
    /// A reference that does not resolve.
    UnresolvedRef => "UNRESOLVED_REF",
    /// Names or values that differ in hidden Unicode characters alone.
    HiddenUnicode => "HIDDEN_UNICODE",
    /// Over a documented limit.
    LimitExceeded => "LIMIT_EXCEEDED",
    /// A source that cannot be read.
    SourceUnreadable => "SOURCE_UNREADABLE",
    /// A source that may not be read.
    SourceForbidden => "SOURCE_FORBIDDEN",
    /// A tool definition that is not valid.
    InvalidDefinition => "INVALID_DEFINITION",
    /// A tool or source name in use.
    NameTaken => "NAME_TAKEN",
    /// No tool has this name.
    UnknownTool => "UNKNOWN_TOOL",
    /// A tool whose definition the model was not shown. JavaScript raises it.
    NotLoaded => "NOT_LOADED",
    /// No source has this name.
    UnknownSource => "UNKNOWN_SOURCE",
    /// Arguments that the schema refuses.
    InvalidParams => "INVALID_PARAMS",
    /// A call without a required context key.
    MissingContext => "MISSING_CONTEXT",
    /// A call that a person has to approve first.
    ApprovalRequired => "APPROVAL_REQUIRED",
    /// A call that a person has rejected.
    ApprovalRejected => "APPROVAL_REJECTED",
    /// A call that asks for an answer which nobody can give.
    InputRequired => "INPUT_REQUIRED",
    /// Over the rate limit.
    RateLimited => "RATE_LIMITED",
    /// Over the concurrency limit, and the queue is full.
    Busy => "BUSY",
    /// The circuit breaker of the origin is open.
    CircuitOpen => "CIRCUIT_OPEN",
    /// An idempotency key with other arguments.
    IdempotencyMismatch => "IDEMPOTENCY_MISMATCH",
    /// No credentials.
    AuthFailed => "AUTH_FAILED",
    /// An address that calls may not reach.
    AddressForbidden => "ADDRESS_FORBIDDEN",
    /// Over the deadline.
    Timeout => "TIMEOUT",
    /// Cancelled by the caller.
    Cancelled => "CANCELLED",
    /// The tool failed.
    ToolFailed => "TOOL_FAILED",
    /// A result that the output schema of its tool refuses.
    OutputInvalid => "OUTPUT_INVALID",
    /// The MCP server of a tool cannot be reached: nothing was sent.
    UpstreamDown => "UPSTREAM_DOWN",
    /// The MCP server of a tool did not carry out a call.
    UpstreamFailed => "UPSTREAM_FAILED",
    /// The API failed or was not reached.
    HttpFailed => "HTTP_FAILED",
    /// A response over the limit.
    ResponseTooLarge => "RESPONSE_TOO_LARGE",
    /// A wrong option.
    InvalidOptions => "INVALID_OPTIONS",
    /// A configuration that is not valid.
    ConfigInvalid => "CONFIG_INVALID",
    /// Tools that a target does not accept in one request.
    NotRepresentable => "NOT_REPRESENTABLE",
    /// A revision older than the kept history.
    StaleRevision => "STALE_REVISION",
    /// A change that a gate refused.
    GateRefused => "GATE_REFUSED",
    /// No held change has this id.
    UnknownChange => "UNKNOWN_CHANGE",
    /// No call that waits for approval has this id.
    UnknownApproval => "UNKNOWN_APPROVAL",
    /// No kept version of the source has this number.
    UnknownVersion => "UNKNOWN_VERSION",
    /// An audit log whose hash chain does not verify.
    AuditBroken => "AUDIT_BROKEN",
    /// An audit log that cannot be written.
    AuditUnwritable => "AUDIT_UNWRITABLE",
    /// A state file that does not match its checksums, or has a newer format.
    StateBroken => "STATE_BROKEN",
    /// A state file that another loader has open.
    StateLocked => "STATE_LOCKED",
    /// A state file that cannot be opened or written.
    StateUnwritable => "STATE_UNWRITABLE",
    /// Used after `close`.
    Closed => "CLOSED",
    /// A bug of toolrack.
    Internal => "INTERNAL",
}

impl ErrorCode {
    /// The code with this text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }
}
