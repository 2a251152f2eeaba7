//! What may be recorded about a session, and when a session may be moved or cancelled.

use chrono::{DateTime, TimeDelta, Utc};

use crate::groups::model::{GroupPolicies, GroupRecordType, GroupSessionState, GroupState, Membership, SessionFacts};
use platform::refusal::{Reason, Refusal};

/// How far into the future a session may be moved.
const MAX_MOVE_AHEAD: TimeDelta = TimeDelta::days(366);

/// Checks whether a session may be moved to start at `to`, or cancelled where `to` is none.
///
/// # Errors
/// `group_not_open`, `session_cancelled`, `session_begun`, or `invalid_group` at `/starts_at`.
pub fn check_session_change(session: &SessionFacts, to: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if !session.group_state.is_open() {
        return Err(Reason::GroupNotOpen.into());
    }
    if session.state == GroupSessionState::Cancelled {
        return Err(Reason::SessionCancelled.into());
    }
    if session.starts_at <= now {
        return Err(Reason::SessionBegun.into());
    }
    match to {
        Some(to) if to <= now || to - now > MAX_MOVE_AHEAD => {
            let detail = "Choose a time in the future, within a year from now.";
            Err(Refusal::new(Reason::InvalidGroup, detail).field("/starts_at", "out_of_range", detail))
        }
        _ => Ok(()),
    }
}

fn check_session_begun(session: &SessionFacts, now: DateTime<Utc>) -> Result<(), Refusal> {
    if !matches!(session.group_state, GroupState::Running | GroupState::Ended) {
        return Err(Refusal::new(
            Reason::GroupNotOpen,
            "The group has not started. Ask a coordinator to start it, then record its sessions.",
        ));
    }
    if session.state == GroupSessionState::Cancelled {
        return Err(Reason::SessionCancelled.into());
    }
    if now < session.starts_at { Err(Reason::SessionNotBegun.into()) } else { Ok(()) }
}

/// Whether a person was a member during the session or part of it.
fn was_member_during(membership: &Membership, session: &SessionFacts) -> bool {
    membership.enrolled_at.is_some_and(|since| since < session.ends_at)
        && membership.ended_at.is_none_or(|until| until > session.starts_at)
}

/// Checks whether attendance may be recorded: of members, once the session has started, and corrected for some days. A head
/// count is for group sessions only (NHS Data Dictionary: GROUP THERAPY has members who are named in advance and a note in
/// each one's record; GROUP SESSION only a number of participants, three digits at most, without the professionals).
///
/// # Errors
/// `group_not_open`, `session_cancelled`, `session_not_begun`, `record_closed`, `wrong_record_form` at `/head_count`,
/// `not_a_member` at each such entry.
pub fn check_attendance(
    session: &SessionFacts,
    head_count: Option<u16>,
    members: &[Option<Membership>],
    now: DateTime<Utc>,
    policies: &GroupPolicies,
) -> Result<(), Refusal> {
    check_session_begun(session, now)?;
    if session.recorded_at.is_some_and(|first| now - first > policies.correction_window) {
        return Err(Reason::RecordClosed.into());
    }
    match (session.record_type, head_count) {
        (GroupRecordType::Therapy, Some(_)) => {
            let detail = "Group therapy records the attendance of each member. Leave out the head count.";
            return Err(Refusal::new(Reason::WrongRecordForm, detail).field("/head_count", "not_allowed", detail));
        }
        (GroupRecordType::Session, None) => {
            let detail = "Enter how many people took part, not counting staff.";
            return Err(Refusal::new(Reason::WrongRecordForm, detail).field("/head_count", "required", detail));
        }
        _ => {}
    }
    let not_members = members
        .iter()
        .enumerate()
        .filter(|(_, member)| member.as_ref().is_none_or(|membership| !was_member_during(membership, session)));
    let refusal = not_members.fold(Refusal::from(Reason::NotAMember), |refusal, (at, _)| {
        refusal.field(
            format!("/attendances/{at}/enrolment_id"),
            "not_a_member",
            "This person was not a member at the time of the session. Choose another member.",
        )
    });
    if refusal.fields.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Checks whether a note may be written about a member of a session: only in group therapy (NHS Data Dictionary), and once
/// the session has started.
///
/// # Errors
/// `wrong_record_form`, `group_not_open`, `session_cancelled`, `session_not_begun`, `not_a_member`.
pub fn check_note(session: &SessionFacts, member: Option<&Membership>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if session.record_type != GroupRecordType::Therapy {
        let detail = "This group records a head count only, so no notes about members. Write the note in the clinical record.";
        return Err(Refusal::new(Reason::WrongRecordForm, detail).field("/enrolment_id", "not_allowed", detail));
    }
    check_session_begun(session, now)?;
    match member {
        Some(membership) if was_member_during(membership, session) => Ok(()),
        _ => {
            let detail = "This person was not a member at the time of the session. Choose another member.";
            Err(Refusal::new(Reason::NotAMember, detail).field("/enrolment_id", "not_a_member", detail))
        }
    }
}

/// Checks whether a note may be changed or signed: not once it is signed.
///
/// # Errors
/// `group_note_signed`.
pub fn check_not_signed(signed_at: Option<DateTime<Utc>>) -> Result<(), Refusal> {
    if signed_at.is_some() { Err(Reason::GroupNoteSigned.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn six() -> DateTime<Utc> {
        "2027-02-04T18:00:00Z".parse().unwrap()
    }

    fn session(form: GroupRecordType) -> SessionFacts {
        SessionFacts {
            group_state: GroupState::Running,
            record_type: form,
            state: GroupSessionState::Planned,
            starts_at: six(),
            ends_at: six() + TimeDelta::minutes(90),
            recorded_at: None,
        }
    }

    fn member() -> Membership {
        Membership { enrolled_at: Some(six() - TimeDelta::days(9)), ended_at: None }
    }

    #[test]
    fn a_session_can_be_moved_or_cancelled_until_it_starts() {
        let plain = session(GroupRecordType::Therapy);
        let (before, next_day) = (six() - TimeDelta::seconds(1), Some(six() + TimeDelta::days(1)));
        for (session, to, now, expected) in [
            (plain, next_day, before, None),
            (plain, None, before, None),
            (plain, None, six(), Some(Reason::SessionBegun)),
            (plain, Some(before), before, Some(Reason::InvalidGroup)),
            (plain, Some(six() + TimeDelta::days(400)), before, Some(Reason::InvalidGroup)),
            (SessionFacts { state: GroupSessionState::Cancelled, ..plain }, None, before, Some(Reason::SessionCancelled)),
            (SessionFacts { group_state: GroupState::Ended, ..plain }, None, before, Some(Reason::GroupNotOpen)),
            (SessionFacts { group_state: GroupState::Forming, ..plain }, None, before, None),
        ] {
            assert_eq!(
                check_session_change(&session, to, now).map_err(|refusal| refusal.reason).err(),
                expected,
                "{session:?} {to:?}"
            );
        }
    }

    #[test]
    fn therapy_records_each_member_and_a_group_session_a_head_count() {
        use GroupRecordType::{Session, Therapy};
        let policies = GroupPolicies::default();
        let recorded = |ago: TimeDelta| SessionFacts { recorded_at: Some(six() - ago), ..session(Therapy) };
        let left = Membership { ended_at: Some(six()), ..member() };
        let late = Membership { enrolled_at: Some(six() + TimeDelta::minutes(90)), ..member() };
        let offered = Membership { enrolled_at: None, ended_at: None };
        for (case, session, count, members, now, expected) in [
            ("therapy", session(Therapy), None, vec![Some(member())], six(), None),
            ("a count in therapy", session(Therapy), Some(1), vec![], six(), Some(Reason::WrongRecordForm)),
            ("a group session", session(Session), Some(0), vec![], six(), None),
            ("with people", session(Session), Some(9), vec![Some(member())], six(), None),
            ("without a count", session(Session), None, vec![], six(), Some(Reason::WrongRecordForm)),
            ("too soon", session(Therapy), None, vec![], six() - TimeDelta::seconds(1), Some(Reason::SessionNotBegun)),
            ("corrected", recorded(TimeDelta::days(7)), None, vec![Some(member())], six(), None),
            ("too late", recorded(TimeDelta::days(8)), None, vec![Some(member())], six(), Some(Reason::RecordClosed)),
            ("not in the group", session(Therapy), None, vec![None], six(), Some(Reason::NotAMember)),
            ("left before", session(Therapy), None, vec![Some(left)], six(), Some(Reason::NotAMember)),
            ("came after", session(Therapy), None, vec![Some(late)], six(), Some(Reason::NotAMember)),
            ("has an offer only", session(Therapy), None, vec![Some(offered)], six(), Some(Reason::NotAMember)),
            (
                "cancelled",
                SessionFacts { state: GroupSessionState::Cancelled, ..session(Therapy) },
                None,
                vec![],
                six(),
                Some(Reason::SessionCancelled),
            ),
            (
                "not started",
                SessionFacts { group_state: GroupState::Forming, ..session(Therapy) },
                None,
                vec![],
                six(),
                Some(Reason::GroupNotOpen),
            ),
        ] {
            let refusal_reason =
                check_attendance(&session, count, &members, now, &policies).map_err(|refusal| refusal.reason).err();
            assert_eq!(refusal_reason, expected, "{case}");
        }
        let named = check_attendance(&session(Therapy), None, &[Some(member()), None], six(), &policies).unwrap_err();
        assert_eq!(named.fields[0].pointer, "/attendances/1/enrolment_id");
    }

    #[test]
    fn notes_are_for_therapy_only_and_signed_once() {
        let refusal_reason = |form, member: Option<Membership>, now| {
            check_note(&session(form), member.as_ref(), now).map_err(|refusal| refusal.reason).err()
        };
        assert_eq!(refusal_reason(GroupRecordType::Therapy, Some(member()), six()), None);
        assert_eq!(refusal_reason(GroupRecordType::Session, Some(member()), six()), Some(Reason::WrongRecordForm));
        assert_eq!(refusal_reason(GroupRecordType::Therapy, None, six()), Some(Reason::NotAMember));
        assert_eq!(
            refusal_reason(GroupRecordType::Therapy, Some(member()), six() - TimeDelta::hours(1)),
            Some(Reason::SessionNotBegun)
        );
        assert_eq!(check_not_signed(None), Ok(()));
        assert_eq!(check_not_signed(Some(six())).unwrap_err().reason, Reason::GroupNoteSigned);
    }
}
