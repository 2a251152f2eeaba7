//! The messages about reasons for confidentiality. Their wording is neutral: they name neither the service nor its field, nor what is
//! decided.

use chrono::{NaiveDate, TimeDelta};

use people::accounts::emails::StaffTaskNotification;
use people::notifications::model::Draft;
use platform::ids::{Id, UtcTime};

/// How long after the decision the message is still worth sending.
const USEFUL_FOR: TimeDelta = TimeDelta::days(14);

/// Something was decided; the details are shown once the practitioner has signed in.
pub fn decided(since: UtcTime) -> Draft {
    Draft {
        subject: "There is news about your form",
        sentence: "there is news about the form that you filled in.".to_owned(),
        path: "/registration".to_owned(),
        text: "There is news about the form that you filled in. The details are in your app.".to_owned(),
        essential: true,
        expires_at: (since + USEFUL_FOR).get(),
    }
}

/// A member of staff decides by a day, or should have decided by then.
pub fn decision_due(reason: Id, decide_by: NaiveDate, today: NaiveDate) -> StaffTaskNotification {
    let day = decide_by.format("%A %-d %B %Y");
    let (subject, sentence) = if today > decide_by {
        ("A decision is overdue", format!("a decision was due by {day}."))
    } else {
        ("A decision waits for you", format!("a decision waits for you until {day}."))
    };
    StaffTaskNotification { subject, sentence, path: path(reason) }
}

/// A privacy officer decides, because no coordinator may.
pub fn decision_for_privacy_officer(reason: Id) -> StaffTaskNotification {
    StaffTaskNotification {
        subject: "A decision waits for you",
        sentence:
            "a decision waits, and no coordinator may look at it. Please decide, or ask an administrator to open an account for \
                   another coordinator."
                .to_owned(),
        path: path(reason),
    }
}

/// No one may decide: `request` asks for another coordinator.
pub fn coordinator_needed(request: &str, path: &str) -> StaffTaskNotification {
    StaffTaskNotification {
        subject: "Another coordinator is needed now",
        sentence: format!("a decision waits, and no coordinator may look at it. {request}"),
        path: path.to_owned(),
    }
}

fn path(reason: Id) -> String {
    format!("/decisions/{reason}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_one_text_message;

    #[test]
    fn text_message_fits_in_one_and_no_message_tells_what_it_is_about() {
        let draft = decided(UtcTime::from(chrono::DateTime::UNIX_EPOCH));
        assert!(fits_one_text_message(&draft.text), "{}", draft.text);
        let (id, day) = (Id(uuid::Uuid::nil()), |text: &str| text.parse::<NaiveDate>().unwrap());
        let due = |today| decision_due(id, day("2027-01-18"), day(today));
        assert_eq!(due("2027-01-18").sentence, "a decision waits for you until Monday 18 January 2027.");
        assert_eq!(due("2027-01-19").subject, "A decision is overdue");
        let staff = [due("2027-01-18"), due("2027-01-19"), decision_for_privacy_officer(id), coordinator_needed("Please.", "/")];
        let staff = staff.map(|task| format!("{} {} {}", task.subject, task.sentence, task.path));
        let words = staff.into_iter().chain([format!("{} {} {}", draft.subject, draft.sentence, draft.text)]);
        for words in words.map(|words| words.to_lowercase()) {
            for word in ["confiden", "reason", "eligib", "registr", "health", "care", "practitioner"] {
                assert!(!words.contains(word), "{word} is in: {words}");
            }
        }
    }
}
