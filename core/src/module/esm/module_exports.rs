//! The exports of a module, and the getters that the evaluator is given.

use std::collections::HashSet;

use oxc_syntax::identifier::is_identifier_name;

use crate::module::compiled_module::IndirectExport;

/// The exports of a module.
#[derive(Default)]
pub struct ModuleExports {
    /// Exported names and the expressions that read them.
    pub getters: Vec<(String, String)>,
    /// The names of `getters`, and those of `type_names`.
    known: HashSet<String>,
    known_types: HashSet<String>,
    /// Names that are types alone.
    pub type_names: Vec<String>,
    /// Indices of the imports whose names are all exported.
    pub stars: Vec<usize>,
    /// Names that are bindings of imports.
    pub indirect: Vec<IndirectExport>,
    /// Whether the default export is a function without a name.
    pub has_unnamed_default: bool,
}

impl ModuleExports {
    /// Adds a name and the expression that reads it.
    pub fn add(&mut self, name: &str, expression: impl Into<String>) {
        // A merged declaration (function and namespace, two enums) is exported by each of its parts.
        if self.known.insert(name.to_owned()) {
            self.getters.push((name.to_owned(), expression.into()));
        }
    }

    /// Adds a name that is a binding of an import, and the expression that reads it.
    pub fn add_indirect(&mut self, export: IndirectExport, expression: impl Into<String>) {
        self.add(&export.name, expression);
        self.indirect.push(export);
    }

    /// Adds a name that is a type alone.
    pub fn add_type(&mut self, name: &str) {
        if self.known_types.insert(name.to_owned()) {
            self.type_names.push(name.to_owned());
        }
    }

    /// The code before the module's own: it gives the getters, and stops once so that a cycle finds all functions.
    pub fn prelude(&self, prefix: &str) -> String {
        let getters: Vec<_> =
            self.getters.iter().map(|(name, expression)| getter(name, expression)).collect();
        let getters = getters.join(", ");
        let named = if self.has_unnamed_default {
            // Through a literal: the module may have an `Object` of its own.
            format!(
                " ({{}}).constructor.defineProperty({prefix}default, \"name\", {{ value: \"default\", configurable: true }});"
            )
        } else {
            String::new()
        };
        format!("{prefix}exports({{ {getters} }});{named} yield; ")
    }
}

fn getter(name: &str, expression: &str) -> String {
    let key = match name {
        "__proto__" => "[\"__proto__\"]".to_owned(),
        _ if is_identifier_name(name) => name.to_owned(),
        _ => serde_json::json!(name).to_string(),
    };
    format!("{key}: () => {expression}")
}
