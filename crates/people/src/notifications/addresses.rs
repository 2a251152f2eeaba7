//! The addresses by which practitioners are recognised where people contact the service without an account: email addresses, and
//! mobile numbers that the practitioner has confirmed. A number that is not confirmed may be that of the family.

use std::collections::BTreeSet;

use super::queries as messages;
use crate::accounts::queries as accounts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox::text::mobile_number;

/// The addresses of some practitioners.
#[derive(Clone, Default)]
pub struct Addresses {
    /// Email addresses, in lower case.
    pub emails: BTreeSet<String>,
    /// Confirmed mobile numbers, in E.164.
    pub mobiles: BTreeSet<String>,
}

platform::redacted_debug!(Addresses);

impl Addresses {
    /// The addresses of these practitioners.
    pub fn of(tx: &mut Tx, practitioners: &[Id]) -> Result<Self> {
        if practitioners.is_empty() {
            return Ok(Self::default());
        }
        let emails = accounts::emails(tx, practitioners)?.into_iter().map(|email| email.trim().to_lowercase()).collect();
        Ok(Self { emails, mobiles: messages::confirmed_mobiles(tx, practitioners)?.into_iter().collect() })
    }

    /// True when this email address or telephone number is one of these.
    pub fn contain(&self, typed: &str) -> bool {
        self.emails.contains(&typed.trim().to_lowercase())
            || mobile_number(typed).is_some_and(|number| self.mobiles.contains(&number))
    }
}
