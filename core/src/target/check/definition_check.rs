//! Definition checks: every rule of a provider that a written tool breaks, with the source of the rule.
//!
//! The checks read what goes out. They know nothing of the rewriting, so that they find its faults before a provider does.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::json::Path;
use crate::target::check::schema_census::SchemaCensus;
use crate::target::diagnostic::{TargetFinding, Weight};
use crate::target::rewrite::positions;

/// One rule of a target.
#[derive(Debug)]
pub struct ProviderRule {
    /// What programs branch on; a keyword's name is added to it where the test is [`RuleTest::Keyword`].
    pub code: &'static str,
    /// What breaking it leads to.
    pub weight: Weight,
    /// What is wrong with what breaks it.
    pub says: &'static str,
    /// Who says so, and when.
    pub source: &'static str,
    /// What breaks it.
    pub test: RuleTest,
}

/// What breaks a rule: each gives `true` for what does.
#[derive(Debug)]
pub enum RuleTest {
    /// A tool as a whole.
    Tool(fn(&ToolParts<'_>) -> bool),
    /// The root of its schema.
    Root(fn(&Map<String, Value>) -> bool),
    /// Any schema in it, by what holds for it.
    Schema(fn(&Map<String, Value>, &ToolParts<'_>) -> bool),
    /// A keyword of any schema in it; the keyword's name is added to the code.
    Keyword(fn(&str, &Value) -> bool),
    /// A keyword of any schema in it, by what it holds.
    KeywordValue(fn(&str, &Value, &Map<String, Value>) -> bool),
    /// A schema that is `true` or `false`.
    Bool(fn(bool) -> bool),
    /// Figures of the whole schema.
    Census(fn(&SchemaCensus) -> bool),
}

impl ProviderRule {
    /// A rule whose breach the target refuses.
    pub const fn refused(
        code: &'static str,
        says: &'static str,
        source: &'static str,
        test: RuleTest,
    ) -> Self {
        Self { code, weight: Weight::Refused, says, source, test }
    }

    /// A rule whose breach was refused to somebody.
    pub const fn disputed(
        code: &'static str,
        says: &'static str,
        source: &'static str,
        test: RuleTest,
    ) -> Self {
        Self { code, weight: Weight::Disputed, says, source, test }
    }

    /// A rule that is advice.
    pub const fn advised(
        code: &'static str,
        says: &'static str,
        source: &'static str,
        test: RuleTest,
    ) -> Self {
        Self { code, weight: Weight::Advised, says, source, test }
    }

    /// That something breaks this rule.
    pub fn finding(&self, keyword: Option<&str>, path: &Path<'_>) -> TargetFinding {
        TargetFinding {
            code: keyword
                .map_or(Cow::Borrowed(self.code), |keyword| Cow::Owned(format!("{}{keyword}", self.code))),
            weight: self.weight,
            pointer: path.pointer(),
            message: Cow::Borrowed(self.says),
            source: Cow::Borrowed(self.source),
        }
    }
}

/// A tool as a target is tool it, whatever the target calls its parts.
#[derive(Clone, Copy, Debug)]
pub struct ToolParts<'s> {
    /// The whole.
    pub whole: &'s Value,
    /// Its name.
    pub name: &'s str,
    /// Its description.
    pub description: Option<&'s str>,
    /// Its schema.
    pub schema: Option<&'s Value>,
}

/// The rules of a target: groups of them, of which targets share some.
pub type RuleGroups = &'static [&'static [ProviderRule]];

/// Every rule that a tool breaks.
pub fn check_tool(tool: &ToolParts<'_>, groups: RuleGroups) -> Vec<TargetFinding> {
    let here = Path::at("");
    let mut findings = Vec::new();
    let rules = || groups.iter().copied().flatten();
    for rule in rules() {
        if let RuleTest::Tool(breaks) = rule.test
            && breaks(tool)
        {
            findings.push(rule.finding(None, &here));
        }
    }
    let Some(Value::Object(root)) = tool.schema else { return findings };
    for rule in rules() {
        if let RuleTest::Root(breaks) = rule.test
            && breaks(root)
        {
            findings.push(rule.finding(None, &here));
        }
    }
    let each = |rule: &&ProviderRule| {
        matches!(
            rule.test,
            RuleTest::Schema(_) | RuleTest::Keyword(_) | RuleTest::KeywordValue(_) | RuleTest::Bool(_)
        )
    };
    let each: Vec<&ProviderRule> = rules().filter(each).collect();
    if !each.is_empty() {
        DefinitionWalk { tool, rules: &each, findings: &mut findings }.check_schema(root, &here, 0);
    }
    let mut figures = rules().filter(|rule| matches!(rule.test, RuleTest::Census(_))).peekable();
    if figures.peek().is_some() {
        let census = SchemaCensus::of(root);
        for rule in figures {
            if let RuleTest::Census(breaks) = rule.test
                && breaks(&census)
            {
                findings.push(rule.finding(None, &here));
            }
        }
    }
    findings
}

/// Schemas within schemas that are looked at: what is nested deeper is refused before it is rewritten, and no provider
/// takes it.
const DEEPEST: usize = 1_000;

struct DefinitionWalk<'w> {
    tool: &'w ToolParts<'w>,
    rules: &'w [&'w ProviderRule],
    findings: &'w mut Vec<TargetFinding>,
}

impl DefinitionWalk<'_> {
    fn check_schema(&mut self, schema: &Map<String, Value>, path: &Path<'_>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for rule in self.rules {
            match rule.test {
                RuleTest::Schema(breaks) if breaks(schema, self.tool) => {
                    self.findings.push(rule.finding(None, path));
                }
                _ => {}
            }
        }
        for (keyword, held) in schema {
            let at = path.key(keyword);
            for rule in self.rules {
                match rule.test {
                    RuleTest::Keyword(breaks) if breaks(keyword, held) => {
                        self.findings.push(rule.finding(Some(keyword), path));
                    }
                    RuleTest::KeywordValue(breaks) if breaks(keyword, held, schema) => {
                        self.findings.push(rule.finding(None, &at));
                    }
                    _ => {}
                }
            }
            let visit = |step: positions::SchemaStep<'_>, value: &Value| {
                let path = step.from(&at);
                match value {
                    Value::Object(map) => self.check_schema(map, &path, depth + 1),
                    Value::Bool(value) if keyword != "additionalProperties" => {
                        self.check_boolean(*value, &path)
                    }
                    _ => {}
                }
                Ok::<_, ()>(())
            };
            positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
        }
    }

    fn check_boolean(&mut self, value: bool, path: &Path<'_>) {
        for rule in self.rules {
            if let RuleTest::Bool(breaks) = rule.test
                && breaks(value)
            {
                self.findings.push(rule.finding(None, path));
            }
        }
    }
}
