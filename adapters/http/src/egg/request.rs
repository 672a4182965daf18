//! A request as the old clients send it: a form or JSON, numbers as numbers or as strings.

use std::ops::RangeInclusive;

use salvo::Request;
use salvo::http::ParseError;
use usher_domain::{
    ClientAddress, DeviceAttribute, DeviceAttributes, InvalidUsername, Keyword, PlainPassword, SignedClaim,
    Timestamp, Username, UsernameKey,
};
use usher_ports::inbound::Refusal;

use super::failure::Failure;
use super::fields::{Fields, Value};
use crate::middleware::ClientAddresses;

/// The largest body that is read, in bytes; the old backend's limit.
const MOST_BYTES: usize = 100 * 1024;

/// What a handler gets to see of a request.
pub(super) struct EggRequest {
    fields: Fields,
    token: Option<String>,
    signature: Option<String>,
    /// The variable part of the path, where there is one.
    pub(super) subject: Option<String>,
    /// Where the call comes from.
    pub(super) from: ClientAddress,
}

impl EggRequest {
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
        // What is no text can be no token, and is not a missing one, either.
        let in_body = || fields.get("token").map(|value| value.text().unwrap_or("?").to_owned());
        let token = header("token").or_else(|| request.query("token")).or_else(in_body);
        Ok(Self {
            token,
            signature: header("x-security-sign"),
            subject: request.param("subject"),
            from,
            fields,
        })
    }

    pub(super) fn token(&self) -> Result<&str, Failure> {
        self.token.as_deref().filter(|token| !token.is_empty()).ok_or(Failure::TokenMissing)
    }

    pub(super) fn signature(&self) -> Result<String, Failure> {
        self.signature.clone().ok_or(Failure::Unsigned)
    }

    /// The device and the timestamp that were signed. Whether the device id is one is decided after the signature.
    pub(super) fn claim(&self) -> Result<SignedClaim, Failure> {
        let device = self.text("deviceId", "设备指纹", 36..=200)?.to_owned();
        let at = self.required("timestamp", "时间戳")?.text().unwrap_or_default();
        // As JavaScript would print the number that was signed: no sign, no leading zero.
        let canonical = at.bytes().all(|byte| byte.is_ascii_digit()) && (at == "0" || !at.starts_with('0'));
        let millis = at.parse().ok().filter(|_| canonical);
        let millis = millis.ok_or_else(|| Failure::Invalid("时间戳必须是整数".to_owned()))?;
        Ok(SignedClaim { device, at: Timestamp::from_millis(millis) })
    }

    /// What the device says about itself.
    pub(super) fn attributes(&self) -> DeviceAttributes {
        let attribute = |name, length| {
            self.fields.get(name)?.text().and_then(|text| DeviceAttribute::parse(text, length))
        };
        DeviceAttributes {
            platform: attribute("uniplatform", DeviceAttributes::PLATFORM),
            model: attribute("devicemodel", DeviceAttributes::OTHER),
            os: attribute("deviceos", DeviceAttributes::OTHER),
            brand: attribute("devicebrand", DeviceAttributes::OTHER),
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
    fn required(&self, name: &str, label: &str) -> Result<&Value, Failure> {
        let value = self.fields.get(name).filter(|value| value.text() != Some(""));
        value.ok_or_else(|| Failure::Invalid(format!("{label}不能为空")))
    }

    fn text(&self, name: &str, label: &str, length: RangeInclusive<usize>) -> Result<&str, Failure> {
        match self.required(name, label)?.text() {
            Some(text) if length.contains(&text.chars().count()) => Ok(text),
            _ => {
                let (least, most) = (length.start(), length.end());
                Err(Failure::Invalid(format!("{label}的长度必须在 {least} 和 {most} 之间")))
            }
        }
    }
}

async fn fields(request: &mut Request) -> Result<Fields, Failure> {
    let json = request
        .content_type()
        .is_some_and(|mime| mime.subtype() == "json" || mime.suffix().is_some_and(|s| s == "json"));
    let body = request.payload_with_max_size(MOST_BYTES).await.map_err(|error| match error {
        ParseError::PayloadTooLarge => Failure::TooLarge,
        _ => Failure::Malformed,
    })?;
    match (body.is_empty(), json) {
        (true, _) => Ok(Fields::default()),
        (false, true) => Fields::of_json(body).ok_or(Failure::Malformed),
        (false, false) => Ok(Fields::of_form(body)),
    }
}
