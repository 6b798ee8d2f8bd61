//! The option `network.references` of a load: which `$ref`s out of a document may be read.

use serde::Deserialize;

/// Which `$ref`s out of a document may be read. Files below its folder and addresses of its own origin are always allowed.
/// Private, link-local and metadata addresses never are, apart from `hosts`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReferencePolicy {
    /// Files outside of the document's folder, such as `../common.yaml`. Default: false.
    pub outside_folder: bool,
    /// Public addresses of other origins. Default: true.
    pub internet: bool,
    /// Hosts (`name` or `name:port`) that may be read though their address is private. Default: none.
    pub hosts: Vec<String>,
}

impl Default for ReferencePolicy {
    fn default() -> Self {
        Self { outside_folder: false, internet: true, hosts: Vec::new() }
    }
}
