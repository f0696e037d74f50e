//! No place in the code writes more lines than somebody could read.
//!
//! Most lines follow a request, and whoever sends requests decides how many there are: refusals of every kind cost the sender
//! nothing, and a database that is away turns each request into a warning. So each place (a call of `warn!`, say) may write
//! some lines at once and then a few a second; what is left out is counted and told later. Counted by place and not by
//! message or client, the table cannot grow, and a flood of one kind hides no line of another. Lines below `info` are not
//! bounded: whoever turns them on wants them all.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Lines of one place at once.
const BURST: u32 = 50;
/// From one line to the next after that.
const SPACING: Duration = Duration::from_millis(200);

/// What this process has written: there is one logger, and so one of these.
static WRITTEN: LazyLock<Mutex<HashMap<Identifier, Place>>> = LazyLock::new(Mutex::default);

/// The layer that leaves lines out.
#[derive(Debug)]
pub(super) struct LineLimit;

#[derive(Debug)]
struct Place {
    metadata: &'static Metadata<'static>,
    rate: Rate,
    left_out: u64,
}

/// The moment from which on a full burst is there again (the generic cell rate algorithm).
#[derive(Debug)]
struct Rate(Instant);

impl Rate {
    fn allows(&mut self, now: Instant) -> bool {
        let next = self.0.max(now) + SPACING;
        let allowed = next.duration_since(now) <= SPACING * BURST;
        if allowed {
            self.0 = next;
        }
        allowed
    }
}

impl<S: Subscriber> Layer<S> for LineLimit {
    fn event_enabled(&self, event: &Event<'_>, _context: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        if *metadata.level() > Level::INFO {
            return true;
        }
        let now = Instant::now();
        let mut written = written();
        let place = written.entry(metadata.callsite()).or_insert_with(|| Place {
            metadata,
            rate: Rate(now),
            left_out: 0,
        });
        let allowed = place.rate.allows(now);
        if !allowed {
            place.left_out += 1;
        }
        allowed
    }
}

/// Tells how many lines were left out since the last call, and whose.
pub fn tell_left_out_lines() {
    let mut left_out = Vec::new();
    for place in written().values_mut().filter(|place| place.left_out > 0) {
        let lines = std::mem::take(&mut place.left_out);
        left_out.push((place.metadata.name(), lines));
    }
    // After the table is free again: what is told here passes through it too.
    for (place, lines) in left_out {
        tracing::warn!(
            place,
            lines,
            "lines were left out of the log: too many of one kind"
        );
    }
}

fn written() -> MutexGuard<'static, HashMap<Identifier, Place>> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_writes_a_burst_and_then_a_few_lines_a_second() {
        let begin = Instant::now();
        let mut rate = Rate(begin);
        let mut allowed = |after: Duration| (0..1_000).filter(|_| rate.allows(begin + after)).count();
        assert_eq!(allowed(Duration::ZERO), 50);
        assert_eq!(allowed(Duration::from_millis(199)), 0);
        assert_eq!(allowed(Duration::from_millis(200)), 1);
        assert_eq!(allowed(Duration::from_millis(1_200)), 5);
        assert_eq!(allowed(Duration::from_hours(1)), 50);
    }
}
