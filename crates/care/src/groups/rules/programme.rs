//! Whether a programme is valid, and when a group may start and end.

use chrono::{NaiveDate, TimeDelta};

use crate::groups::model::{GroupAudience, GroupKind, GroupMode, GroupPolicies, GroupRecordType, GroupState, Programme};
use platform::refusal::{Reason, Refusal};

/// How many days from today the first session may be, past or future.
const MAX_DAYS_FROM_TODAY: i64 = 5 * 366;

/// Checks whether a programme is valid.
///
/// Two facilitators, and a minimum and a maximum: `docs/clinical-rules.md#groups` (positive psychotherapy groups: three to eight
/// members, two facilitators; therapy six to eight, up to ten; psycho-education ten to fifteen). The members of a group for
/// bereaved families are not practitioners and have no record for a note: it is a GROUP SESSION (NHS Data Dictionary).
///
/// # Errors
/// [`Reason::InvalidGroup`], naming each field that is invalid.
pub fn check_programme(programme: &Programme, today: NaiveDate, policies: &GroupPolicies) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::InvalidGroup);
    let mut invalid = |pointer: &str, code: &'static str, detail: &'static str| {
        refusal = std::mem::replace(&mut refusal, Refusal::from(Reason::InvalidGroup)).field(pointer, code, detail);
    };
    if programme.facilitators[0] == programme.facilitators[1] {
        invalid("/second_facilitator_id", "same_person", "A group has two facilitators. Choose two different clinicians.");
    }
    let max = match programme.record_type {
        GroupRecordType::Therapy => policies.max_therapy_members,
        GroupRecordType::Session => policies.max_session_participants,
    };
    if programme.capacity > max {
        invalid("/capacity", "out_of_range", "This is more than a group of this record type may have. Choose a lower capacity.");
    }
    if programme.minimum > programme.capacity {
        invalid("/minimum", "out_of_range", "The minimum is higher than the capacity. Lower it, or raise the capacity.");
    }
    if programme.audience == GroupAudience::BereavedFamily && programme.record_type == GroupRecordType::Therapy {
        invalid(
            "/record_type",
            "not_allowed",
            "Bereaved family members have no clinical record. Choose the record type for a head count.",
        );
    }
    match programme.kind {
        GroupKind::ClosedSeries if programme.series.sessions.is_none() => {
            invalid("/sessions", "required", "Enter how many sessions the series has.");
        }
        GroupKind::SlowOpen if programme.series.sessions.is_some() => {
            invalid("/sessions", "not_allowed", "A slow-open group has no fixed number of sessions. Leave this out.");
        }
        _ => {}
    }
    if programme.kind == GroupKind::SlowOpen && programme.closes_at_session.is_some() {
        invalid("/closes_at_session", "not_allowed", "Enrolment in a slow-open group does not close. Leave this out.");
    }
    if (programme.series.starts_on - today).num_days().abs() > MAX_DAYS_FROM_TODAY {
        invalid("/starts_on", "out_of_range", "The first day is more than five years from today. Choose another day.");
    }
    let minutes = TimeDelta::minutes(programme.series.minutes.into());
    if programme.series.starts_local.overflowing_add_signed(minutes).1 != 0 {
        invalid(
            "/minutes",
            "past_midnight",
            "A session must end on the day on which it starts. Choose an earlier start or a shorter session.",
        );
    }
    match programme.mode {
        GroupMode::InPerson if programme.place.is_none() => {
            invalid("/place", "required", "Enter the address where the group meets.")
        }
        GroupMode::Video if programme.link.is_none() => invalid("/link", "required", "Enter the link to the video call."),
        _ => {}
    }
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Checks whether a group may start: a closed series with at least its minimum of members (`docs/clinical-rules.md#groups`: three
/// at least in positive psychotherapy groups), and with its first session still to come.
///
/// # Errors
/// [`Reason::GroupNotOpen`], [`Reason::BelowMinimum`], or [`Reason::InvalidGroup`] at `/starts_on`.
pub fn check_start(
    kind: GroupKind,
    state: GroupState,
    enrolled: u16,
    minimum: u16,
    first_is_upcoming: bool,
) -> Result<(), Refusal> {
    if state != GroupState::Forming {
        return Err(Reason::GroupNotOpen.into());
    }
    if kind == GroupKind::SlowOpen {
        return Ok(());
    }
    if enrolled < minimum {
        return Err(Reason::BelowMinimum.into());
    }
    if !first_is_upcoming {
        let detail = "The first session is in the past. Choose a later first day, then start the group.";
        return Err(Refusal::new(Reason::InvalidGroup, detail).field("/starts_on", "in_the_past", detail));
    }
    Ok(())
}

/// The state of a group after it is ended: a group that has not started is cancelled.
///
/// # Errors
/// [`Reason::GroupNotOpen`] when it has ended already.
pub fn state_after_end(state: GroupState) -> Result<GroupState, Refusal> {
    match state {
        GroupState::Forming => Ok(GroupState::Cancelled),
        GroupState::Running => Ok(GroupState::Ended),
        GroupState::Ended | GroupState::Cancelled => Err(Reason::GroupNotOpen.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::model::{GroupTopic, Series};
    use platform::ids::Id;

    fn id(number: u128) -> Id {
        Id(uuid::Uuid::from_u128(number))
    }

    fn today() -> NaiveDate {
        "2027-01-11".parse().unwrap()
    }

    fn good() -> Programme {
        Programme {
            kind: GroupKind::ClosedSeries,
            record_type: GroupRecordType::Therapy,
            topic: GroupTopic::Burnout,
            audience: GroupAudience::Practitioners,
            title: "Thursday group".into(),
            about: "Eight evenings.".into(),
            capacity: 8,
            minimum: 3,
            facilitators: [id(1), id(2)],
            series: Series {
                starts_on: "2027-02-04".parse().unwrap(),
                starts_local: "18:00:00".parse().unwrap(),
                minutes: 90,
                every_weeks: 1,
                sessions: Some(8),
                skipped: Vec::new(),
            },
            closes_at_session: Some(2),
            mode: GroupMode::Video,
            town: None,
            place: None,
            link: Some("https://video.example.org/room".into()),
        }
    }

    type Break = fn(&mut Programme);

    #[test]
    fn each_invalid_field_is_named() {
        let policies = GroupPolicies::default();
        assert_eq!(check_programme(&good(), today(), &policies), Ok(()));
        let cases: &[(&str, Break)] = &[
            ("/second_facilitator_id", |p| p.facilitators[1] = p.facilitators[0]),
            ("/capacity", |p| p.capacity = 13),
            ("/minimum", |p| p.minimum = 9),
            ("/record_type", |p| p.audience = GroupAudience::BereavedFamily),
            ("/sessions", |p| p.series.sessions = None),
            ("/sessions", |p| p.kind = GroupKind::SlowOpen),
            ("/closes_at_session", |p| p.kind = GroupKind::SlowOpen),
            ("/minutes", |p| p.series.starts_local = "23:00:00".parse().unwrap()),
            ("/starts_on", |p| p.series.starts_on = "2035-01-01".parse().unwrap()),
            ("/place", |p| p.mode = GroupMode::InPerson),
            ("/link", |p| p.link = None),
        ];
        for (pointer, break_it) in cases {
            let mut programme = good();
            break_it(&mut programme);
            let refusal = check_programme(&programme, today(), &policies).unwrap_err();
            assert_eq!(refusal.reason, Reason::InvalidGroup);
            assert!(refusal.fields.iter().any(|field| field.pointer == *pointer), "{pointer}: {:?}", refusal.fields);
        }
        let class = Programme { record_type: GroupRecordType::Session, capacity: 15, ..good() };
        assert_eq!(check_programme(&class, today(), &policies), Ok(()));
        let family = Programme { record_type: GroupRecordType::Session, audience: GroupAudience::BereavedFamily, ..good() };
        assert_eq!(check_programme(&family, today(), &policies), Ok(()));
        let open = Programme {
            kind: GroupKind::SlowOpen,
            closes_at_session: None,
            series: Series { sessions: None, ..good().series },
            ..good()
        };
        assert_eq!(check_programme(&open, today(), &policies), Ok(()));
    }

    #[test]
    fn a_series_starts_with_its_minimum_of_members_and_not_with_fewer() {
        use GroupKind::{ClosedSeries, SlowOpen};
        use GroupState::{Cancelled, Ended, Forming, Running};
        for (kind, state, enrolled, first_is_upcoming, expected) in [
            (ClosedSeries, Forming, 3, true, None),
            (ClosedSeries, Forming, 2, true, Some(Reason::BelowMinimum)),
            (ClosedSeries, Forming, 2, false, Some(Reason::BelowMinimum)),
            (ClosedSeries, Forming, 3, false, Some(Reason::InvalidGroup)),
            (ClosedSeries, Running, 8, true, Some(Reason::GroupNotOpen)),
            (ClosedSeries, Ended, 8, true, Some(Reason::GroupNotOpen)),
            (ClosedSeries, Cancelled, 8, true, Some(Reason::GroupNotOpen)),
            (SlowOpen, Forming, 0, false, None),
            (SlowOpen, Running, 0, true, Some(Reason::GroupNotOpen)),
        ] {
            let verdict = check_start(kind, state, enrolled, 3, first_is_upcoming).map_err(|refusal| refusal.reason).err();
            assert_eq!(verdict, expected, "{kind:?} {state:?} {enrolled} {first_is_upcoming}");
        }
    }

    #[test]
    fn ending_cancels_a_group_that_has_not_started_and_an_ended_group_stays_ended() {
        assert_eq!(state_after_end(GroupState::Forming), Ok(GroupState::Cancelled));
        assert_eq!(state_after_end(GroupState::Running), Ok(GroupState::Ended));
        for ended in [GroupState::Ended, GroupState::Cancelled] {
            assert_eq!(state_after_end(ended).unwrap_err().reason, Reason::GroupNotOpen);
        }
    }
}
