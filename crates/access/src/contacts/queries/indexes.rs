//! The blind indexes by which contacts are found. They differ from those of accounts, so that the two cannot be compared.

use crate::contacts::rules::{former_phone_key, phone_key};
use people::practitioners::rules::parse_reference;
use platform::seal::Sealer;

/// The purpose of the index of telephone numbers.
const PHONE: &str = "contact_phone";

/// The blind index of a telephone number.
pub fn phone_index(sealer: &Sealer, phone: &str) -> String {
    sealer.blind_index(PHONE, &phone_key(phone))
}

/// The blind index of an email address.
pub fn email_index(sealer: &Sealer, email: &str) -> String {
    sealer.blind_index("contact_email", email)
}

/// The blind index of a practitioner's reference as a caller stated it; `None` for a text that cannot be one.
pub fn reference_index(sealer: &Sealer, stated: &str) -> Option<String> {
    parse_reference(stated).map(|reference| sealer.blind_index("contact_reference", &reference))
}

/// The indexes under which contacts from a number may be stored.
pub fn phone_indexes(sealer: &Sealer, phone: &str) -> Vec<Option<String>> {
    let key = phone_key(phone);
    former_phone_key(&key).into_iter().chain([key]).map(|key| Some(sealer.blind_index(PHONE, &key))).collect()
}
