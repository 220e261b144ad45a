//! A store that speaks the protocol of S3, in a thread: it holds objects in memory, and requests against their signatures.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use parking_lot::Mutex;

/// What the store has, and how it behaves.
#[derive(Default)]
pub(super) struct State {
    pub(super) objects: BTreeMap<String, Vec<u8>>,
    pub(super) requests: u64,
    /// So many of the next requests are answered with an error that passes.
    pub(super) busy: u32,
    /// So many of the next requests are hung up on.
    pub(super) deaf: u32,
}

pub(super) struct Mock {
    pub(super) url: String,
    pub(super) state: Arc<Mutex<State>>,
}

/// So many objects a page of a list.
const PAGE: usize = 3;

impl Mock {
    pub(super) fn start() -> Mock {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || drop(answer(stream.unwrap(), &shared)));
            }
        });
        Mock { url, state }
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let (mut parts, mut headers) = (line.split(' '), BTreeMap::new());
    let (method, target) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_owned(), value.to_owned()),
            None => break,
        };
    }
    let mut body = vec![0; headers.get("content-length").map_or(0, |n| n.parse().unwrap())];
    reader.read_exact(&mut body)?;
    let mut state = state.lock();
    state.requests += 1;
    if state.deaf > 0 {
        state.deaf -= 1;
        return Ok(());
    }
    let (status, content) = if state.busy > 0 {
        state.busy -= 1;
        (503, b"<Error><Code>SlowDown</Code></Error>".to_vec())
    } else if !headers.get("authorization").is_some_and(|a| a.starts_with("AWS4-HMAC-SHA256 Credential=key/")) {
        (403, b"<Error><Code>AccessDenied</Code><Message>Access &lt;denied&gt;</Message></Error>".to_vec())
    } else {
        serve(&mut state, &method, &target, body)
    };
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", content.len())?;
    stream.write_all(&content)
}

fn serve(state: &mut State, method: &str, target: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Some(key) = path.strip_prefix("/bucket") else { return (404, b"<Code>NoSuchBucket</Code>".to_vec()) };
    let key = key.trim_start_matches('/').to_owned();
    match (method, key.is_empty()) {
        ("GET", true) => (200, list(state, query).into_bytes()),
        ("GET", false) => state.objects.get(&key).map_or((404, b"<Code>NoSuchKey</Code>".to_vec()), |object| (200, object.clone())),
        ("PUT", false) => {
            state.objects.insert(key, body);
            (200, Vec::new())
        }
        ("DELETE", false) => {
            state.objects.remove(&key);
            (204, Vec::new())
        }
        _ => (405, Vec::new()),
    }
}

fn list(state: &State, query: &str) -> String {
    let parameter = |name: &str| {
        let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        found.map(|value| value.replace("%2F", "/"))
    };
    let (prefix, after) = (parameter("prefix").unwrap_or_default(), parameter("continuation-token").unwrap_or_default());
    let mut found = state.objects.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
    let page: Vec<_> = found.by_ref().take(PAGE).collect();
    let objects: String =
        page.iter().map(|(key, object)| format!("<Contents><Key>{key}</Key><Size>{}</Size></Contents>", object.len())).collect();
    let more = found.next().and(page.last()).map(|(key, _)| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
    format!("<ListBucketResult><IsTruncated>{}</IsTruncated>{objects}{}</ListBucketResult>", more.is_some(), more.unwrap_or_default())
}
