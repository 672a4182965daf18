use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use usher_domain::{InvalidPeriod, Period};
use usher_http::{Deadlines, ForwardedHeader};

use super::DisplayFromStr;

/// How requests are taken.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSection {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Proxies that are believed about where a request came from.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say it.
    pub forwarded_header: ForwardedHeaderName,
    /// Origins whose pages may call the API.
    pub allowed_origins: Vec<String>,
    /// Connections open at the same time.
    pub max_connections: Count,
    /// Of them, from one IPv4 address or IPv6 /64.
    pub max_connections_per_client: Count,
    /// How long the head of a request may take.
    pub head_timeout: DisplayFromStr<Period>,
    /// How long its body may take.
    pub body_timeout: DisplayFromStr<Period>,
    /// How long a connection may be without a request.
    pub idle_timeout: DisplayFromStr<Period>,
    /// How long a client may take nothing of its answer.
    pub write_timeout: DisplayFromStr<Period>,
    /// How long an answer may take.
    pub timeout: DisplayFromStr<Period>,
    /// How long it goes on serving when it is told to stop.
    pub drain: DisplayFromStr<Pause>,
    /// How long running requests may take to finish at the end.
    pub shutdown: DisplayFromStr<Period>,
}

/// The headers in which proxies say where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeaderName {
    /// The first where it is there, or else the second.
    Auto,
    /// What most proxies set.
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl From<ForwardedHeaderName> for ForwardedHeader {
    fn from(name: ForwardedHeaderName) -> Self {
        match name {
            ForwardedHeaderName::Auto => Self::Auto,
            ForwardedHeaderName::XForwardedFor => Self::XForwardedFor,
            ForwardedHeaderName::Forwarded => Self::Forwarded,
        }
    }
}

/// A number, or `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Count {
    /// This many.
    Exactly(usize),
    /// As many as there is room for.
    Auto(Auto),
}

/// The word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Auto {
    /// `auto`
    Auto,
}

impl Count {
    /// The number.
    pub fn or(self, auto: usize) -> usize {
        match self {
            Self::Exactly(number) => number,
            Self::Auto(_) => auto,
        }
    }
}

/// A span of time that may be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause(Option<Period>);

impl Pause {
    /// The span itself.
    pub fn duration(self) -> Duration {
        self.0.map_or(Duration::ZERO, Period::duration)
    }
}

impl FromStr for Pause {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        if text == "0s" { Ok(Self(None)) } else { text.parse().map(Some).map(Self) }
    }
}

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(period) => period.fmt(f),
            None => f.write_str("0s"),
        }
    }
}

impl HttpSection {
    /// How long clients may take.
    pub fn deadlines(&self) -> Deadlines {
        Deadlines {
            head: self.head_timeout.duration(),
            body: self.body_timeout.duration(),
            idle: self.idle_timeout.duration(),
            write: self.write_timeout.duration(),
        }
    }

    pub(super) fn validate(&self) -> Result<(), String> {
        if [self.max_connections, self.max_connections_per_client].contains(&Count::Exactly(0)) {
            return Err("http.max_connections: no client could connect".to_owned());
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_may_be_none() {
        for text in ["0s", "5s", "1m"] {
            assert_eq!(text.parse::<Pause>().unwrap().to_string(), text);
        }
        assert_eq!("0s".parse::<Pause>().unwrap().duration(), Duration::ZERO);
        assert!("0m1".parse::<Pause>().is_err());
    }
}
