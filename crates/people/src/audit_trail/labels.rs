//! Plain words for what the audit trail stores as codes.

use crate::relationships::Basis;

/// The basis of what a practitioner did with their own record.
pub const OWN: &str = "own";
/// What practitioners do before they have a session: they confirm the address of their registration.
pub const REGISTERED: &str = "registration.created";
/// The basis on which privacy officers read the trail.
pub const OVERSIGHT: &str = "oversight";
/// The bases of clinicians that the practitioner knows.
pub const KNOWN: [&str; 2] = [Basis::Treats.as_str(), Basis::ReadsAfterCare.as_str()];

/// An action in words: `fit_note.downloaded` is "Fit note downloaded".
pub fn label(action: &str) -> String {
    let words = action.replace(['.', '_'], " ");
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Why an actor may know of a practitioner, as a sentence to that practitioner; none for a basis without one. Nothing in it tells of
/// other people.
pub fn reason(basis: &str) -> Option<&'static str> {
    let Some(basis) = Basis::parse(basis) else {
        return (basis == OVERSIGHT).then_some("They check how records are used.");
    };
    Some(match basis {
        Basis::Own => "You did this yourself.",
        Basis::Treats => "They treat you or have an appointment with you.",
        Basis::ReadsAfterCare => "They treated you, and may read your record for some time afterwards.",
        Basis::Booking => "They arrange your appointments.",
        Basis::Funding | Basis::Commissioned => "They handle a request to fund your care.",
        Basis::Eligibility => "They decide whether the service covers you.",
        Basis::Alert | Basis::OnDuty => "They respond to answers of yours that are about your safety.",
        Basis::RiskReview => "They find someone to speak to you, as was planned.",
        Basis::Group => "They lead or organise a group for which you have or want a place.",
        Basis::FollowUp => "They arrange an appointment that was agreed with you.",
        Basis::Referral => "They handle your referral.",
        Basis::Contact => "They handle your contact with the service.",
        Basis::ConflictTask => "They run the daily work of the service.",
        Basis::PhoneCall => "They recorded that you called the service and gave your reference.",
        Basis::BreakGlass => "They opened your record without a care relationship and gave a reason, which is checked.",
        Basis::Review => "They check how records are used.",
        Basis::Retention => "They decide how long your record is kept.",
        Basis::Document => "They have a document of yours and checked whether it is genuine.",
        Basis::Service => "The service did this by itself, or because of another change.",
    })
}

/// Why someone saw how to reach a practitioner, as a sentence to that practitioner: the subject of such an event is the reason. None
/// for every other event.
pub fn reason_to_call(action: &str, subject_kind: &str) -> Option<&'static str> {
    match (action, subject_kind) {
        ("contact_details.read", "risk_alert") => Some("They had to reach you about your safety."),
        ("contact_details.read", "appointment") => Some("They had an appointment by telephone with you."),
        ("contact_details.read", "follow_up") => Some("They had to call you about an appointment that was agreed with you."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_becomes_a_sentence() {
        assert_eq!(label("fit_note.downloaded"), "Fit note downloaded");
        assert_eq!(label("appointment.attendance_recorded"), "Appointment attendance recorded");
        assert_eq!(label(""), "");
    }

    #[test]
    fn what_a_call_was_about_is_a_reason_of_its_own() {
        for kind in ["risk_alert", "appointment", "follow_up"] {
            assert!(reason_to_call("contact_details.read", kind).is_some(), "{kind}");
            assert_eq!(reason_to_call("risk_alert.read", kind), None, "{kind}");
        }
        assert_eq!(reason_to_call("contact_details.read", "practitioner"), None);
    }

    #[test]
    fn every_basis_has_a_sentence() {
        let all = Basis::ALL.iter().map(|basis| basis.as_str());
        for basis in [OWN, OVERSIGHT].into_iter().chain(KNOWN).chain(all) {
            assert!(reason(basis).is_some(), "{basis}");
        }
        assert_eq!(reason("unheard_of"), None);
    }
}
