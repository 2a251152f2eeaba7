//! Connections: how many one address may open, and how long a client may take to send and to read.
//!
//! The server of actix-web limits only the time for the head of the first request: a client that sends a body (or the head of the
//! second request) byte by byte, or does not read the response, would keep its connection forever. Here every connection has a
//! deadline whenever the service waits for the client. There is none while a request is being handled: the handler reads the body
//! within its own time limit (`json.rs`), so that the client still gets a response.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::body::{BoxBody, MessageBody};
use actix_http::error::DispatchError;
use actix_http::{ConnectionType, HttpService, Protocol, Request, Response};
use actix_server::{Server, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, apply_fn_factory, fn_service, map_config,
};
use actix_web::dev::AppConfig;
use socket2::{Domain, SockRef, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::bare::{bare_answer, too_many};
use super::file_limit::for_a_worker;
use super::slices::Slices;
use crate::address;
use crate::address::Proxies;

/// The time limit is multiplied by this for a client that is reading: downloads over a poor line are slow.
const READING: u32 = 3;
/// How long a connection that will be closed waits for the client to close it.
const PARTING: Duration = Duration::from_secs(2);
/// The longest time for the head of the first request.
const HEAD: Duration = Duration::from_secs(10);
/// How many connections the readers of the metrics may open.
pub const FOR_FIGURES: u64 = 16;
/// How often reaching the connection limit is logged.
const SAID: Duration = Duration::from_secs(60);

/// How many connections may wait to be accepted; the system may allow fewer (`net.core.somaxconn`).
const WAITING: i32 = 4096;
/// How many bytes of a response the system buffers for a client at most (it counts twice that, including its own needs). The rest
/// waits in this process, where it is shared or small.
const UNSENT: usize = 256 * 1024;

/// How many connections each address has open.
type Open = Arc<Mutex<BTreeMap<IpAddr, u32>>>;

/// The limits for clients. Cheap to clone; the clones count together.
#[derive(Debug, Clone)]
pub struct Connections {
    /// How long a client may take to send a request.
    patience: Duration,
    /// How many connections one address may open; 0 is no limit.
    per_address: u32,
    proxies: Proxies,
    open: Open,
    crowd: Arc<Crowd>,
}

/// The count of all connections together.
#[derive(Debug)]
struct Crowd {
    most: u64,
    open: AtomicU64,
    /// When reaching the limit was last logged.
    said: Mutex<Option<Instant>>,
}

impl Connections {
    /// These limits, with no connection open.
    pub fn new(timeout: Duration, per_address: u32, proxies: Proxies) -> Self {
        Self { patience: timeout, per_address, proxies, open: Arc::default(), crowd: Arc::new(Crowd::of(u64::MAX)) }
    }

    /// The same limits for another listener, which accepts `max` connections in all and counts them separately.
    #[must_use]
    pub fn counted_apart(&self, max: u64) -> Self {
        Self { open: Arc::default(), crowd: Arc::new(Crowd::of(max)), ..self.clone() }
    }

    /// Counts one more connection, or returns none when this address has as many as it may. A trusted proxy serves many clients
    /// and is not counted.
    fn place_for(&self, peer: IpAddr) -> Option<Place> {
        let within = Within::the(&self.crowd);
        if self.per_address == 0 || self.proxies.include(peer) {
            return Some(Place { of: None, _within: within });
        }
        let address = address::counted(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(Place { of: Some((self.open.clone(), address)), _within: within })
    }
}

impl Crowd {
    fn of(max: u64) -> Self {
        Self { most: max, open: AtomicU64::new(0), said: Mutex::default() }
    }

    /// Logs that the next client has to wait, once a minute at most: nothing else tells the operator.
    fn say_full(&self) {
        let mut logged = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.is_none_or(|logged| logged.elapsed() >= SAID) {
            *logged = Some(Instant::now());
            tracing::warn!(
                connections = self.most,
                "the connection limit is reached, so further clients wait: raise the limit of open files to allow more"
            );
        }
    }
}

/// One of all connections, counted until it is dropped.
struct Within(Arc<Crowd>);

impl Within {
    fn the(crowd: &Arc<Crowd>) -> Self {
        if crowd.open.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= crowd.most {
            crowd.say_full();
        }
        Self(crowd.clone())
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One of the connections that an address may have; released when dropped.
struct Place {
    of: Option<(Open, IpAddr)>,
    _within: Within,
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((open, address)) = self.of.take() else { return };
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&address);
            }
        }
    }
}

/// A server that is not running yet, with this number of workers and at most `max` connections in all.
pub fn server(workers: usize, max: u64) -> ServerBuilder {
    Server::build().workers(workers).max_concurrent_connections(for_a_worker(max, workers))
}

/// Listens on an address with a long queue, so that many clients that connect at the same moment wait instead of being refused: a
/// refused client tries again after a second, then after longer and longer times.
///
/// # Errors
/// When the address cannot be used.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // A new start must not wait until the connections of the last one have timed out.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    Ok(socket.into())
}

/// Adds an application to a server.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve<F, I, S, B>(
    server: ServerBuilder,
    name: &str,
    listener: TcpListener,
    connections: &Connections,
    factory: F,
) -> io::Result<ServerBuilder>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let (stopping, connections, address) = (server.graceful_shutdown_signal(), connections.clone(), listener.local_addr()?);
    server.listen(name, listener, move || {
        let (stopping, connections, timeout) = (stopping.clone(), connections.clone(), connections.patience);
        let application = factory().into_factory().map_err(|error| Response::<BoxBody>::from(error.into().error_response()));
        let tracked = apply_fn_factory(map_config(application, |()| AppConfig::default()), move |request: Request, service| {
            let deadlines = request.conn_data::<Rc<Watch>>().cloned();
            if let Some(deadlines) = &deadlines {
                deadlines.handling();
            }
            let response = service.call(request);
            async move {
                let response = response.await.map(Into::<Response<B>>::into);
                let response = response.map(|response| response.map_body(|_, body| Slices::of(body)));
                if let Some(deadlines) = deadlines {
                    let closes =
                        response.as_ref().is_ok_and(|response| response.head().connection_type() == ConnectionType::Close);
                    deadlines.answering(if closes { PARTING.min(timeout) } else { timeout });
                }
                response
            }
        });
        let http = HttpService::<Connection, _, _>::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .client_request_timeout(HEAD.min(timeout))
            .client_disconnect_timeout(Duration::from_secs(1))
            .local_addr(address)
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.watch.clone());
            })
            .finish(tracked);
        let accept = fn_service(move |io: TcpStream| {
            let accepted = Connection::accept(io, &connections);
            async move { accepted.ok_or(DispatchError::DisconnectTimeout) }
        });
        accept.and_then(http).map_err(|error| note(&error))
    })
}

/// Counts why a connection ended early. Errors of clients are only counted; errors of the service are logged too.
fn note(error: &DispatchError) {
    let reason = match error {
        DispatchError::Parse(_) => "not_http",
        DispatchError::Io(error) if error.kind() == io::ErrorKind::TimedOut => "too_slow",
        DispatchError::Io(_) | DispatchError::SlowRequestTimeout | DispatchError::DisconnectTimeout => "gone",
        other => {
            tracing::error!(cause = %other, "a connection failed");
            "failed"
        }
    };
    metrics::counter!("confide_connections_broken_total", "reason" => reason).increment(1);
}

/// What a connection is waiting for, as far as its stream must know. Used only on the connection's own thread.
#[derive(Debug)]
struct Watch {
    /// When the client's time ends; none while a request is being handled.
    deadline: Cell<Option<Instant>>,
    /// The later deadline for a client that is still reading.
    reading: Cell<Option<Instant>>,
}

impl Watch {
    fn new(timeout: Duration) -> Self {
        let deadlines = Self { deadline: Cell::default(), reading: Cell::default() };
        deadlines.answering(timeout);
        deadlines
    }

    /// A request is being handled: there is no deadline for the client.
    fn handling(&self) {
        self.deadline.set(None);
        self.reading.set(None);
    }

    /// The response is ready: the client has this long to read it, to send the rest of the body, and to send the next request.
    fn answering(&self, timeout: Duration) {
        let now = Instant::now();
        self.deadline.set(Some(now + timeout));
        self.reading.set(Some(now + timeout * READING));
    }

    /// The client has not read yet what was sent.
    fn stalled(&self) {
        if let Some(longer) = self.reading.take() {
            self.deadline.set(Some(longer));
        }
    }
}

/// A client's connection with its deadlines.
struct Connection {
    io: TcpStream,
    watch: Rc<Watch>,
    alarm: Pin<Box<Sleep>>,
    /// A response of the connection itself that must be sent before anything else.
    own: Vec<u8>,
    _place: Place,
}

impl Connection {
    /// Accepts a connection, or refuses it with a response when its address has too many.
    fn accept(io: TcpStream, connections: &Connections) -> Option<(Self, Protocol, Option<SocketAddr>)> {
        let peer = io.peer_addr().ok()?;
        let Some(place) = connections.place_for(peer.ip()) else {
            metrics::counter!("confide_connections_refused_total").increment(1);
            // The connection is new, so its buffer has space for the response; if not, closing it is enough.
            let socket = SockRef::from(&io);
            let _ = socket.send(&too_many());
            let _ = socket.shutdown(std::net::Shutdown::Write);
            return None;
        };
        // If the size cannot be set, the system's own larger limit applies.
        let _ = SockRef::from(&io).set_send_buffer_size(UNSENT);
        // The server itself answers a first head that is too slow; this deadline is for what the server does not detect.
        let deadlines = Rc::new(Watch::new(HEAD.min(connections.patience) + PARTING));
        let alarm = Box::pin(sleep_until(deadlines.deadline.get().unwrap_or_else(Instant::now)));
        Some((Self { io, watch: deadlines, alarm, own: Vec::new(), _place: place }, Protocol::Http1, Some(peer)))
    }

    /// Fails when the client's deadline has passed. Called whenever the dispatcher uses the stream, so that the current deadline
    /// wakes it.
    fn in_time(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(deadline) = self.watch.deadline.get() else { return Ok(()) };
        if self.alarm.deadline() != deadline {
            self.alarm.as_mut().reset(deadline);
        }
        match self.alarm.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn write_own(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.own.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(cx, &self.own))?;
            self.own.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.in_time(cx)?;
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.in_time(cx)?;
        ready!(self.write_own(cx))?;
        let before = match bare_answer(bytes) {
            Some((0, answer)) => {
                self.own = answer;
                return Poll::Ready(Ok(bytes.len()));
            }
            Some((before, _)) => bytes.get(..before).unwrap_or(bytes),
            None => bytes,
        };
        let written = Pin::new(&mut self.io).poll_write(cx, before);
        if written.is_pending() {
            self.watch.stalled();
            self.in_time(cx)?;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(cx)?;
        ready!(self.write_own(cx))?;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_own(cx))?;
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_connection_no_longer_counts_for_its_address() {
        let proxies = Proxies::new(vec![address::proxy("10.0.0.0/8").unwrap()]);
        let connections = Connections::new(Duration::from_secs(1), 2, proxies);
        let take = |peer: &str| connections.place_for(peer.parse().unwrap());
        let first = take("192.0.2.1");
        let second = take("::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some() && take("192.0.2.1").is_none());
        assert!(take("192.0.2.2").is_some(), "other addresses have their own limit");
        let subscriber: Vec<_> = ["2001:db8::1", "2001:db8::2"].into_iter().map(take).collect();
        assert!(subscriber.iter().all(Option::is_some) && take("2001:db8::3").is_none());
        assert!(take("2001:db8:0:1::3").is_some(), "another subscriber");
        let proxied: Vec<_> = (0..9).map(|_| take("10.1.2.3")).collect();
        assert!(proxied.iter().all(Option::is_some));
        drop(first);
        assert!(take("192.0.2.1").is_some());
        drop((second, subscriber, proxied));
        assert!(connections.open.lock().unwrap().is_empty());
    }

    #[test]
    fn many_clients_that_connect_at_one_moment_are_accepted() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        // No connection is accepted in the meantime.
        let clients: Vec<_> =
            (0..300).map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(900))).collect();
        assert!(clients.iter().all(Result::is_ok), "{}", clients.iter().filter(|one| one.is_err()).count());
    }

    #[test]
    fn all_connections_together_are_counted_until_they_close() {
        let connections = Connections::new(Duration::from_secs(1), 0, Proxies::default()).counted_apart(2);
        let logged = || connections.crowd.said.lock().unwrap().is_some();
        let first = connections.place_for("192.0.2.1".parse().unwrap());
        assert!(first.is_some() && !logged());
        let second = connections.place_for("192.0.2.2".parse().unwrap());
        assert!(second.is_some() && logged(), "the limit is reached");
        drop((first, second));
        assert_eq!(connections.crowd.open.load(Ordering::Relaxed), 0);
    }
}
