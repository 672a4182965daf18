use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use salvo::test::TestClient;
use serde_json::{Value, json};
use usher_crypto::SaltedSignatures;
use usher_domain::SignedClaim;
use usher_ports::outbound::Clock as _;

use super::{Answer, SALT, Stage};

/// A person with a phone that has an app of the old generation on it.
pub(crate) struct Phone {
    stage: Arc<Stage>,
    pub(crate) device: String,
    /// What the app kept of its last success.
    pub(crate) token: Option<String>,
    /// Sent with each call, as a proxy would.
    pub(crate) forwarded_for: Option<String>,
}

impl Phone {
    pub(crate) fn new(stage: &Arc<Stage>, device: &str) -> Self {
        Self { stage: Arc::clone(stage), device: device.to_owned(), token: None, forwarded_for: None }
    }

    /// The same phone with nothing kept: the app was installed anew.
    pub(crate) fn reinstalled(&self) -> Self {
        Self::new(&self.stage, &self.device)
    }

    /// The same phone, with another token kept.
    pub(crate) fn holding(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.reinstalled() }
    }

    pub(crate) async fn visit(&mut self) -> Answer {
        let answer = self.signed("visitorRegister", &[]).await;
        self.keep(answer)
    }

    pub(crate) async fn upgrade(&mut self, username: &str, password: &str) -> Answer {
        let answer = self.signed("visitorregChat", &[("username", username), ("password", password)]).await;
        self.keep(answer)
    }

    pub(crate) async fn log_in_here(&mut self, username: &str, password: &str) -> Answer {
        let answer = self.signed("visitorloginChat", &[("username", username), ("password", password)]).await;
        self.keep(answer)
    }

    pub(crate) async fn register(&mut self, username: &str, password: &str) -> Answer {
        let answer = self.post("regChat", &[("username", username), ("password", password)]).await;
        self.keep(answer)
    }

    pub(crate) async fn log_in(&mut self, username: &str, password: &str) -> Answer {
        let answer = self.post("loginChat", &[("username", username), ("password", password)]).await;
        self.keep(answer)
    }

    pub(crate) async fn log_out(&self) -> Answer {
        self.post("chat/logout", &[]).await
    }

    pub(crate) async fn search(&self, keyword: &str) -> Answer {
        self.post("chat/searchUser", &[("keyword", keyword)]).await
    }

    /// Whether the kept token is still accepted, and as what.
    pub(crate) async fn standing(&self) -> String {
        let answer = self.search("somebody").await;
        match answer.body["data"].as_str() {
            None => "user".to_owned(),
            Some("您没有权限访问，请先注册或登录") => "visitor".to_owned(),
            Some(message) => message.to_owned(),
        }
    }

    /// Fields and header of a signed call, signed now. Each is of another millisecond.
    pub(crate) fn sign(&self) -> (BTreeMap<String, String>, String) {
        self.stage.wait(Duration::from_millis(1));
        let claim = SignedClaim { device: self.device.clone(), at: self.stage.clock.now() };
        let signature = SaltedSignatures::new([SALT.to_owned()]).sign(&claim).expect("a salt");
        let fields = [("deviceId", claim.device.clone()), ("timestamp", claim.at.as_millis().to_string())];
        (fields.map(|(name, value)| (name.to_owned(), value)).into(), signature.to_string())
    }

    pub(crate) async fn signed(&self, route: &str, more: &[(&str, &str)]) -> Answer {
        let (mut fields, signature) = self.sign();
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.send(route, Body::Form(fields), Some(&signature)).await
    }

    pub(crate) async fn post(&self, route: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(route, Body::Form(fields), None).await
    }

    pub(crate) async fn post_json(&self, route: &str, body: Value, signature: Option<&str>) -> Answer {
        self.send(route, Body::Json(body), signature).await
    }

    pub(crate) async fn send(&self, route: &str, body: Body, signature: Option<&str>) -> Answer {
        let mut request = TestClient::post(format!("http://usher/api/{route}"));
        if let Some(signature) = signature {
            request = request.add_header("X-Security-Sign", signature, true);
        }
        if let Some(token) = &self.token {
            request = request.add_header("token", token, true);
        }
        if let Some(address) = &self.forwarded_for {
            request = request.add_header("x-forwarded-for", address, true);
        }
        let request = match body {
            Body::Form(fields) => request.form(&fields),
            Body::Json(value) => request.json(&value),
            Body::Raw(kind, bytes) => request.bytes(bytes).add_header("content-type", kind, true),
        };
        Answer::of(request.send(&self.stage.service).await).await
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        if answer.body["msg"] == json!("ok") {
            self.token = answer.body["data"]["token"].as_str().map(str::to_owned);
        }
        answer
    }
}

pub(crate) enum Body {
    Form(BTreeMap<String, String>),
    Json(Value),
    Raw(&'static str, Vec<u8>),
}
