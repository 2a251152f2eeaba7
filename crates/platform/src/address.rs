//! Where a request comes from: the client's IP address, as trusted proxies report it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net};

/// The header in which a proxy names its client. Each proxy appends the address of its own peer, to the last line or as a line of
/// its own.
pub const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose forwarding header is trusted: addresses and networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// The given networks, parsed by [`proxy`].
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// True for an address of a trusted proxy.
    pub fn include(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client of a connection: the peer itself, or the address that trusted proxies reported. Entries are read from the
    /// right, because only a trusted proxy can have written the last one; the first entry that is not itself a trusted proxy is
    /// the client. At an entry that is not an address, reading stops and the last valid entry is the client.
    ///
    /// `lines` are the values of the header's lines, in order.
    pub fn client<'a>(&self, peer: IpAddr, lines: impl DoubleEndedIterator<Item = &'a [u8]>) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.include(client) {
            return client;
        }
        let entries = lines.rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
        for entry in entries.map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty()) {
            let Some(address) = parse_entry(entry) else { break };
            client = address;
            if !self.include(client) {
                break;
            }
        }
        client
    }
}

/// The unit that limits count: one IPv4 address, or one /64 of IPv6, which is what one subscriber gets.
pub fn rate_limit_address(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

/// Parses a setting: an address or a network (`10.0.0.1`, `10.0.0.0/8`, `fd00::/8`).
///
/// # Errors
/// A sentence for the operator.
pub fn proxy(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse::<IpNet>().map_err(|_| "this is neither an address nor a network such as 10.0.0.0/8".to_owned())?,
    };
    // An IPv4 network written as IPv6 means the same: addresses are compared in their canonical form.
    let mapped = match network {
        IpNet::V6(mapped) if mapped.prefix_len() >= 96 => mapped.addr().to_ipv4_mapped().zip(mapped.prefix_len().checked_sub(96)),
        _ => None,
    };
    match mapped {
        Some((address, prefix)) => Ipv4Net::new(address, prefix).map(IpNet::V4).map_err(|error| error.to_string()),
        None => Ok(network),
    }
}

/// The address in one entry, which is bare, in brackets, or followed by a port.
fn parse_entry(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match bare {
        Some(address) => IpAddr::V6(address.parse().ok()?),
        None => text.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))?,
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(texts: &[&str]) -> TrustedProxies {
        TrustedProxies::new(texts.iter().map(|text| proxy(text).unwrap()).collect())
    }

    #[test]
    fn the_client_is_the_last_address_that_is_not_a_trusted_proxy() {
        let trusted = proxies(&["10.0.0.0/8", "fd00::/8", "::ffff:192.168.1.0/120"]);
        for (peer, lines, client) in [
            // An untrusted peer cannot name another client.
            ("203.0.113.9", &["1.1.1.1"][..], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            // A second line is the proxy's; the client wrote the first one itself.
            ("10.0.0.1", &["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 7.7.7.7", "1.1.1.1, 10.9.9.9"], "1.1.1.1"),
            ("10.0.0.1", &["1.1.1.1", "10.2.2.2", "10.3.3.3"], "1.1.1.1"),
            // Every address is a trusted proxy: the farthest one is the client.
            ("10.0.0.1", &["10.0.0.7, 10.0.0.8"], "10.0.0.7"),
            // One address in several spellings.
            ("::ffff:10.0.0.1", &["::ffff:1.2.3.4"], "1.2.3.4"),
            ("192.168.1.7", &["1.2.3.4"], "1.2.3.4"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", &["[2001:db8::7]"], "2001:db8::7"),
            ("10.0.0.1", &["[2001:db8::7]:443"], "2001:db8::7"),
            ("10.0.0.1", &["1.2.3.4:5678"], "1.2.3.4"),
            ("10.0.0.1", &["1.2.3.4 ,, "], "1.2.3.4"),
            ("10.0.0.1", &["\t1.2.3.4\t"], "1.2.3.4"),
            // An entry that is not an address stops the reading at the last valid one.
            ("10.0.0.1", &["neither fish nor fowl"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, _hidden, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &["1.1.1.1, 1.2.3.4.5"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, [::1"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, for=2.2.2.2"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, \u{ff11}.1.1.1"], "10.0.0.1"),
        ] {
            let found = trusted.client(peer.parse().unwrap(), lines.iter().map(|line| line.as_bytes()));
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_ignored() {
        let lines: [&[u8]; 2] = [b"1.1.1.1", b"\xff\xfe"];
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(proxies(&["10.0.0.1"]).client(peer, lines.into_iter()), peer);
    }

    #[test]
    fn all_addresses_of_an_ipv6_subscriber_count_as_one() {
        for (address, expected) in [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
            ("1.2.3.4", "1.2.3.4"),
            ("::1", "::"),
        ] {
            assert_eq!(rate_limit_address(address.parse().unwrap()), expected.parse::<IpAddr>().unwrap(), "{address}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        for (text, network) in [
            ("10.0.0.1", "10.0.0.1/32"),
            (" 10.0.0.0/8 ", "10.0.0.0/8"),
            ("fd00::/8", "fd00::/8"),
            ("::1", "::1/128"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
        ] {
            assert_eq!(proxy(text).unwrap(), network.parse::<IpNet>().unwrap(), "{text}");
        }
        for wrong in ["", "a.proxy", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.1:80", "[::1]"] {
            assert!(proxy(wrong).is_err(), "{wrong}");
        }
    }
}
