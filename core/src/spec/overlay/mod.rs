//! Overlays: changes that are laid over a document before it is read.

pub(in crate::spec) mod overlay_document;
