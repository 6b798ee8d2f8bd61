//! An HTTP response to a result.

mod charset;
mod content_disposition;
mod http_response;
mod json_weight;
mod response_head;

pub use content_disposition::safe_file_name;
pub use http_response::{ResponseRedactor, read};
