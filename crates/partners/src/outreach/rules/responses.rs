//! The outcome of a response to a message.

use chrono::NaiveDate;

use crate::outreach::model::{OutreachKind, OutreachOutcome, OutreachResponse, OutreachState};
use reference::signposts::model::SignpostNeed;

/// What the outcome of a response depends on.
#[derive(Debug, Clone, Copy)]
pub struct ResponseFacts {
    /// What the campaign offers, and to which staff.
    pub kind: OutreachKind,
    pub state: OutreachState,
    /// The last day on which it accepts responses.
    pub ends_on: NaiveDate,
    /// The person's last response.
    pub before: Option<OutreachResponse>,
}

/// The outcome of a response other than an opt-out. A link can be used until the campaign is over, and for a request to be
/// contacted once.
pub fn outcome(asked: &ResponseFacts, response: OutreachResponse, today: NaiveDate) -> OutreachOutcome {
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

/// The signposts for a response. Crisis help is added to every answer (`docs/clinical-rules.md#crisis-help`).
pub const fn signpost_needs(response: OutreachResponse) -> &'static [SignpostNeed] {
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

    fn asked(kind: OutreachKind, before: Option<OutreachResponse>) -> ResponseFacts {
        ResponseFacts { kind, state: OutreachState::Running, ends_on: day("2027-02-08"), before }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_response_counts_once_and_a_request_may_follow_a_self_check() {
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
    fn a_link_is_valid_until_the_campaign_is_over() {
        for (state, today, expected) in [
            (OutreachState::Running, "2027-02-08", O::Recorded),
            (OutreachState::Paused, "2027-02-08", O::Recorded),
            (OutreachState::Running, "2027-02-09", O::LinkExpired),
            (OutreachState::Finished, "2027-02-08", O::LinkExpired),
            (OutreachState::Cancelled, "2027-01-12", O::LinkExpired),
        ] {
            let asked = ResponseFacts { state, ..asked(OutreachKind::IndividualOffer, None) };
            assert_eq!(outcome(&asked, OutreachResponse::SelfCheck, day(today)), expected, "{state:?} on {today}");
        }
    }
}
