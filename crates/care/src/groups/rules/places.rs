//! Who may have a place in a group, and who may wait for one.
//!
//! What a practitioner is told must not depend on who is in the group. So the number of places comes before everything that
//! is about the person; whoever is not screened, not suitable or must not meet somebody is told the same, `place_not_cleared`;
//! and whoever was told so is told so again until staff screen them anew, whatever they change about themselves meanwhile.
//! Otherwise somebody could list a colleague, reach for a place, take the colleague off the list, reach again, and know
//! from the two answers whether the colleague is there.

use chrono::{DateTime, Utc};

use crate::groups::model::{Candidate, Door, EnrolmentState, GroupAudience, GroupPolicies, ScreeningVerdict};
use people::practitioners::model::Pathway;
use platform::refusal::{Reason, Refusal};
use scheduling::booking::model::ActorKind;

/// Whether somebody who is not a guest may have a place now.
///
/// Sources of screening first, of the conflict rule and of "only those in care": `docs/clinical-rules.md#groups`.
///
/// # Errors
/// In this order: `group_not_open`, `wrong_audience`, `enrolment_closed`, `not_eligible`, `already_enrolled`, `group_full`,
/// then `screening_required` and `group_conflict` for staff, `place_not_cleared` for the practitioner.
pub fn enrol(
    door: &Door,
    candidate: &Candidate,
    asking: ActorKind,
    now: DateTime<Utc>,
    policies: &GroupPolicies,
) -> Result<(), Refusal> {
    check_door(door, GroupAudience::Practitioners, now)?;
    check_in_care(candidate.pathway)?;
    if matches!(candidate.live, Some(EnrolmentState::Enrolled | EnrolmentState::Offered)) {
        return Err(Reason::AlreadyEnrolled.into());
    }
    if door.seated >= door.capacity {
        return Err(Reason::GroupFull.into());
    }
    match asking {
        ActorKind::Staff if !is_screened(candidate, now, policies) => Err(Reason::ScreeningRequired.into()),
        ActorKind::Staff if candidate.conflict => Err(Reason::GroupConflict.into()),
        ActorKind::Practitioner if candidate.held || candidate.conflict || !is_screened(candidate, now, policies) => {
            Err(Reason::PlaceNotCleared.into())
        }
        _ => Ok(()),
    }
}

/// Whether a guest may have a place: a group for bereaved families has members who are not practitioners
/// (`docs/clinical-rules.md#groups`), spoken with beforehand, no longer ago than a screening may be.
///
/// # Errors
/// As far as it goes, in the order of [`enrol`].
pub fn enrol_guest(
    door: &Door,
    spoken_to_at: DateTime<Utc>,
    now: DateTime<Utc>,
    policies: &GroupPolicies,
) -> Result<(), Refusal> {
    check_door(door, GroupAudience::BereavedFamily, now)?;
    if door.seated >= door.capacity {
        return Err(Reason::GroupFull.into());
    }
    if spoken_to_at > now || now - spoken_to_at > policies.screening_life {
        let detail = "Somebody must have spoken with them, and not long ago.";
        return Err(Refusal::new(Reason::ScreeningRequired, detail).field("/contacted_on", "out_of_range", detail));
    }
    Ok(())
}

/// Whether a practitioner may be put on the list of those who wait. Waiting for a vacancy is normal (`docs/clinical-rules.md#groups`), so
/// nobody is turned away for what only staff may know.
///
/// # Errors
/// `group_not_open`, `wrong_audience`, `enrolment_closed`, `not_eligible`, `already_enrolled`.
pub fn ask(door: &Door, candidate: &Candidate, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_door(door, GroupAudience::Practitioners, now)?;
    check_in_care(candidate.pathway)?;
    if candidate.live.is_some() { Err(Reason::AlreadyEnrolled.into()) } else { Ok(()) }
}

/// Whether somebody who waits may be offered a place that is free.
pub fn may_be_offered(door: &Door, candidate: &Candidate, now: DateTime<Utc>, policies: &GroupPolicies) -> bool {
    let waiting = candidate.live == Some(EnrolmentState::Waiting);
    waiting && !candidate.held && enrol(door, candidate, ActorKind::Staff, now, policies).is_ok()
}

/// Whether an offered place may be taken up. An offer that is taken back for any reason is told as one that ran out.
///
/// # Errors
/// `not_offered`, `offer_expired`.
pub fn accept(
    state: EnrolmentState,
    door: &Door,
    expires_at: Option<DateTime<Utc>>,
    pathway: Pathway,
    conflict: bool,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    match state {
        EnrolmentState::Offered => {}
        EnrolmentState::Expired => return Err(Reason::OfferExpired.into()),
        _ => return Err(Reason::NotOffered.into()),
    }
    let run_out = expires_at.is_none_or(|until| until <= now);
    let shut = check_door(door, GroupAudience::Practitioners, now).is_err() || check_in_care(pathway).is_err();
    if run_out || shut || conflict { Err(Reason::OfferExpired.into()) } else { Ok(()) }
}

/// The lowest seat that is not taken.
pub fn next_seat(taken: &[i32], capacity: u16) -> Option<i32> {
    (1..=i32::from(capacity)).find(|seat| !taken.contains(seat))
}

fn check_door(door: &Door, audience: GroupAudience, now: DateTime<Utc>) -> Result<(), Refusal> {
    if !door.state.is_open() {
        return Err(Reason::GroupNotOpen.into());
    }
    if door.audience != audience {
        return Err(Reason::WrongAudience.into());
    }
    if door.closes_at.is_some_and(|closes_at| closes_at <= now) { Err(Reason::EnrolmentClosed.into()) } else { Ok(()) }
}

fn check_in_care(pathway: Pathway) -> Result<(), Refusal> {
    if pathway == Pathway::InCare { Ok(()) } else { Err(Reason::NotEligible.into()) }
}

/// A screening counts for one stay: whoever left is screened anew.
fn is_screened(candidate: &Candidate, now: DateTime<Utc>, policies: &GroupPolicies) -> bool {
    candidate.screening.is_some_and(|(verdict, at)| {
        verdict == ScreeningVerdict::Suitable
            && now - at <= policies.screening_life
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

    fn door() -> Door {
        let closes_at = Some(noon() + TimeDelta::days(7));
        Door { state: GroupState::Forming, audience: GroupAudience::Practitioners, closes_at, capacity: 8, seated: 7 }
    }

    fn candidate() -> Candidate {
        let screening = Some((ScreeningVerdict::Suitable, noon() - TimeDelta::days(3)));
        Candidate { pathway: Pathway::InCare, live: None, screening, last_ended: None, held: false, conflict: false }
    }

    type Case = (&'static str, fn(&mut Door, &mut Candidate), Option<Reason>, Option<Reason>);

    #[test]
    fn a_place_is_refused_for_a_named_reason_and_practitioners_learn_nothing_of_others() {
        use Reason::{
            AlreadyEnrolled, EnrolmentClosed, GroupConflict, GroupFull, GroupNotOpen, NotEligible, PlaceNotCleared,
            ScreeningRequired, WrongAudience,
        };
        let policies = GroupPolicies::default();
        let cases: &[Case] = &[
            ("good", |_, _| {}, None, None),
            ("a slow-open group never closes", |d, _| d.closes_at = None, None, None),
            ("whoever waits may be enrolled", |_, c| c.live = Some(EnrolmentState::Waiting), None, None),
            ("a running group", |d, _| d.state = GroupState::Running, None, None),
            ("over", |d, _| d.state = GroupState::Ended, Some(GroupNotOpen), Some(GroupNotOpen)),
            ("for families", |d, _| d.audience = GroupAudience::BereavedFamily, Some(WrongAudience), Some(WrongAudience)),
            ("closes now", |d, _| d.closes_at = Some(noon()), Some(EnrolmentClosed), Some(EnrolmentClosed)),
            ("discharged", |_, c| c.pathway = Pathway::Discharged, Some(NotEligible), Some(NotEligible)),
            ("in it", |_, c| c.live = Some(EnrolmentState::Enrolled), Some(AlreadyEnrolled), Some(AlreadyEnrolled)),
            ("has an offer", |_, c| c.live = Some(EnrolmentState::Offered), Some(AlreadyEnrolled), Some(AlreadyEnrolled)),
            ("full", |d, _| d.seated = 8, Some(GroupFull), Some(GroupFull)),
            ("full, and a conflict", |d, c| (d.seated, c.conflict) = (8, true), Some(GroupFull), Some(GroupFull)),
            ("full, not screened", |d, c| (d.seated, c.screening) = (8, None), Some(GroupFull), Some(GroupFull)),
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
            ("reached before", |_, c| c.held = true, None, Some(PlaceNotCleared)),
        ];
        for (what, change, staff, practitioner) in cases {
            let (mut door, mut candidate) = (door(), candidate());
            change(&mut door, &mut candidate);
            let told = |asking| enrol(&door, &candidate, asking, noon(), &policies).map_err(|refusal| refusal.reason).err();
            assert_eq!(told(ActorKind::Staff), *staff, "{what}, staff");
            assert_eq!(told(ActorKind::Practitioner), *practitioner, "{what}, practitioner");
        }
    }

    #[test]
    fn waiting_is_open_to_everybody_in_care_who_has_no_place() {
        let told = |door: Door, candidate: Candidate| ask(&door, &candidate, noon()).map_err(|refusal| refusal.reason).err();
        let unknown = Candidate { screening: None, conflict: true, held: true, ..candidate() };
        assert_eq!(told(Door { seated: 8, ..door() }, unknown), None);
        for live in EnrolmentState::LIVE {
            assert_eq!(told(door(), Candidate { live: Some(live), ..candidate() }), Some(Reason::AlreadyEnrolled));
        }
        assert_eq!(told(door(), Candidate { pathway: Pathway::IntakeDone, ..candidate() }), Some(Reason::NotEligible));
        assert_eq!(told(Door { audience: GroupAudience::BereavedFamily, ..door() }, candidate()), Some(Reason::WrongAudience));
        assert_eq!(told(Door { state: GroupState::Cancelled, ..door() }, candidate()), Some(Reason::GroupNotOpen));
    }

    #[test]
    fn an_offer_goes_to_somebody_who_waits_is_screened_and_meets_nobody_they_must_not() {
        let waits = Candidate { live: Some(EnrolmentState::Waiting), ..candidate() };
        let fine = |candidate: Candidate| may_be_offered(&door(), &candidate, noon(), &GroupPolicies::default());
        assert!(fine(waits));
        for other in [
            candidate(),
            Candidate { conflict: true, ..waits },
            Candidate { held: true, ..waits },
            Candidate { screening: None, ..waits },
            Candidate { pathway: Pathway::Discharged, ..waits },
        ] {
            assert!(!fine(other), "{other:?}");
        }
        assert!(!may_be_offered(&Door { seated: 8, ..door() }, &waits, noon(), &GroupPolicies::default()));
    }

    #[test]
    fn an_offer_that_is_taken_back_looks_like_one_that_ran_out() {
        let until = Some(noon() + TimeDelta::hours(1));
        let told = |state, door: Door, until, pathway, conflict| {
            accept(state, &door, until, pathway, conflict, noon()).map_err(|refusal| refusal.reason).err()
        };
        use EnrolmentState::{Enrolled, Expired, Offered, Waiting};
        let (gone, expired) = (Door { state: GroupState::Ended, ..door() }, Some(Reason::OfferExpired));
        assert_eq!(told(Offered, door(), until, Pathway::InCare, false), None);
        assert_eq!(told(Offered, door(), Some(noon()), Pathway::InCare, false), expired);
        assert_eq!(told(Offered, door(), until, Pathway::InCare, true), expired);
        assert_eq!(told(Offered, door(), until, Pathway::Discharged, false), expired);
        assert_eq!(told(Offered, gone, until, Pathway::InCare, false), expired);
        assert_eq!(told(Expired, door(), until, Pathway::InCare, false), expired);
        for state in [Waiting, Enrolled] {
            assert_eq!(told(state, door(), until, Pathway::InCare, false), Some(Reason::NotOffered));
        }
    }

    #[test]
    fn guests_join_groups_for_families_after_somebody_spoke_with_them() {
        let family = Door { audience: GroupAudience::BereavedFamily, ..door() };
        let told = |door: Door, ago: TimeDelta| {
            enrol_guest(&door, noon() - ago, noon(), &GroupPolicies::default()).map_err(|refusal| refusal.reason).err()
        };
        assert_eq!(told(family, TimeDelta::days(2)), None);
        assert_eq!(told(family, TimeDelta::weeks(13)), Some(Reason::ScreeningRequired));
        assert_eq!(told(family, TimeDelta::days(-1)), Some(Reason::ScreeningRequired));
        assert_eq!(told(Door { seated: 8, ..family }, TimeDelta::days(2)), Some(Reason::GroupFull));
        assert_eq!(told(door(), TimeDelta::days(2)), Some(Reason::WrongAudience));
    }

    #[test]
    fn the_lowest_free_seat_is_next_and_none_beyond_the_capacity() {
        assert_eq!(next_seat(&[], 2), Some(1));
        assert_eq!(next_seat(&[1, 3], 3), Some(2));
        assert_eq!(next_seat(&[1, 2], 2), None);
    }
}
