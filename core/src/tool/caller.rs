//! The caller: user and tenant, as rate limits and idempotency keys tell callers apart.

use super::CallContext;
use crate::unicode::invisible;

/// A user of a tenant as one text: the JSON of the user, and a line break and the JSON of the tenant, if any. Users of
/// different tenants differ, and so do the number 7 and the text "7".
///
/// It is compared and never parsed: JSON that crosses from JavaScript loses half surrogates and large integers, so that two
/// users would become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller(String);

/// The separator of user and tenant. JSON escapes it within either.
const SEPARATOR: char = '\n';

impl Caller {
    /// Default of the metadata key that names the tenant.
    pub const TENANT_KEY: &str = "tenant";

    /// The caller of a context. `tenant_key` is the metadata key that names the tenant.
    pub fn of(context: &CallContext, tenant_key: &str) -> Self {
        let user = &context.user_id;
        let tenant = context.metadata.get(tenant_key).filter(|tenant| !tenant.is_null());
        Self(tenant.map_or_else(|| user.to_string(), |tenant| format!("{user}{SEPARATOR}{tenant}")))
    }

    /// Takes the text that JavaScript made of a caller.
    pub const fn read(text: String) -> Self {
        Self(text)
    }

    /// The text that differs for each caller.
    pub fn id(&self) -> &str {
        &self.0
    }

    /// The text that callers without a user share within their tenant: see [`CallContext::has_user`].
    pub fn shared_id(&self) -> &str {
        let user = self.0.split(SEPARATOR).next().unwrap_or_default();
        let is_nobody = if user.starts_with('"') {
            // Half of a surrogate pair is no text in Rust, and still names a user.
            let text = serde_json::from_str::<String>(user);
            text.is_ok_and(|text| !text.chars().any(invisible::is_seen))
        } else {
            matches!(user, "" | "null" | "0" | "-0" | "0.0" | "-0.0")
                || user.starts_with(['t', 'f', '{', '['])
        };
        &self.0[if is_nobody { user.len() } else { 0 }..]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(user_id: Value, metadata: Value) -> Caller {
        Caller::of(&CallContext { user_id, metadata, ..CallContext::default() }, "tenant")
    }

    #[test]
    fn callers_differ_by_tenant_by_user_and_by_type() {
        let users = [json!("a"), json!(7), json!("7"), json!(""), json!(0), json!("a\n\"b\""), Value::Null];
        let metadata = ["a", "b", "b\n"].map(|tenant| json!({ "tenant": tenant }));
        let others = [json!({"tenant": 7}), json!({"tenant": "7"}), Value::Null];
        let all = users.iter().flat_map(|user| {
            metadata.iter().chain(&others).map(|metadata| of(user.clone(), metadata.clone()).id().to_owned())
        });
        let mut all: Vec<String> = all.collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 7 * 6);
    }

    #[test]
    fn who_names_no_tenant_has_none() {
        for metadata in
            [Value::Null, json!({}), json!({"tenant": null}), json!({"org": "a"}), json!([1]), json!("x")]
        {
            assert_eq!(of(json!("ann"), metadata).id(), "\"ann\"");
        }
    }

    #[test]
    fn what_is_read_is_what_was_made() {
        for (user, tenant) in
            [(json!("a\nb"), json!("c\nd")), (json!(1), Value::Null), (Value::Null, json!(true))]
        {
            let caller = of(user, json!({ "tenant": tenant }));
            assert_eq!(Caller::read(caller.id().to_owned()), caller);
        }
    }

    #[test]
    fn who_is_no_user_shares_with_the_others_of_the_tenant() {
        for nobody in [
            Value::Null,
            json!(""),
            json!(" \u{200b}\0"),
            json!(0),
            json!(0.0),
            json!(-0.0),
            json!(true),
            json!(false),
            json!({}),
            json!([1]),
        ] {
            assert!(!CallContext { user_id: nobody.clone(), ..CallContext::default() }.has_user());
            assert_eq!(of(nobody.clone(), Value::Null).shared_id(), "");
            assert_eq!(of(nobody, json!({"tenant": "a"})).shared_id(), "\n\"a\"");
        }
        assert_eq!(of(json!("0"), Value::Null).shared_id(), "\"0\"");
        assert_eq!(Caller::read("\"\\ud800\"".to_owned()).shared_id(), "\"\\ud800\"");
    }
}
