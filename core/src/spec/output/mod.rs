//! The output schema of an operation: what its success responses say of a result, as one JSON Schema 2020-12.
//!
//! A program that calls a tool, and a client that speaks MCP, read a result by its schema. The document has it in the
//! responses: one or more statuses, each with media types. `success_responses` finds the documented success responses and
//! says of each whether it is JSON; `output_reader` converts their schemas, makes one of several, and bounds it.
//!
//! A response that is no JSON in some case (a text, a file, a stream, a status without a schema) leaves the operation
//! without an output schema: a correct API must never fail a call.
//!
//! ```
//! use toolrack_core::spec::OutputBound;
//!
//! assert_eq!(OutputBound::default().tokens, 2_000);
//! ```
//!
//! Limits: [`OutputBound`] bounds one output schema; over it, a schema loses its annotations first, then is left out.
//! Responses with the status `default` are failures.

pub(in crate::spec) mod operation_output;
pub(in crate::spec) mod output_reader;
pub(in crate::spec) mod success_responses;
