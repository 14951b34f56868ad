//! A server that answers each request with the next prepared reply, as the network would: byte for byte.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a request gets.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// The end of the connection.
    Hangup,
    /// Nothing at all.
    Silence,
}

impl Reply {
    /// An answer with status, more headers (each with its line end), and body.
    pub(crate) fn http(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");
        Self::Bytes(format!("{head}{body}").into_bytes())
    }

    /// Status 200 with a JSON body.
    pub(crate) fn json(body: &str) -> Self {
        Self::http("200 OK", "Content-Type: application/json\r\n", body)
    }
}

/// The server: where it is, and what it was asked.
pub(crate) struct Fake {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// Serves `replies` in order; the last one for ever.
    pub(crate) async fn serve(replies: Vec<Reply>) -> Self {
        Self::serve_knowing(|_| replies).await
    }

    /// The same with replies that name the server, which is at `http://127.0.0.1:…`.
    pub(crate) async fn serve_knowing(replies: impl FnOnce(&str) -> Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (url, replies) = (format!("{base}/api"), replies(&base));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let number = seen.lock().unwrap().len();
                let reply = replies[number.min(replies.len() - 1)].clone();
                answer(stream, reply, &seen).await;
            }
        });
        Self { url, asked }
    }

    /// Every request, whole: request line, headers, body.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, reply: Reply, seen: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while !is_whole(&request) {
        match stream.read(&mut buffer).await.unwrap() {
            0 => return,
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
    seen.lock().unwrap().push(String::from_utf8(request).unwrap());
    match reply {
        // The client may stop reading a body that is too large.
        Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Reply::Hangup => {}
        Reply::Silence => drop(tokio::spawn(async move {
            let _open = stream;
            std::future::pending::<()>().await;
        })),
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
