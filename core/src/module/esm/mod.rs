//! ES modules as functions: imports become members of what the evaluator gives, exports become getters that it is given.
//!
//! Where an import is read it is a member access, so bindings are live, and a cycle that reads one too early gets the
//! error of JavaScript itself.

mod export_rewriting;
mod module_exports;
mod module_imports;

pub use module_exports::ModuleExports;
pub use module_imports::ModuleImports;
