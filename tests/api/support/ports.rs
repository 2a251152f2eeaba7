//! Free addresses for programs that tests start.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// The first port and the number of ports: below the range that the system uses for outgoing connections, of which tests open
/// hundreds. A port of that range, found free and released, could be in use before the program listens.
const PORTS: (u16, u16) = (20_000, 12_000);

static NEXT: AtomicU16 = AtomicU16::new(0);

/// An address that is free and that no other test of this run gets.
pub fn free_address() -> SocketAddr {
    // Another run at the same time starts at another port.
    let first = std::process::id() % u32::from(PORTS.1);
    loop {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let offset = u16::try_from((first + step) % u32::from(PORTS.1)).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORTS.0 + offset));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
