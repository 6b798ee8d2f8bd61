//! May this change in? What a new revision changes, classed before it takes the place of the one before.
//!
//! A [`Classification`] says of each tool of a change set what differs, from the view of a model that calls it: all
//! findings, each of a [`ChangeClass`], and the worst. Everything here is a function of two definitions and of where their
//! calls go; nothing is decided yet, and nothing is changed.
//!
//! `limit` of `list_pets` had `maximum` 100 and has 50: `MAXIMUM_LOWERED` at `/inputSchema/properties/limit/maximum`, which
//! is `breaking`, and so is the tool's change and the set's.

mod class;
mod classification;
mod definition;
mod destination;
mod table;

pub use class::ChangeClass;
pub use classification::{Classification, Side, ToolChange};
pub use table::{ChangeFinding, FindingKind, finding};
