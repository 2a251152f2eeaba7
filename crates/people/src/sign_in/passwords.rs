//! Passwords: argon2id, off the threads that answer requests, and not many at once.
//!
//! A hash needs 19 MiB. Each of the hashes that may run at a time has a block of its own that is used again and again, so the memory
//! of the process does not grow with the number of people who sign in; when nobody does for a while the blocks are given back. A
//! request that comes when all are in use waits in a queue with so many places and for so long, and is then asked to come back.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;

use super::rules;
use platform::error::{Error, Result};
use platform::password::Password;

/// How many blocks a hash's memory has room for at least: a little over 32 MiB, of which only what is used is taken. The allocator of
/// glibc gives a piece of that size back to the system when it is freed; of a smaller one that it saw freed before it keeps two.
const ROOM: usize = (33 << 20) / Block::SIZE;

/// How much work a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes (OWASP Password Storage Cheat Sheet).
    Full,
    /// Next to nothing: for tests that are about something else.
    Trifling,
}

/// Who may wait for a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// How many wait at most, beside those whose hash is running.
    pub most: usize,
    /// For how long each waits at most.
    pub patience: Duration,
}

impl Queue {
    /// As many as two cores can serve within the patience of every other queue.
    pub const USUAL: Self = Self { most: 256, patience: Duration::from_secs(15) };
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    argon2: Argon2<'static>,
    /// Those who wait and those whose hash is running.
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    patience: Duration,
    /// The blocks that are not in use.
    blocks: Mutex<Vec<Vec<Block>>>,
    /// How many blocks there are.
    made: AtomicUsize,
    /// Whether any was used since [`Passwords::give_back_unused`] looked last.
    used: AtomicBool,
    /// Checked when there is no account, so that the answer takes as long as when there is one.
    nobodys: String,
}

platform::redacted_debug!(Passwords);

/// How a shown password compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is not the password, or there is none.
    No,
    Yes,
    /// It is, and its hash was made with less work than today's: make a new one.
    YesButWeaklyHashed,
}

impl Passwords {
    /// A hasher that works on at most `at_once` passwords at a time, with the usual queue.
    ///
    /// # Errors
    /// A sentence for the developer: the parameters are not lawful.
    pub fn new(cost: Cost, at_once: usize) -> Result<Self, String> {
        Self::with_queue(cost, at_once, Queue::USUAL)
    }

    /// The same with a queue of one's own.
    ///
    /// # Errors
    /// As [`Passwords::new`].
    pub fn with_queue(cost: Cost, at_once: usize, queue: Queue) -> Result<Self, String> {
        let (memory, passes) = match cost {
            Cost::Full => (19_456, 2),
            Cost::Trifling => (8, 1),
        };
        let params = Params::new(memory, passes, 1, None).map_err(|error| error.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut block = blocks_for(argon2.params());
        let nobodys = hash(&argon2, b"nobody's password", &mut block).map_err(|error| error.to_string())?;
        let at_once = at_once.max(1);
        Ok(Self(Arc::new(Inner {
            argon2,
            places: Arc::new(Semaphore::new(at_once.saturating_add(queue.most).min(Semaphore::MAX_PERMITS))),
            turns: Arc::new(Semaphore::new(at_once)),
            patience: queue.patience,
            blocks: Mutex::default(),
            made: AtomicUsize::new(0),
            used: AtomicBool::new(false),
            nobodys,
        })))
    }

    /// How many blocks of memory there are: never more than hashes may run at a time.
    pub fn blocks(&self) -> usize {
        self.0.made.load(Ordering::Relaxed)
    }

    /// Gives the memory back when no hash has been made since this was called last.
    pub fn give_back_unused(&self) {
        if self.0.used.swap(false, Ordering::Relaxed) {
            return;
        }
        let unused = std::mem::take(&mut *self.0.blocks.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.made.fetch_sub(unused.len(), Ordering::Relaxed);
    }

    /// The hash to store.
    ///
    /// # Errors
    /// 503 when the queue is full or took too long; [`Error::internal`] when hashing fails.
    pub async fn hash(&self, password: &Password) -> Result<String> {
        let (inner, password) = (self.0.clone(), password.clone());
        self.in_turn(move |blocks| hash(&inner.argon2, password.reveal().as_bytes(), blocks)).await?
    }

    /// Compares a shown password with a stored hash; without one it takes as long and says no.
    ///
    /// # Errors
    /// 503 when the queue is full or took too long; [`Error::internal`] when the stored hash cannot be read.
    pub async fn check(&self, password: &Password, stored: Option<String>) -> Result<Match> {
        let (inner, password) = (self.0.clone(), password.clone());
        self.in_turn(move |blocks| {
            let (good, params) = matches(stored.as_deref().unwrap_or(&inner.nobodys), password.reveal().as_bytes(), blocks)?;
            let today = inner.argon2.params();
            let present = params.m_cost() == today.m_cost() && params.t_cost() == today.t_cost();
            Ok(match (good && stored.is_some(), present) {
                (false, _) => Match::No,
                (true, true) => Match::Yes,
                (true, false) => Match::YesButWeaklyHashed,
            })
        })
        .await?
    }

    /// Whether a new password is good enough; `known` are words that a guesser would try first.
    ///
    /// # Errors
    /// 422 `weak_password`, at `pointer`.
    pub fn judge(&self, password: &Password, known: &[&str], same_as_before: bool, pointer: &'static str) -> Result<()> {
        let strength = u8::from(zxcvbn::zxcvbn(password.reveal(), known).score());
        Ok(rules::check_password(password.characters(), strength, same_as_before, pointer)?)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static) -> Result<T> {
        let inner = self.0.clone();
        let place = inner.places.clone().try_acquire_owned();
        let place = place.map_err(|_| Error::unavailable("the queue for password hashes is full"))?;
        let turn = tokio::time::timeout(inner.patience, inner.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Error::unavailable("a password hash had no turn in time"))?;
        let turn = turn.map_err(|_| Error::unavailable("password hashing has ended"))?;
        let run = move || {
            let mut blocks = inner.take();
            let result = work(&mut blocks);
            inner.give_back(blocks);
            // Held until here, and not by the request, which may have gone: a hash that runs counts until it ends.
            drop((turn, place));
            result
        };
        tokio::task::spawn_blocking(run).await.map_err(|_| Error::internal("password hashing panicked"))
    }
}

impl Inner {
    fn take(&self) -> Vec<Block> {
        self.used.store(true, Ordering::Relaxed);
        let kept = self.blocks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| {
            self.made.fetch_add(1, Ordering::Relaxed);
            blocks_for(self.argon2.params())
        })
    }

    fn give_back(&self, blocks: Vec<Block>) {
        // One that had to grow for a hash of other parameters is not kept.
        if blocks.len() > self.argon2.params().block_count() {
            self.made.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
    }
}

/// The memory of one hash.
fn blocks_for(params: &Params) -> Vec<Block> {
    let needed = params.block_count();
    let mut blocks = Vec::with_capacity(needed.max(ROOM));
    blocks.resize(needed, Block::new());
    blocks
}

fn failed<E>(_: E) -> Error {
    Error::internal("a password could not be hashed")
}

fn hash(argon2: &Argon2<'_>, password: &[u8], blocks: &mut [Block]) -> Result<String> {
    let (mut salt, mut out) = ([0; 16], [0; Params::DEFAULT_OUTPUT_LEN]);
    platform::seal::random(&mut salt);
    argon2.hash_password_into_with_memory(password, &salt, &mut out, blocks).map_err(failed)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(failed)?,
        salt: Some(Salt::new(&salt).map_err(failed)?),
        hash: Some(Output::new(&out).map_err(failed)?),
    };
    Ok(hash.to_string())
}

/// Whether a password makes that hash, compared in constant time, and with which parameters it was made.
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
        .map_err(failed)?;
    // `Output` compares in constant time.
    Ok((Output::new(&out).map_err(failed)? == *expected, params))
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
        let passwords = Passwords::new(Cost::Trifling, 1).unwrap();
        let stored = passwords.hash(&password("caf\u{e9} au lait tous les jours")).await.unwrap();
        let check = async |text: &str| passwords.check(&password(text), Some(stored.clone())).await.unwrap();
        assert_eq!(check("cafe\u{301} au lait tous les jours").await, Match::Yes);
        assert_eq!(check("cafe au lait tous les jours").await, Match::No);
        assert_eq!(check("caf\u{e9} au lait tous les jours ").await, Match::No);
        assert_eq!(passwords.check(&password("nobody's password"), None).await.unwrap(), Match::No);
    }

    #[actix_web::test]
    async fn a_hash_made_by_the_crate_itself_is_read() {
        // As the service stored them before it kept its own blocks of memory.
        let stored = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$";
        let params = Params::new(8, 1, 1, None).unwrap();
        let mut out = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(b"correct horse", b"somesaltsomesalt", &mut out)
            .unwrap();
        let stored = format!("{stored}{}", Output::new(&out).unwrap());
        let passwords = Passwords::new(Cost::Trifling, 1).unwrap();
        assert_eq!(passwords.check(&password("correct horse"), Some(stored.clone())).await.unwrap(), Match::Yes);
        assert_eq!(passwords.check(&password("correct house"), Some(stored)).await.unwrap(), Match::No);
    }

    #[actix_web::test]
    async fn a_hash_made_with_less_work_is_noticed_and_one_with_more_is_read() {
        let less = Passwords::new(Cost::Trifling, 1).unwrap();
        let more = Passwords::new(Cost::Full, 1).unwrap();
        let word = password("correct horse");
        let (weak, strong) = (less.hash(&word).await.unwrap(), more.hash(&word).await.unwrap());
        assert_eq!(more.check(&word, Some(weak)).await.unwrap(), Match::YesButWeaklyHashed);
        assert_eq!(less.check(&word, Some(strong)).await.unwrap(), Match::YesButWeaklyHashed);
    }

    #[actix_web::test]
    async fn there_are_no_more_blocks_of_memory_than_hashes_may_run_at_a_time() {
        let passwords = Passwords::new(Cost::Trifling, 2).unwrap();
        let word = password("correct horse");
        let hashes = futures_util::future::join_all((0..100).map(|_| passwords.hash(&word))).await;
        assert!(hashes.iter().all(Result::is_ok));
        assert!((1..=2).contains(&passwords.blocks()), "{} blocks", passwords.blocks());
    }

    #[actix_web::test]
    async fn the_memory_is_given_back_when_nobody_signs_in() {
        let passwords = Passwords::new(Cost::Trifling, 1).unwrap();
        assert_eq!(passwords.blocks(), 0, "nobody has signed in");
        let word = password("correct horse");
        for _ in 0..2 {
            passwords.hash(&word).await.unwrap();
            passwords.give_back_unused();
            assert_eq!(passwords.blocks(), 1, "it was used since");
            passwords.give_back_unused();
            assert_eq!(passwords.blocks(), 0);
        }
    }

    #[actix_web::test]
    async fn a_full_queue_turns_away_at_once() {
        let queue = Queue { most: 2, patience: Duration::from_secs(60) };
        let (passwords, word) = (Passwords::with_queue(Cost::Trifling, 1, queue).unwrap(), password("correct horse"));
        // One hash runs and two wait.
        let taken = passwords.0.places.clone().acquire_many_owned(3).await.unwrap();
        let refused = passwords.hash(&word).await.unwrap_err();
        assert_eq!((refused.reason(), refused.retry_after.is_some()), (Reason::Unavailable, true));
        drop(taken);
        assert!(passwords.hash(&word).await.is_ok());
    }

    #[test]
    fn nobody_waits_longer_for_a_hash_than_in_any_other_queue() {
        assert_eq!(Queue::USUAL.patience, Duration::from_secs(15));
    }

    #[actix_web::test]
    async fn a_slow_queue_turns_away_after_its_patience() {
        let queue = Queue { most: 50, patience: Duration::from_millis(20) };
        let (passwords, word) = (Passwords::with_queue(Cost::Trifling, 1, queue).unwrap(), password("correct horse"));
        let taken = passwords.0.turns.clone().acquire_owned().await.unwrap();
        for refused in futures_util::future::join_all((0..50).map(|_| passwords.hash(&word))).await {
            let refused = refused.unwrap_err();
            assert_eq!((refused.reason(), refused.retry_after.is_some()), (Reason::Unavailable, true));
        }
        drop(taken);
        assert!(passwords.hash(&word).await.is_ok(), "and everybody has left the queue");
    }

    #[test]
    fn guessable_passwords_are_refused_and_long_odd_ones_are_not() {
        let passwords = Passwords::new(Cost::Trifling, 1).unwrap();
        let judge = |text: &str| passwords.judge(&password(text), &["ada.byron"], false, "/password").is_ok();
        for weak in ["aaaaaaaaaaaaaaa", "password12345678", "short but odd#", "qwertyuiopasdfgh"] {
            assert!(!judge(weak), "{weak}");
        }
        for good in ["violet kettle under nine bridges", "ügyes ñandú 大阪 tea kettle"] {
            assert!(judge(good), "{good}");
        }
    }
}
