//! More sign-ins than the machine can hash passwords for: those beyond the queue are told so at once, and tokens go on.

use std::time::{Duration, Instant};

use super::arguments::Arguments;
use super::browser::Browser;
use super::server::{Client, House, Person};
use super::wire::Wire;

/// People who sign in at once: more than may wait for a hash.
const PEOPLE: usize = 120;

/// What came of it.
#[derive(Debug)]
pub(crate) struct Overload {
    /// Sign-ins that went on.
    pub(crate) let_in: usize,
    /// From the password to "try again soon" (503), sorted.
    pub(crate) turned_away: Vec<Duration>,
    /// From a token request to its answer meanwhile, sorted.
    pub(crate) tokens: Vec<Duration>,
}

/// Lets everybody give their password at the same time, over and over, and asks for tokens meanwhile.
pub(crate) async fn measure(
    arguments: &Arguments,
    house: &House,
    (application, person): (&Client, &Person),
    token_request: &[u8],
) -> Overload {
    let mut browsers = Vec::with_capacity(PEOPLE);
    for _ in 0..PEOPLE {
        let mut browser = Browser::new(house).await;
        let page = browser.reach_password(application, person).await;
        browsers.push((browser, page));
    }
    let mut wire = Wire::open(house.address).await;
    let begun = Instant::now();
    let sign_ins = browsers.into_iter().map(|(mut browser, mut page)| async move {
        let (mut let_in, mut turned_away) = (0, Vec::new());
        while begun.elapsed() < arguments.time {
            let asked = Instant::now();
            let answer = browser.submit(&page, person).await;
            if answer.status == 503 {
                let wait = answer.headers("retry-after").next();
                let wait: u64 = wait
                    .and_then(|text| text.parse().ok())
                    .expect("Retry-After in seconds");
                turned_away.push(asked.elapsed());
                // Less patient than asked, so that the load stays.
                tokio::time::sleep(Duration::from_millis(wait * 100)).await;
            } else {
                let_in += 1;
                browser.forget();
                page = browser.reach_password(application, person).await;
            }
        }
        (let_in, turned_away)
    });
    let token_requests = async {
        let mut times = Vec::new();
        while begun.elapsed() < arguments.time {
            let asked = Instant::now();
            wire.send(token_request).await.expect(200);
            times.push(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        times
    };
    let (sign_ins, mut tokens) =
        futures_util::future::join(futures_util::future::join_all(sign_ins), token_requests).await;
    let let_in = sign_ins.iter().map(|(let_in, _)| let_in).sum();
    let mut turned_away: Vec<_> = sign_ins.into_iter().flat_map(|(_, times)| times).collect();
    turned_away.sort_unstable();
    tokens.sort_unstable();
    Overload {
        let_in,
        turned_away,
        tokens,
    }
}
