//! May this change in? What a new revision changes, classed before it takes the place of the one before.
//!
//! A [`Classification`] says of each tool of a change set what differs, from the view of a model that calls it: all
//! findings, each of a [`ChangeClass`], and the worst. Everything here is a function of two definitions and of where their
//! calls go. A [`Policy`] is the gates that a source's changes pass: each says all that it has against a change, and the
//! [`Verdict`] is what becomes of it. Nothing here changes anything.
//!
//! `limit` of `list_pets` had `maximum` 100 and has 50: `MAXIMUM_LOWERED` at `/inputSchema/properties/limit/maximum`, which
//! is `breaking`, and so is the tool's change and the set's.

mod by_class;
mod class;
mod classification;
mod decision;
mod definition;
mod destination;
mod downgrade;
mod pins;
mod policy;
mod proposal;
mod removal;
mod table;

pub use by_class::ByClass;
pub use class::ChangeClass;
pub use classification::{Classification, Side, ToolChange};
pub use decision::{Decision, Objection, Verdict};
pub use downgrade::Downgrade;
pub use pins::Pins;
pub use policy::{Expiry, Policy, Settled};
pub use proposal::{Gate, Proposal};
pub use removal::LargeRemoval;
pub use table::{ChangeFinding, FindingKind, finding};
