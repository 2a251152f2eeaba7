//! Ids of messages as administrators see them. The id of a row tells to the millisecond when the message was queued, and the list shows the
//! day only: with the moment, someone who knows when a colleague registered or had an appointment finds them in it.

use platform::ids::Id;
use platform::seal::Sealer;

const PURPOSE: &str = "message_id";

/// The id that is shown for a message.
pub fn shown_id(sealer: &Sealer, message: Id) -> Id {
    sealer.concealed_id(PURPOSE, message)
}

/// The message for which this id is shown; an unknown one for any other id.
pub fn message_id(sealer: &Sealer, shown: Id) -> Id {
    sealer.id_behind(PURPOSE, shown)
}
