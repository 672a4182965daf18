//! What administrators did to the people of a demo.

use std::time::Duration;

use usher_domain::{Administrator, BanEnd, Reason, Status, UserId};
use usher_http::AdminPorts;
use usher_ports::inbound::StatusCommand;

use super::Result;

/// Every twentieth person is disabled.
const DISABLED: usize = 20;

/// Of those that are not, some are deleted.
const DELETED: usize = 43;

/// Why, and for how many days; none stands for good.
const BANS: [(&str, Option<u64>); 4] =
    [("Spam in the lobby", Some(7)), ("广告", Some(30)), ("Insulted the support", Some(1)), ("", None)];

/// Disables and deletes some of these, as the operator at the machine would.
pub(super) async fn moderate(admin: &AdminPorts, machine: &Administrator, people: &[UserId]) -> Result<()> {
    let operator = machine.operating()?;
    for (number, user) in people.iter().enumerate() {
        if number % DISABLED == 7 {
            let (reason, days) = BANS[number / DISABLED % BANS.len()];
            let until = days.map_or(BanEnd::Never, |days| BanEnd::After(Duration::from_hours(24 * days)));
            let command = StatusCommand {
                until,
                reason: Reason::parse(reason)?,
                ..StatusCommand::now(Status::Disabled)
            };
            admin.toggle_status.set(operator, *user, command).await?;
        } else if number % DELETED == 11 {
            admin.delete_user.delete(operator, *user, None, Reason::default()).await?;
        }
    }
    Ok(())
}
