//! Why a call has no `data`, and the one place where that becomes a status and a message.

use std::time::Duration;

use salvo::Response;
use salvo::http::StatusCode;
use salvo::http::header::{HeaderValue, RETRY_AFTER};
use salvo::writing::Json;
use usher_domain::{RefusalReason, SignatureRefused};
use usher_ports::inbound::Refusal;

use super::envelope::Envelope;
use crate::middleware::Refused;

/// Why there is no `data`.
pub(super) enum Failure {
    /// A field is missing or not as it has to be.
    Invalid(String),
    /// The body is not what its type says.
    Malformed,
    /// The body is too large.
    TooLarge,
    /// The call carries no signature.
    Unsigned,
    /// The call carries no token.
    TokenMissing,
    /// The use case refused the call.
    Refused(Refusal),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Failure {
    pub(super) fn render(self, response: &mut Response) {
        response.extensions.insert(Refused { code: self.code(), reason: self.reason() });
        match self {
            Self::Invalid(message) => fail(response, StatusCode::UNPROCESSABLE_ENTITY, &message),
            Self::Malformed => fail(response, StatusCode::BAD_REQUEST, "请求体格式错误"),
            Self::TooLarge => fail(response, StatusCode::PAYLOAD_TOO_LARGE, "请求体过大"),
            Self::Unsigned => fail(response, StatusCode::BAD_REQUEST, "非法访问"),
            Self::TokenMissing => fail(response, StatusCode::BAD_REQUEST, "您没有权限访问即时通讯接口"),
            Self::Refused(refusal) => refuse(response, &refusal),
        }
    }

    /// A name for programs that does not change: what the log says of a refusal.
    const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "field_invalid",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Unsigned => "signature_missing",
            Self::TokenMissing => "token_missing",
            Self::Refused(refusal) => refusal.code(),
        }
    }

    /// What the statistics count it as.
    const fn reason(&self) -> RefusalReason {
        match self {
            Self::Invalid(_) | Self::Malformed | Self::TooLarge => RefusalReason::Input,
            Self::Unsigned => RefusalReason::Signature,
            Self::TokenMissing => RefusalReason::Token,
            Self::Refused(refusal) => refusal.reason(),
        }
    }
}

/// Clients match on these texts; they are part of the protocol. So is the status 400.
fn refuse(response: &mut Response, refusal: &Refusal) {
    let message = match refusal {
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
        Refusal::TokenExpired => "Token已过期！请重新获取令牌",
        Refusal::TokenInvalid => "Token 令牌不合法！",
        Refusal::UserDisabled | Refusal::NotFound => "当前用户不存在或者已被禁用",
        Refusal::UserRequired => "您没有权限访问，请先注册或登录",
        Refusal::Busy => return unavailable(response),
        Refusal::Store(error) => {
            error.log("a store failed");
            return unavailable(response);
        }
    };
    fail(response, StatusCode::BAD_REQUEST, message);
}

pub(super) fn unavailable(response: &mut Response) {
    come_back(response, Duration::from_secs(1));
    fail(response, StatusCode::SERVICE_UNAVAILABLE, "服务暂时不可用，请稍后再试");
}

/// In whole seconds (RFC 9110, section 10.2.3), rounded up: a client that waits that long is accepted.
fn come_back(response: &mut Response, after: Duration) {
    let seconds = after.as_millis().div_ceil(1_000).max(1);
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
}

pub(super) fn fail(response: &mut Response, status: StatusCode, message: &str) {
    response.status_code(status);
    response.render(Json(Envelope { msg: "fail", data: message }));
}
