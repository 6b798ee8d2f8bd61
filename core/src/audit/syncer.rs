//! The thread that puts a log on the disk, a second after something was written.

use std::fs::File;
use std::sync::mpsc::{self, RecvTimeoutError, Sender, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long a record may wait.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long the end waits for the thread: a dead network mount may hold it for minutes.
const END_WAIT: Duration = Duration::from_secs(1);

/// Puts a file on the disk from time to time, while it is written.
pub struct DiskSyncer {
    written: Option<SyncSender<()>>,
    ended: mpsc::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl DiskSyncer {
    /// A thread for a file; `failed` is told what the system says when it does not go well, once until it does.
    pub fn start(file: File, failed: impl Fn(&std::io::Error) + Send + 'static) -> std::io::Result<Self> {
        let (written, news) = sync_channel(1);
        let (end, ended) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("toolrack-audit".to_owned())
            .spawn(move || run(&file, &news, &end, &failed))?;
        Ok(Self { written: Some(written), ended, thread: Some(thread) })
    }

    /// Something was written. Never waits.
    pub fn wrote(&self) {
        if let Some(written) = &self.written {
            // Full: the thread has not looked yet, and will.
            let _ = written.try_send(());
        }
    }
}

fn run(file: &File, news: &mpsc::Receiver<()>, end: &Sender<()>, failed: &dyn Fn(&std::io::Error)) {
    let mut is_failing = false;
    while news.recv().is_ok() {
        // Records of a whole second go to the disk together; the end of the log does not wait for it.
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

/// What was written is on the disk then, and the thread is gone: Node unmaps an addon whose worker thread ends, and a thread
/// that still ran its code would end the process.
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
