//! Overlays: changes to a document before it is read (Overlay Specification 1.0).
//!
//! A caller mends a document without a copy of it: an overlay selects places by `JSONPath` and updates or removes them.
//!
//! ```
//! use serde_json::json;
//! use toolrack_core::spec::{Overlay, OverlayBudget, ParseLimits};
//!
//! let overlay = Overlay::read("fix.yaml", &json!({
//!     "overlay": "1.0.0", "info": {"title": "fix", "version": "1"},
//!     "actions": [{"target": "$.info", "update": {"title": "Pets"}}]
//! }))?;
//! let document = json!({"info": {"title": "?"}});
//! let overlaid = overlay.apply(document, OverlayBudget::new(ParseLimits::default()))?;
//! assert_eq!((overlaid.document["info"]["title"].as_str(), overlaid.notes.len()), (Some("Pets"), 0));
//! # Ok::<(), toolrack_core::error::Error>(())
//! ```
//!
//! Limits: a `JSONPath` has at most 4096 bytes and 8 nested brackets; what overlays add counts against the limits of
//! a document. Numbers beyond 64 bits are rounded, with a note.

pub(in crate::spec) mod overlay_document;
