//! What the system knows of a process, and processes that end with us.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

/// Ticks of processor time a second, in `/proc` of every Linux.
const TICKS: f64 = 100.0;

/// A process that is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let shown = format!("{command:?}");
        Self(command.spawn().unwrap_or_else(|fault| panic!("{shown}: {fault}")))
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage::of(self.0.id())
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }

    /// Asks it to end, and waits.
    pub(crate) async fn stop(mut self) {
        let _asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.0.id().to_string())
            .status();
        for _ in 0..200 {
            if self.has_ended() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        eprintln!("process {} did not end when asked", self.0.id());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

/// Processor time and memory of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) processor: Duration,
    pub(crate) resident_kib: u64,
}

impl Usage {
    fn of(process: u32) -> Self {
        let folder = PathBuf::from(format!("/proc/{process}"));
        let stat = std::fs::read_to_string(folder.join("stat")).expect("the server lives");
        // The name of the program, in brackets, may hold spaces; after it `utime` and `stime` are numbers 12 and 13.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<f64>().unwrap())
            .sum();
        let status = std::fs::read_to_string(folder.join("status")).unwrap();
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("a size");
        Self {
            processor: Duration::from_secs_f64(ticks / TICKS),
            resident_kib: resident.trim().trim_end_matches(" kB").parse().unwrap(),
        }
    }
}
