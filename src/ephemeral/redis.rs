//! State in Redis, shared by replicas.
//!
//! Redis is asked for a short while only. Once it has failed, it is left alone for a moment, so that a lost Redis costs
//! one slow request a second instead of all of them; meanwhile limits are counted in this process and replay guards refuse.
//! Keys can be lost without harm to anything but limits and replay guards; still, set `maxmemory-policy noeviction`: a full
//! Redis then refuses new guards instead of forgetting old ones.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, Script, ScriptInvocation};
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use super::listen::{self, CHANNEL, Told};
use super::memory::Memory;
use super::{EphemeralError, Verdict, gcra};
use crate::domain::{Limit, Notice, Secret, Timestamp};

/// The longest that one request waits for Redis.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// How long a Redis that failed is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// The largest while that a script is given, in microseconds: numbers in Lua are exact up to 2^53.
const LONGEST: u64 = 1 << 51;

/// Sets a guard unless it stands. It keeps its end by our clock beside Redis's own expiry. 1: it was set.
static PUT_ONCE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local stands_until = redis.call('GET', KEYS[1]) \
         if stands_until and tonumber(stands_until) > tonumber(ARGV[1]) then return 0 end \
         redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) \
         return 1",
    )
});

/// The rule of `gcra::decide`. Answers how long to wait in microseconds; 0: the use is within its limit and counted.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now = tonumber(ARGV[1]) \
         local empty_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) \
         local following = empty_at + tonumber(ARGV[2]) \
         local wait = following - now - tonumber(ARGV[3]) \
         if wait > 0 then return wait end \
         local life = math.max(1, math.ceil((following - now) / 1000)) \
         redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', string.format('%.0f', life)) \
         return 0",
    )
});

/// Takes one use back, down to nothing.
static GIVE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local now = tonumber(ARGV[1]) \
         local empty_at = tonumber(redis.call('GET', KEYS[1]) or 0) - tonumber(ARGV[2]) \
         if empty_at <= now then redis.call('DEL', KEYS[1]) return 0 end \
         local life = math.max(1, math.ceil((empty_at - now) / 1000)) \
         redis.call('SET', KEYS[1], string.format('%.0f', empty_at), 'PX', string.format('%.0f', life)) \
         return 0",
    )
});

/// A connection that mends itself.
pub struct Redis {
    connection: ConnectionManager,
    line: Line,
    /// Knows what Redis has counted and guarded for this process, so that a loss or a restart begins with that.
    memory: Memory,
    /// Marks our own notices, which `op` has told this process already.
    own: u64,
    /// Others have not been told something.
    owes_notice: AtomicBool,
    notices: broadcast::Sender<Notice>,
    listener: AbortHandle,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redis")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Redis {
    /// Makes ready. A Redis that does not answer is no error: it is treated as lost until it does.
    pub(super) async fn connect(url: &Secret) -> Result<Self, EphemeralError> {
        let client = Client::open(url.expose())?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_min_delay(Duration::from_millis(50))
            .set_max_delay(PAUSE)
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
        let own = RandomState::new().hash_one(std::process::id());
        let notices = broadcast::Sender::new(super::NOTICES_WAITING);
        // Awaited, so that nothing can be missed between the start and the first subscription.
        let begun = listen::subscribe(&client).await;
        let listener = tokio::spawn(listen::listen(client, begun, own, notices.clone())).abort_handle();
        Ok(Self {
            connection,
            line: Line::default(),
            memory: Memory::default(),
            own,
            owes_notice: AtomicBool::new(false),
            notices,
            listener,
        })
    }

    pub(super) async fn put_once(
        &self,
        key: &str,
        life: Duration,
        now: Timestamp,
    ) -> Result<bool, EphemeralError> {
        let life_micros = micros(life).max(1);
        let mut invocation = PUT_ONCE.key(format!("doorward:once:{key}"));
        invocation
            .arg(now.as_micros())
            .arg(now.plus(Duration::from_micros(life_micros)).as_micros())
            .arg(life_micros.div_ceil(1_000));
        let first = self.run::<i64>(&invocation).await? == 1;
        // Kept here too: a Redis that was started anew has forgotten what this process has seen. It is the second line, so
        // one that is full does not refuse.
        Ok(first && self.memory.put_once(key, life, now).unwrap_or(true))
    }

    pub(super) async fn count(&self, key: &str, limit: Limit, now: Timestamp) -> Verdict {
        let mut invocation = COUNT.key(format!("doorward:count:{key}"));
        invocation
            .arg(now.as_micros())
            .arg(micros(limit.refill))
            .arg(micros(limit.refill.saturating_mul(limit.burst)));
        match self.run::<u64>(&invocation).await {
            Ok(0) => {
                let _ = self.memory.count(key, limit, now);
                Verdict::Within
            }
            Ok(wait) => Verdict::Beyond(Duration::from_micros(wait)),
            Err(_) => self.memory.count(key, limit, now),
        }
    }

    pub(super) async fn look(&self, key: &str, limit: Limit, now: Timestamp) -> Verdict {
        let command = Cmd::get(format!("doorward:count:{key}"));
        let mut connection = self.connection.clone();
        match self
            .ask(command.query_async::<Option<i64>>(&mut connection))
            .await
        {
            Ok(empty_at) => gcra::decide(empty_at.map(Timestamp::from_micros), limit, now).0,
            Err(_) => self.memory.look(key, limit, now),
        }
    }

    pub(super) async fn give_back(&self, key: &str, limit: Limit, now: Timestamp) {
        let mut invocation = GIVE_BACK.key(format!("doorward:count:{key}"));
        invocation.arg(now.as_micros()).arg(micros(limit.refill));
        // One that cannot be taken back in Redis makes a limit a little narrower for a while, and nothing worse.
        let _ = self.run::<u64>(&invocation).await;
        self.memory.give_back(key, limit, now);
    }

    pub(super) async fn publish(&self, notice: &Notice) {
        // What was not told while Redis was lost is not known any more: then everything is suspect.
        let notice = if self.owes_notice.swap(false, Ordering::AcqRel) {
            &Notice::Everything
        } else {
            notice
        };
        let told = Told {
            from: self.own,
            notice: notice.clone(),
        };
        let Ok(text) = serde_json::to_string(&told) else {
            return;
        };
        let command = Cmd::publish(CHANNEL, text);
        let mut connection = self.connection.clone();
        let answer = self.ask(command.query_async::<i64>(&mut connection)).await;
        if answer.is_err() {
            self.owes_notice.store(true, Ordering::Release);
        }
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    pub(super) fn is_lost(&self) -> bool {
        self.line.lost.load(Ordering::Acquire)
    }

    async fn run<T: FromRedisValue>(&self, invocation: &ScriptInvocation<'_>) -> Result<T, EphemeralError> {
        let mut connection = self.connection.clone();
        let answer = self.ask(invocation.invoke_async(&mut connection)).await?;
        if self.owes_notice.load(Ordering::Acquire) {
            self.publish(&Notice::Everything).await;
        }
        Ok(answer)
    }

    /// Asks Redis, unless it has just failed.
    async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, redis::RedisError>>,
    ) -> Result<T, EphemeralError> {
        if !self.line.may_try() {
            return Err(EphemeralError::Lost);
        }
        let error = match tokio::time::timeout(PATIENCE, question).await {
            Ok(Ok(answer)) => {
                self.line.answered();
                return Ok(answer);
            }
            Ok(Err(error)) => error.into(),
            Err(_) => EphemeralError::Late,
        };
        self.line.failed(&error);
        Err(error)
    }
}

/// Whether Redis is there, as far as this process knows.
#[derive(Debug, Default)]
struct Line {
    lost: AtomicBool,
    /// While lost: when to try again.
    again: Mutex<Option<Instant>>,
}

impl Line {
    /// Whether to ask now: always while Redis is there, else one request after each pause.
    fn may_try(&self) -> bool {
        if !self.lost.load(Ordering::Acquire) {
            return true;
        }
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if again.is_some_and(|again| now < again) {
            return false;
        }
        *again = Some(now + PAUSE);
        true
    }

    fn answered(&self) {
        if self.lost.swap(false, Ordering::AcqRel) {
            tracing::info!("redis is back: limits are shared again");
        }
    }

    fn failed(&self, error: &EphemeralError) {
        *self.again.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + PAUSE);
        if !self.lost.swap(true, Ordering::AcqRel) {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::warn!(
                fault = %error,
                cause,
                "redis is lost: limits are counted in this process, and what needs a replay guard is refused"
            );
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).map_or(LONGEST, |micros| micros.min(LONGEST))
}
