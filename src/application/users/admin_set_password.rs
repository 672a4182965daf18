use async_trait::async_trait;
use usher_domain::{ManagedUser, NotApplicable, Operator, PlainPassword, Reason, Role, UserChange, UserId};
use usher_ports::inbound::{AdminRefusal, AdminSetPassword};

use crate::AccountService;

#[async_trait]
impl AdminSetPassword for AccountService {
    async fn set(
        &self,
        by: Operator<'_>,
        user: UserId,
        password: PlainPassword,
    ) -> Result<ManagedUser, AdminRefusal> {
        let known = self.users.find(user).await?.ok_or(AdminRefusal::NotFound)?;
        if known.role == Role::Visitor {
            return Err(NotApplicable.into());
        }
        let change = UserChange::Password(self.hash(password, &known.username).await?);
        let (user, _) = self.change(by, user, &change, None, Reason::default()).await?;
        Ok(user)
    }
}
