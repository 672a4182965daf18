//! A request and its answer, watched: whose turn it is decides which deadline counts.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::service::Service;
use salvo::BoxedError;
use salvo::http::body::{ReqBody, ResBody};
use salvo::http::header::{CONNECTION, HeaderValue};

use super::activity::Activity;
use crate::lifecycle::{Lifecycle, Phase};

/// Pieces of a body are put together until they are this large: a body of single bytes, each in a buffer of its own,
/// would take a hundred times its size.
const PIECE: usize = 16 * 1024;

/// What answers the requests of one connection.
pub(super) struct Exchanges<H> {
    pub(super) handler: H,
    pub(super) activity: Arc<Activity>,
    pub(super) lifecycle: Lifecycle,
    pub(super) body_timeout: Duration,
}

impl<H> Service<hyper::Request<Incoming>> for Exchanges<H>
where
    H: Service<hyper::Request<ReqBody>, Response = hyper::Response<ResBody>>,
    H::Future: Unpin,
{
    type Response = hyper::Response<ResponseBody>;
    type Error = H::Error;
    type Future = Exchange<H::Future>;

    fn call(&self, request: hyper::Request<Incoming>) -> Exchange<H::Future> {
        self.activity.request();
        let request = request.map(|body| {
            if body.is_end_stream() {
                return ReqBody::None;
            }
            let begun = self.activity.now();
            let activity = Arc::clone(&self.activity);
            let body =
                Upload { body, activity, begun, timeout: self.body_timeout, bytes: 0, held: BytesMut::new() };
            ReqBody::Boxed { inner: Box::pin(body), fuse_config: None }
        });
        Exchange {
            answering: self.handler.call(request),
            activity: Arc::clone(&self.activity),
            lifecycle: self.lifecycle.clone(),
        }
    }
}

/// The making of an answer.
pub(super) struct Exchange<F> {
    answering: F,
    activity: Arc<Activity>,
    lifecycle: Lifecycle,
}

impl<F, E> Future for Exchange<F>
where
    F: Future<Output = Result<hyper::Response<ResBody>, E>> + Unpin,
{
    type Output = Result<hyper::Response<ResponseBody>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answering).poll(cx).map_ok(|mut response| {
            if self.lifecycle.phase() != Phase::Serving {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            let activity = Arc::clone(&self.activity);
            response.map(|body| ResponseBody { body, activity })
        })
    }
}

/// The body of an answer. When it is dropped, all of it is with the socket.
pub(super) struct ResponseBody {
    body: ResBody,
    activity: Arc<Activity>,
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.activity.answered();
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a request.
struct Upload {
    body: Incoming,
    activity: Arc<Activity>,
    begun: u64,
    timeout: Duration,
    bytes: u64,
    held: BytesMut,
}

impl Upload {
    fn piece(&mut self) -> Option<Frame<Bytes>> {
        (!self.held.is_empty()).then(|| Frame::data(self.held.split().freeze()))
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BoxedError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxedError>>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
                self.activity.awaits_body(self.begun, self.bytes, self.timeout);
                return Poll::Pending;
            };
            self.activity.received_body();
            // No handler reads trailers.
            let data = match frame.transpose()?.map(Frame::into_data) {
                Some(Ok(data)) => data,
                Some(Err(_)) => continue,
                None => return Poll::Ready(self.piece().map(Ok)),
            };
            self.bytes += data.len() as u64;
            if self.held.is_empty() && data.len() >= PIECE {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            self.held.extend_from_slice(&data);
            if self.held.len() >= PIECE {
                return Poll::Ready(self.piece().map(Ok));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && self.body.is_end_stream()
    }
}
