//! As much of HTTP/1.1 as a store needs: one request a connection, and an answer that is read whole.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Whoever does not answer within this time does not answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// A longer head of an answer is none.
const MOST_HEAD: u64 = 1 << 16;
/// A longer answer is none: the objects of a backup are smaller by far.
const MOST_BODY: u64 = 8 << 30;

/// Where a store answers.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    /// The host, with its port if that is not the usual one.
    pub(super) host: String,
    address: String,
}

/// A request. Names of headers are in small letters; path and parameters are escaped.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: &'a [u8],
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Endpoint {
    pub(super) fn parse(url: &str) -> Result<Endpoint, String> {
        if url.starts_with("https://") {
            let what = format!("`{url}` asks for TLS, which this client does not speak");
            return Err(format!("{what}: name a proxy that does, or give the library a client of the host's"));
        }
        let host = url.strip_prefix("http://").map(|host| host.trim_end_matches('/')).filter(|host| is_host(host));
        let host = host.ok_or_else(|| format!("`{url}` is no address of a store, such as `http://localhost:9000`"))?;
        let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        Ok(Endpoint { host: host.to_owned(), address })
    }

    /// Sends a request on a connection of its own.
    pub(super) fn send(&self, request: &Request<'_>) -> io::Result<Response> {
        let mut stream = self.connect()?;
        let mut head = format!("{} {}", request.method, request.path);
        if !request.query.is_empty() {
            head.push('?');
            head.push_str(&request.query);
        }
        head.push_str(" HTTP/1.1\r\n");
        for (name, value) in &request.headers {
            if value.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("the header `{name}` cannot be sent")));
            }
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", request.body.len()));
        stream.write_all(head.as_bytes())?;
        stream.write_all(request.body)?;
        stream.flush()?;
        read(BufReader::new(stream))
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, format!("`{}` has no address", self.host));
        for address in self.address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(PATIENCE))?;
                    stream.set_write_timeout(Some(PATIENCE))?;
                    stream.set_nodelay(true)?;
                    return Ok(stream);
                }
                Err(e) => last = e,
            }
        }
        Err(last)
    }
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the store answers what is no HTTP: {what}"))
}

/// Reads an answer.
fn read(mut stream: impl BufRead) -> io::Result<Response> {
    let mut head = stream.by_ref().take(MOST_HEAD);
    let mut line = |what: &str| {
        let mut line = String::new();
        head.read_line(&mut line)?;
        line.strip_suffix('\n').map(|line| line.trim_end_matches('\r').to_owned()).ok_or_else(|| wrong(what))
    };
    let first = line("it has no first line")?;
    let status = first.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|status| status.parse().ok());
    let status: u16 = status.ok_or_else(|| wrong("it has no status"))?;
    let (mut length, mut is_chunked) = (None, false);
    loop {
        let header = line("its head has no end")?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or_else(|| wrong("a header has no value"))?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = Some(value.trim().parse::<u64>().map_err(|_| wrong("its length is no number"))?),
            "transfer-encoding" => is_chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    match (is_chunked, length) {
        (true, _) => chunks(stream, &mut body)?,
        _ if status == 204 => {}
        (false, Some(length)) => {
            if stream.take(length.min(MOST_BODY)).read_to_end(&mut body)? as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        (false, None) => drop(stream.take(MOST_BODY).read_to_end(&mut body)?),
    }
    Ok(Response { status, body })
}

/// Reads a body that comes in pieces, each with its length before it.
fn chunks(mut stream: impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let mut line = String::new();
        stream.by_ref().take(MOST_HEAD).read_line(&mut line)?;
        let length = line.split(';').next().and_then(|length| u64::from_str_radix(length.trim(), 16).ok());
        let length = length.ok_or_else(|| wrong("a piece has no length"))?;
        if body.len() as u64 + length > MOST_BODY {
            return Err(wrong("it is too long"));
        }
        if stream.by_ref().take(length).read_to_end(body)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if length == 0 {
            return Ok(());
        }
        let mut end = [0; 2];
        stream.read_exact(&mut end)?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn answers_are_read_in_each_form_and_what_is_none_is_refused() {
        let good = |text: &str| read(text.as_bytes()).map(|answer| (answer.status, String::from_utf8(answer.body).unwrap())).unwrap();
        assert_eq!(good("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd"), (200, "abc".to_owned()));
        assert_eq!(good("HTTP/1.0 404 Not Found\nx: y\n\nrest"), (404, "rest".to_owned()));
        assert_eq!(good("HTTP/1.1 204 No Content\r\n\r\n"), (204, String::new()));
        assert_eq!(
            good("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"),
            (200, "abc0123456789".to_owned())
        );
        for bad in [
            "",
            "HTTP/1.1 2",
            "SSH-2.0-x\r\n\r\n",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_a_host_and_perhaps_a_port() {
        assert_eq!(Endpoint::parse("http://localhost:9000/").unwrap().host, "localhost:9000");
        assert_eq!(Endpoint::parse("http://store").unwrap().address, "store:80");
        assert!(Endpoint::parse("https://store").unwrap_err().contains("TLS"));
        for bad in ["store", "http://", "http://a b", "ftp://x", "http://a/b"] {
            assert!(Endpoint::parse(bad).unwrap_err().contains("no address"), "{bad}");
        }
    }
}
