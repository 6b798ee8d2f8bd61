//! From tools to one request.

pub mod render_cache;
pub mod rendering;
pub mod request_limits;
pub mod tool_offer;
