//! The messages about funding requests. Their wording is neutral: they name neither the service nor its field, nor the purpose.

use chrono::{NaiveDate, TimeDelta};

use people::accounts::emails::StaffTaskNotification;
use people::notifications::model::Draft;
use platform::ids::{Id, UtcTime};

/// How long after the event a message is still worth sending.
const USEFUL_FOR: TimeDelta = TimeDelta::days(14);

/// Something was decided or asked; the details are shown once the practitioner has signed in.
pub fn request_updated(request: Id, since: UtcTime) -> Draft {
    let text = "There is news about your request. The details are in your app.".to_owned();
    let sentence = "there is news about your request.".to_owned();
    draft(request, since, "There is news about your request", sentence, text, true)
}

/// The practitioner must answer by a day, or should have answered by then.
pub fn answer_due(request: Id, since: UtcTime, due_on: NaiveDate, today: NaiveDate) -> Draft {
    let (subject, sentence) = answer_due_texts(due_on, today);
    let day = due_on.format("%a %-d %b %Y");
    let text = if today > due_on {
        format!("An answer to a request was due by {day}. The details are in your app.")
    } else {
        format!("A request waits for you until {day}. The details are in your app.")
    };
    draft(request, since, subject, sentence, text, false)
}

/// The same message for staff.
pub fn staff_answer_due(request: Id, due_on: NaiveDate, today: NaiveDate) -> StaffTaskNotification {
    let (subject, sentence) = answer_due_texts(due_on, today);
    StaffTaskNotification { subject, sentence, path: format!("/requests/{request}") }
}

/// Staff must decide about appointments.
pub fn bookings_to_decide(request: Id) -> StaffTaskNotification {
    StaffTaskNotification {
        subject: "Bookings wait for your decision",
        sentence: "bookings wait for your decision.".to_owned(),
        path: format!("/requests/{request}"),
    }
}

fn answer_due_texts(due_on: NaiveDate, today: NaiveDate) -> (&'static str, String) {
    let day = due_on.format("%A %-d %B %Y");
    if today > due_on {
        return ("An answer is overdue", format!("an answer to a request was due by {day}."));
    }
    ("A request waits for you", format!("a request waits for you until {day}."))
}

fn draft(request: Id, since: UtcTime, subject: &'static str, sentence: String, text: String, essential: bool) -> Draft {
    let until = (since + USEFUL_FOR).get();
    Draft { subject, sentence, path: format!("/requests/{request}"), text, essential, expires_at: until }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_one_text_message;

    #[test]
    fn answer_is_overdue_from_the_next_day_and_every_text_fits_one_message() {
        let (id, now) = (Id(uuid::Uuid::nil()), UtcTime::from(chrono::DateTime::UNIX_EPOCH));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let on = |today| answer_due(id, now, day("2027-09-29"), day(today));
        assert_eq!(on("2027-09-29").sentence, "a request waits for you until Wednesday 29 September 2027.");
        assert_eq!(on("2027-09-30").subject, "An answer is overdue");
        for draft in [on("2027-09-29"), on("2027-09-30"), request_updated(id, now)] {
            assert!(fits_one_text_message(&draft.text), "{}", draft.text);
            let words = format!("{} {} {}", draft.subject, draft.sentence, draft.text).to_lowercase();
            for word in ["fund", "money", "commission", "health", "care", "confide"] {
                assert!(!words.contains(word), "{word} is in: {words}");
            }
        }
    }
}
