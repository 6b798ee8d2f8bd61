//! What a source is: its language, and whether it is an ES module or CommonJS, by its path and its package.

use std::path::Path;

use serde::Serialize;

/// Language of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleLanguage {
    /// JavaScript without JSX.
    JavaScript,
    /// TypeScript without JSX.
    TypeScript,
}

/// Format of a module, by the names of Node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ModuleFormat {
    /// ES module: strict, `import` and `export`.
    Module,
    /// CommonJS: `require` and `module.exports`.
    CommonJs,
    /// A JSON text, whose value is the default export.
    Json,
}

/// Language and format of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceKind {
    /// The language.
    pub language: ModuleLanguage,
    /// The format; none: it is detected by syntax.
    pub format: Option<ModuleFormat>,
}

impl SourceKind {
    /// Endings of modules.
    pub const EXTENSIONS: [&str; 7] = ["js", "mjs", "cjs", "ts", "mts", "cts", "json"];

    /// The kind of a source by the ending of its path. `package_type` is `type` of the nearest `package.json`; none
    /// where that has none. Returns nothing for another ending.
    pub fn from_path(path: &Path, package_type: Option<ModuleFormat>) -> Option<Self> {
        use ModuleFormat::{CommonJs, Json, Module};
        use ModuleLanguage::{JavaScript, TypeScript};
        let (language, format) = match path.extension()?.to_str()? {
            "mjs" => (JavaScript, Some(Module)),
            "cjs" => (JavaScript, Some(CommonJs)),
            "js" => (JavaScript, package_type),
            "mts" => (TypeScript, Some(Module)),
            "cts" => (TypeScript, Some(CommonJs)),
            // Users of tsc write import in a package of CommonJS, so syntax decides there.
            "ts" => (TypeScript, package_type.filter(|format| *format == Module)),
            "json" => (JavaScript, Some(Json)),
            _ => return None,
        };
        Some(Self { language, format })
    }
}
