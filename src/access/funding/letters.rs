//! The messages about requests. Their words are neutral: they name neither the service nor its field, nor what is asked for.

use crate::platform::ids::Id;
use crate::platform::outbox::Letter;

/// Something was decided or asked; the person finds it where they sign in.
pub fn news(to: &str, app_url: &str, request: Id) -> Letter {
    letter(to, app_url, request, "There is news about your request", "there is news about your request.")
}

/// Something waits for an answer until a day.
pub fn near(to: &str, app_url: &str, request: Id, until: chrono::NaiveDate) -> Letter {
    let sentence = format!("a request waits for you until {}.", until.format("%A %-d %B %Y"));
    letter(to, app_url, request, "A request waits for you", &sentence)
}

/// An answer was due and has not come.
pub fn passed(to: &str, app_url: &str, request: Id, until: chrono::NaiveDate) -> Letter {
    let sentence = format!("an answer to a request was due by {}.", until.format("%A %-d %B %Y"));
    letter(to, app_url, request, "An answer is overdue", &sentence)
}

/// Appointments need somebody's decision.
pub fn to_decide(to: &str, app_url: &str, request: Id) -> Letter {
    letter(to, app_url, request, "Bookings wait for your decision", "bookings wait for your decision.")
}

fn letter(to: &str, app_url: &str, request: Id, subject: &str, sentence: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: subject.to_owned(),
        body: format!("Hello,\n\n{sentence}\n\nYou can see the details here:\n\n{app_url}/requests/{request}\n"),
    }
}
