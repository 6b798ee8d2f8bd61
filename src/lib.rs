//! The addon: the only place that knows JavaScript.
//!
//! Each door reads what came from JavaScript, calls the core and hands the answer back. Values cross as JSON text:
//! measured against napi's own conversion that is four times faster, and it keeps what the conversion loses (dates,
//! large numbers, own `__proto__` keys). Closures stay in JavaScript; the core knows a tool's closure by its slot.

#![expect(clippy::needless_pass_by_value, reason = "napi hands strings over owned")]

// A panic must end in an error of the call, never in the end of the host: `panic = "abort"` would break that promise.
#[cfg(panic = "abort")]
compile_error!("toolrack must unwind on panic");

mod answer;
mod audit;
mod decisions;
mod dispatcher;
mod door;
mod drill;
mod error;
mod executor;
mod fetch;
mod loader;
mod options;
mod registry;
mod runtime;
mod snapshot;
mod state;
mod tickets;
mod tool;
