//! A whole server: its own events are put in order while it runs, and the rest when it stops.

use std::time::Duration;

use doorward::audit::{Trust, origin, verify};
use doorward::domain::EventKind;
use doorward::op::EventDraft;
use doorward::storage::{Options, Sql, Storage};

use crate::support::Server;

const WAITING: Sql = Sql::new("SELECT COUNT(*) AS n FROM unsequenced_event");

async fn waiting(storage: &Storage) -> i64 {
    let mut tx = storage.read().await.unwrap();
    tx.query(WAITING).one(|row| row.get("n")).await.unwrap()
}

async fn record(server: &Server) {
    let mut op = server.op();
    op.record(EventDraft::success(EventKind::ServerStarted));
    op.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_orders_its_events_and_a_stopped_one_leaves_none_waiting() {
    let server = Server::start().await;
    record(&server).await;
    let mut patience = 200;
    while waiting(&server.house.storage).await > 0 {
        patience -= 1;
        assert!(patience > 0, "nobody puts the events in order");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for _ in 0..20 {
        record(&server).await;
    }
    let trust = Trust {
        origin: origin(&server.house.config.server.issuer),
        keys: server.house.keys().checkpoint_verifiers().to_vec(),
    };
    let options = Options {
        url: server.house.config.database.url.clone(),
        connections: 1,
        wait: Duration::from_secs(10),
    };
    let storage = Storage::open(&options).await.unwrap();
    waiting(&storage).await;
    let _database = server.stop().await;
    assert_eq!(waiting(&storage).await, 0);
    let report = verify(&storage, &trust, &[], &mut |_| ()).await.unwrap();
    assert_eq!(report.findings, []);
    assert!(report.size > 20);
}
