//! A lean HTTP/1.1 client on one connection that is kept: the driver must not cost more than the server.

use std::fmt::Write as _;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[derive(Debug)]
pub(crate) struct Wire {
    server: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: its status, its head as text, its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The values of a header.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|fault| panic!("{fault} in {}", self.text()))
    }

    /// The answer, if its status is this one.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "\n{}\n{}", self.head, self.text());
        self
    }
}

impl Wire {
    pub(crate) async fn open(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server)
            .await
            .unwrap_or_else(|fault| panic!("{server}: {fault}"));
        stream.set_nodelay(true).unwrap();
        Self {
            server,
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        }
    }

    /// Sends a request and waits for the answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Answer {
        self.stream.write_all(request).await.expect("the server reads");
        self.buffer.clear();
        let head_end = loop {
            assert!(self.read().await > 0, "the server closed the connection");
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        let mut answer = Answer {
            status: head
                .get(9..12)
                .and_then(|status| status.parse().ok())
                .expect("a status line"),
            head,
            body: Vec::new(),
        };
        let length: usize = match answer.headers("content-length").next() {
            Some(length) => length.parse().unwrap(),
            None if matches!(answer.status, 204 | 304) => 0,
            None => panic!("an answer without a length:\n{}", answer.head),
        };
        let closes = answer
            .headers("connection")
            .any(|value| value.eq_ignore_ascii_case("close"));
        let body = head_end + 4;
        while self.buffer.len() < body + length {
            assert!(self.read().await > 0, "the server closed the connection");
        }
        answer.body = self.buffer[body..body + length].to_vec();
        if closes {
            *self = Self::open(self.server).await;
        }
        answer
    }

    async fn read(&mut self) -> usize {
        self.stream
            .read_buf(&mut self.buffer)
            .await
            .expect("the server answers")
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// The bytes of a request.
pub(crate) fn request(
    method: &str,
    host: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    if method == "POST" {
        write!(text, "content-length: {}\r\n", body.len()).unwrap();
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// A form as `application/x-www-form-urlencoded`.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
