//! Signing requests: version 4 of the signatures of AWS, over the headers and the whole body.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use ring::hmac;
use sha2::{Digest, Sha256};
use smalt_model::format_date;

use super::http::Request;
use super::options::S3Options;

/// A second in UTC, as signatures have it: `20130524T000000Z`.
#[derive(Clone, Debug)]
pub(super) struct Moment(String);

impl Moment {
    #[allow(clippy::disallowed_methods, reason = "a signature holds for some minutes of the store's own time")]
    pub(super) fn now() -> Moment {
        Moment::of(SystemTime::now())
    }

    pub(super) fn of(time: SystemTime) -> Moment {
        let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let date = format_date(i32::try_from(seconds / 86_400).unwrap_or(0)).replace('-', "");
        Moment(format!("{date}T{:02}{:02}{:02}Z", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60))
    }

    fn day(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }
}

/// A text with all but letters, digits and `-_.~` as bytes in hexadecimal digits; `/` stays in paths.
pub(super) fn escaped(text: &str, is_path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b'/' if is_path => out.push('/'),
            // Writing into a text does not fail.
            other => drop(write!(out, "%{other:02X}")),
        }
    }
    out
}

/// Parameters in the order and the form in which they are signed.
pub(super) fn query(parameters: &[(&str, &str)]) -> String {
    let mut all: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", escaped(name, false), escaped(value, false))).collect();
    all.sort_unstable();
    all.join("&")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn code(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

/// Adds the headers that say who asks, and when.
pub(super) fn sign(request: &mut Request<'_>, host: &str, options: &S3Options, now: Moment) {
    let body = hex(&Sha256::digest(request.body));
    request.headers.insert("host".to_owned(), host.to_owned());
    request.headers.insert("x-amz-content-sha256".to_owned(), body.clone());
    request.headers.insert("x-amz-date".to_owned(), now.0.clone());
    if let Some(token) = &options.session_token {
        request.headers.insert("x-amz-security-token".to_owned(), token.clone());
    }
    let headers: String = request.headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names = request.headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
    let canonical = format!("{}\n{}\n{}\n{headers}\n{names}\n{body}", request.method, request.path, request.query);
    let scope = format!("{}/{}/s3/aws4_request", now.day(), options.region);
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", now.0, hex(&Sha256::digest(canonical.as_bytes())));
    let mut key = code(format!("AWS4{}", options.secret_key).as_bytes(), now.day());
    for part in [options.region.as_str(), "s3", "aws4_request"] {
        key = code(key.as_ref(), part);
    }
    let signature = hex(code(key.as_ref(), &text).as_ref());
    let credential = format!("{}/{scope}", options.access_key);
    let value = format!("AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={signature}");
    request.headers.insert("authorization".to_owned(), value);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;

    /// The examples of the documentation of AWS ("Signature Calculations for the Authorization Header", 24 May 2013).
    #[test]
    fn signatures_are_those_of_the_documentation() {
        let options = S3Options {
            endpoint: String::new(),
            region: "us-east-1".to_owned(),
            bucket: "examplebucket".to_owned(),
            prefix: String::new(),
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: None,
        };
        let now = Moment::of(UNIX_EPOCH + Duration::from_secs(1_369_353_600));
        let signature = |path: &str, query: String, headers: &[(&str, &str)], method, body: &[u8]| {
            let headers: BTreeMap<String, String> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let mut request = Request { method, path: path.to_owned(), query, headers, body };
            sign(&mut request, "examplebucket.s3.amazonaws.com", &options, now.clone());
            request.headers.get("authorization").and_then(|a| a.rsplit_once("Signature=").map(|(_, s)| s.to_owned())).unwrap_or_default()
        };
        let list = query(&[("prefix", "J"), ("max-keys", "2")]);
        assert_eq!(signature("/", list, &[], "GET", b""), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
        assert_eq!(
            signature("/test.txt", String::new(), &[("range", "bytes=0-9")], "GET", b""),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        let put = [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
        assert_eq!(
            signature(&escaped("/test$file.text", true), String::new(), &put, "PUT", b"Welcome to Amazon S3."),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
    }
}
