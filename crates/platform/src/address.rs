//! Where a request comes from: the client's address, as far as proxies that the operator trusts pass it on.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net};

/// The header in which proxies write whom they speak for. Each proxy appends the address of its own peer, in the last line
/// or in a line of its own.
pub const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose forwarding header is believed: addresses and networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// These networks, as [`proxy`] reads them.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// True when this address is one of theirs.
    pub fn include(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client behind a connection: the peer itself, or what trusted proxies wrote down. The entries are read from the
    /// right, because only a proxy of ours can have written the last one; the first that is not itself a trusted proxy is
    /// the client. Reading ends at an entry that is no address, at the last one that was good.
    ///
    /// `lines` are the values of the header's lines, in their order.
    pub fn client<'a>(&self, peer: IpAddr, lines: impl DoubleEndedIterator<Item = &'a [u8]>) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.include(client) {
            return client;
        }
        let entries = lines.rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
        for entry in entries.map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty()) {
            let Some(address) = entry_address(entry) else { break };
            client = address;
            if !self.include(client) {
                break;
            }
        }
        client
    }
}

/// What is counted together: one IPv4 address, or one /64 of IPv6, which a single subscriber is given.
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

/// Reads a setting: an address or a network (`10.0.0.1`, `10.0.0.0/8`, `fd00::/8`).
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

/// The address of one entry: bare, in brackets, or with a port.
fn entry_address(entry: &[u8]) -> Option<IpAddr> {
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

    fn proxies(texts: &[&str]) -> Proxies {
        Proxies::new(texts.iter().map(|text| proxy(text).unwrap()).collect())
    }

    #[test]
    fn the_client_is_the_last_address_that_no_trusted_proxy_has() {
        let trusted = proxies(&["10.0.0.0/8", "fd00::/8", "::ffff:192.168.1.0/120"]);
        for (peer, lines, client) in [
            // A peer that is not trusted speaks for nobody.
            ("203.0.113.9", &["1.1.1.1"][..], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            // A second line is the proxy's, the first one the client's own invention.
            ("10.0.0.1", &["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 7.7.7.7", "1.1.1.1, 10.9.9.9"], "1.1.1.1"),
            ("10.0.0.1", &["1.1.1.1", "10.2.2.2", "10.3.3.3"], "1.1.1.1"),
            // Proxies all the way: the farthest.
            ("10.0.0.1", &["10.0.0.7, 10.0.0.8"], "10.0.0.7"),
            // One address, however it is written.
            ("::ffff:10.0.0.1", &["::ffff:1.2.3.4"], "1.2.3.4"),
            ("192.168.1.7", &["1.2.3.4"], "1.2.3.4"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", &["[2001:db8::7]"], "2001:db8::7"),
            ("10.0.0.1", &["[2001:db8::7]:443"], "2001:db8::7"),
            ("10.0.0.1", &["1.2.3.4:5678"], "1.2.3.4"),
            ("10.0.0.1", &["1.2.3.4 ,, "], "1.2.3.4"),
            ("10.0.0.1", &["\t1.2.3.4\t"], "1.2.3.4"),
            // What is no address ends the reading at the last good one.
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
    fn bytes_that_are_no_text_are_no_address() {
        let lines: [&[u8]; 2] = [b"1.1.1.1", b"\xff\xfe"];
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(proxies(&["10.0.0.1"]).client(peer, lines.into_iter()), peer);
    }

    #[test]
    fn an_ipv6_subscriber_is_counted_as_one() {
        for (address, counted_as) in [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("::ffff:1.2.3.4", "1.2.3.4"),
            ("1.2.3.4", "1.2.3.4"),
            ("::1", "::"),
        ] {
            assert_eq!(counted(address.parse().unwrap()), counted_as.parse::<IpAddr>().unwrap(), "{address}");
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
