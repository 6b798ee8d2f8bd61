//! The subject of a load: which source is loaded from which read, and why.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use crate::loader::mutex::lock;
use crate::loader::options::LoadOptions;
use crate::loader::sources::LoadedSource;
use crate::review::{GatePolicy, LoadTrigger};
use crate::spec::SpecSource;

/// One load of what was read.
#[derive(Clone, Copy)]
pub struct Load<'l> {
    /// The number of the read: a load of an older read changes nothing.
    pub read_number: u64,
    pub purpose: LoadPurpose,
    pub subject: LoadSubject<'l>,
}

/// Why a document is loaded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LoadPurpose {
    /// Its tools enter the registry. The trigger is for the history and the audit log.
    Apply(LoadTrigger),
    /// Only the report is wanted: nothing changes.
    Check,
}

/// The source of a load.
#[derive(Clone, Copy)]
pub enum LoadSubject<'l> {
    /// A document with its options, which may be new.
    Document { location: &'l SpecSource, options: &'l LoadOptions },
    /// A source that was loaded before, with its own options. `gates` replace its gates for this load.
    Source { source: &'l Mutex<LoadedSource>, gates: Option<&'l GatePolicy> },
}

/// The subject of an attempt: a source that was loaded before is locked.
pub enum LockedSubject<'l> {
    Document { location: &'l SpecSource, options: &'l LoadOptions },
    Source { source: MutexGuard<'l, LoadedSource>, gates: Option<&'l GatePolicy> },
}

/// Where the document of a load stands, and the options that it is loaded with.
pub struct LoadSetup<'l> {
    pub location: Cow<'l, SpecSource>,
    pub options: Cow<'l, LoadOptions>,
}

impl Load<'_> {
    /// The pins of a source's tools under this load. A reload keeps them as `pin` and approvals left them.
    pub fn pins(&self, source: &LoadedSource, options: &LoadOptions) -> BTreeMap<String, String> {
        let mut pins = source.pins.clone();
        if source.is_new() || self.purpose == LoadPurpose::Apply(LoadTrigger::Load) {
            pins.extend(options.gates.pins.0.clone());
        }
        pins
    }
}

impl<'l> LoadSubject<'l> {
    /// Locks the source of a reload.
    pub fn lock(&self) -> LockedSubject<'l> {
        match *self {
            Self::Document { location, options } => LockedSubject::Document { location, options },
            Self::Source { source, gates } => LockedSubject::Source { source: lock(source), gates },
        }
    }
}

impl<'l> LockedSubject<'l> {
    /// Where the document stands, and its options. Gates that are given for a reload replace the custom gates too.
    pub fn setup(&self) -> LoadSetup<'l> {
        match self {
            Self::Document { location, options } => {
                LoadSetup { location: Cow::Borrowed(location), options: Cow::Borrowed(options) }
            }
            Self::Source { source, gates } => {
                let mut options = (*source.options).clone();
                if let Some(gates) = gates {
                    (options.gates, options.custom_gates) = ((*gates).clone(), None);
                }
                LoadSetup { location: Cow::Owned(source.location.clone()), options: Cow::Owned(options) }
            }
        }
    }
}
