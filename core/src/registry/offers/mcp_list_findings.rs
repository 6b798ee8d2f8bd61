//! Findings of an MCP tool list: why a tool stays away from it, and what concerns the list as a whole.

use super::mcp_list_form::McpListLimits;
use crate::target::{TargetFinding, Weight};

/// Where the limits of a list come from.
const SOURCE: &str = "toolrack: limits of MCP clients; the official one reads 10 MiB of a line, 2026-11";

pub(super) fn too_large(bytes: usize, limits: McpListLimits) -> TargetFinding {
    let most = limits.max_page_bytes;
    let message = format!(
        "the definition has {bytes} bytes, and a page of tools/list {most} at most; shorten its description or its schema"
    );
    finding("MCP_TOOL_TOO_LARGE", Weight::Refused, message)
}

pub(super) fn no_page_left(limits: McpListLimits) -> TargetFinding {
    let McpListLimits { max_page_bytes, max_pages, .. } = limits;
    let message = format!(
        "the {max_pages} pages of tools/list, of {max_page_bytes} bytes at most, are full; filter the tools"
    );
    finding("MCP_LIST_TOO_LARGE", Weight::Refused, message)
}

pub(super) fn paged(pages: usize) -> TargetFinding {
    let message = format!(
        "the list has {pages} pages, and some clients read the first one alone; filter the tools, or make pages larger"
    );
    finding("MCP_LIST_PAGED", Weight::Advised, message)
}

fn finding(code: &'static str, weight: Weight, message: String) -> TargetFinding {
    TargetFinding {
        code: code.into(),
        weight,
        pointer: String::new(),
        message: message.into(),
        source: SOURCE.into(),
    }
}
