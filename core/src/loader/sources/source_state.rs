//! The state of a source after its last reads: what its tools are made of, and which faults were reported.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, ErrorCode};
use crate::loader::load_report::LoadReport;
use crate::registry::RegisteredTool;
use crate::retrieve::{Dependencies, FileContents, Validators};
use crate::tool::sha256::sha256;

/// The outcome of the last reads of a document.
#[derive(Default)]
pub struct SourceState {
    /// SHA-256 of the content that the tools are made of. `None`: no load has succeeded.
    pub applied: Option<[u8; 32]>,
    /// Its [`checksum`](crate::json::checksum).
    pub checksum: u64,
    /// The number of the read that was applied last.
    pub last_read: u64,
    /// The report of the load that was applied last.
    pub report: LoadReport,
    /// Names of the tools that it had when it was last changed.
    pub tool_names: Vec<String>,
    /// The same in the order of the document.
    pub order: Vec<String>,
    /// Whether a rollback is in effect: the tools are those of an older content.
    pub is_rolled_back: bool,
    /// Whether its tools are marked as stale because its document could not be read when it was restored.
    pub is_stale_since_restore: bool,
    /// What its tools are made of besides that content.
    pub dependencies: Dependencies,
    /// The tools that were withdrawn because its file is missing.
    pub withdrawn: Option<Vec<Arc<RegisteredTool>>>,
    /// Whether changed files could not be used because its server did not answer. The server's next answer is loaded, also
    /// where it is unchanged.
    pub awaits_server: bool,
    /// The newest content of its address, where the content itself was refused: parsing it again is of no use.
    pub refused: Option<RefusedContent>,
    /// The faults that were reported since it was well, so that each is reported once.
    pub reported: ReportedFaults,
}

/// Content that was refused.
pub struct RefusedContent {
    /// Its [`checksum`](crate::json::checksum) and length in bytes.
    pub content: (u64, usize),
    /// The validators of a conditional request for it.
    pub validators: Option<Validators>,
    pub error: Error,
}

/// The faults that were reported of a source.
#[derive(Default)]
pub struct ReportedFaults(Vec<ReportedFault>);

/// SHA-256 of the content, the code, and the message where there was no content.
type ReportedFault = (Option<[u8; 32]>, ErrorCode, Option<String>);

/// The number of faults that are told apart: a server that answers something else each time would fill memory.
const MAX_REPORTED: usize = 64;

impl SourceState {
    /// The state of a source whose tools were restored. What is read next is loaded, also what was read last: only that proves
    /// that the tools are those of the document. The exception is the content that a rollback left.
    pub fn restored(
        report: &LoadReport,
        tool_names: Vec<String>,
        rolled_back_from: Option<[u8; 32]>,
    ) -> Self {
        let applied = Some(rolled_back_from.unwrap_or_default());
        let is_rolled_back = rolled_back_from.is_some();
        Self { applied, report: report.clone(), tool_names, is_rolled_back, ..Self::default() }
    }

    /// Whether these files are what the tools are made of. `document` is the SHA-256 of the document; without it only the other
    /// files are compared.
    pub fn is_made_of(&self, document: Option<[u8; 32]>, files: &FileContents) -> bool {
        let hash_at =
            |path: &Path| files.files.iter().find(|(known, _)| known == path).map(|(_, bytes)| sha256(bytes));
        document.is_none_or(|document| self.applied == Some(document))
            && self.dependencies.files.iter().all(|part| part.hash == hash_at(&part.path))
    }

    /// Records a fault of this content, or of having none; whether it was not reported yet.
    pub fn is_new_fault(&mut self, content: Option<[u8; 32]>, error: &Error) -> bool {
        let message = content.is_none().then(|| error.to_string());
        let fault = (content, error.code(), message);
        let ReportedFaults(known) = &mut self.reported;
        if known.contains(&fault) {
            return false;
        }
        if known.len() == MAX_REPORTED {
            known.remove(0);
        }
        known.push(fault);
        true
    }

    /// After content that is in use every fault is new again.
    pub fn clear_faults(&mut self) {
        self.reported = ReportedFaults::default();
        self.refused = None;
    }
}
