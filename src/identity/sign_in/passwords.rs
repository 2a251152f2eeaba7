//! Passwords: argon2id, off the threads that answer requests, and not many at once.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::rules;
use crate::platform::error::{Error, Result};
use crate::platform::private::Private;

/// How much work a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes (OWASP Password Storage Cheat Sheet).
    Full,
    /// Next to nothing: for tests that are about something else.
    Trifling,
}

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    /// Checked when there is no account, so that the answer takes as long as when there is one.
    nobodys: Arc<str>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords(…)")
    }
}

/// How a shown password compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is not the password, or there is none.
    No,
    /// It is.
    Yes,
    /// It is, and its hash was made with less work than today's: make a new one.
    YesButWeaklyHashed,
}

impl Passwords {
    /// A hasher that works on at most `at_once` passwords at a time.
    ///
    /// # Errors
    /// A sentence for the developer: the parameters are not lawful.
    pub fn new(cost: Cost, at_once: usize) -> Result<Self, String> {
        let (memory, passes) = match cost {
            Cost::Full => (19_456, 2),
            Cost::Trifling => (8, 1),
        };
        let params = Params::new(memory, passes, 1, None).map_err(|error| error.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys = hash(&argon2, "nobody's password").map_err(|error| error.to_string())?;
        Ok(Self { argon2, turns: Arc::new(Semaphore::new(at_once.max(1))), nobodys: nobodys.into() })
    }

    /// The hash to store.
    ///
    /// # Errors
    /// [`Error::internal`] when hashing fails.
    pub async fn hash(&self, password: &Private<String>) -> Result<String> {
        let (argon2, password) = (self.argon2.clone(), normal(password.reveal()));
        self.in_turn(move || hash(&argon2, &password)).await?
    }

    /// Compares a shown password with a stored hash; without one it takes as long and says no.
    ///
    /// # Errors
    /// [`Error::internal`] when the stored hash cannot be read.
    pub async fn check(&self, password: &Private<String>, stored: Option<String>) -> Result<Match> {
        let (argon2, password, nobodys) = (self.argon2.clone(), normal(password.reveal()), self.nobodys.clone());
        self.in_turn(move || {
            let text = stored.as_deref().unwrap_or(&nobodys);
            let parsed = PasswordHash::new(text).map_err(|_| Error::internal("a stored password hash cannot be read"))?;
            let good = argon2.verify_password(password.as_bytes(), &parsed).is_ok();
            let present = parsed.params.get_decimal("m") == Some(argon2.params().m_cost())
                && parsed.params.get_decimal("t") == Some(argon2.params().t_cost());
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
    pub fn judge(&self, password: &Private<String>, known: &[&str], same_as_before: bool, pointer: &'static str) -> Result<()> {
        let password = normal(password.reveal());
        let strength = u8::from(zxcvbn::zxcvbn(&password, known).score());
        Ok(rules::check_password(password.chars().count(), strength, same_as_before, pointer)?)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(|_| Error::unavailable("password hashing has ended"))?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal("password hashing panicked"))
    }
}

/// The same characters typed on another keyboard are the same password (NIST SP 800-63B-4: NFKC).
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String> {
    let mut salt = [0; 16];
    crate::platform::seal::random(&mut salt);
    argon2
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| Error::internal("a password could not be hashed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn private(text: &str) -> Private<String> {
        text.to_owned().into()
    }

    #[actix_web::test]
    async fn a_password_matches_itself_in_either_normal_form_and_nothing_else() {
        let passwords = Passwords::new(Cost::Trifling, 1).unwrap();
        let stored = passwords.hash(&private("caf\u{e9} au lait tous les jours")).await.unwrap();
        let check = async |text: &str| passwords.check(&private(text), Some(stored.clone())).await.unwrap();
        assert_eq!(check("cafe\u{301} au lait tous les jours").await, Match::Yes);
        assert_eq!(check("cafe au lait tous les jours").await, Match::No);
        assert_eq!(passwords.check(&private("nobody's password"), None).await.unwrap(), Match::No);
    }

    #[actix_web::test]
    async fn a_hash_made_with_less_work_is_noticed() {
        let stored = Passwords::new(Cost::Trifling, 1).unwrap().hash(&private("correct horse")).await.unwrap();
        let today = Passwords::new(Cost::Full, 1).unwrap();
        assert_eq!(today.check(&private("correct horse"), Some(stored)).await.unwrap(), Match::YesButWeaklyHashed);
    }

    #[test]
    fn guessable_passwords_are_refused_and_long_odd_ones_are_not() {
        let passwords = Passwords::new(Cost::Trifling, 1).unwrap();
        let judge = |text: &str| passwords.judge(&private(text), &["ada.byron"], false, "/password").is_ok();
        for weak in ["aaaaaaaaaaaaaaa", "password12345678", "short but odd#", "qwertyuiopasdfgh"] {
            assert!(!judge(weak), "{weak}");
        }
        for good in ["violet kettle under nine bridges", "ügyes ñandú 大阪 tea kettle"] {
            assert!(judge(good), "{good}");
        }
    }
}
