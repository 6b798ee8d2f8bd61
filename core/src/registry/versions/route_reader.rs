//! Reads a route from JSON and reports every problem with its JSON pointer.

use serde_json::{Map, Value};

use super::health::Fallback;
use super::route::{Route, invalid_route};
use super::version_selector::VersionSelector;
use crate::error::{Problem, Result, describe_unknown};
use crate::json::pointer;

const KEYS: [&str; 6] = ["use", "tenants", "tenantKey", "shares", "salt", "fallback"];
const FALLBACK_KEYS: [&str; 3] = ["failureRate", "windowMs", "minCalls"];

impl Route {
    /// Reads a route; null is a route without rules.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with every problem.
    pub fn parse(value: &Value) -> Result<Self> {
        let mut reader = RouteReader::default();
        let mut route = Self::default();
        if !value.is_null()
            && let Some(map) = reader.object("", value)
        {
            reader.check_keys("", map, &KEYS);
            route.active = map.get("use").and_then(|value| reader.selector("/use", value));
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
        if reader.problems.is_empty() { Ok(route) } else { Err(invalid_route(reader.problems)) }
    }
}

#[derive(Default)]
struct RouteReader {
    problems: Vec<Problem>,
}

impl RouteReader {
    fn report(&mut self, at: &str, message: &str) {
        self.problems.push(Problem::at(at, message));
    }

    fn object<'v>(&mut self, at: &str, value: &'v Value) -> Option<&'v Map<String, Value>> {
        let map = value.as_object();
        if map.is_none() {
            self.report(at, "must be a map");
        }
        map
    }

    fn check_keys(&mut self, at: &str, map: &Map<String, Value>, known: &[&str]) {
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.report(&pointer::push(at, key), &describe_unknown(key, known));
        }
    }

    fn text(&mut self, at: &str, value: &Value) -> Option<String> {
        let text = value.as_str();
        if text.is_none() {
            self.report(at, "must be a string");
        }
        text.map(ToOwned::to_owned)
    }

    fn selector(&mut self, at: &str, value: &Value) -> Option<VersionSelector> {
        let text = self.text(at, value)?;
        let selector = VersionSelector::parse("route", &text).ok();
        if selector.is_none() {
            self.report(at, "must be a version label or a version range, not empty");
        }
        selector
    }

    fn tenants(&mut self, value: Option<&Value>) -> Vec<(String, VersionSelector)> {
        let Some(map) = value.and_then(|value| self.object("/tenants", value)) else { return Vec::new() };
        let read_tenant = |(tenant, value): (&String, &Value)| {
            let selector = self.selector(&pointer::push("/tenants", tenant), value);
            selector.map(|selector| (tenant.clone(), selector))
        };
        map.iter().filter_map(read_tenant).collect()
    }

    fn shares(&mut self, value: Option<&Value>) -> Vec<(VersionSelector, f64)> {
        let Some(map) = value.and_then(|value| self.object("/shares", value)) else { return Vec::new() };
        let mut shares = Vec::new();
        for (text, value) in map {
            let at = pointer::push("/shares", text);
            let selector = self.selector(&at, &Value::String(text.clone()));
            match value.as_f64().filter(|share| (0.0..=1.0).contains(share)) {
                Some(share) => shares.extend(selector.map(|selector| (selector, share))),
                None => self.report(&at, "must be a number from 0 to 1"),
            }
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        // In floating point, 0.7 + 0.2 + 0.1 is a little more than 1.
        if sum > 1.0 + 1e-9 {
            self.report("/shares", &format!("must add up to at most 1, not {sum}"));
        }
        shares
    }

    fn fallback(&mut self, value: &Value) -> Option<Fallback> {
        let map = self.object("/fallback", value)?;
        self.check_keys("/fallback", map, &FALLBACK_KEYS);
        let rate = map.get("failureRate").map_or(Some(0.2), Value::as_f64);
        let rate = rate.filter(|rate| (0.0..1.0).contains(rate));
        if rate.is_none() {
            self.report("/fallback/failureRate", "must be a number from 0 to below 1");
        }
        let mut positive = |key: &str, default: u64| {
            let number = map.get(key).map_or(Some(default), Value::as_u64).filter(|number| *number > 0);
            if number.is_none() {
                self.report(&format!("/fallback/{key}"), "must be a whole number above 0");
            }
            number
        };
        let (window_ms, min_calls) = (positive("windowMs", 60_000), positive("minCalls", 20));
        Some(Fallback { failure_rate: rate?, window_ms: window_ms?, min_calls: min_calls? })
    }
}
