//! What becomes of a name that is registered twice.

/// What happens when a name is registered that is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// The new tool is refused.
    #[default]
    Refuse,
    /// The new tool takes the place of the old one, if the names are the same. A name that differs by `-` and `_` or
    /// by case alone is refused all the same.
    Replace,
}
