use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{DeviceTag, ManagedUser, SeenDevice, UserCursor, UserFilter, UserId, Viewer};
use usher_ports::inbound::{AdminListUsers, AdminRefusal, ListedDevice, UserDetails, UserReference};
use usher_ports::outbound::{Clock, SessionStore, UserDirectory, UserLookup};

/// Lists users.
pub struct AdminListUsersService {
    /// Finds the users.
    pub users: Arc<dyn UserLookup>,
    /// Lists them.
    pub directory: Arc<dyn UserDirectory>,
    /// Keeps their sessions.
    pub sessions: Arc<dyn SessionStore>,
    pub clock: Arc<dyn Clock>,
}

fn listed(seen: SeenDevice) -> ListedDevice {
    let (first_seen, last_seen) = (seen.first_seen, seen.last_seen);
    let tag = DeviceTag::of(&seen.device.id);
    ListedDevice {
        id: seen.device.id.short(),
        tag,
        attributes: seen.device.attributes,
        first_seen,
        last_seen,
    }
}

/// A viewer, who does not see whole device ids, cannot search for longer and longer prefixes of one, either.
fn allowed<'a>(by: Viewer<'_>, filter: &'a UserFilter) -> Cow<'a, UserFilter> {
    match &filter.search {
        Some(search) if by.administrator().operating().is_err() => {
            let search = Some(search.clone().without_guesses_at_devices());
            Cow::Owned(UserFilter { search, ..filter.clone() })
        }
        _ => Cow::Borrowed(filter),
    }
}

#[async_trait]
impl AdminListUsers for AdminListUsersService {
    async fn find(&self, _by: Viewer<'_>, name: &UserReference) -> Result<ManagedUser, AdminRefusal> {
        let user = match name {
            UserReference::Id(id) => self.users.find(*id).await?,
            UserReference::Uuid(uuid) => self.users.find_by_uuid(*uuid).await?,
            UserReference::Username(username) => self.users.find_by_username(username).await?,
        };
        user.map(ManagedUser::from).ok_or(AdminRefusal::NotFound)
    }

    async fn details(&self, _by: Viewer<'_>, user: UserId) -> Result<UserDetails, AdminRefusal> {
        let found = self.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
        let profile = self.users.profile(user).await?.ok_or(AdminRefusal::NotFound)?;
        let now = self.clock.now();
        let mut sessions = self.sessions.list(user).await?;
        sessions.retain(|session| !session.is_over(now) && session.epoch >= found.epoch);
        Ok(UserDetails {
            user: found.into(),
            profile,
            devices: self.users.devices(user).await?.into_iter().map(listed).collect(),
            sessions,
            aliases: self.users.aliases(user).await?,
        })
    }

    async fn list(
        &self,
        by: Viewer<'_>,
        filter: &UserFilter,
        cursor: &UserCursor,
        limit: u32,
    ) -> Result<Vec<ManagedUser>, AdminRefusal> {
        let users = self.directory.list(&allowed(by, filter), cursor, limit).await?;
        Ok(users.into_iter().map(ManagedUser::from).collect())
    }

    async fn count(&self, by: Viewer<'_>, filter: &UserFilter, most: u32) -> Result<u32, AdminRefusal> {
        Ok(self.directory.count(&allowed(by, filter), most).await?)
    }
}
