//! Reviews changes before they are applied: gates, holds, pins, version history and rollback.
//!
//! The need: a document is reloaded, and a tool that a model uses may take other arguments, go to another host or say
//! something else. A reload must not break callers, and must not replace a reviewed text behind everybody's back.
//!
//! The answer: a [`Classification`] lists the differences of each tool, each with a [`ChangeClass`] from `none` to
//! `breaking`. A [`GatePolicy`] is the gates of a source. Each gate objects to a change or not; the [`Verdict`] applies, holds or
//! refuses it. A held change waits for `approve` or `reject`. A pin holds every change of a tool. The version history keeps
//! older versions of a document for a rollback.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::review::{ChangeClass, GatePolicy, ToolChange};
//! use toolrack_core::tool::ToolDefinition;
//!
//! let definition = |maximum: u32| {
//!     let schema = json!({"type": "object", "properties": {"limit": {"type": "integer", "maximum": maximum}}});
//!     ToolDefinition::parse(&json!({"name": "list_pets", "description": "Lists pets.", "inputSchema": schema}), true)
//! };
//! let change = ToolChange::between_definitions(&definition(100)?, &definition(50)?);
//! assert_eq!((change.class, change.findings[0].code), (ChangeClass::Breaking, "MAXIMUM_LOWERED"));
//! assert_eq!(change.findings[0].pointer, "/inputSchema/properties/limit/maximum");
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `classification`, `change_class`, `change_finding` | what changed of each tool, and how bad it is |
//! | `definition_changes`, `destination_changes` | the comparisons |
//! | `gate_policy`, `change_proposal`, `gate_decision` | the option `gates`; what gates judge and answer |
//! | `change_class_gate` | decisions by class; a first load passes by `is_first` |
//! | `downgrade_gate`, `large_removal_gate`, `pin_gate`, `custom_gate` | the other gates |
//! | `held_change`, `held_changes`, `change_report` | changes that wait for an approval, and its report |
//! | `loader/pipeline/change_review`, `reviewed_change` | a held tool enters all the same |
//! | `removed_tools` | what a tool was that comes back |
//! | `version_history`, `tool_history` | versions of a document (rollback, unknown version); versions of a tool |
//!
//! Limits: nothing here applies a change. Closures are not compared. A history lists 100 versions.

mod change_class;
mod change_class_gate;
mod change_finding;
mod change_proposal;
mod change_report;
mod classification;
mod custom_gate;
mod definition_changes;
mod destination_changes;
mod downgrade_gate;
mod gate_decision;
mod gate_policy;
mod held_change;
mod held_changes;
mod large_removal_gate;
mod pin_gate;
mod removed_tools;
mod tool_history;
mod version_history;

pub use change_class::ChangeClass;
pub use change_class_gate::ChangeClassGate;
pub use change_finding::{ChangeFinding, FindingKind, finding};
pub use change_proposal::{Gate, Proposal};
pub use change_report::{ChangeReport, RefusedTool};
pub use classification::{Classification, ComparedTool, ToolChange};
pub use custom_gate::CustomGates;
pub(crate) use custom_gate::{CustomGateAnswers, describe_change};
pub use downgrade_gate::DowngradeGate;
pub use gate_decision::{Decision, Objection, Verdict};
pub use gate_policy::{Expiry, ExpiryAction, GatePolicy};
pub(crate) use held_change::tool_fingerprint;
pub use held_change::{HeldChange, HoldOutcome};
pub(crate) use held_changes::HeldChanges;
pub use large_removal_gate::LargeRemovalGate;
pub use pin_gate::PinGate;
pub use removed_tools::{RemovedTool, RemovedTools};
pub use tool_history::{ToolVersion, tool_history};
pub(crate) use version_history::VersionHistory;
pub use version_history::{LoadTrigger, SourceVersion};
