//! The document reloader: hands the new state of watched documents to the loader.

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_core::future::BoxFuture;

use crate::loader::{DirectoryChanges, LoadListener, SpecLoader};
use crate::retrieve::{FileContents, ListedFiles, PollOutcome, WatchTarget};
use crate::watch::{Observed, Reloader, Truncation, TruncationVerdict, WatchNotice};

/// Reloads the documents of a loader. It holds the loader weakly: once the loader is dropped, changes are ignored.
pub struct DocumentReloader {
    loader: Weak<SpecLoader>,
    listener: Arc<dyn LoadListener>,
}

impl DocumentReloader {
    /// A reloader for a loader. `listener` receives the outcome of each reload.
    pub fn new(loader: &Arc<SpecLoader>, listener: Arc<dyn LoadListener>) -> Self {
        Self { loader: Arc::downgrade(loader), listener }
    }
}

impl Reloader for DocumentReloader {
    fn reload(
        &self,
        source: &str,
        observed: Observed,
        truncation: Truncation,
    ) -> BoxFuture<'_, TruncationVerdict> {
        let source = source.to_owned();
        Box::pin(async move {
            let Some(loader) = self.loader.upgrade() else { return TruncationVerdict::Done };
            let files = match observed {
                Observed::Bytes(bytes) => Ok(FileContents::from_document(bytes)),
                Observed::Files(files) => Ok(files),
                Observed::Unreadable { reason } => Err(reason),
                Observed::Missing => {
                    loader.hot_reload().report_missing(&source, &*self.listener);
                    return TruncationVerdict::Done;
                }
                Observed::Gone => {
                    loader.hot_reload().withdraw_tools(&source);
                    return TruncationVerdict::Done;
                }
            };
            loader.hot_reload().load_files(&source, files, truncation, &*self.listener).await
        })
    }

    fn poll(&self, source: &str, deadline: Duration) -> BoxFuture<'_, PollOutcome> {
        let source = source.to_owned();
        Box::pin(async move {
            let Some(loader) = self.loader.upgrade() else { return PollOutcome::Gone };
            loader.hot_reload().poll(&source, deadline, &*self.listener).await
        })
    }

    fn watch_target(&self, source: &str) -> Option<WatchTarget> {
        self.loader.upgrade()?.hot_reload().watch_target(source).ok()
    }

    fn update_listing(&self, directory: &Path, listed: &ListedFiles) -> DirectoryChanges {
        let loader = self.loader.upgrade();
        loader.map_or_else(DirectoryChanges::default, |loader| {
            loader.hot_reload().update_listing(directory, &listed.names, &*self.listener)
        })
    }

    fn notice(&self, notice: WatchNotice) {
        match notice {
            WatchNotice::Polling { reason, interval } => self.listener.polling(&reason, interval),
            WatchNotice::Blind { source, path } => self.listener.blind(&source, &path.display().to_string()),
            WatchNotice::ReloadPanicked { source, message } => {
                self.listener.reload_failed(&source, &crate::error::Error::Internal { reason: message });
            }
        }
    }
}
