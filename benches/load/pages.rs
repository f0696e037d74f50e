//! Pages of the sign-in at an even pace: how long they take while nobody is asked to be quick.

use std::time::{Duration, Instant};

use super::arguments::Arguments;
use super::browser::Browser;
use super::process::Process;
use super::server::{Client, House, Person};

/// Requests begin so far apart: 200 a second.
const APART: Duration = Duration::from_millis(5);

/// People who are on their way at once.
const PEOPLE: usize = 40;

/// What came of it.
#[derive(Debug)]
pub(crate) struct Pages {
    /// From the moment at which a request was due to its answer, sorted.
    pub(crate) times: Vec<Duration>,
    /// Processor time of the server for all of them.
    pub(crate) processor: Duration,
}

impl Pages {
    /// The time within which so many of a thousand were answered, in milliseconds.
    pub(crate) fn of_thousand(&self, part: usize) -> f64 {
        let at = (self.times.len() * part / 1_000).min(self.times.len() - 1);
        self.times[at].as_secs_f64() * 1_000.0
    }
}

/// New browsers come from the application to the page that asks for the password, and look at it again: each turn is one request, due at
/// its moment whether the one before it is answered or not.
pub(crate) async fn measure(
    arguments: &Arguments,
    house: &House,
    (application, person): (&Client, &Person),
) -> Pages {
    let turns = usize::try_from(arguments.time.as_nanos() / APART.as_nanos()).unwrap();
    let _warm = go(house, (application, person), turns / 5).await;
    let before = house.process.usage();
    let times = go(house, (application, person), turns).await;
    let processor = usage_since(&house.process, before.processor);
    Pages { times, processor }
}

fn usage_since(process: &Process, before: Duration) -> Duration {
    process.usage().processor.saturating_sub(before)
}

async fn go(house: &House, who: (&Client, &Person), turns: usize) -> Vec<Duration> {
    let begun = Instant::now() + Duration::from_millis(100);
    let walks = (0..PEOPLE).map(|place| async move {
        let mut browser = Browser::new(house).await;
        let (mut times, mut turn) = (Vec::new(), place);
        let mut at = None;
        while turn < turns {
            let due = begun + APART * u32::try_from(turn).unwrap();
            tokio::time::sleep_until(due.into()).await;
            at = browser.step(who.0, at).await;
            times.push(due.elapsed());
            turn += PEOPLE;
        }
        times
    });
    let mut times: Vec<Duration> = futures_util::future::join_all(walks)
        .await
        .into_iter()
        .flatten()
        .collect();
    times.sort_unstable();
    times
}
