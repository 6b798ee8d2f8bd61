//! The documents of the field, which stand beside the workspace in `../shared/specs`, and work on all of them at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use toolrack_core::convert::Deprecated;
use toolrack_core::http::TlsClient;
use toolrack_core::loader::{LoadOptions, SpecLoader};
use toolrack_core::registry::{OnConflict, Snapshot, ToolRegistry};
use toolrack_core::spec::SpecSource;

/// The documents, or none where there are none.
pub fn documents() -> Vec<PathBuf> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs");
    let Ok(index) = fs::read_to_string(specs.join("INDEX.tsv")) else {
        println!("skipped: there is no {}", specs.display());
        return Vec::new();
    };
    index.lines().skip(1).filter_map(|line| Some(specs.join(line.split('\t').next()?))).collect()
}

/// A registry with every tool of a document, deprecated ones too, or nothing where it does not load.
pub fn loaded(file: &Path) -> Option<Arc<Snapshot>> {
    let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
    let loader = SpecLoader::new(Arc::clone(&registry), Arc::new(TlsClient::new()));
    let mut options = LoadOptions::default();
    options.conversion.deprecated = Deprecated::Include;
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(loader.load(SpecSource::Path(file.to_owned()), options)).ok()?;
    Some(registry.snapshot())
}

/// What becomes of each of some things, on all processors: in no order.
pub fn on_each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push(work(thing));
        }
        done
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("none panics")).collect()
    })
}
