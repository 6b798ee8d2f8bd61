//! The place in a document that an error is about.

use super::Error;

impl Error {
    /// The JSON pointer into a document that this error has; empty where it has none.
    pub fn pointer(&self) -> &str {
        match self {
            Self::Syntax { pointer: Some(pointer), .. }
            | Self::InvalidSpec { pointer, .. }
            | Self::UnsupportedSpec { pointer, .. }
            | Self::HiddenUnicode { pointer, .. }
            | Self::UnresolvedRef { pointer, .. }
            | Self::UnusableRef { pointer, .. } => pointer,
            Self::LimitExceededAt { pointer, .. } => pointer,
            // Named one by one, so that a new variant with a pointer is not forgotten here.
            Self::Syntax { pointer: None, .. }
            | Self::InvalidModule { .. }
            | Self::LimitExceeded { .. }
            | Self::ModuleOverLimit(_)
            | Self::SourceUnreadable { .. }
            | Self::SourceForbidden { .. }
            | Self::InvalidDefinition { .. }
            | Self::NameTaken { .. }
            | Self::SourceTaken { .. }
            | Self::UnknownTool { .. }
            | Self::Disabled { .. }
            | Self::UnknownSource { .. }
            | Self::InvalidParams { .. }
            | Self::OutputInvalid { .. }
            | Self::MissingContext { .. }
            | Self::ApprovalRequired { .. }
            | Self::InputRequired { .. }
            | Self::RateLimited { .. }
            | Self::Busy { .. }
            | Self::CircuitOpen { .. }
            | Self::KeyReused { .. }
            | Self::OutcomeTooLong { .. }
            | Self::AuthFailed { .. }
            | Self::AddressForbidden { .. }
            | Self::Timeout { .. }
            | Self::Cancelled { .. }
            | Self::ToolFailed { .. }
            | Self::SelectionFailed { .. }
            | Self::SelectionTimeout { .. }
            | Self::HttpFailed { .. }
            | Self::HttpBroken { .. }
            | Self::HttpUnreachable { .. }
            | Self::ResponseTooLarge { .. }
            | Self::ResponseHasTooMany { .. }
            | Self::InvalidOptions { .. }
            | Self::InvalidValue { .. }
            | Self::InvalidConfig { .. }
            | Self::Closed { .. }
            | Self::NotRepresentable { .. }
            | Self::StaleRevision { .. }
            | Self::GateRefused { .. }
            | Self::UnknownChange { .. }
            | Self::UnknownVersion { .. }
            | Self::AuditBroken { .. }
            | Self::AuditUnwritable { .. }
            | Self::StateBroken { .. }
            | Self::StateLocked { .. }
            | Self::StateUnwritable { .. }
            | Self::Internal { .. }
            | Self::Raised(_) => "",
        }
    }
}
