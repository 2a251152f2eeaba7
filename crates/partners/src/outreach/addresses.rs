//! Normalises the contacts that an employer gives, so that the same address is recognised however it is written.

use people::notifications::rules::parse_mobile;
use platform::email;
use platform::error::{Error, Result};
use platform::outbox::MessageCarrier;
use platform::private::Private;
use platform::refusal::{Reason, Refusal};

/// How many invalid addresses are named in one answer.
const MAX_NAMED: usize = 100;

/// A normalised address with its carrier; none for an invalid address.
pub fn normalise(typed: &str) -> Option<(MessageCarrier, String)> {
    let typed = typed.trim();
    if typed.contains('@') {
        let address = typed.to_lowercase();
        return email::is_address(&address).then_some((MessageCarrier::Email, address));
    }
    parse_mobile(typed).ok().map(|number| (MessageCarrier::Sms, number))
}

/// A normalised batch.
///
/// # Errors
/// 422 `invalid_body`, naming every address that is invalid or that the campaign's channels cannot reach.
pub fn normalise_batch<'a>(
    typed: impl Iterator<Item = &'a Private<String>>,
    is_allowed: impl Fn(MessageCarrier) -> bool,
) -> Result<Vec<(MessageCarrier, String)>> {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    for (index, typed) in typed.enumerate() {
        match normalise(typed.reveal()) {
            Some((channel, address)) if is_allowed(channel) => good.push((channel, address)),
            Some(_) => wrong.push((index, "not_allowed", "The campaign does not send by this channel. Leave this address out.")),
            None => wrong.push((index, "invalid", "This is neither an email address nor a mobile number. Correct it.")),
        }
    }
    if wrong.is_empty() {
        return Ok(good);
    }
    let refusal = Refusal::new(
        Reason::InvalidBody,
        "Some addresses cannot be used. None was added: correct them and send the batch again.",
    );
    let named = wrong.into_iter().take(MAX_NAMED);
    Err(Error::from(
        named.fold(refusal, |refusal, (index, word, detail)| refusal.field(format!("/addresses/{index}"), word, detail)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_form() {
        let cases = [
            (" Ada.Lovelace@Example.NHS.uk ", Some((MessageCarrier::Email, "ada.lovelace@example.nhs.uk"))),
            ("07700 900123", Some((MessageCarrier::Sms, "+447700900123"))),
            ("+44 (0)7700 900123", Some((MessageCarrier::Sms, "+447700900123"))),
            ("ada@", None),
            ("Ada <ada@example.org>", None),
            ("a@b@c.org", None),
            ("ädä@example.org", None),
            ("020 7946 0000", None),
            ("no-address", None),
        ];
        for (typed, expected) in cases {
            let expected = expected.map(|(channel, address)| (channel, address.to_owned()));
            assert_eq!(normalise(typed), expected, "{typed}");
        }
    }

    #[test]
    fn invalid_addresses_are_named_by_their_index_up_to_a_hundred() {
        let typed: Vec<Private<String>> =
            ["ada@example.org", "no-address", "07700 900123"].into_iter().map(|text| text.to_owned().into()).collect();
        let error = normalise_batch(typed.iter(), |channel| channel == MessageCarrier::Email).unwrap_err();
        let named: Vec<_> = error.fields().iter().map(|field| (field.pointer.as_str(), field.code)).collect();
        assert_eq!(named, [("/addresses/1", "invalid"), ("/addresses/2", "not_allowed")]);
        assert_eq!(normalise_batch(typed.iter().take(1), |_| true).unwrap().len(), 1);
        let many: Vec<Private<String>> = (0..300).map(|number| format!("no-address-{number}").into()).collect();
        assert_eq!(normalise_batch(many.iter(), |_| true).unwrap_err().fields().len(), MAX_NAMED);
    }
}
