//! One document of a bundle: its address and its bytes.

use url::Url;

use crate::spec::Bytes;

/// One document of a bundle.
pub struct BundledDocument {
    /// Its address; `None` for a text that the caller gave.
    pub address: Option<Url>,
    /// The address of the answer, where redirects led to another one. References are relative to it.
    pub final_url: Option<Url>,
    pub bytes: Bytes,
}
