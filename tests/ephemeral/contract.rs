//! What both kinds promise.

use std::sync::Arc;
use std::time::Duration;

use doorward::domain::{Limit, Notice, PersonId};
use doorward::ephemeral::{Ephemeral, Verdict};

use super::{NOW, key, redis};

/// The Redis of this run: `tests/run` starts it. A test that needs it fails when it is not there.
#[expect(
    clippy::disallowed_methods,
    reason = "the run of the tests is configured by its environment"
)]
pub(crate) fn shared_redis() -> String {
    std::env::var("DOORWARD_TEST_REDIS")
        .expect("DOORWARD_TEST_REDIS names the Redis to test with: run the tests by tests/run")
}

/// The same tests for both.
macro_rules! contract {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $test() { super::$test(doorward::ephemeral::Ephemeral::memory()).await; })+
        }
        mod shared {
            $(#[tokio::test] async fn $test() {
                super::$test(super::redis(&super::shared_redis()).await).await;
            })+
        }
    };
}

contract! {
    a_key_is_new_once_within_its_life,
    of_many_at_once_one_is_first,
    a_burst_passes_and_then_one_every_refill,
    a_refusal_does_not_count,
    what_is_given_back_is_not_counted,
    keys_do_not_touch_one_another,
    many_uses_at_once_are_all_counted,
    a_clock_that_goes_back_opens_nothing,
}

const HOUR: Duration = Duration::from_hours(1);

async fn a_key_is_new_once_within_its_life(state: Ephemeral) {
    let key = key("jti");
    let end = NOW.plus(HOUR);
    assert!(state.put_once(&key, HOUR, NOW).await.unwrap());
    assert!(!state.put_once(&key, HOUR, NOW).await.unwrap());
    let last = end.minus(Duration::from_micros(1));
    assert!(!state.put_once(&key, HOUR, last).await.unwrap());
    assert!(state.put_once(&key, HOUR, end).await.unwrap());
    assert!(!state.put_once(&key, HOUR, end).await.unwrap());
}

async fn of_many_at_once_one_is_first(state: Ephemeral) {
    let state = Arc::new(state);
    let key = key("jti");
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (state, key) = (Arc::clone(&state), key.clone());
            tokio::spawn(async move { state.put_once(&key, HOUR, NOW).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for task in tasks {
        first += usize::from(task.await.unwrap());
    }
    assert_eq!(first, 1);
}

async fn a_burst_passes_and_then_one_every_refill(state: Ephemeral) {
    let limit = Limit {
        burst: 3,
        refill: Duration::from_secs(10),
    };
    let key = key("address");
    for _ in 0..3 {
        assert_eq!(state.count(&key, limit, NOW).await, Verdict::Within);
    }
    assert_eq!(
        state.count(&key, limit, NOW).await,
        Verdict::Beyond(Duration::from_secs(10))
    );
    let later = NOW.plus(Duration::from_secs(4));
    assert_eq!(
        state.count(&key, limit, later).await,
        Verdict::Beyond(Duration::from_secs(6))
    );
    let refilled = NOW.plus(Duration::from_secs(10));
    assert_eq!(state.count(&key, limit, refilled).await, Verdict::Within);
    assert_eq!(
        state.count(&key, limit, refilled).await,
        Verdict::Beyond(Duration::from_secs(10))
    );
    let rested = NOW.plus(HOUR);
    for _ in 0..3 {
        assert_eq!(state.count(&key, limit, rested).await, Verdict::Within);
    }
    assert!(matches!(
        state.count(&key, limit, rested).await,
        Verdict::Beyond(_)
    ));
}

async fn what_is_given_back_is_not_counted(state: Ephemeral) {
    let limit = Limit {
        burst: 2,
        refill: Duration::from_secs(10),
    };
    let key = key("address");
    for _ in 0..20 {
        assert_eq!(state.count(&key, limit, NOW).await, Verdict::Within);
        state.give_back(&key, limit, NOW).await;
    }
    for _ in 0..20 {
        let looked = state.look(&key, limit, NOW).await;
        assert_eq!(looked, Verdict::Within, "to look is no use");
    }
    assert_eq!(state.count(&key, limit, NOW).await, Verdict::Within);
    assert_eq!(state.count(&key, limit, NOW).await, Verdict::Within);
    let looked = state.look(&key, limit, NOW).await;
    assert_eq!(looked, Verdict::Beyond(Duration::from_secs(10)));
    assert_eq!(state.count(&key, limit, NOW).await, looked);
    let later = NOW.plus(Duration::from_secs(15));
    state.give_back(&key, limit, later).await;
    for _ in 0..2 {
        assert_eq!(state.count(&key, limit, later).await, Verdict::Within);
    }
    assert!(
        matches!(state.count(&key, limit, later).await, Verdict::Beyond(_)),
        "no more is given back than was taken"
    );
}

async fn a_refusal_does_not_count(state: Ephemeral) {
    let limit = Limit {
        burst: 1,
        refill: Duration::from_secs(10),
    };
    let key = key("address");
    assert_eq!(state.count(&key, limit, NOW).await, Verdict::Within);
    for _ in 0..20 {
        assert!(matches!(state.count(&key, limit, NOW).await, Verdict::Beyond(_)));
    }
    let refilled = NOW.plus(Duration::from_secs(10));
    assert_eq!(state.count(&key, limit, refilled).await, Verdict::Within);
}

async fn keys_do_not_touch_one_another(state: Ephemeral) {
    let limit = Limit {
        burst: 1,
        refill: HOUR,
    };
    let (one, other) = (key("address"), key("address"));
    assert_eq!(state.count(&one, limit, NOW).await, Verdict::Within);
    assert_eq!(state.count(&other, limit, NOW).await, Verdict::Within);
    assert!(state.put_once(&one, HOUR, NOW).await.unwrap());
    assert!(state.put_once(&other, HOUR, NOW).await.unwrap());
    assert!(matches!(state.count(&one, limit, NOW).await, Verdict::Beyond(_)));
}

async fn many_uses_at_once_are_all_counted(state: Ephemeral) {
    let state = Arc::new(state);
    let key = key("address");
    let limit = Limit {
        burst: 10,
        refill: HOUR,
    };
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let (state, key) = (Arc::clone(&state), key.clone());
            tokio::spawn(async move { state.count(&key, limit, NOW).await == Verdict::Within })
        })
        .collect();
    let mut within = 0;
    for task in tasks {
        within += usize::from(task.await.unwrap());
    }
    assert_eq!(within, 10);
}

async fn a_clock_that_goes_back_opens_nothing(state: Ephemeral) {
    let limit = Limit {
        burst: 1,
        refill: HOUR,
    };
    let key = key("address");
    let back = NOW.minus(HOUR);
    assert_eq!(state.count(&key, limit, NOW).await, Verdict::Within);
    assert_eq!(state.count(&key, limit, back).await, Verdict::Beyond(2 * HOUR));
    assert!(state.put_once(&key, HOUR, NOW).await.unwrap());
    assert!(!state.put_once(&key, HOUR, back).await.unwrap());
}

#[tokio::test]
async fn replicas_share_limits_guards_and_notices() {
    let url = shared_redis();
    let (one, other) = (redis(&url).await, redis(&url).await);
    let (mut one_hears, mut other_hears) = (one.subscribe(), other.subscribe());
    let key = key("shared");
    let limit = Limit {
        burst: 1,
        refill: HOUR,
    };
    assert_eq!(one.count(&key, limit, NOW).await, Verdict::Within);
    assert!(matches!(other.count(&key, limit, NOW).await, Verdict::Beyond(_)));
    assert!(one.put_once(&key, HOUR, NOW).await.unwrap());
    assert!(!other.put_once(&key, HOUR, NOW).await.unwrap());

    let person = Notice::Person(PersonId::new(NOW, [7; 10]));
    let back = Notice::Person(PersonId::new(NOW, [8; 10]));
    one.publish(&person).await;
    other.publish(&back).await;
    let heard = async |receiver: &mut tokio::sync::broadcast::Receiver<Notice>, wanted: &Notice| {
        let mut before = Vec::new();
        loop {
            let notice = tokio::time::timeout(Duration::from_secs(5), receiver.recv())
                .await
                .expect("the notice arrives")
                .unwrap();
            if notice == *wanted {
                return before;
            }
            before.push(notice);
        }
    };
    heard(&mut other_hears, &person).await;
    let before = heard(&mut one_hears, &back).await;
    assert!(!before.contains(&person), "a process does not hear itself");
}
