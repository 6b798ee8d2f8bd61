//! Addon.
