//! The format of mobile numbers and text messages.

use crate::text::phone;

/// Characters in one text message; a longer one is sent and charged as several (NHS digital service manual, NHS messages).
pub const TEXT_LENGTH: usize = 160;

/// A mobile number in E.164. Numbers without a country code belong to the United Kingdom, where mobile numbers begin with 071 to
/// 075, 077 to 079, or 07624 (070 is a personal and 076 a pager number, which receive no text messages).
pub fn mobile_number(typed: &str) -> Option<String> {
    let number = phone(typed)?;
    let Some(national) = number.strip_prefix("+44") else {
        return (number.starts_with('+') && number.len() > 8).then_some(number);
    };
    let mobile = national.len() == 10
        && (["71", "72", "73", "74", "75", "77", "78", "79"].iter().any(|start| national.starts_with(start))
            || national.starts_with("7624"));
    mobile.then(|| number.clone())
}

/// True when a text fits into one text message: 160 characters of the GSM 03.38 alphabet, where characters of the second table
/// count twice.
pub fn fits_one_text_message(text: &str) -> bool {
    const ONCE: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const TWICE: &str = "^{}\\[~]|€";
    let cost = text.chars().map(|c| {
        if ONCE.contains(c) {
            Some(1)
        } else if TWICE.contains(c) {
            Some(2)
        } else {
            None
        }
    });
    cost.sum::<Option<usize>>().is_some_and(|cost| cost <= TEXT_LENGTH)
}
