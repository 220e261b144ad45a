//! A bucket that speaks the protocol of S3, with no more than backups need: objects are read, written whole, listed and taken away.
//!
//! It speaks HTTP/1.1 in clear, for a store in the same private network or behind a proxy that encrypts: what is encrypted at rest stays so on
//! the way, and requests are signed. For anything else a host brings its own client ([`Backups::in_store`](super::Backups::in_store)).

mod http;
mod options;
mod sign;
mod xml;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::time::Duration;

use super::objects::Objects;
use http::{Endpoint, Request, Response};
pub use options::S3Options;
use sign::{Moment, escaped, sign};

/// A request is tried so often where the store does not answer, or says that it cannot now.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(100);

/// A prefix of a bucket.
pub(super) struct S3 {
    options: S3Options,
    endpoint: Endpoint,
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.options.bucket, self.options.prefix)
    }
}

impl S3 {
    pub(super) fn new(options: S3Options) -> Result<S3, String> {
        let endpoint = Endpoint::parse(&options.endpoint)?;
        let prefix = options.prefix.trim_matches('/').to_owned();
        Ok(S3 { options: S3Options { prefix, ..options }, endpoint })
    }

    /// The key of an object in the bucket.
    fn key(&self, name: &str) -> String {
        if self.options.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.options.prefix) }
    }

    /// Sends a request until the store answers it.
    fn send(&self, method: &'static str, key: &str, query: &[(&str, &str)], body: &[u8]) -> io::Result<Response> {
        let path = match key {
            "" => format!("/{}", escaped(&self.options.bucket, false)),
            key => format!("/{}/{}", escaped(&self.options.bucket, false), escaped(key, true)),
        };
        let mut pause = PAUSE;
        let mut tries = 1;
        loop {
            let mut request = Request { method, path: path.clone(), query: sign::query(query), headers: BTreeMap::new(), body };
            sign(&mut request, &self.endpoint.host, &self.options, Moment::now());
            let answer = self.endpoint.send(&request);
            let is_passing = match &answer {
                Ok(answer) => answer.status >= 500 || answer.status == 429,
                Err(e) => e.kind() != io::ErrorKind::InvalidInput,
            };
            if !is_passing || tries >= TRIES {
                return answer;
            }
            tries += 1;
            std::thread::sleep(pause);
            pause *= 4;
        }
    }
}

/// An answer that is no success, as an error. The store's own words tell what is wrong, and hold no secret.
fn refused(answer: &Response) -> io::Error {
    let text = String::from_utf8_lossy(&answer.body);
    let said = [xml::first(&text, "Code"), xml::first(&text, "Message")].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let kind = if answer.status == 404 { io::ErrorKind::NotFound } else { io::ErrorKind::Other };
    io::Error::new(kind, format!("the store answers {} {said}", answer.status))
}

impl Objects for S3 {
    fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        let answer = self.send("GET", &self.key(name), &[], &[])?;
        if answer.status == 200 { Ok(answer.body) } else { Err(refused(&answer)) }
    }

    fn put(&self, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        let answer = self.send("PUT", &self.key(name), &[], &bytes)?;
        if answer.status == 200 { Ok(()) } else { Err(refused(&answer)) }
    }

    fn list(&self, folder: &str) -> io::Result<BTreeMap<String, u64>> {
        let prefix = self.key(&format!("{folder}/"));
        let mut found = BTreeMap::new();
        let mut token: Option<String> = None;
        loop {
            let mut query = vec![("list-type", "2"), ("prefix", prefix.as_str())];
            query.extend(token.as_deref().map(|token| ("continuation-token", token)));
            let answer = self.send("GET", "", &query, &[])?;
            if answer.status != 200 {
                return Err(refused(&answer));
            }
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            for object in xml::all(&text, "Contents") {
                let key = xml::first(object, "Key").unwrap_or_default();
                let size = xml::first(object, "Size").and_then(|size| size.parse().ok());
                if let (Some(name), Some(size)) = (key.strip_prefix(&prefix), size) {
                    found.insert(format!("{folder}/{name}"), size);
                }
            }
            token = xml::first(&text, "NextContinuationToken").filter(|_| xml::first(&text, "IsTruncated").as_deref() == Some("true"));
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let answer = self.send("DELETE", &self.key(name), &[], &[])?;
        if matches!(answer.status, 200 | 204 | 404) { Ok(()) } else { Err(refused(&answer)) }
    }
}
