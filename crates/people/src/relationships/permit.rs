//! Authorisation of a caller for one practitioner: may they know of them, for this purpose, now? [`permit()`] answers for every role and
//! every operation. The answer is a value that a handler cannot make itself, and a [`Protected`] record opens only with it.
//!
//! ```text
//! platform.write_once(attempt, move |tx| {
//!     // A practitioner that the request names:
//!     let permit = relationships::permit(tx, &caller, practitioner, Purpose::Act)?;
//!     permit.record(tx, "follow_up.agreed", ("follow_up", Some(id)))?;
//!
//!     // A record that the request names by its own id. The query function returns a `Protected<Appointment>`:
//!     let (permit, appointment) = queries::find(tx, id)?.permit(tx, &caller, Purpose::Know)?;
//!     permit.record(tx, "appointment.read", ("appointment", Some(id)))?;
//!
//!     // Another record of the same practitioner:
//!     let note = queries::note(tx, note)?.open(&permit)?;
//!
//!     // A list: the condition leaves out everyone else before the page is cut.
//!     filter.permitted = Some(relationships::permitted_practitioners(tx, &caller, Purpose::Know)?);
//! })
//! ```

use std::collections::BTreeMap;

use super::basis::{Basis, Purpose};
use super::{access_rules, conflicts};
use crate::{Caller, Role};
use platform::Tx;
use platform::audit::{self, About, Actor};
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// The proof that a caller may know of a practitioner, and why. Only this module makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit {
    practitioner: Id,
    basis: Basis,
    actor: Actor,
}

impl Permit {
    /// The practitioner.
    pub const fn practitioner(&self) -> Id {
        self.practitioner
    }

    /// Why the caller may know of them.
    pub const fn basis(&self) -> Basis {
        self.basis
    }

    /// True when the caller is the practitioner.
    pub fn is_own(&self) -> bool {
        self.basis == Basis::Own
    }

    /// The caller.
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// The same for the service itself, for what background jobs record. No handler may use it.
    pub const fn for_the_service(practitioner: Id) -> Self {
        Self { practitioner, basis: Basis::Service, actor: Actor::SYSTEM }
    }

    /// Writes that the caller did `action` to `subject`, such as `("appointment", Some(id))`, to the audit trail, with the
    /// practitioner and the basis.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub fn record(&self, tx: &mut Tx, action: &'static str, subject: (&'static str, Option<Id>)) -> Result<()> {
        audit::record_about(tx, self.actor, action, subject, self.about())
    }

    /// The same for a read: what practitioners read of their own is not recorded.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub fn record_unless_own(&self, tx: &mut Tx, action: &'static str, subject: (&'static str, Option<Id>)) -> Result<()> {
        if self.is_own() { Ok(()) } else { self.record(tx, action, subject) }
    }

    /// Writes the same action for several subjects of one kind, each with its practitioner and basis, in one statement.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn record_each(tx: &mut Tx, action: &'static str, kind: &'static str, subjects: &[(Id, Self)]) -> Result<()> {
        let Some((_, first)) = subjects.first() else { return Ok(()) };
        let rows: Vec<(Id, About)> = subjects.iter().map(|(subject, permit)| (*subject, permit.about())).collect();
        audit::record_each_about(tx, first.actor, action, kind, &rows)
    }

    /// Writes that the caller saw these subjects in a list: one row for each practitioner, and at most one in ten minutes, because
    /// apps read their lists again and again. What practitioners see of their own is not recorded.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn record_listed(tx: &mut Tx, action: &'static str, kind: &'static str, subjects: &[(Id, Self)]) -> Result<()> {
        let Some((_, first)) = subjects.first() else { return Ok(()) };
        let others = subjects.iter().filter(|(_, permit)| !permit.is_own());
        let rows: Vec<(Id, Option<About>)> = others.map(|(subject, permit)| (*subject, Some(permit.about()))).collect();
        audit::record_listed(tx, first.actor, action, kind, &rows)
    }

    const fn about(&self) -> About {
        About { practitioner: self.practitioner, basis: self.basis.as_str() }
    }
}

/// A record about a practitioner that a query found by the record's own id. It can be read only once the caller is known to know
/// of the practitioner.
#[derive(Debug, Clone)]
#[must_use = "a protected record does nothing until it is opened"]
pub struct Protected<T> {
    practitioner: Id,
    record: T,
    own_basis: Option<Basis>,
    agreed_to_meet: bool,
}

impl<T> Protected<T> {
    /// A record about this practitioner.
    pub const fn new(practitioner: Id, record: T) -> Self {
        Self { practitioner, record, own_basis: None, agreed_to_meet: false }
    }

    /// Says that this record is itself a reason to know of the practitioner while `open` is true of it, for callers who have no
    /// other: a follow-up that is open, an appointment that took place last week. The crate that owns the record decides
    /// who they are.
    pub fn while_open(self, open: impl FnOnce(&T) -> bool, basis: Basis) -> Self {
        let own_basis = if open(&self.record) { Some(basis) } else { self.own_basis };
        Self { own_basis, ..self }
    }

    /// Says that the caller and the practitioner agreed to meet in what this record is about, a group: for the record's own reason
    /// they are then not kept apart. The crate that owns the record has checked that the agreement still counts.
    pub fn where_both_agreed(self, agreed: bool) -> Self {
        Self { agreed_to_meet: agreed, ..self }
    }

    /// Changes the record inside.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Protected<U> {
        let Self { practitioner, record, own_basis, agreed_to_meet } = self;
        Protected { practitioner, record: change(record), own_basis, agreed_to_meet }
    }

    /// The record, for a caller who was found to know of its practitioner.
    ///
    /// # Errors
    /// 404 when it is about another practitioner.
    pub fn open(self, permit: &Permit) -> Result<T> {
        if permit.practitioner == self.practitioner { Ok(self.record) } else { Err(Error::not_found()) }
    }

    /// Asks whether the caller may know of the practitioner for this purpose, and returns the record.
    ///
    /// # Errors
    /// As [`permit()`].
    pub fn permit(self, tx: &mut Tx, caller: &Caller, purpose: Purpose) -> Result<(Permit, T)> {
        let permit = match self.own_basis.filter(|_| self.agreed_to_meet && caller.is_staff()) {
            Some(basis) => Permit { practitioner: self.practitioner, basis, actor: caller.actor() },
            None => ask(tx, caller, self.practitioner, purpose, self.own_basis)?,
        };
        Ok((permit, self.record))
    }

    /// Asks the same about each row of a page, in a few statements for all of them; none for a row that the caller may not know of.
    ///
    /// # Errors
    /// When the database fails.
    pub fn permit_each(tx: &mut Tx, caller: &Caller, rows: Vec<Self>, purpose: Purpose) -> Result<Vec<Option<(Permit, T)>>> {
        let mut people: Vec<Id> = rows.iter().map(|row| row.practitioner).collect();
        people.sort();
        people.dedup();
        let permit = permits_among(tx, caller, &people, purpose)?;
        let of_own: Vec<Id> = rows.iter().filter(|row| row.own_basis.is_some()).map(|row| row.practitioner).collect();
        let apart = if caller.is_staff() { conflicts::practitioners_excluded_from(tx, caller.id, &of_own)? } else { of_own };
        let permitted = |row: Self| {
            let found = permit.get(&row.practitioner).copied().or_else(|| {
                let agreed = row.agreed_to_meet && caller.is_staff();
                let basis = row.own_basis.filter(|_| agreed || !apart.contains(&row.practitioner))?;
                Some(Permit { practitioner: row.practitioner, basis, actor: caller.actor() })
            });
            found.map(|permit| (permit, row.record))
        };
        Ok(rows.into_iter().map(permitted).collect())
    }

    /// Those rows of a page that the caller may know of for this purpose. That the caller saw them is written to the audit trail as
    /// an `action` on records of one `kind`, see [`Permit::record_listed`].
    ///
    /// # Errors
    /// When the database fails.
    pub fn show_each(
        tx: &mut Tx,
        caller: &Caller,
        rows: Vec<Self>,
        purpose: Purpose,
        (action, kind): (&'static str, &'static str),
        id: impl Fn(&T) -> Id,
    ) -> Result<Vec<T>> {
        let shown: Vec<(Permit, T)> = Self::permit_each(tx, caller, rows, purpose)?.into_iter().flatten().collect();
        let recorded: Vec<(Id, Permit)> = shown.iter().map(|(permit, record)| (id(record), *permit)).collect();
        Permit::record_listed(tx, action, kind, &recorded)?;
        Ok(shown.into_iter().map(|(_, record)| record).collect())
    }

    /// The record, for a background job or a rule that shows it to no one. No handler may use it.
    pub fn for_the_service(self) -> T {
        self.record
    }
}

/// The same question about a record that a query may not have found.
pub trait PermitExt<T> {
    /// As [`Protected::permit`]. An id that does not exist takes the statements of one that the caller must not know of.
    ///
    /// # Errors
    /// As [`permit()`].
    fn permit(self, tx: &mut Tx, caller: &Caller, purpose: Purpose) -> Result<(Permit, T)>;
}

impl<T> PermitExt<T> for Option<Protected<T>> {
    fn permit(self, tx: &mut Tx, caller: &Caller, purpose: Purpose) -> Result<(Permit, T)> {
        match self {
            Some(record) => record.permit(tx, caller, purpose),
            None => decide(tx, caller, Id::NO_RECORD, purpose, None).and(Err(Error::not_found())),
        }
    }
}

/// Answers whether the caller may know of this practitioner for this purpose: practitioners of themselves; staff when the two
/// are not kept apart (see [`conflicts`]) and one of the installed [`access_rules`] gives the staff's role a reason.
///
/// Someone who is kept apart, someone without a reason and an id that does not exist take the same statements, so that the time
/// of a 404 does not tell which it was. A handler that reads or locks something first goes on to ask when there is nothing.
///
/// # Errors
/// 404 as for a practitioner who does not exist; `care_ended` for a clinician who may still read and wants to add to the record.
pub fn permit(tx: &mut Tx, caller: &Caller, practitioner: Id, purpose: Purpose) -> Result<Permit> {
    ask(tx, caller, practitioner, purpose, None)
}

fn ask(tx: &mut Tx, caller: &Caller, practitioner: Id, purpose: Purpose, own_basis: Option<Basis>) -> Result<Permit> {
    // The audit trail names the practitioner of a refused request; the response does not.
    tx.ask_about(practitioner);
    decide(tx, caller, practitioner, purpose, own_basis)
}

fn decide(tx: &mut Tx, caller: &Caller, practitioner: Id, purpose: Purpose, own_basis: Option<Basis>) -> Result<Permit> {
    let permit = |basis| Permit { practitioner, basis, actor: caller.actor() };
    if caller.role == Role::Practitioner {
        return if caller.id == practitioner { Ok(permit(Basis::Own)) } else { Err(Error::not_found()) };
    }
    let (staff, apart) = ((caller.id, caller.role), conflicts::are_in_conflict(tx, practitioner, caller.id)?);
    // For someone who is kept apart no reason counts. They are asked for all the same, as those of no one.
    let (asked, own_basis) = if apart { (Id::NO_RECORD, None) } else { (practitioner, own_basis) };
    if let Some(basis) = access_rules::first(tx, staff, asked, purpose)?.or(own_basis) {
        return Ok(permit(basis));
    }
    let may_read = purpose == Purpose::AddToRecord
        && access_rules::first(tx, staff, asked, Purpose::ReadRecord)? == Some(Basis::ReadsAfterCare);
    Err(if may_read { Reason::CareEnded.into() } else { Error::not_found() })
}

/// Those of these practitioners that the caller may know of for this purpose, each with the basis. For a page of records that
/// are already limited to practitioners without a conflict.
///
/// # Errors
/// When the database fails.
pub fn permits_among(tx: &mut Tx, caller: &Caller, practitioners: &[Id], purpose: Purpose) -> Result<BTreeMap<Id, Permit>> {
    let bases = match caller.role {
        Role::Practitioner => practitioners.iter().filter(|id| **id == caller.id).map(|id| (*id, Basis::Own)).collect(),
        role => {
            let mut bases = access_rules::for_each(tx, (caller.id, role), practitioners, purpose)?;
            let excluded = conflicts::practitioners_excluded_from(tx, caller.id, practitioners)?;
            bases.retain(|practitioner, _| !excluded.contains(practitioner));
            bases
        }
    };
    let permit = |(practitioner, basis)| (practitioner, Permit { practitioner, basis, actor: caller.actor() });
    Ok(bases.into_iter().map(permit).collect())
}

/// The practitioners that a caller may know of, as a condition for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermittedPractitioners {
    /// Conditions of which one is enough, with [`COLUMN`] for the practitioner.
    reasons: Vec<String>,
    /// Conditions that all count.
    limits: Vec<String>,
    coordinates: bool,
}

/// The column with the practitioner in the conditions of [`PermittedPractitioners`].
const COLUMN: &str = "{column}";

impl PermittedPractitioners {
    /// Adds the records whose time in this column is after `since`, for a coordinator: a record that was closed a short time ago is
    /// itself a reason to know of it.
    #[must_use]
    pub fn or_since(mut self, column: &'static str, since: UtcTime) -> Self {
        if self.coordinates {
            self.reasons.push(format!("{column} > {}", access_rules::literal(since)));
        }
        self
    }

    /// A condition in SQL on a column with the id of a practitioner, such as `appointments.practitioner_id`. It contains no
    /// parameters.
    pub fn condition(&self, column: &'static str) -> String {
        let reasons = format!("({})", self.reasons.join(" OR "));
        let all: Vec<String> = std::iter::once(reasons).chain(self.limits.iter().cloned()).collect();
        all.join(" AND ").replace(COLUMN, column)
    }
}

/// The practitioners that the caller may know of for this purpose now. Lists use it before the page is cut.
///
/// # Errors
/// When the database fails.
pub fn permitted_practitioners(tx: &mut Tx, caller: &Caller, purpose: Purpose) -> Result<PermittedPractitioners> {
    let only = |reason: String| PermittedPractitioners { reasons: vec![reason], limits: Vec::new(), coordinates: false };
    if caller.role == Role::Practitioner {
        return Ok(only(format!("{COLUMN} = '{}'", caller.id)));
    }
    let staff = (caller.id, caller.role);
    if matches!(caller.role, Role::Coordinator | Role::Commissioner) {
        let reasons = vec![access_rules::condition(tx, staff, purpose, COLUMN)?];
        let apart = conflicts::everyone_excluded_from(tx, caller.id)?;
        let limits =
            if apart.is_empty() { Vec::new() } else { vec![format!("{COLUMN} NOT IN ({})", access_rules::literals(&apart))] };
        return Ok(PermittedPractitioners { reasons, limits, coordinates: caller.role == Role::Coordinator });
    }
    // The other roles know of few practitioners, so only these are compared.
    let mut all = access_rules::all(tx, staff, purpose)?;
    let apart = conflicts::practitioners_excluded_from(tx, caller.id, &all)?;
    all.retain(|practitioner| !apart.contains(practitioner));
    let parts = if all.is_empty() { Vec::new() } else { vec![access_rules::literals(&all)] };
    Ok(only(access_rules::any_of(COLUMN, &parts)))
}
