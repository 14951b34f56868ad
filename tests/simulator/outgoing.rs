//! One HTTP request to the app, over a connection of its own. Plain HTTP: the app under test runs nearby.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::HOST;
use hyper::{HeaderMap, Method, Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Bytes of an answer's body. API Gateway lets 10 MB through.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const ANSWER_MAX_BYTES: usize = 16 * 1024 * 1024;

/// The app's answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Connection(String),
}

impl Failure {
    /// Slack's word for it in `X-Slack-Retry-Reason`.
    pub(crate) fn retry_reason(&self) -> &'static str {
        match self {
            Self::Timeout => "http_timeout",
            Self::Connection(_) => "connection_failed",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer in time"),
            Self::Connection(why) => f.write_str(why),
        }
    }
}

/// Sends a request to an `http://` URL and waits for the whole answer, `limit` at most. Redirects are answers.
pub(crate) async fn send(
    method: &Method,
    url: &str,
    headers: &[(String, String)],
    body: Bytes,
    limit: Duration,
) -> Result<Answer, Failure> {
    match tokio::time::timeout(limit, exchange(method, url, headers, body)).await {
        Ok(result) => result.map_err(|error| Failure::Connection(error.to_string())),
        Err(_) => Err(Failure::Timeout),
    }
}

async fn exchange(
    method: &Method,
    url: &str,
    headers: &[(String, String)],
    body: Bytes,
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
    let uri: Uri = url.parse()?;
    let host = uri.host().ok_or("the URL has no host")?;
    let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(80))).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let authority = uri.authority().map(|a| a.as_str()).unwrap_or_default();
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let mut request = Request::builder().method(method).uri(path).header(HOST, authority);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(body))?;
    let exchange = async {
        let response = sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, ANSWER_MAX_BYTES).collect().await?.to_bytes();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    };
    tokio::pin!(exchange);
    tokio::pin!(connection);
    let mut connected = true;
    loop {
        tokio::select! {
            answer = &mut exchange => return answer,
            result = &mut connection, if connected => {
                connected = false;
                result?;
            }
        }
    }
}
