//! All tools of one request: what goes out together, in a stable order, within the limits of its provider.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::diagnostic::{Diagnostic, Finding, Weight, change};
use super::limits::{self, Cost, STRICT_OPTIONALS, STRICT_TOOLS, STRICT_UNIONS};
use super::rendering::{Form, Rendering};
use super::validate::is_deferred;
use super::{Strict, Target, WireNames};
use crate::error::{Error, Result};
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
    /// The limits that the whole breaks. With one of [`super::Weight::Refused`] the provider refuses the request.
    pub findings: Vec<Finding>,
    /// Whether a cache point follows the last tool.
    #[serde(skip)]
    cache_point: bool,
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
            let kept = limits::most(self.target).unwrap_or(usize::MAX).min(offer.tools.len());
            offer.trimmed = offer.tools.drain(kept..).map(|entry| entry.name).collect();
            definitions.truncate(kept);
        }
        if self.target == Target::Anthropic && self.strict != Strict::Off {
            self.spend(&mut offer, &definitions, names);
        }
        self.mark(&mut offer, wishes);
        offer.findings = limits::broken(self, &offer.definitions());
        offer
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
                rendering.downgraded.push(limits::over_budget(count, next));
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

impl Offer {
    /// What stands in the way of the whole, where something does.
    ///
    /// # Errors
    /// `NOT_REPRESENTABLE` with the figures.
    pub fn check(&self) -> Result<()> {
        // That a request without tools names none is for whoever writes the request.
        if self.tools.is_empty() {
            return Ok(());
        }
        let refused = self.findings.iter().filter(|finding| finding.weight == Weight::Refused);
        let reasons: Vec<_> = refused.map(|finding| finding.message.clone().into_owned()).collect();
        let target = self.form.target.as_str();
        if reasons.is_empty() { Ok(()) } else { Err(Error::NotRepresentable { target, reasons }) }
    }

    /// What goes out, one by one.
    pub fn definitions(&self) -> Vec<&Value> {
        self.tools.iter().filter_map(|entry| entry.rendering.definition.as_ref()).collect()
    }

    /// The value that the provider's request takes.
    pub fn request(self) -> Value {
        let definitions = self.tools.into_iter().filter_map(|entry| entry.rendering.definition);
        let mut tools: Vec<Value> = definitions.collect();
        if self.cache_point {
            tools.push(json!({"cachePoint": Map::from_iter([("type".to_owned(), json!("default"))])}));
        }
        self.form.target.list(tools)
    }
}
