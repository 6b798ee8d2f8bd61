//! Tool offer: all tools of one request in a stable order, with deferral, cache marks, trimming and the strict budget.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::json::HashSet;
use crate::target::diagnostic::{TargetFinding, Weight};
use crate::target::provider::CacheMark;
use crate::target::request::render_cache::{RenderCache, RenderedTool};
use crate::target::request::rendering::{TargetForm, ToolRendering};
use crate::target::request::request_limits::{self, RequestTool, StrictBudget, StrictCost};
use crate::target::targets::Strict;
use crate::tool::ToolDefinition;

/// A tool that may go into a request.
#[derive(Clone, Copy, Debug)]
pub struct OfferCandidate<'t> {
    /// Its definition.
    pub tool: &'t ToolDefinition,
    /// The name that the provider sees.
    pub wire_name: &'t str,
    /// Its render cache.
    pub renderings: &'t RenderCache,
}

/// How the tools of a request are delivered: deferred, cached, trimmed.
#[derive(Clone, Debug, Default)]
pub struct DeliveryOptions {
    /// Own names of tools that the provider's tool search loads on demand. Only Anthropic and OpenAI's Responses API
    /// have a tool search; other targets get these tools like all others.
    pub deferred: HashSet<String>,
    /// Whether the request asks the provider to cache the tools. Only Anthropic and Bedrock need to be asked.
    pub cached: bool,
    /// Whether tools over the provider's limit are left out, the last ones first. Otherwise the limit is a finding.
    pub trimmed: bool,
}

/// One tool of a request.
#[derive(Clone, Debug)]
pub struct OfferedTool<'t> {
    /// The tool.
    pub candidate: OfferCandidate<'t>,
    /// Its rendering, which has a text.
    pub rendered: Arc<RenderedTool>,
    /// The budget limit that keeps it out of strict mode in this request.
    pub beyond: Option<TargetFinding>,
    is_deferred: bool,
    ends_cache: bool,
}

/// A tool that is left out, or sent in another mode than requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JudgedTool {
    /// Its own name.
    pub name: String,
    /// The reasons.
    pub findings: Vec<TargetFinding>,
}

/// The report of a request: strict, downgraded, quarantined and trimmed tools.
#[derive(Clone, Debug, Serialize)]
pub struct OfferReport<'o> {
    /// Own names of the tools in strict mode.
    pub strict: Vec<&'o str>,
    /// Tools without strict mode, although it was requested.
    pub downgraded: Vec<JudgedTool>,
    /// Tools that the target would refuse.
    pub quarantined: &'o [JudgedTool],
    /// Own names of the tools over the target's limit that were left out.
    pub trimmed: &'o [&'o str],
    /// The limits that the request exceeds.
    pub findings: &'o [TargetFinding],
}

/// All tools of one request.
#[derive(Clone, Debug)]
pub struct ToolOffer<'t> {
    /// The form of all tools.
    pub form: TargetForm,
    /// The tools that go out, in the order of registration.
    pub tools: Vec<OfferedTool<'t>>,
    /// Tools that the target would refuse.
    pub quarantined: Vec<JudgedTool>,
    /// Own names of the tools over the target's limit that were left out.
    pub trimmed: Vec<&'t str>,
    /// The limits that the request exceeds. With one of weight `Refused`, the provider refuses the request.
    pub findings: Vec<TargetFinding>,
    ends_cache: bool,
}

impl TargetForm {
    /// Combines the tools of a request.
    pub fn offer<'t>(
        self,
        candidates: impl Iterator<Item = OfferCandidate<'t>>,
        wishes: &DeliveryOptions,
    ) -> ToolOffer<'t> {
        let (mut tools, mut quarantined) = (Vec::new(), Vec::new());
        for candidate in candidates {
            let rendered = candidate.rendered(self);
            if rendered.text.is_some() {
                let is_deferred =
                    self.target.provider().defers_tools() && wishes.deferred.contains(&candidate.tool.name);
                tools.push(OfferedTool { candidate, rendered, beyond: None, is_deferred, ends_cache: false });
            } else {
                let findings = rendered.findings.clone();
                quarantined.push(JudgedTool { name: candidate.tool.name.clone(), findings });
            }
        }
        let most = self.target.provider().max_tools().filter(|_| wishes.trimmed).unwrap_or(usize::MAX);
        let beyond = tools.drain(most.min(tools.len())..);
        let trimmed = beyond.map(|offered| offered.candidate.tool.name.as_str()).collect();
        if self.strict != Strict::Off
            && let Some(budget) = self.target.provider().strict_budget()
        {
            self.spend(budget, &mut tools);
        }
        if wishes.cached
            && self.target.marks_last()
            && let Some(last) = tools.iter_mut().rev().find(|offered| !offered.is_deferred)
        {
            last.ends_cache = true;
        }
        let ends_cache =
            wishes.cached && self.target.provider().cache_mark() == CacheMark::Entry && !tools.is_empty();
        let findings = request_limits::check_request(
            self.target.provider().request_limits(),
            tools.iter().map(OfferedTool::member),
        );
        ToolOffer { form: self, tools, quarantined, trimmed, findings, ends_cache }
    }

    /// Whether the strict tools of a request share a budget.
    pub fn has_strict_budget(self) -> bool {
        self.target.provider().strict_budget().is_some() && self.strict != Strict::Off
    }

    /// Keeps strict tools within the budget. Tools that may change something come before read-only tools, where a
    /// wrong argument costs only another call. Then cheap tools come first, so that most fit. Then the order of
    /// registration decides.
    fn spend(self, budget: StrictBudget, tools: &mut [OfferedTool<'_>]) {
        let costs = tools.iter().enumerate().filter_map(|(index, offered)| {
            let only_reads = offered.candidate.tool.annotations.read_only_hint == Some(true);
            let cost = offered.rendered.facts.strict?;
            Some((only_reads, budget.share(cost), index, cost))
        });
        let mut costs: Vec<(bool, usize, usize, StrictCost)> = costs.collect();
        costs.sort_unstable_by_key(|(only_reads, share, index, _)| (*only_reads, *share, *index));
        let (mut count, mut spent) = (0, StrictCost::default());
        for (_, _, index, cost) in costs {
            let next = spent.plus(cost);
            if budget.fits(count, next) {
                (count, spent) = (count + 1, next);
                continue;
            }
            let plain = tools[index].candidate.rendered(Self { strict: Strict::Off, ..self });
            if plain.text.is_some() {
                tools[index].rendered = plain;
                tools[index].beyond =
                    Some(request_limits::over_budget(self.target.provider().request_limits(), count, next));
            }
        }
    }
}

impl OfferCandidate<'_> {
    fn rendered(&self, form: TargetForm) -> Arc<RenderedTool> {
        self.renderings.of(form, self.tool, self.wire_name)
    }
}

impl OfferedTool<'_> {
    /// Appends the tool as JSON.
    pub fn write(&self, out: &mut String) {
        let text = self.rendered.text.as_deref().unwrap_or("{}");
        let open = text.strip_suffix('}').unwrap_or(text);
        out.push_str(open);
        if self.is_deferred {
            out.push_str(r#","defer_loading":true"#);
        }
        if self.ends_cache {
            out.push_str(r#","cache_control":{"type":"ephemeral"}"#);
        }
        out.push_str(&text[open.len()..]);
    }

    /// Renders the tool again, with all diagnostics and findings.
    pub fn rendering(&self, form: TargetForm) -> ToolRendering {
        let OfferCandidate { tool, wire_name, .. } = self.candidate;
        let mut rendering = match &self.beyond {
            Some(why) => form.render_downgraded(tool, wire_name, why.clone()),
            None => form.render(tool, wire_name),
        };
        if let Some(Value::Object(definition)) = &mut rendering.definition {
            if self.is_deferred {
                definition.insert("defer_loading".to_owned(), json!(true));
            }
            if self.ends_cache {
                definition.insert("cache_control".to_owned(), json!({"type": "ephemeral"}));
            }
        }
        rendering
    }

    /// What distinguishes this rendering from others of its form: strict, deferred, last cached tool.
    pub fn variant(&self) -> [bool; 3] {
        [self.rendered.strict, self.is_deferred, self.ends_cache]
    }

    /// Whether two offers send the same text.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.variant() == other.variant()
            && (Arc::ptr_eq(&self.rendered, &other.rendered) || self.rendered.text == other.rendered.text)
    }

    /// Why it is not in strict mode, although that was requested.
    pub fn downgraded(&self) -> impl Iterator<Item = &TargetFinding> {
        self.rendered.downgraded.iter().chain(&self.beyond)
    }

    fn member(&self) -> RequestTool<'_> {
        let Self { candidate, rendered, is_deferred, .. } = self;
        RequestTool { name: candidate.wire_name, is_deferred: *is_deferred, facts: rendered.facts }
    }
}

impl<'t> ToolOffer<'t> {
    /// Checks the limits of the request.
    ///
    /// # Errors
    /// `NOT_REPRESENTABLE` with the figures.
    pub fn check(&self) -> Result<()> {
        // An empty request is the concern of the caller.
        if self.tools.is_empty() {
            return Ok(());
        }
        let refused = self.findings.iter().filter(|finding| finding.weight == Weight::Refused);
        let reasons: Vec<_> = refused.map(|finding| finding.message.clone().into_owned()).collect();
        let target = self.form.target.as_str();
        if reasons.is_empty() { Ok(()) } else { Err(Error::NotRepresentable { target, reasons }) }
    }

    /// The tools as JSON, for the provider's request.
    pub fn request(&self) -> String {
        self.list(OfferedTool::write)
    }

    /// The same list with another text for each tool.
    pub fn list(&self, write: impl Fn(&OfferedTool<'t>, &mut String)) -> String {
        let mut out = String::new();
        // Gemini refuses an empty list of functions.
        let envelope = self.form.target.provider().list_envelope().filter(|_| !self.tools.is_empty());
        out.push_str(envelope.map_or("[", |(open, _)| open));
        for (i, offered) in self.tools.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            write(offered, &mut out);
        }
        if self.ends_cache {
            out.push_str(r#",{"cachePoint":{"type":"default"}}"#);
        }
        out.push_str(envelope.map_or("]", |(_, close)| close));
        out
    }

    /// Reports which tools are strict, downgraded, quarantined or trimmed.
    pub fn report(&self) -> OfferReport<'_> {
        let strict = self.tools.iter().filter(|offered| offered.rendered.strict);
        OfferReport {
            strict: strict.map(|offered| offered.candidate.tool.name.as_str()).collect(),
            downgraded: self.downgraded(),
            quarantined: &self.quarantined,
            trimmed: &self.trimmed,
            findings: &self.findings,
        }
    }

    fn downgraded(&self) -> Vec<JudgedTool> {
        let judged = |offered: &OfferedTool<'_>| JudgedTool {
            name: offered.candidate.tool.name.clone(),
            findings: offered.downgraded().cloned().collect(),
        };
        self.tools.iter().map(judged).filter(|judged| !judged.findings.is_empty()).collect()
    }
}
