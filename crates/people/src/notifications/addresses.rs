//! The addresses by which practitioners are recognised where people contact the service without an account: email addresses, and
//! mobile numbers that the practitioner has confirmed. A number that is not confirmed may be that of the family. A reference that a
//! caller states counts like an address.

use std::collections::BTreeSet;

use super::queries as messages;
use crate::accounts::model::Role;
use crate::accounts::queries as accounts;
use crate::practitioners::queries as practitioners;
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
    /// References.
    pub references: BTreeSet<String>,
}

platform::redacted_debug!(Addresses);

impl Addresses {
    /// The addresses of these practitioners.
    pub fn of(tx: &mut Tx, people: &[Id]) -> Result<Self> {
        if people.is_empty() {
            return Ok(Self::default());
        }
        let emails = accounts::emails(tx, people)?.into_iter().map(|email| email.trim().to_lowercase()).collect();
        let references = practitioners::references(tx, people)?.into_values().collect();
        Ok(Self { emails, mobiles: messages::confirmed_mobiles(tx, people)?.into_iter().collect(), references })
    }

    /// True when this email address or telephone number is one of these.
    pub fn contain(&self, typed: &str) -> bool {
        self.emails.contains(&typed.trim().to_lowercase())
            || mobile_number(typed).is_some_and(|number| self.mobiles.contains(&number))
    }
}

/// The practitioners with an open account whose email address, or whose confirmed mobile number, this is. For the service itself: no
/// answer to anyone may depend on it.
///
/// # Errors
/// When the database fails.
pub fn practitioners_with(tx: &mut Tx, email: Option<&str>, phone: Option<&str>) -> Result<BTreeSet<Id>> {
    let mut found = BTreeSet::new();
    if let Some(email) = email {
        let index = accounts::email_index(tx.sealer, email);
        found.extend(accounts::find_by_confirmed_email(tx, &index)?.map(|account| account.id));
    }
    if let Some(number) = phone.and_then(mobile_number) {
        found.extend(messages::with_confirmed_mobile(tx, &number)?);
    }
    let all: Vec<Id> = found.into_iter().collect();
    Ok(accounts::active_among(tx, &all, Role::Practitioner)?.into_iter().collect())
}
