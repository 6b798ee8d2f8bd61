//! The thread that compiles: its stack takes the deepest source, and it serves all files of a reading.

use std::io;
use std::panic::catch_unwind;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::compiled_module::CompiledModule;
use super::module_compiler::compile_source;
use super::module_fault::ModuleFault;
use super::source_kind::SourceKind;
use crate::error::{Error, Result};

/// What becomes of a source: its code, or its first fault.
pub type CompileOutcome = std::result::Result<CompiledModule, ModuleFault>;

/// Stack for sources of the deepest nesting. It is address space; only what is used becomes memory.
pub const STACK: usize = if cfg!(debug_assertions) { 512 } else { 256 } * 1024 * 1024;

/// Compiles a source to code to evaluate. The outcome may be a fault of the source: a syntax error, or what is not
/// supported.
///
/// # Errors
/// `INTERNAL` where no thread can be started. The same source may compile later.
pub fn compile_module(source: &str, kind: SourceKind) -> Result<CompileOutcome> {
    let outcome = CompileThread::new(STACK).compile(source.to_owned(), kind);
    outcome.map_err(|error| Error::Internal { reason: not_started(&error) })
}

/// Why a source is not compiled, where that is no fault of it.
pub fn not_started(error: &io::Error) -> String {
    format!("no thread could be started to compile it, try again later: {error}")
}

/// A thread that compiles one source after another. It starts with the first, and ends when this is dropped.
pub struct CompileThread {
    stack: usize,
    started: Option<StartedThread>,
}

/// A thread that waits for sources.
struct StartedThread {
    sources: Option<Sender<(String, SourceKind)>>,
    outcomes: Receiver<CompileOutcome>,
    handle: Option<JoinHandle<()>>,
}

impl CompileThread {
    /// Makes one that will have so many bytes of stack.
    pub const fn new(stack: usize) -> Self {
        Self { stack, started: None }
    }

    /// Compiles a source. The error is that of a thread that cannot be started.
    pub fn compile(&mut self, source: String, kind: SourceKind) -> io::Result<CompileOutcome> {
        let started = match self.started.take() {
            Some(started) => started,
            None => StartedThread::start(self.stack)?,
        };
        Ok(self.started.insert(started).compile(source, kind))
    }
}

impl StartedThread {
    fn start(stack: usize) -> io::Result<Self> {
        let (sources, asked) = channel::<(String, SourceKind)>();
        let (answers, outcomes) = channel();
        let work = move || {
            for (source, kind) in asked {
                // Without a receiver the reading has ended.
                let _ = answers.send(compile_guarded(&source, kind));
            }
        };
        let handle = Builder::new().name("toolrack-module".to_owned()).stack_size(stack).spawn(work)?;
        Ok(Self { sources: Some(sources), outcomes, handle: Some(handle) })
    }

    fn compile(&self, source: String, kind: SourceKind) -> CompileOutcome {
        let is_sent = self.sources.as_ref().is_some_and(|sources| sources.send((source, kind)).is_ok());
        let outcome = if is_sent { self.outcomes.recv().ok() } else { None };
        outcome.expect("the thread ends after its last source, and catches every panic")
    }
}

impl Drop for StartedThread {
    fn drop(&mut self) {
        self.sources = None;
        // A thread that has ended has nothing to tell.
        let _ = self.handle.take().map(JoinHandle::join);
    }
}

/// A panic of the parser is the fault of one source, not the end of the thread.
fn compile_guarded(source: &str, kind: SourceKind) -> CompileOutcome {
    catch_unwind(|| compile_source(source, kind)).unwrap_or_else(|_| {
        let message = "the parser failed on this file: that is a fault of toolrack, report it".to_owned();
        Err(ModuleFault { line: 1, column: 1, message })
    })
}
