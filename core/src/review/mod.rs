//! May this change in? What a new revision changes, classed before it takes the place of the one before.
//!
//! A [`Classification`] says of each tool of a change set what differs, from the view of a model that calls it: all
//! findings, each of a [`ChangeClass`], and the worst. Everything here is a function of two definitions and of where their
//! calls go. A [`Policy`] is the gates that a source's changes pass: each says all that it has against a change, and the
//! [`Verdict`] is what becomes of it. Nothing here changes anything.
//!
//! `limit` of `list_pets` had `maximum` 100 and has 50: `MAXIMUM_LOWERED` at `/inputSchema/properties/limit/maximum`, which
//! is `breaking`, and so is the tool's change and the set's.

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
mod large_removal_gate;
mod pin_gate;
mod tool_history;
mod version_history;

pub use change_class::ChangeClass;
pub use change_class_gate::ByClass;
pub use change_finding::{ChangeFinding, FindingKind, finding};
pub use change_proposal::{Gate, Proposal};
pub use change_report::{ChangeReport, RefusedTool};
pub use classification::{Classification, Side, ToolChange};
pub use custom_gate::Jury;
pub(crate) use custom_gate::{Opinions, asked};
pub use downgrade_gate::Downgrade;
pub use gate_decision::{Decision, Objection, Verdict};
pub use gate_policy::{Expiry, Policy, Settled};
pub use held_change::{HeldChange, Outcome};
pub(crate) use held_change::{HeldTools, print_of};
pub use large_removal_gate::LargeRemoval;
pub use pin_gate::Pins;
pub use tool_history::{ToolVersion, tool_history};
pub(crate) use version_history::History;
pub use version_history::{SourceVersion, Trigger};
