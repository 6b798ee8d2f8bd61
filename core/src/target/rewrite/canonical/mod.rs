//! The canonical form.

pub mod all_of_merge;
pub mod canonical_form;
pub mod older_dialects;
pub mod schema_scan;
pub mod settled_references;
