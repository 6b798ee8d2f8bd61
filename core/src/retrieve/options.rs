//! Which references out of a document may be read.

use serde::Deserialize;

/// Where references may lead that lead out of a document. Files below its folder and addresses of its own origin always
/// may; what a guard calls private, link-local or metadata never may, but for the hosts listed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReferencePolicy {
    /// Files outside of the document's folder. Default: no.
    pub outside_folder: bool,
    /// Public addresses of other hosts. Default: yes.
    pub internet: bool,
    /// Hosts (`name` or `name:port`) that may be asked though their address is private.
    pub hosts: Vec<String>,
}

impl Default for ReferencePolicy {
    fn default() -> Self {
        Self { outside_folder: false, internet: true, hosts: Vec::new() }
    }
}
