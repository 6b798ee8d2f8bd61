//! Overrides of operations and arguments: the option `overrides`, and `x-toolrack` in a document. The caller's override
//! counts first; a document may ask for more care, never for less.

mod argument_overrides;
mod operation_override;
mod override_layers;
mod override_option;
mod override_reader;

pub use argument_overrides::OverriddenArguments;
pub use operation_override::{Override, OverrideAuthor};
pub use override_layers::OverrideLayers;
pub use override_option::Overrides;
