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

use super::file_limit::connections_per_worker;
use super::raw_errors::{replace_empty_error, too_many_connections};
use super::slices::SlicedBody;
use crate::address;
use crate::address::TrustedProxies;

/// The time limit is multiplied by this for a client that is reading: downloads over a poor line are slow.
const READING_FACTOR: u32 = 3;
/// How long a connection that will be closed waits for the client to close it.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// The longest time for the head of the first request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How many connections the readers of the metrics may open.
pub const METRICS_CONNECTIONS: u64 = 16;
/// How often reaching the connection limit is logged.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// How many connections may wait to be accepted; the system may allow fewer (`net.core.somaxconn`).
const BACKLOG: i32 = 4096;
/// How many bytes of a response the system buffers for a client at most (it counts twice that, including its own needs). The rest
/// waits in this process, where it is shared or small.
const SEND_BUFFER: usize = 256 * 1024;

/// How many connections each address has open.
type OpenConnections = Arc<Mutex<BTreeMap<IpAddr, u32>>>;

/// The limits for clients. Cheap to clone; the clones count together.
#[derive(Debug, Clone)]
pub struct Connections {
    /// How long a client may take to send a request.
    timeout: Duration,
    /// How many connections one address may open; 0 is no limit.
    per_address: u32,
    proxies: TrustedProxies,
    open: OpenConnections,
    total: Arc<ConnectionCount>,
}

/// The count of all connections together.
#[derive(Debug)]
struct ConnectionCount {
    max: u64,
    open: AtomicU64,
    /// When reaching the limit was last logged.
    logged_at: Mutex<Option<Instant>>,
}

impl Connections {
    /// These limits, with no connection open.
    pub fn new(timeout: Duration, per_address: u32, proxies: TrustedProxies) -> Self {
        Self { timeout, per_address, proxies, open: Arc::default(), total: Arc::new(ConnectionCount::new(u64::MAX)) }
    }

    /// The same limits for another listener, which accepts `max` connections in all and counts them separately.
    #[must_use]
    pub fn counted_separately(&self, max: u64) -> Self {
        Self { open: Arc::default(), total: Arc::new(ConnectionCount::new(max)), ..self.clone() }
    }

    /// Counts one more connection, or returns none when this address has as many as it may. A trusted proxy serves many clients
    /// and is not counted.
    fn slot_for(&self, peer: IpAddr) -> Option<ConnectionSlot> {
        let within = CountedConnection::count(&self.total);
        if self.per_address == 0 || self.proxies.include(peer) {
            return Some(ConnectionSlot { of: None, _counted: within });
        }
        let address = address::rate_limit_address(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(ConnectionSlot { of: Some((self.open.clone(), address)), _counted: within })
    }
}

impl ConnectionCount {
    fn new(max: u64) -> Self {
        Self { max, open: AtomicU64::new(0), logged_at: Mutex::default() }
    }

    /// Logs that the next client has to wait, once a minute at most: nothing else tells the operator.
    fn log_full(&self) {
        let mut logged = self.logged_at.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.is_none_or(|logged| logged.elapsed() >= LOG_INTERVAL) {
            *logged = Some(Instant::now());
            tracing::warn!(
                connections = self.max,
                "the connection limit is reached, so further clients wait: raise the limit of open files to allow more"
            );
        }
    }
}

/// One of all connections, counted until it is dropped.
struct CountedConnection(Arc<ConnectionCount>);

impl CountedConnection {
    fn count(crowd: &Arc<ConnectionCount>) -> Self {
        if crowd.open.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= crowd.max {
            crowd.log_full();
        }
        Self(crowd.clone())
    }
}

impl Drop for CountedConnection {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One of the connections that an address may have; released when dropped.
struct ConnectionSlot {
    of: Option<(OpenConnections, IpAddr)>,
    _counted: CountedConnection,
}

impl Drop for ConnectionSlot {
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
    Server::build().workers(workers).max_concurrent_connections(connections_per_worker(max, workers))
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
    socket.listen(BACKLOG)?;
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
        let (stopping, connections, timeout) = (stopping.clone(), connections.clone(), connections.timeout);
        let application = factory().into_factory().map_err(|error| Response::<BoxBody>::from(error.into().error_response()));
        let tracked = apply_fn_factory(map_config(application, |()| AppConfig::default()), move |request: Request, service| {
            let deadlines = request.conn_data::<Rc<Deadlines>>().cloned();
            if let Some(deadlines) = &deadlines {
                deadlines.start_handling();
            }
            let response = service.call(request);
            async move {
                let response = response.await.map(Into::<Response<B>>::into);
                let response = response.map(|response| response.map_body(|_, body| SlicedBody::new(body)));
                if let Some(deadlines) = deadlines {
                    let closes =
                        response.as_ref().is_ok_and(|response| response.head().connection_type() == ConnectionType::Close);
                    deadlines.start_answering(if closes { CLOSE_TIMEOUT.min(timeout) } else { timeout });
                }
                response
            }
        });
        let http = HttpService::<Connection, _, _>::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .client_request_timeout(HEAD_TIMEOUT.min(timeout))
            .client_disconnect_timeout(Duration::from_secs(1))
            .local_addr(address)
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.deadlines.clone());
            })
            .finish(tracked);
        let accept = fn_service(move |io: TcpStream| {
            let accepted = Connection::accept(io, &connections);
            async move { accepted.ok_or(DispatchError::DisconnectTimeout) }
        });
        accept.and_then(http).map_err(|error| log_broken(&error))
    })
}

/// Counts why a connection ended early. Errors of clients are only counted; errors of the service are logged too.
fn log_broken(error: &DispatchError) {
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
struct Deadlines {
    /// When the client's time ends; none while a request is being handled.
    current: Cell<Option<Instant>>,
    /// The later deadline for a client that is still reading.
    reading: Cell<Option<Instant>>,
}

impl Deadlines {
    fn new(timeout: Duration) -> Self {
        let deadlines = Self { current: Cell::default(), reading: Cell::default() };
        deadlines.start_answering(timeout);
        deadlines
    }

    /// A request is being handled: there is no deadline for the client.
    fn start_handling(&self) {
        self.current.set(None);
        self.reading.set(None);
    }

    /// The response is ready: the client has this long to read it, to send the rest of the body, and to send the next request.
    fn start_answering(&self, timeout: Duration) {
        let now = Instant::now();
        self.current.set(Some(now + timeout));
        self.reading.set(Some(now + timeout * READING_FACTOR));
    }

    /// The client has not read yet what was sent.
    fn extend_for_reading(&self) {
        if let Some(longer) = self.reading.take() {
            self.current.set(Some(longer));
        }
    }
}

/// A client's connection with its deadlines.
struct Connection {
    io: TcpStream,
    deadlines: Rc<Deadlines>,
    alarm: Pin<Box<Sleep>>,
    /// A response of the connection itself that must be sent before anything else.
    pending_own: Vec<u8>,
    _slot: ConnectionSlot,
}

impl Connection {
    /// Accepts a connection, or refuses it with a response when its address has too many.
    fn accept(io: TcpStream, connections: &Connections) -> Option<(Self, Protocol, Option<SocketAddr>)> {
        let peer = io.peer_addr().ok()?;
        let Some(place) = connections.slot_for(peer.ip()) else {
            metrics::counter!("confide_connections_refused_total").increment(1);
            // The connection is new, so its buffer has space for the response; if not, closing it is enough.
            let socket = SockRef::from(&io);
            let _ = socket.send(&too_many_connections());
            let _ = socket.shutdown(std::net::Shutdown::Write);
            return None;
        };
        // If the size cannot be set, the system's own larger limit applies.
        let _ = SockRef::from(&io).set_send_buffer_size(SEND_BUFFER);
        // The server itself answers a first head that is too slow; this deadline is for what the server does not detect.
        let deadlines = Rc::new(Deadlines::new(HEAD_TIMEOUT.min(connections.timeout) + CLOSE_TIMEOUT));
        let alarm = Box::pin(sleep_until(deadlines.current.get().unwrap_or_else(Instant::now)));
        Some((Self { io, deadlines, alarm, pending_own: Vec::new(), _slot: place }, Protocol::Http1, Some(peer)))
    }

    /// Fails when the client's deadline has passed. Called whenever the dispatcher uses the stream, so that the current deadline
    /// wakes it.
    fn check_deadline(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(deadline) = self.deadlines.current.get() else { return Ok(()) };
        if self.alarm.deadline() != deadline {
            self.alarm.as_mut().reset(deadline);
        }
        match self.alarm.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn write_own(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending_own.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(cx, &self.pending_own))?;
            self.pending_own.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check_deadline(cx)?;
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check_deadline(cx)?;
        ready!(self.write_own(cx))?;
        let before = match replace_empty_error(bytes) {
            Some((0, answer)) => {
                self.pending_own = answer;
                return Poll::Ready(Ok(bytes.len()));
            }
            Some((before, _)) => bytes.get(..before).unwrap_or(bytes),
            None => bytes,
        };
        let written = Pin::new(&mut self.io).poll_write(cx, before);
        if written.is_pending() {
            self.deadlines.extend_for_reading();
            self.check_deadline(cx)?;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check_deadline(cx)?;
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
        let proxies = TrustedProxies::new(vec![address::proxy("10.0.0.0/8").unwrap()]);
        let connections = Connections::new(Duration::from_secs(1), 2, proxies);
        let take = |peer: &str| connections.slot_for(peer.parse().unwrap());
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
        let connections = Connections::new(Duration::from_secs(1), 0, TrustedProxies::default()).counted_separately(2);
        let logged = || connections.total.logged_at.lock().unwrap().is_some();
        let first = connections.slot_for("192.0.2.1".parse().unwrap());
        assert!(first.is_some() && !logged());
        let second = connections.slot_for("192.0.2.2".parse().unwrap());
        assert!(second.is_some() && logged(), "the limit is reached");
        drop((first, second));
        assert_eq!(connections.total.open.load(Ordering::Relaxed), 0);
    }
}
