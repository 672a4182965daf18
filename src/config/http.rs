use std::net::SocketAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use usher_domain::Period;

use super::Spelled;

/// How requests are taken.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSection {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may call the API.
    pub allowed_origins: Vec<String>,
    /// How long an answer may take.
    pub timeout: Spelled<Period>,
    /// How long running requests may take to finish at the end.
    pub shutdown: Spelled<Period>,
}

impl HttpSection {
    pub(super) fn validate(&self) -> Result<(), String> {
        let origin =
            |text: &&String| *text != "*" && !text.starts_with("http://") && !text.starts_with("https://");
        match self.allowed_origins.iter().find(origin) {
            Some(bad) => {
                Err(format!("http.allowed_origins: {bad:?} is no origin such as https://chat.example.com"))
            }
            None => Ok(()),
        }
    }
}
