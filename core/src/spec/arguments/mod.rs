//! The argument object: what a model fills in, and the map that says where in the request each argument goes.

pub(in crate::spec) mod argument_edit;
pub(in crate::spec) mod argument_object;
