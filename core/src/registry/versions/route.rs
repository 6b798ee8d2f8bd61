//! A route: which version of a family a caller is shown, by tenant, by share of users (canary) or by default.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::family_version::FamilyVersion;
use super::health::Fallback;
use super::version_selector::{VersionSelector, unmet_message};
use crate::error::{Error, Problem, Result};
use crate::json::{HashMap, pointer};
use crate::tool::sha256::sha256;
use crate::tool::{CallContext, Caller};

/// Selects a version for each caller. The first rule that applies counts: the caller's tenant, the caller's share, the
/// active version.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The version to make active. Default: the first that was loaded.
    pub active: Option<VersionSelector>,
    /// Versions of tenants.
    pub tenants: Vec<(String, VersionSelector)>,
    /// The key of the context's metadata that names the tenant.
    pub tenant_key: String,
    /// Versions for shares of the users, each from 0 to 1, in their order.
    pub shares: Vec<(VersionSelector, f64)>,
    /// Part of the hash of each user, so that families can give their shares to different users.
    pub salt: String,
    /// The failure rate at which a version is left.
    pub fallback: Option<Fallback>,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            active: None,
            tenants: Vec::new(),
            tenant_key: Caller::TENANT_KEY.to_owned(),
            shares: Vec::new(),
            salt: String::new(),
            fallback: None,
        }
    }
}

impl Route {
    /// The route as JSON, as [`Route::parse`] reads it.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        if let Some(active) = &self.active {
            map.insert("use".to_owned(), active.as_str().into());
        }
        if !self.tenants.is_empty() {
            let tenants =
                self.tenants.iter().map(|(tenant, selector)| (tenant.clone(), selector.as_str().into()));
            map.insert("tenants".to_owned(), Value::Object(tenants.collect()));
            map.insert("tenantKey".to_owned(), self.tenant_key.as_str().into());
        }
        if !self.shares.is_empty() {
            let shares =
                self.shares.iter().map(|(selector, share)| (selector.as_str().to_owned(), json!(share)));
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

    /// Resolves each rule to a version. Versions that are not allowed meet a rule, but are not chosen by it.
    pub(in crate::registry) fn resolve(
        &self,
        versions: &[FamilyVersion],
        is_allowed: impl Fn(&FamilyVersion) -> bool,
    ) -> RouteRules {
        let mut unmet = Vec::new();
        let mut pick = |rule: &str, selector: &VersionSelector| {
            if selector.pick(versions, |_| true).is_none() {
                unmet.push(UnmetRule { rule: rule.to_owned(), version: selector.as_str().to_owned() });
            }
            selector.pick(versions, &is_allowed).map(|version| Arc::clone(&version.source))
        };
        let active = self.active.as_ref().and_then(|selector| pick("/use", selector));
        let resolve_tenant = |(tenant, selector): &(String, VersionSelector)| {
            let picked = pick(&pointer::push("/tenants", tenant), selector);
            picked.map(|source| (tenant.clone(), source))
        };
        let tenants = self.tenants.iter().filter_map(resolve_tenant).collect();
        let mut end = 0.0;
        let resolve_share = |(selector, share): &(VersionSelector, f64)| {
            end += share;
            (end, pick(&pointer::push("/shares", selector.as_str()), selector))
        };
        let shares = self.shares.iter().map(resolve_share).collect();
        RouteRules { active, tenants, shares, unmet }
    }

    /// Refuses rules that no version meets. `versions` lists those that are loaded.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` with each such rule.
    pub(in crate::registry) fn check(&self, rules: &RouteRules, versions: &str) -> Result<()> {
        debug_assert!(rules.unmet.len() <= 1 + self.tenants.len() + self.shares.len());
        let problem =
            |unmet: &UnmetRule| Problem::at(unmet.rule.clone(), unmet_message(&unmet.version, versions));
        let problems: Vec<_> = rules.unmet.iter().map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(invalid_route(problems)) }
    }

    /// Chooses the version for a caller; `None` for the active version.
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
        let point = share_point(family, &self.salt, &text_of(&context.user_id)?);
        rules.shares.iter().find(|(end, _)| point < *end).and_then(|(_, source)| source.as_ref())
    }

    /// Whether callers may be shown different versions.
    pub const fn depends_on_caller(&self) -> bool {
        !(self.tenants.is_empty() && self.shares.is_empty())
    }
}

/// A route resolved to the versions that are loaded.
#[derive(Clone, Debug, Default)]
pub struct RouteRules {
    /// The version to make active, where a rule selects one.
    pub active: Option<Arc<str>>,
    tenants: HashMap<String, Arc<str>>,
    /// The end of each share on the line from 0 to 1, and its version if one meets the rule.
    shares: Vec<(f64, Option<Arc<str>>)>,
    /// Rules that no version meets.
    pub unmet: Vec<UnmetRule>,
}

/// A rule that no version meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnmetRule {
    /// The JSON pointer of the rule in the route.
    pub rule: String,
    /// The label or range that it names.
    pub version: String,
}

/// The point of a user on the line from 0 to 1: a hash, and so the same in every process.
///
/// Shares lie side by side from 0 on. A share that grows therefore takes users of later shares, and moves none of its own
/// away.
#[expect(clippy::cast_precision_loss, reason = "an f64 holds 53 bits exactly")]
pub fn share_point(family: &str, salt: &str, user: &str) -> f64 {
    // Lengths are part of the hash, so that ("a", "bc") and ("ab", "c") differ.
    let lengths = format!("{}:{family}{}:{salt}{user}", family.len(), salt.len());
    let hash = sha256(lengths.as_bytes());
    let bits = hash.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// A string, or a number in its JSON form.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The error for a route.
pub(in crate::registry) const fn invalid_route(problems: Vec<Problem>) -> Error {
    Error::InvalidValue { option: "route", problems }
}
