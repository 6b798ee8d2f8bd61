//! toolrack: the live tool registry for AI agents. The core, which knows no JavaScript.

#![forbid(unsafe_code)]

pub mod audit;
pub mod auth;
pub mod convert;
pub mod error;
pub mod exec;
pub mod http;
pub mod json;
pub mod limit;
pub mod loader;
pub mod registry;
pub mod retrieve;
pub mod review;
pub mod schema;
pub mod spec;
pub mod state;
pub mod target;
pub mod tool;
pub mod unicode;
pub mod watch;
pub mod wire;
