//! The real path of a file, which is the identity of its module.

use std::path::{Path, PathBuf};

/// The path of a file without links; its absolute path where it is not there.
pub fn real_path(path: &Path) -> PathBuf {
    let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = path.canonicalize().unwrap_or_else(|_| absolute());
    // Windows writes real paths of drives in a form that no URL has.
    let plain = real.to_str().and_then(|real| real.strip_prefix(r"\\?\")).filter(|rest| rest.contains(':'));
    plain.map(PathBuf::from).unwrap_or(real)
}
