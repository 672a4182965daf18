//! HTTP/1.1 over a connection that is kept: as little as a client can do, because it shares the machine with the server.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HEADERS: usize = 64;

/// A connection that calls are made on, one after another.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    received: Vec<u8>,
}

/// What a load looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) retry_after: bool,
    length: usize,
    body: usize,
    close: bool,
}

/// An answer with everything in it.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The cookies it sets, as a client returns them.
    pub cookies: String,
    /// The body.
    pub body: String,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream, received: Vec::with_capacity(4_096) })
    }

    /// Sends a request and reads the answer; connects again where the server says that it closes.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<Head> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(head) = head(&self.received)? {
                break head;
            }
        };
        while self.received.len() < head.body + head.length {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        if head.close {
            self.stream = Self::open(self.address).await?.stream;
        }
        Ok(head)
    }

    /// The same anew.
    pub(crate) async fn again(&self) -> io::Result<Self> {
        Self::open(self.address).await
    }

    fn answer(&self, head: Head) -> Response {
        let (text, body) = self.received.split_at(head.body);
        let cookies = String::from_utf8_lossy(text)
            .lines()
            .filter_map(|line| line.split_once(": "))
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .filter_map(|(_, value)| value.split(';').next().map(str::to_owned))
            .collect::<Vec<_>>()
            .join("; ");
        Response { status: head.status, cookies, body: String::from_utf8_lossy(body).into_owned() }
    }
}

/// The head of an answer, once all of it is there.
fn head(received: &[u8]) -> io::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(received).map_err(io::Error::other)?;
    let httparse::Status::Complete(body) = parsed else { return Ok(None) };
    let status = response.code.unwrap_or_default();
    let (mut length, mut retry_after, mut close) = (None, false, false);
    for header in response.headers.iter() {
        let value = std::str::from_utf8(header.value).unwrap_or_default();
        if header.name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok();
        } else if header.name.eq_ignore_ascii_case("retry-after") {
            retry_after = true;
        } else if header.name.eq_ignore_ascii_case("connection") {
            close = value.eq_ignore_ascii_case("close");
        }
    }
    let empty = status == 204 || status == 304;
    let length =
        length.or(empty.then_some(0)).ok_or_else(|| io::Error::other("an answer without a length"))?;
    Ok(Some(Head { status, retry_after, length, body, close }))
}

/// Makes one call on a connection of its own.
pub async fn ask(address: SocketAddr, request: &[u8]) -> Response {
    let mut connection = Connection::open(address).await.expect("a connection");
    let head = connection.call(request).await.expect("an answer");
    connection.answer(head)
}
