//! The messages about accounts. Their words are neutral: they name neither the service nor its field, and a link carries its
//! secret behind the `#`, which browsers do not send to any server. No line is longer than 76 characters, so that a letter goes
//! as it stands and a link stays in one piece.

use platform::outbox::Letter;

/// Asks a person who registered to show that the address is theirs. The mailbox may be another person's, who knows no password
/// that fits the link.
pub fn verify_email(to: &str, app_url: &str, token: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Please confirm your e-mail address".to_owned(),
        body: format!(
            "Hello,\n\nplease confirm that this address is yours:\n\n{app_url}/confirm#token={token}\n\n\
             You are asked there for the password that you have chosen.\n\
             The link works once, for one day.\nIf you did not ask for it, you need do nothing.\n"
        ),
    }
}

/// Tells the holder of an address that somebody tried to sign up with it again.
pub fn already_registered(to: &str, app_url: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "You already have an account".to_owned(),
        body: format!(
            "Hello,\n\nsomebody, perhaps you, tried to sign up with this address,\nwhich already has an account.\n\n\
             You can sign in, or choose a new password, here:\n\n{app_url}/sign-in\n\n\
             If it was not you, you need do nothing: nothing has changed.\n"
        ),
    }
}

/// Tells the holder of an address whose account was closed that it cannot be used to sign up.
pub fn account_closed(to: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Please use another e-mail address".to_owned(),
        body: "Hello,\n\nsomeone, perhaps you, tried to sign up with this address.\nIt belongs to an account that is closed, \
               so it cannot be used again.\n\nYou can sign up with another address.\n\
               If it was not you, you need do nothing: nothing has changed.\n"
            .to_owned(),
    }
}

/// Carries the link for a new password.
pub fn reset_password(to: &str, app_url: &str, token: &str, life: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Choose a new password".to_owned(),
        body: format!(
            "Hello,\n\nyou can choose a new password here:\n\n{app_url}/password#token={token}\n\n\
             The link works once, for {life}.\nIf you did not ask for it, you need do nothing.\n"
        ),
    }
}

/// Something that a member of staff has to see to. Its words are as neutral as those to practitioners.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The subject line.
    pub subject: &'static str,
    /// What is the matter, in a sentence that begins with a small letter.
    pub sentence: String,
    /// Where in the app it is seen to, beginning with `/`.
    pub path: String,
}

/// Sends a member of staff on an errand.
pub fn errand(to: &str, app_url: &str, errand: &Errand) -> Letter {
    let Errand { subject, sentence, path } = errand;
    Letter { to: to.to_owned(), subject: (*subject).to_owned(), body: format!("Hello,\n\n{sentence}\n\n{app_url}{path}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_needs_no_encoding_that_would_break_its_link() {
        let (url, token) = ("https://app.confide.invalid", "x".repeat(22));
        for letter in [
            verify_email("ada@example.org", url, &token),
            already_registered("ada@example.org", url),
            account_closed("ada@example.org"),
            reset_password("ada@example.org", url, &token, "ten minutes"),
        ] {
            assert!(letter.body.is_ascii());
            assert!(letter.body.lines().all(|line| line.len() <= 76), "{}", letter.body);
        }
    }
}
