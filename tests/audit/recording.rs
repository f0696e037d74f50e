//! Writing: chains without a gap, whatever happens to the transactions.

use std::sync::Arc;

use doorward::storage::Sql;

use super::log::{ENGINES, Log, event};

const EVENTS: Sql = Sql::new("SELECT COUNT(*) AS n FROM event");
const WRITERS: Sql = Sql::new("SELECT COUNT(DISTINCT writer) AS n FROM event");
const GAPS: Sql = Sql::new(
    "SELECT COUNT(*) AS n FROM event e WHERE counter > 1 AND NOT EXISTS \
     (SELECT 1 FROM event p WHERE p.writer = e.writer AND p.counter = e.counter - 1 AND p.hash = e.previous)",
);

async fn act(log: &Log, number: u32, commits: bool) {
    let mut tx = log.storage.write().await.unwrap();
    let mut lane = log.recorder.lease(event(number).at);
    lane.record(&mut tx, &[event(number), event(number + 1)])
        .await
        .unwrap();
    if commits {
        tx.commit().await.unwrap();
        lane.settle();
    }
}

#[tokio::test]
async fn acts_at_once_leave_chains_without_a_gap() {
    for engine in ENGINES {
        let log = Arc::new(Log::new(engine).await);
        let tasks: Vec<_> = (0..40)
            .map(|number| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    // Every fifth is rolled back; others are written alone, in the shared commit.
                    act(&log, number * 10, number % 5 != 0).await;
                    log.recorder
                        .record_alone(vec![event(number * 10 + 5)])
                        .await
                        .unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(log.count(EVENTS).await, 32 * 2 + 40, "{engine:?}");
        assert_eq!(log.count(GAPS).await, 0, "{engine:?}");
    }
}

#[tokio::test]
async fn acts_one_after_the_other_share_one_chain() {
    for engine in ENGINES {
        let log = Log::new(engine).await;
        for number in 0..5 {
            act(&log, number * 10, true).await;
            log.recorder
                .record_alone(vec![event(number * 10 + 5)])
                .await
                .unwrap();
        }
        assert_eq!(log.count(WRITERS).await, 1, "{engine:?}");
        assert_eq!(log.count(GAPS).await, 0, "{engine:?}");
    }
}

#[tokio::test]
async fn a_process_that_dies_between_commit_and_settling_leaves_a_whole_chain() {
    for engine in ENGINES {
        let log = Log::new(engine).await;
        act(&log, 0, true).await;
        let mut tx = log.storage.write().await.unwrap();
        let mut lane = log.recorder.lease(event(10).at);
        lane.record(&mut tx, &[event(10)]).await.unwrap();
        tx.commit().await.unwrap();
        drop(lane);
        act(&log, 20, true).await;
        assert_eq!(log.count(EVENTS).await, 5, "{engine:?}");
        assert_eq!(log.count(GAPS).await, 0, "{engine:?}");
    }
}

#[tokio::test]
async fn a_group_of_any_size_is_written_whole() {
    for engine in ENGINES {
        let log = Log::new(engine).await;
        let mut total = 0;
        for size in [1_u32, 3, 4, 5, 16, 21, 63, 64, 85, 150] {
            let events = (0..size).map(|number| event(total + number)).collect();
            log.recorder.record_alone(events).await.unwrap();
            total += size;
        }
        assert_eq!(log.count(EVENTS).await, i64::from(total), "{engine:?}");
        assert_eq!(log.count(GAPS).await, 0, "{engine:?}");
    }
}

#[tokio::test]
async fn an_id_that_a_stranger_made_up_cannot_spoil_the_shared_commit() {
    for engine in ENGINES {
        let log = Log::new(engine).await;
        let mut strange = event(1);
        strange.target.as_mut().unwrap().id = format!("\0{}", "ü".repeat(5_000));
        log.recorder.record_alone(vec![event(0), strange]).await.unwrap();
        assert_eq!(log.count(EVENTS).await, 2, "{engine:?}");
    }
}

#[tokio::test]
async fn when_the_shared_commit_fails_everyone_who_waits_is_told() {
    for engine in ENGINES {
        let log = Arc::new(Log::new(engine).await);
        log.recorder.record_alone(vec![event(0)]).await.unwrap();
        log.tamper(Sql::new("ALTER TABLE event RENAME TO event_away"))
            .await;
        let tasks: Vec<_> = (1..9)
            .map(|number| {
                let log = Arc::clone(&log);
                tokio::spawn(async move { log.recorder.record_alone(vec![event(number)]).await })
            })
            .collect();
        for task in tasks {
            assert!(task.await.unwrap().is_err(), "{engine:?}");
        }
        log.tamper(Sql::new("ALTER TABLE event_away RENAME TO event"))
            .await;
        log.recorder.record_alone(vec![event(9)]).await.unwrap();
        assert_eq!(log.count(EVENTS).await, 2, "{engine:?}");
        assert_eq!(log.count(GAPS).await, 0, "{engine:?}");
    }
}

#[tokio::test]
async fn a_recorder_that_stops_writes_what_waits_and_takes_no_more() {
    for engine in ENGINES {
        let log = Arc::new(Log::new(engine).await);
        let waiting = {
            let log = Arc::clone(&log);
            tokio::spawn(async move { log.recorder.record_alone(vec![event(0)]).await })
        };
        waiting.await.unwrap().unwrap();
        log.recorder.stop().await;
        assert!(log.recorder.record_alone(vec![event(1)]).await.is_err());
        assert_eq!(log.count(EVENTS).await, 1, "{engine:?}");
    }
}
