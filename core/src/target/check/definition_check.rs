//! Definition checks: finds each rule of a provider that a rendered tool breaks, with the source of the rule.
//!
//! The checks read what goes out. They do not know the rewriting, so that they find its faults before a provider does.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::json::Path;
use crate::target::check::schema_census::SchemaCensus;
use crate::target::diagnostic::{TargetFinding, Weight};
use crate::target::rewrite::schema_positions;

/// One rule of a provider.
#[derive(Debug)]
pub struct ProviderRule {
    /// Stable code. A [`RuleTest::Keyword`] appends the keyword.
    pub code: &'static str,
    /// How severe a breach is.
    pub weight: Weight,
    /// The message: what is wrong and what to do.
    pub says: &'static str,
    /// The source of the rule, with its date.
    pub source: &'static str,
    /// Finds a breach.
    pub test: RuleTest,
}

/// A predicate that is true for a breach.
#[derive(Debug)]
pub enum RuleTest {
    /// Tests the tool.
    Tool(fn(&ToolParts<'_>) -> bool),
    /// Tests the root schema.
    Root(fn(&Map<String, Value>) -> bool),
    /// Tests each schema.
    Schema(fn(&Map<String, Value>, &ToolParts<'_>) -> bool),
    /// Tests each keyword of each schema, and appends the keyword to the code.
    Keyword(fn(&str, &Value) -> bool),
    /// Tests each keyword of each schema with its value.
    KeywordValue(fn(&str, &Value, &Map<String, Value>) -> bool),
    /// Tests each schema that is `true` or `false`.
    Bool(fn(bool) -> bool),
    /// Tests the census of the schema.
    Census(fn(&SchemaCensus) -> bool),
}

impl ProviderRule {
    /// A rule whose breach the provider refuses.
    pub const fn refused(
        code: &'static str,
        says: &'static str,
        source: &'static str,
        test: RuleTest,
    ) -> Self {
        Self { code, weight: Weight::Refused, says, source, test }
    }

    /// A rule whose breach the provider refused for some users.
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

    /// The finding of a breach.
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

/// The parts of a tool, whatever the provider calls them.
#[derive(Clone, Copy, Debug)]
pub struct ToolParts<'s> {
    /// The tool as rendered.
    pub whole: &'s Value,
    /// The name.
    pub name: &'s str,
    /// The description.
    pub description: Option<&'s str>,
    /// The schema.
    pub schema: Option<&'s Value>,
}

/// The rules of a provider, in groups that providers share.
pub type RuleGroups = &'static [&'static [ProviderRule]];

/// Finds every rule that a tool breaks.
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

/// Maximum depth that is checked. Rewriting refuses deeper schemas earlier.
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
            let visit = |step: schema_positions::SchemaStep<'_>, value: &Value| {
                let path = step.from(&at);
                match value {
                    Value::Object(map) => self.check_schema(map, &path, depth + 1),
                    Value::Bool(value) if keyword != "additionalProperties" => {
                        self.check_boolean(*value, &path);
                    }
                    _ => {}
                }
                Ok::<_, ()>(())
            };
            schema_positions::visit_subschemas(keyword, held, visit).unwrap_or_default();
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
