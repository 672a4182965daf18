use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use usher_crypto::SaltedSignatures;
use usher_domain::SignedClaim;
use usher_ports::outbound::Clock as _;

use crate::support::SALT;

/// What came back over the wire.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    pub(super) body: Value,
}

impl Reply {
    /// The token of a success.
    #[track_caller]
    pub(super) fn token(&self) -> String {
        self.body["data"]["token"].as_str().unwrap_or_else(|| panic!("no token: {self:?}")).to_owned()
    }
}

pub(super) async fn post(url: &str, route: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
    try_post(url, route, fields, headers).await.expect("an answer in JSON")
}

/// Where the server may not listen yet.
pub(super) async fn try_post(
    url: &str,
    route: &str,
    fields: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Option<Reply> {
    let client = Client::builder().no_proxy().timeout(Duration::from_mins(1)).build().expect("a client");
    let mut request = client.post(format!("{url}/api/{route}")).form(fields);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.ok()?;
    Some(Reply {
        status: answer.status().as_u16(),
        retry_after: answer.headers().get("retry-after").and_then(|it| it.to_str().ok()).map(str::to_owned),
        body: answer.json().await.ok()?,
    })
}

/// A call signed by a device, a moment ago.
pub(super) async fn signed(url: &str, device: &str, route: &str, more: &[(&str, &str)]) -> Reply {
    let (signature, timestamp) = sign(device);
    let mut fields = vec![("deviceId", device), ("timestamp", timestamp.as_str())];
    fields.extend(more);
    let answer = post(url, route, &fields, &[("X-Security-Sign", &signature)]).await;
    // The next call is of another millisecond: a signature is good once.
    tokio::time::sleep(Duration::from_millis(2)).await;
    answer
}

/// A signature and the timestamp that it covers.
pub(super) fn sign(device: &str) -> (String, String) {
    let at = usher::system::SystemClock.now();
    let claim = SignedClaim { device: device.to_owned(), at };
    let signature = SaltedSignatures::new([SALT.to_owned()]).sign(&claim).expect("a salt");
    (signature.to_string(), at.as_millis().to_string())
}

/// What a search for nobody in particular comes to.
pub(super) async fn search(url: &str, token: &str) -> Reply {
    post(url, "chat/searchUser", &[("keyword", "anybody")], &[("token", token)]).await
}

/// Waits until a session is refused, which another node hears of a moment after it was ended; gives how long it took.
pub(super) async fn refused(url: &str, token: &str) -> Duration {
    let begun = Instant::now();
    while search(url, token).await.status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(10), "it was never seen");
    }
    begun.elapsed()
}
