//! Which two people may be in the same group.
//!
//! Two people who know each other or have the same employer are kept apart, unless both agree to meet; this includes
//! facilitators (`docs/clinical-rules.md#groups`). No one is asked about a particular person: everyone answers the same question
//! beforehand, who they are willing to meet, and a pair has agreed when both answers allow it. A block on a colleague is an
//! objection, so it is overridden only when both are willing to meet everyone, and the one who blocked stated so after the block:
//! what they stated before was not about a person they had blocked, and they are asked again. A block between a member and a facilitator is
//! never overridden: a practitioner who wants to meet a clinician removes the block.

use crate::groups::model::{Attendee, ConflictGround, WillingnessToMeet};
use people::relationships::model::IdentityKeys;
use platform::ids::{Id, UtcTime};

/// Why these two should not meet, if there is a reason. A block by either counts for both.
pub fn conflict(one: &Attendee, other: &Attendee) -> Option<ConflictGround> {
    let lists = |a: &Attendee, b: &Attendee| a.avoids.iter().any(|keys| recognises(keys, &b.identity));
    if lists(one, other) || lists(other, one) {
        return Some(ConflictGround::Acquainted);
    }
    (!one.employers.is_disjoint(&other.employers)).then_some(ConflictGround::SameEmployer)
}

/// Names are compared as in [`platform::names`]: the first and last word of one are among the words of the other.
fn recognises(known: &IdentityKeys, keys: &IdentityKeys) -> bool {
    !known.accounts.is_disjoint(&keys.accounts)
        || !known.registrations.is_disjoint(&keys.registrations)
        || !known.names.is_disjoint(&keys.name_pairs)
        || !known.name_pairs.is_disjoint(&keys.names)
}

/// Whether both have agreed to meet in spite of this conflict.
pub fn have_agreed(ground: ConflictGround, one: &Attendee, other: &Attendee) -> bool {
    match ground {
        ConflictGround::Acquainted if one.is_facilitator || other.is_facilitator => false,
        ConflictGround::Acquainted => {
            let both = [one, other].into_iter().all(|person| person.willing_to_meet == WillingnessToMeet::Anyone);
            both && stated_after_blocking(one, other) && stated_after_blocking(other, one)
        }
        ConflictGround::SameEmployer => {
            one.willing_to_meet != WillingnessToMeet::StrangersOnly && other.willing_to_meet != WillingnessToMeet::StrangersOnly
        }
    }
}

/// Whether this person stated who they are willing to meet after they had blocked the other, if they did.
fn stated_after_blocking(one: &Attendee, other: &Attendee) -> bool {
    let mut blocks = one.avoids.iter().filter(|keys| recognises(keys, &other.identity)).filter_map(|keys| keys.blocked_at);
    blocks.all(|blocked_at| one.willing_since.is_some_and(|since| blocked_at <= since))
}

/// The conflicts of one person with the people in a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictCheck {
    /// The people they must not meet.
    pub conflicting: Vec<Id>,
    /// The people they may meet in spite of a conflict because both have agreed, and the conflict.
    pub agreed: Vec<(Id, ConflictGround)>,
}

/// Finds the conflicts of one person with others, and which of them both have agreed to set aside.
pub fn check_conflicts(one: &Attendee, others: &[Attendee]) -> ConflictCheck {
    let mut meeting = ConflictCheck::default();
    for other in others.iter().filter(|other| other.id != one.id) {
        match conflict(one, other) {
            Some(ground) if have_agreed(ground, one, other) => meeting.agreed.push((other.id, ground)),
            Some(_) => meeting.conflicting.push(other.id),
            None => {}
        }
    }
    meeting
}

/// This person without what they blocked after they were screened. Whether they get a place does not depend on it: they could block
/// a colleague, ask for a place, and learn from the answer whether the colleague is in the group. It counts as if they had blocked
/// the colleague after enrolment.
pub fn without_later_blocks(mut person: Attendee, screened_at: UtcTime) -> Attendee {
    person.avoids.retain(|keys| keys.blocked_at.is_none_or(|at| at <= screened_at));
    person
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, TimeDelta};

    use super::*;
    use ConflictGround::{Acquainted, SameEmployer};
    use WillingnessToMeet::{Anyone, Colleagues, StrangersOnly};

    fn attendee(number: u128) -> Attendee {
        let id = Id(uuid::Uuid::from_u128(number));
        Attendee {
            id,
            identity: IdentityKeys {
                accounts: [id].into(),
                registrations: [format!("registration {number}")].into(),
                names: [format!("name {number}")].into(),
                name_pairs: [format!("name {number}"), format!("middle {number}")].into(),
                blocked_at: None,
            },
            employers: [format!("employer {number}")].into(),
            avoids: Vec::new(),
            willing_to_meet: StrangersOnly,
            willing_since: None,
            is_facilitator: false,
        }
    }

    fn by_name(number: u128) -> IdentityKeys {
        let name = format!("name {number}");
        IdentityKeys { names: [name.clone()].into(), name_pairs: [name].into(), ..IdentityKeys::default() }
    }

    type Change = fn(&mut Attendee, &mut Attendee);

    #[test]
    fn people_who_know_each_other_or_share_an_employer_conflict() {
        let cases: &[(&str, Change, Option<ConflictGround>)] = &[
            ("strangers", |_, _| {}, None),
            ("both employers are unknown", |a, b| (a.employers, b.employers) = (BTreeSet::new(), BTreeSet::new()), None),
            ("the same employer", |a, b| a.employers = b.employers.clone(), Some(SameEmployer)),
            ("one has blocked the other by name", |a, _| a.avoids = vec![by_name(2)], Some(Acquainted)),
            ("the other has blocked the one", |_, b| b.avoids = vec![by_name(1)], Some(Acquainted)),
            (
                "by registration",
                |a, _| {
                    a.avoids = vec![IdentityKeys { registrations: ["registration 2".into()].into(), ..IdentityKeys::default() }]
                },
                Some(Acquainted),
            ),
            (
                "by account",
                |a, b| a.avoids = vec![IdentityKeys { accounts: [b.id].into(), ..IdentityKeys::default() }],
                Some(Acquainted),
            ),
            (
                "by other words of the name",
                |a, _| a.avoids = vec![IdentityKeys { names: ["middle 2".into()].into(), ..IdentityKeys::default() }],
                Some(Acquainted),
            ),
            (
                "by a name with more words",
                |a, _| a.avoids = vec![IdentityKeys { name_pairs: ["name 2".into()].into(), ..IdentityKeys::default() }],
                Some(Acquainted),
            ),
            ("a third person is blocked", |a, _| a.avoids = vec![by_name(3)], None),
            (
                "nothing is known of either",
                |a, b| (a.avoids, b.identity) = (vec![IdentityKeys::default()], IdentityKeys::default()),
                None,
            ),
            (
                "blocked, and of the same employer: the block counts",
                |a, b| (a.employers, a.avoids) = (b.employers.clone(), vec![by_name(2)]),
                Some(Acquainted),
            ),
        ];
        for (case, change, expected) in cases {
            let (mut one, mut other) = (attendee(1), attendee(2));
            change(&mut one, &mut other);
            assert_eq!(conflict(&one, &other), *expected, "{case}");
            assert_eq!(conflict(&other, &one), *expected, "{case}, the other way round");
        }
    }

    #[test]
    fn a_pair_has_agreed_when_both_answers_allow_it() {
        for (ground, one, other, facilitates, expected) in [
            (SameEmployer, StrangersOnly, StrangersOnly, false, false),
            (SameEmployer, Colleagues, StrangersOnly, false, false),
            (SameEmployer, Colleagues, Colleagues, false, true),
            (SameEmployer, Anyone, Colleagues, false, true),
            (SameEmployer, Colleagues, Colleagues, true, true),
            (SameEmployer, Anyone, StrangersOnly, true, false),
            (Acquainted, Colleagues, Anyone, false, false),
            (Acquainted, Anyone, Anyone, false, true),
            (Acquainted, Anyone, Anyone, true, false),
        ] {
            let one = Attendee { willing_to_meet: one, ..attendee(1) };
            let other = Attendee { willing_to_meet: other, is_facilitator: facilitates, ..attendee(2) };
            assert_eq!(have_agreed(ground, &one, &other), expected, "{ground:?} {one:?} {other:?}");
            assert_eq!(have_agreed(ground, &other, &one), expected, "the other way round");
        }
    }

    #[test]
    fn an_agreement_does_not_outlive_a_later_block() {
        let at = |minute: i64| Some(UtcTime::from(DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)));
        let block = IdentityKeys { blocked_at: at(5), ..by_name(2) };
        let blocker =
            |since| Attendee { willing_to_meet: Anyone, willing_since: since, avoids: vec![block.clone()], ..attendee(1) };
        let other = Attendee { willing_to_meet: Anyone, willing_since: at(1), ..attendee(2) };
        for (since, expected) in [(None, false), (at(4), false), (at(5), true), (at(6), true)] {
            assert_eq!(have_agreed(Acquainted, &blocker(since), &other), expected, "{since:?}");
            assert_eq!(have_agreed(Acquainted, &other, &blocker(since)), expected, "{since:?}, the other way round");
        }
    }

    #[test]
    fn what_is_blocked_after_the_screening_does_not_count() {
        let at = |minute: i64| UtcTime::from(DateTime::UNIX_EPOCH + TimeDelta::minutes(minute));
        for (blocked_at, counts) in [(None, true), (Some(at(4)), true), (Some(at(5)), true), (Some(at(6)), false)] {
            let blocker = Attendee { avoids: vec![IdentityKeys { blocked_at, ..by_name(2) }], ..attendee(1) };
            let found = conflict(&without_later_blocks(blocker, at(5)), &attendee(2));
            assert_eq!(found.is_some(), counts, "{blocked_at:?}");
        }
    }

    #[test]
    fn one_conflict_is_enough_and_people_do_not_conflict_with_themselves() {
        let employer = |attendee: Attendee| Attendee { employers: ["trust".into()].into(), ..attendee };
        let one = Attendee { willing_to_meet: Colleagues, ..employer(attendee(1)) };
        let agrees = Attendee { willing_to_meet: Colleagues, ..employer(attendee(2)) };
        let (not, stranger) = (employer(attendee(3)), attendee(4));
        let meeting = check_conflicts(&one, &[one.clone(), agrees.clone(), not.clone(), stranger]);
        assert_eq!(meeting, ConflictCheck { conflicting: vec![not.id], agreed: vec![(agrees.id, SameEmployer)] });
    }
}
