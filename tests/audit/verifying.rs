//! Verifying: whatever is changed behind the log's back is found, and named.

use doorward::audit::{Finding, verify};
use doorward::storage::Sql;

use super::log::{ENGINES, Key, Log, event};

#[tokio::test]
async fn a_log_that_nobody_touched_is_good() {
    for engine in ENGINES {
        let log = Log::with(engine, 600, 97).await;
        log.recorder
            .record_alone(vec![event(600), event(601)])
            .await
            .unwrap();
        let report = log.verify().await;
        assert_eq!(report.findings, [], "{engine:?}");
        assert_eq!((report.events, report.unsequenced, report.size), (602, 2, 600));
        assert_eq!((report.chains, report.checkpoints), (1, 7));
        assert!(report.root.is_some());
    }
}

#[tokio::test]
async fn an_empty_log_is_good() {
    for engine in ENGINES {
        let report = Log::new(engine).await.verify().await;
        assert!(report.is_good(), "{engine:?}");
    }
}

#[tokio::test]
async fn an_altered_body_is_named() {
    for engine in ENGINES {
        let log = Log::with(engine, 10, 4).await;
        let sql = Sql::new("UPDATE event SET body = REPLACE(body, 'north', 'south') WHERE counter = 6");
        assert_eq!(log.tamper(sql).await, 1);
        assert_eq!(
            log.faults().await,
            ["event W#6 (position 5) was altered: its body, name or predecessor does not fit its hash"],
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn every_altered_column_is_named() {
    for engine in ENGINES {
        for (column, sql) in [
            ("at", Sql::new("UPDATE event SET at = at + 1 WHERE counter = 3")),
            (
                "kind",
                Sql::new("UPDATE event SET kind = 'person.created' WHERE counter = 3"),
            ),
            (
                "outcome",
                Sql::new("UPDATE event SET outcome = 'refused' WHERE counter = 3"),
            ),
            (
                "organisation_id",
                Sql::new("UPDATE event SET organisation_id = 'x' WHERE counter = 3"),
            ),
            (
                "actor_id",
                Sql::new("UPDATE event SET actor_id = 'x' WHERE counter = 3"),
            ),
            (
                "target_id",
                Sql::new("UPDATE event SET target_id = NULL WHERE counter = 3"),
            ),
            (
                "client_id",
                Sql::new("UPDATE event SET client_id = 'x' WHERE counter = 3"),
            ),
            (
                "session_id",
                Sql::new("UPDATE event SET session_id = 'x' WHERE counter = 3"),
            ),
            (
                "correlation_id",
                Sql::new("UPDATE event SET correlation_id = 'x' WHERE counter = 3"),
            ),
        ] {
            let log = Log::with(engine, 5, 5).await;
            assert_eq!(log.tamper(sql).await, 1);
            let expected = format!(
                "event W#3 (position 2) was altered: the column {column} does not agree with its body"
            );
            assert_eq!(log.faults().await, [expected], "{engine:?}");
        }
    }
}

#[tokio::test]
async fn a_deleted_event_is_named() {
    for engine in ENGINES {
        let log = Log::with(engine, 10, 4).await;
        assert_eq!(
            log.tamper(Sql::new("DELETE FROM event WHERE counter = 6")).await,
            1
        );
        assert_eq!(
            log.faults().await,
            [
                "events W#6 to #6 are missing",
                "the event at position 5 is missing"
            ],
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn swapped_events_are_named() {
    for engine in ENGINES {
        let log = Log::with(engine, 10, 4).await;
        let mut tx = log.storage.write().await.unwrap();
        // One run for each event, the third and the eighth exchanged.
        for sql in [
            Sql::new("DELETE FROM event_run"),
            Sql::new(
                "INSERT INTO event_run (first, writer, counter, length) SELECT \
                 CASE counter WHEN 3 THEN 7 WHEN 8 THEN 2 ELSE counter - 1 END, writer, counter, 1 FROM event",
            ),
        ] {
            tx.query(sql).execute().await.unwrap();
        }
        tx.commit().await.unwrap();
        let faults = log.faults().await;
        for named in [
            "event W#8 (position 2) is not the event that the tree holds at its position: it was replaced or moved",
            "event W#3 (position 7) is not the event that the tree holds at its position: it was replaced or moved",
        ] {
            assert!(faults.iter().any(|fault| fault == named), "{engine:?} {faults:?}");
        }
        assert!(
            !faults.iter().any(|fault| fault.contains("checkpoint")),
            "{faults:?}"
        );
    }
}

#[tokio::test]
async fn an_order_that_was_tampered_with_is_named() {
    for engine in ENGINES {
        for (sql, named) in [
            // Without its place an event is missing from the order, whatever its chain says.
            (
                Sql::new("UPDATE event_run SET length = length - 1 WHERE first = 0"),
                "the event at position 3 is missing",
            ),
            (
                Sql::new("DELETE FROM event_run WHERE first = 4"),
                "the event at position 4 is missing",
            ),
            // A run of nothing, by which what stands behind it would have no place in lists.
            (
                Sql::new(
                    "INSERT INTO event_run (first, writer, counter, length) SELECT 9, writer, 6, 0 FROM event_run WHERE first = 8",
                ),
                "the order has a gap or an overlap at position 10: it was altered",
            ),
            // Two at one place, and lengths without end.
            (
                Sql::new("UPDATE event_run SET length = length + 1 WHERE first = 0"),
                "position 4 is claimed more than once: the order was altered",
            ),
            (
                Sql::new("UPDATE event_run SET length = 4000000000000000000 WHERE first = 8"),
                "events have positions up to 4000000000000000007, but the last checkpoint covers only 10: checkpoints are missing",
            ),
        ] {
            let log = Log::with(engine, 10, 4).await;
            assert_eq!(log.tamper(sql).await, 1);
            let faults = log.faults().await;
            assert!(faults.iter().any(|fault| fault == named), "{engine:?} {faults:?}");
        }
    }
}

#[tokio::test]
async fn an_event_that_was_taken_out_of_the_order_before_it_had_a_place_is_named() {
    for engine in ENGINES {
        for sql in [
            Sql::new("DELETE FROM unsequenced_event"),
            Sql::pair(
                "UPDATE unsequenced_event SET hashes = x'00'",
                "UPDATE unsequenced_event SET hashes = '\\x00'",
            ),
            Sql::pair(
                "UPDATE unsequenced_event SET hashes = SUBSTR(hashes, 1, 32)",
                "UPDATE unsequenced_event SET hashes = SUBSTRING(hashes FROM 1 FOR 32)",
            ),
        ] {
            let log = Log::with(engine, 4, 4).await;
            let last = vec![event(4), event(5)];
            log.recorder.record_alone(last).await.unwrap();
            assert_eq!(log.verify().await.findings, [], "{engine:?}");
            assert_eq!(log.tamper(sql).await, 1);
            log.order().await;
            let faults = log.faults().await;
            let named = "event W#6 (not yet in order), and waits for no place in it: the order was altered";
            assert_eq!(faults.last().unwrap(), named, "{engine:?} {faults:?}");
        }
    }
}

#[tokio::test]
async fn an_event_rewritten_with_a_fitting_hash_is_named() {
    for engine in ENGINES {
        let log = Log::with(engine, 6, 6).await;
        let other = Log::new(engine).await;
        // Another event with all its hashes right, made as the writer itself would.
        let mut forged = event(5);
        forged.details.insert("zone".to_owned(), "south".into());
        let batch = (0..5).map(event).chain([forged]).collect();
        other.recorder.record_alone(batch).await.unwrap();
        let mut tx = other.storage.read().await.unwrap();
        let (hash, body): (Vec<u8>, String) = tx
            .query(Sql::new("SELECT hash, body FROM event WHERE counter = 6"))
            .one(|row| Ok((row.get("hash")?, row.get("body")?)))
            .await
            .unwrap();
        let mut tx = log.storage.write().await.unwrap();
        tx.query(Sql::new(
            "UPDATE event SET hash = $1, body = $2 WHERE counter = 6",
        ))
        .bind(&hash)
        .bind(&body)
        .execute()
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            log.faults().await,
            [
                "event W#6 (position 5) is not the event that the tree holds at its position: it was replaced or moved"
            ],
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn a_deleted_tail_is_named() {
    for engine in ENGINES {
        let log = Log::with(engine, 10, 4).await;
        assert_eq!(
            log.tamper(Sql::new("DELETE FROM event WHERE counter > 8")).await,
            2
        );
        assert_eq!(
            log.faults().await,
            [
                "the event at position 8 is missing",
                "the event at position 9 is missing"
            ],
            "{engine:?}"
        );
        log.tamper(Sql::new("DELETE FROM checkpoint WHERE size > 8"))
            .await;
        log.tamper(Sql::new("DELETE FROM event_run WHERE first >= 8"))
            .await;
        assert_eq!(
            log.faults().await,
            ["the tree holds 10 leaves, but the last checkpoint covers 8: events or checkpoints are missing"],
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn a_tail_deleted_with_its_whole_tree_is_named() {
    for engine in ENGINES {
        let log = Log::with(engine, 300, 100).await;
        log.tamper(Sql::new("DELETE FROM event WHERE counter > 256"))
            .await;
        log.tamper(Sql::new("DELETE FROM merkle_tile WHERE level = 0 AND tile = 1"))
            .await;
        assert_eq!(
            log.faults().await,
            [
                "the tree holds 256 leaves, but the last checkpoint covers 300: events or checkpoints are missing",
                "the events at positions 256 to 299 are missing, and so is the tree over them",
                "the checkpoint over 300 events does not fit the log: it was forged, or the log under it was altered",
            ],
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn removed_checkpoints_are_noticed() {
    for engine in ENGINES {
        let log = Log::with(engine, 10, 4).await;
        log.tamper(Sql::new("DELETE FROM checkpoint WHERE size > 8"))
            .await;
        let faults = log.faults().await;
        assert_eq!(
            faults[0],
            "events have positions up to 9, but the last checkpoint covers only 8: checkpoints are missing",
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn a_truncated_or_altered_tree_is_named() {
    for engine in ENGINES {
        for (named, sql) in [
            (
                "tile 0 of level 0",
                Sql::new("DELETE FROM merkle_tile WHERE level = 0 AND tile = 0"),
            ),
            (
                "tile 0 of level 0",
                Sql::new(
                    "UPDATE merkle_tile SET hashes = (SELECT hash FROM event WHERE counter = 1) WHERE level = 0 AND tile = 0",
                ),
            ),
            (
                "tile 0 of level 1",
                Sql::new("DELETE FROM merkle_tile WHERE level = 1"),
            ),
        ] {
            let log = Log::with(engine, 300, 100).await;
            log.tamper(sql).await;
            let faults = log.faults().await;
            assert_eq!(
                faults,
                [format!("{named} of the tree is missing or was altered")],
                "{engine:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_forged_checkpoint_is_named() {
    for engine in ENGINES {
        let log = Log::with(engine, 10, 4).await;
        log.tamper(Sql::new(
            "UPDATE checkpoint SET root = (SELECT hash FROM event WHERE counter = 1) WHERE size = 8",
        ))
        .await;
        assert_eq!(
            log.faults().await,
            ["the checkpoint over 8 events tells another size or root in its note than in its row"],
            "{engine:?}"
        );

        // The whole log written anew by someone with a key of their own.
        let mut log = Log::with(engine, 10, 4).await;
        let forger = std::mem::replace(&mut log.signer, Key::new(2));
        assert_eq!(
            log.faults().await,
            [4, 8, 10].map(|size| format!(
                "the checkpoint over {size} events is not good: its signature is not by a key of this log"
            )),
            "{engine:?}"
        );
        drop(forger);

        let log = Log::with(engine, 10, 4).await;
        log.tamper(Sql::new(
            "UPDATE checkpoint SET size = 900000000000 WHERE size = 10",
        ))
        .await;
        let faults = log.faults().await;
        assert!(
            faults
                .iter()
                .any(|fault| fault.contains("the checkpoint over 900000000000 events")),
            "{engine:?} {faults:?}"
        );
    }
}

#[tokio::test]
async fn a_log_cut_back_as_a_whole_is_found_by_a_checkpoint_kept_elsewhere() {
    for engine in ENGINES {
        let log = Log::with(engine, 8, 4).await;
        let kept = log
            .text(Sql::new("SELECT note AS t FROM checkpoint WHERE size = 8"))
            .await;
        let good = verify(
            &log.storage,
            &log.trust(),
            std::slice::from_ref(&kept),
            &mut |_| (),
        )
        .await
        .unwrap();
        assert!(good.is_good(), "{engine:?}");
        let cut = Log::with(engine, 4, 4).await;
        let report = verify(&cut.storage, &log.trust(), &[kept], &mut |_| ())
            .await
            .unwrap();
        assert_eq!(report.findings, [Finding::Elsewhere { size: 8 }], "{engine:?}");
    }
}

#[tokio::test]
async fn progress_is_told_to_the_end() {
    let log = Log::with(ENGINES[0], 600, 600).await;
    let mut last = None;
    verify(&log.storage, &log.trust(), &[], &mut |progress| {
        last = Some(progress);
    })
    .await
    .unwrap();
    let last = last.unwrap();
    assert_eq!((last.done, last.total), (1_200, 1_200));
}
