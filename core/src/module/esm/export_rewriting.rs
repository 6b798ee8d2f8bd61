//! Edits of export statements.

use oxc_ast::ast::{
    BindingIdentifier, Declaration, ExportAllDeclaration, ExportDeclaration, ExportDefaultDeclaration,
    ExportDefaultDeclarationKind, ExportFromDeclaration, ExportNamedDeclaration, ImportOrExportKind,
    ModuleExportName,
};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeFlags;

use super::module_imports::member;
use crate::module::compiled_module::IndirectExport;
use crate::module::module_rewriter::ModuleRewriter;
use crate::module::typescript::has_values;

impl<'a> ModuleRewriter<'_, 'a> {
    /// `export * from`, `export * as name from`.
    pub fn rewrite_export_all(&mut self, it: &ExportAllDeclaration<'a>) {
        self.blank_statement(it.span);
        let name = it.exported.as_ref().map(ModuleExportName::name);
        match (self.statements.get(&it.span.start), name) {
            (Some(index), Some(name)) => {
                let export = IndirectExport { name: name.to_string(), from: *index, imported: None };
                self.exports.add_indirect(export, format!("{}{index}", self.prefix));
            }
            (Some(index), None) => self.exports.stars.push(*index),
            (None, Some(name)) => self.exports.add_type(&name),
            (None, None) => {}
        }
    }

    /// `export { … } from`.
    pub fn rewrite_export_from(&mut self, it: &ExportFromDeclaration<'a>) {
        self.blank_statement(it.span);
        let index = self.statements.get(&it.span.start).copied();
        for part in &it.specifiers {
            let exported = part.exported.name();
            match index {
                Some(index) if part.export_kind == ImportOrExportKind::Value => {
                    let expression = format!("{}{index}{}", self.prefix, member(&part.local));
                    let imported = Some(part.local.name().to_string());
                    let export = IndirectExport { name: exported.to_string(), from: index, imported };
                    self.exports.add_indirect(export, expression);
                }
                _ => self.exports.add_type(&exported),
            }
        }
    }

    /// `export { … }`.
    pub fn rewrite_export_named(&mut self, it: &ExportNamedDeclaration<'a>) {
        self.blank_statement(it.span);
        for part in &it.specifiers {
            let is_type = ImportOrExportKind::Type;
            if it.export_kind == is_type || part.export_kind == is_type {
                self.exports.add_type(&part.exported.name());
            } else {
                self.export_local(&part.local, &part.exported.name());
            }
        }
    }

    fn export_local(&mut self, local: &ModuleExportName<'a>, exported: &str) {
        let ModuleExportName::IdentifierReference(local) = local else { return };
        let symbol = local.reference_id.get().and_then(|id| self.scoping.get_reference(id).symbol_id());
        let Some(symbol) = symbol else {
            let message =
                format!("export \"{exported}\" is not defined: nothing here is named {}", local.name);
            return self.refuse(local.span.start, message);
        };
        let flags = self.scoping.symbol_flags(symbol);
        if let Some(binding) = self.bindings.get(&symbol) {
            let (name, imported) = (exported.to_owned(), binding.imported.clone());
            let export = IndirectExport { name, from: binding.from, imported };
            self.exports.add_indirect(export, binding.expression.clone());
        } else if flags.is_value() && !flags.is_ambient() {
            self.exports.add(exported, local.name.as_str());
        } else {
            self.exports.add_type(exported);
        }
    }

    /// `export const`, `export function`, `export class`, and declarations of types.
    pub fn rewrite_export_declaration(&mut self, it: &ExportDeclaration<'a>) {
        if !has_values(&it.declaration) {
            for name in declared_names(&it.declaration) {
                self.exports.add_type(&name.name);
            }
            return self.blank_statement(it.span);
        }
        self.blank(it.span.start, it.declaration.span().start);
        for name in declared_names(&it.declaration) {
            self.exports.add(&name.name, name.name.as_str());
        }
        self.is_exported = true;
        self.visit_declaration(&it.declaration);
        self.is_exported = false;
    }

    /// `export default`.
    pub fn rewrite_export_default(&mut self, it: &ExportDefaultDeclaration<'a>) {
        let (start, value) = (it.span.start, &it.declaration);
        let default = format!("{}default", self.prefix);
        match value {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => {
                self.exports.add_type("default");
                return self.blank_statement(it.span);
            }
            ExportDefaultDeclarationKind::FunctionDeclaration(function) if function.body.is_none() => {
                return self.blank_statement(it.span);
            }
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                self.blank(start, function.span.start);
                let name = function.id.as_ref().map_or(default.as_str(), |id| id.name.as_str());
                self.exports.add("default", name);
                if function.id.is_none() {
                    self.exports.has_unnamed_default = true;
                    let before =
                        function.type_parameters.as_ref().map_or(function.params.span, |types| types.span);
                    self.edits.insert(before.start, format!(" {default}"));
                }
                return self.visit_function(function, ScopeFlags::Function);
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) if class.id.is_some() => {
                self.blank(start, class.span.start);
                let name = class.id.as_ref().map_or(default.as_str(), |id| id.name.as_str());
                self.exports.add("default", name);
                return self.visit_class(class);
            }
            _ => {}
        }
        // A property gives a function or class without a name the name `default`, as an export does.
        let value_span = value.span();
        self.edits.replace(
            self.lines.source(),
            (start, value_span.start),
            &format!("const {default} = {{ default: "),
        );
        self.exports.add("default", default);
        self.visit_export_default_declaration_kind(value);
        self.edits.insert(value_span.end, " }.default;");
    }
}

/// The names that a declaration binds.
fn declared_names<'d, 'a>(declaration: &'d Declaration<'a>) -> Vec<&'d BindingIdentifier<'a>> {
    match declaration {
        Declaration::VariableDeclaration(it) => {
            it.declarations.iter().flat_map(|declarator| declarator.id.get_binding_identifiers()).collect()
        }
        Declaration::FunctionDeclaration(it) => it.id.iter().collect(),
        Declaration::ClassDeclaration(it) => it.id.iter().collect(),
        Declaration::TSTypeAliasDeclaration(it) => vec![&it.id],
        Declaration::TSInterfaceDeclaration(it) => vec![&it.id],
        Declaration::TSEnumDeclaration(it) => vec![&it.id],
        Declaration::TSNamespaceDeclaration(it) => vec![&it.id],
        Declaration::TSImportEqualsDeclaration(it) => vec![&it.id],
        Declaration::TSExternalModuleDeclaration(_) | Declaration::TSGlobalDeclaration(_) => Vec::new(),
    }
}
