//! A house without a listener: own database, own clock, own master key. For tests that call a room by its door.

use std::sync::Arc;

use doorward::audit::Recorder;
use doorward::config::Config;
use doorward::domain::{Actor, Seen, Timestamp};
use doorward::ephemeral::Ephemeral;
use doorward::keys::{KeyRing, MasterKey};
use doorward::op::{Clock, House, Op};
use doorward::storage::Storage;

use super::Database;

/// The moment at which the clock of a bare house stands until it is moved.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A house and the database below it.
pub(crate) struct Bare {
    pub(crate) house: Arc<House>,
    pub(crate) database: Arc<Database>,
}

impl Bare {
    /// A house on a migrated database of its own, without signing keys.
    pub(crate) async fn new() -> Self {
        let database = Arc::new(Database::new().await);
        Self::on(database, Config::default()).await
    }

    /// One more house (a replica) on the same database.
    pub(crate) async fn replica(&self) -> Self {
        Self::on(Arc::clone(&self.database), self.house.config.clone()).await
    }

    /// A house on a migrated database. Its making is large, and kept out of the future of every test.
    pub(crate) async fn on(database: Arc<Database>, config: Config) -> Self {
        Box::pin(Self::build(database, config)).await
    }

    async fn build(database: Arc<Database>, config: Config) -> Self {
        let storage = database.open().await;
        let master_key = MasterKey::parse(&data_encoding::BASE64.encode(&[42; 32])).unwrap();
        let keys = KeyRing::load(&storage, &master_key, &config.keys, START)
            .await
            .unwrap();
        let ephemeral = match &config.redis.url {
            Some(url) => Ephemeral::redis(url).await.unwrap(),
            None => Ephemeral::memory(),
        };
        let recorder = Recorder::start(Storage::clone(&storage), chance());
        let house = House::new(
            config,
            storage,
            ephemeral,
            (master_key, keys),
            recorder,
            Clock::fixed(START),
        );
        Self {
            house: Arc::new(house),
            database,
        }
    }

    /// A new act of nobody.
    pub(crate) fn op(&self) -> Op {
        Op::new(&self.house, Actor::Anonymous, self.seen())
    }

    /// Seen from one address, always the same.
    pub(crate) fn seen(&self) -> Seen {
        Seen {
            correlation_id: self.house.chance.id(START),
            address: Some("192.0.2.7".parse().unwrap()),
            user_agent: None,
            certificate: None,
            device: None,
        }
    }

    /// The events of one kind that are on record, in the order of their making.
    pub(crate) async fn events(&self, kind: &str) -> Vec<serde_json::Value> {
        use doorward::storage::Sql;
        const EVENTS: Sql = Sql::new("SELECT body FROM event WHERE kind = $1 ORDER BY at, writer, counter");
        let mut tx = self.house.storage.read().await.unwrap();
        tx.query(EVENTS)
            .bind(&kind)
            .all(|row| row.get("body"))
            .await
            .unwrap()
    }
}

fn chance() -> [u8; 32] {
    doorward::op::Chance::default().bytes()
}
