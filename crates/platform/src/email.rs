//! Which texts are email addresses: one rule for every address in the service.

/// The longest address in octets (RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets).
pub const MAX_LENGTH: usize = 254;
/// The longest part before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_LENGTH: usize = 64;
/// The longest label of a domain (RFC 1035, 2.3.4).
const MAX_LABEL_LENGTH: usize = 63;

/// True for an address in its usual form: a dot-atom, `@`, and a public mail domain with a dot in it. Display names, comments,
/// quoted parts and address literals are not accepted, though RFC 5322 allows them: the value is exactly one address, and mail is
/// sent to it unchanged. Domains in other scripts are accepted only in their ASCII form (`xn--…`), in which they are compared and
/// sent.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= MAX_LENGTH && is_local(local) && is_domain(domain)
}

fn is_local(local: &str) -> bool {
    let atom = |atom: &str| {
        !atom.is_empty() && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    local.len() <= MAX_LOCAL_LENGTH && local.split('.').all(atom)
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=MAX_LABEL_LENGTH).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // The last label is never a number: `user@127.0.0.1` is an address literal without its brackets.
    let top = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(label) && !top.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_mailbox_at_a_domain_with_a_dot() {
        let (local, label) = ("l".repeat(64), "d".repeat(63));
        let longest = format!("{local}@{label}.{label}.{}", "d".repeat(61));
        assert_eq!(longest.len(), 254);
        for good in [
            "ada@example.org",
            "ADA.Byron@Example.NHS.uk",
            "o'brien+clinic@mail.example.co.uk",
            "a@b.cd",
            "1@1.example",
            "ada@xn--bcher-kva.example",
            "ada@my-trust.nhs.uk",
            &longest,
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "a@b",
            "ada@localhost",
            "a@[127.0.0.1]",
            "a@[IPv6:::1]",
            "a@127.0.0.1",
            "Words <x@example.org>",
            "<x@example.org>",
            "x@example.org (Ada)",
            "\"ada byron\"@example.org",
            "\"x\"@example.org",
            "ada byron@example.org",
            " ada@example.org",
            "ada@example.org ",
            "ada@example.org\r\nBcc: x@example.org",
            "ada@exam ple.org",
            "ada@@example.org",
            "a@b@example.org",
            ".ada@example.org",
            "ada.@example.org",
            "a..b@example.org",
            "ada@.example.org",
            "ada@example.org.",
            "ada@example..org",
            "ada@-example.org",
            "ada@example-.org",
            "ada@exam_ple.org",
            "ada@b\u{fc}cher.example",
            "\u{e4}d\u{e4}@example.org",
            "ada@example.\u{442}\u{435}\u{441}\u{442}",
            "ada@example.org,eve@example.org",
            "ada@example.org;eve@example.org",
            "mailto:ada@example.org",
            "ada\u{200b}@example.org",
            &format!("l{local}@example.org"),
            &format!("ada@d{label}.org"),
            &format!("{longest}d"),
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
