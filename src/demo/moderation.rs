//! What administrators did to the people of a demo.

use std::time::Duration;

use usher_domain::{BanEnd, Operator, Reason, Status, UserId};
use usher_ports::inbound::StatusCommand;

use super::{Demo, Result};

/// Every twentieth person is disabled.
const DISABLED: usize = 20;

/// Of those that are not, some are deleted.
const DELETED: usize = 43;

/// Why, and for how many days; none stands for good.
const BANS: [(&str, Option<u64>); 4] =
    [("Spam in the lobby", Some(7)), ("广告", Some(30)), ("Insulted the support", Some(1)), ("", None)];

impl Demo {
    /// Disables and deletes some of these.
    pub(super) async fn moderate(&self, by: Operator<'_>, people: &[UserId]) -> Result<()> {
        for (number, user) in people.iter().enumerate() {
            if number % DISABLED == 7 {
                let (reason, days) = BANS[number / DISABLED % BANS.len()];
                let until = days.map_or(BanEnd::Never, |days| BanEnd::After(Duration::from_hours(24 * days)));
                let reason = Reason::parse(reason)?;
                let command = StatusCommand { until, reason, ..StatusCommand::now(Status::Disabled) };
                self.toggle_status.set(by, *user, command).await?;
            } else if number % DELETED == 11 {
                self.delete_user.delete(by, *user, None, Reason::default()).await?;
            }
        }
        Ok(())
    }
}
