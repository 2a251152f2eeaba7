//! The clinicians: who there is to choose from, when they are next free, and who must not be shown to whom.

pub mod callers;
pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;
mod search;

use platform::http::operations::ServiceConfig;

use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::put_clinician).service(routes::list_clinicians).service(routes::get_clinician);
}

/// Of which slots a practitioner could book one.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    pub kind: model::Kind,
    /// Which begin at this instant or later.
    pub from: UtcTime,
    /// And before this one.
    pub to: UtcTime,
    /// By telephone too.
    pub by_phone: bool,
}

/// Says which slots are open to a practitioner; none where none is. Booking knows it, which is to the right of this room and hands
/// it in.
#[derive(Clone, Copy)]
pub struct WhatIsOpen(pub fn(&mut Tx, Id) -> Result<Option<Opening>>);
