//! What becomes of an answer to a message.

use chrono::NaiveDate;

use crate::outreach::model::{OutreachKind, OutreachOutcome, OutreachResponse, OutreachState};
use reference::signposts::model::SignpostNeed;

/// A campaign as far as an answer depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// What is offered to whom.
    pub kind: OutreachKind,
    pub state: OutreachState,
    /// The last day on which it takes answers.
    pub ends_on: NaiveDate,
    /// What this person answered before.
    pub before: Option<OutreachResponse>,
}

/// What becomes of an answer other than no. A link is good until the campaign is over, and for asking somebody to get in touch
/// once.
pub fn outcome(asked: &Asked, response: OutreachResponse, today: NaiveDate) -> OutreachOutcome {
    use crate::outreach::model::OutreachResponse as R;
    let open = matches!(asked.state, OutreachState::Running | OutreachState::Paused) && today <= asked.ends_on;
    if !open {
        return OutreachOutcome::LinkExpired;
    }
    if response == R::AsksForTeamSession && asked.kind != OutreachKind::TeamSupport {
        return OutreachOutcome::NotOffered;
    }
    match (asked.before, response) {
        (None, _) | (Some(R::SelfCheck | R::OptOut), R::PleaseContactMe | R::AsksForTeamSession) => OutreachOutcome::Recorded,
        _ => OutreachOutcome::AlreadyRecorded,
    }
}

/// Where to point whoever answers so. Crisis help is shown to everybody beside it (`docs/clinical-rules.md#crisis-help`).
pub const fn needs(response: OutreachResponse) -> &'static [SignpostNeed] {
    match response {
        OutreachResponse::SelfCheck => &[
            SignpostNeed::SelfCheck,
            SignpostNeed::ListeningEar,
            SignpostNeed::TextSupport,
            SignpostNeed::ConfidentialCare,
            SignpostNeed::WorkSupport,
            SignpostNeed::SelfHelp,
        ],
        OutreachResponse::PleaseContactMe => &[SignpostNeed::ListeningEar, SignpostNeed::TextSupport],
        OutreachResponse::AsksForTeamSession => &[SignpostNeed::WorkSupport],
        OutreachResponse::OptOut => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outreach::model::OutreachOutcome as O;

    fn asked(kind: OutreachKind, before: Option<OutreachResponse>) -> Asked {
        Asked { kind, state: OutreachState::Running, ends_on: day("2027-02-08"), before }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_answer_counts_once_and_a_wish_may_follow_a_look() {
        use OutreachResponse as R;
        let cases = [
            (None, R::SelfCheck, O::Recorded),
            (None, R::PleaseContactMe, O::Recorded),
            (Some(R::SelfCheck), R::SelfCheck, O::AlreadyRecorded),
            (Some(R::SelfCheck), R::PleaseContactMe, O::Recorded),
            (Some(R::PleaseContactMe), R::PleaseContactMe, O::AlreadyRecorded),
            (Some(R::PleaseContactMe), R::SelfCheck, O::AlreadyRecorded),
            (Some(R::OptOut), R::PleaseContactMe, O::Recorded),
            (Some(R::OptOut), R::SelfCheck, O::AlreadyRecorded),
            (None, R::AsksForTeamSession, O::NotOffered),
        ];
        for (before, response, expected) in cases {
            let outcome = outcome(&asked(OutreachKind::IndividualOffer, before), response, day("2027-01-11"));
            assert_eq!(outcome, expected, "{response:?} after {before:?}");
        }
        let team = asked(OutreachKind::TeamSupport, None);
        assert_eq!(outcome(&team, R::AsksForTeamSession, day("2027-01-11")), O::Recorded);
    }

    #[test]
    fn a_link_is_good_until_the_campaign_is_over() {
        for (state, today, expected) in [
            (OutreachState::Running, "2027-02-08", O::Recorded),
            (OutreachState::Paused, "2027-02-08", O::Recorded),
            (OutreachState::Running, "2027-02-09", O::LinkExpired),
            (OutreachState::Finished, "2027-02-08", O::LinkExpired),
            (OutreachState::Cancelled, "2027-01-12", O::LinkExpired),
        ] {
            let asked = Asked { state, ..asked(OutreachKind::IndividualOffer, None) };
            assert_eq!(outcome(&asked, OutreachResponse::SelfCheck, day(today)), expected, "{state:?} on {today}");
        }
    }
}
