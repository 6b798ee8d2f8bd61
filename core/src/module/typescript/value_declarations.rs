//! Which declarations are types alone, so that nothing of them is left at run time.

use oxc_ast::ast::{
    Declaration, Statement, TSModuleReference, TSNamespaceDeclaration, TSNamespaceDeclarationBody,
};

/// Whether anything of a declaration is left at run time.
pub fn has_values(declaration: &Declaration<'_>) -> bool {
    match declaration {
        Declaration::VariableDeclaration(it) => !it.declare,
        Declaration::FunctionDeclaration(it) => !it.declare && it.body.is_some(),
        Declaration::ClassDeclaration(it) => !it.declare,
        Declaration::TSEnumDeclaration(it) => !it.declare,
        Declaration::TSNamespaceDeclaration(it) => !it.declare && has_namespace_values(it),
        Declaration::TSImportEqualsDeclaration(it) => it.import_kind.is_value(),
        Declaration::TSTypeAliasDeclaration(_)
        | Declaration::TSInterfaceDeclaration(_)
        | Declaration::TSExternalModuleDeclaration(_)
        | Declaration::TSGlobalDeclaration(_) => false,
    }
}

fn has_namespace_values(namespace: &TSNamespaceDeclaration<'_>) -> bool {
    match &namespace.body {
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => has_namespace_values(inner),
        TSNamespaceDeclarationBody::TSModuleBlock(block) => {
            block.body.iter().any(|statement| match statement {
                Statement::ExportDeclaration(it) => is_value_in_namespace(&it.declaration),
                Statement::ExportNamedDeclaration(_) | Statement::EmptyStatement(_) => false,
                _ => statement.as_declaration().is_none_or(is_value_in_namespace),
            })
        }
    }
}

/// An alias of a name is no value by itself: TypeScript leaves it out where nothing else is one.
fn is_value_in_namespace(declaration: &Declaration<'_>) -> bool {
    let is_alias = matches!(declaration, Declaration::TSImportEqualsDeclaration(it)
        if !matches!(it.module_reference, TSModuleReference::ExternalModuleReference(_)));
    !is_alias && has_values(declaration)
}
