//! One tool for every target: what is shown to a model takes what the tool takes, and no more, but for what was told;
//! and every call finds its way back.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde_json::Value;
use toolrack_core::schema::Effect;
use toolrack_core::target::{TargetForm, ToolRendering};
use toolrack_core::tool::ToolDefinition;

use super::effects::{Judge, Place, Told, bare};
use super::model::obedient;
use super::sampler::{STYLES, Sampler, changed};
use super::shown::{forms, json_schema, named};
use super::unions;

/// Arguments of one tool that are tried where a schema is shown for the first time.
const SAMPLES: usize = 5;
/// Seeds that are tried for them.
const SEEDS: u64 = 80;
/// Arguments of a model that are tried there.
const SENT: u64 = 4;

/// What was done.
#[derive(Debug, Default)]
pub struct Figures {
    pub tools: usize,
    /// Tools without parameters, for which only the empty map is an example.
    pub bare: usize,
    /// Of the others, those with arguments that their schema takes.
    pub sampled: usize,
    /// Tools as a target takes them.
    pub renderings: usize,
    /// Of these, those whose schema is one that no other target of the tool has, nor the tool.
    pub schemas: usize,
    /// Calls that were told, sent and brought back.
    pub calls: usize,
    /// Values that the two schemas were asked of.
    pub judged: usize,
    /// Values that only one of them takes, and why that is told.
    pub excused: BTreeMap<String, usize>,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.tools += other.tools;
        self.bare += other.bare;
        self.sampled += other.sampled;
        self.renderings += other.renderings;
        self.schemas += other.schemas;
        self.calls += other.calls;
        self.judged += other.judged;
        for (effect, count) in other.excused {
            *self.excused.entry(effect).or_default() += count;
        }
    }
}

/// A tool that is tried.
struct Trip {
    schema: Value,
    judge: Judge,
    /// Arguments that it takes.
    samples: Vec<Value>,
    /// Arguments that it almost takes.
    near: Vec<Value>,
    seed: u64,
}

/// A schema that was shown, and who judges by it.
struct Shown {
    bare: Value,
    schema: Value,
    judge: Judge,
}

/// Tries a tool for every target: what is wrong.
pub fn tried(tool: &ToolDefinition, seed: u64, figures: &mut Figures) -> Vec<String> {
    let trip = Trip::of(tool, seed);
    let is_bare = trip.schema["properties"].as_object().is_none_or(serde_json::Map::is_empty);
    figures.tools += 1;
    figures.bare += usize::from(is_bare);
    figures.sampled += usize::from(
        !is_bare && trip.samples.iter().any(|own| own.as_object().is_some_and(|own| !own.is_empty())),
    );
    let mut faults = Vec::new();
    let mut known_schemas: Vec<Shown> = Vec::new();
    for (number, form) in forms().into_iter().enumerate() {
        let rendering = form.render(tool, "tool");
        let Some(definition) = &rendering.definition else { continue };
        figures.renderings += 1;
        let schema = json_schema(form, definition);
        let bare = bare(&schema);
        let known = known_schemas.iter().position(|shown| shown.bare == bare);
        let index = known.unwrap_or_else(|| {
            figures.schemas += 1;
            let judge = Judge::of(&bare);
            known_schemas.push(Shown { bare, schema, judge });
            known_schemas.len() - 1
        });
        let found = trip.through(form, &rendering, &known_schemas[index], (known.is_none(), number), figures);
        faults.extend(found.into_iter().map(|fault| format!("{} {}: {fault}", named(form), tool.name)));
    }
    faults
}

impl Trip {
    fn of(tool: &ToolDefinition, seed: u64) -> Self {
        let schema = tool.input_schema.value();
        let judge = Judge::of(&schema);
        let (mut samples, mut near): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
        for (style, number) in STYLES.iter().cycle().zip(0..SEEDS) {
            if samples.len() >= SAMPLES || (number >= 8 && !samples.is_empty()) {
                break;
            }
            let own = Sampler::sample(&schema, *style, seed.wrapping_mul(31) + number);
            let almost = changed(&own, seed + number);
            if judge.takes(&own) && !samples.contains(&own) {
                samples.push(own);
            }
            if almost.is_object() && near.len() < 2 && !judge.takes(&almost) {
                near.push(almost);
            } else if almost.is_object() && number % 2 == 0 && judge.takes(&almost) {
                samples.push(almost);
            }
        }
        Self { schema, judge, samples, near, seed }
    }

    fn through(
        &self,
        form: TargetForm,
        rendering: &ToolRendering,
        shown: &Shown,
        (is_new, number): (bool, usize),
        figures: &mut Figures,
    ) -> Vec<String> {
        let told = Told::of(&rendering.diagnostics);
        let has = |code: &str| rendering.diagnostics.iter().any(|one| one.code == code);
        let nulled = has("OPTIONAL_NULLED") || has("OPTIONAL_ALREADY_NULLABLE");
        let tell = |own: &Value| {
            let sent = form.rename_for_model(&self.schema, own.clone(), rendering.strict);
            if nulled { obedient(&shown.schema, &shown.schema, sent) } else { sent }
        };
        let mut faults = Vec::new();
        let mut sent: Vec<Value> = Vec::new();
        let count = self.samples.len();
        let chosen = self.samples.iter().enumerate().filter(|(index, _)| is_new || *index == number % count);
        for (_, own) in chosen {
            let message = tell(own);
            figures.judged += 1;
            if !shown.judge.takes(&message) {
                match told.unexplained(Effect::Narrower, &shown.judge, &message) {
                    Some(fault) if !self.is_undeclared(own, &shown.judge, &has, &tell) => {
                        faults.push(format!("NARROWER {own}, told {message}: {fault}"));
                    }
                    _ => *figures.excused.entry("NARROWER".to_owned()).or_default() += 1,
                }
            }
            figures.calls += 1;
            let back = form.restore(&self.schema, message.clone(), rendering.strict);
            if !is_same(own, &back, &mut Vec::new(), rendering) {
                faults.push(format!("LOST {own}, told {message}, came back {back}"));
            }
            sent.push(message);
        }
        if !is_new {
            return faults;
        }
        let seeds = || (0..SENT).map(|number| self.seed.wrapping_mul(17) + number);
        let border = sent.iter().cycle().zip(seeds()).map(|(message, seed)| changed(message, seed));
        let border: Vec<Value> = if sent.is_empty() { Vec::new() } else { border.collect() };
        let own =
            STYLES.iter().zip(seeds()).map(|(style, seed)| Sampler::sample(&shown.schema, *style, seed));
        let near = self.near.iter().map(tell);
        for message in border.into_iter().chain(own).chain(near) {
            figures.judged += 1;
            if !message.is_object() || !shown.judge.takes(&message) {
                continue;
            }
            let back = form.restore(&self.schema, message.clone(), rendering.strict);
            if self.judge.takes(&back) {
                continue;
            }
            match told.unexplained(Effect::Wider, &self.judge, &back) {
                Some(fault) => faults.push(format!("WIDER {message}, came back {back}: {fault}")),
                None => *figures.excused.entry("WIDER".to_owned()).or_default() += 1,
            }
        }
        faults
    }

    /// Whether a root that was flattened, or objects that were closed, refuse arguments only for what no branch that
    /// takes them declares: that a name means the same in every branch is what flattening is, and that there are no
    /// others is what closing is.
    fn is_undeclared(
        &self,
        own: &Value,
        judge: &Judge,
        has: &impl Fn(&str) -> bool,
        tell: &impl Fn(&Value) -> Value,
    ) -> bool {
        let takes = |declared: Value| declared != *own && judge.takes(&tell(&declared));
        let is_closed = has("OBJECT_CLOSED") || has("OPEN_OBJECT_CLOSED");
        (has("ROOT_UNION_FLATTENED")
            && takes(unions::declared(&self.schema, own, !has("ROOT_UNION_NARROWED"))))
            || (is_closed && takes(unions::declared_throughout(&self.schema, &self.schema, own)))
    }
}

/// Whether arguments are what they were. Where it was told that absence cannot be said, null stands for it; where a
/// type is said that was not, null cannot be told.
fn is_same(own: &Value, back: &Value, place: &mut Vec<String>, rendering: &ToolRendering) -> bool {
    match (own, back) {
        (Value::Object(own), Value::Object(back)) => {
            let mut stays = |(name, held): (&String, &Value)| match back.get(name) {
                Some(back) => {
                    place.push(name.clone());
                    let same = is_same(held, back, place, rendering);
                    place.pop();
                    same
                }
                None => held.is_null() && is_told(place, name, "TYPE_INFERRED", rendering),
            };
            own.iter().all(&mut stays)
                && back.iter().all(|(name, held)| {
                    let is_new = !own.contains_key(name);
                    let told = || is_told(place, name, "OPTIONAL_ALREADY_NULLABLE", rendering);
                    !is_new || (held.is_null() && told())
                })
        }
        (Value::Array(own), Value::Array(back)) => {
            own.len() == back.len()
                && own.iter().zip(back).enumerate().all(|(index, (own, back))| {
                    place.push(index.to_string());
                    let same = is_same(own, back, place, rendering);
                    place.pop();
                    same
                })
        }
        (own, back) => own == back,
    }
}

fn is_told(place: &[String], name: &str, code: &str, rendering: &ToolRendering) -> bool {
    let place: Vec<String> = place.iter().cloned().chain([name.to_owned()]).collect();
    let mut told = rendering.diagnostics.iter().filter(|one| one.code == code);
    told.any(|one| Place::of(&one.pointer).means(&place, &[], false))
}
