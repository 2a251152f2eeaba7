//! Who may decide about a proposed change.

use super::model::StaffChangeState;
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};

/// What to do next where only one administrator could approve: the one who proposed.
const NO_SECOND_ADMINISTRATOR: &str = "No other administrator has an open account. An operator creates one with the command `confide admin create`; \
     that person can then approve this change.";

/// What an approval depends on.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalFacts {
    pub status: StaffChangeState,
    pub proposed_by: Id,
    /// The administrator who approves.
    pub caller: Id,
    /// Whose access it is.
    pub account: Id,
    /// Whether the account may be the caller's own.
    pub may_be_subject: bool,
    /// Whether the account that proposed it may be the caller's own.
    pub may_be_proposer: bool,
    /// How many administrators have an open account.
    pub administrators: usize,
}

/// Who approves a change, whatever it is about.
#[derive(Debug, Clone, Copy)]
pub struct SecondPersonFacts {
    pub proposed_by: Id,
    /// The administrator who approves.
    pub caller: Id,
    /// Whether the account that proposed it may be the caller's own.
    pub may_be_proposer: bool,
    /// How many administrators have an open account.
    pub administrators: usize,
}

/// What happens next with a change that waits.
pub fn next_step(administrators: usize) -> &'static str {
    if administrators > 1 { "Another administrator must approve this change within 14 days." } else { NO_SECOND_ADMINISTRATOR }
}

/// Checks that a change waits and that the caller is another person than its proposer and its subject.
///
/// # Errors
/// [`Reason::ChangeDecided`], [`Reason::OwnAccount`] or [`Reason::SecondPersonRequired`].
pub fn check_approval(facts: &ApprovalFacts) -> Result<(), Refusal> {
    check_pending(facts.status)?;
    if facts.caller == facts.account || facts.may_be_subject {
        let detail = "This change may be about yourself. Ask another administrator to decide.";
        return Err(Refusal::new(Reason::OwnAccount, detail));
    }
    let ApprovalFacts { proposed_by, caller, may_be_proposer, administrators, .. } = *facts;
    check_second_person(&SecondPersonFacts { proposed_by, caller, may_be_proposer, administrators })
}

/// Checks that the caller is another person than the one who proposed a change.
///
/// # Errors
/// [`Reason::SecondPersonRequired`].
pub fn check_second_person(facts: &SecondPersonFacts) -> Result<(), Refusal> {
    if facts.caller == facts.proposed_by {
        return Err(if facts.administrators > 1 {
            Reason::SecondPersonRequired.into()
        } else {
            Refusal::new(Reason::SecondPersonRequired, NO_SECOND_ADMINISTRATOR)
        });
    }
    if facts.may_be_proposer {
        let detail = "You may have proposed this change yourself, with another account. Another person must approve it.";
        return Err(Refusal::new(Reason::SecondPersonRequired, detail));
    }
    Ok(())
}

/// Checks that a change still waits for a decision.
///
/// # Errors
/// [`Reason::ChangeDecided`].
pub fn check_pending(status: StaffChangeState) -> Result<(), Refusal> {
    if status == StaffChangeState::Pending { Ok(()) } else { Err(Reason::ChangeDecided.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Id {
        Id(uuid::Uuid::from_u128(number))
    }

    fn facts() -> ApprovalFacts {
        ApprovalFacts {
            status: StaffChangeState::Pending,
            proposed_by: id(1),
            caller: id(2),
            account: id(3),
            may_be_subject: false,
            may_be_proposer: false,
            administrators: 2,
        }
    }

    #[test]
    fn another_person_than_proposer_and_subject_approves() {
        let reason = |facts: ApprovalFacts| check_approval(&facts).err().map(|refusal| refusal.reason);
        assert_eq!(reason(facts()), None);
        assert_eq!(reason(ApprovalFacts { caller: id(1), ..facts() }), Some(Reason::SecondPersonRequired));
        assert_eq!(reason(ApprovalFacts { caller: id(3), ..facts() }), Some(Reason::OwnAccount));
        assert_eq!(reason(ApprovalFacts { may_be_subject: true, ..facts() }), Some(Reason::OwnAccount));
        assert_eq!(reason(ApprovalFacts { may_be_proposer: true, ..facts() }), Some(Reason::SecondPersonRequired));
        for status in StaffChangeState::ALL.iter().filter(|status| **status != StaffChangeState::Pending) {
            assert_eq!(reason(ApprovalFacts { status: *status, ..facts() }), Some(Reason::ChangeDecided), "{status:?}");
        }
    }

    #[test]
    fn a_lone_administrator_learns_how_to_get_a_second_one() {
        let refused = check_approval(&ApprovalFacts { caller: id(1), administrators: 1, ..facts() }).unwrap_err();
        assert!(refused.detail.contains("confide admin create") && next_step(1).contains("confide admin create"));
        assert!(!next_step(2).contains("confide"));
    }
}
