//! Whether a repeat of a request still gets the first response. That response may show a person that the caller must not know of
//! any more, so a repeat is checked against what the audit trail says the first request was about, and recorded like it.

use std::sync::OnceLock;

use crate::Tx;
use crate::audit;
use crate::error::{Error, Result};
use crate::ids::{Id, UtcTime};
use crate::tx::AuditSubject;

/// A request that was sent again, and one of the things that it was about.
#[derive(Debug, Clone, Copy)]
pub struct Repeat<'a> {
    /// The account that sent it, both times.
    pub account: Id,
    /// When it was answered first.
    pub first_at: UtcTime,
    pub concerned: &'a AuditSubject,
}

/// True unless the account must not know of this any more. Each crate answers for the kinds of record that it owns.
pub type Check = fn(&mut Tx, &Repeat<'_>) -> Result<bool>;

static INSTALLED: OnceLock<&'static [Check]> = OnceLock::new();

/// Installs the checks of every crate. They are constants of the program, so only the first call has an effect. Until then, a
/// repeat about anything is refused.
pub fn install(checks: &'static [Check]) {
    INSTALLED.get_or_init(|| checks);
}

/// Checks that a request which was answered at `first_at` may get that response again, and records the repeat.
///
/// # Errors
/// 404 when the account must not know any more of what the request was about.
pub(super) fn check_and_record(tx: &mut Tx, account: Id, first_at: UtcTime, concerned: &[AuditSubject]) -> Result<()> {
    for one in concerned {
        let repeat = Repeat { account, first_at, concerned: one };
        for check in *INSTALLED.get().ok_or_else(Error::not_found)? {
            if !check(tx, &repeat)? {
                return Err(Error::not_found());
            }
        }
    }
    audit::record_repeat(tx, account, concerned)
}
