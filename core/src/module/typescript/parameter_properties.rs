//! Parameter properties: `constructor(private a: T)` declares a field and assigns it.

use oxc_ast::ast::{
    Class, ClassElement, Expression, FormalParameter, Function, MethodDefinitionKind, Statement,
};
use oxc_span::GetSpan;

use crate::module::module_rewriter::ModuleRewriter;

impl<'a> ModuleRewriter<'_, 'a> {
    /// Declares the parameter properties of a class as fields, and assigns them: behind `super(…)`, or first in the
    /// constructor.
    pub fn lower_parameter_properties(&mut self, it: &Class<'a>) {
        let constructors = it.body.body.iter().filter_map(|element| match element {
            ClassElement::MethodDefinition(it) if it.kind == MethodDefinitionKind::Constructor => {
                Some(&it.value)
            }
            _ => None,
        });
        let Some(constructor) = constructors.into_iter().find(|constructor| constructor.body.is_some())
        else {
            return;
        };
        let properties = constructor.params.items.iter().filter(|parameter| is_property(parameter));
        let names: Vec<_> = properties
            .flat_map(|parameter| parameter.pattern.get_binding_identifiers())
            .map(|name| name.name.as_str())
            .collect();
        if names.is_empty() {
            return;
        }
        let Some((at, before)) = self.assignment_place(constructor, it.heritage.is_some()) else {
            let message = "a parameter property needs super(…) as a statement of the constructor itself";
            return self.refuse(constructor.span.start, message);
        };
        let assigned: Vec<_> = names.iter().map(|name| format!(" this.{name} = {name};")).collect();
        self.edits.insert(at, format!("{before}{}", assigned.concat()));
        let declared: Vec<_> = names.iter().map(|name| format!(" {name};")).collect();
        self.edits.insert(it.body.span.start + 1, declared.concat());
    }

    /// Where parameter properties are assigned, and what must stand before the assignments.
    fn assignment_place(&self, constructor: &Function<'a>, is_derived: bool) -> Option<(u32, &'static str)> {
        let body = constructor.body.as_ref()?;
        let behind = |end: u32| (end, if self.source()[..end as usize].ends_with(';') { "" } else { ";" });
        if is_derived {
            let call = body.statements.iter().find(|statement| is_super_call(statement))?;
            return Some(behind(call.span().end));
        }
        Some(body.directives.last().map_or((body.span.start + 1, ""), |directive| behind(directive.span.end)))
    }
}

const fn is_property(parameter: &FormalParameter<'_>) -> bool {
    parameter.accessibility.is_some() || parameter.readonly || parameter.r#override
}

fn is_super_call(statement: &Statement<'_>) -> bool {
    let Statement::ExpressionStatement(statement) = statement else { return false };
    let Expression::CallExpression(call) = statement.expression.without_parentheses() else { return false };
    matches!(call.callee, Expression::Super(_))
}
