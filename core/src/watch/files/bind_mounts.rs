//! Files that are mounted one by one, as Kubernetes does for a `subPath`: such a file keeps its inode, and with it its
//! content, when another one takes its place outside. Nothing inside can see that, so it is said beforehand.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The paths at exactly which something is mounted. Where the system keeps no table of mounts there are none.
pub(in crate::watch) fn mounted(paths: Vec<&Path>) -> Vec<PathBuf> {
    let table = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let points: HashSet<_> = points(&table).collect();
    paths.into_iter().filter(|path| points.contains(*path)).map(Path::to_owned).collect()
}

/// Where something is mounted, by a table as Linux writes it: in the fifth column, blanks and the like as octal numbers.
fn points(table: &[u8]) -> impl Iterator<Item = PathBuf> {
    table.split(|byte| *byte == b'\n').filter_map(|line| {
        let column = line.split(|byte| *byte == b' ').nth(4)?;
        Some(PathBuf::from(text_of(unescaped(column))))
    })
}

fn unescaped(mut column: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(column.len());
    while let [first, rest @ ..] = column {
        if let [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] = column {
            text.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
            column = after;
        } else {
            text.push(*first);
            column = rest;
        }
    }
    text
}

#[cfg(unix)]
fn text_of(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn text_of(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_mounts_says_where_they_are() {
        let table = b"22 1 8:1 / / rw - ext4 /dev/sda rw\n\
            40 22 8:1 /a /etc/my\\040specs/crm.yaml rw,relatime - ext4 /dev/sda rw\n\
            41 22 8:1 /b /x\\134y\\9 rw - ext4 /dev/sda rw\n\nshort line\n";
        let found: Vec<_> = points(table).collect();
        assert_eq!(found, ["/", "/etc/my specs/crm.yaml", "/x\\y\\9"].map(PathBuf::from));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_mount_is_told_from_what_is_in_it() {
        let paths = ["/proc", "/proc/self/mountinfo"].map(Path::new);
        assert_eq!(mounted(paths.to_vec()), paths[..1]);
    }
}
