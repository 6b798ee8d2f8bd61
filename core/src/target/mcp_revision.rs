//! Revisions of the Model Context Protocol (MCP).

/// A revision of MCP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum McpRevision {
    /// 2025-06-18.
    June2025,
    /// 2025-11-25, the newest revision of the first SDK.
    #[default]
    November2025,
    /// 2026-07-28.
    July2026,
}

impl McpRevision {
    /// The revisions by name. A client of an older revision gets the form of the oldest one.
    pub const NAMES: [(&'static str, Self); 3] =
        [("2025-06-18", Self::June2025), ("2025-11-25", Self::November2025), ("2026-07-28", Self::July2026)];
}
