//! The module graph: which modules are reachable from entries, compiled once for each content.
//!
//! A reading gives data alone; evaluation is not done here. The specifiers of a module are resolved anew in each reading,
//! because files come and go.

mod graph_module;
mod graph_options;
mod graph_reading;
mod graph_traversal;
mod module_graph;
mod module_resolver;
mod path_aliases;
mod real_path;
mod shared_module_graph;
mod specifier_resolution;

pub use graph_module::{GraphModule, ResolvedImport, WithoutCode};
pub use graph_options::ModuleGraphOptions;
pub use graph_reading::{GraphReading, OtherFile};
pub use module_graph::{ModuleFiles, ModuleGraph};
pub use shared_module_graph::SharedModuleGraph;
