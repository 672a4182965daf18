use std::sync::Arc;

use async_trait::async_trait;
use usher_domain::{
    Amendment, NewPassword, Operator, PasswordHash, PlainPassword, Reason, User, UserEdit, UserId, Username,
    UsernameKey, Viewer,
};
use usher_ports::inbound::{AdminEditUser, AdminRefusal, UserDraft, UserRevision};
use usher_ports::outbound::{AddUser, HasherBusy, IdSource, Lane, NewUser, Origin, PasswordHasher};

use crate::Amender;

/// Makes and changes users.
pub struct EditUser {
    /// Makes the changes.
    pub amender: Arc<Amender>,
    /// Hashes the passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Draws the ids.
    pub ids: Arc<dyn IdSource>,
}

impl EditUser {
    async fn hash(&self, password: PlainPassword, name: &Username) -> Result<PasswordHash, AdminRefusal> {
        let password = NewPassword::choose(password, name.as_str())?.into_plain();
        self.hasher.hash(password, Lane::Administrator).await.map_err(|HasherBusy| AdminRefusal::Busy)
    }
}

#[async_trait]
impl AdminEditUser for EditUser {
    async fn is_free(&self, _by: Viewer<'_>, username: &UsernameKey) -> Result<bool, AdminRefusal> {
        Ok(self.amender.users.find_by_username(username).await?.is_none())
    }

    async fn create(&self, by: Operator<'_>, draft: UserDraft) -> Result<User, AdminRefusal> {
        let deed = by.administrator().deed(self.amender.clock.now());
        let new = NewUser {
            uuid: self.ids.uuid(),
            password: self.hash(draft.password, &draft.username).await?,
            username: draft.username,
            nickname: draft.nickname,
            avatar: draft.avatar,
            device: None,
            origin: Origin::Administrator(deed),
        };
        match self.amender.registry.add_user(&new).await? {
            AddUser::Added(user) => Ok(*user),
            AddUser::UsernameTaken | AddUser::DeviceTaken => Err(AdminRefusal::UsernameTaken),
        }
    }

    async fn edit(
        &self,
        by: Operator<'_>,
        user: UserId,
        revision: UserRevision,
    ) -> Result<User, AdminRefusal> {
        let password = match revision.password {
            Some(password) => {
                let known = self.amender.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
                Some(self.hash(password, revision.username.as_ref().unwrap_or(&known.username)).await?)
            }
            None => None,
        };
        let (username, nickname, avatar) = (revision.username, revision.nickname, revision.avatar);
        let amendment = Amendment::Edit(Box::new(UserEdit { username, nickname, avatar, password }));
        let (user, _) =
            self.amender.amend(by, user, &amendment, revision.expected, Reason::default()).await?;
        Ok(user)
    }
}
