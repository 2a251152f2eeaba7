//! HTTP handlers of group therapy, and the checks they share: who may know of which group, enrolment and practitioner.

pub mod attendance;
pub mod enrolling;
mod figures;
pub mod lifecycle;
mod members;
pub mod membership;
pub mod notes;
pub mod programmes;
pub mod reading;
pub mod screening;
pub mod sessions;

use super::dto::{EnrolmentView, ScreeningView};
use super::model::{GroupAudience, SessionFacts};
use super::places;
use super::queries::enrolments::{self, Enrolment};
use super::queries::groups::{self, Group};
use super::queries::screenings;
use super::queries::sessions::GroupSession;
use members::MemberAccess;
use people::practitioners::queries as registration;
use people::relationships::{Permit, PermitExt, Protected, Purpose, conflicts};
use people::{Caller, Role};
use platform::Tx;
use platform::audit;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;
use scheduling::booking::care_relationship;

/// The caller's role in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GroupRole {
    /// A coordinator, who may manage every group.
    Coordinator,
    /// One of the group's two facilitators.
    Facilitator,
    /// A clinician who does not facilitate the group.
    OtherStaff,
    Member,
    /// A practitioner who is not a member.
    ProspectiveMember,
}

impl GroupRole {
    /// True for those who may see the members.
    fn sees_members(self) -> bool {
        matches!(self, Self::Coordinator | Self::Facilitator)
    }
}

/// The group, and the caller's role in it. Practitioners see the groups of which they are a member, and open groups for
/// practitioners whose facilitators they may meet. Who else is a member makes no difference.
fn visible_group(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Group, GroupRole)> {
    let group = groups::find(tx, id)?.ok_or_else(Error::not_found)?;
    let role = match caller.role {
        Role::Practitioner => {
            if enrolments::is_member(tx, id, caller.id)? {
                return Ok((group, GroupRole::Member));
            }
            let is_open_to_them = group.programme.audience == GroupAudience::Practitioners && group.state.is_open();
            let excluded = conflicts::staff_excluded_for(tx, caller.id)?;
            if !is_open_to_them || group.programme.facilitators.iter().any(|facilitator| excluded.contains(facilitator)) {
                return Err(Error::not_found());
            }
            GroupRole::ProspectiveMember
        }
        Role::Clinician if group.programme.facilitators.contains(&caller.id) => GroupRole::Facilitator,
        Role::Clinician => GroupRole::OtherStaff,
        _ => GroupRole::Coordinator,
    };
    Ok((group, role))
}

/// The group, for its facilitators and coordinators. Which of its members they see follows from [`MemberAccess`].
///
/// # Errors
/// 404 for other callers.
fn group_for_staff(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Group> {
    let (group, role) = visible_group(tx, caller, id)?;
    if role.sees_members() { Ok(group) } else { Err(Error::not_found()) }
}

/// Checks that the caller may act for the practitioner, or facilitates the group that the practitioner asked to join.
///
/// # Errors
/// 404 for other callers.
fn check_may_act_for(tx: &mut Tx, caller: &Caller, group: &Group, practitioner: Id) -> Result<Permit> {
    let facilitates = caller.role == Role::Clinician && group.programme.facilitators.contains(&caller.id);
    if !facilitates {
        return care_relationship::check_may_act_for(tx, caller, practitioner);
    }
    // Asked whether or not they have a place, so that the time of a 404 does not tell.
    let (members, live) = (MemberAccess::of(tx, caller, group.id)?, enrolments::find_live(tx, group.id, practitioner)?);
    match live {
        Some(_) => members.permit(tx, caller, practitioner, Purpose::Act),
        None => care_relationship::check_may_act_for(tx, caller, practitioner),
    }
}

/// The enrolment, if the caller may know of it. Its group is locked before it is read.
fn locked_enrolment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Option<Permit>, Enrolment)> {
    let group = enrolments::owner(tx, id)?.map_or(Id::NO_RECORD, |(group, _)| group);
    groups::lock_found(tx, group)?;
    visible_enrolment(tx, caller, id)
}

/// The enrolment, if the caller may know of it: it is their own, or they are a facilitator of the group or a coordinator and the
/// practitioner is one of those they see. That of a guest is about no practitioner. An id that does not exist takes the statements of one
/// that is hidden, whatever the reason.
fn visible_enrolment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Option<Permit>, Enrolment)> {
    let enrolment = enrolments::find(tx, id)?;
    if !caller.is_staff() {
        let own = enrolment.filter(|enrolment| enrolment.practitioner == Some(caller.id)).ok_or_else(Error::not_found)?;
        let permit = MemberAccess::of(tx, caller, own.group)?.permit(tx, caller, caller.id, Purpose::Know)?;
        return Ok((Some(permit), own));
    }
    if let Some(practitioner) = enrolment.as_ref().and_then(|enrolment| enrolment.practitioner) {
        // The audit trail names the practitioner of a refused request; the answer does not.
        tx.ask_about(practitioner);
    }
    let group = enrolment.as_ref().map_or(Id::NO_RECORD, |enrolment| enrolment.group);
    let leads = |group: Group| caller.role != Role::Clinician || group.programme.facilitators.contains(&caller.id);
    let sees_members = groups::find(tx, group)?.is_some_and(leads);
    let members = MemberAccess::of(tx, caller, group)?;
    let place = enrolment.filter(|_| sees_members);
    let practitioner = place.as_ref().and_then(|place| place.practitioner);
    let asked = practitioner.map(|practitioner| members.admit(practitioner, Protected::new(practitioner, ())));
    match (place, asked.permit(tx, caller, Purpose::Know)) {
        (Some(place), Ok((permit, ()))) => Ok((Some(permit), place)),
        (Some(place), Err(error)) if error.reason() == Reason::NotFound && members.shows_guest(&place) => Ok((None, place)),
        (_, Err(error)) => Err(error),
        (None, Ok(_)) => Err(Error::not_found()),
    }
}

/// Writes what was done to an enrolment to the audit trail.
fn record(tx: &mut Tx, caller: &Caller, permit: Option<&Permit>, action: &'static str, enrolment: Id) -> Result<()> {
    let subject = ("group_enrolment", Some(enrolment));
    match permit {
        Some(permit) => permit.record(tx, action, subject),
        None => audit::record(tx, caller.actor(), action, subject),
    }
}

/// What the caller may see of an enrolment. `in_full` is false in lists.
fn enrolment_view(tx: &mut Tx, caller: &Caller, enrolment: Enrolment, in_full: bool) -> Result<EnrolmentView> {
    if caller.role == Role::Practitioner {
        return Ok(EnrolmentView::own(enrolment));
    }
    let willingness = enrolment.willingness();
    let (contact, reason) = (enrolment.guest.clone().filter(|_| in_full), enrolment.reason.clone().filter(|_| in_full));
    let mut view = EnrolmentView { reason, contact: contact.map(Into::into), ..EnrolmentView::own(enrolment) };
    if let Some(practitioner) = view.practitioner_id {
        let with_notes = in_full && caller.role == Role::Clinician;
        let screening = screenings::latest(tx, view.group_id, practitioner)?;
        view.screening = screening.map(|screening| ScreeningView::new(screening, with_notes));
        if in_full && view.state.is_live() {
            let seats = places::place_holders(tx, view.group_id)?;
            let meeting =
                places::check_conflicts(tx, view.group_id, &seats, (practitioner, willingness), places::Statements::All)?;
            view.conflict = Some(!meeting.conflicting.is_empty());
        }
        view.needs_screening = Some(screenings::needs_new_screening(tx, view.group_id, practitioner)?);
        view.reference = registration::references(tx, &[practitioner])?.remove(&practitioner);
    }
    Ok(view)
}

/// What the rules need to know about a session.
fn session_facts(group: &Group, session: &GroupSession) -> SessionFacts {
    SessionFacts {
        group_state: group.state,
        record_type: session.record_type,
        state: session.state,
        starts_at: session.starts_at.get(),
        ends_at: session.ends_at.get(),
        recorded_at: session.recorded_at.map(platform::ids::UtcTime::get),
    }
}
