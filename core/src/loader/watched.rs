//! What watchers see of documents, and how that went.

use std::path::PathBuf;

use super::SpecLoader;
use super::audit;
use super::bundle::Bundle;
use super::history::Trigger;
use super::listener::LoadListener;
use super::report::CheckReport;
use super::spec_loader::{Purpose, lock};
use crate::error::{Error, Result};
use crate::spec::SpecSource;
use crate::tool::fingerprint;

impl SpecLoader {
    /// Notes how a reading of a document went that is loaded.
    pub(super) fn judge(&self, name: &str, outcome: &Result<CheckReport>) {
        match outcome {
            Ok(_) => self.statuses.is_well(name),
            Err(error) => self.statuses.failed(name, error, self.now()),
        }
    }

    /// Takes bytes that a watcher read for the document's new content, and tells the listener what came of it; a fault
    /// is told once for each content.
    pub async fn observed(&self, name: &str, observed: Result<Vec<u8>, String>, listener: &dyn LoadListener) {
        let Ok((reading, source)) = self.reading().and_then(|reading| Ok((reading, self.source(name)?)))
        else {
            return;
        };
        let content = observed.as_ref().ok().map(|bytes| fingerprint::sha256(bytes));
        let place = {
            let mut source = lock(&source);
            if content.is_some() && content == source.state.applied {
                source.state.is_well();
                self.statuses.is_well(name);
                return;
            }
            source.place.clone()
        };
        let outcome = match observed {
            Ok(bytes) => {
                let (bundle, watch) = (Bundle::new(&place, bytes.into()), Purpose::Entry(Trigger::Watch));
                self.renew(&source, reading, bundle, None, watch).await
            }
            Err(reason) => Err(Error::SourceUnreadable { location: place.location(), reason, status: None }),
        };
        self.judge(name, &outcome);
        let is_news = outcome.as_ref().err().is_none_or(|error| lock(&source).state.is_news(content, error));
        if is_news {
            audit::record(&self.registry, Trigger::Watch, name, &outcome);
        }
        match outcome {
            Ok(done) => listener.reloaded(&done.report),
            Err(error) if is_news => listener.reload_failed(name, &error),
            Err(_) => {}
        }
    }

    /// Notes that the file of a document is gone, and tells the listener.
    pub fn missing(&self, name: &str, listener: &dyn LoadListener) {
        let Ok(source) = self.source(name) else { return };
        let location = lock(&source).place.location();
        let reason = "the file is missing".to_owned();
        let error = Error::SourceUnreadable { location: location.clone(), reason, status: None };
        self.statuses.failed(name, &error, self.now());
        listener.source_missing(name, &location);
    }

    /// The file that a document stands in and the content its tools were made from, where it stands in a file.
    pub fn file(&self, name: &str) -> Result<Option<(PathBuf, [u8; 32])>> {
        let source = self.source(name)?;
        let source = lock(&source);
        Ok(match &source.place {
            SpecSource::Path(path) => Some((path.clone(), source.state.applied.unwrap_or_default())),
            SpecSource::Url(_) | SpecSource::Text(_) => None,
        })
    }
}
