//! Plain URLs for what ministack serves: HTTP/1.1 proxies on 127.0.0.1 that change one header and pass everything else
//! on as it is, bodies byte for byte (Slack's signature is over them). One thread a connection.
//!
//! The HTTP API: ministack serves it under the host name `{api}.execute-api.localhost`, which many clients cannot
//! resolve. Its front puts that name into each request's Host header.
//!
//! AWS: ministack enforces IAM, so that the functions may do what template.yaml lets them and no more: they have the
//! temporary keys of their roles. Any other program has any keys at all, as one has for an emulator, which ministack
//! would refuse. Its front makes those the account's root.

use crate::emulator::ROOT_KEY;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::time::Duration;

/// No request or answer here has a head as large as this.
const MAX_HEAD_BYTES: u64 = 64 * 1024;
/// A client that says nothing for so long is gone.
const IDLE: Duration = Duration::from_secs(120);

/// What a front changes in each request.
#[derive(Clone)]
pub(crate) enum Change {
    /// The Host header becomes this.
    Host(String),
    /// Whoever signed the request with lasting keys becomes the account's root, whose signatures ministack does not
    /// check.
    Root,
}

/// Serves until the process ends.
pub(crate) fn serve(listener: TcpListener, upstream_port: u16, change: Change) {
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let change = change.clone();
            std::thread::spawn(move || {
                // A connection that breaks is its two ends' matter; both see it closed.
                let _ = connection(client, upstream_port, &change);
            });
        }
    });
}

fn connection(client: TcpStream, upstream_port: u16, change: &Change) -> io::Result<()> {
    client.set_read_timeout(Some(IDLE))?;
    client.set_nodelay(true)?;
    let upstream = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream_port))?;
    upstream.set_nodelay(true)?;
    let mut from_client = BufReader::new(client.try_clone()?);
    let mut from_upstream = BufReader::new(upstream.try_clone()?);
    let (mut to_client, mut to_upstream) = (client, upstream);
    while let Some(request) = Head::read(&mut from_client)? {
        if request.has("expect", "100-continue") {
            to_client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        to_upstream.write_all(&request.changed(change))?;
        request.request_body().pass_on(&mut from_client, &mut to_upstream)?;
        let Some(answer) = Head::read(&mut from_upstream)? else { break };
        to_client.write_all(&answer.as_it_came())?;
        answer.answer_body(&request).pass_on(&mut from_upstream, &mut to_client)?;
        if request.has("connection", "close") || answer.has("connection", "close") {
            break;
        }
    }
    to_client.shutdown(Shutdown::Both)
}

/// A request's or an answer's first line and headers.
struct Head {
    lines: Vec<String>,
}

impl Head {
    /// `None` if the other side closed the connection instead.
    fn read(from: &mut impl BufRead) -> io::Result<Option<Head>> {
        let mut from = from.take(MAX_HEAD_BYTES);
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            if from.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            // Headers are Latin-1 on the wire: each byte is one character here and is one byte again below.
            let line: String = line.iter().map(|&byte| char::from(byte)).collect();
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                return Ok(Some(Head { lines }));
            }
            lines.push(line.to_owned());
        }
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.lines.iter().skip(1).filter_map(|line| line.split_once(':'));
        headers.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.values(name).any(|given| given.eq_ignore_ascii_case(value))
    }

    fn as_it_came(&self) -> Vec<u8> {
        bytes(&self.lines)
    }

    /// The head as the upstream gets it. The front has answered an Expect header itself.
    fn changed(&self, change: &Change) -> Vec<u8> {
        let lines = self.lines.iter().enumerate().filter_map(|(index, line)| {
            let (key, value) = if index == 0 { ("", "") } else { line.split_once(':').unwrap_or(("", "")) };
            match (key.to_ascii_lowercase().as_str(), change) {
                ("expect", _) => None,
                ("host", Change::Host(host)) => Some(format!("Host: {host}")),
                ("authorization", Change::Root) => Some(format!("{key}:{}", as_root(value))),
                _ => Some(line.clone()),
            }
        });
        bytes(&lines.collect::<Vec<_>>())
    }

    fn length(&self) -> Option<u64> {
        self.values("content-length").next().and_then(|value| value.parse().ok())
    }

    fn request_body(&self) -> Body {
        if self.has("transfer-encoding", "chunked") { Body::Chunked } else { Body::Bytes(self.length().unwrap_or(0)) }
    }

    fn answer_body(&self, request: &Head) -> Body {
        let status = self.lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
        let to_head = request.lines.first().is_some_and(|line| line.starts_with("HEAD "));
        if to_head || matches!(status, "204" | "304") {
            Body::Bytes(0)
        } else if self.has("transfer-encoding", "chunked") {
            Body::Chunked
        } else {
            self.length().map_or(Body::UntilClosed, Body::Bytes)
        }
    }
}

/// `AWS4-HMAC-SHA256 Credential=KEY/20261121/eu-central-1/sqs/aws4_request, ...` with ministack's root key for KEY.
/// Temporary keys begin with ASIA (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>).
fn as_root(authorization: &str) -> String {
    let parts =
        authorization.split_once("Credential=").and_then(|(scheme, rest)| Some((scheme, rest.split_once('/')?)));
    match parts {
        Some((scheme, (key, scope))) if !key.starts_with("ASIA") => format!("{scheme}Credential={ROOT_KEY}/{scope}"),
        _ => authorization.to_owned(),
    }
}

fn bytes(lines: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in lines {
        // The inverse of `Head::read`; our own host name is ASCII.
        out.extend(line.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')));
        out.extend(b"\r\n");
    }
    out.extend(b"\r\n");
    out
}

/// How far a body reaches (RFC 9112, section 6: <https://www.rfc-editor.org/rfc/rfc9112#section-6>).
enum Body {
    Bytes(u64),
    Chunked,
    UntilClosed,
}

impl Body {
    fn pass_on(&self, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
        match self {
            Body::Bytes(length) => exactly(*length, from, to),
            Body::UntilClosed => io::copy(from, to).map(drop),
            Body::Chunked => loop {
                let mut line = String::new();
                from.take(MAX_HEAD_BYTES).read_line(&mut line)?;
                to.write_all(line.as_bytes())?;
                let size = line.split([';', '\r', '\n']).next().unwrap_or_default().trim();
                let size = u64::from_str_radix(size, 16).map_err(io::Error::other)?;
                if size == 0 {
                    return trailers(from, to);
                }
                exactly(size + 2, from, to)?;
            },
        }
    }
}

fn exactly(length: u64, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    let passed = io::copy(&mut from.take(length), to)?;
    if passed == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn trailers(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    loop {
        let mut line = String::new();
        from.take(MAX_HEAD_BYTES).read_line(&mut line)?;
        to.write_all(line.as_bytes())?;
        if line.trim_end().is_empty() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// An upstream that records each request's bytes and gives the answers in turn, on one connection.
    fn front(answers: &'static [&'static [u8]]) -> (u16, mpsc::Receiver<Vec<u8>>) {
        let upstream = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("any port");
        let upstream_port = upstream.local_addr().expect("bound").port();
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut stream, _) = upstream.accept().expect("the front connects");
            for answer in answers {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !request.ends_with(b"END") && !request.ends_with(b"0\r\n\r\n") {
                    let count = stream.read(&mut buffer).expect("a request");
                    request.extend(&buffer[..count]);
                }
                sender.send(request).expect("the test listens");
                stream.write_all(answer).expect("the front reads");
            }
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("any port");
        let port = listener.local_addr().expect("bound").port();
        serve(listener, upstream_port, Change::Host("api.example:1".to_owned()));
        (port, requests)
    }

    fn exchange(stream: &mut TcpStream, request: &[u8], answer: &[u8]) {
        stream.write_all(request).expect("the front reads");
        let mut got = vec![0; answer.len()];
        stream.read_exact(&mut got).expect("a whole answer");
        assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(answer));
    }

    #[test]
    fn only_the_host_changes_and_a_connection_serves_many_requests() {
        let first: &[u8] = b"HTTP/1.1 201 Created\r\nX-Odd:  caf\xe9 \r\nContent-Length: 3\r\n\r\n\x00\xffz";
        let second: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\n\r\n";
        let third: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";
        let (port, requests) = front(Box::leak(Box::new([first, second, third])));
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the front listens");

        let post = |host: &str| {
            let head = format!("POST /a?b=c%20d HTTP/1.1\r\n{host}\r\nX-Sig: v0=");
            [head.as_bytes(), b"\xe9\r\nContent-Length: 7\r\n\r\n\x00\xff\r\nEND"].concat()
        };
        exchange(&mut stream, &post("host: localhost:1"), first);
        assert_eq!(requests.recv().expect("a request"), post("Host: api.example:1"));

        exchange(
            &mut stream,
            b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n",
        );
        exchange(&mut stream, b"3\r\nabc\r\n0\r\n\r\n", second);
        let seen = requests.recv().expect("a request");
        assert_eq!(
            seen,
            b"PUT / HTTP/1.1\r\nHost: api.example:1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        );

        exchange(&mut stream, b"DELETE /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nEND", third);
    }

    #[test]
    fn lasting_keys_are_the_roots_and_a_roles_temporary_keys_stay() {
        let lines = [
            "POST / HTTP/1.1",
            "Host: localhost:1",
            "Authorization: AWS4-HMAC-SHA256 Credential=123456789012/20261121/eu-central-1/sqs/aws4_request, Signature=ab",
        ];
        let changed = Head { lines: lines.map(str::to_owned).to_vec() }.changed(&Change::Root);
        let expected = "POST / HTTP/1.1\r\nHost: localhost:1\r\nAuthorization: AWS4-HMAC-SHA256 \
                        Credential=test/20261121/eu-central-1/sqs/aws4_request, Signature=ab\r\n\r\n";
        assert_eq!(String::from_utf8(changed).expect("ASCII"), expected);
        for untouched in [" Bearer x", " AWS4-HMAC-SHA256 Credential=ASIA0001/20261121/eu-central-1/sqs/aws4_request"] {
            assert_eq!(as_root(untouched), untouched);
        }
    }
}
