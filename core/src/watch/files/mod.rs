//! Looks at files: content, stamps, bind mounts.

pub(super) mod bind_mounts;
pub(super) mod content_outline;
pub(super) mod file_group;
pub(super) mod file_look;
pub(super) mod look_target;
