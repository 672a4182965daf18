use std::fmt::Write as _;

use clap::Subcommand;
use usher_domain::{AuditEntry, AuditFilter, ChainDigest, UserId};
use usher_ports::inbound::Verification;

use super::{Failure, Installation, open, print, time};
use crate::config::Config;

/// Commands about the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Print entries, the latest first
    List {
        /// Only by this administrator
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// Only about this user
        #[arg(long, value_name = "ID")]
        user: Option<i64>,
        /// Only entries before this number
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        /// How many entries
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Verify that no entry is missing or altered
    Verify {
        /// A head of the chain noted earlier, as this command prints it
        #[arg(long, value_name = "NUMBER:DIGEST", value_parser = noted)]
        noted: Option<(i64, ChainDigest)>,
    },
}

fn noted(text: &str) -> Result<(i64, ChainDigest), String> {
    let (number, digest) = text.split_once(':').ok_or("that is not NUMBER:DIGEST")?;
    let digest = hex::decode(digest).ok().and_then(|bytes| bytes.try_into().ok());
    let number = number.parse().map_err(|_| "the number is not one")?;
    Ok((number, ChainDigest::from_store(digest.ok_or("the digest has 64 hexadecimal digits")?)))
}

pub(super) async fn run(command: AuditCommand, config: &Config) -> Result<(), Failure> {
    let installation = open(config).await?;
    let answer = perform(command, &installation).await;
    installation.database.close().await;
    print(&answer?)
}

async fn perform(
    command: AuditCommand,
    Installation { admin, machine, .. }: &Installation,
) -> Result<String, Failure> {
    match command {
        AuditCommand::List { by, user, before, limit } => {
            let filter = AuditFilter { by, user: user.map(UserId), ..AuditFilter::default() };
            Ok(table(&admin.audit.list(machine.viewing()?, &filter, before, limit).await?))
        }
        AuditCommand::Verify { noted } => match admin.audit.verify(machine.viewing()?, noted).await? {
            Verification::Intact { entries, digest } => {
                Ok(format!("{entries} entries, all there and as they were written\n{entries}:{digest}\n"))
            }
            Verification::Broken { at } => {
                Err(format!("entry {at} is missing, added or not as it was written").into())
            }
        },
    }
}

fn table(entries: &[AuditEntry]) -> String {
    let mut text = format!("{:>8}  {:<26} {:<20} {:<24} {}\n", "NUMBER", "WHEN", "BY", "WHAT", "WHOM");
    for AuditEntry { number, record, .. } in entries {
        let (when, what) = (time(record.at), record.action.as_str());
        let _ = writeln!(text, "{number:>8}  {when:<26} {:<20} {what:<24} {}", record.by, record.subject);
    }
    text
}
