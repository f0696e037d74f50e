//! Connections kept for the next one who needs one.
//!
//! A connection comes back only when nothing is under way on it; any other is closed, and a new one takes its place. So a
//! future that was dropped in the middle of a statement cannot leave its rest to the next request. A connection that has
//! rested is asked whether it lives before it is lent, which is how the house finds its way back after the server was away.
//! (The pool of `sqlx` asks at every return: a round trip and a task for each use.)

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::StorageError;
use super::error::Fault;

/// How long a server may take to accept a connection, or to answer whether it lives.
const REACH: Duration = Duration::from_secs(2);

/// A connection at rest for less than this is lent unasked.
const TRUSTED_REST: Duration = Duration::from_secs(1);

/// An older connection is closed when it comes back, so that a server's move is noticed and its memory freed.
const LIFE: Duration = Duration::from_mins(30);

/// What a pool needs to know of its connections.
pub(super) trait Connect: Sized {
    type Options;

    /// A new one, or word in short time that there is none.
    fn connect(options: &Self::Options) -> impl Future<Output = Result<Self, StorageError>> + Send;

    /// Whether one that has rested is of use still.
    fn lives(&mut self) -> impl Future<Output = bool> + Send;
}

impl Connect for PgConnection {
    type Options = PgConnectOptions;

    async fn connect(options: &PgConnectOptions) -> Result<Self, StorageError> {
        let connected = timeout(REACH, Self::connect_with(options)).await;
        Ok(connected.map_err(|_| silent())??)
    }

    async fn lives(&mut self) -> bool {
        matches!(timeout(REACH, self.ping()).await, Ok(Ok(())))
    }
}

/// Connections of one kind. Cheap to clone.
pub(super) struct Pool<C: Connect>(Arc<Shared<C>>);

struct Shared<C: Connect> {
    options: C::Options,
    wait: Duration,
    size: usize,
    room: Arc<Semaphore>,
    resting: Mutex<Vec<Resting<C>>>,
}

struct Resting<C> {
    connection: Box<C>,
    opened: Instant,
    since: Instant,
}

/// A connection on loan.
pub(super) struct Lent<C: Connect> {
    home: Arc<Shared<C>>,
    _permit: OwnedSemaphorePermit,
    /// None only while it is dropped.
    connection: Option<Box<C>>,
    opened: Instant,
    ending: Ending,
}

/// What becomes of a connection when its loan ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nothing is under way on it.
    Keep,
    /// Something is under way on it.
    Close,
    /// The server is away: the resting ones are dead too.
    CloseAll,
}

impl<C: Connect> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Connect> Pool<C> {
    pub(super) fn new(options: C::Options, size: u32, wait: Duration) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX).clamp(1, 1024);
        Self(Arc::new(Shared {
            options,
            wait,
            size,
            room: Arc::new(Semaphore::new(size)),
            resting: Mutex::new(Vec::with_capacity(size)),
        }))
    }

    /// A connection that answers. Waits for a free one no longer than was configured.
    pub(super) async fn lend(&self) -> Result<Lent<C>, StorageError> {
        let permit = self.permit().await?;
        while let Some(mut resting) = self.0.wake() {
            if resting.since.elapsed() < TRUSTED_REST || resting.connection.lives().await {
                return Ok(self.lent(permit, resting.connection, resting.opened));
            }
            self.0.resting().clear();
        }
        self.connect(permit).await
    }

    /// Like [`Pool::lend`], but a connection just made: after one that had died while it was trusted.
    pub(super) async fn lend_new(&self) -> Result<Lent<C>, StorageError> {
        let permit = self.permit().await?;
        self.connect(permit).await
    }

    /// How many connections are on loan.
    pub(super) fn on_loan(&self) -> usize {
        self.0.size.saturating_sub(self.0.room.available_permits())
    }

    /// Closes what rests; what is on loan is closed when it comes back.
    pub(super) fn close(&self) {
        self.0.room.close();
        self.0.resting().clear();
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, StorageError> {
        timeout(self.0.wait, Arc::clone(&self.0.room).acquire_owned())
            .await
            .map_err(|_| StorageError::Busy(Fault::TimedOut))?
            .map_err(|_| StorageError::Unavailable(Fault::Closed))
    }

    async fn connect(&self, permit: OwnedSemaphorePermit) -> Result<Lent<C>, StorageError> {
        let connection = C::connect(&self.0.options).await?;
        Ok(self.lent(permit, Box::new(connection), Instant::now()))
    }

    fn lent(&self, permit: OwnedSemaphorePermit, connection: Box<C>, opened: Instant) -> Lent<C> {
        Lent {
            home: Arc::clone(&self.0),
            _permit: permit,
            connection: Some(connection),
            opened,
            ending: Ending::Keep,
        }
    }
}

/// The server takes no notice of us.
pub(super) fn silent() -> StorageError {
    StorageError::Unavailable(Fault::Silent)
}

impl<C: Connect> Shared<C> {
    fn resting(&self) -> MutexGuard<'_, Vec<Resting<C>>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection that came back last: it is the warmest, and the others may grow old.
    fn wake(&self) -> Option<Resting<C>> {
        self.resting().pop()
    }
}

impl<C: Connect> Lent<C> {
    /// Says what becomes of the connection, should the loan end now.
    pub(super) fn on_return(&mut self, ending: Ending) {
        self.ending = ending;
    }

    /// The connection. It is there until the loan ends.
    pub(super) fn get(&mut self) -> Result<&mut C, StorageError> {
        self.connection
            .as_deref_mut()
            .ok_or(StorageError::Unavailable(Fault::Closed))
    }
}

impl<C: Connect> Drop for Lent<C> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        match self.ending {
            Ending::Keep if !self.home.room.is_closed() && self.opened.elapsed() < LIFE => {
                self.home.resting().push(Resting {
                    connection,
                    opened: self.opened,
                    since: Instant::now(),
                });
            }
            Ending::Keep | Ending::Close => {}
            Ending::CloseAll => self.home.resting().clear(),
        }
    }
}
