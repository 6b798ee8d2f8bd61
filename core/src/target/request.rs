//! All tools of one request: what goes out together, in a stable order, and the limits that a provider sets to the whole.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::census::Census;
use super::diagnostic::{Diagnostic, Finding, Weight, change};
use super::rendering::{Form, Rendering};
use super::validate::is_deferred;
use super::{Strict, Target, WireNames};
use crate::json::Path;
use crate::tool::ToolDefinition;

/// What a caller wants of a request beside its tools.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Own names of the tools that the provider's tool search finds when they are needed. Only Anthropic and `OpenAI`'s
    /// Responses have it; elsewhere they go out like the others.
    pub deferred: HashSet<String>,
    /// Whether the provider is told to cache the tools, where it wants to be told: Anthropic and Bedrock.
    pub cached: bool,
    /// Whether tools beyond the provider's limit are left out, the last first. Without it the limit is a finding.
    pub trimmed: bool,
}

/// One tool of a request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its own name.
    pub name: String,
    /// How it goes out; its definition is there.
    #[serde(flatten)]
    pub rendering: Rendering,
}

/// A tool that does not go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// Its own name.
    pub name: String,
    /// Why the target would refuse it.
    pub findings: Vec<Finding>,
}

/// All tools of one request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The form they are in.
    #[serde(skip)]
    pub form: Form,
    /// The tools that go out, in the order of registration.
    pub tools: Vec<Entry>,
    /// Those that the target would refuse.
    pub quarantined: Vec<Quarantined>,
    /// Own names of those that are beyond the target's limit and were left out on request.
    pub trimmed: Vec<String>,
    /// The limits that the whole breaks. With one of [`Weight::Refused`] the provider refuses the request.
    pub findings: Vec<Finding>,
    /// Whether a cache point follows the last tool.
    #[serde(skip)]
    cache_point: bool,
}

/// What a provider sets limits to.
#[derive(Debug, Default)]
struct Figures {
    tools: usize,
    deferred: usize,
    is_repeated: bool,
    strict: usize,
    optionals: usize,
    unions: usize,
    has_deferred_examples: bool,
}

/// One limit of requests.
struct Limit {
    code: &'static str,
    says: &'static str,
    source: &'static str,
    targets: &'static [Target],
    breaks: fn(&Figures) -> bool,
    figure: fn(&Figures) -> usize,
}

/// Every limit there is.
const LIMITS: &[Limit] = &[
    Limit {
        code: "TOO_MANY_TOOLS",
        says: "more than 128 tools",
        source: "error text, oh-my-openagent#2848, 2026-03-26; claude-code-router#686, 2025-08",
        targets: &[Target::OpenAi, Target::OpenAiChat],
        breaks: |figures| figures.tools > OPENAI_TOOLS,
        figure: |figures| figures.tools,
    },
    Limit {
        code: "TOO_MANY_TOOLS",
        says: "more than 512 functions",
        source: "@google/genai 3.1.0 types, 2026-11",
        targets: &[Target::Gemini, Target::GeminiOpenApi],
        breaks: |figures| figures.tools > GEMINI_TOOLS,
        figure: |figures| figures.tools,
    },
    Limit {
        code: "TOO_MANY_TOOLS",
        says: "more than 10,000 tools",
        source: "tool search guide, 2026-11",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.tools > ANTHROPIC_TOOLS,
        figure: |figures| figures.tools,
    },
    Limit {
        code: "TOOLS_EMPTY",
        says: "no tools: toolConfig is left out then",
        source: "botocore 1.44.5 ToolConfiguration, 2026-11",
        targets: &[Target::Bedrock],
        breaks: |figures| figures.tools == 0,
        figure: |figures| figures.tools,
    },
    Limit {
        code: "TOOL_NAME_CONFLICT",
        says: "two tools have one name",
        source: "anthropic 2.11.0 error code tool_name_conflict, 2026-11",
        targets: &Target::ALL,
        breaks: |figures| figures.is_repeated,
        figure: |figures| figures.tools,
    },
    Limit {
        code: "ALL_DEFERRED",
        says: "every tool is deferred",
        source: "error text, tool search guide, 2026-11",
        targets: &[Target::Anthropic, Target::OpenAi],
        breaks: |figures| figures.tools > 0 && figures.deferred == figures.tools,
        figure: |figures| figures.deferred,
    },
    Limit {
        code: "EXAMPLES_WITH_TOOL_SEARCH",
        says: "input_examples stand beside deferred tools",
        source: "tool search guide: not with input_examples, 2026-11",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.has_deferred_examples,
        figure: |figures| figures.deferred,
    },
    Limit {
        code: "ANTS_TOO_MANY_STRICT",
        says: "more than 20 strict tools",
        source: "strict tool use, limits per request, 2026-11",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.strict > STRICT_TOOLS,
        figure: |figures| figures.strict,
    },
    Limit {
        code: "ANTS_OPTIONAL_BUDGET",
        says: "more than 24 optional parameters of strict tools",
        source: "strict tool use, limits per request, 2026-11; camel#4171",
        targets: &[Target::Anthropic],
        breaks: |figures| figures.optionals > STRICT_OPTIONALS,
        figure: |figures| figures.optionals,
    },
    Limit {
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
const STRICT_TOOLS: usize = 20;
const STRICT_OPTIONALS: usize = 24;
const STRICT_UNIONS: usize = 16;

/// The limits that a request breaks.
pub fn broken(form: Form, tools: &[&Value]) -> Vec<Finding> {
    let figures = Figures::of(form, tools);
    let broken =
        LIMITS.iter().filter(|limit| limit.targets.contains(&form.target) && (limit.breaks)(&figures));
    broken
        .map(|limit| Finding {
            code: limit.code.into(),
            weight: Weight::Refused,
            pointer: String::new(),
            message: format!("{}: {}", limit.says, (limit.figure)(&figures)).into(),
            source: limit.source.into(),
        })
        .collect()
}

impl Figures {
    fn of(form: Form, tools: &[&Value]) -> Self {
        let mut figures = Self { tools: tools.len(), ..Self::default() };
        let mut names = HashSet::new();
        for tool in tools {
            let shown = form.target.shown(tool);
            figures.is_repeated |= !shown.name.is_empty() && !names.insert(shown.name);
            figures.deferred += usize::from(is_deferred(tool));
            figures.has_deferred_examples |= tool.get("input_examples").is_some();
            if form.target == Target::Anthropic
                && tool.get("strict").is_some_and(|strict| *strict == json!(true))
            {
                let cost = Cost::of(tool);
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
struct Cost {
    optionals: usize,
    unions: usize,
}

impl Cost {
    fn of(tool: &Value) -> Self {
        let schema = tool.get("input_schema").and_then(Value::as_object);
        let census = schema.map(Census::of).unwrap_or_default();
        Self { optionals: census.optionals, unions: census.unions }
    }

    /// Its share of the three budgets, in parts of 480.
    const fn share(self) -> usize {
        480 / STRICT_TOOLS + self.optionals * 480 / STRICT_OPTIONALS + self.unions * 480 / STRICT_UNIONS
    }
}

impl Form {
    /// All tools of a request.
    pub fn offer<'t>(
        self,
        tools: impl Iterator<Item = &'t ToolDefinition>,
        names: &WireNames,
        wishes: &Wishes,
    ) -> Offer {
        let mut offer = Offer {
            form: self,
            tools: Vec::new(),
            quarantined: Vec::new(),
            trimmed: Vec::new(),
            findings: Vec::new(),
            cache_point: false,
        };
        let mut definitions = Vec::new();
        for tool in tools {
            let rendering = self.render(tool, names.wire(&tool.name));
            let name = tool.name.clone();
            if rendering.definition.is_some() {
                offer.tools.push(Entry { name, rendering });
                definitions.push(tool);
            } else {
                offer.quarantined.push(Quarantined { name, findings: rendering.findings });
            }
        }
        if wishes.trimmed {
            let kept = self.most().unwrap_or(usize::MAX).min(offer.tools.len());
            offer.trimmed = offer.tools.drain(kept..).map(|entry| entry.name).collect();
            definitions.truncate(kept);
        }
        if self.target == Target::Anthropic && self.strict != Strict::Off {
            self.spend(&mut offer, &definitions, names);
        }
        self.mark(&mut offer, wishes);
        offer.findings = broken(self, &offer.definitions());
        offer
    }

    /// How many tools a request may have.
    const fn most(self) -> Option<usize> {
        match self.target {
            Target::OpenAi | Target::OpenAiChat => Some(OPENAI_TOOLS),
            Target::Gemini | Target::GeminiOpenApi => Some(GEMINI_TOOLS),
            Target::Anthropic => Some(ANTHROPIC_TOOLS),
            _ => None,
        }
    }

    /// Keeps strict tools within the budgets: those that take least of them stay strict, so that most do; of two that take
    /// the same the one that was registered first.
    fn spend(self, offer: &mut Offer, definitions: &[&ToolDefinition], names: &WireNames) {
        let strict = |(index, entry): (usize, &Entry)| {
            entry
                .rendering
                .strict
                .then(|| (Cost::of(entry.rendering.definition.as_ref().unwrap_or(&Value::Null)), index))
        };
        let mut costs: Vec<(Cost, usize)> = offer.tools.iter().enumerate().filter_map(strict).collect();
        costs.sort_by_key(|(cost, index)| (cost.share(), *index));
        let (mut count, mut spent) = (0, Cost::default());
        for (cost, index) in costs {
            let next =
                Cost { optionals: spent.optionals + cost.optionals, unions: spent.unions + cost.unions };
            if count < STRICT_TOOLS && next.optionals <= STRICT_OPTIONALS && next.unions <= STRICT_UNIONS {
                (count, spent) = (count + 1, next);
                continue;
            }
            let plain = Self { strict: Strict::Off, ..self };
            let tool = definitions[index];
            let mut rendering = plain.render(tool, names.wire(&tool.name));
            if rendering.definition.is_some() {
                rendering.diagnostics.push(Diagnostic::new(&change::STRICT_DOWNGRADED, &Path::at("")));
                rendering.downgraded.push(over_budget(count, next));
                offer.tools[index].rendering = rendering;
            }
        }
    }

    /// Marks the tools that are found later, and where the cache ends.
    fn mark(self, offer: &mut Offer, wishes: &Wishes) {
        if matches!(self.target, Target::Anthropic | Target::OpenAi) {
            for entry in offer.tools.iter_mut().filter(|entry| wishes.deferred.contains(&entry.name)) {
                if let Some(Value::Object(definition)) = &mut entry.rendering.definition {
                    definition.insert("defer_loading".to_owned(), json!(true));
                }
            }
        }
        if !wishes.cached {
            return;
        }
        if self.target == Target::Anthropic {
            let definitions =
                offer.tools.iter_mut().rev().filter_map(|entry| entry.rendering.definition.as_mut());
            let last = definitions.into_iter().find(|definition| !is_deferred(definition));
            if let Some(Value::Object(last)) = last {
                last.insert("cache_control".to_owned(), json!({"type": "ephemeral"}));
            }
        }
        offer.cache_point = self.target == Target::Bedrock && !offer.tools.is_empty();
    }
}

fn over_budget(count: usize, next: Cost) -> Finding {
    let code = if count >= STRICT_TOOLS {
        "ANTS_TOO_MANY_STRICT"
    } else if next.optionals > STRICT_OPTIONALS {
        "ANTS_OPTIONAL_BUDGET"
    } else {
        "ANTS_UNION_BUDGET"
    };
    let limit = LIMITS.iter().find(|limit| limit.code == code);
    Finding {
        code: code.into(),
        weight: Weight::Refused,
        pointer: String::new(),
        message: limit.map_or("", |limit| limit.says).into(),
        source: limit.map_or("", |limit| limit.source).into(),
    }
}

impl Offer {
    /// What goes out, one by one.
    pub fn definitions(&self) -> Vec<&Value> {
        self.tools.iter().filter_map(|entry| entry.rendering.definition.as_ref()).collect()
    }

    /// The value that the provider's request takes.
    pub fn request(&self) -> Value {
        let mut tools: Vec<Value> = self.definitions().into_iter().cloned().collect();
        if self.cache_point {
            tools.push(json!({"cachePoint": Map::from_iter([("type".to_owned(), json!("default"))])}));
        }
        self.form.target.list(tools)
    }
}
