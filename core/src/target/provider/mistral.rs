//! Mistral: the shape of Chat Completions, with `strict`. No rules for schemas are published; strict is written as OpenAI
//! takes it, whose shape it follows.

use crate::target::check::common_rules;
use crate::target::check::definition_check::RuleGroups;
use crate::target::provider::openai;
use crate::target::rewrite::rewrite_rules::RewriteRules;

pub const PLAIN: RewriteRules = openai::PLAIN;
pub const STRICT_RULES: RewriteRules = openai::STRICT_RULES;

/// Names: error text, witsy#164, 2025-04.
pub const GROUPS: RuleGroups = &[common_rules::NAMES, common_rules::NAMES_OF_64];
pub const STRICT_GROUPS: RuleGroups =
    &[common_rules::NAMES, common_rules::NAMES_OF_64, openai::STRICT_CHECKS];
