//! Which bucket, and who asks.

use std::fmt;

/// A prefix of a bucket, and the credentials to it.
#[derive(Clone)]
pub struct S3Options {
    /// Where the store answers: `http://HOST` or `http://HOST:PORT`.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The bucket, which is there.
    pub bucket: String,
    /// What all names begin with; may be empty.
    pub prefix: String,
    /// The name of the key.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
    /// The token of credentials that are given for some time.
    pub session_token: Option<String>,
}

impl S3Options {
    /// From the variables that other tools read too: `AWS_ENDPOINT_URL`, `AWS_REGION` (`us-east-1` without it), `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, and `AWS_SESSION_TOKEN` if there is one.
    ///
    /// # Errors
    /// Which variable is missing.
    pub fn from_environment(bucket: &str, prefix: &str) -> Result<S3Options, String> {
        let needed = |name: &str| std::env::var(name).map_err(|_| format!("`s3://{bucket}` needs the variable `{name}`"));
        Ok(S3Options {
            endpoint: needed("AWS_ENDPOINT_URL")?,
            region: std::env::var("AWS_REGION").unwrap_or_else(|_| "us-east-1".to_owned()),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            access_key: needed("AWS_ACCESS_KEY_ID")?,
            secret_key: needed("AWS_SECRET_ACCESS_KEY")?,
            session_token: std::env::var("AWS_SESSION_TOKEN").ok(),
        })
    }
}

/// Says nothing of the credentials.
impl fmt::Debug for S3Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let S3Options { endpoint, region, bucket, prefix, .. } = self;
        f.debug_struct("S3Options")
            .field("endpoint", endpoint)
            .field("region", region)
            .field("bucket", bucket)
            .field("prefix", prefix)
            .finish_non_exhaustive()
    }
}
