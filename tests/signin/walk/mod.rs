//! Whatever people do in whatever order, with several tabs and browsers, old forms, other people's secrets, rules that change and
//! a server that starts again: nobody comes to a session, to a page of their account or to a code for an application without
//! what the rules require, truly proven; and what is told of it is what happened.
//!
//! The steps are drawn by chance, of which the seed is fixed: `DOORWARD_TEST_WALKS` asks for more walks, `DOORWARD_TEST_SEED` for
//! others. A walk that finds something is made as short as it can be.

mod act;
mod fill;
mod judge;
mod model;
mod own;
mod page;
mod script;
mod step;
mod world;

use std::cell::RefCell;

use doorward::domain::Timestamp;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use tokio::runtime::Handle;

use super::Town;
use crate::support::Server;
use model::{Kind, Rule};
use step::Step;
use world::{Tally, World};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn asked(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// Walks once; tells what must not have happened, and after which step.
async fn walk(
    town: &mut Town,
    number: usize,
    walk: (Kind, &[Rule], &[Step]),
    tally: &mut Tally,
) -> Result<(), String> {
    let (kind, rules, steps) = walk;
    let mut world = World::new(town, number, kind, tally).await;
    world.set_rules(rules).await;
    for (place, step) in steps.iter().enumerate() {
        let done = world.step(step).await;
        done.map_err(|why| format!("after step {place}, {step:?}: {why}"))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_to_a_session_or_a_code_without_what_the_rules_require() {
    let server = Server::start_at(START, |config| {
        config.signin.attempts_per_address = 1_000_000;
        // The clock leaps over months, and what turns the keys goes by another one.
        config.keys.rotate_after = std::time::Duration::from_hours(24 * 365 * 20);
    });
    let server = server.await;
    let town = RefCell::new((Town::on(server).await, 0, Tally::new()));
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&asked("DOORWARD_TEST_SEED").unwrap_or(5).to_le_bytes());
    let config = Config {
        cases: asked("DOORWARD_TEST_WALKS").unwrap_or(100),
        failure_persistence: None,
        max_shrink_iters: asked("DOORWARD_TEST_SHRINKS").unwrap_or(300),
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let walked = tokio::task::block_in_place(|| {
        runner.run(&step::walk(), |(kind, rules, steps)| {
            let (town, number, tally) = &mut *town.borrow_mut();
            *number += 1;
            let walked = Handle::current().block_on(walk(town, *number, (kind, &rules, &steps), tally));
            walked.map_err(TestCaseError::fail)
        })
    });
    let (mut town, number, mut tally) = town.into_inner();
    if let Err(found) = walked {
        panic!("{found}");
    }
    for (place, (kind, rules, steps)) in script::all().into_iter().enumerate() {
        let walked = walk(&mut town, number + place + 1, (kind, &rules, &steps), &mut tally).await;
        walked.unwrap_or_else(|why| panic!("script {place}: {why}"));
    }
    for what in expected() {
        assert!(tally.contains_key(&what), "{what} never happened: {tally:#?}");
    }
    town.server.stop().await;
}

/// What has to happen in some walks, so that the property is not true of nothing.
fn expected() -> Vec<String> {
    let mut all: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| format!("a session of {kind:?}"))
        .collect();
    all.extend((1..=3).map(|class| format!("a session of class {class}")));
    let others = [
        "a code",
        "a code for which more than a password was needed",
        "a device was trusted",
        "a page that asks for a fresh proof",
        "a passkey was made on the way",
        "a password was changed",
        "a pass was finished",
        "a trusted device was spared",
        "an authenticator was added",
        "refused by a rule",
    ];
    all.extend(others.map(str::to_owned));
    all
}
