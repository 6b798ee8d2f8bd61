//! Name conflicts: whether a tool may replace another one of the same name.

/// What happens when a tool is registered under a name in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// The new tool is refused with `NAME_TAKEN`.
    #[default]
    Refuse,
    /// The new tool replaces the old one of exactly the same name. A name that differs by `-` and `_` or by case alone is
    /// still refused.
    Replace,
}
