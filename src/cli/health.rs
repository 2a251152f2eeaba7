//! `confide health`: the command for a container's health check.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use clap::Args;

/// The service to check.
#[derive(Debug, Args)]
pub(super) struct HealthCommand {
    /// The service's address; one that listens on all addresses is reached by loopback
    #[arg(long, env = "CONFIDE_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// The address by which this machine reaches a service: one that listens on all addresses is reached by loopback.
pub(super) fn reachable_address(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    address
}

pub(super) fn run(command: &HealthCommand) -> Result<(), String> {
    let address = reachable_address(command.listen);
    let timeout = Duration::from_secs(3);
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, timeout)?;
        stream.set_read_timeout(Some(timeout))?;
        stream.write_all(b"GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut response = String::new();
        stream.take(4096).read_to_string(&mut response)?;
        Ok(response)
    };
    let response = ask().map_err(|error| format!("no answer from {address}: {error}"))?;
    if response.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(format!("the service at {address} is not ready")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_on_all_addresses_is_reached_by_loopback() {
        for (listen, expected) in [("0.0.0.0:8080", "127.0.0.1:8080"), ("[::]:80", "127.0.0.1:80"), ("10.0.0.7:1", "10.0.0.7:1")]
        {
            assert_eq!(reachable_address(listen.parse().unwrap()), expected.parse::<SocketAddr>().unwrap());
        }
    }
}
