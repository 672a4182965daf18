use async_trait::async_trait;
use usher_domain::{
    ManagedUser, NewUser, Operator, Origin, Reason, UserChange, UserEdit, UserId, UsernameKey, Viewer,
};
use usher_ports::inbound::{
    AdminEditUser, AdminRefusal, ConvertUserCommand, CreateUserCommand, EditUserCommand,
};
use usher_ports::outbound::AddUser;

use crate::AccountService;

#[async_trait]
impl AdminEditUser for AccountService {
    async fn is_free(&self, _by: Viewer<'_>, username: &UsernameKey) -> Result<bool, AdminRefusal> {
        Ok(self.users.find_by_username(username).await?.is_none())
    }

    async fn create(
        &self,
        by: Operator<'_>,
        command: CreateUserCommand,
    ) -> Result<ManagedUser, AdminRefusal> {
        let context = by.administrator().context(self.clock.now());
        let new = NewUser {
            uuid: self.ids.uuid(),
            password: self.hash(command.password, &command.username).await?,
            username: command.username,
            nickname: command.nickname,
            avatar: command.avatar,
            device: None,
            origin: Origin::Administrator(context),
        };
        match self.registry.add_user(&new).await? {
            AddUser::Added(user) => Ok((*user).into()),
            AddUser::UsernameTaken | AddUser::DeviceTaken => Err(AdminRefusal::UsernameTaken),
        }
    }

    async fn convert(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: ConvertUserCommand,
    ) -> Result<ManagedUser, AdminRefusal> {
        let ConvertUserCommand { username, password, expected } = command;
        let password = self.hash(password, &username).await?;
        let change = UserChange::Convert { username, password };
        let (user, _) = self.change(by, user, &change, expected, Reason::default()).await?;
        Ok(user)
    }

    async fn edit(
        &self,
        by: Operator<'_>,
        user: UserId,
        command: EditUserCommand,
    ) -> Result<ManagedUser, AdminRefusal> {
        let password = match command.password {
            Some(password) => {
                let known = self.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
                Some(self.hash(password, command.username.as_ref().unwrap_or(&known.username)).await?)
            }
            None => None,
        };
        let (username, nickname, avatar) = (command.username, command.nickname, command.avatar);
        let change = UserChange::Edit(Box::new(UserEdit { username, nickname, avatar, password }));
        let (user, _) = self.change(by, user, &change, command.expected, Reason::default()).await?;
        Ok(user)
    }
}
