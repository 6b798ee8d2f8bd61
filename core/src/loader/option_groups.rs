//! The groups of load options as they are written: `network`, `document`, `limits`; and where a misplaced option belongs.

use serde::Deserialize;

use crate::convert::{Deprecated, RawTokenBudget};
use crate::json::{DuplicateKeyPolicy, OptionFault, OptionPlaces};
use crate::retrieve::ReferencePolicy;
use crate::spec::{ArgumentShape, ParseLimits};
use crate::unicode::HiddenUnicode;

/// The group `network`: which hosts calls and references may reach, and which origins get credentials.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawNetwork {
    pub hosts: Vec<String>,
    pub auth_origins: Vec<String>,
    pub references: ReferencePolicy,
}

/// The group `document`: how the document is read. Its member `overlays` has no JSON form.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawDocument {
    pub deprecated: Deprecated,
    pub arguments: ArgumentShape,
    pub hidden_unicode: Option<HiddenUnicode>,
    duplicate_keys: DuplicateKeys,
}

/// The group `limits`: sizes of the document and of its tools, and the versions that are kept.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawLimits {
    bytes: Option<usize>,
    depth: Option<usize>,
    nodes: Option<usize>,
    aliases: Option<usize>,
    operations: Option<usize>,
    documents: Option<usize>,
    pub definition_bytes: Option<usize>,
    pub output_tokens: Option<usize>,
    pub versions: KeptVersions,
    pub tokens: Option<RawTokenBudget>,
}

/// The number of versions of a document whose tools are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct KeptVersions(pub usize);

impl Default for KeptVersions {
    fn default() -> Self {
        Self(10)
    }
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum DuplicateKeys {
    #[default]
    Refuse,
    Last,
}

impl RawLimits {
    /// The limits of the document; `defaults` count where they say nothing.
    pub fn over(&self, defaults: ParseLimits, document: &RawDocument) -> ParseLimits {
        ParseLimits {
            bytes: self.bytes.unwrap_or(defaults.bytes),
            depth: self.depth.unwrap_or(defaults.depth).min(defaults.depth),
            nodes: self.nodes.unwrap_or(defaults.nodes),
            aliases: self.aliases.unwrap_or(defaults.aliases),
            operations: self.operations.unwrap_or(defaults.operations),
            documents: self.documents.unwrap_or(defaults.documents),
            duplicates: match document.duplicate_keys {
                DuplicateKeys::Last => DuplicateKeyPolicy::Last,
                DuplicateKeys::Refuse => DuplicateKeyPolicy::Refuse,
            },
        }
    }
}

/// Where each option belongs. `limits.tokens.target` is left out: at the top it is a slip of `targets`.
const PLACES: OptionPlaces = OptionPlaces {
    groups: &[
        (
            "",
            &[
                "name",
                "namespace",
                "version",
                "category",
                "tags",
                "scopes",
                "include",
                "exclude",
                "outputSchemas",
                "overrides",
                "auth",
                "baseUrl",
                "headers",
                "watch",
                "gates",
                "targets",
                "rateLimit",
                "callLimits",
            ],
        ),
        ("network", &["hosts", "authOrigins", "references"]),
        ("network.references", &["outsideFolder", "internet"]),
        ("document", &["overlays", "deprecated", "arguments", "hiddenUnicode", "duplicateKeys"]),
        (
            "limits",
            &[
                "bytes",
                "depth",
                "nodes",
                "aliases",
                "operations",
                "documents",
                "definitionBytes",
                "outputTokens",
                "versions",
                "tokens",
            ],
        ),
        ("limits.tokens", &["tool"]),
    ],
    renamed: &[
        ("definitionUnicode", "document.hiddenUnicode"),
        ("keepVersions", "limits.versions"),
        ("tokenBudget", "limits.tokens"),
        ("filter", "is include, or exclude: each takes a function of the operation"),
    ],
};

/// A fault of load options: an option in another place is told where it belongs.
pub(super) fn told_places(fault: OptionFault) -> String {
    let fault = fault.with_further_options("", &["watch"]).with_further_options("document", &["overlays"]);
    fault.with_places(&PLACES).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::loader::LoadOptions;

    fn reason(options: &Value) -> String {
        LoadOptions::parse(options).expect_err(&options.to_string()).to_string()
    }

    /// Options with `value` at a path such as `network.hosts`.
    fn at(path: &str, value: Value) -> Value {
        path.rsplit('.').fold(value, |value, word| json!({word: value}))
    }

    #[test]
    fn every_place_is_one_of_an_option() {
        // `watch` and `overlays` are options of JavaScript, which have no JSON form.
        let in_json = |word: &&&str| !["watch", "overlays"].contains(*word);
        for (group, words) in PLACES.groups {
            for word in words.iter().filter(in_json) {
                let path = if group.is_empty() { (*word).to_owned() } else { format!("{group}.{word}") };
                let options = at(&path, json!([{}]));
                let error =
                    LoadOptions::parse(&options).map_or_else(|error| error.to_string(), |_| String::new());
                assert!(!error.contains(&format!("\"{word}\" is none")), "{path}: {error}");
                assert!(!error.contains("belongs"), "{path}: {error}");
            }
        }
    }

    #[test]
    fn an_option_in_another_place_is_told_where_it_belongs() {
        for (path, message) in [
            ("hosts", "\"hosts\" belongs into network: { network: { hosts } }"),
            ("authOrigins", "\"authOrigins\" belongs into network: { network: { authOrigins } }"),
            ("references", "\"references\" belongs into network: { network: { references } }"),
            ("overlays", "\"overlays\" belongs into document: { document: { overlays } }"),
            ("deprecated", "\"deprecated\" belongs into document: { document: { deprecated } }"),
            ("arguments", "\"arguments\" belongs into document: { document: { arguments } }"),
            (
                "definitionUnicode",
                "\"definitionUnicode\" belongs into document: { document: { hiddenUnicode } }",
            ),
            (
                "limits.duplicateKeys",
                "limits: \"duplicateKeys\" belongs into document: { document: { duplicateKeys } }",
            ),
            ("keepVersions", "\"keepVersions\" belongs into limits: { limits: { versions } }"),
            ("tokenBudget", "\"tokenBudget\" belongs into limits: { limits: { tokens } }"),
            ("filter", "\"filter\" is include, or exclude: each takes a function of the operation"),
            (
                "limits.internet",
                "limits: \"internet\" belongs into network.references: { network: { references: { internet } } }",
            ),
            ("network.overlays", "network: \"overlays\" belongs into document: { document: { overlays } }"),
            ("document.baseUrl", "document: \"baseUrl\" belongs at the top: { baseUrl }"),
        ] {
            assert_eq!(reason(&at(path, json!([]))), format!("option \"load\": {message}"));
        }
    }

    #[test]
    fn an_unknown_option_of_a_group_is_told_the_nearest_and_all_of_the_group() {
        for (path, message) in [
            ("network.host", "network: \"host\" is none of hosts, authOrigins, references; nearest: hosts"),
            (
                "document.overlay",
                "document: \"overlay\" is none of deprecated, arguments, hiddenUnicode, duplicateKeys, overlays; \
                 nearest: overlays",
            ),
            ("limits.version", "limits: \"version\" belongs at the top: { version }"),
            (
                "limits.tokens.tools",
                "limits.tokens: \"tools\" is none of target, tool, document; nearest: tool",
            ),
            (
                "network.references.outside",
                "network.references: \"outside\" is none of outsideFolder, internet, hosts; nearest: outsideFolder",
            ),
        ] {
            assert_eq!(reason(&at(path, json!([]))), format!("option \"load\": {message}"));
        }
    }
}
