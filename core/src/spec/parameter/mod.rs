//! Parameters, as OpenAPI 3 and Swagger 2.0 declare them.

pub(in crate::spec) mod openapi3_parameter;
pub(in crate::spec) mod parameter_lists;
pub(in crate::spec) mod path_parameters;
pub(in crate::spec) mod reserved_headers;
pub(in crate::spec) mod swagger2_parameter;
