//! Assigns places: facts about the candidate, seats, and offers that pass to the next person on the waiting list. The group's
//! row stays locked throughout, so that of two requests for the last place exactly one succeeds.

use super::attendees;
use super::model::{CandidateFacts, EnrolmentFacts, EnrolmentState, Willingness, WillingnessToMeet, policies};
use super::notifications;
use super::queries::agreements;
use super::queries::enrolments::{self, Enrolment};
use super::queries::facilitators;
use super::queries::groups::{self, Group};
use super::queries::screenings;
use super::rules::{self, ConflictCheck};
use people::practitioners::queries as registration;
use people::relationships::Permit;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// How many groups one run of [`reassign_expired_offers`] handles at most.
const MAX_GROUPS_PER_RUN: usize = 20;

/// How many offers one run examines, so that groups that cannot be handled do not keep the others waiting.
const MAX_EXAMINED: i64 = 500;

/// What an enrolment now depends on, as far as the group is concerned.
pub(super) fn enrolment_facts(group: &Group, seated: usize) -> EnrolmentFacts {
    EnrolmentFacts {
        state: group.state,
        audience: group.programme.audience,
        closes_at: group.enrolment_closes_at.map(UtcTime::get),
        capacity: group.programme.capacity,
        places_taken: u16::try_from(seated).unwrap_or(u16::MAX),
    }
}

/// The members and the people with an offer.
pub(super) fn place_holders(tx: &mut Tx, group: Id) -> Result<Vec<Enrolment>> {
    enrolments::in_states(tx, group, &EnrolmentState::HOLDING_A_PLACE)
}

/// Which statements of a practitioner count against the members of a group: the colleagues they block, and their own employer, name and
/// registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statements {
    /// All of them.
    All,
    /// Those from before their latest screening for the group: for what the practitioner can bring about without staff.
    BeforeScreening,
}

/// The conflicts of a practitioner with the people who have a place in a group and with its facilitators.
pub(super) fn check_conflicts(
    tx: &mut Tx,
    group: Id,
    seated: &[Enrolment],
    (practitioner, meets): (Id, Willingness),
    statements: Statements,
) -> Result<ConflictCheck> {
    // The candidate may have a seat already; their present answer about who they will meet counts.
    let others = seated.iter().filter_map(|member| Some((member.practitioner?, member.willingness())));
    let people: Vec<(Id, Willingness)> =
        others.filter(|(other, _)| *other != practitioner).chain([(practitioner, meets)]).collect();
    let mut known = attendees::practitioners(tx, &people)?;
    let candidate = known.pop().filter(|last| last.id == practitioner).ok_or_else(Error::not_found)?;
    let facilitators = facilitators::of(tx, group)?;
    let mut meeting = rules::check_conflicts(&candidate, &attendees::facilitators(tx, &facilitators)?);
    let screening = if statements == Statements::All { None } else { screenings::latest(tx, group, practitioner)? };
    let candidate = match screening {
        Some(screening) => {
            let before = attendees::practitioner_as_of(tx, (practitioner, meets), screening.recorded_at)?;
            rules::without_later_blocks(before.ok_or_else(Error::not_found)?, screening.recorded_at)
        }
        None => candidate,
    };
    let members = rules::check_conflicts(&candidate, &known);
    meeting.conflicting.extend(members.conflicting);
    meeting.agreed.extend(members.agreed);
    Ok(meeting)
}

/// Those of these clinicians who must not facilitate a group with these members. No one has agreed to meet them yet.
pub(super) fn conflicting_facilitators(tx: &mut Tx, seated: &[Enrolment], clinicians: &[Id]) -> Result<Vec<Id>> {
    let people: Vec<(Id, Willingness)> =
        seated.iter().filter_map(|member| Some((member.practitioner?, member.willingness()))).collect();
    let members = attendees::practitioners(tx, &people)?;
    let clinicians: Vec<(Id, WillingnessToMeet)> = clinicians.iter().map(|id| (*id, WillingnessToMeet::StrangersOnly)).collect();
    let mut barred = attendees::facilitators(tx, &clinicians)?;
    barred.retain(|clinician| !rules::check_conflicts(clinician, &members).conflicting.is_empty());
    Ok(barred.into_iter().map(|clinician| clinician.id).collect())
}

/// What an enrolment depends on, as far as the practitioner is concerned.
pub(super) fn candidate_facts(tx: &mut Tx, group: Id, practitioner: Id, meeting: &ConflictCheck) -> Result<CandidateFacts> {
    let screening = screenings::latest(tx, group, practitioner)?;
    let live = enrolments::find_live(tx, group, practitioner)?;
    Ok(CandidateFacts {
        pathway: registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?,
        enrolment_state: live.map(|enrolment| enrolment.state),
        screening: screening.map(|screening| (screening.verdict, screening.recorded_at.get())),
        last_ended: enrolments::last_ended(tx, group, practitioner)?.map(UtcTime::get),
        needs_new_screening: screenings::needs_new_screening(tx, group, practitioner)?,
        conflict: !meeting.conflicting.is_empty(),
    })
}

/// The seat for the next member.
pub(super) fn free_seat(group: &Group, seated: &[Enrolment]) -> Result<i32> {
    let taken: Vec<i32> = seated.iter().filter_map(|member| member.seat).collect();
    Ok(rules::next_seat(&taken, group.programme.capacity).ok_or(Reason::GroupFull)?)
}

/// Records the pairs that meet in spite of a conflict because both have agreed.
pub(super) fn record_agreements(tx: &mut Tx, group: Id, permit: &Permit, meeting: &ConflictCheck) -> Result<()> {
    let practitioner = permit.practitioner();
    for (other, ground) in &meeting.agreed {
        agreements::record(tx, group, (practitioner, *other), *ground)?;
        permit.record(tx, "group.agreement_relied_on", ("practitioner", Some(practitioner)))?;
    }
    Ok(())
}

/// Ends an enrolment: a place, an offer or an entry on the waiting list.
pub(super) fn end_enrolment(tx: &mut Tx, mut enrolment: Enrolment, state: EnrolmentState, reason: Option<String>) -> Result<()> {
    enrolment.state = state;
    enrolment.seat = None;
    enrolment.offer_expires_at = None;
    enrolment.ended_at = Some(tx.now);
    enrolment.reason = reason;
    enrolments::replace(tx, &enrolment)
}

/// Ends offers that have expired, and offers each free place to the next person on the waiting list who may have it.
pub(super) fn refresh_offers(tx: &mut Tx, group: Id) -> Result<()> {
    let Some(group) = groups::find(tx, group)? else { return Ok(()) };
    let mut seats = place_holders(tx, group.id)?;
    let now = tx.now;
    let expired = |enrolment: &Enrolment| enrolment.offer_expires_at.is_some_and(|until| until <= now);
    for enrolment in seats.iter().filter(|enrolment| enrolment.state == EnrolmentState::Offered && expired(enrolment)) {
        end_enrolment(tx, enrolment.clone(), EnrolmentState::Expired, None)?;
        if let Some(practitioner) = enrolment.practitioner {
            let permit = Permit::for_the_service(practitioner);
            permit.record(tx, "group_offer.expired", ("group_enrolment", Some(enrolment.id)))?;
            notifications::offer_expired(tx, practitioner, enrolment.id)?;
        }
    }
    seats.retain(|enrolment| enrolment.state == EnrolmentState::Enrolled || !expired(enrolment));
    if !group.state.is_open() || seats.len() >= usize::from(group.programme.capacity) {
        return Ok(());
    }
    for waiting in enrolments::waiting_list(tx, group.id)? {
        if seats.len() >= usize::from(group.programme.capacity) {
            break;
        }
        if let Some(offered) = offer_place(tx, &group, &seats, waiting)? {
            seats.push(offered);
        }
    }
    Ok(())
}

/// Offers a place to a person on the waiting list, if they may have it. A person who is passed over because of a conflict is
/// passed over until they are screened again: otherwise they could find out who is in the group by changing their own details.
fn offer_place(tx: &mut Tx, group: &Group, seats: &[Enrolment], mut waiting: Enrolment) -> Result<Option<Enrolment>> {
    let Some(practitioner) = waiting.practitioner else { return Ok(None) };
    let (facts, policies) = (enrolment_facts(group, seats.len()), policies());
    let meeting = check_conflicts(tx, group.id, seats, (practitioner, waiting.willingness()), Statements::BeforeScreening)?;
    let candidate = candidate_facts(tx, group.id, practitioner, &meeting)?;
    if !rules::may_be_offered(&facts, &candidate, tx.now.get(), &policies) {
        let without_conflict = CandidateFacts { conflict: false, ..candidate };
        if candidate.conflict && rules::may_be_offered(&facts, &without_conflict, tx.now.get(), &policies) {
            screenings::require_new_screening(tx, group.id, practitioner)?;
        }
        return Ok(None);
    }
    let until = tx.now + policies.offer_duration;
    let until = group.enrolment_closes_at.map_or(until, |closes_at| until.min(closes_at));
    waiting.state = EnrolmentState::Offered;
    waiting.seat = Some(free_seat(group, seats)?);
    waiting.offer_expires_at = Some(until);
    enrolments::replace(tx, &waiting)?;
    let permit = Permit::for_the_service(practitioner);
    record_agreements(tx, group.id, &permit, &meeting)?;
    permit.record(tx, "group_place.offered", ("group_enrolment", Some(waiting.id)))?;
    notifications::place_offered(tx, practitioner, waiting.id)?;
    Ok(Some(waiting))
}

/// Ends expired offers in a few groups and offers the places to the next people who wait; returns in how many groups.
///
/// # Errors
/// When the database cannot be reached. A group that cannot be handled is logged, and the next run tries again.
pub fn reassign_expired_offers(tx: &mut Tx) -> Result<usize> {
    let mut done = 0;
    for group in enrolments::groups_with_expired_offers(tx, MAX_EXAMINED)? {
        if done >= MAX_GROUPS_PER_RUN {
            break;
        }
        let work = |tx: &mut Tx| -> Result<()> {
            groups::lock(tx, group)?;
            refresh_offers(tx, group)
        };
        done += usize::from(tx.alone("group_offers", group, work)?.is_some());
    }
    Ok(done)
}
