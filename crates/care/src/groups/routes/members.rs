//! Which people of a group its facilitators and coordinators see.

use std::collections::BTreeMap;

use crate::groups::queries::agreements;
use crate::groups::queries::enrolments::{self, Enrolment, Readable};
use people::relationships::{Basis, Permit, Protected, Purpose, conflicts};
use people::{Caller, Role};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// The people of a group as one of its facilitators or a coordinator sees them. That someone has or wants a place is itself a
/// reason to know of them, until the reading time after they left, declined, were removed or the group ended; it makes no
/// difference whether the group goes on. A facilitator also sees a person they must not meet if the two agreed to.
#[derive(Debug)]
pub(super) struct MemberAccess {
    since: UtcTime,
    /// The practitioners who have or want a place, or did until a short time ago.
    open: Vec<Id>,
    /// Those of them who agreed to meet the caller although the two are kept apart elsewhere.
    agreed: Vec<Id>,
}

impl MemberAccess {
    pub(super) fn of(tx: &mut Tx, caller: &Caller, group: Id) -> Result<Self> {
        let since = tx.now - tx.policy.read_after_care;
        if !caller.is_staff() {
            return Ok(Self { since, open: Vec::new(), agreed: Vec::new() });
        }
        let open = enrolments::open_members(tx, group, since)?;
        let agreed = if caller.role == Role::Clinician { agreed_to_meet(tx, caller.id, group, &open)? } else { Vec::new() };
        Ok(Self { since, open, agreed })
    }

    /// Whether a practitioner has or wants a place, or did until a short time ago.
    pub(super) fn is_open(&self, practitioner: Id) -> bool {
        self.open.contains(&practitioner)
    }

    /// Whether a practitioner agreed to meet the caller although the two are kept apart elsewhere.
    pub(super) fn has_agreed(&self, practitioner: Id) -> bool {
        self.agreed.contains(&practitioner)
    }

    /// A record about a practitioner of the group.
    pub(super) fn admit<T>(&self, practitioner: Id, record: Protected<T>) -> Protected<T> {
        record.while_open(|_| self.is_open(practitioner), Basis::Group).where_both_agreed(self.has_agreed(practitioner))
    }

    /// Asks whether the caller may know of a practitioner of the group.
    ///
    /// # Errors
    /// 404 when they may not.
    pub(super) fn permit(&self, tx: &mut Tx, caller: &Caller, practitioner: Id, purpose: Purpose) -> Result<Permit> {
        Ok(self.admit(practitioner, Protected::new(practitioner, ())).permit(tx, caller, purpose)?.0)
    }

    /// True for a guest whose place the caller may read. A guest is no practitioner.
    pub(super) fn shows_guest(&self, place: &Enrolment) -> bool {
        place.practitioner.is_none() && place.is_open(self.since)
    }

    /// The places that the caller may read, as a condition for lists.
    pub(super) fn filter(&self, tx: &mut Tx, caller: &Caller, group: Id) -> Result<Readable> {
        let all = enrolments::practitioners_of(tx, group)?.into_iter();
        let rows = all.map(|practitioner| self.admit(practitioner, Protected::new(practitioner, ()))).collect();
        let permit = Protected::permit_each(tx, caller, rows, Purpose::Know)?.into_iter().flatten();
        Ok(Readable { practitioners: permit.map(|(permit, ())| permit.practitioner()).collect(), guests_since: self.since })
    }

    /// Those of these places of the group that the caller may read or, for another purpose, act on: by id, each with why they may
    /// know of its practitioner.
    pub(super) fn readable(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        places: &[Enrolment],
        purpose: Purpose,
    ) -> Result<ReadablePlaces> {
        let of_members = places.iter().filter_map(|place| Some((place.practitioner?, place.id)));
        let rows = of_members.map(|(practitioner, place)| self.admit(practitioner, Protected::new(practitioner, place)));
        // Asked of no one too, so that as many statements run where no place was found.
        let no_one = Protected::new(Id::NO_RECORD, Id::NO_RECORD).while_open(|_| true, Basis::Group);
        let permit = Protected::permit_each(tx, caller, rows.chain([no_one]).collect(), purpose)?.into_iter().flatten();
        let permit = permit.filter(|(_, place)| *place != Id::NO_RECORD);
        let mut found: BTreeMap<Id, Option<Permit>> = permit.map(|(permit, place)| (place, Some(permit))).collect();
        found.extend(places.iter().filter(|place| self.shows_guest(place)).map(|place| (place.id, None)));
        Ok(ReadablePlaces(found))
    }
}

/// Places of a group that a caller may read.
pub(super) struct ReadablePlaces(BTreeMap<Id, Option<Permit>>);

impl ReadablePlaces {
    pub(super) fn contains(&self, place: Id) -> bool {
        self.0.contains_key(&place)
    }

    /// The places of practitioners, each with why the caller may know of them, for the audit trail.
    pub(super) fn of_practitioners(&self) -> Vec<(Id, Permit)> {
        self.0.iter().filter_map(|(place, permit)| Some((*place, (*permit)?))).collect()
    }
}

/// Those of these people that a facilitator meets although the two are kept apart elsewhere. A block counts more than an
/// agreement, also one that was made before it. Everything is asked also where there is no one, so that the time does not tell.
fn agreed_to_meet(tx: &mut Tx, facilitator: Id, group: Id, people: &[Id]) -> Result<Vec<Id>> {
    let asked: Vec<Id> = people.iter().copied().chain([Id::NO_RECORD]).collect();
    let mut apart = conflicts::practitioners_excluded_from(tx, facilitator, &asked)?;
    let blocked = conflicts::blocked_or_same_person(tx, facilitator)?;
    let agreed = agreements::with(tx, group, facilitator)?;
    apart.retain(|practitioner| agreed.contains(practitioner) && !blocked.contains(practitioner));
    Ok(apart)
}
