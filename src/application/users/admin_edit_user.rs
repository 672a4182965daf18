use async_trait::async_trait;
use usher_domain::{Amendment, ManagedUser, Operator, Reason, UserEdit, UserId, UsernameKey, Viewer};
use usher_ports::inbound::{AdminEditUser, AdminRefusal, UserDraft, UserRevision};
use usher_ports::outbound::{AddUser, NewUser, Origin};

use crate::AccountService;

#[async_trait]
impl AdminEditUser for AccountService {
    async fn is_free(&self, _by: Viewer<'_>, username: &UsernameKey) -> Result<bool, AdminRefusal> {
        Ok(self.users.find_by_username(username).await?.is_none())
    }

    async fn create(&self, by: Operator<'_>, draft: UserDraft) -> Result<ManagedUser, AdminRefusal> {
        let deed = by.administrator().deed(self.clock.now());
        let new = NewUser {
            uuid: self.ids.uuid(),
            password: self.hash(draft.password, &draft.username).await?,
            username: draft.username,
            nickname: draft.nickname,
            avatar: draft.avatar,
            device: None,
            origin: Origin::Administrator(deed),
        };
        match self.registry.add_user(&new).await? {
            AddUser::Added(user) => Ok((*user).into()),
            AddUser::UsernameTaken | AddUser::DeviceTaken => Err(AdminRefusal::UsernameTaken),
        }
    }

    async fn edit(
        &self,
        by: Operator<'_>,
        user: UserId,
        revision: UserRevision,
    ) -> Result<ManagedUser, AdminRefusal> {
        let password = match revision.password {
            Some(password) => {
                let known = self.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
                Some(self.hash(password, revision.username.as_ref().unwrap_or(&known.username)).await?)
            }
            None => None,
        };
        let (username, nickname, avatar) = (revision.username, revision.nickname, revision.avatar);
        let amendment = Amendment::Edit(Box::new(UserEdit { username, nickname, avatar, password }));
        let (user, _) = self.change(by, user, &amendment, revision.expected, Reason::default()).await?;
        Ok(user)
    }
}
