//! The messages about appointments. Their words are neutral: whoever reads over a shoulder learns that something is booked
//! and when, but not what, with whom or where.

use chrono::{DateTime, Utc};

use super::model::ActorKind;
use people::notifications::model::Draft;
use people::notifications::rules::{told_briefly, told_time};
use platform::ids::Id;

/// Confirms a new appointment.
pub fn booked(appointment: Id, starts_at: DateTime<Utc>) -> Draft {
    draft(appointment, starts_at, "Your booking is confirmed", "our booking is confirmed for {}.")
}

/// Tells the new time of an appointment.
pub fn moved(appointment: Id, starts_at: DateTime<Utc>, by: ActorKind) -> Draft {
    Draft {
        essential: by == ActorKind::Staff,
        ..draft(appointment, starts_at, "Your booking has moved", "our booking has moved to {}.")
    }
}

/// Tells that an appointment will not take place.
pub fn cancelled(appointment: Id, starts_at: DateTime<Utc>, by: ActorKind) -> Draft {
    Draft {
        essential: by == ActorKind::Staff,
        ..draft(appointment, starts_at, "Your booking is cancelled", "our booking for {} is cancelled.")
    }
}

/// Recalls an appointment.
pub fn reminder(appointment: Id, starts_at: DateTime<Utc>) -> Draft {
    draft(appointment, starts_at, "A reminder of your booking", "our booking is on {}.")
}

/// `sentence` without its first letter, which is a small one in a letter and a capital in a text.
fn draft(appointment: Id, starts_at: DateTime<Utc>, subject: &'static str, sentence: &str) -> Draft {
    let text = sentence.replacen("{}", &told_briefly(starts_at), 1);
    Draft {
        subject,
        sentence: format!("y{}", sentence.replacen("{}", &told_time(starts_at), 1)),
        path: format!("/bookings/{appointment}"),
        // No link: an address may say more than the words do, and nothing in it would fit the person.
        text: format!("Y{text} The details are in your app."),
        essential: false,
        until: starts_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_a_text;

    fn drafts(starts_at: &str) -> Vec<Draft> {
        let (id, time) = (Id(uuid::Uuid::nil()), starts_at.parse().unwrap());
        let mut drafts = vec![booked(id, time), reminder(id, time)];
        for by in [ActorKind::Practitioner, ActorKind::Staff] {
            drafts.extend([moved(id, time, by), cancelled(id, time, by)]);
        }
        drafts
    }

    #[test]
    fn a_summer_time_is_told_as_the_clock_shows_it() {
        let draft = booked(Id(uuid::Uuid::nil()), "2027-07-01T08:30:00Z".parse().unwrap());
        assert_eq!(draft.sentence, "your booking is confirmed for Thursday 1 July 2027 at 09:30 (UK time).");
        let text = "Your booking is confirmed for Thu 1 Jul 2027 at 09:30 (UK time). The details are in your app.";
        assert_eq!(draft.text, text);
    }

    #[test]
    fn every_text_goes_as_one_and_says_neither_what_nor_with_whom_nor_where() {
        for draft in drafts("2027-09-29T08:30:00Z") {
            assert!(fits_a_text(&draft.text), "{}", draft.text);
            let words = format!("{} {} {}", draft.subject, draft.sentence, draft.text).to_lowercase();
            for word in ["confide", "assess", "treat", "clinic", "doctor", "therap", "health", "appointment", "http"] {
                assert!(!words.contains(word), "{word} is in: {words}");
            }
        }
    }
}
