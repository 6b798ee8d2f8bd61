//! The ledger of tool names: each operation keeps its name over reloads, removals and restarts.
//!
//! Models, prompts and audit logs know a tool by its name. If a document is reordered or an operation is added, no other
//! tool may change its name. The [`NameLedger`] therefore records every name that was given and never gives it to another
//! operation. A load drafts all names at once in a [`NameDraft`] and enters them with its tools, or not at all.
//!
//! ```
//! use toolrack_core::registry::{Identity, NameLedger};
//!
//! let list = Identity { method: "GET".into(), path: "/issues".into(), id: Some("issues/list".into()) };
//! let mut ledger = NameLedger::default();
//! let draft = ledger.draft("tracker", None, [list]);
//! assert_eq!(draft.names().collect::<Vec<_>>(), ["issues_list"]);
//! assert!(ledger.enter(&draft));
//! ```
//!
//! `identity` says what an operation is known by, `shared_names` which names versions of a source share, `saved_names` how
//! names are saved as JSON, and `imported_names` how saved names are merged.
//!
//! Limits: the ledger grows with each new operation; only [`NameLedger::forget`] releases names.

pub(super) mod identity;
mod imported_names;
pub(super) mod ledger;
pub(super) mod saved_names;
pub(super) mod shared_names;

pub use identity::{Identity, NameWish, UnnamedOperation};
pub use ledger::{NameDraft, NameLedger};
