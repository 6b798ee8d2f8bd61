//! The ledger of tool names: each operation keeps its name over reloads, removals and restarts.
//!
//! Models, prompts and audit logs know a tool by its name. If a document is reordered or an operation is added, no other
//! tool may change its name. The [`NameLedger`] therefore records every name and never gives it to another
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
//! | need | file |
//! |---|---|
//! | how a name is chosen for each operation of a load | `name_selection`, `name_draft` |
//! | names that are recorded, entered and forgotten | `ledger` |
//! | what identifies an operation; derived and explicit names | `identity` |
//! | whether a name is free: the uniqueness index of all names | `name_index` |
//! | names that versions of one source share | `shared_names` |
//! | names as JSON over a restart; their merge | `saved_names`, `imported_names` |
//!
//! Limits: the ledger grows with each new operation; only [`NameLedger::forget`] releases names.

mod identity;
mod imported_names;
mod ledger;
mod name_draft;
mod name_index;
mod name_selection;
mod saved_names;
mod shared_names;

pub use identity::{Identity, NameChoice, UnnamedOperation};
pub use ledger::NameLedger;
pub use name_draft::NameDraft;
