use std::fmt::Write as _;

use clap::Subcommand;
use usher_domain::{AccessBan, AccessBanId, Administrator, BanEnd, BanTarget, DeviceId, Period, Reason};
use usher_ports::inbound::{AccessBanCommand, AccessBanOutcome, BannedOwner, ManageAccessBans};

use super::{Failure, noting, open, print, time};
use crate::config::Config;

/// Commands about bans of devices, addresses and networks.
#[derive(Debug, Subcommand)]
pub enum BansCommand {
    /// List the bans
    List,
    /// Ban a device id, an address or a network; running servers follow within two seconds
    Add {
        /// A device id, or such as 203.0.113.7 or 203.0.113.0/24
        target: String,
        /// How long, such as 24h or 7days; for good without it
        #[arg(long = "for", value_name = "TIME")]
        term: Option<Period>,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Lift a ban
    Lift {
        /// Its number in the list
        id: i64,
    },
}

pub(super) async fn run(command: BansCommand, config: &Config) -> Result<(), Failure> {
    let installation = open(config).await?;
    let outcome = execute(&*installation.admin.access_bans, &installation.machine, command).await;
    let outcome = noting(&installation, "bans", outcome).await;
    installation.database.close().await;
    print(&outcome?)
}

/// How many bans are read at once.
const PAGE: u32 = 1_000;

async fn execute(
    bans: &dyn ManageAccessBans,
    machine: &Administrator,
    command: BansCommand,
) -> Result<String, Failure> {
    let operator = machine.operating()?;
    match command {
        BansCommand::List => {
            let mut all: Vec<AccessBan> = Vec::new();
            loop {
                let before = all.last().map(|ban| ban.id);
                let page = bans.list(operator.viewing(), before, PAGE).await?;
                let last = page.len() < PAGE as usize;
                all.extend(page);
                if last {
                    return Ok(table(&all));
                }
            }
        }
        BansCommand::Add { target, term, reason } => {
            let command = AccessBanCommand {
                target: BanTarget::parse(&target)?,
                owner: DeviceId::parse(&target).map(BannedOwner::Device).unwrap_or_default(),
                until: term.map_or(BanEnd::Never, |term| BanEnd::After(term.duration())),
                reason: Reason::parse(&reason)?,
                own_address: true,
            };
            match bans.ban(operator, command).await? {
                AccessBanOutcome::Banned(ban) => {
                    Ok(format!("{} is banned (number {})\n", ban.target, ban.id.0))
                }
                AccessBanOutcome::Already | AccessBanOutcome::OwnAddress => {
                    Err("it is banned already".into())
                }
            }
        }
        BansCommand::Lift { id } => {
            let lifted = bans.lift(operator, AccessBanId(id)).await?;
            Ok(format!("the ban of {} is lifted\n", lifted.target))
        }
    }
}

fn table(bans: &[AccessBan]) -> String {
    let mut text = format!("{:>8}  {:<32} {:<24} {:<16} {}\n", "NUMBER", "TARGET", "UNTIL", "BY", "REASON");
    for ban in bans {
        let until = ban.until.map_or_else(|| "for good".to_owned(), time);
        let (target, reason) = (ban.target.to_string(), ban.reason.as_str());
        let _ = writeln!(text, "{:>8}  {target:<32} {until:<24} {:<16} {reason}", ban.id.0, ban.by);
    }
    text
}
