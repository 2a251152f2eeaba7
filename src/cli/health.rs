//! `confide health`: what a container's health check calls.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use clap::Args;

/// Whom to ask.
#[derive(Debug, Args)]
pub(super) struct HealthCommand {
    /// The service's address; one that listens everywhere is asked on loopback
    #[arg(long, env = "CONFIDE_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Where this machine reaches a service that listens on this address: one that listens everywhere is reached on loopback.
pub(super) fn from_here(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    address
}

pub(super) fn run(command: &HealthCommand) -> Result<(), String> {
    let address = from_here(command.listen);
    let patience = Duration::from_secs(3);
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.write_all(b"GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|error| format!("no answer from {address}: {error}"))?;
    if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(format!("{address} cannot serve")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_reached_on_loopback() {
        for (listens, reached) in [("0.0.0.0:8080", "127.0.0.1:8080"), ("[::]:80", "127.0.0.1:80"), ("10.0.0.7:1", "10.0.0.7:1")]
        {
            assert_eq!(from_here(listens.parse().unwrap()), reached.parse::<SocketAddr>().unwrap());
        }
    }
}
