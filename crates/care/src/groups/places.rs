//! Gives out places: what is known of a candidate, seats, and offers that pass from one to the next. The group's row is
//! locked throughout, so that of two who want the last place one comes first.

use super::acquaintance;
use super::model::{Candidate, Door, EnrolmentState, WillingnessToMeet, policies};
use super::notices;
use super::queries::enrolments::{self, KeptEnrolment};
use super::queries::groups::{self, KeptGroup};
use super::queries::screenings;
use super::rules::{self, Meeting};
use people::practitioners::queries as registration;
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// How many groups one round of [`pass_on_offers`] takes at most.
const SLICE: i64 = 20;

/// What a place in a group depends on, now.
pub(super) fn door(group: &KeptGroup, seated: usize) -> Door {
    Door {
        state: group.state,
        audience: group.programme.audience,
        closes_at: group.enrolment_closes_at.map(UtcTime::get),
        capacity: group.programme.capacity,
        seated: u16::try_from(seated).unwrap_or(u16::MAX),
    }
}

/// Those who take up places.
pub(super) fn seated(tx: &mut Tx, group: Id) -> Result<Vec<KeptEnrolment>> {
    enrolments::standing(tx, group, &EnrolmentState::SEATED)
}

/// Whom somebody would meet in a group whose seats these have.
pub(super) fn meeting(
    tx: &mut Tx,
    group: Id,
    seated: &[KeptEnrolment],
    (practitioner, meets): (Id, WillingnessToMeet),
) -> Result<Meeting> {
    // The candidate may have a seat already; what they say now counts.
    let others = seated.iter().filter_map(|member| Some((member.practitioner?, member.meets)));
    let people: Vec<(Id, WillingnessToMeet)> =
        others.filter(|(other, _)| *other != practitioner).chain([(practitioner, meets)]).collect();
    let mut known = acquaintance::practitioners_as_known(tx, &people)?;
    let one = known.pop().filter(|one| one.id == practitioner).ok_or_else(Error::not_found)?;
    let leading = groups::facilitators(tx, group)?;
    known.extend(acquaintance::facilitators_as_known(tx, &leading)?);
    Ok(rules::conflicts(&one, &known))
}

/// Those of these clinicians who must not lead a group whose seats these have. Nobody has agreed to meet them yet.
pub(super) fn barred_facilitators(tx: &mut Tx, seated: &[KeptEnrolment], clinicians: &[Id]) -> Result<Vec<Id>> {
    let people: Vec<(Id, WillingnessToMeet)> =
        seated.iter().filter_map(|member| Some((member.practitioner?, member.meets))).collect();
    let members = acquaintance::practitioners_as_known(tx, &people)?;
    let clinicians: Vec<(Id, WillingnessToMeet)> = clinicians.iter().map(|id| (*id, WillingnessToMeet::StrangersOnly)).collect();
    let mut barred = acquaintance::facilitators_as_known(tx, &clinicians)?;
    barred.retain(|clinician| !rules::conflicts(clinician, &members).barred.is_empty());
    Ok(barred.into_iter().map(|clinician| clinician.id).collect())
}

/// What is known of somebody who shall have a place.
pub(super) fn candidate(tx: &mut Tx, group: Id, practitioner: Id, meeting: &Meeting) -> Result<Candidate> {
    let screening = screenings::latest(tx, group, practitioner)?;
    let live = enrolments::live_of(tx, group, practitioner)?;
    Ok(Candidate {
        pathway: registration::pathway(tx, practitioner)?.ok_or_else(Error::not_found)?,
        live: live.map(|kept| kept.state),
        screening: screening.map(|screening| (screening.verdict, screening.recorded_at.get())),
        last_ended: enrolments::last_ended(tx, group, practitioner)?.map(UtcTime::get),
        held: screenings::is_held(tx, group, practitioner)?,
        conflict: !meeting.barred.is_empty(),
    })
}

/// The seat for the next.
pub(super) fn free_seat(group: &KeptGroup, seated: &[KeptEnrolment]) -> Result<i32> {
    let taken: Vec<i32> = seated.iter().filter_map(|member| member.seat).collect();
    Ok(rules::next_seat(&taken, group.programme.capacity).ok_or(Reason::GroupFull)?)
}

/// Notes with whom somebody meets because both have agreed.
pub(super) fn rely_on(tx: &mut Tx, group: Id, practitioner: Id, meeting: &Meeting, actor: Actor) -> Result<()> {
    for (other, ground) in &meeting.agreed {
        enrolments::rely_on_agreement(tx, group, (practitioner, *other), *ground)?;
        audit::record(tx, actor, "group.agreement_relied_on", ("practitioner", Some(practitioner)))?;
    }
    Ok(())
}

/// Ends a place, or a wish for one.
pub(super) fn finish(tx: &mut Tx, mut kept: KeptEnrolment, state: EnrolmentState, reason: Option<String>) -> Result<()> {
    kept.state = state;
    kept.seat = None;
    kept.offer_expires_at = None;
    kept.ended_at = Some(tx.now);
    kept.reason = reason;
    enrolments::replace(tx, &kept)
}

/// Offers that have run out are over, and every place that is free is offered to the next who waits and may have it.
pub(super) fn settle_offers(tx: &mut Tx, group: Id) -> Result<()> {
    let Some(group) = groups::find(tx, group)? else { return Ok(()) };
    let mut seats = seated(tx, group.id)?;
    let now = tx.now;
    let run_out = |kept: &KeptEnrolment| kept.offer_expires_at.is_some_and(|until| until <= now);
    for kept in seats.iter().filter(|kept| kept.state == EnrolmentState::Offered && run_out(kept)) {
        finish(tx, kept.clone(), EnrolmentState::Expired, None)?;
        audit::record(tx, Actor::SYSTEM, "group_offer.expired", ("group_enrolment", Some(kept.id)))?;
    }
    seats.retain(|kept| kept.state == EnrolmentState::Enrolled || !run_out(kept));
    if !group.state.is_open() || seats.len() >= usize::from(group.programme.capacity) {
        return Ok(());
    }
    for waiting in enrolments::waiting(tx, group.id)? {
        if seats.len() >= usize::from(group.programme.capacity) {
            break;
        }
        if let Some(offered) = consider(tx, &group, &seats, waiting)? {
            seats.push(offered);
        }
    }
    Ok(())
}

/// Offers a place to somebody who waits, if they may have it. Whoever is passed over for somebody in the group is passed over
/// until they are screened anew: what they change about themselves must not show who is in it.
fn consider(
    tx: &mut Tx,
    group: &KeptGroup,
    seats: &[KeptEnrolment],
    mut waiting: KeptEnrolment,
) -> Result<Option<KeptEnrolment>> {
    let Some(practitioner) = waiting.practitioner else { return Ok(None) };
    let (door, policies) = (door(group, seats.len()), policies());
    let meeting = meeting(tx, group.id, seats, (practitioner, waiting.meets))?;
    let candidate = candidate(tx, group.id, practitioner, &meeting)?;
    if !rules::may_be_offered(&door, &candidate, tx.now.get(), &policies) {
        let otherwise = Candidate { conflict: false, ..candidate };
        if candidate.conflict && rules::may_be_offered(&door, &otherwise, tx.now.get(), &policies) {
            screenings::hold(tx, group.id, practitioner)?;
        }
        return Ok(None);
    }
    let until = tx.now + policies.offer_life;
    let until = group.enrolment_closes_at.map_or(until, |closes_at| until.min(closes_at));
    waiting.state = EnrolmentState::Offered;
    waiting.seat = Some(free_seat(group, seats)?);
    waiting.offer_expires_at = Some(until);
    enrolments::replace(tx, &waiting)?;
    rely_on(tx, group.id, practitioner, &meeting, Actor::SYSTEM)?;
    audit::record(tx, Actor::SYSTEM, "group_place.offered", ("group_enrolment", Some(waiting.id)))?;
    notices::offered(tx, practitioner, waiting.id)?;
    Ok(Some(waiting))
}

/// Passes offers that have run out on to the next, in a few groups; returns in how many.
///
/// # Errors
/// When the database refuses; the next round tries again.
pub fn pass_on_offers(tx: &mut Tx) -> Result<usize> {
    let due = enrolments::with_expired_offers(tx, SLICE)?;
    for group in &due {
        groups::lock(tx, *group)?;
        settle_offers(tx, *group)?;
    }
    Ok(due.len())
}
