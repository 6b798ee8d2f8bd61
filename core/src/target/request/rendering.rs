//! Rendering: one tool for one target, in strict mode if that is requested and possible, with diagnostics.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result, describe_unknown};
use crate::json::Path;
use crate::schema::Effect;
use crate::target::check::definition_check;
use crate::target::check::definition_check::{RuleGroups, ToolParts};
use crate::target::diagnostic::{Diagnostic, TargetFinding, Weight, change, refusal};
use crate::target::exchange::argument_translation;
use crate::target::mcp_revision::McpRevision;
use crate::target::provider::{RenderMode, ToolSource};
use crate::target::rewrite::json_text::JsonTextPlaces;
use crate::target::rewrite::output_schema::{self, OutputRoot};
use crate::target::rewrite::rewrite_rules::{RewriteRules, UntypedRule};
use crate::target::rewrite::rewriter::RewrittenSchema;
use crate::target::rewrite::{json_text, rewriter};
use crate::target::targets::{Strict, Target};
use crate::tool::ToolDefinition;

/// A target with its options: strict mode and MCP revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetForm {
    /// The target.
    pub target: Target,
    /// Strict mode. Default: off.
    pub strict: Strict,
    /// The MCP revision; other targets ignore it. Default: 2025-11-25.
    pub mcp: McpRevision,
}

impl From<Target> for TargetForm {
    fn from(target: Target) -> Self {
        Self { target, strict: Strict::Off, mcp: McpRevision::default() }
    }
}

/// One tool, rendered for a target.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolRendering {
    /// The tool in the target's format; `None` for a tool that the target would refuse (quarantine).
    pub definition: Option<Value>,
    /// Whether it is in strict mode.
    pub strict: bool,
    /// Whether the definition has the output schema of the tool.
    #[serde(skip)]
    pub has_output_schema: bool,
    /// What changed.
    pub diagnostics: Vec<Diagnostic>,
    /// Rules that the definition breaks without a refusal, or why the tool is refused.
    pub findings: Vec<TargetFinding>,
    /// Why it is not in strict mode, although that was requested.
    pub downgraded: Vec<TargetFinding>,
}

/// A tool that was rendered in one mode.
struct RenderAttempt {
    definition: Value,
    has_output_schema: bool,
    diagnostics: Vec<Diagnostic>,
    findings: Vec<TargetFinding>,
}

impl TargetForm {
    /// The options of a target.
    pub const OPTIONS: [&str; 2] = ["strict", "revision"];

    /// Parses a target and its options: `strict` is `true`, `false` or `"auto"`; `revision` is one of MCP's.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for an unknown target, option or value.
    pub fn parse(target: &str, options: &Value) -> Result<Self> {
        let mut form = Self::from(Target::parse(target)?);
        let empty = Map::new();
        let options = match options {
            Value::Null => &empty,
            Value::Object(options) => options,
            _ => return Err(wrong("target options", "must be an object with strict and revision")),
        };
        for (key, value) in options {
            match (key.as_str(), value) {
                (_, Value::Null) => {}
                ("strict", Value::Bool(strict)) => {
                    form.strict = if *strict { Strict::On } else { Strict::Off }
                }
                ("strict", Value::String(word)) if word == "auto" => form.strict = Strict::Auto,
                ("strict", _) => return Err(wrong("strict", "must be true, false or \"auto\"")),
                ("revision", Value::String(name)) => {
                    let known = McpRevision::NAMES.iter().find(|(known, _)| known == name);
                    let names: Vec<_> = McpRevision::NAMES.iter().map(|(name, _)| *name).collect();
                    form.mcp = known.ok_or_else(|| wrong("revision", &describe_unknown(name, &names)))?.1;
                }
                ("revision", _) => return Err(wrong("revision", "must be a string")),
                (key, _) => return Err(wrong(key, &describe_unknown(key, &Self::OPTIONS))),
            }
        }
        Ok(form)
    }

    /// The mode that the provider renders in.
    pub(in crate::target) const fn mode(self, strict: bool) -> RenderMode {
        RenderMode { strict, mcp: self.mcp }
    }

    /// The rewrite rules of the target.
    pub(in crate::target) fn rules(self, strict: bool) -> &'static RewriteRules {
        self.target.provider().rewrite_rules(self.mode(strict))
    }

    /// What the target refuses.
    pub(in crate::target) fn groups(self, strict: bool) -> RuleGroups {
        self.target.provider().rule_groups(self.mode(strict))
    }

    /// Rewrites a schema alone. Returns it with what changed.
    ///
    /// # Errors
    /// Why the schema cannot be rewritten.
    pub fn schema(self, schema: Value, strict: bool) -> Result<(Value, Vec<Diagnostic>), TargetFinding> {
        let RewrittenSchema { schema, notes } = rewriter::rewrite(schema, self.rules(strict))?;
        Ok((schema, notes))
    }

    /// Renders a tool under the name that the target sees.
    pub fn render(self, tool: &ToolDefinition, name: &str) -> ToolRendering {
        let schema = tool.input_schema.value();
        let source = |schema, strict| ToolSource { tool, name, schema, strict };
        let mut downgraded = Vec::new();
        if self.strict != Strict::Off && self.target.has_strict() {
            match self.attempt(source(schema.clone(), true)) {
                Ok(attempt) if self.strict == Strict::On || !narrows(&attempt.diagnostics) => {
                    return attempt.rendering(true, Vec::new());
                }
                Ok(attempt) => {
                    let narrowing = attempt.diagnostics.into_iter().filter(is_narrowing);
                    downgraded.extend(narrowing.map(TargetFinding::from));
                }
                Err(findings) => downgraded = findings,
            }
        }
        match self.attempt(source(schema, false)) {
            Ok(mut attempt) => {
                if !downgraded.is_empty() {
                    attempt.diagnostics.push(Diagnostic::new(&change::STRICT_DOWNGRADED, &Path::at("")));
                }
                attempt.rendering(false, downgraded)
            }
            Err(findings) => ToolRendering {
                definition: None,
                strict: false,
                has_output_schema: false,
                diagnostics: Vec::new(),
                findings,
                downgraded,
            },
        }
    }

    /// Renders a tool without strict mode, for a reason in the other tools of the request.
    pub fn render_downgraded(self, tool: &ToolDefinition, name: &str, why: TargetFinding) -> ToolRendering {
        let mut rendering = Self { strict: Strict::Off, ..self }.render(tool, name);
        rendering.diagnostics.push(Diagnostic::new(&change::STRICT_DOWNGRADED, &Path::at("")));
        rendering.downgraded.push(why);
        rendering
    }

    /// Renders a tool in one mode.
    ///
    /// # Errors
    /// The findings, if the target would refuse the tool.
    fn attempt(self, source: ToolSource<'_>) -> Result<RenderAttempt, Vec<TargetFinding>> {
        let ToolSource { tool, name, schema, strict } = source;
        if !schema.is_object() {
            // A schema beyond the depth of the JSON parser comes back as null.
            return Err(vec![TargetFinding::refused(refusal::LIMIT_DEPTH, &Path::at(""))]);
        }
        let (schema, mut diagnostics) = self.schema(schema, strict).map_err(|finding| vec![finding])?;
        let provider = self.target.provider();
        let mut definition = provider.render_tool(ToolSource { tool, name, schema, strict });
        let findings = definition_check::check_tool(&provider.tool_parts(&definition), self.groups(strict));
        if findings.iter().any(|finding| finding.weight == Weight::Refused) {
            return Err(findings);
        }
        let mut has_output_schema = false;
        if let (Some(output), Some(place)) =
            (&tool.output_schema, provider.output_schema_place(self.mode(strict)))
        {
            let (written, notes) =
                output_schema::write_output_schema(output.value(), place.root, self.rules(strict));
            match written {
                Some(schema)
                    if place.root == OutputRoot::Rewritten && self.refuses(&schema, name, strict) =>
                {
                    diagnostics.push(output_schema::omission());
                }
                Some(schema) => {
                    definition[place.key] = schema;
                    has_output_schema = true;
                    diagnostics.extend(notes);
                }
                None => diagnostics.extend(notes),
            }
        }
        Ok(RenderAttempt { definition, has_output_schema, diagnostics, findings })
    }

    /// Whether the target would refuse a tool with this schema.
    fn refuses(self, schema: &Value, name: &str, strict: bool) -> bool {
        let parts = ToolParts { whole: schema, name, description: Some("output"), schema: Some(schema) };
        let findings = definition_check::check_tool(&parts, self.groups(strict));
        findings.iter().any(|finding| finding.weight == Weight::Refused)
    }

    /// Restores the arguments that a model sent for the rewritten schema.
    pub fn restore(self, schema: &Value, sent: Value, strict: bool) -> Value {
        let is_asked = self.has_json_text() && json_text::may_have_json_text(&sent);
        let places = if is_asked { self.text_places(schema, strict) } else { None };
        self.restore_by(schema, sent, strict, places.as_ref())
    }

    /// Restores arguments, with the places of strings that hold JSON.
    pub(in crate::target) fn restore_by(
        self,
        schema: &Value,
        sent: Value,
        strict: bool,
        places: Option<&JsonTextPlaces>,
    ) -> Value {
        let rules = self.rules(strict);
        let sent = match places {
            Some(places) => places.read(sent),
            None => sent,
        };
        argument_translation::restore(schema, sent, rules, rules.nulls)
    }

    /// Whether [`Self::restore`] gives arguments back as they are, whatever they are, without strict mode.
    pub fn restores_nothing(self, schema: &Value) -> bool {
        !self.has_json_text() && argument_translation::restores_nothing(schema, self.rules(false))
    }

    /// Whether a value without a type becomes a string that holds JSON.
    pub fn has_json_text(self) -> bool {
        self.rules(false).untyped == UntypedRule::JsonText
    }

    /// The places of strings that hold JSON in the rewritten schema.
    pub(in crate::target) fn text_places(self, schema: &Value, strict: bool) -> Option<JsonTextPlaces> {
        JsonTextPlaces::of(schema.clone(), self.rules(strict))
    }

    /// Renames arguments as a model sees them, for examples.
    pub fn rename_for_model(self, schema: &Value, own: Value, strict: bool) -> Value {
        let told = argument_translation::rename_for_model(schema, own, self.rules(strict));
        let places = if self.has_json_text() { self.text_places(schema, strict) } else { None };
        match places {
            Some(places) => places.write(told),
            None => told,
        }
    }

    /// Rewrites the schema and the examples of a foreign tool (not of a registry) for this target.
    ///
    /// # Errors
    /// Why the schema cannot be rewritten.
    pub fn mend(self, tool: &Value) -> Result<(Value, Vec<Diagnostic>), TargetFinding> {
        const PLACES: [&str; 6] = [
            "/input_schema",
            "/parametersJsonSchema",
            "/parameters",
            "/function/parameters",
            "/inputSchema",
            "/toolSpec/inputSchema/json",
        ];
        let mut mended = tool.clone();
        let strict = self.strict == Strict::On && self.target.has_strict();
        let Some(place) = PLACES.iter().find(|place| tool.pointer(place).is_some()) else {
            return Ok((mended, Vec::new()));
        };
        let Some(held) = mended.pointer_mut(place) else { return Ok((mended, Vec::new())) };
        let own = held.take();
        let (written, diagnostics) = self.schema(own.clone(), strict)?;
        *held = written;
        for example in mended.get_mut("input_examples").and_then(Value::as_array_mut).into_iter().flatten() {
            *example = self.rename_for_model(&own, example.take(), strict);
        }
        Ok((mended, diagnostics))
    }
}

impl RenderAttempt {
    fn rendering(self, strict: bool, downgraded: Vec<TargetFinding>) -> ToolRendering {
        let Self { definition, has_output_schema, diagnostics, findings } = self;
        let definition = Some(definition);
        ToolRendering { definition, strict, has_output_schema, diagnostics, findings, downgraded }
    }
}

/// Whether strict mode removes something that a caller may want. Undeclared properties do not count: forbidding them
/// is the purpose of strict mode.
fn narrows(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(is_narrowing)
}

fn is_narrowing(diagnostic: &Diagnostic) -> bool {
    let is_lost = diagnostic.effect == Effect::Narrower && diagnostic.code != change::OBJECT_CLOSED.code;
    (is_lost && diagnostic.code != change::ROOT_TYPE_ADDED.code)
        || diagnostic.code == change::OPTIONAL_ALREADY_NULLABLE.code
}

fn wrong(option: &str, reason: &str) -> Error {
    Error::InvalidOptions { option: option.to_owned(), reason: reason.to_owned() }
}

impl From<Diagnostic> for TargetFinding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            code: diagnostic.code.into(),
            weight: Weight::Advised,
            pointer: diagnostic.pointer,
            message: diagnostic.message,
            source: json!(diagnostic.effect).as_str().unwrap_or_default().to_owned().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_names_its_source_and_a_year() {
        let revisions = McpRevision::NAMES.map(|(_, revision)| revision);
        let forms = Target::ALL
            .into_iter()
            .flat_map(|target| revisions.map(|mcp| TargetForm { mcp, ..TargetForm::from(target) }));
        for (form, strict) in forms.flat_map(|form| [(form, false), (form, true)]) {
            for rule in form.groups(strict).iter().copied().flatten() {
                let has_year = ["2024", "2025", "2026"].iter().any(|year| rule.source.contains(year));
                assert!(has_year && !rule.says.is_empty(), "{}: {}", rule.code, rule.source);
            }
        }
    }
}
