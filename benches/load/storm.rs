//! Nine o'clock: ten times as many people give their password as can be hashed, at an even pace, whether they are answered or not. Those
//! beyond the queue are told so at once, and tokens go on. What is let in is held against an hour without haste, in which nobody is turned
//! away: the same people, the same pages, tokens beside them, and no more at once than are served.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};

use super::arguments::Arguments;
use super::browser::Browser;
use super::process::Usage;
use super::server::{Client, House, Person};
use super::wire::Wire;

/// So many times as many as can be hashed.
const TIMES: f64 = 10.0;

/// People with the page before them: so many that those who wait for a hash do not slow the pace.
const PEOPLE: usize = 800;

/// As many at once as keep every hash busy and let none of them be turned away.
const AT_ONCE: usize = 16;

/// What came of it.
#[derive(Debug)]
pub(crate) struct Storm {
    pub(crate) calm: Hour,
    pub(crate) hour: Hour,
}

/// What came of a while.
#[derive(Debug)]
pub(crate) struct Hour {
    /// Passwords that were given.
    pub(crate) given: usize,
    /// Of them those that were checked.
    pub(crate) let_in: usize,
    pub(crate) elapsed: Duration,
    /// Processor time of the server.
    pub(crate) processor: Duration,
    /// From the password to "try again soon" (503), sorted.
    pub(crate) turned_away: Vec<Duration>,
    /// From a token request to its answer meanwhile, sorted.
    pub(crate) tokens: Vec<Duration>,
}

impl Hour {
    /// So many a second.
    pub(crate) fn a_second(&self, number: usize) -> f64 {
        number as f64 / self.elapsed.as_secs_f64()
    }
}

/// Lets people give their password without haste, then everybody in turn, whoever was turned away again.
pub(crate) async fn measure(
    arguments: &Arguments,
    house: &House,
    who: (&Client, &Person),
    (hashes_a_second, token_request): (f64, &[u8]),
) -> Storm {
    let few = arrive(house, who, AT_ONCE).await;
    let calm = hour(arguments, house, who, (few, None, token_request)).await;
    let apart = Duration::from_secs_f64(1.0 / (hashes_a_second * TIMES));
    let all = arrive(house, who, PEOPLE).await;
    let hour = hour(arguments, house, who, (all, Some(apart), token_request)).await;
    Storm { calm, hour }
}

async fn arrive(house: &House, who: (&Client, &Person), number: usize) -> Vec<Visitor> {
    let mut people = Vec::with_capacity(number);
    for _ in 0..number {
        people.push(Visitor::arrive(house, who).await);
    }
    people
}

/// Lets these people give their password, each so long after the one before, or whenever they were answered, and asks for tokens meanwhile.
async fn hour(
    arguments: &Arguments,
    house: &House,
    who: (&Client, &Person),
    (people, apart, token_request): (Vec<Visitor>, Option<Duration>, &[u8]),
) -> Hour {
    let mut wire = Wire::open(house.address).await;
    let before = house.process.usage();
    let begun = Instant::now();
    let end = begun + arguments.time;
    let visits = people
        .into_iter()
        .enumerate()
        .map(|(place, mut visitor)| async move {
            let mut due = begun + apart.unwrap_or_default() * u32::try_from(place).unwrap();
            while due.max(Instant::now()) < end {
                tokio::time::sleep_until(due.into()).await;
                visitor.give_password(who, end).await;
                // Who was long under way comes at the next moment that is theirs.
                while let Some(apart) = apart.filter(|_| due <= Instant::now()) {
                    due += apart * u32::try_from(PEOPLE).unwrap();
                }
            }
            visitor
        });
    let tokens = async {
        let mut times = Vec::new();
        while Instant::now() < end {
            let asked = Instant::now();
            wire.send(token_request).await.expect(200);
            times.push(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        times
    };
    let (visitors, mut tokens) = join(join_all(visits), tokens).await;
    let Usage { processor, .. } = house.process.usage();
    let mut turned_away: Vec<_> = visitors
        .iter()
        .flat_map(|visitor| visitor.turned_away.clone())
        .collect();
    turned_away.sort_unstable();
    tokens.sort_unstable();
    Hour {
        given: visitors.iter().map(|visitor| visitor.given).sum(),
        let_in: visitors.iter().map(|visitor| visitor.let_in).sum(),
        elapsed: arguments.time,
        processor: processor.saturating_sub(before.processor),
        turned_away,
        tokens,
    }
}

/// Somebody with the page that asks for the password before them.
struct Visitor {
    browser: Browser,
    /// The form of that page, filled in.
    form: (String, String),
    given: usize,
    let_in: usize,
    turned_away: Vec<Duration>,
}

impl Visitor {
    async fn arrive(house: &House, who: (&Client, &Person)) -> Self {
        let mut browser = Browser::new(house).await;
        Self {
            form: reach(&mut browser, who).await,
            browser,
            given: 0,
            let_in: 0,
            turned_away: Vec::new(),
        }
    }

    /// Gives the password; whoever gets in comes as a new visitor.
    async fn give_password(&mut self, who: (&Client, &Person), end: Instant) {
        let asked = Instant::now();
        self.given += 1;
        let (target, body) = &self.form;
        let answer = self.browser.post(target, body).await;
        if answer.status == 503 {
            let wait = answer.headers("retry-after").next();
            let _seconds: u64 = wait
                .and_then(|text| text.parse().ok())
                .expect("Retry-After in seconds");
            self.turned_away.push(asked.elapsed());
            return;
        }
        // What is answered after the end was not done in this time.
        self.let_in += usize::from(Instant::now() < end);
        self.browser.forget();
        self.form = reach(&mut self.browser, who).await;
    }
}

/// Goes to the page that asks for the password, and fills it in.
async fn reach(browser: &mut Browser, (application, person): (&Client, &Person)) -> (String, String) {
    let page = browser.reach_password(application, person).await;
    browser.fill_in(&page, person)
}
