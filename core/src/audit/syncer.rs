//! Disk sync: a thread that syncs a log a second after a write.

use std::fs::File;
use std::sync::mpsc::{self, RecvTimeoutError, Sender, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The longest time between a write and its sync.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long a drop waits for the thread: a dead network mount may block it for minutes.
const END_WAIT: Duration = Duration::from_secs(1);

/// Syncs a file while it is written.
pub struct DiskSyncer {
    written: Option<SyncSender<()>>,
    ended: mpsc::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl DiskSyncer {
    /// Starts a thread for a file. `failed` is called once for a failure, until a sync succeeds.
    pub fn start(file: File, failed: impl Fn(&std::io::Error) + Send + 'static) -> std::io::Result<Self> {
        let (written, news) = sync_channel(1);
        let (end, ended) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("toolrack-audit".to_owned())
            .spawn(move || run(&file, &news, &end, &failed))?;
        Ok(Self { written: Some(written), ended, thread: Some(thread) })
    }

    /// Notes a write. Never blocks.
    pub fn note_write(&self) {
        if let Some(written) = &self.written {
            // A full channel means that the thread will sync anyway.
            let _ = written.try_send(());
        }
    }
}

fn run(file: &File, news: &mpsc::Receiver<()>, end: &Sender<()>, failed: &dyn Fn(&std::io::Error)) {
    let mut is_failing = false;
    while news.recv().is_ok() {
        // Records of a second are synced together; the end of the log does not wait for the second.
        let begun = Instant::now();
        let mut is_last = false;
        while let Some(left) = INTERVAL.checked_sub(begun.elapsed()) {
            match news.recv_timeout(left) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    is_last = true;
                    break;
                }
            }
        }
        let outcome = file.sync_data();
        if let Err(error) = &outcome
            && !is_failing
        {
            failed(error);
        }
        is_failing = outcome.is_err();
        if is_last {
            break;
        }
    }
    let _ = end.send(());
}

/// Syncs the rest and joins the thread: Node unmaps an addon whose worker thread ends, and a thread that still ran its code
/// would crash the process.
impl Drop for DiskSyncer {
    fn drop(&mut self) {
        self.written = None;
        if self.ended.recv_timeout(END_WAIT) != Err(RecvTimeoutError::Timeout)
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}
