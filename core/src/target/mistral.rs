//! Mistral: the shape of Chat Completions, with `strict`. No rules for schemas are published; strict is written as OpenAI
//! takes it, whose shape it follows.

use super::check::Groups;
use super::openai;
use super::rules::Rules;
use super::shared;

pub const PLAIN: Rules = openai::PLAIN;
pub const STRICT_RULES: Rules = openai::STRICT_RULES;

/// Names: error text, witsy#164, 2025-04.
pub const GROUPS: Groups = &[shared::NAMES, shared::NAMES_OF_64];
pub const STRICT_GROUPS: Groups = &[shared::NAMES, shared::NAMES_OF_64, openai::STRICT_CHECKS];
