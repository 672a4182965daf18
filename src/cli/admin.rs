use std::fmt::Write as _;

use clap::{Subcommand, ValueEnum};
use usher_domain::{AdministratorAccount, AdministratorName, AdministratorRole, PlainPassword};

use super::{Failure, Installation, noting, open, print, read_password, time};
use crate::config::Config;

/// What to do with administrators.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Print all administrators
    List,
    /// Add one; the password is read from standard input
    Create {
        /// What they will log in with
        name: String,
        /// What they may do
        #[arg(long, value_enum, default_value_t = AdministratorRoleName::Operator)]
        role: AdministratorRoleName,
    },
    /// Set a password, read from standard input, end all sessions, and turn the second factor off
    Reset {
        /// Who
        name: String,
    },
    /// Remove one and end all sessions
    Remove {
        /// Who
        name: String,
    },
}

/// A role, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum AdministratorRoleName {
    /// May look.
    Viewer,
    /// May change users.
    Operator,
    /// May change administrators, too.
    Owner,
}

pub(super) async fn run(command: AdminCommand, config: &Config) -> Result<(), Failure> {
    let installation = open(config).await?;
    let what = format!("usher admin {command:?}");
    let answer = noting(&installation, &what, perform(command, &installation).await).await;
    installation.database.close().await;
    print(&answer?)
}

async fn perform(
    command: AdminCommand,
    Installation { admin, machine, .. }: &Installation,
) -> Result<String, Failure> {
    let (owner, administrators) = (machine.owning()?, &admin.manage_administrators);
    match command {
        AdminCommand::List => Ok(table(&administrators.list(owner).await?)),
        AdminCommand::Create { name, role } => {
            let (name, password) = (AdministratorName::parse(&name)?, password()?);
            let added = administrators.add(owner, name, role_of(role), password).await?;
            Ok(format!("{} is there, as {}\n", added.name, added.role.as_str()))
        }
        AdminCommand::Reset { name } => {
            let name = AdministratorName::parse(&name)?;
            administrators.reset(owner, &name, password()?).await?;
            Ok(format!("{name} has a new password; all sessions are ended\n"))
        }
        AdminCommand::Remove { name } => {
            let name = AdministratorName::parse(&name)?;
            administrators.remove(owner, &name).await?;
            Ok(format!("{name} is no administrator any more; all sessions are ended\n"))
        }
    }
}

fn password() -> Result<PlainPassword, Failure> {
    Ok(PlainPassword::for_administrator(&read_password()?)?)
}

const fn role_of(name: AdministratorRoleName) -> AdministratorRole {
    match name {
        AdministratorRoleName::Viewer => AdministratorRole::Viewer,
        AdministratorRoleName::Operator => AdministratorRole::Operator,
        AdministratorRoleName::Owner => AdministratorRole::Owner,
    }
}

fn table(administrators: &[AdministratorAccount]) -> String {
    let mut text = format!("{:<10}{:<34}{}\n", "ROLE", "NAME", "LAST LOGIN");
    for account in administrators {
        let last = account.last_login_at.map_or_else(|| "never".to_owned(), time);
        let _ = writeln!(text, "{:<10}{:<34}{last}", account.role.as_str(), account.name.as_str());
    }
    text
}
