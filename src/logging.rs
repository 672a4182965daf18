use std::io::{self, IsTerminal as _};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{LogFormat, LogSection};

/// How many lines wait to be written before new ones are dropped. They take a few MB at most.
const WAITING: usize = 4_096;

/// How long the end of the process waits for lines that were not written yet.
const FLUSH: Duration = Duration::from_secs(1);

/// Starts logging, to standard error: what a command answers is on standard output, alone.
///
/// The server outlives its log. A thread of its own writes the lines, so a reader that stopped reading holds up that
/// thread and no request; lines that find no place are dropped and counted; and an error of standard error (a full
/// disk, a closed pipe) is ignored, because the log is the only place to report it. tracing-appender does the first
/// two, but prints, and so panics, where standard output or error is gone.
///
/// # Errors
/// When the filter cannot be read or the thread cannot be started.
pub(crate) fn start(section: &LogSection) -> Result<Log, String> {
    let filter = EnvFilter::try_new(&section.filter).map_err(|error| format!("log.filter: {error}"))?;
    // The spans of outbound calls are of level debug; each writes its time when it closes.
    let detailed = filter.max_level_hint().is_none_or(|level| level >= LevelFilter::DEBUG);
    let pretty = match section.format {
        LogFormat::Auto => io::stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    let log = Log::open(io::stderr()).map_err(|error| format!("the log: {error}"))?;
    let lines = log.lines.clone();
    let subscriber = fmt()
        .with_env_filter(filter)
        .with_ansi(pretty && io::stderr().is_terminal())
        .with_span_events(if detailed { FmtSpan::CLOSE } else { FmtSpan::NONE })
        .log_internal_errors(false)
        .with_writer(move || lines.clone());
    // The usual hook writes to standard error by itself, and would wait there for a reader.
    panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a bug: it panicked")));
    // A second start, as in tests, keeps the first.
    let _ = if pretty { subscriber.try_init() } else { subscriber.json().flatten_event(true).try_init() };
    Ok(log)
}

/// The thread that writes, until the process ends. Dropped, it waits a moment for what was not written yet.
#[must_use]
pub(crate) struct Log {
    lines: Lines,
}

/// Where a line is handed to the thread.
#[derive(Clone)]
struct Lines {
    waiting: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

enum Message {
    Line(Vec<u8>),
    /// To be answered when everything before it was written.
    Flush(SyncSender<()>),
}

impl Log {
    fn open(out: impl io::Write + Send + 'static) -> io::Result<Self> {
        let (waiting, arriving) = sync_channel(WAITING);
        let dropped = Arc::new(AtomicU64::new(0));
        let lines = Lines { waiting, dropped: Arc::clone(&dropped) };
        thread::Builder::new().name("log".to_owned()).spawn(move || write(&arriving, out, &dropped))?;
        Ok(Self { lines })
    }
}

impl Drop for Log {
    #[expect(clippy::disallowed_methods, reason = "the process ends: the thread serves nothing else")]
    fn drop(&mut self) {
        let until = Instant::now() + FLUSH;
        let (done, written) = sync_channel(1);
        let mut message = Message::Flush(done);
        while let Err(TrySendError::Full(back)) = self.lines.waiting.try_send(message) {
            if Instant::now() >= until {
                return;
            }
            message = back;
            thread::sleep(Duration::from_millis(10));
        }
        match written.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

fn write(arriving: &Receiver<Message>, mut out: impl io::Write, dropped: &AtomicU64) {
    for message in arriving {
        match message {
            Message::Line(line) => {
                let _ = out.write_all(&line);
            }
            Message::Flush(done) => {
                let _ = out.flush();
                let _ = done.try_send(());
            }
        }
        // There is a place again, so the next line says what is missing before it.
        let lines = dropped.swap(0, Ordering::Relaxed);
        if lines > 0 {
            tracing::warn!(lines, "lines of the log were dropped: standard error was not read in time");
        }
    }
}

impl io::Write for Lines {
    /// Takes one whole line, as the subscriber writes it.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.waiting.try_send(Message::Line(line.to_vec())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A reader that never reads.
    struct Stuck(Receiver<()>);

    impl io::Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_was_logged_is_written_at_the_end() {
        let kept = Kept::default();
        let log = Log::open(kept.clone()).unwrap();
        for number in 0..100 {
            writeln!(log.lines.clone(), "{number}").unwrap();
        }
        drop(log);
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let numbers: Vec<u32> = text.lines().map(|line| line.parse().unwrap()).collect();
        assert!(numbers.into_iter().eq(0..100), "{text}");
    }

    #[test]
    fn a_slow_reader_delays_no_other() {
        let (_never, reading) = sync_channel(0);
        let log = Log::open(Stuck(reading)).unwrap();
        for _ in 0..2 * WAITING {
            log.lines.clone().write_all(b"a line\n").unwrap();
        }
        assert!(log.lines.dropped.load(Ordering::Relaxed) >= u64::try_from(WAITING - 1).unwrap());
    }
}
