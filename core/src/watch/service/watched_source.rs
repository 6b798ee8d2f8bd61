//! One watched source, as the actor keeps it.

use std::sync::Arc;

use crate::watch::WatchOptions;
use crate::watch::debounce::watch_state::WatchState;
use crate::watch::files::content_outline::ContentOutlines;
use crate::watch::files::look_target::LookTarget;
use crate::watch::service::watch_client::WatchClient;

/// A watched source.
pub(in crate::watch) struct WatchedSource {
    pub client: Arc<WatchClient>,
    pub target: Arc<LookTarget>,
    pub state: WatchState,
    pub options: WatchOptions,
    /// Identifies this target. A look at an earlier target of the source may still be under way.
    pub generation: u64,
    /// Whether a look at this target was started.
    pub is_seen: bool,
    /// The outlines of the content in use, once a look saw it.
    pub applied_outlines: Option<Arc<ContentOutlines>>,
    /// The outlines of the content whose reload is under way.
    pub pending_outlines: Option<Arc<ContentOutlines>>,
}

impl WatchedSource {
    /// Watches other files from now on.
    pub fn set_target(&mut self, target: LookTarget, generation: u64) {
        (self.target, self.generation, self.is_seen) = (Arc::new(target), generation, false);
        (self.applied_outlines, self.pending_outlines) = (None, None);
    }
}
