//! Many watches on one service: each hears of its own files, and what goes wrong in one is nobody else's.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Barrier, Condvar, LazyLock, Mutex};
use std::time::Duration;

use futures_core::future::BoxFuture;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use toolrack_core::retrieve::WatchTarget;
use toolrack_core::watch::{
    Observed, Reloader, SourceWatch, Truncation, TruncationVerdict, WatchNotice, WatchOptions, WatchService,
};

/// Long enough for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a reloader does with what it is told.
type Deed = Box<dyn Fn(Observed) + Send + Sync>;

/// Does the deed in each reload, and panics wherever else it is asked, if it is to.
struct Doer {
    deed: Deed,
    panics: bool,
}

impl Reloader for Doer {
    fn reload(&self, _: &str, observed: Observed, _: Truncation) -> BoxFuture<'_, TruncationVerdict> {
        Box::pin(async {
            (self.deed)(observed);
            TruncationVerdict::Done
        })
    }

    fn watch_target(&self, _: &str) -> Option<WatchTarget> {
        assert!(!self.panics, "as the test says");
        None
    }

    fn notice(&self, _: WatchNotice) {
        assert!(!self.panics, "as the test says");
    }
}

/// A directory, and a service whose watches have files in it.
struct Scene {
    directory: TempDir,
    service: WatchService,
}

impl Scene {
    fn new() -> Self {
        static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads"));
        let service = WatchService::new(RUNTIME.handle().clone());
        Self { directory: tempfile::tempdir().expect("a directory"), service }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Watches a file that is there, as if nothing of it were in use.
    fn watch(&self, name: &str, reloader: Arc<dyn Reloader>) -> SourceWatch {
        let watch = SourceWatch::start(&self.service, reloader, WatchOptions::default());
        fs::write(self.path(name), "before").expect("a file");
        watch.watch("crm", self.path(name), [0; 32]).expect("a watch");
        watch
    }

    /// A watch of a file, and what it hears; it has heard of the file as it is.
    fn listener(&self, name: &str) -> (SourceWatch, Receiver<Observed>) {
        let (sender, told) = mpsc::channel();
        let watch = self.watch(name, doer(move |observed| _ = sender.send(observed)));
        assert_eq!(told.recv_timeout(PATIENCE), Ok(content("before")));
        (watch, told)
    }
}

fn doer(deed: impl Fn(Observed) + Send + Sync + 'static) -> Arc<dyn Reloader> {
    Arc::new(Doer { deed: Box::new(deed), panics: false })
}

fn content(text: &str) -> Observed {
    Observed::Bytes(text.into())
}

fn write(path: &Path, content: &str) {
    fs::write(path, content).expect("a file");
}

/// A gate that is shut until it is dropped: reloads that wait at it block their threads.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn wait(&self) {
        let open = self.0.0.lock().expect("no panic before");
        drop(self.0.1.wait_while(open, |open| !*open).expect("no panic before"));
    }

    fn open(&self) {
        *self.0.0.lock().expect("no panic before") = true;
        self.0.1.notify_all();
    }
}

/// Waits at a gate in each reload, and says so before.
fn blocker(gate: &Gate, started: &Sender<()>) -> Arc<dyn Reloader> {
    let (gate, started) = (gate.clone(), started.clone());
    doer(move |_| {
        let _ = started.send(());
        gate.wait();
    })
}

#[test]
fn reloads_of_twenty_watches_that_block_hold_no_other_watch_up() {
    let (scene, gate, (started, has_started)) = (Scene::new(), Gate::default(), mpsc::channel());
    let blocked: Vec<_> =
        (0..20).map(|i| scene.watch(&format!("{i}.yaml"), blocker(&gate, &started))).collect();
    for _ in &blocked {
        assert_eq!(has_started.recv_timeout(PATIENCE), Ok(()), "each of them has a thread");
    }
    let (_watch, told) = scene.listener("other.yaml");
    write(&scene.path("other.yaml"), "after");
    assert_eq!(told.recv_timeout(PATIENCE), Ok(content("after")));
    gate.open();
}

#[test]
fn reloads_of_two_watches_are_at_work_at_one_time_and_those_of_one_watch_are_not() {
    let (scene, meeting) = (Scene::new(), Arc::new(Barrier::new(2)));
    let (sender, met) = mpsc::channel();
    let _watches = ["a.yaml", "b.yaml"].map(|name| {
        let (meeting, sender) = (Arc::clone(&meeting), sender.clone());
        // Each waits in its reload for that of the other.
        scene.watch(name, doer(move |_| _ = (meeting.wait(), sender.send(()))))
    });
    assert_eq!([met.recv_timeout(PATIENCE), met.recv_timeout(PATIENCE)], [Ok(()), Ok(())]);

    let (gate, (started, has_started)) = (Gate::default(), mpsc::channel());
    let watch = scene.watch("c.yaml", blocker(&gate, &started));
    write(&scene.path("d.yaml"), "before");
    watch.watch("other", scene.path("d.yaml"), [0; 32]).expect("a watch");
    assert_eq!(has_started.recv_timeout(PATIENCE), Ok(()));
    assert_eq!(has_started.recv_timeout(Duration::from_millis(500)), Err(mpsc::RecvTimeoutError::Timeout));
    gate.open();
    assert_eq!(has_started.recv_timeout(PATIENCE), Ok(()));
}

#[test]
fn a_watch_that_panics_wherever_it_is_asked_harms_no_other() {
    let scene = Scene::new();
    let (sender, told_first) = mpsc::channel();
    let deed: Deed = Box::new(move |_| {
        let _ = sender.send(());
        panic!("as the test says");
    });
    let panicking = scene.watch("panicking.yaml", Arc::new(Doer { deed, panics: true }));
    let (_watch, told) = scene.listener("other.yaml");
    for text in ["one", "two"] {
        assert_eq!(told_first.recv_timeout(PATIENCE), Ok(()));
        panicking.update_files("crm");
        write(&scene.path("other.yaml"), text);
        assert_eq!(told.recv_timeout(PATIENCE), Ok(content(text)));
        write(&scene.path("panicking.yaml"), text);
    }
}

#[test]
fn two_watches_of_one_file_both_hear_of_it_and_one_goes_on_when_the_other_ends() {
    let scene = Scene::new();
    let ((first, told_first), (second, told_second)) = (scene.listener("a.yaml"), scene.listener("a.yaml"));
    write(&scene.path("a.yaml"), "one");
    for told in [&told_first, &told_second] {
        assert_eq!(told.recv_timeout(PATIENCE), Ok(content("one")));
    }
    first.close();
    write(&scene.path("a.yaml"), "two");
    assert_eq!(told_second.recv_timeout(PATIENCE), Ok(content("two")));
    assert_eq!(told_first.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
    second.unwatch("crm");
    // A service that has ended with its last source starts again with the next one.
    second.watch("crm", scene.path("a.yaml"), [0; 32]).expect("a watch");
    assert_eq!(told_second.recv_timeout(PATIENCE), Ok(content("two")));
}

#[test]
fn a_watch_that_is_dropped_lets_go_of_its_reloader_while_others_go_on() {
    let scene = Scene::new();
    let (_other, told) = scene.listener("other.yaml");
    for i in 0..50 {
        let (watch, told) = scene.listener(&format!("{i}.yaml"));
        drop(watch);
        assert_eq!(told.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
    }
    write(&scene.path("other.yaml"), "after");
    assert_eq!(told.recv_timeout(PATIENCE), Ok(content("after")));
}
