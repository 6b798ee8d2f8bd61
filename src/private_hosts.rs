//! Private hosts (SSRF): the core's table of addresses and local names, for connections that JavaScript opens.

use napi_derive::napi;
use toolrack_core::http::why_private;

/// Why a host is private, as `in 10.0.0.0/8 (private)`: an address, or a name of this machine or of a private network.
/// Nothing for a public address, and for a name that may have one.
#[napi(catch_unwind)]
pub fn private_host(host: String) -> Option<String> {
    why_private(&host)
}
