//! The emails and text messages about appointments. Their wording is neutral: anyone who reads them over a shoulder learns that
//! something is booked and when, but not what it is, with which clinician or where.

use chrono::{DateTime, Utc};

use super::model::ActorKind;
use people::notifications::model::Draft;
use people::notifications::rules::{format_time, format_time_short};
use platform::ids::Id;

/// Confirms a new appointment.
pub fn booked(appointment: Id, starts_at: DateTime<Utc>) -> Draft {
    draft(appointment, starts_at, "Your booking is confirmed", "our booking is confirmed for {}.")
}

/// Gives the new time of an appointment.
pub fn moved(appointment: Id, starts_at: DateTime<Utc>, by: ActorKind) -> Draft {
    Draft {
        essential: by == ActorKind::Staff,
        ..draft(appointment, starts_at, "Your booking has moved", "our booking has moved to {}.")
    }
}

/// Says that an appointment will not take place.
pub fn cancelled(appointment: Id, starts_at: DateTime<Utc>, by: ActorKind) -> Draft {
    Draft {
        essential: by == ActorKind::Staff,
        ..draft(appointment, starts_at, "Your booking is cancelled", "our booking for {} is cancelled.")
    }
}

/// Reminds of an appointment.
pub fn reminder(appointment: Id, starts_at: DateTime<Utc>) -> Draft {
    draft(appointment, starts_at, "A reminder of your booking", "our booking is on {}.")
}

/// Builds the draft. `sentence` leaves out its first character: lower case in an email, a capital in a text message.
fn draft(appointment: Id, starts_at: DateTime<Utc>, subject: &'static str, sentence: &str) -> Draft {
    let text = sentence.replacen("{}", &format_time_short(starts_at), 1);
    Draft {
        subject,
        sentence: format!("y{}", sentence.replacen("{}", &format_time(starts_at), 1)),
        path: format!("/bookings/{appointment}"),
        // No link in the text message: an address may reveal more than the wording does.
        text: format!("Y{text} The details are in your app."),
        essential: false,
        expires_at: starts_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_one_text_message;

    fn drafts(starts_at: &str) -> Vec<Draft> {
        let (id, time) = (Id(uuid::Uuid::nil()), starts_at.parse().unwrap());
        let mut drafts = vec![booked(id, time), reminder(id, time)];
        for by in [ActorKind::Practitioner, ActorKind::Staff] {
            drafts.extend([moved(id, time, by), cancelled(id, time, by)]);
        }
        drafts
    }

    #[test]
    fn times_in_summer_are_shown_as_uk_time() {
        let draft = booked(Id(uuid::Uuid::nil()), "2027-07-01T08:30:00Z".parse().unwrap());
        assert_eq!(draft.sentence, "your booking is confirmed for Thursday 1 July 2027 at 09:30 (UK time).");
        let text = "Your booking is confirmed for Thu 1 Jul 2027 at 09:30 (UK time). The details are in your app.";
        assert_eq!(draft.text, text);
    }

    #[test]
    fn every_text_message_fits_in_one_and_reveals_nothing() {
        for draft in drafts("2027-09-29T08:30:00Z") {
            assert!(fits_one_text_message(&draft.text), "{}", draft.text);
            let wording = format!("{} {} {}", draft.subject, draft.sentence, draft.text).to_lowercase();
            for word in ["confide", "assess", "treat", "clinic", "doctor", "therap", "health", "appointment", "http"] {
                assert!(!wording.contains(word), "{word} is in: {wording}");
            }
        }
    }
}
