//! Front desk of groups, and what its operations have in common: who may know of what.

pub mod enrolling;
pub mod life;
pub mod notes;
pub mod programmes;
pub mod reading;
pub mod records;
pub mod screening;
pub mod sessions;
pub mod waiting;

use super::dto::{EnrolmentView, ScreeningView};
use super::model::{GroupAudience, SessionFacts};
use super::places;
use super::queries::enrolments::{self, KeptEnrolment};
use super::queries::groups::{self, KeptGroup};
use super::queries::screenings;
use super::queries::sessions::KeptSession;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use scheduling::booking::treating;

/// What somebody is to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Whoever runs groups.
    Coordinator,
    /// One of the two who lead it.
    Facilitator,
    /// A clinician who does not.
    Onlooker,
    Member,
    /// A practitioner who might join.
    Seeker,
}

impl Standing {
    /// True for those who see the members.
    fn is_inside(self) -> bool {
        matches!(self, Self::Coordinator | Self::Facilitator)
    }
}

/// The group, and what the caller is to it. For a practitioner there is a group while it is open, for practitioners, and not
/// led by anybody whom they must not meet; and any of which they are a member. Who else is in it makes no difference.
fn known_group(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(KeptGroup, Standing)> {
    let group = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
    let standing = match caller.role {
        Role::Practitioner => {
            if enrolments::is_member(tx, id, caller.id)? {
                return Ok((group, Standing::Member));
            }
            let for_them = group.programme.audience == GroupAudience::Practitioners && group.state.is_open();
            let excluded = conflicts::excluded_for(tx, caller.id)?;
            if !for_them || group.programme.facilitators.iter().any(|leading| excluded.contains(leading)) {
                return Err(Error::not_found());
            }
            Standing::Seeker
        }
        Role::Clinician if group.programme.facilitators.contains(&caller.id) => Standing::Facilitator,
        Role::Clinician => Standing::Onlooker,
        _ => Standing::Coordinator,
    };
    Ok((group, standing))
}

/// The group, for whoever may see its members: those who lead it and coordinators. For others it has none.
fn inside(tx: &mut Tx, caller: &Caller, id: Id) -> Result<KeptGroup> {
    let (group, standing) = known_group(tx, caller, id)?;
    if standing.is_inside() { Ok(group) } else { Err(Error::not_found()) }
}

/// Those of a group's practitioners hidden from the caller: staff do not see practitioners they must not meet, a facilitator
/// not where the two have agreed.
fn hidden_from(tx: &mut Tx, caller: &Caller, group: Id) -> Result<Vec<Id>> {
    match caller.role {
        Role::Practitioner => return Ok(Vec::new()),
        Role::Clinician => {}
        _ => return conflicts::kept_from(tx, caller.id),
    }
    let all = enrolments::practitioners_of(tx, group)?;
    let mut hidden = conflicts::excluded_from(tx, caller.id, &all)?;
    if !hidden.is_empty() {
        let agreed = enrolments::agreements_with(tx, group, caller.id)?;
        hidden.retain(|practitioner| !agreed.contains(practitioner));
    }
    Ok(hidden)
}

/// Lets through who may act for the practitioner, and a clinician who leads the group that they asked to join. For others there is no
/// such practitioner.
fn check_may_act_for(tx: &mut Tx, caller: &Caller, group: &KeptGroup, practitioner: Id) -> Result<()> {
    let leads = caller.role == Role::Clinician && group.programme.facilitators.contains(&caller.id);
    let asked = leads
        && enrolments::live_of(tx, group.id, practitioner)?.is_some()
        && !hidden_from(tx, caller, group.id)?.contains(&practitioner);
    if asked { Ok(()) } else { treating::check_may_act_for(tx, caller, practitioner) }
}

/// The enrolment, its group locked before it is read, for whoever may know of it.
fn locked_enrolment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<KeptEnrolment> {
    let (group, _) = enrolments::owner(tx, id)?.ok_or_else(Error::not_found)?;
    groups::lock(tx, group)?;
    known_enrolment(tx, caller, id)
}

/// The enrolment, for whoever may know of it: the practitioner whose it is, and those inside the group.
fn known_enrolment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<KeptEnrolment> {
    let kept = enrolments::find(tx, id)?.ok_or_else(Error::not_found)?;
    if caller.role == Role::Practitioner {
        return if kept.practitioner == Some(caller.id) { Ok(kept) } else { Err(Error::not_found()) };
    }
    inside(tx, caller, kept.group)?;
    let hidden = hidden_from(tx, caller, kept.group)?;
    if kept.practitioner.is_some_and(|practitioner| hidden.contains(&practitioner)) {
        return Err(Error::not_found());
    }
    Ok(kept)
}

/// What the caller may see of an enrolment; `alone` when it is not in a list.
fn view(tx: &mut Tx, caller: &Caller, kept: KeptEnrolment, alone: bool) -> Result<EnrolmentView> {
    if caller.role == Role::Practitioner {
        return Ok(EnrolmentView::own(kept));
    }
    let (contact, reason) = (kept.guest.clone().filter(|_| alone), kept.reason.clone().filter(|_| alone));
    let mut shown = EnrolmentView { reason, contact: contact.map(Into::into), ..EnrolmentView::own(kept) };
    if let Some(practitioner) = shown.practitioner_id {
        let with_notes = alone && caller.role == Role::Clinician;
        let screening = screenings::latest(tx, shown.group_id, practitioner)?;
        shown.screening = screening.map(|screening| ScreeningView::new(screening, with_notes));
        if alone && shown.state.is_live() {
            let seats = places::seated(tx, shown.group_id)?;
            let meeting = places::meeting(tx, shown.group_id, &seats, (practitioner, shown.willing_to_meet))?;
            shown.conflict = Some(!meeting.barred.is_empty());
        }
        shown.needs_screening = Some(screenings::is_held(tx, shown.group_id, practitioner)?);
        shown.reference = registration::references(tx, &[practitioner])?.remove(&practitioner);
    }
    Ok(shown)
}

/// A session as its rules see it.
fn facts(group: &KeptGroup, session: &KeptSession) -> SessionFacts {
    SessionFacts {
        group: group.state,
        form: session.form,
        state: session.state,
        starts_at: session.starts_at.get(),
        ends_at: session.ends_at.get(),
        recorded_at: session.recorded_at.map(platform::ids::UtcTime::get),
    }
}
