//! Overrides of operations and arguments: the option `overrides`, and `x-toolrack` in a document. The caller's override
//! counts first; a document may ask for more care, never for less.

mod amendment;
mod argument_amendment;
mod operation_override;
mod override_option;
mod override_reader;

pub use amendment::Amendment;
pub use argument_amendment::AmendedArguments;
pub use override_option::Overrides;
