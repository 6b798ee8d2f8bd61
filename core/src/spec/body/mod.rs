//! The request body, as OpenAPI 3 and Swagger 2.0 declare it, with the fields of forms.

pub(in crate::spec) mod form_fields;
pub(in crate::spec) mod openapi3_body;
pub(in crate::spec) mod request_body;
pub(in crate::spec) mod swagger2_body;
