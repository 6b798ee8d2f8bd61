//! One source as the actor watches it.

use std::sync::Arc;

use crate::watch::WatchOptions;
use crate::watch::debounce::watch_state::WatchState;
use crate::watch::files::content_outline::ContentOutlines;
use crate::watch::files::look_target::LookTarget;
use crate::watch::service::watch_client::WatchClient;

/// A source that is watched.
pub(in crate::watch) struct WatchedSource {
    pub client: Arc<WatchClient>,
    pub subject: Arc<LookTarget>,
    pub state: WatchState,
    pub options: WatchOptions,
    /// Tells this watching from an earlier one of the same source, whose look may still be under way.
    pub generation: u64,
    /// Whether it was looked at in this generation.
    pub is_seen: bool,
    /// Of the content that is in use, where it was seen.
    pub outlines: Option<Arc<ContentOutlines>>,
    /// Of the content whose reload is under way.
    pub handed: Option<Arc<ContentOutlines>>,
}

impl WatchedSource {
    /// Other files are looked at from now on.
    pub fn turn(&mut self, subject: LookTarget, generation: u64) {
        (self.subject, self.generation, self.is_seen) = (Arc::new(subject), generation, false);
        (self.outlines, self.handed) = (None, None);
    }
}
