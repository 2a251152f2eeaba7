//! Which two people may be in the same group.
//!
//! Two people who know each other or have the same employer are kept apart, unless both agree to meet; this includes
//! facilitators (`docs/clinical-rules.md#groups`). No one is asked about a particular person: everyone answers the same question
//! beforehand, who they are willing to meet, and a pair has agreed when both answers allow it. A block on a colleague is an
//! objection, so it is overridden only when both are willing to meet everyone. A block between a member and a facilitator is
//! never overridden: a practitioner who wants to meet a clinician removes the block.

use crate::groups::model::{Attendee, ConflictGround, WillingnessToMeet};
use people::relationships::model::Marks;
use platform::ids::Id;

/// Why these two should not meet, if there is a reason. A block by either counts for both.
pub fn conflict(one: &Attendee, other: &Attendee) -> Option<ConflictGround> {
    let lists = |a: &Attendee, b: &Attendee| a.avoids.iter().any(|marks| recognises(marks, &b.marks));
    if lists(one, other) || lists(other, one) {
        return Some(ConflictGround::Acquainted);
    }
    (!one.employers.is_disjoint(&other.employers)).then_some(ConflictGround::SameEmployer)
}

/// Names are compared as in [`platform::names`]: the first and last word of one are among the words of the other.
fn recognises(known: &Marks, marks: &Marks) -> bool {
    !known.accounts.is_disjoint(&marks.accounts)
        || !known.registrations.is_disjoint(&marks.registrations)
        || !known.names.is_disjoint(&marks.pairs)
        || !known.pairs.is_disjoint(&marks.names)
}

/// Whether both have agreed to meet in spite of this conflict.
pub fn agreed(ground: ConflictGround, one: &Attendee, other: &Attendee) -> bool {
    match ground {
        ConflictGround::Acquainted if one.facilitates || other.facilitates => false,
        ConflictGround::Acquainted => one.meets == WillingnessToMeet::Anybody && other.meets == WillingnessToMeet::Anybody,
        ConflictGround::SameEmployer => {
            one.meets != WillingnessToMeet::StrangersOnly && other.meets != WillingnessToMeet::StrangersOnly
        }
    }
}

/// The conflicts of one person with the people in a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meeting {
    /// The people they must not meet.
    pub barred: Vec<Id>,
    /// The people they may meet in spite of a conflict because both have agreed, and the conflict.
    pub agreed: Vec<(Id, ConflictGround)>,
}

/// Finds the conflicts of one person with others, and which of them both have agreed to set aside.
pub fn conflicts(one: &Attendee, others: &[Attendee]) -> Meeting {
    let mut meeting = Meeting::default();
    for other in others.iter().filter(|other| other.id != one.id) {
        match conflict(one, other) {
            Some(ground) if agreed(ground, one, other) => meeting.agreed.push((other.id, ground)),
            Some(_) => meeting.barred.push(other.id),
            None => {}
        }
    }
    meeting
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use ConflictGround::{Acquainted, SameEmployer};
    use WillingnessToMeet::{Anybody, Colleagues, StrangersOnly};

    fn attendee(number: u128) -> Attendee {
        let id = Id(uuid::Uuid::from_u128(number));
        Attendee {
            id,
            marks: Marks {
                accounts: [id].into(),
                registrations: [format!("registration {number}")].into(),
                names: [format!("name {number}")].into(),
                pairs: [format!("name {number}"), format!("middle {number}")].into(),
            },
            employers: [format!("employer {number}")].into(),
            avoids: Vec::new(),
            meets: StrangersOnly,
            facilitates: false,
        }
    }

    fn by_name(number: u128) -> Marks {
        let name = format!("name {number}");
        Marks { names: [name.clone()].into(), pairs: [name].into(), ..Marks::default() }
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
                |a, _| a.avoids = vec![Marks { registrations: ["registration 2".into()].into(), ..Marks::default() }],
                Some(Acquainted),
            ),
            ("by account", |a, b| a.avoids = vec![Marks { accounts: [b.id].into(), ..Marks::default() }], Some(Acquainted)),
            (
                "by other words of the name",
                |a, _| a.avoids = vec![Marks { names: ["middle 2".into()].into(), ..Marks::default() }],
                Some(Acquainted),
            ),
            (
                "by a name with more words",
                |a, _| a.avoids = vec![Marks { pairs: ["name 2".into()].into(), ..Marks::default() }],
                Some(Acquainted),
            ),
            ("a third person is blocked", |a, _| a.avoids = vec![by_name(3)], None),
            ("nothing is known of either", |a, b| (a.avoids, b.marks) = (vec![Marks::default()], Marks::default()), None),
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
            (SameEmployer, Anybody, Colleagues, false, true),
            (SameEmployer, Colleagues, Colleagues, true, true),
            (SameEmployer, Anybody, StrangersOnly, true, false),
            (Acquainted, Colleagues, Anybody, false, false),
            (Acquainted, Anybody, Anybody, false, true),
            (Acquainted, Anybody, Anybody, true, false),
        ] {
            let one = Attendee { meets: one, ..attendee(1) };
            let other = Attendee { meets: other, facilitates, ..attendee(2) };
            assert_eq!(agreed(ground, &one, &other), expected, "{ground:?} {one:?} {other:?}");
            assert_eq!(agreed(ground, &other, &one), expected, "the other way round");
        }
    }

    #[test]
    fn one_conflict_is_enough_and_people_do_not_conflict_with_themselves() {
        let employer = |attendee: Attendee| Attendee { employers: ["trust".into()].into(), ..attendee };
        let one = Attendee { meets: Colleagues, ..employer(attendee(1)) };
        let agrees = Attendee { meets: Colleagues, ..employer(attendee(2)) };
        let (not, stranger) = (employer(attendee(3)), attendee(4));
        let meeting = conflicts(&one, &[one.clone(), agrees.clone(), not.clone(), stranger]);
        assert_eq!(meeting, Meeting { barred: vec![not.id], agreed: vec![(agrees.id, SameEmployer)] });
    }
}
