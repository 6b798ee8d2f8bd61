//! An operation on the wire: arguments → HTTP request, HTTP response → result.
//!
//! An [`Endpoint`] says where each argument goes. Values are written by OpenAPI's styles (`deepObject`, `form`, ...) and by the media
//! type of the body; a response is read by its own media type.

pub(crate) mod data_url;
mod endpoint;
mod endpoint_destination;
pub(crate) mod escape;
pub(crate) mod request;
pub(crate) mod response;

pub use endpoint::Endpoint;
pub(crate) use endpoint_destination::destination_of;
