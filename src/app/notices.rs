//! Who finds the words of which message when it is due.

use crate::access::hubs;
use crate::care::assessment;
use crate::platform::outbox::Composers;
use crate::scheduling::{booking, calendar};

/// Every kind of notice that rooms ask for.
pub fn composers() -> Composers {
    Composers::new(
        booking::notices::KINDS
            .into_iter()
            .chain(calendar::notices::KINDS)
            .chain(assessment::notices::KINDS)
            .chain(hubs::notices::KINDS),
    )
}
