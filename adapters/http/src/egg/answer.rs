//! The envelope, and the one place where refusals become statuses and messages.

use std::sync::Arc;
use std::time::Duration;

use salvo::http::StatusCode;
use salvo::http::header::{HeaderValue, RETRY_AFTER};
use salvo::writing::Json;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait, handler};
use serde::Serialize;
use usher_domain::SignatureRefused;
use usher_ports::inbound::Refusal;

use super::call::Call;
use crate::middleware::{ClientAddresses, Refused};

/// One route of the old protocol.
#[async_trait]
pub(super) trait Route: Send + Sync + 'static {
    /// What stands in `data` when all goes well.
    type Data: Serialize + Send;

    async fn answer(&self, call: Call) -> Result<Self::Data, Failure>;
}

/// A route with the envelope around its answers.
pub(super) struct Enveloped<R> {
    pub(super) route: R,
    pub(super) addresses: Arc<ClientAddresses>,
}

#[async_trait]
impl<R: Route> Handler for Enveloped<R> {
    async fn handle(&self, request: &mut Request, _: &mut Depot, response: &mut Response, _: &mut FlowCtrl) {
        let answer = match Call::read(request, &self.addresses).await {
            Ok(call) => self.route.answer(call).await,
            Err(failure) => Err(failure),
        };
        match answer {
            Ok(data) => response.render(Json(Envelope { msg: "ok", data })),
            Err(failure) => failure.render(response),
        }
    }
}

#[derive(Serialize)]
struct Envelope<T> {
    msg: &'static str,
    data: T,
}

/// Why there is no `data`.
pub(super) enum Failure {
    /// A field is missing or not as it has to be.
    Invalid(String),
    /// The body is not what its type says.
    Malformed,
    /// The body is too large.
    TooLarge,
    /// The use case turned the call down.
    Refused(Refusal),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Failure {
    fn render(self, response: &mut Response) {
        if let Some(reason) = self.reason() {
            response.extensions.insert(Refused(reason));
        }
        match self {
            Self::Invalid(message) => fail(response, StatusCode::UNPROCESSABLE_ENTITY, &message),
            Self::Malformed => fail(response, StatusCode::BAD_REQUEST, "请求体格式错误"),
            Self::TooLarge => fail(response, StatusCode::PAYLOAD_TOO_LARGE, "请求体过大"),
            Self::Refused(refusal) => refuse(response, &refusal),
        }
    }

    /// Why the caller is refused, for the log. What fails for us has a line of its own.
    fn reason(&self) -> Option<String> {
        Some(match self {
            Self::Invalid(_) => "a field is missing or wrong".to_owned(),
            Self::Malformed => "the body is not what its type says".to_owned(),
            Self::TooLarge => "the body is too large".to_owned(),
            Self::Refused(Refusal::Busy | Refusal::Store(_)) => return None,
            Self::Refused(refusal) => refusal.to_string(),
        })
    }
}

/// Clients match on these texts; they are part of the protocol. So is the status 400.
fn refuse(response: &mut Response, refusal: &Refusal) {
    let message = match refusal {
        Refusal::Unsigned => "非法访问",
        Refusal::Signature(SignatureRefused::Wrong) => "非法签名",
        // A client that is told so signs anew, which is what a used signature needs as well.
        Refusal::Signature(SignatureRefused::Stale) | Refusal::Replayed => "请求已过期",
        Refusal::Signature(SignatureRefused::Device) => "无效标识",
        Refusal::RateLimited { retry_after } => {
            come_back(response, *retry_after);
            "请求过于频繁，请1个小时后再试"
        }
        Refusal::UsernameTaken => "该账号已存在，请换一个账号注册",
        Refusal::AccountUnavailable => "账号不存在或者被禁用",
        Refusal::WrongPassword => "账户或密码错误",
        Refusal::TokenMissing => "您没有权限访问即时通讯接口",
        Refusal::TokenExpired => "Token已过期！请重新获取令牌",
        Refusal::TokenInvalid => "Token 令牌不合法！",
        Refusal::UserBarred | Refusal::NotFound => "当前用户不存在或者已被禁用",
        Refusal::UserRequired => "您没有权限访问，请先注册或登录",
        Refusal::Busy => return unavailable(response),
        Refusal::Store(error) => {
            error.log("a store failed");
            return unavailable(response);
        }
    };
    fail(response, StatusCode::BAD_REQUEST, message);
}

fn unavailable(response: &mut Response) {
    come_back(response, Duration::from_secs(1));
    fail(response, StatusCode::SERVICE_UNAVAILABLE, "服务暂时不可用，请稍后再试");
}

/// In whole seconds (RFC 9110, section 10.2.3), rounded up: a client that waits that long is let in.
fn come_back(response: &mut Response, after: Duration) {
    let seconds = after.as_millis().div_ceil(1_000).max(1);
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
}

fn fail(response: &mut Response, status: StatusCode, message: &str) {
    response.status_code(status);
    response.render(Json(Envelope { msg: "fail", data: message }));
}

/// What is said where no handler answered. A known path with another method is no route to the old clients, either.
#[handler]
pub(crate) fn no_route(request: &Request, response: &mut Response) {
    match response.status_code.unwrap_or(StatusCode::NOT_FOUND) {
        StatusCode::NOT_FOUND => fail(response, StatusCode::NOT_FOUND, "404 错误"),
        StatusCode::METHOD_NOT_ALLOWED if request.uri().path().starts_with("/api/") => {
            fail(response, StatusCode::NOT_FOUND, "404 错误");
        }
        StatusCode::SERVICE_UNAVAILABLE => unavailable(response),
        StatusCode::INTERNAL_SERVER_ERROR => {
            fail(response, StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        }
        status => fail(response, status, status.canonical_reason().unwrap_or("error")),
    }
}
