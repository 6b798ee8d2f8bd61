//! The limits that providers set to the tools of one request, in one table.

use serde_json::{Value, json};

use crate::json::HashSet;
use crate::target::check::schema_census::SchemaCensus;
use crate::target::diagnostic::{TargetFinding, Weight};
use crate::target::request::rendering::TargetForm;
use crate::target::targets::Target;

/// What a provider sets limits to.
#[derive(Debug, Default)]
struct RequestFigures {
    tools: usize,
    deferred: usize,
    is_repeated: bool,
    strict: usize,
    optionals: usize,
    unions: usize,
    has_deferred_examples: bool,
}

/// One limit of requests.
struct RequestLimit {
    code: &'static str,
    says: &'static str,
    source: &'static str,
    targets: &'static [Target],
    breaks: fn(&RequestFigures) -> bool,
    figure: fn(&RequestFigures) -> usize,
}

/// Every limit there is.
const LIMITS: &[RequestLimit] = &[
    RequestLimit {
        code: "TOO_MANY_TOOLS",
        says: "more than 128 tools",
        source: "error text, oh-my-openagent#2848, 2026-03-26; claude-code-router#686, 2025-08",
        targets: &[Target::OpenAi, Target::OpenAiChat],
        breaks: |figures| figures.tools > OPENAI_TOOLS,
        figure: |figures| figures.tools,
    },
    RequestLimit {
        code: "TOO_MANY_TOOLS",
        says: "more than 512 functions",
        source: "@google/genai 3.1.0 types, 2026-11",
        targets: &[Target::Gemini, Target::GeminiOpenApi],
        breaks: |figures| figures.tools > GEMINI_TOOLS,
        figure: |figures| figures.tools,
    },
    RequestLimit {
        code: "TOO_MANY_TOOLS",
        says: "more than 10,000 tools",
        source: "tool search guide, 2026-11",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.tools > ANTHROPIC_TOOLS,
        figure: |figures| figures.tools,
    },
    RequestLimit {
        code: "TOOLS_EMPTY",
        says: "no tools: toolConfig is left out then",
        source: "botocore 1.44.5 ToolConfiguration, 2026-11",
        targets: &[Target::Bedrock],
        breaks: |figures| figures.tools == 0,
        figure: |figures| figures.tools,
    },
    RequestLimit {
        code: "TOOL_NAME_CONFLICT",
        says: "two tools have one name",
        source: "anthropic 2.11.0 error code tool_name_conflict, 2026-11",
        targets: &Target::ALL,
        breaks: |figures| figures.is_repeated,
        figure: |figures| figures.tools,
    },
    RequestLimit {
        code: "ALL_DEFERRED",
        says: "every tool is deferred",
        source: "error text, tool search guide, 2026-11",
        targets: &[Target::Anthropic, Target::OpenAi],
        breaks: |figures| figures.tools > 0 && figures.deferred == figures.tools,
        figure: |figures| figures.deferred,
    },
    RequestLimit {
        code: "EXAMPLES_WITH_TOOL_SEARCH",
        says: "input_examples stand beside deferred tools",
        source: "tool search guide: not with input_examples, 2026-11",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.has_deferred_examples,
        figure: |figures| figures.deferred,
    },
    RequestLimit {
        code: "ANTS_TOO_MANY_STRICT",
        says: "more than 20 strict tools",
        source: "strict tool use, limits per request, 2026-11",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.strict > STRICT_TOOLS,
        figure: |figures| figures.strict,
    },
    RequestLimit {
        code: "ANTS_OPTIONAL_BUDGET",
        says: "more than 24 optional parameters of strict tools",
        source: "strict tool use, limits per request, 2026-11; camel#4171",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.optionals > STRICT_OPTIONALS,
        figure: |figures| figures.optionals,
    },
    RequestLimit {
        code: "ANTS_UNION_BUDGET",
        says: "more than 16 parameters of strict tools are unions",
        source: "strict tool use, limits per request, 2026-11; langchain4j#5128",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.unions > STRICT_UNIONS,
        figure: |figures| figures.unions,
    },
];

const OPENAI_TOOLS: usize = 128;
const GEMINI_TOOLS: usize = 512;
const ANTHROPIC_TOOLS: usize = 10_000;
/// Strict tools that Anthropic takes in a request.
pub const STRICT_TOOLS: usize = 20;
/// Optional parameters of those.
pub const STRICT_OPTIONALS: usize = 24;
/// Unions among their parameters.
pub const STRICT_UNIONS: usize = 16;

/// What the limits count of one tool.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestFacts {
    has_examples: bool,
    /// What it takes of Anthropic's budgets, where it is strict.
    pub strict: Option<StrictCost>,
}

impl RequestFacts {
    pub fn of(target: Target, tool: &Value) -> Self {
        let is_strict =
            target == Target::Anthropic && tool.get("strict").is_some_and(|strict| *strict == json!(true));
        Self {
            has_examples: tool.get("input_examples").is_some(),
            strict: is_strict.then(|| StrictCost::of(tool)),
        }
    }
}

/// One tool of a request, as far as the limits look at it.
#[derive(Clone, Copy, Debug)]
pub struct RequestTool<'m> {
    pub name: &'m str,
    pub is_deferred: bool,
    pub facts: RequestFacts,
}

impl<'m> RequestTool<'m> {
    pub fn of(target: Target, tool: &'m Value) -> Self {
        Self {
            name: target.provider().tool_parts(tool).name,
            is_deferred: is_deferred(tool),
            facts: RequestFacts::of(target, tool),
        }
    }
}

/// The limits that a request breaks.
pub fn broken<'m>(form: TargetForm, members: impl Iterator<Item = RequestTool<'m>>) -> Vec<TargetFinding> {
    let figures = RequestFigures::of(members);
    let broken =
        LIMITS.iter().filter(|limit| limit.targets.contains(&form.target) && (limit.breaks)(&figures));
    broken
        .map(|limit| TargetFinding {
            code: limit.code.into(),
            weight: Weight::Refused,
            pointer: String::new(),
            message: format!("{}: {}", limit.says, (limit.figure)(&figures)).into(),
            source: limit.source.into(),
        })
        .collect()
}

impl RequestFigures {
    fn of<'m>(members: impl Iterator<Item = RequestTool<'m>>) -> Self {
        let mut figures = Self::default();
        let mut names = HashSet::default();
        for RequestTool { name, is_deferred, facts } in members {
            figures.tools += 1;
            figures.is_repeated |= !name.is_empty() && !names.insert(name);
            figures.deferred += usize::from(is_deferred);
            figures.has_deferred_examples |= facts.has_examples;
            if let Some(cost) = facts.strict {
                figures.strict += 1;
                figures.optionals += cost.optionals;
                figures.unions += cost.unions;
            }
        }
        figures.has_deferred_examples &= figures.deferred > 0;
        figures
    }
}

/// What a strict tool takes of Anthropic's budgets.
#[derive(Clone, Copy, Debug, Default)]
pub struct StrictCost {
    pub optionals: usize,
    pub unions: usize,
}

impl StrictCost {
    fn of(tool: &Value) -> Self {
        let schema = tool.get("input_schema").and_then(Value::as_object);
        let census = schema.map(SchemaCensus::of).unwrap_or_default();
        Self { optionals: census.optionals, unions: census.unions }
    }

    /// Its share of the three budgets, in parts of 480.
    pub const fn share(self) -> usize {
        480 / STRICT_TOOLS + self.optionals * 480 / STRICT_OPTIONALS + self.unions * 480 / STRICT_UNIONS
    }
}

/// How many tools a request may have.
pub const fn most(target: Target) -> Option<usize> {
    match target {
        Target::OpenAi | Target::OpenAiChat => Some(OPENAI_TOOLS),
        Target::Gemini | Target::GeminiOpenApi => Some(GEMINI_TOOLS),
        Target::Anthropic => Some(ANTHROPIC_TOOLS),
        _ => None,
    }
}

/// Why one more strict tool would be too many: `next` is what all would come to.
pub fn over_budget(count: usize, next: StrictCost) -> TargetFinding {
    let code = if count >= STRICT_TOOLS {
        "ANTS_TOO_MANY_STRICT"
    } else if next.optionals > STRICT_OPTIONALS {
        "ANTS_OPTIONAL_BUDGET"
    } else {
        "ANTS_UNION_BUDGET"
    };
    let limit = LIMITS.iter().find(|limit| limit.code == code);
    TargetFinding {
        code: code.into(),
        weight: Weight::Refused,
        pointer: String::new(),
        message: limit.map_or("", |limit| limit.says).into(),
        source: limit.map_or("", |limit| limit.source).into(),
    }
}

/// Whether the provider's tool search finds a tool when it is needed.
pub(in crate::target) fn is_deferred(tool: &Value) -> bool {
    tool.get("defer_loading").is_some_and(|deferred| *deferred == Value::Bool(true))
}
