use clap::Subcommand;
use usher_domain::Administrator;
use usher_ports::inbound::{AvatarSurvey, ManageAvatars};

use super::{Failure, Installation, open, print};
use crate::config::Config;

/// Commands about avatars.
#[derive(Debug, Subcommand)]
pub enum AvatarsCommand {
    /// Count unused avatars; with --yes claim the store and delete them
    Sweep {
        /// Delete them, whatever their number and whichever installation owned the store
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(command: AvatarsCommand, config: &Config) -> Result<(), Failure> {
    let Installation { database, admin, machine, .. } = open(config).await?;
    let AvatarsCommand::Sweep { yes } = command;
    let answer = sweep(&*admin.avatars, &machine, yes).await;
    database.close().await;
    print(&answer?)
}

async fn sweep(avatars: &dyn ManageAvatars, machine: &Administrator, yes: bool) -> Result<String, Failure> {
    let owner = machine.owning()?;
    if yes {
        let pictures = avatars.sweep_all(owner).await?;
        return Ok(format!(
            "{pictures} unused pictures are deleted; the store belongs to this installation\n"
        ));
    }
    Ok(described(avatars.survey(owner).await?))
}

fn described(survey: AvatarSurvey) -> String {
    let AvatarSurvey { owner, installation, stored, unused } = survey;
    let owner = match owner {
        Some(owner) if owner == installation => "this installation".to_owned(),
        Some(owner) => format!("installation {owner}, and this is {installation}"),
        None => "no installation yet".to_owned(),
    };
    format!(
        "{unused} of {stored} pictures older than a day are used by no user of this database\nthe store belongs to \
         {owner}\nrun it with --yes to delete them and to take the store over\n"
    )
}
