//! Enums as JavaScript: an object, with the names of numbers by their values.

use oxc_ast::ast::{Expression, TSEnumDeclaration, TSEnumMember};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};
use oxc_syntax::constant_value::ConstantValue;
use serde_json::json;

use crate::module::module_rewriter::{Enumeration, ModuleRewriter};
use crate::module::source_scan::{next_token, starts_with};

impl<'a> ModuleRewriter<'_, 'a> {
    /// Writes `enum E { … }` as `var E; (function (E) { … })(E || (E = {}));`. A second declaration adds to the first.
    pub fn lower_enum(&mut self, it: &TSEnumDeclaration<'a>) {
        let name = it.id.name.as_str();
        let symbol = it.id.symbol_id.get();
        let is_first = symbol.is_none_or(|symbol| self.scoping.symbol_span(symbol) == it.id.span);
        let in_block = symbol
            .is_some_and(|symbol| !self.scoping.scope_flags(self.scoping.symbol_scope_id(symbol)).is_var());
        let declared = match (is_first, in_block) {
            (true, false) => format!("var {name}; "),
            (true, true) => format!("let {name}; "),
            (false, _) => ";".to_owned(),
        };
        let head = Span::new(it.span.start, it.body.span.start + 1);
        self.replace(head, &format!("{declared}(function ({name}) {{"));
        self.enumerations.push(Enumeration { name: name.to_owned(), scope: it.body.scope_id.get(), symbol });
        let mut previous: Option<String> = None;
        for member in &it.body.members {
            previous = Some(self.lower_member(name, member, previous.as_deref()));
            let comma = next_token(self.source(), member.span.end);
            if starts_with(self.source(), comma, ",") {
                self.replace(Span::new(comma, comma + 1), ";");
            }
        }
        self.enumerations.pop();
        if let Some(symbol) = symbol {
            let names = it.body.members.iter().map(|member| member.id.static_name().to_string());
            self.enum_members.entry(symbol).or_default().extend(names);
        }
        self.edits.insert(it.body.span.end, format!(")({name} || ({name} = {{}}));"));
    }

    /// Writes a member. Returns its name, for a member behind it that counts on.
    fn lower_member(&mut self, of: &str, it: &TSEnumMember<'a>, previous: Option<&str>) -> String {
        let member = it.id.static_name();
        let quoted = json!(member.as_str()).to_string();
        let value = self.constant(it).map_or_else(
            || match (&it.initializer, &previous) {
                (Some(_), _) => None,
                (None, Some(previous)) => Some((format!("{of}[{previous}] + 1"), false)),
                (None, None) => Some(("0".to_owned(), false)),
            },
            Some,
        );
        match value {
            Some((value, true)) => self.replace(it.span, &format!("{of}[{quoted}] = {value}")),
            Some((value, false)) => {
                self.replace(it.span, &format!("{of}[{of}[{quoted}] = {value}] = {quoted}"));
            }
            None => self.lower_computed(of, it, &quoted),
        }
        quoted
    }

    /// A member whose value is known at run time alone.
    fn lower_computed(&mut self, of: &str, it: &TSEnumMember<'a>, quoted: &str) {
        let Some(initializer) = &it.initializer else { return };
        let is_text = is_text(initializer);
        let start = if is_text { format!("{of}[{quoted}] = (") } else { format!("{of}[{of}[{quoted}] = ") };
        self.replace(Span::new(it.span.start, initializer.span().start), &start);
        self.visit_expression(initializer);
        self.edits.insert(it.span.end, if is_text { ")".to_owned() } else { format!("] = {quoted}") });
    }

    /// The constant value of a member, and whether it is a text.
    fn constant(&self, it: &TSEnumMember<'a>) -> Option<(String, bool)> {
        let scope = self.enumerations.last()?.scope?;
        let symbol = self.scoping.get_binding(scope, it.id.static_name().into())?;
        Some(match self.scoping.get_enum_member_value(symbol)? {
            ConstantValue::Number(number) => (written_number(*number), false),
            ConstantValue::String(text) => (json!(text.as_str()).to_string(), true),
        })
    }
}

fn written_number(number: f64) -> String {
    if number.is_nan() {
        "0 / 0".to_owned()
    } else if number.is_infinite() {
        format!("{}1 / 0", if number < 0.0 { "-" } else { "" })
    } else {
        number.to_string()
    }
}

/// Whether an expression is a text by its syntax.
fn is_text(expression: &Expression<'_>) -> bool {
    match expression.get_inner_expression() {
        Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => true,
        Expression::BinaryExpression(it) => {
            it.operator.as_str() == "+" && (is_text(&it.left) || is_text(&it.right))
        }
        _ => false,
    }
}
