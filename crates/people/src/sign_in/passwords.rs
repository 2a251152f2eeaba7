//! Passwords: argon2id, on other threads than those that answer requests, and a limited number at a time.
//!
//! A hash needs 19 MiB. Each hash that may run at the same time has its own block of memory, which is reused, so the memory of
//! the process does not grow with the number of people who sign in; when no one signs in for a while, the blocks are freed. A
//! request that arrives when all blocks are in use waits in a queue of limited length for a limited time, and is then refused
//! with `Retry-After`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;

use super::rules;
use platform::error::{Error, Result};
use platform::password::Password;

/// The smallest capacity of a hash's memory, in argon2 blocks: a little over 32 MiB, of which only the used part is resident. The
/// allocator of glibc returns an allocation of that size to the system when it is freed, but retains smaller ones.
const MIN_CAPACITY: usize = (33 << 20) / Block::SIZE;

/// How much work a hash takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes (OWASP Password Storage Cheat Sheet).
    Full,
    /// Very little: for tests that are not about passwords.
    Minimal,
}

/// The limits of the queue for hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// How many requests may wait, in addition to those whose hash is running.
    pub max_waiting: usize,
    /// For how long each may wait.
    pub max_wait: Duration,
}

impl Queue {
    /// As many as two cores can serve within the waiting time of every other queue.
    pub const DEFAULT: Self = Self { max_waiting: 256, max_wait: Duration::from_secs(15) };
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    argon2: Argon2<'static>,
    /// One permit for each request that waits or runs.
    queue_places: Arc<Semaphore>,
    /// One permit for each hash that runs.
    running: Arc<Semaphore>,
    max_wait: Duration,
    /// The blocks that are not in use.
    unused_blocks: Mutex<Vec<Vec<Block>>>,
    /// How many blocks are allocated.
    allocated: AtomicUsize,
    /// Whether any block was used since the last call of [`Passwords::free_unused`].
    recently_used: AtomicBool,
    /// A hash that is checked when there is no account, so that the answer takes as long as when there is one.
    dummy_hash: String,
}

platform::redacted_debug!(Passwords);

/// The result of comparing a password with the stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It does not match, or there is no stored hash.
    No,
    Yes,
    /// It matches, and the stored hash was made with other parameters than today's: make a new one.
    YesNeedsRehash,
}

impl Passwords {
    /// A hasher that works on at most `at_once` passwords at the same time, with the default queue.
    ///
    /// # Errors
    /// A sentence for the developer: the parameters are not valid.
    pub fn new(cost: Cost, at_once: usize) -> Result<Self, String> {
        Self::with_queue(cost, at_once, Queue::DEFAULT)
    }

    /// The same with another queue.
    ///
    /// # Errors
    /// As [`Passwords::new`].
    pub fn with_queue(cost: Cost, at_once: usize, queue: Queue) -> Result<Self, String> {
        let (memory, passes) = match cost {
            Cost::Full => (19_456, 2),
            Cost::Minimal => (8, 1),
        };
        let params = Params::new(memory, passes, 1, None).map_err(|error| error.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut block = blocks_for(argon2.params());
        let dummy_hash = hash(&argon2, b"the password of no account", &mut block).map_err(|error| error.to_string())?;
        let at_once = at_once.max(1);
        Ok(Self(Arc::new(Inner {
            argon2,
            queue_places: Arc::new(Semaphore::new(at_once.saturating_add(queue.max_waiting).min(Semaphore::MAX_PERMITS))),
            running: Arc::new(Semaphore::new(at_once)),
            max_wait: queue.max_wait,
            unused_blocks: Mutex::default(),
            allocated: AtomicUsize::new(0),
            recently_used: AtomicBool::new(false),
            dummy_hash,
        })))
    }

    /// How many blocks of memory are allocated: never more than hashes may run at the same time.
    pub fn allocated_blocks(&self) -> usize {
        self.0.allocated.load(Ordering::Relaxed)
    }

    /// Frees the memory when no hash has been made since the last call.
    pub fn free_unused(&self) {
        if self.0.recently_used.swap(false, Ordering::Relaxed) {
            return;
        }
        let unused = std::mem::take(&mut *self.0.unused_blocks.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.allocated.fetch_sub(unused.len(), Ordering::Relaxed);
    }

    /// The hash to store.
    ///
    /// # Errors
    /// 503 when the queue is full or the wait is too long; [`Error::internal`] when hashing fails.
    pub async fn hash(&self, password: &Password) -> Result<String> {
        let (inner, password) = (self.0.clone(), password.clone());
        self.run_queued(move |blocks| hash(&inner.argon2, password.reveal().as_bytes(), blocks)).await?
    }

    /// Compares a password with a stored hash. Without a stored hash it takes as long and returns [`Match::No`].
    ///
    /// # Errors
    /// 503 when the queue is full or the wait is too long; [`Error::internal`] when the stored hash cannot be read.
    pub async fn check(&self, password: &Password, stored: Option<String>) -> Result<Match> {
        let (inner, password) = (self.0.clone(), password.clone());
        self.run_queued(move |blocks| {
            let (matched, params) =
                matches(stored.as_deref().unwrap_or(&inner.dummy_hash), password.reveal().as_bytes(), blocks)?;
            let today = inner.argon2.params();
            let current = params.m_cost() == today.m_cost() && params.t_cost() == today.t_cost();
            Ok(match (matched && stored.is_some(), current) {
                (false, _) => Match::No,
                (true, true) => Match::Yes,
                (true, false) => Match::YesNeedsRehash,
            })
        })
        .await?
    }

    /// Checks that a new password is strong enough; `known` are words that an attacker would try first.
    ///
    /// # Errors
    /// 422 `weak_password`, at `pointer`.
    pub fn check_strength(&self, password: &Password, known: &[&str], same_as_before: bool, pointer: &'static str) -> Result<()> {
        let strength = u8::from(zxcvbn::zxcvbn(password.reveal(), known).score());
        Ok(rules::check_password(password.characters(), strength, same_as_before, pointer)?)
    }

    async fn run_queued<T: Send + 'static>(&self, work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static) -> Result<T> {
        let inner = self.0.clone();
        let place = inner.queue_places.clone().try_acquire_owned();
        let place = place.map_err(|_| Error::unavailable("the queue for password hashes is full"))?;
        let turn = tokio::time::timeout(inner.max_wait, inner.running.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::unavailable("a password hash waited too long in the queue"))?;
        let turn = turn.map_err(|_| Error::unavailable("password hashing has ended"))?;
        let run = move || {
            let mut blocks = inner.take_blocks();
            let result = work(&mut blocks);
            inner.return_blocks(blocks);
            // Released here and not by the request, which may have been dropped: a running hash counts until it ends.
            drop((turn, place));
            result
        };
        tokio::task::spawn_blocking(run).await.map_err(|_| Error::internal("password hashing panicked"))
    }
}

impl Inner {
    fn take_blocks(&self) -> Vec<Block> {
        self.recently_used.store(true, Ordering::Relaxed);
        let unused = self.unused_blocks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        unused.unwrap_or_else(|| {
            self.allocated.fetch_add(1, Ordering::Relaxed);
            blocks_for(self.argon2.params())
        })
    }

    fn return_blocks(&self, blocks: Vec<Block>) {
        // A block that grew for a hash with other parameters is not reused.
        if blocks.len() > self.argon2.params().block_count() {
            self.allocated.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        self.unused_blocks.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
    }
}

/// The memory of one hash.
fn blocks_for(params: &Params) -> Vec<Block> {
    let needed = params.block_count();
    let mut blocks = Vec::with_capacity(needed.max(MIN_CAPACITY));
    blocks.resize(needed, Block::new());
    blocks
}

fn hashing_failed<E>(_: E) -> Error {
    Error::internal("a password could not be hashed")
}

fn hash(argon2: &Argon2<'_>, password: &[u8], blocks: &mut [Block]) -> Result<String> {
    let (mut salt, mut out) = ([0; 16], [0; Params::DEFAULT_OUTPUT_LEN]);
    platform::seal::fill_random(&mut salt);
    argon2.hash_password_into_with_memory(password, &salt, &mut out, blocks).map_err(hashing_failed)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(hashing_failed)?,
        salt: Some(Salt::new(&salt).map_err(hashing_failed)?),
        hash: Some(Output::new(&out).map_err(hashing_failed)?),
    };
    Ok(hash.to_string())
}

/// Whether a password matches a hash, compared in constant time, and the parameters of the hash.
fn matches(stored: &str, password: &[u8], blocks: &mut Vec<Block>) -> Result<(bool, Params)> {
    let unreadable = || Error::internal("a stored password hash cannot be read");
    let parsed = PasswordHash::new(stored).map_err(|_| unreadable())?;
    let (Some(salt), Some(expected)) = (&parsed.salt, &parsed.hash) else { return Err(unreadable()) };
    let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).map_err(|_| unreadable())?;
    let version = parsed.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(|_| unreadable())?;
    let params = Params::try_from(&parsed).map_err(|_| unreadable())?;
    let needed = params.block_count();
    if blocks.len() < needed {
        blocks.resize(needed, Block::new());
    }
    let mut out = vec![0; expected.as_bytes().len()];
    Argon2::new(algorithm, version, params.clone())
        .hash_password_into_with_memory(password, salt.as_ref(), &mut out, &mut *blocks)
        .map_err(hashing_failed)?;
    // `Output` compares in constant time.
    Ok((Output::new(&out).map_err(hashing_failed)? == *expected, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::refusal::Reason;

    fn password(text: &str) -> Password {
        Password::new(text).unwrap()
    }

    #[actix_web::test]
    async fn a_password_matches_itself_in_either_normal_form_and_nothing_else() {
        let passwords = Passwords::new(Cost::Minimal, 1).unwrap();
        let stored = passwords.hash(&password("caf\u{e9} au lait tous les jours")).await.unwrap();
        let check = async |text: &str| passwords.check(&password(text), Some(stored.clone())).await.unwrap();
        assert_eq!(check("cafe\u{301} au lait tous les jours").await, Match::Yes);
        assert_eq!(check("cafe au lait tous les jours").await, Match::No);
        assert_eq!(check("caf\u{e9} au lait tous les jours ").await, Match::No);
        assert_eq!(passwords.check(&password("the password of no account"), None).await.unwrap(), Match::No);
    }

    #[actix_web::test]
    async fn a_hash_made_by_the_argon2_crate_alone_is_read() {
        // As the service stored hashes before it had its own blocks of memory.
        let stored = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$";
        let params = Params::new(8, 1, 1, None).unwrap();
        let mut out = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(b"correct horse", b"somesaltsomesalt", &mut out)
            .unwrap();
        let stored = format!("{stored}{}", Output::new(&out).unwrap());
        let passwords = Passwords::new(Cost::Minimal, 1).unwrap();
        assert_eq!(passwords.check(&password("correct horse"), Some(stored.clone())).await.unwrap(), Match::Yes);
        assert_eq!(passwords.check(&password("correct mouse"), Some(stored)).await.unwrap(), Match::No);
    }

    #[actix_web::test]
    async fn a_hash_with_other_parameters_is_read_and_needs_a_new_one() {
        let less = Passwords::new(Cost::Minimal, 1).unwrap();
        let more = Passwords::new(Cost::Full, 1).unwrap();
        let secret = password("correct horse");
        let (weak, strong) = (less.hash(&secret).await.unwrap(), more.hash(&secret).await.unwrap());
        assert_eq!(more.check(&secret, Some(weak)).await.unwrap(), Match::YesNeedsRehash);
        assert_eq!(less.check(&secret, Some(strong)).await.unwrap(), Match::YesNeedsRehash);
    }

    #[actix_web::test]
    async fn there_are_no_more_blocks_of_memory_than_hashes_may_run_at_the_same_time() {
        let passwords = Passwords::new(Cost::Minimal, 2).unwrap();
        let secret = password("correct horse");
        let hashes = futures_util::future::join_all((0..100).map(|_| passwords.hash(&secret))).await;
        assert!(hashes.iter().all(Result::is_ok));
        assert!((1..=2).contains(&passwords.allocated_blocks()), "{} blocks", passwords.allocated_blocks());
    }

    #[actix_web::test]
    async fn the_memory_is_freed_when_no_one_signs_in() {
        let passwords = Passwords::new(Cost::Minimal, 1).unwrap();
        assert_eq!(passwords.allocated_blocks(), 0, "no one has signed in");
        let secret = password("correct horse");
        for _ in 0..2 {
            passwords.hash(&secret).await.unwrap();
            passwords.free_unused();
            assert_eq!(passwords.allocated_blocks(), 1, "it was used since the last call");
            passwords.free_unused();
            assert_eq!(passwords.allocated_blocks(), 0);
        }
    }

    #[actix_web::test]
    async fn a_full_queue_refuses_at_once() {
        let queue = Queue { max_waiting: 2, max_wait: Duration::from_secs(60) };
        let (passwords, secret) = (Passwords::with_queue(Cost::Minimal, 1, queue).unwrap(), password("correct horse"));
        // One hash runs and two wait.
        let taken = passwords.0.queue_places.clone().acquire_many_owned(3).await.unwrap();
        let refused = passwords.hash(&secret).await.unwrap_err();
        assert_eq!((refused.reason(), refused.retry_after.is_some()), (Reason::Unavailable, true));
        drop(taken);
        assert!(passwords.hash(&secret).await.is_ok());
    }

    #[test]
    fn the_wait_for_a_hash_is_as_long_as_in_other_queues() {
        assert_eq!(Queue::DEFAULT.max_wait, Duration::from_secs(15));
    }

    #[actix_web::test]
    async fn a_slow_queue_refuses_after_the_longest_wait() {
        let queue = Queue { max_waiting: 50, max_wait: Duration::from_millis(20) };
        let (passwords, secret) = (Passwords::with_queue(Cost::Minimal, 1, queue).unwrap(), password("correct horse"));
        let taken = passwords.0.running.clone().acquire_owned().await.unwrap();
        for refused in futures_util::future::join_all((0..50).map(|_| passwords.hash(&secret))).await {
            let refused = refused.unwrap_err();
            assert_eq!((refused.reason(), refused.retry_after.is_some()), (Reason::Unavailable, true));
        }
        drop(taken);
        assert!(passwords.hash(&secret).await.is_ok(), "and the queue is empty again");
    }

    #[test]
    fn guessable_passwords_are_refused_and_long_unusual_ones_are_not() {
        let passwords = Passwords::new(Cost::Minimal, 1).unwrap();
        let judge = |text: &str| passwords.check_strength(&password(text), &["ada.byron"], false, "/password").is_ok();
        for weak in ["aaaaaaaaaaaaaaa", "password12345678", "short but odd#", "qwertyuiopasdfgh"] {
            assert!(!judge(weak), "{weak}");
        }
        for good in ["violet kettle under nine bridges", "ügyes ñandú 大阪 tea kettle"] {
            assert!(judge(good), "{good}");
        }
    }
}
