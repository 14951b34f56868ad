//! Requests byte for byte: what an HTTP library would tidy up, refuse or add arrives as it is written here.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::world::Rig;

/// An answer taken apart. Header names are in lower case.
pub(crate) struct Raw {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Sends `line` (method and path) with these headers, a `Host` only if it is among them, and reads until the end.
pub(crate) async fn send(rig: &Rig, line: &str, headers: &[(&str, &str)], body: &str) -> Raw {
    let mut request = format!("{line} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    let address = host(rig);
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    });
    parse(&answer.await.unwrap())
}

/// As a program on this machine sends it.
pub(crate) async fn get(rig: &Rig, path: &str) -> Raw {
    send(rig, &format!("GET {path}"), &[("Host", &host(rig))], "").await
}

/// `127.0.0.1:P`
pub(crate) fn host(rig: &Rig) -> String {
    rig.sim.base_url().trim_start_matches("http://").to_owned()
}

fn parse(answer: &[u8]) -> Raw {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|l| l.split_once(": ").unwrap()).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()));
    Raw { status, headers: headers.collect(), body: answer[end + 4..].to_vec() }
}
