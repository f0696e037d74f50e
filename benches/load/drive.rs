//! Driving a scenario for a while, and what came of it.

use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::arguments::Arguments;
use super::process::{Process, Usage};

/// What was measured in a scenario.
#[derive(Debug)]
pub(crate) struct Measure {
    /// From the question to the answer, sorted.
    times: Vec<Duration>,
    elapsed: Duration,
    processor: Duration,
    pub(crate) resident_kib: u64,
}

impl Measure {
    pub(crate) fn count(&self) -> usize {
        self.times.len()
    }

    pub(crate) fn rate(&self) -> f64 {
        self.count() as f64 / self.elapsed.as_secs_f64()
    }

    /// The time within which so many of a hundred were answered, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let at = (self.count() * percent / 100).min(self.count() - 1);
        self.times[at].as_secs_f64() * 1_000.0
    }

    /// Processor time of the server for 1,000 rounds, in milliseconds.
    pub(crate) fn processor_of_thousand(&self) -> f64 {
        self.processor.as_secs_f64() * 1_000_000.0 / self.count() as f64
    }
}

/// One of those who ask, over and over.
pub(crate) trait Driver {
    /// One round; its time is measured from begin to end.
    async fn round(&mut self);
}

/// Lets all drivers go round at once until time or number is used up. A short start is not counted.
pub(crate) async fn drive<D: Driver>(arguments: &Arguments, server: &Process, drivers: &mut [D]) -> Measure {
    let warm = arguments.time.div_f64(5.0).min(Duration::from_secs(1));
    keep_to(arguments, Cores::Last);
    go_round(drivers, warm, arguments.requests / 10).await;
    let (before, begun) = (server.usage(), Instant::now());
    let mut times = go_round(drivers, arguments.time, arguments.requests).await;
    let elapsed = begun.elapsed();
    let Usage {
        processor,
        resident_kib,
    } = server.usage();
    keep_to(arguments, Cores::AllButLast);
    times.sort_unstable();
    Measure {
        times,
        elapsed,
        processor: processor.saturating_sub(before.processor),
        resident_kib,
    }
}

/// Cores that this process runs on; what it starts meanwhile stays on the same.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cores {
    Last,
    AllButLast,
}

/// Keeps the driver off the cores of the servers, if that is asked for: two that share a core also share its caches, and each
/// makes the other's processor time longer. Servers are started while it keeps to theirs.
pub(crate) fn keep_to(arguments: &Arguments, cores: Cores) {
    let count = std::thread::available_parallelism().unwrap().get();
    let in_all = *ALL_CORES.get_or_init(|| count);
    if !arguments.apart || in_all < 2 {
        return;
    }
    let list = match cores {
        Cores::Last => format!("{}", in_all - 1),
        Cores::AllButLast => format!("0-{}", in_all - 2),
    };
    let own = std::process::id().to_string();
    let done = Command::new("taskset")
        .args(["--all-tasks", "--cpu-list", "--pid", &list, &own])
        .stdout(Stdio::null())
        .status();
    assert!(done.unwrap().success(), "taskset is needed for --apart");
}

/// Before any of them was given up.
static ALL_CORES: OnceLock<usize> = OnceLock::new();

async fn go_round<D: Driver>(drivers: &mut [D], time: Duration, requests: usize) -> Vec<Duration> {
    let (begun, share) = (Instant::now(), requests.div_ceil(drivers.len()));
    let rounds = drivers.iter_mut().map(|driver| async move {
        let mut times = Vec::new();
        while begun.elapsed() < time && times.len() < share {
            let asked = Instant::now();
            driver.round().await;
            times.push(asked.elapsed());
        }
        times
    });
    futures_util::future::join_all(rounds)
        .await
        .into_iter()
        .flatten()
        .collect()
}
