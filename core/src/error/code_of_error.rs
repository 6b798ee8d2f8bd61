//! The code of each error, and its data.

use serde_json::Value;

use super::error::Error;
use super::error_code::ErrorCode;

impl Error {
    /// The data of this error as a JSON object, its keys in camelCase.
    pub fn details(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The code of this error. Several errors may share one: programs that react alike read one code.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Syntax { .. } | Self::InvalidSpec { .. } | Self::InvalidModule { .. } => {
                ErrorCode::InvalidSpec
            }
            Self::UnsupportedSpec { .. } => ErrorCode::UnsupportedSpec,
            Self::UnresolvedRef { .. } => ErrorCode::UnresolvedRef,
            Self::HiddenUnicode { .. } => ErrorCode::HiddenUnicode,
            Self::UnusableRef { error, .. } => error.code(),
            Self::LimitExceeded { .. }
            | Self::LimitExceededAt { .. }
            | Self::ModuleOverLimit(_)
            | Self::OutcomeTooLong { .. } => ErrorCode::LimitExceeded,
            Self::SourceUnreadable { .. } => ErrorCode::SourceUnreadable,
            Self::SourceForbidden { .. } => ErrorCode::SourceForbidden,
            Self::InvalidDefinition { .. } => ErrorCode::InvalidDefinition,
            Self::NameTaken { .. } | Self::SourceTaken { .. } => ErrorCode::NameTaken,
            Self::UnknownTool { .. } | Self::Disabled { .. } => ErrorCode::UnknownTool,
            Self::UnknownSource { .. } => ErrorCode::UnknownSource,
            Self::InvalidParams { .. } => ErrorCode::InvalidParams,
            Self::MissingContext { .. } => ErrorCode::MissingContext,
            Self::ApprovalRequired { .. } => ErrorCode::ApprovalRequired,
            Self::InputRequired { .. } => ErrorCode::InputRequired,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Busy { .. } => ErrorCode::Busy,
            Self::CircuitOpen { .. } => ErrorCode::CircuitOpen,
            Self::KeyReused { .. } => ErrorCode::IdempotencyMismatch,
            Self::AuthFailed { .. } => ErrorCode::AuthFailed,
            Self::AddressForbidden { .. } => ErrorCode::AddressForbidden,
            Self::Timeout { .. } | Self::SelectionTimeout { .. } => ErrorCode::Timeout,
            Self::Cancelled { .. } => ErrorCode::Cancelled,
            Self::ToolFailed { .. } | Self::SelectionFailed { .. } => ErrorCode::ToolFailed,
            Self::OutputInvalid { .. } => ErrorCode::OutputInvalid,
            Self::HttpFailed { .. } | Self::HttpBroken { .. } | Self::HttpUnreachable { .. } => {
                ErrorCode::HttpFailed
            }
            Self::ResponseTooLarge { .. } | Self::ResponseHasTooMany { .. } => ErrorCode::ResponseTooLarge,
            Self::InvalidOptions { .. } | Self::InvalidValue { .. } => ErrorCode::InvalidOptions,
            Self::InvalidConfig { .. } => ErrorCode::ConfigInvalid,
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
            Self::Raised(fault) => fault.code,
        }
    }
}
