//! Who finds the words of which message when it is due.

use crate::access::{funding, hubs};
use crate::care::{assessment, feedback, follow_ups, groups, separation};
use crate::platform::outbox::Composers;
use crate::scheduling::{booking, calendar};

/// Every kind of notice that rooms ask for.
pub fn composers() -> Composers {
    let kinds = funding::notices::KINDS
        .into_iter()
        .chain(hubs::notices::KINDS)
        .chain(booking::notices::KINDS)
        .chain(calendar::notices::KINDS)
        .chain(assessment::notices::KINDS)
        .chain(follow_ups::notices::KINDS)
        .chain(groups::notices::KINDS)
        .chain(feedback::notices::KINDS)
        .chain(separation::KINDS);
    Composers::new(kinds)
}
