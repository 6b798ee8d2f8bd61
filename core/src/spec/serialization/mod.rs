//! Parameter serialization: location, style, explode and media type.

pub(in crate::spec) mod media_type;
pub(in crate::spec) mod parameter_in;
pub(in crate::spec) mod parameter_style;
pub(in crate::spec) mod value_serialization;
