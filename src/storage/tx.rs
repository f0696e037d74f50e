//! A unit of reading or of writing.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::Executor as _;
use sqlx::postgres::PgConnection;
use tokio::runtime::Handle;
use tokio::task::coop::consume_budget;
use tokio::time::timeout;

use super::pool::{Ending, Lent, silent};
use super::sqlite::SqliteConnection;
use super::writer::Turn;
use super::{Engine, Query, Sql, StorageError};

/// PostgreSQL ends a statement by itself before this (`statement_timeout`); a server that stays silent longer is away.
const ANSWER: Duration = Duration::from_secs(15);

/// A connection in use. A writing one is a transaction: dropped without [`Tx::commit`], nothing of it is kept.
///
/// On both engines a transaction is spent after a statement of it has failed or was dropped half-way (PostgreSQL knows no
/// other way): further statements and `commit` are refused.
pub struct Tx {
    inner: Inner,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    /// A statement is under way, or its future was dropped.
    Running,
    /// A statement failed; the connection is sound.
    Failed,
    /// The connection is lost.
    Lost,
}

/// When the commit of a unit of writing answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// When it is on disk.
    Flushed,
    /// When others see it. It is on disk with the next flushed commit, or a little later by itself: a crash of the program takes nothing of it,
    /// a loss of power may. Nothing flushed is ever lost for it, and nothing flushed outlives a relaxed unit that came before it.
    Relaxed,
}

enum Inner {
    SqliteRead(Lent<SqliteConnection>),
    SqliteWrite(Turn),
    PostgresRead(Lent<PgConnection>),
    /// None only while the transaction ends. Beside it, how many have been committed.
    PostgresWrite(Option<Lent<PgConnection>>, Arc<AtomicU64>),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tx({:?}, {:?})", self.engine(), self.state)
    }
}

impl Tx {
    pub(super) fn sqlite_read(connection: Lent<SqliteConnection>) -> Self {
        Self::new(Inner::SqliteRead(connection))
    }

    pub(super) fn sqlite_write(turn: Turn) -> Self {
        Self::new(Inner::SqliteWrite(turn))
    }

    pub(super) fn postgres_read(connection: Lent<PgConnection>) -> Self {
        Self::new(Inner::PostgresRead(connection))
    }

    pub(super) async fn postgres_write(
        connection: Lent<PgConnection>,
        durability: Durability,
        commits: &Arc<AtomicU64>,
    ) -> Result<Self, StorageError> {
        let mut tx = Self::new(Inner::PostgresWrite(Some(connection), Arc::clone(commits)));
        // Both in one round trip.
        tx.control(match durability {
            Durability::Flushed => "BEGIN",
            Durability::Relaxed => "BEGIN; SET LOCAL synchronous_commit TO off",
        })
        .await?;
        Ok(tx)
    }

    fn new(inner: Inner) -> Self {
        Self {
            inner,
            state: State::Ready,
        }
    }

    /// The engine behind it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::SqliteRead(_) | Inner::SqliteWrite(_) => Engine::Sqlite,
            Inner::PostgresRead(_) | Inner::PostgresWrite(..) => Engine::Postgres,
        }
    }

    /// Starts a statement.
    pub fn query(&mut self, sql: Sql) -> Query<'_> {
        Query::new(self, sql)
    }

    /// Makes what was written last; answers when it is on disk ([`Durability`]).
    pub async fn commit(mut self) -> Result<(), StorageError> {
        self.refuse_if_spent()?;
        match &mut self.inner {
            Inner::SqliteRead(_) | Inner::PostgresRead(_) => Ok(()),
            Inner::SqliteWrite(turn) => turn.commit().await,
            Inner::PostgresWrite(..) => {
                self.control("COMMIT").await?;
                if let Inner::PostgresWrite(connection, commits) = &mut self.inner {
                    commits.fetch_add(1, Ordering::Relaxed);
                    // Nothing is left to roll back: it may be lent again.
                    drop(connection.take());
                }
                Ok(())
            }
        }
    }

    /// Runs one statement on SQLite, here and now, and remembers how it ended. Many one after the other let others come between.
    pub(super) async fn on_sqlite<T>(
        &mut self,
        statement: impl FnOnce(&mut SqliteConnection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        self.refuse_if_spent()?;
        // Whoever is dropped here leaves a transaction without this statement.
        self.state = State::Running;
        consume_budget().await;
        let done = match &mut self.inner {
            Inner::SqliteRead(lent) => statement(lent.get()?),
            Inner::SqliteWrite(turn) => statement(turn.connection()?),
            Inner::PostgresRead(_) | Inner::PostgresWrite(..) => return Err(StorageError::Spent),
        };
        self.settle(done)
    }

    /// Runs one statement on PostgreSQL and remembers how it ended.
    pub(super) async fn on_postgres<T>(
        &mut self,
        statement: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StorageError> {
        self.refuse_if_spent()?;
        self.state = State::Running;
        let lent = match &mut self.inner {
            Inner::PostgresRead(lent) => Some(lent),
            Inner::PostgresWrite(lent, _) => lent.as_mut(),
            Inner::SqliteRead(_) | Inner::SqliteWrite(_) => None,
        };
        let lent = lent.ok_or(StorageError::Spent)?;
        let done = answered(statement(lent.get()?)).await?;
        self.settle(done.map_err(StorageError::from))
    }

    fn settle<T>(&mut self, done: Result<T, StorageError>) -> Result<T, StorageError> {
        self.state = match &done {
            // Where what was read is not as promised, the engine has done its part.
            Ok(_) | Err(StorageError::Column { .. } | StorageError::NoColumn(_)) => State::Ready,
            Err(StorageError::Unavailable(_)) => State::Lost,
            Err(_) => State::Failed,
        };
        done
    }

    /// `BEGIN` or `COMMIT` on PostgreSQL.
    async fn control(&mut self, text: &'static str) -> Result<(), StorageError> {
        self.on_postgres(async |connection: &mut PgConnection| connection.execute(text).await.map(drop))
            .await
    }

    fn refuse_if_spent(&self) -> Result<(), StorageError> {
        let writes = matches!(self.inner, Inner::SqliteWrite(_) | Inner::PostgresWrite(..));
        match self.state {
            State::Ready => Ok(()),
            // Without a transaction a failed statement concerns itself only.
            State::Failed if !writes => Ok(()),
            State::Failed | State::Running | State::Lost => Err(StorageError::Spent),
        }
    }
}

/// The answer of a server, if it gives one at all.
async fn answered<T>(
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<Result<T, sqlx::Error>, StorageError> {
    timeout(ANSWER, statement).await.map_err(|_| silent())
}

impl Drop for Tx {
    fn drop(&mut self) {
        let ending = match self.state {
            State::Ready | State::Failed => Ending::Keep,
            State::Running => Ending::Close,
            State::Lost => Ending::CloseAll,
        };
        match &mut self.inner {
            // A turn rolls back by itself, and no statement is ever half done.
            Inner::SqliteRead(_) | Inner::SqliteWrite(_) => {}
            Inner::PostgresRead(lent) => lent.on_return(ending),
            Inner::PostgresWrite(lent, _) => {
                if let Some(mut lent) = lent.take() {
                    lent.on_return(ending);
                    if ending == Ending::Keep {
                        roll_back(lent);
                    }
                }
            }
        }
    }
}

/// Rolls back in a task of its own, since `drop` cannot wait; the connection is closed if that fails, which also rolls
/// back.
fn roll_back(mut lent: Lent<PgConnection>) {
    lent.on_return(Ending::Close);
    let Ok(runtime) = Handle::try_current() else {
        return;
    };
    runtime.spawn(async move {
        let ended = match lent.get() {
            Ok(connection) => timeout(ANSWER, connection.execute("ROLLBACK")).await,
            Err(_) => return,
        };
        if matches!(ended, Ok(Ok(_))) {
            lent.on_return(Ending::Keep);
        }
    });
}
