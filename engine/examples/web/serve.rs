//! A few lines of HTTP/1.1 in place of `axum::serve(listener, router)`, which is what a host writes.
//!
//! That one needs tokio's sockets. They would change how every library under the engine is compiled, for an example. A router does not care:
//! it takes a request and gives a future of an answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use tower::ServiceExt;

/// More than this is no request.
const LARGEST: usize = 1 << 20;

/// A server at work.
pub(crate) struct Server {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Takes connections, each on a thread of its own.
    pub(crate) fn start(listener: TcpListener, router: Router) -> io::Result<Server> {
        let (address, stopping) = (listener.local_addr()?, Arc::new(AtomicBool::new(false)));
        let stop = Arc::clone(&stopping);
        let accepting = std::thread::Builder::new().name("web".to_owned()).spawn(move || {
            for connection in listener.incoming() {
                if stop.load(Ordering::Acquire) {
                    return;
                }
                let router = router.clone();
                // One that breaks off is the client's affair.
                std::thread::spawn(move || connection.and_then(|connection| answer(connection, router)));
            }
        })?;
        Ok(Server { address, stopping, accepting })
    }

    /// Where it can be reached.
    #[allow(dead_code, reason = "for who chose no port")]
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Until it is stopped.
    pub(crate) fn wait(self) {
        drop(self.accepting.join());
    }

    /// Takes no more connections.
    #[allow(dead_code, reason = "the program runs until it is killed")]
    pub(crate) fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        // Wakes the thread that waits for one.
        drop(TcpStream::connect(self.address));
        self.wait();
    }
}

/// Reads one request, asks the router, writes the answer, and closes.
fn answer(connection: TcpStream, router: Router) -> io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(connection.try_clone()?).take(LARGEST as u64);
    let answer = match request(&mut reader) {
        Ok(request) => {
            let Ok(answer) = futures::executor::block_on(router.oneshot(request));
            answer
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            let mut answer = Response::new(Body::from(format!("{error}\n")));
            *answer.status_mut() = axum::http::StatusCode::BAD_REQUEST;
            answer
        }
        Err(error) => return Err(error),
    };
    let (parts, body) = answer.into_parts();
    let body = futures::executor::block_on(to_bytes(body, usize::MAX)).map_err(io::Error::other)?;
    let mut out = io::BufWriter::new(connection);
    write!(out, "HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n", parts.status, body.len())?;
    for (name, value) in parts.headers.iter().filter(|(name, _)| *name != axum::http::header::CONTENT_LENGTH) {
        out.write_all(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat())?;
    }
    out.write_all(b"\r\n")?;
    out.write_all(&body)?;
    out.flush()
}

fn request(reader: &mut impl BufRead) -> io::Result<Request<Body>> {
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Err(bad("no request")) };
    let mut request = Request::builder().method(method).uri(target);
    let mut length = 0usize;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| bad("a header without a colon"))?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok().filter(|length| *length <= LARGEST).ok_or_else(|| bad("too long"))?;
        }
        request = request.header(name, value.trim());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body(Body::from(body)).map_err(|_| bad("no request"))
}
