//! The addon: the only place that knows JavaScript.
//!
//! Each exported function reads its input, calls the core and returns the result. Values cross as JSON text: that is
//! four times faster than Node-API's own conversion of objects, and keeps dates, large numbers and own `__proto__`
//! keys. Closures stay in JavaScript; the core knows the closure of a tool by its slot.

#![expect(clippy::needless_pass_by_value, reason = "napi hands strings over owned")]
// Not `expect`: whether it counts as met depends on what else the compiler has seen in the same run.
#![cfg_attr(test, allow(dead_code, reason = "napi exports nothing in a test build, which clippy reads too"))]

// A panic must become an error of the call and never end the host process. `panic = "abort"` would end it.
#[cfg(panic = "abort")]
compile_error!("toolrack must unwind on panic");

mod approval;
mod audit;
mod calls;
mod cancellation;
mod clock;
mod config;
mod convert;
mod decisions;
mod dispatcher;
mod error;
mod executor;
mod fetch;
mod http_tools;
mod loader;
mod mcp_listing;
mod model_call;
mod model_tool;
mod module_directories;
mod module_graph;
mod module_watch;
mod options;
mod permits;
mod private_hosts;
mod registry;
mod revision_group;
mod runtime;
mod search;
mod snapshot;
mod state_file;
mod test_hooks;
mod tool;
mod tool_lists;
mod tool_sets;
