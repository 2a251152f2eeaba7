//! Addresses on which a program that a test starts can listen.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// The first of the ports, and how many there are: beneath those that the system gives to connections going out, of which tests open
/// hundreds. One of those, found free and let go, can be taken before the program listens.
const PORTS: (u16, u16) = (20_000, 12_000);

static NEXT: AtomicU16 = AtomicU16::new(0);

/// An address that is free, and that no other test of this run is given.
pub fn free_address() -> SocketAddr {
    // Another run at the same time begins elsewhere.
    let begin = std::process::id() % u32::from(PORTS.1);
    loop {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let place = u16::try_from((begin + step) % u32::from(PORTS.1)).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORTS.0 + place));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
