//! Bind mounts of single files, as Kubernetes makes for a `subPath`.
//!
//! Such a file keeps its inode, and so its content, when it is replaced outside of the container. Nothing inside can see the
//! replacement, so it is reported when the watch starts.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The paths that are mount points. None on systems without `/proc/self/mountinfo`.
pub(in crate::watch) fn find_bind_mounts(paths: Vec<&Path>) -> Vec<PathBuf> {
    let table = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let mounts: HashSet<_> = mount_points(&table).collect();
    paths.into_iter().filter(|path| mounts.contains(*path)).map(Path::to_owned).collect()
}

/// The mount points of a Linux mount table: the fifth column, with blanks as octal escapes (`proc_pid_mountinfo(5)`).
fn mount_points(table: &[u8]) -> impl Iterator<Item = PathBuf> {
    table.split(|byte| *byte == b'\n').filter_map(|line| {
        let column = line.split(|byte| *byte == b' ').nth(4)?;
        Some(PathBuf::from(os_string(unescape(column))))
    })
}

fn unescape(mut column: &[u8]) -> Vec<u8> {
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
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_points_are_read_with_their_escapes() {
        let table = b"22 1 8:1 / / rw - ext4 /dev/sda rw\n\
            40 22 8:1 /a /etc/my\\040specs/crm.yaml rw,relatime - ext4 /dev/sda rw\n\
            41 22 8:1 /b /x\\134y\\9 rw - ext4 /dev/sda rw\n\nshort line\n";
        let found: Vec<_> = mount_points(table).collect();
        assert_eq!(found, ["/", "/etc/my specs/crm.yaml", "/x\\y\\9"].map(PathBuf::from));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_below_a_mount_point_is_no_bind_mount() {
        let paths = ["/proc", "/proc/self/mountinfo"].map(Path::new);
        assert_eq!(find_bind_mounts(paths.to_vec()), paths[..1]);
    }
}
