//! HTTP handlers of group therapy, and the checks they share: who may know of which group, enrolment and practitioner.

pub mod attendance;
pub mod enrolling;
pub mod lifecycle;
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
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use scheduling::booking::care_relationship;

/// The caller's role in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GroupRole {
    /// A coordinator, who may manage every group.
    Coordinator,
    /// One of the group's two facilitators.
    Facilitator,
    /// A clinician who does not facilitate the group.
    OtherClinician,
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
        Role::Clinician => GroupRole::OtherClinician,
        _ => GroupRole::Coordinator,
    };
    Ok((group, role))
}

/// The group, for its facilitators and coordinators, who may see its members.
///
/// # Errors
/// 404 for other callers.
fn group_for_staff(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Group> {
    let (group, role) = visible_group(tx, caller, id)?;
    if role.sees_members() { Ok(group) } else { Err(Error::not_found()) }
}

/// The practitioners of a group that the caller must not see: staff do not see practitioners they must not meet. A facilitator
/// does see those who have agreed with them to meet.
fn hidden_practitioners(tx: &mut Tx, caller: &Caller, group: Id) -> Result<Vec<Id>> {
    match caller.role {
        Role::Practitioner => return Ok(Vec::new()),
        Role::Clinician => {}
        _ => return conflicts::blocked_or_same_person(tx, caller.id),
    }
    let all = enrolments::practitioners_of(tx, group)?;
    let mut hidden = conflicts::practitioners_excluded_from(tx, caller.id, &all)?;
    if !hidden.is_empty() {
        let agreed = enrolments::agreements_with(tx, group, caller.id)?;
        hidden.retain(|practitioner| !agreed.contains(practitioner));
    }
    Ok(hidden)
}

/// Checks that the caller may act for the practitioner, or facilitates the group that the practitioner asked to join.
///
/// # Errors
/// 404 for other callers.
fn check_may_act_for(tx: &mut Tx, caller: &Caller, group: &Group, practitioner: Id) -> Result<()> {
    let facilitates = caller.role == Role::Clinician && group.programme.facilitators.contains(&caller.id);
    let may_act = facilitates
        && enrolments::find_live(tx, group.id, practitioner)?.is_some()
        && !hidden_practitioners(tx, caller, group.id)?.contains(&practitioner);
    if may_act { Ok(()) } else { care_relationship::check_may_act_for(tx, caller, practitioner) }
}

/// The enrolment, if the caller may know of it. Its group is locked before it is read.
fn locked_enrolment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Enrolment> {
    let (group, _) = enrolments::owner(tx, id)?.ok_or_else(Error::not_found)?;
    groups::lock(tx, group)?;
    visible_enrolment(tx, caller, id)
}

/// The enrolment, if the caller may know of it: it is their own, or they are a facilitator of the group or a coordinator.
fn visible_enrolment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<Enrolment> {
    let enrolment = enrolments::find(tx, id)?.ok_or_else(Error::not_found)?;
    if caller.role == Role::Practitioner {
        return if enrolment.practitioner == Some(caller.id) { Ok(enrolment) } else { Err(Error::not_found()) };
    }
    group_for_staff(tx, caller, enrolment.group)?;
    let hidden = hidden_practitioners(tx, caller, enrolment.group)?;
    if enrolment.practitioner.is_some_and(|practitioner| hidden.contains(&practitioner)) {
        return Err(Error::not_found());
    }
    Ok(enrolment)
}

/// What the caller may see of an enrolment. `in_full` is false in lists.
fn enrolment_view(tx: &mut Tx, caller: &Caller, enrolment: Enrolment, in_full: bool) -> Result<EnrolmentView> {
    if caller.role == Role::Practitioner {
        return Ok(EnrolmentView::own(enrolment));
    }
    let (contact, reason) = (enrolment.guest.clone().filter(|_| in_full), enrolment.reason.clone().filter(|_| in_full));
    let mut view = EnrolmentView { reason, contact: contact.map(Into::into), ..EnrolmentView::own(enrolment) };
    if let Some(practitioner) = view.practitioner_id {
        let with_notes = in_full && caller.role == Role::Clinician;
        let screening = screenings::latest(tx, view.group_id, practitioner)?;
        view.screening = screening.map(|screening| ScreeningView::new(screening, with_notes));
        if in_full && view.state.is_live() {
            let seats = places::place_holders(tx, view.group_id)?;
            let meeting = places::check_conflicts(tx, view.group_id, &seats, (practitioner, view.willing_to_meet))?;
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
