use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hyper::server::conn::http1;
use salvo::conn::SocketAddr as Peer;
use salvo::http::header::{CONTENT_TYPE, HeaderValue};
use salvo::http::uri::Scheme;
use salvo::rt::tokio::TokioIo;
use salvo::{ConnCtrl, Response, Router, Service, handler};
use tokio::net::TcpListener;
use usher_bench::{Figures, Load, keyword};

/// What this program is told to be the handler.
pub(crate) const SERVE: &str = "bare-handler";

/// What Usher answers where a search finds nobody.
#[handler]
async fn nothing_found(response: &mut Response) {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    let _ = response.write_body(r#"{"msg":"ok","data":[]}"#);
}

/// Serves one handler, over hyper as Usher does, with nothing around it. Prints its address.
#[expect(clippy::print_stdout, reason = "the address is for the process that started this one")]
pub(crate) async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let local = listener.local_addr().expect("an address");
    println!("{local}");
    let service = Service::new(Router::with_path("{**path}").goal(nothing_found));
    loop {
        let (stream, peer) = listener.accept().await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let (local, peer): (Peer, Peer) = (local.into(), peer.into());
        let handler = service.hyper_handler(local, peer, Scheme::HTTP, None, ConnCtrl::new(), None);
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), handler));
    }
}

/// The handler as a process of its own, so that it has threads of its own, as Usher has.
struct Bare(Child);

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Called as Usher is called for a search.
pub(crate) async fn bare_handler(connections: usize, time: Duration) -> Figures {
    let myself = std::env::current_exe().expect("a program");
    let mut child = Command::new(myself).arg(SERVE).stdout(Stdio::piped()).spawn().expect("a process");
    let output = child.stdout.take().expect("a pipe");
    let _bare = Bare(child);
    let line = BufReader::new(output).lines().next().expect("a line").expect("text");
    let address: SocketAddr = line.parse().expect("an address");
    // As long as a token is.
    let request = keyword(&"t".repeat(200), "nobody");
    Load { connections, time, ..Load::new(address) }.run(|| request.clone()).await
}
