//! A log on one engine, a key that signs for it, and events to write into it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use doorward::audit::{Finding, Recorder, Report, Sequencer, Signer, Trust, verify};
use doorward::domain::{Actor, CorrelationId, Event, EventKind, Id, Outcome, Seen, Target, Timestamp};
use doorward::keys::KeyError;
use doorward::storage::{Sql, Storage};

use crate::support::{Database, Engine};

pub(super) const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
pub(super) const ORIGIN: &str = "log.example/audit";

/// A log with nothing in it.
pub(super) struct Log {
    pub(super) storage: Storage,
    pub(super) recorder: Recorder,
    pub(super) sequencer: Sequencer,
    pub(super) signer: Key,
    _database: Database,
}

/// A key that signs checkpoints.
pub(super) struct Key {
    pair: Ed25519KeyPair,
    public: [u8; 32],
}

impl Key {
    pub(super) fn new(seed: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public = pair.public_key().as_ref().try_into().unwrap();
        Self { pair, public }
    }
}

impl Signer for Key {
    fn public_key(&self) -> &[u8; 32] {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        Ok(self.pair.sign(message).as_ref().try_into().unwrap())
    }
}

impl Log {
    pub(super) async fn new(engine: Engine) -> Self {
        let database = Database::on(engine).await;
        let storage = database.open().await;
        let recorder = Recorder::start(storage.clone(), [7; 32]);
        Self {
            sequencer: Sequencer::new(storage.clone(), &recorder, ORIGIN.to_owned()),
            storage,
            recorder,
            signer: Key::new(1),
            _database: database,
        }
    }

    /// A log of so many events, put in order in steps of at most `step`.
    pub(super) async fn with(engine: Engine, events: u32, step: u32) -> Self {
        let log = Self::new(engine).await;
        let mut written = 0;
        while written < events {
            let after = events.min(written + step);
            let batch = (written..after).map(event).collect();
            log.recorder.record_alone(batch).await.unwrap();
            assert_eq!(log.order().await, u64::from(after - written));
            written = after;
        }
        log
    }

    /// Puts in order what is there.
    pub(super) async fn order(&self) -> u64 {
        self.sequencer.sequence(event(0).at, &self.signer).await.unwrap()
    }

    pub(super) fn trust(&self) -> Trust {
        Trust {
            origin: ORIGIN.to_owned(),
            keys: vec![*self.signer.public_key()],
        }
    }

    pub(super) async fn verify(&self) -> Report {
        verify(&self.storage, &self.trust(), &[], &mut |_| ())
            .await
            .unwrap()
    }

    /// What is wrong, in words, with the name of the only writer left out.
    pub(super) async fn faults(&self) -> Vec<String> {
        let writer = self.text(Sql::new("SELECT MIN(writer) AS t FROM event")).await;
        let report = self.verify().await;
        let tell = |finding: &Finding| finding.to_string().replace(&writer, "W");
        report.findings.iter().map(tell).collect()
    }

    /// Runs a statement that nobody but an attacker would.
    pub(super) async fn tamper(&self, sql: Sql) -> u64 {
        let mut tx = self.storage.write().await.unwrap();
        let changed = tx.query(sql).execute().await.unwrap();
        tx.commit().await.unwrap();
        changed
    }

    pub(super) async fn count(&self, sql: Sql) -> i64 {
        let mut tx = self.storage.read().await.unwrap();
        tx.query(sql).one(|row| row.get("n")).await.unwrap()
    }

    pub(super) async fn text(&self, sql: Sql) -> String {
        let mut tx = self.storage.read().await.unwrap();
        tx.query(sql).one(|row| row.get("t")).await.unwrap()
    }
}

/// An id, always the same for a number.
pub(super) fn id<K>(number: u8) -> Id<K> {
    Id::new(event(0).at, [number; 10])
}

/// The `number`th of many different events.
pub(super) fn event(number: u32) -> Event {
    let at = Timestamp::from_seconds(1_764_000_000 + i64::from(number));
    let mut chance = [0; 10];
    chance[..4].copy_from_slice(&number.to_be_bytes());
    let mut details = serde_json::Map::new();
    details.insert("zone".to_owned(), "north".into());
    details.insert("number".to_owned(), number.into());
    Event {
        version: 1,
        kind: EventKind::PersonChanged,
        outcome: Outcome::Success,
        at,
        actor: Actor::System,
        on_behalf_of: None,
        organisation: None,
        target: Some(Target {
            kind: "person",
            id: format!("person-{}", number % 10),
        }),
        reason: None,
        client: None,
        session: None,
        seen: Seen {
            correlation_id: CorrelationId::new(at, chance),
            address: Some("127.0.0.1".parse().unwrap()),
            user_agent: None,
            certificate: None,
            device: None,
        },
        before: None,
        after: None,
        details,
    }
}
