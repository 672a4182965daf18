//! A call as the old clients make it: a form or JSON, numbers as numbers or as strings.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use salvo::Request;
use salvo::http::ParseError;
use serde_json::Value;
use usher_domain::{
    ClientAddress, DeviceFacts, Fact, InvalidUsername, Keyword, PlainPassword, SignedClaim, Timestamp,
    Username, UsernameKey,
};
use usher_ports::inbound::Refusal;

use super::answer::Failure;
use crate::middleware::ClientAddresses;

/// The largest body that is read, in bytes; the old backend's limit.
const MOST_BYTES: usize = 100 * 1024;

/// What a handler gets to see of a request.
pub(super) struct Call {
    fields: HashMap<String, String>,
    token: Option<String>,
    signature: Option<String>,
    /// The variable part of the path, where there is one.
    pub(super) subject: Option<String>,
    /// Where the call comes from.
    pub(super) from: ClientAddress,
}

impl Call {
    /// # Errors
    /// When the body is too large, or is not what its type says.
    pub(super) async fn read(request: &mut Request, addresses: &ClientAddresses) -> Result<Self, Failure> {
        let from = addresses.of(request);
        let fields = fields(request).await?;
        // What is there but no text is wrong, not missing.
        let header = |name: &str| {
            let text = String::from_utf8_lossy(request.headers().get(name)?.as_bytes()).into_owned();
            Some(text).filter(|text| !text.is_empty())
        };
        let token =
            header("token").or_else(|| request.query("token")).or_else(|| fields.get("token").cloned());
        Ok(Self {
            token,
            signature: header("x-security-sign"),
            subject: request.param("subject"),
            from,
            fields,
        })
    }

    pub(super) fn token(&self) -> Result<&str, Failure> {
        self.token.as_deref().filter(|token| !token.is_empty()).ok_or(Refusal::TokenMissing.into())
    }

    pub(super) fn signature(&self) -> Result<String, Failure> {
        self.signature.clone().ok_or(Refusal::Unsigned.into())
    }

    /// The device and the moment that were signed. Whether the device id is one is decided after the signature.
    pub(super) fn claim(&self) -> Result<SignedClaim, Failure> {
        let device = self.text("deviceId", "设备指纹", 36..=200)?.to_owned();
        let at = self.required("timestamp", "时间戳")?;
        // As JavaScript would print the number that was signed: no sign, no leading zero.
        let canonical = at.bytes().all(|byte| byte.is_ascii_digit()) && (at == "0" || !at.starts_with('0'));
        let millis = at.parse().ok().filter(|_| canonical);
        let millis = millis.ok_or_else(|| Failure::Invalid("时间戳必须是整数".to_owned()))?;
        Ok(SignedClaim { device, at: Timestamp::from_millis(millis) })
    }

    /// What the device says about itself.
    pub(super) fn facts(&self) -> DeviceFacts {
        let fact = |name, length| self.fields.get(name).and_then(|text| Fact::parse(text, length));
        DeviceFacts {
            platform: fact("uniplatform", DeviceFacts::PLATFORM),
            model: fact("devicemodel", DeviceFacts::OTHER),
            os: fact("deviceos", DeviceFacts::OTHER),
            brand: fact("devicebrand", DeviceFacts::OTHER),
        }
    }

    /// A name to register. A reserved one is taken for the client, but is told so only where a taken one would be:
    /// after the call was found to be signed.
    pub(super) fn new_username(&self) -> Result<Result<Username, Refusal>, Failure> {
        let text = self.text("username", "账号", Username::LENGTH)?;
        match Username::register(text) {
            Ok(username) => Ok(Ok(username)),
            Err(InvalidUsername::Reserved) => Ok(Err(Refusal::UsernameTaken)),
            Err(InvalidUsername::Length | InvalidUsername::Characters) => {
                Err(Failure::Invalid("账号只能由字母、数字和下划线组成".to_owned()))
            }
        }
    }

    /// A name to look up: older installations hold names that could not be registered today.
    pub(super) fn known_username(&self) -> Result<UsernameKey, Failure> {
        Ok(UsernameKey::of(self.text("username", "账号", Username::LENGTH)?))
    }

    pub(super) fn password(&self) -> Result<PlainPassword, Failure> {
        let text = self.text("password", "密码", PlainPassword::LENGTH)?;
        PlainPassword::parse(text).map_err(|error| Failure::Invalid(error.to_string()))
    }

    pub(super) fn keyword(&self) -> Result<Keyword, Failure> {
        let text = self.text("keyword", "搜索关键词", Keyword::LENGTH)?;
        Keyword::parse(text).map_err(|_| Failure::Invalid("搜索关键词包含无效字符".to_owned()))
    }

    /// An empty field is a missing one, as it was for the old backend.
    fn required(&self, name: &str, label: &str) -> Result<&str, Failure> {
        let text = self.fields.get(name).filter(|text| !text.is_empty());
        text.map(String::as_str).ok_or_else(|| Failure::Invalid(format!("{label}不能为空")))
    }

    fn text(&self, name: &str, label: &str, length: RangeInclusive<usize>) -> Result<&str, Failure> {
        let text = self.required(name, label)?;
        if length.contains(&text.chars().count()) {
            return Ok(text);
        }
        Err(Failure::Invalid(format!("{label}的长度必须在 {} 和 {} 之间", length.start(), length.end())))
    }
}

async fn fields(request: &mut Request) -> Result<HashMap<String, String>, Failure> {
    let json = request
        .content_type()
        .is_some_and(|mime| mime.subtype() == "json" || mime.suffix().is_some_and(|s| s == "json"));
    let body = request.payload_with_max_size(MOST_BYTES).await.map_err(|error| match error {
        ParseError::PayloadTooLarge => Failure::TooLarge,
        _ => Failure::Malformed,
    })?;
    if body.is_empty() {
        return Ok(HashMap::new());
    }
    if json {
        return json_fields(body);
    }
    Ok(form_urlencoded::parse(body).into_owned().collect())
}

fn json_fields(body: &[u8]) -> Result<HashMap<String, String>, Failure> {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return Err(Failure::Malformed) };
    let text = |value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    Ok(object.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}
