//! A server that accepts no writes, like a standby: a proxy to the tests' PostgreSQL that makes every session read-only.

use std::io::{Read, Write, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Listens on a port of 127.0.0.1 and forwards everything to a socket.
pub struct Standby {
    pub port: u16,
    connections: Arc<AtomicU32>,
}

impl Standby {
    pub fn start(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, connections) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU32::new(0)));
        let counter = connections.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), UnixStream::connect(&socket).unwrap());
                counter.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || forward(client, server));
            }
        });
        Self { port, connections }
    }

    /// How many connections it has accepted.
    pub fn connection_count(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Forwards in both directions. `None` when either side has disconnected.
fn forward(mut client: TcpStream, mut server: UnixStream) -> Option<()> {
    let mut startup = startup(&mut client)?;
    // Adds a setting to the startup message; a zero byte ends the list.
    startup.pop();
    startup.extend_from_slice(b"default_transaction_read_only\0on\0\0");
    let length = u32::try_from(startup.len()).ok()?;
    startup[..4].copy_from_slice(&length.to_be_bytes());
    server.write_all(&startup).ok()?;
    let (mut answers, mut back) = (server.try_clone().ok()?, client.try_clone().ok()?);
    std::thread::spawn(move || {
        let _ = copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let _ = copy(&mut client, &mut server);
    server.shutdown(Shutdown::Both).ok()
}

/// The startup message of a session. A request for encryption before it is refused.
fn startup(client: &mut TcpStream) -> Option<Vec<u8>> {
    loop {
        let mut length = [0; 4];
        client.read_exact(&mut length).ok()?;
        let mut message = length.to_vec();
        message.resize(usize::try_from(u32::from_be_bytes(length)).ok()?.max(8), 0);
        client.read_exact(&mut message[4..]).ok()?;
        if message.len() > 8 {
            return Some(message);
        }
        client.write_all(b"N").ok()?;
    }
}
