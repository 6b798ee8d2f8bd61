//! JavaScript and TypeScript modules: a source becomes code that an evaluator takes, with what it imports and exports.
//!
//! The need: code is reloaded while it is in use. Node keeps every ES module that it ever imported, and imports the helpers
//! of a changed module only once. The answer: modules are functions. [`compile_module`] writes `import` and `export` as
//! member access and getters (bindings are live, cycles work), and strips types, on every version of Node.
//! [`ModuleGraph`] finds the modules that an entry needs, and compiles a file again only when its content has changed.
//!
//! The source itself is edited, not printed anew: every token stays on its line, so that a stack trace has the right line
//! without a source map.
//!
//! ```
//! use toolrack_core::module::{ModuleLanguage, SourceKind, compile_module};
//!
//! let kind = SourceKind { language: ModuleLanguage::TypeScript, format: None };
//! let source = "import { get } from './http.js'\nexport const pet = (id: number) => get(`/pets/${id}`)";
//! let module = compile_module(source, kind).expect("a thread").expect("a module");
//! assert_eq!(module.imports[0].specifier, "./http.js");
//! assert_eq!(module.exports, ["pet"]);
//! assert_eq!(module.code.lines().nth(1), Some("       const pet = (id        ) => (0, __tr0.get)(`/pets/${id}`)"));
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `compiled_module`, `module_fault`, `source_kind` | what goes in and out: ES module or CommonJS by path, `package.json` and syntax |
//! | `compile_thread`, `module_compiler`, `module_parse` | one source from text to code |
//! | `module_rewriter`, `rewriting_walk` | the walk over the syntax tree, and its edits |
//! | `esm/` | imports and exports |
//! | `typescript/` | type stripping; enums, parameter properties |
//! | `text_edits`, `source_lines`, `source_scan` | edits by ranges; lines and columns; tokens |
//! | `nesting`, `nesting_scan` | limits of nesting |
//! | `graph/` | the module graph; resolution of specifiers, `paths` |
//!
//! Limits: JSX, decorators, `accessor` fields and namespaces with values are refused, with line and column. Files are
//! nested to at most 20,000 levels. `eval` does not see imports. No tsconfig is read.

mod compile_thread;
mod compiled_module;
mod esm;
mod graph;
mod module_compiler;
mod module_fault;
mod module_parse;
mod module_rewriter;
mod nesting;
mod nesting_scan;
mod rewriting_walk;
mod source_kind;
mod source_lines;
mod source_scan;
mod text_edits;
mod typescript;

pub use compile_thread::{CompileOutcome, compile_module};
pub use compiled_module::{
    CompiledModule, ImportCall, ImportKind, ImportedName, IndirectExport, StaticImport,
};
pub use graph::{
    GraphModule, GraphReading, ModuleFiles, ModuleGraph, ModuleGraphOptions, OtherFile, ResolvedImport,
    SharedModuleGraph, WithoutCode,
};
pub use module_fault::ModuleFault;
pub use source_kind::{ModuleFormat, ModuleLanguage, SourceKind};
