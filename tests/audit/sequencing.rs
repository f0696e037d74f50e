//! Ordering: contiguous positions, one leader, a checkpoint for each round.

use std::sync::Arc;
use std::time::Duration;

use doorward::audit::{AuditError, Checkpoint, Recorder, Sequencer};
use doorward::storage::Sql;

use super::log::{ENGINES, Key, Log, ORIGIN, event};

const POSITIONS: Sql = Sql::new("SELECT COUNT(position) AS n FROM placed_event");
const HOLES: Sql = Sql::new("SELECT MAX(position) + 1 - COUNT(DISTINCT position) AS n FROM placed_event");
const DISORDER: Sql = Sql::new(
    "SELECT COUNT(*) AS n FROM placed_event e JOIN placed_event p ON p.writer = e.writer AND p.counter = e.counter - 1 \
     WHERE p.position > e.position",
);
const NOTE: Sql = Sql::new("SELECT note AS t FROM checkpoint ORDER BY size DESC LIMIT 1");

#[tokio::test]
async fn committed_events_get_positions_without_a_hole_and_a_signed_checkpoint() {
    for engine in ENGINES {
        let log = Log::with(engine, 700, 130).await;
        assert_eq!(log.count(POSITIONS).await, 700, "{engine:?}");
        assert_eq!(log.count(HOLES).await, 0, "{engine:?}");
        assert_eq!(log.count(DISORDER).await, 0, "{engine:?}");
        let note = log.text(NOTE).await;
        let checkpoint = Checkpoint::open(&note, &log.trust()).unwrap();
        assert_eq!(checkpoint.size, 700);
        assert!(note.starts_with(&format!("{ORIGIN}\n700\n")), "{note}");
        assert_eq!(log.order().await, 0, "nothing is left");
    }
}

#[tokio::test]
async fn events_of_many_chains_written_while_they_are_put_in_order_stay_in_order() {
    for engine in ENGINES {
        let log = Arc::new(Log::new(engine).await);
        let writers: Vec<_> = (0..6_u32)
            .map(|writer| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    for number in 0..20 {
                        let mut tx = log.storage.write().await.unwrap();
                        let mut lane = log.recorder.lease(event(0).at);
                        lane.record(&mut tx, &[event(writer * 100 + number)])
                            .await
                            .unwrap();
                        tx.commit().await.unwrap();
                        lane.settle();
                    }
                })
            })
            .collect();
        let mut ordered = 0;
        while ordered < 120 {
            ordered += log.order().await;
            tokio::task::yield_now().await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(log.count(HOLES).await, 0, "{engine:?}");
        assert_eq!(log.count(DISORDER).await, 0, "{engine:?}");
        assert_eq!(log.verify().await.findings, [], "{engine:?}");
    }
}

#[tokio::test]
async fn only_one_process_leads_and_another_follows_when_it_is_gone() {
    for engine in ENGINES {
        let log = Log::with(engine, 3, 3).await;
        let other = Recorder::start(log.storage.clone(), [8; 32]);
        let follower = Sequencer::new(log.storage.clone(), &other, ORIGIN.to_owned());
        other.record_alone(vec![event(3)]).await.unwrap();
        let now = event(0).at;
        assert_eq!(
            follower.sequence(now, &log.signer).await.unwrap(),
            0,
            "{engine:?}"
        );
        let later = now.plus(Duration::from_mins(1));
        assert_eq!(
            follower.sequence(later, &log.signer).await.unwrap(),
            1,
            "{engine:?}"
        );
        assert_eq!(log.verify().await.findings, [], "{engine:?}");
    }
}

#[tokio::test]
async fn processes_that_both_believe_to_lead_do_not_spoil_the_tree() {
    for engine in ENGINES {
        let log = Arc::new(Log::new(engine).await);
        log.recorder
            .record_alone((0..50).map(event).collect())
            .await
            .unwrap();
        let rivals: Vec<_> = (10..16)
            .map(|seed| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    let recorder = Recorder::start(log.storage.clone(), [seed; 32]);
                    let rival = Sequencer::new(log.storage.clone(), &recorder, ORIGIN.to_owned());
                    // Each one finds the lease of the one before run out.
                    let now = event(0).at.plus(Duration::from_secs(60 * u64::from(seed)));
                    recorder
                        .record_alone(vec![event(u32::from(seed) * 100)])
                        .await
                        .unwrap();
                    rival.sequence(now, &log.signer).await.unwrap()
                })
            })
            .collect();
        for rival in rivals {
            rival.await.unwrap();
        }
        let last = log
            .sequencer
            .sequence(event(0).at.plus(Duration::from_secs(99_999)), &log.signer);
        last.await.unwrap();
        let report = log.verify().await;
        assert_eq!((report.findings, report.size), (vec![], 56), "{engine:?}");
    }
}

#[tokio::test]
async fn a_tree_that_was_tampered_with_is_not_signed_once_more() {
    for engine in ENGINES {
        let log = Log::with(engine, 5, 5).await;
        log.tamper(Sql::new(
            "UPDATE merkle_tile SET hashes = (SELECT hash FROM event WHERE counter = 1)",
        ))
        .await;
        log.recorder.record_alone(vec![event(5)]).await.unwrap();
        let result = log.sequencer.sequence(event(0).at, &log.signer).await;
        assert!(
            matches!(result, Err(AuditError::Tree { .. } | AuditError::Root)),
            "{result:?}"
        );
    }
}

#[test]
fn a_note_of_another_log_or_key_is_refused() {
    use doorward::audit::{NoteFault, Trust};
    let trust = Trust {
        origin: ORIGIN.to_owned(),
        keys: vec![*doorward::audit::Signer::public_key(&Key::new(1))],
    };
    for (note, fault) in [
        ("", NoteFault::Form),
        ("log.example/audit\n1\n\n", NoteFault::Form),
        (
            "log.example/audit\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
            NoteFault::Form,
        ),
        (
            "other.example/audit\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
            NoteFault::Origin,
        ),
        (
            "log.example/audit\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
            NoteFault::Signature,
        ),
        (
            "log.example/audit\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u{2014} log.example/audit AAAA\n",
            NoteFault::Signature,
        ),
    ] {
        assert_eq!(Checkpoint::open(note, &trust), Err(fault), "{note}");
    }
}
