//! Mistral: the shape of Chat Completions, with `strict`. No rules for schemas are published; strict is written as OpenAI
//! takes it, whose shape it follows.

use crate::target::check::common_rules;
use crate::target::check::definition_check::Groups;
use crate::target::provider::openai;
use crate::target::rewrite::rules::Rules;

pub const PLAIN: Rules = openai::PLAIN;
pub const STRICT_RULES: Rules = openai::STRICT_RULES;

/// Names: error text, witsy#164, 2025-04.
pub const GROUPS: Groups = &[common_rules::NAMES, common_rules::NAMES_OF_64];
pub const STRICT_GROUPS: Groups = &[common_rules::NAMES, common_rules::NAMES_OF_64, openai::STRICT_CHECKS];
