//! Real files under a real watch. Tests wait for what is handed over, never for a time to pass; where file events are
//! what is tested, the poll is too rare to help.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use toolrack_core::error::ErrorCode;
use toolrack_core::tool::sha256::sha256;
use toolrack_core::watch::{
    Observed, Reloader, SourceWatch, Truncation, TruncationVerdict, WatchNotice, WatchOptions, WatchService,
};

/// Long enough for a loaded machine, and far under [`NEVER`].
const PATIENCE: Duration = Duration::from_secs(20);
const NEVER: Duration = Duration::from_hours(1);

/// What all watches of this program share.
fn service() -> &'static WatchService {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads"));
    static SERVICE: LazyLock<WatchService> = LazyLock::new(|| WatchService::new(RUNTIME.handle().clone()));
    &SERVICE
}

#[derive(Clone, Debug, PartialEq)]
enum Told {
    Reload(String, Observed),
    WatchNotice(WatchNotice),
}

/// Passes on all that it is told.
struct Recorder(Sender<Told>);

impl Reloader for Recorder {
    fn reload(&self, source: &str, observed: Observed, _: Truncation) -> BoxFuture<'_, TruncationVerdict> {
        let _ = self.0.send(Told::Reload(source.to_owned(), observed));
        Box::pin(async { TruncationVerdict::Done })
    }

    fn notice(&self, notice: WatchNotice) {
        let _ = self.0.send(Told::WatchNotice(notice));
    }
}

/// A directory, and a watch that hears of changes by events alone.
struct Scene {
    directory: TempDir,
    watch: SourceWatch,
    told: Receiver<Told>,
}

impl Scene {
    fn new() -> Self {
        Self::with(WatchOptions { poll_interval: NEVER, ..WatchOptions::default() })
    }

    fn with(options: WatchOptions) -> Self {
        let (sender, told) = mpsc::channel();
        let watch = SourceWatch::start(service(), Arc::new(Recorder(sender)), options);
        Self { directory: tempfile::tempdir().expect("a directory"), watch, told }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes the file, watches it, and sees to it that events are listened to.
    fn watched(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, "before").expect("a file");
        self.watch_as(name, path.clone());
        path
    }

    /// Watches as if nothing had been applied yet: the reload that follows says that the watch is at work. Directories
    /// are armed after the first look and the reload comes after the second, so they are armed by then.
    fn watch_as(&self, source: &str, path: PathBuf) {
        self.watch.watch(source, path, [0; 32]).expect("a watch");
        assert!(matches!(self.next(), Told::Reload(name, _) if name == source));
    }

    fn next(&self) -> Told {
        self.told.recv_timeout(PATIENCE).expect("something is told")
    }

    fn expect(&self, source: &str, content: &str) {
        assert_eq!(self.next(), reload(source, content));
    }
}

fn reload(source: &str, content: &str) -> Told {
    Told::Reload(source.to_owned(), Observed::Bytes(content.as_bytes().to_vec()))
}

fn rename_over(path: &Path, content: &str) {
    let temporary = path.with_extension("tmp");
    fs::write(&temporary, content).expect("a file");
    fs::rename(temporary, path).expect("a rename");
}

#[test]
fn a_file_written_in_place_is_handed_over() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    fs::write(&path, "after").expect("a file");
    scene.expect("spec.yaml", "after");
}

#[test]
fn a_file_that_changed_before_the_watch_began_is_handed_over() {
    let scene = Scene::new();
    let path = scene.path("spec.yaml");
    fs::write(&path, "after").expect("a file");
    scene.watch.watch("crm", path, sha256(b"before")).expect("a watch");
    scene.expect("crm", "after");
}

#[test]
fn a_file_renamed_over_twenty_times_is_heard_each_time() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    for count in 0..20 {
        rename_over(&path, &count.to_string());
        scene.expect("spec.yaml", &count.to_string());
    }
}

#[test]
fn a_deleted_file_is_missing_and_is_heard_again_when_it_is_back() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    fs::remove_file(&path).expect("a file");
    assert_eq!(scene.next(), Told::Reload("spec.yaml".to_owned(), Observed::Missing));
    fs::write(&path, "after").expect("a file");
    scene.expect("spec.yaml", "after");
    fs::write(&path, "later").expect("a file");
    scene.expect("spec.yaml", "later");
}

#[cfg(unix)]
#[test]
fn a_config_map_that_is_swapped_is_heard_each_time() {
    use std::os::unix::fs::symlink;

    let scene = Scene::new();
    let path = scene.path("spec.yaml");
    let swap = |day: &str| {
        fs::create_dir(scene.path(day)).expect("a directory");
        fs::write(scene.path(day).join("spec.yaml"), day).expect("a file");
        symlink(day, scene.path("..data_tmp")).expect("a link");
        fs::rename(scene.path("..data_tmp"), scene.path("..data")).expect("a rename");
    };
    swap("..day_0");
    symlink("..data/spec.yaml", &path).expect("a link");
    scene.watch_as("crm", path);
    for day in 1..5 {
        swap(&format!("..day_{day}"));
        fs::remove_dir_all(scene.path(&format!("..day_{}", day - 1))).expect("a directory");
        scene.expect("crm", &format!("..day_{day}"));
    }
}

#[cfg(unix)]
#[test]
fn a_directory_behind_a_link_is_heard() {
    let scene = Scene::new();
    let elsewhere = tempfile::tempdir().expect("a directory");
    fs::write(elsewhere.path().join("spec.yaml"), "before").expect("a file");
    std::os::unix::fs::symlink(elsewhere.path(), scene.path("current")).expect("a link");
    scene.watch_as("crm", scene.path("current/spec.yaml"));
    rename_over(&elsewhere.path().join("spec.yaml"), "after");
    scene.expect("crm", "after");
}

#[test]
fn a_touch_is_nothing() {
    let scene = Scene::new();
    let touched = scene.watched("touched.yaml");
    let written = scene.watched("written.yaml");
    for content in ["one", "two"] {
        fs::write(&touched, "before").expect("a file");
        File::open(&touched)
            .and_then(|file| file.set_modified(std::time::SystemTime::now()))
            .expect("a touch");
        // Told after the touch was looked at: both take the same time.
        fs::write(&written, content).expect("a file");
        scene.expect("written.yaml", content);
    }
    fs::write(&touched, "after").expect("a file");
    scene.expect("touched.yaml", "after");
}

#[test]
fn a_file_truncated_and_then_written_comes_with_its_final_content_only() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    File::create(&path).expect("an empty file");
    let meanwhile = scene.told.recv_timeout(Duration::from_millis(400));
    assert_eq!(meanwhile, Err(RecvTimeoutError::Timeout));
    fs::write(&path, "after").expect("a file");
    scene.expect("spec.yaml", "after");
}

#[test]
fn a_file_that_stays_empty_is_handed_over() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    File::create(&path).expect("an empty file");
    scene.expect("spec.yaml", "");
}

#[test]
fn a_directory_removed_and_made_again_is_heard() {
    let scene = Scene::new();
    let directory = scene.path("a/b");
    let path = directory.join("spec.yaml");
    fs::create_dir_all(&directory).expect("a directory");
    fs::write(&path, "before").expect("a file");
    scene.watch_as("crm", path.clone());
    for content in ["one", "two"] {
        fs::remove_dir_all(scene.path("a")).expect("a directory");
        assert_eq!(scene.next(), Told::Reload("crm".to_owned(), Observed::Missing));
        fs::create_dir_all(&directory).expect("a directory");
        fs::write(&path, content).expect("a file");
        scene.expect("crm", content);
        rename_over(&path, "again");
        scene.expect("crm", "again");
    }
}

#[test]
fn a_directory_replaced_in_one_go_is_heard() {
    let scene = Scene::new();
    let directory = scene.path("live");
    let path = directory.join("spec.yaml");
    fs::create_dir(&directory).expect("a directory");
    fs::write(&path, "before").expect("a file");
    scene.watch_as("crm", path.clone());
    for count in 0..5 {
        let next = scene.path("next");
        fs::create_dir(&next).expect("a directory");
        fs::write(next.join("spec.yaml"), count.to_string()).expect("a file");
        fs::rename(&directory, scene.path(&format!("old_{count}"))).expect("a rename");
        fs::rename(&next, &directory).expect("a rename");
        scene.expect("crm", &count.to_string());
    }
    fs::write(&path, "after").expect("a file");
    scene.expect("crm", "after");
}

#[test]
fn a_file_that_is_never_quiet_is_handed_over() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    let began = Instant::now();
    let mut count = 0_u64;
    let first = loop {
        rename_over(&path, &count.to_string());
        count += 1;
        match scene.told.try_recv() {
            Ok(told) => break told,
            Err(_) => assert!(began.elapsed() < PATIENCE, "nothing is told"),
        }
    };
    assert!(matches!(first, Told::Reload(_, Observed::Bytes(_))), "{first:?}");
    assert!(began.elapsed() < WatchOptions::default().max_wait + Duration::from_secs(2));
    rename_over(&path, "done");
    while scene.next() != reload("spec.yaml", "done") {}
}

#[test]
fn what_is_no_regular_file_is_unreadable() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    fs::remove_file(&path).expect("a file");
    fs::create_dir(&path).expect("a directory");
    let Told::Reload(_, Observed::Unreadable { reason }) = scene.next() else { panic!("it is readable") };
    assert_eq!(reason, "it is a directory: give the path of a file");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_unreadable_and_holds_nobody() {
    let scene = Scene::new();
    let pipe = scene.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()));
    let path = scene.watched("spec.yaml");
    fs::rename(pipe, &path).expect("a rename");
    let Told::Reload(_, Observed::Unreadable { reason }) = scene.next() else { panic!("it is readable") };
    assert_eq!(reason, "it is not a regular file: pipes and devices cannot be watched");
    rename_over(&path, "after");
    scene.expect("spec.yaml", "after");
}

#[test]
fn a_file_in_directories_that_are_yet_to_be_made_is_heard() {
    let scene = Scene::new();
    scene.watch.watch("crm", scene.path("a/b/c/spec.yaml"), [0; 32]).expect("a watch");
    assert_eq!(scene.next(), Told::Reload("crm".to_owned(), Observed::Missing));
    fs::create_dir_all(scene.path("a/b/c")).expect("a directory");
    fs::write(scene.path("a/b/c/spec.yaml"), "after").expect("a file");
    scene.expect("crm", "after");
}

#[test]
fn a_source_watched_at_another_path_is_heard_there_only() {
    let scene = Scene::new();
    let (old, new) = (scene.path("old.yaml"), scene.path("new.yaml"));
    fs::write(&old, "before").expect("a file");
    scene.watch_as("crm", old.clone());
    fs::write(&new, "moved").expect("a file");
    scene.watch_as("crm", new.clone());
    fs::write(&old, "unheard").expect("a file");
    fs::write(&new, "after").expect("a file");
    scene.expect("crm", "after");
}

#[test]
fn a_source_watched_no_longer_is_not_heard() {
    let scene = Scene::new();
    let left = scene.watched("left.yaml");
    let kept = scene.watched("kept.yaml");
    scene.watch.unwatch("left.yaml");
    scene.watch.unwatch("unknown.yaml");
    for content in ["one", "two"] {
        fs::write(&left, content).expect("a file");
        fs::write(&kept, content).expect("a file");
        scene.expect("kept.yaml", content);
    }
}

#[test]
fn a_closed_watch_lets_go_of_its_reloader_and_takes_nothing_more() {
    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    scene.watch.close();
    scene.watch.close();
    assert_eq!(scene.told.recv_timeout(PATIENCE), Err(RecvTimeoutError::Disconnected));
    let error = scene.watch.watch("crm", path, [0; 32]).expect_err("it is closed");
    assert_eq!(error.code(), ErrorCode::Closed);
}

/// Panics at each content that says so.
struct Fragile(Recorder);

impl Reloader for Fragile {
    fn reload(&self, source: &str, seen: Observed, state: Truncation) -> BoxFuture<'_, TruncationVerdict> {
        assert!(seen != Observed::Bytes(b"panic".to_vec()), "as the file says");
        self.0.reload(source, seen, state)
    }

    fn notice(&self, notice: WatchNotice) {
        self.0.notice(notice);
    }
}

#[test]
fn a_reload_that_panics_ends_nothing_but_itself() {
    let directory = tempfile::tempdir().expect("a directory");
    let (sender, told) = mpsc::channel();
    let watch = SourceWatch::start(service(), Arc::new(Fragile(Recorder(sender))), WatchOptions::default());
    let path = directory.path().join("spec.yaml");
    fs::write(&path, "panic").expect("a file");
    watch.watch("crm", path.clone(), [0; 32]).expect("a watch");
    let panicked =
        WatchNotice::ReloadPanicked { source: "crm".to_owned(), message: "as the file says".to_owned() };
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Told::WatchNotice(panicked)));
    fs::write(&path, "after").expect("a file");
    assert_eq!(told.recv_timeout(PATIENCE), Ok(reload("crm", "after")));
}

/// Closes its watch from inside the reload, and drops it there.
struct Closer {
    watch: Mutex<Option<SourceWatch>>,
    told: Sender<()>,
}

impl Reloader for Closer {
    fn reload(&self, _: &str, _: Observed, _: Truncation) -> BoxFuture<'_, TruncationVerdict> {
        Box::pin(async {
            let watch = self.watch.lock().expect("no panic before").take().expect("one reload");
            watch.close();
            drop(watch);
            let _ = self.told.send(());
            TruncationVerdict::Done
        })
    }
}

#[test]
fn a_watch_can_be_closed_and_dropped_inside_its_own_reload() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("spec.yaml");
    fs::write(&path, "content").expect("a file");
    let (sender, told) = mpsc::channel();
    let closer = Arc::new(Closer { watch: Mutex::default(), told: sender });
    let watch =
        SourceWatch::start(service(), Arc::clone(&closer) as Arc<dyn Reloader>, WatchOptions::default());
    let mut place = closer.watch.lock().expect("no panic before");
    watch.watch("crm", path, [0; 32]).expect("a watch");
    *place = Some(watch);
    drop(place);
    assert_eq!(told.recv_timeout(PATIENCE), Ok(()));
}

/// Blocks the thread until it is let go, and says that it has started.
struct Blocker {
    started: Sender<()>,
    release: Mutex<Receiver<()>>,
}

impl Reloader for Blocker {
    fn reload(&self, _: &str, _: Observed, _: Truncation) -> BoxFuture<'_, TruncationVerdict> {
        Box::pin(async {
            let _ = self.started.send(());
            let _ = self.release.lock().expect("no panic before").recv();
            TruncationVerdict::Done
        })
    }
}

#[test]
fn closing_does_not_wait_for_ever_for_a_reload_that_blocks() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("spec.yaml");
    fs::write(&path, "content").expect("a file");
    let (started, has_started) = mpsc::channel();
    let (_release, release) = mpsc::channel();
    let blocker = Blocker { started, release: Mutex::new(release) };
    let watch = SourceWatch::start(service(), Arc::new(blocker), WatchOptions::default());
    watch.watch("crm", path, [0; 32]).expect("a watch");
    assert_eq!(has_started.recv_timeout(PATIENCE), Ok(()));
    let began = Instant::now();
    watch.close();
    assert!(began.elapsed() < PATIENCE);
}

/// A child of the test below, where the system gives no inotify watches.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "run by without_file_events_files_are_polled"]
fn polled_child() {
    let options = WatchOptions { poll_interval: Duration::from_millis(50), ..WatchOptions::default() };
    let scene = Scene::with(options);
    let path = scene.path("spec.yaml");
    fs::write(&path, "before").expect("a file");
    scene.watch.watch("crm", path.clone(), sha256(b"before")).expect("a watch");
    let Told::WatchNotice(WatchNotice::Polling { reason, interval }) = scene.next() else {
        panic!("no notice")
    };
    assert_eq!(interval, options.poll_interval);
    assert!(reason.contains("fs.inotify.max_user_"), "{reason}");
    for content in ["one", "two"] {
        rename_over(&path, content);
        scene.expect("crm", content);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_file_events_files_are_polled() {
    use std::process::Command;

    let program = std::env::current_exe().expect("a test program");
    for setting in ["max_inotify_watches", "max_inotify_instances"] {
        let limit = format!("echo 0 > /proc/sys/user/{setting}");
        // In a user namespace of its own, for the limit to be nobody else's. Not every machine allows one.
        let limited = |command: &str| {
            let script = format!("{limit} && {command}");
            Command::new("unshare").args(["-Ur", "sh", "-c", &script, "sh"]).arg(&program).output()
        };
        if limited("true").is_ok_and(|output| output.status.success()) {
            let child = limited(r#"exec "$1" --exact --ignored file_watch::polled_child"#);
            let said = String::from_utf8(child.expect("unshare is there").stdout).expect("text");
            assert!(said.contains("1 passed; 0 failed"), "{setting}: {said}");
        }
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_comes_whole() {
    use std::io::Write;

    let scene = Scene::new();
    let path = scene.watched("spec.yaml");
    let mut file = File::options().append(true).open(&path).expect("a file");
    let mut expected = "before".to_owned();
    for count in 0..400 {
        let line = format!("\n{count}: {}", "x".repeat(2000));
        file.write_all(line.as_bytes()).expect("it can be written");
        expected += &line;
    }
    while scene.next() != reload("spec.yaml", &expected) {}
}
