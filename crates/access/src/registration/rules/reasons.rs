//! Reasons for confidentiality in the practitioner's own words: by when staff decide, and what the practitioner can do next.

use chrono::{Months, NaiveDate};

use crate::registration::model::{ConfidentialityReasonState, ConfidentialityReasonStep};
use people::practitioners::model::{EligibilityDecision, Pathway};
use platform::refusal::{Reason, Refusal};
use reference::workforce::rules::add_working_days;

/// Within how many working days staff decide: as for the screening of a funding request (`docs/clinical-rules.md#eligibility`).
const DECIDE_WITHIN_WORKING_DAYS: u16 = 5;

/// Within how many calendar months after it was declined a practitioner may send other words: as for new facts after a funding
/// decision (`docs/clinical-rules.md#funding`).
const OTHER_WORDS_MONTHS: u32 = 3;

/// The day by which staff decide about a reason that was given on a day.
pub fn decide_by(given_on: NaiveDate, holidays: &[NaiveDate]) -> NaiveDate {
    add_working_days(given_on, DECIDE_WITHIN_WORKING_DAYS, holidays)
}

/// Whether staff may decide now.
///
/// # Errors
/// [`Reason::ReasonDecided`].
pub fn check_waiting(state: ConfidentialityReasonState) -> Result<(), Refusal> {
    if state == ConfidentialityReasonState::Waiting { Ok(()) } else { Err(Reason::ReasonDecided.into()) }
}

/// The last day on which a practitioner may send other words after theirs were declined: the corresponding date, or the last day of
/// a month without it.
pub fn other_words_until(declined_on: NaiveDate) -> NaiveDate {
    declined_on.checked_add_months(Months::new(OTHER_WORDS_MONTHS)).unwrap_or(declined_on)
}

/// Whether a practitioner may send words to staff again after theirs were declined, however they came to do so: in time, and not while a
/// commissioner is asked to pay. With another profession and words that differ from the declined ones it is another case, which has no
/// limit of time.
///
/// # Errors
/// [`Reason::OtherWordsTooLate`] at `/confidentiality_reason_note`; [`Reason::FundingRequestOpen`].
pub fn check_other_words(
    declined_on: Option<NaiveDate>,
    is_other_case: bool,
    funding_is_requested: bool,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let Some(last) = declined_on.map(other_words_until) else { return Ok(()) };
    if today > last && !is_other_case {
        let detail = format!(
            "The time in which you could send other words ended on {last}. Contact the service if something has changed."
        );
        return Err(Refusal::new(Reason::OtherWordsTooLate, detail.clone()).field(
            "/confidentiality_reason_note",
            "too_late",
            detail,
        ));
    }
    if funding_is_requested {
        let detail = "Your commissioner has been asked to pay. Withdraw that request first, then send other words.";
        return Err(Refusal::new(Reason::FundingRequestOpen, detail));
    }
    Ok(())
}

/// What a practitioner can do next, most useful first. `other_words` is whether they may send other words.
pub fn steps(
    state: ConfidentialityReasonState,
    decision: EligibilityDecision,
    pathway: Pathway,
    other_words: bool,
) -> Vec<ConfidentialityReasonStep> {
    use ConfidentialityReasonStep::{CompleteIntake, RequestFunding, SeeSignposts, SendOtherWords, Wait};
    let other_words = other_words.then_some(SendOtherWords);
    match state {
        ConfidentialityReasonState::Waiting => vec![Wait, SendOtherWords, SeeSignposts],
        ConfidentialityReasonState::Accepted if pathway == Pathway::Registered => vec![CompleteIntake],
        ConfidentialityReasonState::Declined => {
            let request = (decision == EligibilityDecision::NeedsFunding).then_some(RequestFunding);
            request.into_iter().chain(other_words).chain([SeeSignposts]).collect()
        }
        ConfidentialityReasonState::Accepted | ConfidentialityReasonState::Withdrawn => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConfidentialityReasonState::{Accepted, Declined, Waiting, Withdrawn};
    use ConfidentialityReasonStep::{CompleteIntake, RequestFunding, SeeSignposts, SendOtherWords, Wait};
    use EligibilityDecision::{AwaitingDecision, Eligible, NeedsFunding, Signposted};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn staff_decide_within_five_working_days() {
        let holidays = reference::workforce::catalogue::bank_holidays();
        for (given, by) in [("2027-01-11", "2027-01-18"), ("2027-01-08", "2027-01-15"), ("2027-03-25", "2027-04-05")] {
            assert_eq!(decide_by(day(given), holidays), day(by), "{given}");
        }
    }

    #[test]
    fn only_what_waits_is_decided() {
        for (state, expected) in [
            (Waiting, Ok(())),
            (Accepted, Err(Reason::ReasonDecided)),
            (Declined, Err(Reason::ReasonDecided)),
            (Withdrawn, Err(Reason::ReasonDecided)),
        ] {
            assert_eq!(check_waiting(state).map_err(|refusal| refusal.reason), expected, "{state:?}");
        }
    }

    #[test]
    fn other_words_are_sent_within_three_calendar_months_and_not_while_a_commissioner_is_asked() {
        let too_late = Err(Reason::OtherWordsTooLate);
        for (declined, other_case, requested, today, expected) in [
            (None, false, false, "2027-01-11", Ok(())),
            (None, false, true, "2027-01-11", Ok(())),
            (Some("2027-01-31"), false, false, "2027-04-30", Ok(())),
            (Some("2027-01-31"), false, false, "2027-05-01", too_late),
            (Some("2027-01-31"), true, false, "2027-05-01", Ok(())),
            (Some("2027-01-31"), false, true, "2027-02-01", Err(Reason::FundingRequestOpen)),
            (Some("2027-01-31"), false, true, "2027-05-01", too_late),
            (Some("2027-01-31"), true, true, "2027-05-01", Err(Reason::FundingRequestOpen)),
        ] {
            let found = check_other_words(declined.map(day), other_case, requested, day(today)).map_err(|refusal| refusal.reason);
            assert_eq!(found, expected, "declined on {declined:?}, on {today}");
        }
    }

    #[test]
    fn practitioner_sees_what_they_can_do_next() {
        let cases = [
            (Waiting, AwaitingDecision, Pathway::AwaitingDecision, true, vec![Wait, SendOtherWords, SeeSignposts]),
            (Accepted, Eligible, Pathway::Registered, false, vec![CompleteIntake]),
            (Accepted, Eligible, Pathway::InCare, false, vec![]),
            (Declined, NeedsFunding, Pathway::AwaitingFunding, true, vec![RequestFunding, SendOtherWords, SeeSignposts]),
            (Declined, NeedsFunding, Pathway::AwaitingFunding, false, vec![RequestFunding, SeeSignposts]),
            (Declined, Signposted, Pathway::Signposted, true, vec![SendOtherWords, SeeSignposts]),
            (Withdrawn, Eligible, Pathway::Registered, true, vec![]),
        ];
        for (state, decision, pathway, other_words, expected) in cases {
            assert_eq!(steps(state, decision, pathway, other_words), expected, "{state:?} {decision:?} {pathway:?}");
        }
    }
}
