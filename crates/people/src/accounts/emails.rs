//! Emails about accounts. Their text is neutral: it names neither the service nor its field. A link carries its secret behind
//! the `#`, which browsers send to no server. No line is longer than 76 characters, so that the text needs no encoding and a
//! link is not broken.

use platform::outbox::Email;

/// Asks a person who registered to confirm the address. The mailbox may belong to another person, who does not know the password
/// that the link asks for.
pub fn email_confirmation(to: &str, app_url: &str, token: &str) -> Email {
    Email {
        to: to.to_owned(),
        subject: "Please confirm your email address".to_owned(),
        body: format!(
            "Hello,\n\nplease confirm that this address is yours:\n\n{app_url}/confirm#token={token}\n\n\
             The page asks you for the password that you have chosen.\n\
             The link works once, for one day.\nIf you did not ask for it, you need do nothing.\n"
        ),
    }
}

/// Informs the owner of an address that someone tried to sign up with it again.
pub fn already_registered(to: &str, app_url: &str) -> Email {
    Email {
        to: to.to_owned(),
        subject: "You already have an account".to_owned(),
        body: format!(
            "Hello,\n\nsomeone, perhaps you, tried to sign up with this address,\nwhich already has an account.\n\n\
             You can sign in, or choose a new password, here:\n\n{app_url}/sign-in\n\n\
             If it was not you, you need do nothing: nothing has changed.\n"
        ),
    }
}

/// Informs the owner of an address whose account was closed that it cannot be used to sign up.
pub fn account_closed(to: &str) -> Email {
    Email {
        to: to.to_owned(),
        subject: "Please use another email address".to_owned(),
        body: "Hello,\n\nsomeone, perhaps you, tried to sign up with this address.\nIt belongs to an account that is closed, \
               so it cannot be used again.\n\nYou can sign up with another address.\n\
               If it was not you, you need do nothing: nothing has changed.\n"
            .to_owned(),
    }
}

/// Informs the owner of an address that another account cannot be created with it.
pub fn address_in_use(to: &str) -> Email {
    Email {
        to: to.to_owned(),
        subject: "Please use another email address".to_owned(),
        body: "Hello,\n\nan account was to be created with this address, which is already in use.\n\n\
               If you expect an account, give the person who creates it\nanother address.\n\
               If you do not, you need do nothing: nothing has changed.\n"
            .to_owned(),
    }
}

/// Sends the link to choose a new password.
pub fn password_reset(to: &str, app_url: &str, token: &str, life: &str) -> Email {
    Email {
        to: to.to_owned(),
        subject: "Choose a new password".to_owned(),
        body: format!(
            "Hello,\n\nyou can choose a new password here:\n\n{app_url}/password#token={token}\n\n\
             The link works once, for {life}.\nIf you did not ask for it, you need do nothing.\n"
        ),
    }
}

/// A task that a member of staff has to do. Its text is as neutral as that of messages to practitioners.
#[derive(Debug, Clone)]
pub struct StaffTaskNotification {
    /// The subject line.
    pub subject: &'static str,
    /// What has happened, in a sentence that begins with a lower-case letter.
    pub sentence: String,
    /// The page of the app for the task, beginning with `/`.
    pub path: String,
}

/// The email about a task.
pub fn staff_task(to: &str, app_url: &str, task: &StaffTaskNotification) -> Email {
    let StaffTaskNotification { subject, sentence, path } = task;
    Email { to: to.to_owned(), subject: (*subject).to_owned(), body: format!("Hello,\n\n{sentence}\n\n{app_url}{path}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_needs_no_encoding_that_would_break_its_link() {
        let (url, token) = ("https://app.confide.invalid", "x".repeat(22));
        for email in [
            email_confirmation("ada@example.org", url, &token),
            already_registered("ada@example.org", url),
            account_closed("ada@example.org"),
            address_in_use("ada@example.org"),
            password_reset("ada@example.org", url, &token, "ten minutes"),
        ] {
            assert!(email.body.is_ascii());
            assert!(email.body.lines().all(|line| line.len() <= 76), "{}", email.body);
        }
    }
}
