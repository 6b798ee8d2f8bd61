//! A compiled module: code to evaluate, with what it imports and exports.

use serde::Serialize;

use super::source_kind::ModuleFormat;

/// A module as an evaluator takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompiledModule {
    /// The format.
    pub format: ModuleFormat,
    /// Body of the function that an evaluator makes. Every token is on its line of the source. The text of a JSON
    /// module.
    pub code: String,
    /// Whether it awaits at the top level.
    pub is_async: bool,
    /// Start of the names that the code expects from the evaluator. The source has no such name.
    pub prefix: String,
    /// Static imports by their index in the names of the code, in order of first appearance.
    pub imports: Vec<StaticImport>,
    /// Calls of `import` and `require` with a literal specifier.
    pub calls: Vec<ImportCall>,
    /// Names that it exports, apart from those of `stars`.
    pub exports: Vec<String>,
    /// Names that are types alone, and are not there at run time.
    pub type_exports: Vec<String>,
    /// Indices of the imports whose names it exports all (`export *`).
    pub stars: Vec<usize>,
    /// Those of `exports` that are bindings of an import.
    pub indirect_exports: Vec<IndirectExport>,
}

/// An export that is a binding of another module: `export { a as b } from './c.js'`. Two modules that export one
/// binding do not make its name ambiguous.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndirectExport {
    /// The exported name.
    pub name: String,
    /// Index of the import.
    pub from: usize,
    /// The name there; none is the module itself.
    pub imported: Option<String>,
}

/// One specifier that a module imports statically, with all names that it imports from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StaticImport {
    /// The specifier as written.
    pub specifier: String,
    /// The import attribute `type`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub attributes_type: Option<String>,
    /// Names that the imported module must export.
    pub names: Vec<ImportedName>,
    /// 1-based line of the specifier.
    pub line: u32,
    /// 1-based column of the specifier, in UTF-16 units.
    pub column: u32,
}

/// A name that a module imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedName {
    /// The exported name.
    pub name: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in UTF-16 units.
    pub column: u32,
}

/// How a module is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportKind {
    /// `import`, with the conditions of ES modules.
    Import,
    /// `require`, with the conditions of CommonJS.
    Require,
}

/// A call of `import` or `require` with a literal specifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportCall {
    /// The specifier.
    pub specifier: String,
    /// Which of the two is called.
    pub kind: ImportKind,
    /// 1-based line of the call.
    pub line: u32,
    /// 1-based column of the call, in UTF-16 units.
    pub column: u32,
}
