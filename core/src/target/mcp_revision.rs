//! The revisions of the Model Context Protocol.

/// A revision of the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum McpRevision {
    /// 2025-06-18.
    June2025,
    /// 2025-11-25: the latest that the first SDK speaks.
    #[default]
    November2025,
    /// 2026-07-28.
    July2026,
}

impl McpRevision {
    /// The revisions by their names; older ones are served the oldest shape.
    pub const NAMES: [(&'static str, Self); 3] =
        [("2025-06-18", Self::June2025), ("2025-11-25", Self::November2025), ("2026-07-28", Self::July2026)];
}
