//! The messages about accounts. Their words are neutral: they name neither the service nor its field, and a link carries its
//! secret behind the `#`, which browsers do not send to any server.

use crate::platform::outbox::Letter;

/// Asks a new account holder to show that the address is theirs.
pub fn verify_email(to: &str, app_url: &str, token: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Please confirm your e-mail address".to_owned(),
        body: format!(
            "Hello,\n\nplease confirm that this address is yours:\n\n{app_url}/confirm#token={token}\n\n\
             The link works once, for one day. If you did not ask for it, you need do nothing.\n"
        ),
    }
}

/// Tells the holder of an address that somebody tried to sign up with it again.
pub fn already_registered(to: &str, app_url: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "You already have an account".to_owned(),
        body: format!(
            "Hello,\n\nsomebody, perhaps you, tried to sign up with this address, which already has an account.\n\n\
             You can sign in, or choose a new password, here:\n\n{app_url}/sign-in\n\n\
             If it was not you, you need do nothing: nothing has changed.\n"
        ),
    }
}

/// Carries the link for a new password.
pub fn reset_password(to: &str, app_url: &str, token: &str, life: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Choose a new password".to_owned(),
        body: format!(
            "Hello,\n\nyou can choose a new password here:\n\n{app_url}/password#token={token}\n\n\
             The link works once, for {life}. If you did not ask for it, you need do nothing.\n"
        ),
    }
}
