use clap::{Args, ValueEnum};
use usher_domain::{DeviceId, SignedClaim, Timestamp};
use usher_ports::outbound::Clock as _;

use super::{Failure, print};
use crate::compose;
use crate::config::Config;
use crate::secrets::Secrets;
use crate::system::SystemClock;

/// The request to sign.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The device id, 36 characters
    #[arg(long, value_name = "ID", value_parser = |text: &str| DeviceId::parse(text))]
    device: DeviceId,
    /// The timestamp, in Unix milliseconds; by default now
    #[arg(long, value_name = "MS")]
    timestamp: Option<u64>,
    /// The route that the curl line calls
    #[arg(long, value_enum, default_value_t = SignedPath::Register)]
    route: SignedPath,
    /// A further field of the curl line, such as username=alice
    #[arg(long, value_name = "NAME=VALUE")]
    data: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SignedPath {
    #[value(name = "visitorRegister")]
    Register,
    #[value(name = "visitorregChat")]
    Upgrade,
    #[value(name = "visitorloginChat")]
    LogIn,
}

pub(super) fn run(arguments: &SignArgs, config: &Config) -> Result<(), Failure> {
    let signatures = compose::signatures(&Secrets::load(config)?);
    let given = arguments.timestamp.map(i64::try_from).transpose()?;
    let claim = SignedClaim {
        device: arguments.device.as_str().to_owned(),
        at: given.map_or_else(|| SystemClock.now(), Timestamp::from_millis),
    };
    let signature = signatures.sign(&claim).ok_or("there is no salt to sign with")?;
    let route = arguments.route.to_possible_value().ok_or("no such route")?;
    let fields = [format!("deviceId={}", claim.device), format!("timestamp={}", claim.at.as_millis())];
    let data: Vec<String> = fields
        .iter()
        .chain(&arguments.data)
        .map(|field| format!("--data-urlencode {}", quoted(field)))
        .collect();
    print(&format!(
        "X-Security-Sign: {signature}\ncurl -sS http://{}/api/{} -H 'X-Security-Sign: {signature}' {}\n",
        config.http.listen,
        route.get_name(),
        data.join(" "),
    ))
}

/// As a POSIX shell reads it back.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
