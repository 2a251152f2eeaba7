//! Connections: how many one address may hold, and how long a client may take for its part of an exchange.
//!
//! The server of actix-web gives a client time to send the head of its first request, and no more: a client that sends a body
//! (or the head of the second request) byte by byte, or that does not read its answer, would keep its connection for ever.
//! Here every connection has a deadline whenever the service waits for the client. While a request is being handled there is none:
//! the handler reads the body within its own time (`json.rs`), so that the client still gets an answer.

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

/// How many times its patience a client that is reading gets: downloads over a poor line are slow.
const READING: u32 = 3;
/// How long a connection that is to be closed waits for the client to notice.
const PARTING: Duration = Duration::from_secs(2);
/// The most that a client gets for the head of its first request.
const HEAD: Duration = Duration::from_secs(10);
/// How many connections those who read the figures may hold.
pub const FOR_FIGURES: u64 = 16;
/// How often it is logged that there are as many connections as there may be.
const SAID: Duration = Duration::from_secs(60);

/// How many connections may wait to be accepted; the system may allow fewer (`net.core.somaxconn`).
const WAITING: i32 = 4096;
/// How many bytes of an answer the system keeps for a client at most (it counts the double, for its own needs too). The rest waits
/// here, where it is shared or small.
const UNSENT: usize = 256 * 1024;

/// How many connections each address holds.
type Open = Arc<Mutex<BTreeMap<IpAddr, u32>>>;

/// What clients are granted. Cheap to clone; the clones count together.
#[derive(Debug, Clone)]
pub struct Connections {
    /// How long a client may take to send a request.
    patience: Duration,
    /// How many connections one address may hold; 0 is no limit.
    per_address: u32,
    proxies: Proxies,
    open: Open,
    crowd: Arc<Crowd>,
}

/// All connections together.
#[derive(Debug)]
struct Crowd {
    most: u64,
    open: AtomicU64,
    /// When it was logged last that there are as many as there may be.
    said: Mutex<Option<Instant>>,
}

impl Connections {
    /// These limits, and nobody connected.
    pub fn new(patience: Duration, per_address: u32, proxies: Proxies) -> Self {
        Self { patience, per_address, proxies, open: Arc::default(), crowd: Arc::new(Crowd::of(u64::MAX)) }
    }

    /// The same limits for another listener, which takes so many connections in all. They take no place from these.
    #[must_use]
    pub fn counted_apart(&self, most: u64) -> Self {
        Self { open: Arc::default(), crowd: Arc::new(Crowd::of(most)), ..self.clone() }
    }

    /// A place for one more connection, or none when this address holds as many as it may. A trusted proxy speaks for
    /// many and is not counted.
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
    fn of(most: u64) -> Self {
        Self { most, open: AtomicU64::new(0), said: Mutex::default() }
    }

    /// Says that the next client has to wait, once a minute at most: nothing else tells the operator.
    fn say_full(&self) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none_or(|said| said.elapsed() >= SAID) {
            *said = Some(Instant::now());
            tracing::warn!(
                connections = self.most,
                "as many connections are open as are taken at one time (the limit of open files decides); further clients wait"
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

/// One of the connections that an address may hold; given back when dropped.
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

/// A server that is not running yet, for that many workers and that many connections in all.
pub fn server(workers: usize, most: u64) -> ServerBuilder {
    Server::build().workers(workers).max_concurrent_connections(for_a_worker(most, workers))
}

/// Takes an address, so that a crowd that comes at one moment waits and is not turned away: a client that finds no place tries again after a
/// second, then after more and more.
///
/// # Errors
/// When the address cannot be taken.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // Another start must not wait until the connections of the last one are forgotten.
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
        let (stopping, connections, patience) = (stopping.clone(), connections.clone(), connections.patience);
        let application = factory().into_factory().map_err(|error| Response::<BoxBody>::from(error.into().error_response()));
        let watched = apply_fn_factory(map_config(application, |()| AppConfig::default()), move |request: Request, service| {
            let watch = request.conn_data::<Rc<Watch>>().cloned();
            if let Some(watch) = &watch {
                watch.handling();
            }
            let answered = service.call(request);
            async move {
                let answer = answered.await.map(Into::<Response<B>>::into);
                let answer = answer.map(|answer| answer.map_body(|_, body| Slices::of(body)));
                if let Some(watch) = watch {
                    let closes = answer.as_ref().is_ok_and(|answer| answer.head().connection_type() == ConnectionType::Close);
                    watch.answering(if closes { PARTING.min(patience) } else { patience });
                }
                answer
            }
        });
        let http = HttpService::<Connection, _, _>::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .client_request_timeout(HEAD.min(patience))
            .client_disconnect_timeout(Duration::from_secs(1))
            .local_addr(address)
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.watch.clone());
            })
            .finish(watched);
        let accept = fn_service(move |io: TcpStream| {
            let accepted = Connection::accept(io, &connections);
            async move { accepted.ok_or(DispatchError::DisconnectTimeout) }
        });
        accept.and_then(http).map_err(|error| note(&error))
    })
}

/// Says why a connection ended early. What clients do is counted and not worth a line of the log; what we do is.
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

/// What a connection is waiting for, as far as its stream must know. Lives on the connection's own thread.
#[derive(Debug)]
struct Watch {
    /// When the client has used up its time; none while a request is being handled.
    deadline: Cell<Option<Instant>>,
    /// The same for a client that is still reading.
    reading: Cell<Option<Instant>>,
}

impl Watch {
    fn new(patience: Duration) -> Self {
        let watch = Self { deadline: Cell::default(), reading: Cell::default() };
        watch.answering(patience);
        watch
    }

    /// A request is being handled: nobody waits for the client.
    fn handling(&self) {
        self.deadline.set(None);
        self.reading.set(None);
    }

    /// The answer is there: the client has so long to take it, to send what is left of the body, and to send the next request.
    fn answering(&self, patience: Duration) {
        let now = Instant::now();
        self.deadline.set(Some(now + patience));
        self.reading.set(Some(now + patience * READING));
    }

    /// The client has not taken yet what was sent.
    fn stalled(&self) {
        if let Some(longer) = self.reading.take() {
            self.deadline.set(Some(longer));
        }
    }
}

/// A client's connection, with its deadline.
struct Connection {
    io: TcpStream,
    watch: Rc<Watch>,
    alarm: Pin<Box<Sleep>>,
    /// An answer of our own that has to go out before anything else.
    own: Vec<u8>,
    _place: Place,
}

impl Connection {
    /// Takes a connection in, or turns it away with an answer when its address holds too many.
    fn accept(io: TcpStream, connections: &Connections) -> Option<(Self, Protocol, Option<SocketAddr>)> {
        let peer = io.peer_addr().ok()?;
        let Some(place) = connections.place_for(peer.ip()) else {
            metrics::counter!("confide_connections_refused_total").increment(1);
            // It is a moment old, so there is room for this much; where there is none, closing says it too.
            let socket = SockRef::from(&io);
            let _ = socket.send(&too_many());
            let _ = socket.shutdown(std::net::Shutdown::Write);
            return None;
        };
        // Where it cannot be set the system's own limit holds, which is larger.
        let _ = SockRef::from(&io).set_send_buffer_size(UNSENT);
        // The server itself answers a first head that is too slow; this is for what it does not notice.
        let watch = Rc::new(Watch::new(HEAD.min(connections.patience) + PARTING));
        let alarm = Box::pin(sleep_until(watch.deadline.get().unwrap_or_else(Instant::now)));
        Some((Self { io, watch, alarm, own: Vec::new(), _place: place }, Protocol::Http1, Some(peer)))
    }

    /// Lets the client wait no longer than its deadline. Called whenever the dispatcher looks at the stream, so that it is woken
    /// by the deadline that holds then.
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
    fn an_address_gets_its_connections_back_when_they_end() {
        let proxies = Proxies::new(vec![address::proxy("10.0.0.0/8").unwrap()]);
        let connections = Connections::new(Duration::from_secs(1), 2, proxies);
        let take = |peer: &str| connections.place_for(peer.parse().unwrap());
        let first = take("192.0.2.1");
        let second = take("::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some() && take("192.0.2.1").is_none());
        assert!(take("192.0.2.2").is_some(), "others have their own");
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
    fn a_crowd_that_comes_at_one_moment_is_let_in() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        // Nobody is accepted meanwhile.
        let crowd: Vec<_> =
            (0..300).map(|_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(900))).collect();
        assert!(crowd.iter().all(Result::is_ok), "{}", crowd.iter().filter(|one| one.is_err()).count());
    }

    #[test]
    fn all_connections_together_are_counted_until_they_end() {
        let connections = Connections::new(Duration::from_secs(1), 0, Proxies::default()).counted_apart(2);
        let said = || connections.crowd.said.lock().unwrap().is_some();
        let first = connections.place_for("192.0.2.1".parse().unwrap());
        assert!(first.is_some() && !said());
        let second = connections.place_for("192.0.2.2".parse().unwrap());
        assert!(second.is_some() && said(), "the last place is taken");
        drop((first, second));
        assert_eq!(connections.crowd.open.load(Ordering::Relaxed), 0);
    }
}
