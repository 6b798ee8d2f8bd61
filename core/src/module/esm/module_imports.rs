//! The static imports of a module: specifiers, names, and what each imported name is in the code.

use std::collections::{HashMap, HashSet};

use oxc_ast::ast::{
    BindingIdentifier, ImportAttributeKey, ImportDeclaration, ImportDeclarationSpecifier, ImportOrExportKind,
    ModuleExportName, Program, Statement, StringLiteral, WithClause,
};
use oxc_semantic::{Reference, Scoping};
use oxc_span::{GetSpan, Span};

use crate::module::compiled_module::{ImportedName, StaticImport};
use crate::module::module_fault::ModuleFault;
use crate::module::module_rewriter::{ImportBinding, ImportBindings};
use crate::module::source_lines::SourceLines;

/// The static imports of a module.
#[derive(Default)]
pub struct ModuleImports {
    /// One for each specifier and attribute, in order of first appearance.
    pub imports: Vec<StaticImport>,
    /// Imported names by their symbols.
    pub bindings: ImportBindings,
    /// The index of the import of each statement, by its start.
    pub statements: HashMap<u32, usize>,
}

/// What the collection of imports needs.
pub struct ImportCollector<'m, 'a> {
    lines: &'m SourceLines<'a>,
    scoping: &'m Scoping,
    prefix: &'m str,
    /// Whether names that are never read as values are left out, as TypeScript does.
    elides: bool,
    /// Indices of the imports, by specifier and attribute.
    indices: HashMap<(String, Option<String>), usize>,
    /// The names of each import.
    names: HashSet<(usize, String)>,
    found: ModuleImports,
}

impl ModuleImports {
    /// Collects the imports of a program. TypeScript leaves out what is used as a type alone.
    pub fn collect<'a>(
        program: &Program<'a>,
        lines: &SourceLines<'a>,
        scoping: &Scoping,
        prefix: &str,
    ) -> Result<Self, ModuleFault> {
        let elides = program.source_type.is_typescript();
        let mut collector = ImportCollector {
            lines,
            scoping,
            prefix,
            elides,
            indices: HashMap::new(),
            names: HashSet::new(),
            found: Self::default(),
        };
        for statement in &program.body {
            collector.statement(statement)?;
        }
        Ok(collector.found)
    }
}

impl<'a> ImportCollector<'_, 'a> {
    fn statement(&mut self, statement: &Statement<'a>) -> Result<(), ModuleFault> {
        match statement {
            Statement::ImportDeclaration(it) => self.import_declaration(it),
            Statement::ExportAllDeclaration(it) if it.export_kind == ImportOrExportKind::Value => {
                self.import(it.span, &it.source, it.with_clause.as_deref()).map(drop)
            }
            Statement::ExportFromDeclaration(it) if it.export_kind == ImportOrExportKind::Value => {
                let mut values = it
                    .specifiers
                    .iter()
                    .filter(|part| part.export_kind == ImportOrExportKind::Value)
                    .peekable();
                if values.peek().is_none() && !it.specifiers.is_empty() {
                    return Ok(());
                }
                let index = self.import(it.span, &it.source, it.with_clause.as_deref())?;
                for part in values {
                    self.name(index, &part.local.name(), part.local.span());
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn import_declaration(&mut self, it: &ImportDeclaration<'a>) -> Result<(), ModuleFault> {
        if it.phase.is_some() {
            let message = "import source and import defer are not supported: use import";
            return Err(self.lines.fault(it.span.start, message));
        }
        if it.import_kind == ImportOrExportKind::Type {
            return Ok(());
        }
        let specifiers = it.specifiers.as_ref().map_or(&[][..], |specifiers| specifiers.as_slice());
        let kept: Vec<_> = specifiers.iter().filter(|specifier| self.is_kept(specifier)).collect();
        if kept.is_empty() && !specifiers.is_empty() {
            return Ok(());
        }
        let index = self.import(it.span, &it.source, it.with_clause.as_deref())?;
        for specifier in kept {
            self.specifier(index, specifier);
        }
        Ok(())
    }

    fn is_kept(&self, specifier: &ImportDeclarationSpecifier<'a>) -> bool {
        if let ImportDeclarationSpecifier::ImportSpecifier(it) = specifier
            && it.import_kind == ImportOrExportKind::Type
        {
            return false;
        }
        let Some(symbol) = specifier.local().symbol_id.get() else { return true };
        !self.elides || self.scoping.get_resolved_references(symbol).any(Reference::is_value)
    }

    fn specifier(&mut self, index: usize, specifier: &ImportDeclarationSpecifier<'a>) {
        let module = format!("{}{index}", self.prefix);
        match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(it) => {
                self.name(index, &it.imported.name(), it.imported.span());
                let expression = format!("{module}{}", member(&it.imported));
                let imported = Some(it.imported.name().to_string());
                self.bind(&it.local, ImportBinding { expression, from: index, imported });
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => {
                self.name(index, "default", it.span);
                let (expression, imported) = (format!("{module}.default"), Some("default".to_owned()));
                self.bind(&it.local, ImportBinding { expression, from: index, imported });
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => {
                self.bind(&it.local, ImportBinding { expression: module, from: index, imported: None });
            }
        }
    }

    fn bind(&mut self, local: &BindingIdentifier<'a>, binding: ImportBinding) {
        if let Some(symbol) = local.symbol_id.get() {
            self.found.bindings.insert(symbol, binding);
        }
    }

    /// The index of the import of a specifier; a new one where it is not yet imported.
    fn import(
        &mut self,
        statement: Span,
        source: &StringLiteral<'a>,
        attributes: Option<&WithClause<'a>>,
    ) -> Result<usize, ModuleFault> {
        let attributes_type = self.attributes_type(attributes)?;
        let imports = &mut self.found.imports;
        let specifier = source.value.to_string();
        let index = *self.indices.entry((specifier, attributes_type)).or_insert_with_key(|key| {
            let (line, column) = self.lines.position(source.span.start);
            let (specifier, attributes_type) = key.clone();
            imports.push(StaticImport { specifier, attributes_type, names: Vec::new(), line, column });
            imports.len() - 1
        });
        self.found.statements.insert(statement.start, index);
        Ok(index)
    }

    fn attributes_type(&self, clause: Option<&WithClause<'a>>) -> Result<Option<String>, ModuleFault> {
        let mut found = None;
        for entry in clause.map_or(&[][..], |clause| clause.with_entries.as_slice()) {
            let key = match &entry.key {
                ImportAttributeKey::Identifier(name) => name.name.as_str(),
                ImportAttributeKey::StringLiteral(name) => name.value.as_str(),
            };
            if key != "type" || entry.value.value != "json" {
                let message = format!(
                    "import attribute {key}: \"{}\" is not supported: there is type: \"json\"",
                    entry.value.value
                );
                return Err(self.lines.fault(entry.span.start, message));
            }
            found = Some(entry.value.value.to_string());
        }
        Ok(found)
    }

    fn name(&mut self, index: usize, name: &str, at: Span) {
        if self.names.insert((index, name.to_owned())) {
            let (line, column) = self.lines.position(at.start);
            self.found.imports[index].names.push(ImportedName { name: name.to_owned(), line, column });
        }
    }
}

/// The access to an exported name of a module.
pub fn member(name: &ModuleExportName<'_>) -> String {
    match name {
        ModuleExportName::StringLiteral(literal) => {
            format!("[{}]", serde_json::json!(literal.value.as_str()))
        }
        _ => format!(".{}", name.name()),
    }
}
