//! Response reading: an HTTP response becomes a result.
//!
//! The media type decides the form; `charset.rs` decodes text, and `response_head.rs` chooses the headers that a caller
//! gets.

mod charset;
mod content_disposition;
mod http_response;
mod json_weight;
mod response_head;

pub use content_disposition::safe_file_name;
pub use http_response::{ResponseRedactor, read_response};
