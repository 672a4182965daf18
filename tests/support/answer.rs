use salvo::Response;
use salvo::http::HeaderMap;
use salvo::test::ResponseExt as _;
use serde_json::{Value, json};

/// What came back. Every check looks at status and body together.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(mut response: Response) -> Self {
        let text = response.take_string().await.unwrap_or_default();
        Self {
            status: response.status_code.expect("a status").as_u16(),
            headers: response.headers().clone(),
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }

    /// The data of a success.
    #[track_caller]
    pub(crate) fn data(self) -> Value {
        assert_eq!((self.status, &self.body["msg"]), (200, &json!("ok")), "{}", self.body);
        self.body["data"].clone()
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16, message: &str) -> HeaderMap {
        assert_eq!((self.status, self.body), (status, json!({"msg": "fail", "data": message})));
        self.headers
    }

    /// Refused with status 400 and this message.
    #[track_caller]
    pub(crate) fn refused(self, message: &str) -> HeaderMap {
        self.is(400, message)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
