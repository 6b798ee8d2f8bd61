//! Path templates with the expressions of RFC 6570 (URI Template).

pub(in crate::spec) mod expression;
pub(in crate::spec) mod path_template;
