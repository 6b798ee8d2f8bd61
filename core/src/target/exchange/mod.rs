//! From a call to arguments, from a result to a message.

pub mod arguments_in;
pub mod attached_file;
pub mod branch_matcher;
pub mod messages;
pub mod null_omission;
pub mod provider_call;
pub mod result_files;
