//! The argument object: what a model fills in, and where in the request each argument goes.
//!
//! Names of arguments are for models, names of parameters for the API. [`Arguments`](crate::spec::Arguments) has both: the
//! schema of the object, and the map of locations. A caller's override finds an argument by any name that it has, fixes its
//! value, and removes it from the schema.
//!
//! ```
//! use toolrack_core::spec::{ArgumentGroup, ParameterIn};
//!
//! assert_eq!(ArgumentGroup::of(ParameterIn::QueryString).as_str(), "query");
//! ```
//!
//! Limits: an ambiguous name matches no argument, so that a document cannot redirect a fixed value to another parameter.

pub(in crate::spec) mod argument_edit;
pub(in crate::spec) mod argument_lookup;
pub(in crate::spec) mod argument_object;
