//! Slow hashes in a bounded pool: as many at once as cores, a bounded number waiting, the rest refused at once.
//!
//! The threads of the pool give way to all others: while everybody signs in at once, tokens are still given, and those for
//! whom there is no place learn so at once.
//!
//! A hash fills some 19 MiB. Under load the memory goes from one hash to the next; after ten quiet seconds it is given
//! back, so that an idle server stays small.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

use super::pepper::Peppers;
use crate::config::SignIn;
use crate::domain::{Digest32, Secret};
use crate::op::{House, OpError, Part};

/// Bytes of a hash.
const LENGTH: usize = 32;

/// Lanes: each hash has one thread, since many people sign in at once.
const LANES: u32 = 1;

/// How far the threads of the pool step back behind others (0 not at all, 19 as far as can be).
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// How long memory without use is kept.
const QUIET: Duration = Duration::from_secs(10);

/// The system's allocator gives memory back at once where a piece is larger than 32 MiB, and else may keep it for good.
/// Blocks beyond those in use are reserved only, never touched.
const RESERVED_BLOCKS: usize = 33 * 1_024;

/// A hash and all that is needed to compute it again, as a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Recipe {
    memory: u32,
    passes: u32,
    lanes: u32,
    salt: Vec<u8>,
    /// The mark of the pepper; none: that of the master key alone.
    pepper: Option<String>,
}

/// The pool of one house.
pub(super) struct HashingPool {
    threads: Threads,
    /// Places for those at work and those waiting.
    places: Arc<Semaphore>,
    /// Turns at work.
    turns: Arc<Semaphore>,
    /// Hashes at once, and with those waiting.
    size: (usize, usize),
    free: Arc<Mutex<Free>>,
    peppers: Peppers,
    memory: u32,
    passes: u32,
}

/// A place among those whose password is hashed and those who wait for it. It is free again once nobody holds it and no work that was
/// begun with it is under way.
#[derive(Debug, Clone)]
pub struct Place {
    _permit: Arc<OwnedSemaphorePermit>,
}

#[cfg(test)]
impl Place {
    /// For tests of what comes before the hash.
    pub(crate) fn of_no_pool() -> Self {
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        Self {
            _permit: Arc::new(permit),
        }
    }
}

#[derive(Default)]
struct Free {
    pieces: Vec<(Vec<Block>, Instant)>,
    /// Whether a task waits to give memory back.
    watched: bool,
}

impl std::fmt::Debug for HashingPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashingPool")
    }
}

impl Part for HashingPool {
    fn new(house: &House) -> Self {
        Self::with(&house.config.signin, Peppers::new(house))
    }
}

impl HashingPool {
    fn with(config: &SignIn, peppers: Peppers) -> Self {
        let workers = match config.hashing_workers {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            workers => workers,
        };
        let in_all = workers.saturating_add(config.hashing_queue);
        Self {
            threads: Threads::new(workers),
            places: Arc::new(Semaphore::new(in_all)),
            size: (workers, in_all),
            turns: Arc::new(Semaphore::new(workers)),
            free: Arc::default(),
            peppers,
            memory: config.argon2_memory,
            passes: config.argon2_passes,
        }
    }

    /// How many hashes are under way, and how many wait for their turn.
    pub(super) fn load(&self) -> (usize, usize) {
        let (at_once, in_all) = self.size;
        let running = at_once.saturating_sub(self.turns.available_permits());
        let taken = in_all.saturating_sub(self.places.available_permits());
        (running, taken.saturating_sub(running))
    }

    /// How a new hash is made now.
    pub(super) fn recipe(&self, salt: [u8; 16]) -> Recipe {
        Recipe {
            memory: self.memory,
            passes: self.passes,
            lanes: LANES,
            salt: salt.to_vec(),
            pepper: self.peppers.newest().map(str::to_owned),
        }
    }

    /// Whether a hash was made as it would be made now.
    pub(super) fn is_current(&self, recipe: &Recipe) -> bool {
        (recipe.memory, recipe.passes, recipe.lanes) == (self.memory, self.passes, LANES)
            && recipe.pepper.as_deref() == self.peppers.newest()
    }

    /// A place for one more. Errs at once with [`OpError::Overloaded`] when too many wait.
    pub(super) fn place(&self) -> Result<Place, OpError> {
        Arc::clone(&self.places)
            .try_acquire_owned()
            .map(|permit| Place {
                _permit: Arc::new(permit),
            })
            .map_err(|_| OpError::Overloaded("password hashing"))
    }

    /// Hashes, when its turn comes.
    pub(super) async fn hash(
        &self,
        place: &Place,
        password: &Secret,
        recipe: &Recipe,
    ) -> Result<Digest32, OpError> {
        let pepper = self.peppers.secret(recipe.pepper.as_deref())?;
        let free = Arc::clone(&self.free);
        let runtime = Handle::current();
        let (password, recipe) = (password.clone(), recipe.clone());
        self.work(place, move || {
            let mut blocks = take(&free);
            let hash = recipe.run(&password, pepper.as_slice(), &mut blocks);
            give(&free, blocks, &runtime);
            hash
        })
        .await?
    }

    /// Other slow work on passwords, under the same bounds.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        place: &Place,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, OpError> {
        let place = place.clone();
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|_| OpError::Broken("the hashing pool is closed"))?;
        let held = move || {
            let done = work();
            // Held to the end of the work, even if nobody waits for its answer any more.
            drop((turn, place));
            done
        };
        self.threads
            .run(held)
            .await
            .map_err(|_| OpError::Broken("hashing was stopped"))
    }
}

/// Threads for hashing only, started when needed and ended when there is nothing to do.
#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Threads {
    fn new(most: usize) -> Self {
        let runtime = Builder::new_current_thread()
            .thread_name("hashing")
            .max_blocking_threads(most)
            .on_thread_start(give_way)
            .build();
        if let Err(fault) = &runtime {
            tracing::warn!(%fault, "passwords are hashed beside other slow work");
        }
        Self(runtime.ok())
    }

    fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        match &self.0 {
            Some(threads) => threads.spawn_blocking(work),
            None => tokio::task::spawn_blocking(work),
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(threads) = self.0.take() {
            // Waiting for a hash is not allowed where this may happen.
            threads.shutdown_background();
        }
    }
}

/// Lowers the priority of this thread. On Linux it is the thread's own; elsewhere it would be that of the whole process.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(fault) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%fault, "hashing goes on with the usual priority");
    }
}

fn take(free: &Mutex<Free>) -> Vec<Block> {
    let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
    free.pieces
        .pop()
        .map_or_else(|| Vec::with_capacity(RESERVED_BLOCKS), |(blocks, _)| blocks)
}

/// Puts memory back for the next hash, and sees to it that it is let go of when there is none.
fn give(free: &Arc<Mutex<Free>>, blocks: Vec<Block>, runtime: &Handle) {
    let mut held = free.lock().unwrap_or_else(PoisonError::into_inner);
    held.pieces.push((blocks, Instant::now()));
    if held.watched {
        return;
    }
    held.watched = true;
    drop(held);
    let free = Arc::clone(free);
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(QUIET).await;
            if let_go(&free, QUIET) {
                return;
            }
        }
    });
}

/// Gives back what nobody has used for a while; answers whether nothing is left.
fn let_go(free: &Mutex<Free>, quiet: Duration) -> bool {
    let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
    free.pieces.retain(|(_, used)| used.elapsed() < quiet);
    free.watched = !free.pieces.is_empty();
    free.pieces.is_empty()
}

/// What stands before the mark of a pepper.
const MARKED: &str = "pepper=";

impl Recipe {
    fn run(&self, password: &Secret, pepper: &[u8], blocks: &mut Vec<Block>) -> Result<Digest32, OpError> {
        const FAULT: OpError = OpError::Broken("the parameters of a password hash are not valid");
        let params = Params::new(self.memory, self.passes, self.lanes, Some(LENGTH)).map_err(|_| FAULT)?;
        if blocks.len() < params.block_count() {
            blocks.resize(params.block_count(), Block::default());
        }
        let argon2 = Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params)
            .map_err(|_| FAULT)?;
        let mut hash = [0; LENGTH];
        argon2
            .hash_password_into_with_memory(
                password.expose().as_bytes(),
                &self.salt,
                &mut hash,
                blocks.as_mut_slice(),
            )
            .map_err(|_| FAULT)?;
        Ok(Digest32(hash))
    }

    /// The PHC string of a hash that was made by this recipe, behind the mark of its pepper.
    pub(super) fn phc(&self, hash: &Digest32) -> String {
        let encode = |bytes: &[u8]| data_encoding::BASE64_NOPAD.encode(bytes);
        let mark = self.pepper.as_ref().map(|mark| format!("{MARKED}{mark}"));
        format!(
            "{}$argon2id$v=19$m={},t={},p={}${}${}",
            mark.unwrap_or_default(),
            self.memory,
            self.passes,
            self.lanes,
            encode(&self.salt),
            encode(&hash.0)
        )
    }

    /// The recipe and the hash of a stored PHC string.
    pub(super) fn parse(stored: &str) -> Option<(Self, Digest32)> {
        let (pepper, phc) = match stored.strip_prefix(MARKED) {
            Some(marked) => {
                let (mark, phc) = marked.split_at(marked.find('$')?);
                (Some(mark.to_owned()), phc)
            }
            None => (None, stored),
        };
        let parsed = PasswordHash::new(phc).ok()?;
        let known = parsed.algorithm.as_str() == "argon2id" && parsed.version == Some(19);
        let params = Params::try_from(&parsed).ok().filter(|_| known)?;
        let recipe = Self {
            memory: params.m_cost(),
            passes: params.t_cost(),
            lanes: params.p_cost(),
            salt: AsRef::<[u8]>::as_ref(&parsed.salt?).to_vec(),
            pepper,
        };
        let hash = parsed.hash?.as_bytes().try_into().ok()?;
        Some((recipe, Digest32(hash)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(workers: usize, queue: usize) -> HashingPool {
        let config = SignIn {
            argon2_memory: 64,
            argon2_passes: 1,
            hashing_workers: workers,
            hashing_queue: queue,
            ..SignIn::default()
        };
        HashingPool::with(&config, Peppers::of(&[(None, [7; 32])]))
    }

    /// Hashes with a place of its own.
    async fn hash(pool: &HashingPool, password: &str, recipe: &Recipe) -> Result<Digest32, OpError> {
        let password = Secret::new(password.to_owned());
        pool.hash(&pool.place()?, &password, recipe).await
    }

    #[tokio::test]
    async fn a_hash_is_the_same_in_memory_that_was_used_before() {
        let pool = pool(1, 4);
        let recipe = pool.recipe([1; 16]);
        let first = hash(&pool, "a horse", &recipe).await.unwrap();
        let other = hash(&pool, "a cow", &recipe).await.unwrap();
        let again = hash(&pool, "a horse", &recipe).await.unwrap();
        assert!(first.matches(&again));
        assert!(!first.matches(&other));
    }

    #[tokio::test]
    async fn a_stored_hash_says_how_it_was_made() {
        let pool = pool(1, 0);
        let recipe = pool.recipe([1; 16]);
        let made = hash(&pool, "x", &recipe).await.unwrap();
        let (parsed, stored) = Recipe::parse(&recipe.phc(&made)).unwrap();
        assert!(parsed == recipe && stored.matches(&made));
        assert!(pool.is_current(&parsed));
        let other = HashingPool::with(&SignIn::default(), Peppers::of(&[(None, [7; 32])]));
        assert!(!other.is_current(&parsed));
        assert!(Recipe::parse("$argon2d$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA").is_none());
    }

    #[tokio::test]
    async fn another_pepper_gives_another_hash() {
        let recipe = pool(1, 0).recipe([1; 16]);
        let one = hash(&pool(1, 0), "x", &recipe).await.unwrap();
        let config = SignIn {
            hashing_workers: 1,
            ..SignIn::default()
        };
        let other = HashingPool::with(&config, Peppers::of(&[(None, [8; 32])]));
        let two = hash(&other, "x", &recipe).await.unwrap();
        assert!(!one.matches(&two));
    }

    #[tokio::test]
    async fn a_hash_names_its_pepper_and_is_old_once_there_is_a_newer_one() {
        let config = SignIn {
            argon2_memory: 64,
            argon2_passes: 1,
            hashing_workers: 1,
            ..SignIn::default()
        };
        let with = |peppers: &[(Option<&str>, [u8; 32])]| HashingPool::with(&config, Peppers::of(peppers));
        let (old, new) = ((None, [7; 32]), (Some("a1b2c3d4"), [8; 32]));
        let before = with(&[old]);
        let recipe = before.recipe([1; 16]);
        let made = hash(&before, "x", &recipe).await.unwrap();
        let after = with(&[new, old]);
        let (parsed, stored) = Recipe::parse(&recipe.phc(&made)).unwrap();
        assert!(hash(&after, "x", &parsed).await.unwrap().matches(&stored));
        assert!(!after.is_current(&parsed));
        let renewed = after.recipe([1; 16]);
        let made = hash(&after, "x", &renewed).await.unwrap();
        assert!(renewed.phc(&made).starts_with("pepper=a1b2c3d4$argon2id$"));
        let (parsed, stored) = Recipe::parse(&renewed.phc(&made)).unwrap();
        assert!(parsed == renewed && after.is_current(&parsed) && stored.matches(&made));
        // Without its pepper a hash says nothing, not even that a password is wrong.
        assert!(hash(&before, "x", &parsed).await.is_err());
    }

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_at_once_no() {
        let pool = Arc::new(pool(1, 1));
        let recipe = pool.recipe([1; 16]);
        let held = Arc::clone(&pool.turns).acquire_owned().await.unwrap();
        let works = pool.place().unwrap();
        let waiting = tokio::spawn({
            let (pool, recipe) = (Arc::clone(&pool), recipe.clone());
            async move { hash(&pool, "x", &recipe).await }
        });
        while pool.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(pool.place(), Err(OpError::Overloaded(_))));
        drop((held, works));
        assert!(waiting.await.unwrap().is_ok());
        assert!(pool.place().is_ok());
    }

    #[tokio::test]
    async fn a_place_is_held_by_work_that_nobody_waits_for_any_more() {
        let pool = Arc::new(pool(1, 0));
        let (tell, told) = std::sync::mpsc::channel::<()>();
        let (start, begun) = tokio::sync::oneshot::channel();
        let left = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move {
                let place = pool.place().unwrap();
                let work = move || {
                    start.send(()).unwrap();
                    told.recv().unwrap();
                };
                pool.work(&place, work).await
            }
        });
        begun.await.unwrap();
        left.abort();
        assert!(left.await.unwrap_err().is_cancelled());
        assert!(pool.place().is_err(), "it is hashed still");
        tell.send(()).unwrap();
        while pool.place().is_err() {
            tokio::task::yield_now().await;
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_threads_give_way_to_all_others() {
        let priority = || rustix::process::getpriority_process(None).unwrap();
        let before = priority();
        let within = pool(1, 0).threads.run(priority).await.unwrap();
        assert_eq!(within, before.max(NICENESS));
        assert_eq!(priority(), before);
    }

    #[tokio::test]
    async fn memory_is_given_back_when_nobody_signs_in() {
        let pool = pool(1, 1);
        let recipe = pool.recipe([1; 16]);
        hash(&pool, "x", &recipe).await.unwrap();
        assert!(pool.free.lock().unwrap().watched);
        assert!(!let_go(&pool.free, QUIET));
        assert!(let_go(&pool.free, Duration::ZERO));
        assert!(!pool.free.lock().unwrap().watched);
    }
}
