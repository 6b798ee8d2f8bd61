//! Walks a syntax tree and edits what an evaluator cannot take as it stands.

use oxc_allocator::Vec as ArenaVec;
use oxc_ast::ast::{
    ArrowFunctionExpression, BinaryExpression, CallExpression, Class, ClassElement, Declaration, Decorator,
    ExportAllDeclaration, ExportDeclaration, ExportDefaultDeclaration, ExportFromDeclaration,
    ExportNamedDeclaration, Expression, FormalParameter, Function, IdentifierReference, ImportDeclaration,
    ImportExpression, ImportMeta, MethodDefinition, ObjectProperty, PropertyDefinition, Statement,
    TSAsExpression, TSEnumDeclaration, TSExportAssignment, TSImportEqualsDeclaration,
    TSInstantiationExpression, TSNamespaceDeclaration, TSNamespaceExportDeclaration, TSNonNullExpression,
    TSSatisfiesExpression, TSTypeAnnotation, TSTypeAssertion, TSTypeParameterDeclaration,
    TSTypeParameterInstantiation, TaggedTemplateExpression, UnaryExpression, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::UnaryOperator;
use oxc_syntax::scope::ScopeFlags;

use super::compiled_module::ImportKind;
use super::module_rewriter::ModuleRewriter;
use super::source_scan::{next_token, starts_with};
use super::typescript::has_values;

impl<'a> Visit<'a> for ModuleRewriter<'_, 'a> {
    /// A statement that will begin with a bracket continues the one before, unless that ends with a `;`.
    fn visit_statements(&mut self, it: &ArenaVec<'a, Statement<'a>>) {
        let mut is_open = true;
        for statement in it {
            let span = statement.span();
            if is_open && matches!(statement, Statement::ExpressionStatement(_)) {
                self.open_starts.insert(span.start);
                // The type that ended the statement before is blanked.
                if self.is_typescript
                    && self.source()[span.start as usize..].starts_with(['(', '[', '`', '+', '-', '/'])
                {
                    self.edits.insert(span.start, ";");
                }
            }
            self.visit_statement(statement);
            is_open = !self.source()[..span.end as usize].ends_with(';');
        }
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        if self.depth > 0 && it.is_module_declaration() {
            self.refuse(it.span().start, "import and export stand at the top level of a module");
        }
        self.depth += 1;
        walk::walk_statement(self, it);
        self.depth -= 1;
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.rewrite_reference(it);
    }

    /// `a<!--b` is a comparison in a module, and a comment in the script that an evaluator makes of it, and in CommonJS.
    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        let operator = next_token(self.source(), it.left.span().end);
        if !self.is_commonjs && starts_with(self.source(), operator, "<!--") {
            self.edits.insert(operator + 1, " ");
        }
        walk::walk_binary_expression(self, it);
    }

    /// `typeof` of a name that is not defined is no error.
    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        match it.argument.get_inner_expression() {
            Expression::Identifier(name)
                if it.operator == UnaryOperator::Typeof && self.is_lost_arguments(name) =>
            {
                self.replace(it.span, "\"undefined\"");
            }
            _ => walk::walk_unary_expression(self, it),
        }
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        match &it.value {
            Expression::Identifier(value) if it.shorthand => {
                if self.import_of(value).is_some() || self.enum_member_of(value).is_some() {
                    self.edits.insert(it.span.start, format!("{}: ", value.name));
                }
                self.rewrite_reference(value);
            }
            _ => walk::walk_object_property(self, it),
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.note_callee(&it.callee);
        if let [argument] = it.arguments.as_slice()
            && let Some(specifier) = argument.as_expression()
            && self.is_require(&it.callee)
        {
            self.note_call(ImportKind::Require, it.span.start, specifier);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        self.note_callee(&it.tag);
        walk::walk_tagged_template_expression(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        let at = it.span.start;
        if it.phase.is_some() {
            self.refuse(at, "import.source and import.defer are not supported: use import(…)");
        }
        let name = format!("{}import", self.prefix);
        self.replace(Span::new(at, at + 6), &name);
        self.note_call(ImportKind::Import, at, &it.source);
        walk::walk_import_expression(self, it);
    }

    fn visit_import_meta(&mut self, it: &ImportMeta) {
        let name = format!("{}meta", self.prefix);
        self.replace(it.span, &name);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        self.blank_statement(it.span);
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        self.rewrite_export_all(it);
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        self.rewrite_export_from(it);
    }

    fn visit_export_named_declaration(&mut self, it: &ExportNamedDeclaration<'a>) {
        self.rewrite_export_named(it);
    }

    fn visit_export_declaration(&mut self, it: &ExportDeclaration<'a>) {
        self.rewrite_export_declaration(it);
    }

    fn visit_export_default_declaration(&mut self, it: &ExportDefaultDeclaration<'a>) {
        self.rewrite_export_default(it);
    }

    fn visit_declaration(&mut self, it: &Declaration<'a>) {
        if has_values(it) {
            walk::walk_declaration(self, it);
        } else {
            self.blank_statement(it.span());
        }
    }

    fn visit_ts_enum_declaration(&mut self, it: &TSEnumDeclaration<'a>) {
        self.lower_enum(it);
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        self.refuse(it.span.start, "a namespace with values is not supported: write a module, or an object");
    }

    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        self.rewrite_import_equals(it);
    }

    fn visit_ts_export_assignment(&mut self, it: &TSExportAssignment<'a>) {
        self.rewrite_export_assignment(it);
    }

    fn visit_ts_namespace_export_declaration(&mut self, it: &TSNamespaceExportDeclaration<'a>) {
        self.blank_statement(it.span);
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        self.refuse(it.span.start, "decorators are not supported: call the function that the decorator is");
    }

    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.erase_type_annotation(it);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        self.erase_declarator(it);
        walk::walk_variable_declarator(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        self.erase_parameter(it);
        walk::walk_formal_parameter(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.erase_this_parameter(it);
        self.functions += 1;
        walk::walk_function(self, it, flags);
        self.functions -= 1;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.close_arrow_lines(it);
        walk::walk_arrow_function_expression(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.erase_class_head(it);
        self.lower_parameter_properties(it);
        walk::walk_class(self, it);
    }

    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        if !self.erase_class_element(it) {
            walk::walk_class_element(self, it);
        }
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.erase_method(it);
        walk::walk_method_definition(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        walk::walk_property_definition(self, it);
        if self.is_typescript {
            self.erase_field(it);
        }
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.erase_behind(&it.expression, it.span);
        self.visit_expression(&it.expression);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.erase_behind(&it.expression, it.span);
        self.visit_expression(&it.expression);
    }

    fn visit_ts_non_null_expression(&mut self, it: &TSNonNullExpression<'a>) {
        self.erase_behind(&it.expression, it.span);
        self.visit_expression(&it.expression);
    }

    fn visit_ts_instantiation_expression(&mut self, it: &TSInstantiationExpression<'a>) {
        self.erase_behind(&it.expression, it.span);
        self.visit_expression(&it.expression);
    }

    fn visit_ts_type_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        self.visit_expression(&it.expression);
        self.erase_assertion(it);
    }
}
