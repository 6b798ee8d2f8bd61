//! The ledger of tool names: which operation has which name, over reloads and restarts.
//!
//! Models, prompts and audit trails know a tool by its name, so an operation keeps the name that it was given once. A load
//! drafts names first and enters them together with its tools.

pub(super) mod identity;
mod imported_names;
pub(super) mod ledger;
pub(super) mod saved_names;
pub(super) mod shared_names;

pub use identity::{Identity, NameWish, UnnamedOperation};
pub use ledger::{NameDraft, NameLedger};
