//! Who may have a place in a group, and who may join its waiting list.
//!
//! The answer to a practitioner must not depend on who is in the group. So the number of places is checked before anything
//! about the person. Practitioners who are not screened, not suitable or in conflict with a person in the group get the same
//! refusal, `place_not_cleared`, and get it again until staff screen them again, even if they change their own details.
//! Otherwise a practitioner could block a colleague, ask for a place, remove the block, ask again, and learn from the two
//! answers whether the colleague is in the group. For the same reason nothing that they block after a screening changes an answer
//! before the next one ([`without_later_blocks`](super::without_later_blocks)), and nothing that they change about themselves does: who
//! names another employer, asks for a place and is refused would learn that someone of that employer is in the group.

use chrono::{DateTime, Utc};

use crate::groups::model::{CandidateFacts, EnrolmentFacts, EnrolmentState, GroupAudience, GroupPolicies, ScreeningVerdict};
use people::practitioners::model::Pathway;
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::ActorKind;

/// Checks whether a practitioner may have a place now.
///
/// Sources of screening first, of the conflict rule and of "only those in care": `docs/clinical-rules.md#groups`.
///
/// # Errors
/// In this order: `group_not_open`, `wrong_audience`, `enrolment_closed`, `not_eligible`, `already_enrolled`, `group_full`,
/// then `screening_required` and `group_conflict` for staff, `place_not_cleared` for the practitioner.
pub fn check_enrolment(
    group: &EnrolmentFacts,
    candidate: &CandidateFacts,
    asking: ActorKind,
    now: DateTime<Utc>,
    policies: &GroupPolicies,
) -> Result<(), Refusal> {
    check_group_accepts(group, GroupAudience::Practitioners, now)?;
    check_in_care(candidate.pathway)?;
    if matches!(candidate.enrolment_state, Some(EnrolmentState::Enrolled | EnrolmentState::Offered)) {
        return Err(Reason::AlreadyEnrolled.into());
    }
    if group.places_taken >= group.capacity {
        return Err(Reason::GroupFull.into());
    }
    match asking {
        ActorKind::Staff if !is_screened(candidate, now, policies) => Err(Reason::ScreeningRequired.into()),
        ActorKind::Staff if candidate.conflict => Err(Reason::GroupConflict.into()),
        ActorKind::Practitioner
            if candidate.needs_new_screening || candidate.conflict || !is_screened(candidate, now, policies) =>
        {
            Err(Reason::PlaceNotCleared.into())
        }
        _ => Ok(()),
    }
}

/// Checks whether a guest may have a place: a group for bereaved families has members who are not practitioners
/// (`docs/clinical-rules.md#groups`). Staff must have spoken with them beforehand, no longer ago than a screening is valid.
///
/// # Errors
/// Those of [`check_enrolment`] that apply to guests, in the same order.
pub fn check_guest_enrolment(
    group: &EnrolmentFacts,
    spoken_to_at: DateTime<Utc>,
    now: DateTime<Utc>,
    policies: &GroupPolicies,
) -> Result<(), Refusal> {
    check_group_accepts(group, GroupAudience::BereavedFamily, now)?;
    if group.places_taken >= group.capacity {
        return Err(Reason::GroupFull.into());
    }
    if spoken_to_at > now || now - spoken_to_at > policies.screening_validity {
        let detail = "A member of staff must have spoken with the guest recently. Speak with them, then enter the date.";
        return Err(Refusal::new(Reason::ScreeningRequired, detail).field("/contacted_on", "out_of_range", detail));
    }
    Ok(())
}

/// Checks whether a practitioner may join the waiting list. Waiting for a vacancy is normal (`docs/clinical-rules.md#groups`),
/// so no one is refused for a reason that only staff may know.
///
/// # Errors
/// `group_not_open`, `wrong_audience`, `enrolment_closed`, `not_eligible`, `already_enrolled`.
pub fn check_waiting_list_request(group: &EnrolmentFacts, candidate: &CandidateFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_group_accepts(group, GroupAudience::Practitioners, now)?;
    check_in_care(candidate.pathway)?;
    if candidate.enrolment_state.is_some() { Err(Reason::AlreadyEnrolled.into()) } else { Ok(()) }
}

/// Whether a person on the waiting list may be offered a free place.
pub fn may_be_offered(group: &EnrolmentFacts, candidate: &CandidateFacts, now: DateTime<Utc>, policies: &GroupPolicies) -> bool {
    let waiting = candidate.enrolment_state == Some(EnrolmentState::Waiting);
    waiting && !candidate.needs_new_screening && check_enrolment(group, candidate, ActorKind::Staff, now, policies).is_ok()
}

/// Checks whether an offered place may be accepted. An offer that is withdrawn for any reason is answered like one that has
/// expired. There was no conflict when the place was offered. One that arose since then is for staff, as after enrolment: a refusal
/// would tell a practitioner who blocks a colleague meanwhile whether the colleague is in the group.
///
/// # Errors
/// `not_offered`, `offer_expired`.
pub fn check_acceptance(
    state: EnrolmentState,
    group: &EnrolmentFacts,
    expires_at: Option<DateTime<Utc>>,
    pathway: Pathway,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    match state {
        EnrolmentState::Offered => {}
        EnrolmentState::Expired => return Err(Reason::OfferExpired.into()),
        _ => return Err(Reason::NotOffered.into()),
    }
    let expired = expires_at.is_none_or(|until| until <= now);
    let closed = check_group_accepts(group, GroupAudience::Practitioners, now).is_err() || check_in_care(pathway).is_err();
    if expired || closed { Err(Reason::OfferExpired.into()) } else { Ok(()) }
}

/// The lowest seat that is not taken.
pub fn next_seat(taken: &[i32], capacity: u16) -> Option<i32> {
    (1..=i32::from(capacity)).find(|seat| !taken.contains(seat))
}

fn check_group_accepts(group: &EnrolmentFacts, audience: GroupAudience, now: DateTime<Utc>) -> Result<(), Refusal> {
    if !group.state.is_open() {
        return Err(Reason::GroupNotOpen.into());
    }
    if group.audience != audience {
        return Err(Reason::WrongAudience.into());
    }
    if group.closes_at.is_some_and(|closes_at| closes_at <= now) { Err(Reason::EnrolmentClosed.into()) } else { Ok(()) }
}

fn check_in_care(pathway: Pathway) -> Result<(), Refusal> {
    if pathway == Pathway::InCare { Ok(()) } else { Err(Reason::NotEligible.into()) }
}

/// A screening counts for one enrolment: a practitioner who left is screened again.
fn is_screened(candidate: &CandidateFacts, now: DateTime<Utc>, policies: &GroupPolicies) -> bool {
    candidate.screening.is_some_and(|(verdict, at)| {
        verdict == ScreeningVerdict::Suitable
            && now - at <= policies.screening_validity
            && candidate.last_ended.is_none_or(|ended| ended < at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::model::GroupState;
    use chrono::TimeDelta;

    fn noon() -> DateTime<Utc> {
        "2027-01-11T12:00:00Z".parse().unwrap()
    }

    fn group() -> EnrolmentFacts {
        let closes_at = Some(noon() + TimeDelta::days(7));
        EnrolmentFacts {
            state: GroupState::Forming,
            audience: GroupAudience::Practitioners,
            closes_at,
            capacity: 8,
            places_taken: 7,
        }
    }

    fn candidate() -> CandidateFacts {
        let screening = Some((ScreeningVerdict::Suitable, noon() - TimeDelta::days(3)));
        CandidateFacts {
            pathway: Pathway::InCare,
            enrolment_state: None,
            screening,
            last_ended: None,
            needs_new_screening: false,
            conflict: false,
        }
    }

    type Case = (&'static str, fn(&mut EnrolmentFacts, &mut CandidateFacts), Option<Reason>, Option<Reason>);

    #[test]
    fn refusals_name_the_reason_to_staff_and_reveal_no_other_person_to_practitioners() {
        use Reason::{
            AlreadyEnrolled, EnrolmentClosed, GroupConflict, GroupFull, GroupNotOpen, NotEligible, PlaceNotCleared,
            ScreeningRequired, WrongAudience,
        };
        let policies = GroupPolicies::default();
        let cases: &[Case] = &[
            ("good", |_, _| {}, None, None),
            ("a slow-open group never closes", |d, _| d.closes_at = None, None, None),
            ("on the waiting list", |_, c| c.enrolment_state = Some(EnrolmentState::Waiting), None, None),
            ("a running group", |d, _| d.state = GroupState::Running, None, None),
            ("ended", |d, _| d.state = GroupState::Ended, Some(GroupNotOpen), Some(GroupNotOpen)),
            ("for families", |d, _| d.audience = GroupAudience::BereavedFamily, Some(WrongAudience), Some(WrongAudience)),
            ("closes now", |d, _| d.closes_at = Some(noon()), Some(EnrolmentClosed), Some(EnrolmentClosed)),
            ("discharged", |_, c| c.pathway = Pathway::Discharged, Some(NotEligible), Some(NotEligible)),
            (
                "already a member",
                |_, c| c.enrolment_state = Some(EnrolmentState::Enrolled),
                Some(AlreadyEnrolled),
                Some(AlreadyEnrolled),
            ),
            (
                "has an offer",
                |_, c| c.enrolment_state = Some(EnrolmentState::Offered),
                Some(AlreadyEnrolled),
                Some(AlreadyEnrolled),
            ),
            ("full", |d, _| d.places_taken = 8, Some(GroupFull), Some(GroupFull)),
            ("full, and a conflict", |d, c| (d.places_taken, c.conflict) = (8, true), Some(GroupFull), Some(GroupFull)),
            ("full, not screened", |d, c| (d.places_taken, c.screening) = (8, None), Some(GroupFull), Some(GroupFull)),
            ("not screened", |_, c| c.screening = None, Some(ScreeningRequired), Some(PlaceNotCleared)),
            (
                "not suitable",
                |_, c| c.screening = Some((ScreeningVerdict::NotSuitable, noon())),
                Some(ScreeningRequired),
                Some(PlaceNotCleared),
            ),
            (
                "not now",
                |_, c| c.screening = Some((ScreeningVerdict::NotNow, noon())),
                Some(ScreeningRequired),
                Some(PlaceNotCleared),
            ),
            (
                "screened too long ago",
                |_, c| c.screening = Some((ScreeningVerdict::Suitable, noon() - TimeDelta::weeks(12) - TimeDelta::seconds(1))),
                Some(ScreeningRequired),
                Some(PlaceNotCleared),
            ),
            (
                "screened just in time",
                |_, c| c.screening = Some((ScreeningVerdict::Suitable, noon() - TimeDelta::weeks(12))),
                None,
                None,
            ),
            (
                "screened before they left",
                |_, c| c.last_ended = Some(noon() - TimeDelta::days(1)),
                Some(ScreeningRequired),
                Some(PlaceNotCleared),
            ),
            ("left before they were screened", |_, c| c.last_ended = Some(noon() - TimeDelta::days(4)), None, None),
            ("a conflict", |_, c| c.conflict = true, Some(GroupConflict), Some(PlaceNotCleared)),
            ("refused before and not screened since", |_, c| c.needs_new_screening = true, None, Some(PlaceNotCleared)),
        ];
        for (case, change, staff, practitioner) in cases {
            let (mut group, mut candidate) = (group(), candidate());
            change(&mut group, &mut candidate);
            let refusal_reason =
                |asking| check_enrolment(&group, &candidate, asking, noon(), &policies).map_err(|refusal| refusal.reason).err();
            assert_eq!(refusal_reason(ActorKind::Staff), *staff, "{case}, staff");
            assert_eq!(refusal_reason(ActorKind::Practitioner), *practitioner, "{case}, practitioner");
        }
    }

    #[test]
    fn every_practitioner_in_care_without_a_place_may_join_the_waiting_list() {
        let refusal_reason = |group: EnrolmentFacts, candidate: CandidateFacts| {
            check_waiting_list_request(&group, &candidate, noon()).map_err(|refusal| refusal.reason).err()
        };
        let unknown = CandidateFacts { screening: None, conflict: true, needs_new_screening: true, ..candidate() };
        assert_eq!(refusal_reason(EnrolmentFacts { places_taken: 8, ..group() }, unknown), None);
        for live in EnrolmentState::LIVE {
            assert_eq!(
                refusal_reason(group(), CandidateFacts { enrolment_state: Some(live), ..candidate() }),
                Some(Reason::AlreadyEnrolled)
            );
        }
        assert_eq!(
            refusal_reason(group(), CandidateFacts { pathway: Pathway::IntakeDone, ..candidate() }),
            Some(Reason::NotEligible)
        );
        assert_eq!(
            refusal_reason(EnrolmentFacts { audience: GroupAudience::BereavedFamily, ..group() }, candidate()),
            Some(Reason::WrongAudience)
        );
        assert_eq!(
            refusal_reason(EnrolmentFacts { state: GroupState::Cancelled, ..group() }, candidate()),
            Some(Reason::GroupNotOpen)
        );
    }

    #[test]
    fn a_place_is_offered_to_a_waiting_screened_practitioner_without_conflicts() {
        let waiting = CandidateFacts { enrolment_state: Some(EnrolmentState::Waiting), ..candidate() };
        let allowed = |candidate: CandidateFacts| may_be_offered(&group(), &candidate, noon(), &GroupPolicies::default());
        assert!(allowed(waiting));
        for other in [
            candidate(),
            CandidateFacts { conflict: true, ..waiting },
            CandidateFacts { needs_new_screening: true, ..waiting },
            CandidateFacts { screening: None, ..waiting },
            CandidateFacts { pathway: Pathway::Discharged, ..waiting },
        ] {
            assert!(!allowed(other), "{other:?}");
        }
        assert!(!may_be_offered(&EnrolmentFacts { places_taken: 8, ..group() }, &waiting, noon(), &GroupPolicies::default()));
    }

    #[test]
    fn a_withdrawn_offer_is_answered_like_an_expired_one() {
        let until = Some(noon() + TimeDelta::hours(1));
        let refusal_reason = |state, group: EnrolmentFacts, until, pathway| {
            check_acceptance(state, &group, until, pathway, noon()).map_err(|refusal| refusal.reason).err()
        };
        use EnrolmentState::{Enrolled, Expired, Offered, Waiting};
        let (ended, expired) = (EnrolmentFacts { state: GroupState::Ended, ..group() }, Some(Reason::OfferExpired));
        assert_eq!(refusal_reason(Offered, group(), until, Pathway::InCare), None);
        assert_eq!(refusal_reason(Offered, group(), Some(noon()), Pathway::InCare), expired);
        assert_eq!(refusal_reason(Offered, group(), until, Pathway::Discharged), expired);
        assert_eq!(refusal_reason(Offered, ended, until, Pathway::InCare), expired);
        assert_eq!(refusal_reason(Expired, group(), until, Pathway::InCare), expired);
        for state in [Waiting, Enrolled] {
            assert_eq!(refusal_reason(state, group(), until, Pathway::InCare), Some(Reason::NotOffered));
        }
    }

    #[test]
    fn guests_join_groups_for_families_after_staff_spoke_with_them() {
        let family = EnrolmentFacts { audience: GroupAudience::BereavedFamily, ..group() };
        let refusal_reason = |group: EnrolmentFacts, ago: TimeDelta| {
            check_guest_enrolment(&group, noon() - ago, noon(), &GroupPolicies::default()).map_err(|refusal| refusal.reason).err()
        };
        assert_eq!(refusal_reason(family, TimeDelta::days(2)), None);
        assert_eq!(refusal_reason(family, TimeDelta::weeks(13)), Some(Reason::ScreeningRequired));
        assert_eq!(refusal_reason(family, TimeDelta::days(-1)), Some(Reason::ScreeningRequired));
        assert_eq!(refusal_reason(EnrolmentFacts { places_taken: 8, ..family }, TimeDelta::days(2)), Some(Reason::GroupFull));
        assert_eq!(refusal_reason(group(), TimeDelta::days(2)), Some(Reason::WrongAudience));
    }

    #[test]
    fn the_lowest_free_seat_is_next_and_none_beyond_the_capacity() {
        assert_eq!(next_seat(&[], 2), Some(1));
        assert_eq!(next_seat(&[1, 3], 3), Some(2));
        assert_eq!(next_seat(&[1, 2], 2), None);
    }
}
