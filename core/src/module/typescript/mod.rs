//! TypeScript: types are blanked, and what is more than a type (`enum`, parameter properties) is written in JavaScript.
//!
//! Blanked text becomes spaces, so every token stays on its line. Where the blanked text kept two statements apart, or
//! kept a line end from ending one, a `;` or a bracket takes its place.

mod class_erasure;
mod enum_lowering;
mod function_erasure;
mod parameter_properties;
mod typescript_modules;
mod value_declarations;

pub use value_declarations::has_values;
