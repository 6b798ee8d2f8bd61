//! An operation on the wire: arguments → HTTP request, HTTP response → result.
//!
//! An [`Endpoint`] says where each argument goes. Values are written by OpenAPI's styles (`deepObject`, `form`, ...) and by the media
//! type of the body; a response is read by its own media type.

mod attachment;
pub(crate) mod binary;
mod body;
mod charset;
pub(crate) mod destination;
mod endpoint;
pub(crate) mod escape;
mod head;
mod json_weight;
mod multipart;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod spelling;
mod style;

pub use endpoint::Endpoint;
