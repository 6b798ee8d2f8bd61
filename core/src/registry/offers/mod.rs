//! Offers: what a provider, a planner or a report gets of a revision.
//!
//! A request to a provider needs the definitions in its form and within its limits. An agent that keeps them only needs the
//! delta since the revision it knows. A planner reads a catalog with token estimates.
//!
//! | need | file |
//! |---|---|
//! | definitions for one request; `overLimit`, `deferLoading`, `cache`; why a tool is sent as it is | `offer` |
//! | changes since a former revision | `delta` |
//! | tools that a target would refuse (quarantined), for a report | `target_judgement` |
//! | catalog for a planner; estimated tokens | `catalog`, `token_count` |
//! | the `tools/list` of an MCP server: its form, its tools, what stays away | `mcp_listing`, `mcp_list_form`, `mcp_list_draft`, `mcp_list_findings` |
//! | its pages, where they end, and the parts that they share | `mcp_page`, `page_cut`, `mcp_page_part` |
//!
//! Limits: token counts are estimates. A delta reaches back as far as former revisions are kept.

mod catalog;
mod delta;
mod mcp_list_draft;
mod mcp_list_findings;
mod mcp_list_form;
mod mcp_listing;
mod mcp_page;
mod mcp_page_part;
mod offer;
mod page_cut;
mod target_judgement;
mod token_count;

pub use catalog::{CatalogMode, CatalogOptions};
pub use delta::{Delta, DeltaSince};
pub use mcp_list_form::{McpListForm, McpListLimits};
pub use mcp_listing::{McpListReport, McpListing};
pub use mcp_page::McpPage;
pub use mcp_page_part::McpPagePart;
pub use offer::{Explanation, OfferOptions, OverLimit};
pub use target_judgement::{ReportTargets, TargetJudgement, TargetJudgements};
pub use token_count::{RULE as TOKEN_RULE, TokenCount, TokenMeter, ToolTokens, bytes_of_tokens};
