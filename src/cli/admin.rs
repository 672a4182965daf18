use std::fmt::Write as _;

use clap::{Subcommand, ValueEnum};
use usher_domain::{AdministratorAccount, AdministratorName, AdministratorRole, PlainPassword};

use super::{Failure, Installation, noting, open, print, read_password, time};
use crate::config::Config;

/// Commands about administrators.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// List all administrators
    List,
    /// Add an administrator; the password is read from standard input
    Create {
        /// The name to log in with
        name: String,
        /// The role
        #[arg(long, value_enum, default_value_t = AdministratorRoleName::Operator)]
        role: AdministratorRoleName,
    },
    /// Set a password, read from standard input; ends all sessions and turns the second factor off
    Reset {
        /// The name
        name: String,
    },
    /// Remove an administrator and end all their sessions
    Remove {
        /// The name
        name: String,
    },
}

/// A role, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum AdministratorRoleName {
    /// May view.
    Viewer,
    /// May change users.
    Operator,
    /// May change users and administrators.
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
