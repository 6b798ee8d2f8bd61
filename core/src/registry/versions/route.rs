//! Who is shown which version of a family.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::health::Fallback;
use super::inactive_version::FamilyVersion;
use super::version_selector::VersionSelector;
use crate::error::{Error, Problem, Result};
use crate::json::{HashMap, pointer};
use crate::tool::{CallContext, Caller, fingerprint};

/// Who is shown which version, in this order: a tenant its own, a share of the users theirs, everybody else the one that
/// is in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The version that stands. Default: the first that was loaded.
    pub wanted: Option<VersionSelector>,
    /// Versions of tenants.
    pub tenants: Vec<(String, VersionSelector)>,
    /// The key of the context's metadata that names the tenant.
    pub tenant_key: String,
    /// Versions that shares of the users are shown, in their order.
    pub shares: Vec<(VersionSelector, f64)>,
    /// What tells the users of this family's shares from those of others.
    pub salt: String,
    /// When a version is left for the old one.
    pub fallback: Option<Fallback>,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            wanted: None,
            tenants: Vec::new(),
            tenant_key: Caller::TENANT_KEY.to_owned(),
            shares: Vec::new(),
            salt: String::new(),
            fallback: None,
        }
    }
}

const KEYS: [&str; 6] = ["use", "tenants", "tenantKey", "shares", "salt", "fallback"];
const FALLBACK_KEYS: [&str; 3] = ["failureRate", "windowMs", "minCalls"];

impl Route {
    /// Reads a route; null is one that says nothing.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with everything that is wrong.
    pub fn parse(value: &Value) -> Result<Self> {
        let mut reader = RouteReader::default();
        let mut route = Self::default();
        if let Some(map) = reader.map("", value, &KEYS) {
            route.wanted = map.get("use").and_then(|value| reader.selector("/use", value));
            route.tenants = reader.tenants(map.get("tenants"));
            route.shares = reader.shares(map.get("shares"));
            if let Some(value) = map.get("tenantKey") {
                route.tenant_key = reader.text("/tenantKey", value).unwrap_or_default();
            }
            if let Some(value) = map.get("salt") {
                route.salt = reader.text("/salt", value).unwrap_or_default();
            }
            route.fallback = map.get("fallback").and_then(|value| reader.fallback(value));
        }
        if reader.problems.is_empty() { Ok(route) } else { Err(invalid(reader.problems)) }
    }

    /// The route as it was given.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        if let Some(wanted) = &self.wanted {
            map.insert("use".to_owned(), wanted.as_str().into());
        }
        if !self.tenants.is_empty() {
            let tenants = self.tenants.iter().map(|(tenant, meant)| (tenant.clone(), meant.as_str().into()));
            map.insert("tenants".to_owned(), Value::Object(tenants.collect()));
            map.insert("tenantKey".to_owned(), self.tenant_key.as_str().into());
        }
        if !self.shares.is_empty() {
            let shares = self.shares.iter().map(|(meant, share)| (meant.as_str().to_owned(), json!(share)));
            map.insert("shares".to_owned(), Value::Object(shares.collect()));
            if !self.salt.is_empty() {
                map.insert("salt".to_owned(), self.salt.as_str().into());
            }
        }
        if let Some(fallback) = &self.fallback {
            map.insert("fallback".to_owned(), json!(fallback));
        }
        Value::Object(map)
    }

    /// What it comes to with the versions there are.
    pub(in crate::registry) fn resolve(
        &self,
        members: &[FamilyVersion],
        may: impl Fn(&FamilyVersion) -> bool,
    ) -> RouteRules {
        let mut rules = RouteRules::default();
        let mut pick = |rule: &str, meant: &VersionSelector| {
            if meant.pick(members, |_| true).is_none() {
                rules.unmet.push(UnmetRule { rule: rule.to_owned(), version: meant.as_str().to_owned() });
            }
            meant.pick(members, &may).map(|member| Arc::clone(&member.source))
        };
        let wanted = self.wanted.as_ref().and_then(|meant| pick("/use", meant));
        let tenant = |(tenant, meant): &(String, VersionSelector)| {
            let met = pick(&pointer::push("/tenants", tenant), meant);
            met.map(|source| (tenant.clone(), source))
        };
        let tenants = self.tenants.iter().filter_map(tenant).collect();
        let mut upto = 0.0;
        let share = |(meant, share): &(VersionSelector, f64)| {
            upto += share;
            (upto, pick(&pointer::push("/shares", meant.as_str()), meant))
        };
        let shares = self.shares.iter().map(share).collect();
        RouteRules { wanted, tenants, shares, ..rules }
    }

    /// Refuses a rule that no version meets.
    pub(in crate::registry) fn check(&self, rules: &RouteRules, there_are: &str) -> Result<()> {
        debug_assert!(rules.unmet.len() <= 1 + self.tenants.len() + self.shares.len());
        let told = |unmet: &UnmetRule| {
            let message = format!("no version meets \"{}\": there are {there_are}", unmet.version);
            Problem::at(unmet.rule.clone(), message)
        };
        let problems: Vec<_> = rules.unmet.iter().map(told).collect();
        if problems.is_empty() { Ok(()) } else { Err(invalid(problems)) }
    }

    /// The version that a caller is shown, where that is not the one that stands.
    pub(in crate::registry) fn choose<'r>(
        &self,
        family: &str,
        rules: &'r RouteRules,
        context: &CallContext,
    ) -> Option<&'r Arc<str>> {
        let tenant = || context.metadata.get(&self.tenant_key).and_then(text_of);
        if !rules.tenants.is_empty()
            && let Some(source) = tenant().and_then(|tenant| rules.tenants.get(&tenant))
        {
            return Some(source);
        }
        if rules.shares.is_empty() || !context.has_user() {
            return None;
        }
        let at = point(family, &self.salt, &text_of(&context.user_id)?);
        rules.shares.iter().find(|(upto, _)| at < *upto).and_then(|(_, source)| source.as_ref())
    }

    /// Whether who calls makes a difference.
    pub const fn looks_at_callers(&self) -> bool {
        !(self.tenants.is_empty() && self.shares.is_empty())
    }
}

/// What a route comes to with the versions there are.
#[derive(Clone, Debug, Default)]
pub struct RouteRules {
    /// The version that stands.
    pub wanted: Option<Arc<str>>,
    tenants: HashMap<String, Arc<str>>,
    /// Up to which point users are shown a version, where there is one.
    shares: Vec<(f64, Option<Arc<str>>)>,
    /// Rules that no version meets.
    pub unmet: Vec<UnmetRule>,
}

/// A rule that no version meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnmetRule {
    /// Where it stands in the route, as a JSON pointer.
    pub rule: String,
    /// The version that it names.
    pub version: String,
}

/// Where a user stands on the line from 0 to 1: always in the same place, whichever process asks. Shares lie side by side
/// from 0 on, so that one that grows moves users to itself or to those before it, and none away.
#[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
pub fn point(family: &str, salt: &str, user: &str) -> f64 {
    let lengths = format!("{}:{family}{}:{salt}{user}", family.len(), salt.len());
    let hash = fingerprint::sha256(lengths.as_bytes());
    let bits = hash.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// A text, or a number as a text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[derive(Default)]
struct RouteReader {
    problems: Vec<Problem>,
}

impl RouteReader {
    fn wrong(&mut self, place: &str, message: &str) {
        self.problems.push(Problem::at(place, message));
    }

    fn map<'v>(&mut self, place: &str, value: &'v Value, known: &[&str]) -> Option<&'v Map<String, Value>> {
        let map = match value {
            Value::Null if place.is_empty() => return None,
            Value::Object(map) => map,
            _ => {
                self.wrong(place, "must be a map");
                return None;
            }
        };
        for key in map.keys().filter(|key| !known.is_empty() && !known.contains(&key.as_str())) {
            self.wrong(&pointer::push(place, key), &format!("is none of {}", known.join(", ")));
        }
        Some(map)
    }

    fn text(&mut self, place: &str, value: &Value) -> Option<String> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong(place, "must be a string");
        }
        text.map(ToOwned::to_owned)
    }

    fn selector(&mut self, place: &str, value: &Value) -> Option<VersionSelector> {
        let text = self.text(place, value)?;
        let selector = VersionSelector::parse("route", &text).ok();
        if selector.is_none() {
            self.wrong(place, "names no version");
        }
        selector
    }

    fn tenants(&mut self, value: Option<&Value>) -> Vec<(String, VersionSelector)> {
        let Some(map) = value.and_then(|value| self.map("/tenants", value, &[])) else { return Vec::new() };
        let read = |(tenant, value): (&String, &Value)| {
            let meant = self.selector(&pointer::push("/tenants", tenant), value);
            meant.map(|meant| (tenant.clone(), meant))
        };
        map.iter().filter_map(read).collect()
    }

    fn shares(&mut self, value: Option<&Value>) -> Vec<(VersionSelector, f64)> {
        let Some(map) = value.and_then(|value| self.map("/shares", value, &[])) else { return Vec::new() };
        let mut shares = Vec::new();
        for (meant, value) in map {
            let place = pointer::push("/shares", meant);
            let selector = self.selector(&place, &Value::String(meant.clone()));
            match value.as_f64().filter(|share| (0.0..=1.0).contains(share)) {
                Some(share) => shares.extend(selector.map(|selector| (selector, share))),
                None => self.wrong(&place, "must be a number from 0 to 1"),
            }
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        // 0.7 + 0.2 + 0.1 is a little more than 1 to a machine.
        if sum > 1.0 + 1e-9 {
            self.wrong("/shares", &format!("are {sum} together, more than 1"));
        }
        shares
    }

    fn fallback(&mut self, value: &Value) -> Option<Fallback> {
        let map = self.map("/fallback", value, &FALLBACK_KEYS)?;
        let rate = map.get("failureRate").map_or(Some(0.2), Value::as_f64);
        let rate = rate.filter(|rate| (0.0..1.0).contains(rate));
        if rate.is_none() {
            self.wrong("/fallback/failureRate", "must be a number from 0 to below 1");
        }
        let mut whole = |key: &str, default: u64| {
            let number = map.get(key).map_or(Some(default), Value::as_u64).filter(|number| *number > 0);
            if number.is_none() {
                self.wrong(&format!("/fallback/{key}"), "must be a whole number above 0");
            }
            number
        };
        let (window_ms, min_calls) = (whole("windowMs", 60_000), whole("minCalls", 20));
        Some(Fallback { failure_rate: rate?, window_ms: window_ms?, min_calls: min_calls? })
    }
}

const fn invalid(problems: Vec<Problem>) -> Error {
    Error::InvalidValue { option: "route", problems }
}
