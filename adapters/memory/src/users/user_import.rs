use std::collections::HashSet;

use async_trait::async_trait;
use usher_domain::Decision;
use usher_ports::outbound::{Imported, ImportedUser, UserImport};

use super::accounts::Accounts;
use super::{MemoryUsers, Result};
use crate::lock;

#[async_trait]
impl UserImport for MemoryUsers {
    async fn import(&self, users: &[ImportedUser]) -> Result<Imported> {
        let mut accounts = lock(&self.accounts);
        if !are_free(&mut accounts, users) {
            return Ok(Imported::Taken);
        }
        let mut ids = Vec::with_capacity(users.len());
        for user in users {
            let (after, password) = (user.account(), user.password.clone());
            let decision =
                Decision { after, audit: None, events: Vec::new(), password, ends_sessions: false };
            ids.extend(accounts.add(decision, &self.audit).ok().map(|user| user.id));
        }
        Ok(Imported::Done(ids))
    }
}

/// Whether no name and no device is taken, by an account or by another of these.
fn are_free(accounts: &mut Accounts, users: &[ImportedUser]) -> bool {
    let (mut names, mut devices) = (HashSet::new(), HashSet::new());
    users.iter().all(|user| {
        let (name, device) = (user.username.key(), &user.device.id);
        let taken = accounts.by_username(&name).is_some() || accounts.by_device(device).is_some();
        names.insert(name) && devices.insert(device) && !taken
    })
}
