//! The command line.

mod admin;
mod audit;
mod avatars;
mod bans;
mod sign;
mod user;

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use usher_domain::{Administrator, Timestamp};
use usher_http::AdminPorts;
use usher_ports::inbound::AdminRefusal;
use usher_sql::Database;

use crate::compose::Adapters;
use crate::config::{Config, Flags};
use crate::data_dir::keep_private;
use crate::secrets::Secrets;
use crate::{compose, demo, logging, serve};

pub use admin::{AdminCommand, AdministratorRoleName};
pub use audit::AuditCommand;
pub use avatars::AvatarsCommand;
pub use bans::BansCommand;
pub use sign::SignArgs;
pub use user::{RoleName, StatusName, UserCommand};

/// Guest identity for chat products.
#[derive(Debug, Parser)]
#[command(name = "usher", version, about, args_conflicts_with_subcommands = false)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct Common {
    /// Configuration file; without it config/usher.toml is read if it is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of the database and the secrets
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Address to serve on
    #[arg(long, global = true, value_name = "HOST:PORT")]
    listen: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default command)
    Serve,
    /// List, disable and enable users, and set their passwords
    #[command(subcommand)]
    User(UserCommand),
    /// Sign a request as a client does, and print it as a curl line
    Sign(SignArgs),
    /// Fill the database with generated users
    Demo {
        /// How many users
        #[arg(long, default_value_t = 50)]
        users: u32,
    },
    /// Show or check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Manage administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Print and verify the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Ban devices, addresses and networks
    #[command(subcommand)]
    Bans(BansCommand),
    /// Clean up avatars
    #[command(subcommand)]
    Avatars(AvatarsCommand),
    /// Migrate the database; the server does so when it starts
    Migrate,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the configuration in force, without secrets
    Show,
    /// Check the configuration
    Check,
}

type Failure = Box<dyn Error + Send + Sync>;

/// Runs a command; prints a failure on standard error, in one line.
pub async fn run(cli: Cli) -> ExitCode {
    match execute(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "usher: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> Result<(), Failure> {
    keep_private();
    let Common { config: file, data_dir, listen } = cli.common;
    let config = Config::load(&Flags { file, data_dir, listen })?;
    let _log = logging::start(&config.log)?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => Ok(serve::serve(&config).await?),
        Command::User(command) => user::run(command, &config).await,
        Command::Admin(command) => admin::run(command, &config).await,
        Command::Audit(command) => audit::run(command, &config).await,
        Command::Bans(command) => bans::run(command, &config).await,
        Command::Avatars(command) => avatars::run(command, &config).await,
        Command::Sign(arguments) => sign::run(&arguments, &config),
        Command::Demo { users } => demo::run(users, open(&demo::patient(&config)?).await?).await,
        Command::Config(ConfigCommand::Show) => print(&toml::to_string(&config)?),
        Command::Config(ConfigCommand::Check) => print(&checked(&config)),
        Command::Migrate => {
            let secrets = Secrets::load(&config)?;
            let database = compose::database(&config).await?;
            compose::protect_second_factors(&compose::one_node(&config, &secrets, &database)?).await?;
            database.close().await;
            print("the database is up to date\n")
        }
    }
}

/// Checks the configuration and prints warnings about it.
fn checked(config: &Config) -> String {
    let notes = config.notes().into_iter().map(|note| format!("note: {note}\n"));
    std::iter::once("the configuration can be used\n".to_owned()).chain(notes).collect()
}

/// The installation that a command works on; a server may be running on it.
pub(crate) struct Installation {
    pub(crate) database: Database,
    pub(crate) adapters: Adapters,
    pub(crate) admin: AdminPorts,
    /// The operator at the machine, who could read the installation's secrets anyway.
    pub(crate) machine: Administrator,
}

async fn open(config: &Config) -> Result<Installation, Failure> {
    let secrets = Secrets::load(config)?;
    let database = compose::database(config).await?;
    let adapters = compose::adapters(config, &secrets, &database).await?;
    let code = secrets.set_up_code();
    let machine = Administrator::with(&code);
    let admin = compose::admin_ports(&adapters, config, code);
    Ok(Installation { database, adapters, admin, machine })
}

/// Records a refused command in the audit log.
async fn noting(
    Installation { admin, machine, .. }: &Installation,
    what: &str,
    outcome: Result<String, Failure>,
) -> Result<String, Failure> {
    if let Err(failure) = &outcome
        && let Some(refusal) = failure.downcast_ref::<AdminRefusal>()
    {
        admin.audit.refused(machine, what, &refusal.to_string()).await;
    }
    outcome
}

/// An answer, on standard output. A reader that left early is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// One line of standard input. At a terminal it is asked for; what is typed there is seen, so a pipe is better.
fn read_password() -> io::Result<String> {
    if io::stdin().is_terminal() {
        print("New password (it will be visible): ").map_err(io::Error::other)?;
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A timestamp, as people read it.
fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).map(|at| at.to_string()).unwrap_or_default()
}

/// An error and its causes, each printed once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}
