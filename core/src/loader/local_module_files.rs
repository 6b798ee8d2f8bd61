//! Files of modules from the disk.

use std::borrow::Cow;
use std::path::Path;

use crate::error::Result;
use crate::module::ModuleFiles;
use crate::retrieve::read_real_file;

/// Reads files of modules from the disk, each up to a size limit.
#[derive(Clone, Copy, Debug)]
pub struct LocalModuleFiles {
    /// Size limit of a file, in bytes.
    pub max_bytes: usize,
}

impl ModuleFiles for LocalModuleFiles {
    fn read(&self, path: &Path) -> Result<Cow<'_, [u8]>> {
        // The graph asks for real paths, which are checked against the directory of a source.
        read_real_file(path, self.max_bytes).map(Cow::Owned)
    }
}
