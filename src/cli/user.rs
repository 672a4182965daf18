use std::fmt::Write as _;

use clap::{Subcommand, ValueEnum};
use usher_domain::{ManagedUser, PlainPassword, Reason, Role, Status, UserCursor, UserFilter, UserId};
use usher_ports::inbound::{AdminRefusal, StatusCommand, UserReference};

use super::{Failure, Installation, noting, open, print, read_password, time};
use crate::compose;
use crate::config::Config;

/// Commands about users. NAME is an id, a uuid or a username; write @123456 for a username of digits.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List users, newest first
    List {
        /// Only visitors or only users
        #[arg(long, value_enum)]
        role: Option<RoleName>,
        /// Only enabled or only disabled ones
        #[arg(long, value_enum)]
        status: Option<StatusName>,
        /// Only those with a lower id: the last id of a page is the start of the next
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
        /// How many users
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Print one user
    Show {
        /// An id, a uuid or a username
        name: String,
        /// Print whole device ids; the audit log records it
        #[arg(long)]
        reveal: bool,
    },
    /// Enable a user
    Enable {
        /// An id, a uuid or a username
        name: String,
    },
    /// Disable a user and end all sessions, including those of a running server
    Disable {
        /// An id, a uuid or a username
        name: String,
    },
    /// Mark a user as deleted; `restore` undoes it until the user is purged
    Delete {
        /// An id, a uuid or a username
        name: String,
    },
    /// Restore a deleted user
    Restore {
        /// An id, a uuid or a username
        name: String,
    },
    /// Purge users who were deleted long enough ago; the server does so itself unless they are a large share of all
    Purge {
        /// Purge them; without this only print how many
        #[arg(long)]
        yes: bool,
    },
    /// Set a password, read from standard input, and end all sessions
    SetPassword {
        /// An id, a uuid or a username
        name: String,
    },
}

/// A role, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleName {
    /// Visitors.
    Visitor,
    /// Registered users.
    User,
}

/// A state, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum StatusName {
    /// Enabled.
    Enabled,
    /// Disabled.
    Disabled,
}

pub(super) async fn run(command: UserCommand, config: &Config) -> Result<(), Failure> {
    let installation = open(config).await?;
    let what = format!("usher user {command:?}");
    let answer = perform(command, &installation, config).await;
    let answer = noting(&installation, &what, answer).await;
    installation.database.close().await;
    print(&answer?)
}

async fn perform(
    command: UserCommand,
    installation: &Installation,
    config: &Config,
) -> Result<String, Failure> {
    let Installation { adapters, admin, machine, .. } = installation;
    let accounts = compose::maintain_accounts(adapters, config);
    let operator = machine.operating()?;
    match command {
        UserCommand::List { role, status, before, limit } => {
            let filter = UserFilter {
                role: role.map(role_of),
                status: status.map(status_of),
                ..UserFilter::default()
            };
            let cursor = UserCursor::Newest(before.map(UserId));
            Ok(table(&admin.list_users.list(machine.viewing()?, &filter, &cursor, limit).await?))
        }
        UserCommand::Show { name, reveal } => {
            let user = find(installation, &name).await?;
            let devices =
                if reveal { admin.reveal_devices.reveal(operator, user.id).await? } else { Vec::new() };
            let ids = devices.iter().map(|seen| format!("{:<11}{}\n", "device", seen.device.id.as_str()));
            Ok(details(&user, reveal) + &ids.collect::<String>())
        }
        UserCommand::Enable { name } => switch(installation, &name, Status::Enabled).await,
        UserCommand::Disable { name } => switch(installation, &name, Status::Disabled).await,
        UserCommand::Delete { name } => {
            let user = find(installation, &name).await?;
            let user = admin.delete_user.delete(operator, user.id, None, Reason::default()).await?;
            Ok(format!("{} (id {}) is deleted; all sessions are ended\n", user.username, user.id))
        }
        UserCommand::Restore { name } => {
            let user = find(installation, &name).await?;
            let user = admin.delete_user.restore(operator, user.id, None).await?;
            Ok(format!("{} (id {}) is back\n", user.username, user.id))
        }
        UserCommand::Purge { yes: true } => {
            let removed = accounts.purge_all(operator).await?;
            Ok(format!("{removed} deleted users are removed for good\n"))
        }
        UserCommand::Purge { yes: false } => {
            let due = accounts.purgeable().await?;
            Ok(format!("{due} deleted users are due to be removed for good; --yes removes them\n"))
        }
        UserCommand::SetPassword { name } => {
            let user = find(installation, &name).await?;
            let password = PlainPassword::parse(&read_password()?)?;
            let user = compose::set_password(adapters).set(operator, user.id, password).await?;
            Ok(format!("{} (id {}) has a new password; all sessions are ended\n", user.username, user.id))
        }
    }
}

async fn find(
    Installation { admin, machine, .. }: &Installation,
    name: &str,
) -> Result<ManagedUser, AdminRefusal> {
    admin.list_users.find(machine.viewing()?, &UserReference::parse(name)).await
}

async fn switch(installation: &Installation, name: &str, status: Status) -> Result<String, Failure> {
    let user = find(installation, name).await?;
    let Installation { admin, machine, .. } = installation;
    let user = admin.toggle_status.set(machine.operating()?, user.id, StatusCommand::now(status)).await?;
    let enabled = user.status == Status::Enabled && user.deleted_at.is_none();
    let state = if enabled { "enabled" } else { "disabled; all sessions are ended" };
    Ok(format!("{} (id {}) is {state}\n", user.username, user.id))
}

const fn role_of(name: RoleName) -> Role {
    match name {
        RoleName::Visitor => Role::Visitor,
        RoleName::User => Role::User,
    }
}

const fn status_of(name: StatusName) -> Status {
    match name {
        StatusName::Enabled => Status::Enabled,
        StatusName::Disabled => Status::Disabled,
    }
}

fn state(user: &ManagedUser) -> &'static str {
    match user.status {
        _ if user.deleted_at.is_some() => "deleted",
        Status::Enabled => "enabled",
        Status::Disabled => "disabled",
        Status::Locked => "locked",
    }
}

fn table(users: &[ManagedUser]) -> String {
    let mut text =
        format!("{:>10}  {:<8} {:<8} {:<20} {}\n", "ID", "ROLE", "STATE", "USERNAME", "LAST LOGIN");
    for user in users {
        let seen = user.last_login.map(|visit| time(visit.at)).unwrap_or_default();
        let _ = writeln!(
            text,
            "{:>10}  {:<8} {:<8} {:<20} {seen}",
            user.id.0,
            user.role.as_str(),
            state(user),
            user.username.as_str(),
        );
    }
    text
}

fn details(user: &ManagedUser, reveal: bool) -> String {
    let mut lines = vec![
        ("id", user.id.to_string()),
        ("uuid", user.uuid.to_string()),
        ("username", user.username.to_string()),
        ("nickname", user.nickname.to_string()),
        ("role", user.role.as_str().to_owned()),
        ("state", state(user).to_owned()),
        ("registered", time(user.registered.at)),
    ];
    lines.extend(user.last_login.map(|visit| ("last login", time(visit.at))));
    let device = user.device.as_ref().filter(|_| !reveal);
    lines.extend(device.map(|device| ("device", device.id.as_str().to_owned())));
    lines.iter().fold(String::new(), |text, (name, value)| text + &format!("{name:<11}{value}\n"))
}
