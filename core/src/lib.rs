//! toolrack: the live tool registry for AI agents. The core, which knows no JavaScript.

#![forbid(unsafe_code)]

pub mod error;
pub mod json;
pub mod registry;
pub mod schema;
pub mod target;
pub mod tool;
