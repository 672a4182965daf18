use crate::{
    AdministratorAccount, AdministratorId, AdministratorName, AdministratorRole, AdministratorSession,
    AuditContext, ClientAddress, Ended, FactorRequirement, Reason, SessionId, SetUpCode, Timestamp,
};

/// Proof that the one who asks administrates this installation. What they may do is in the proofs made of it: a port
/// that changes users asks for an [`Operator`], so a forgotten check does not compile. One who lacks a required second
/// factor yields no such proof, and can do nothing but set it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator {
    actor: Actor,
    role: AdministratorRole,
    from: Option<ClientAddress>,
    lacks_factor: bool,
}

/// Who administrates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The operator at the machine, who can open the database and needs no permission.
    Machine,
    /// An administrator who logged in.
    Account {
        /// Who.
        id: AdministratorId,
        /// What they were called.
        name: AdministratorName,
        /// In which session.
        session: SessionId,
    },
}

/// Why an administrator may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The role is too low.
    #[error("that takes the role {0:?}")]
    Role(AdministratorRole),
    /// A second factor is required and not set up.
    #[error("that takes a second factor")]
    SecondFactor,
}

impl Administrator {
    /// The one at the command line, who has read the secrets of the installation: the code is made of them.
    pub const fn with(_: &SetUpCode) -> Self {
        Self { actor: Actor::Machine, role: AdministratorRole::Owner, from: None, lacks_factor: false }
    }

    /// Decides whether `session` lets its owner in, who calls from `from`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn admit(
        session: &AdministratorSession,
        account: &AdministratorAccount,
        requirement: FactorRequirement,
        from: ClientAddress,
        now: Timestamp,
    ) -> Result<Self, Ended> {
        if session.administrator != account.id {
            return Err(Ended::Revoked);
        }
        if now >= session.expires_at {
            return Err(Ended::Expired);
        }
        let actor = Actor::Account { id: account.id, name: account.name.clone(), session: session.id };
        let lacks_factor = requirement.applies_to(account.role) && !account.second_factor;
        Ok(Self { actor, role: account.role, from: Some(from), lacks_factor })
    }

    /// Who it is.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether they have to set up a second factor before anything else.
    pub const fn lacks_factor(&self) -> bool {
        self.lacks_factor
    }

    /// What they may do.
    pub const fn role(&self) -> AdministratorRole {
        self.role
    }

    /// That they do something, for the audit log.
    pub fn context(&self, at: Timestamp) -> AuditContext {
        let by = match &self.actor {
            Actor::Machine => AuditContext::MACHINE,
            Actor::Account { name, .. } => name.as_str(),
        };
        AuditContext {
            by: by.to_owned(),
            from: self.from.map(ClientAddress::ip),
            at,
            reason: Reason::default(),
        }
    }

    /// Proof that they may look, which all roles may.
    ///
    /// # Errors
    /// When they may not.
    pub fn viewing(&self) -> Result<Viewer<'_>, Forbidden> {
        self.at_least(AdministratorRole::Viewer).map(Viewer)
    }

    /// Proof that they may change users.
    ///
    /// # Errors
    /// When they may not.
    pub fn operating(&self) -> Result<Operator<'_>, Forbidden> {
        self.at_least(AdministratorRole::Operator).map(Operator)
    }

    /// Proof that they may change administrators.
    ///
    /// # Errors
    /// When they may not.
    pub fn owning(&self) -> Result<Owner<'_>, Forbidden> {
        self.at_least(AdministratorRole::Owner).map(Owner)
    }

    fn at_least(&self, role: AdministratorRole) -> Result<&Self, Forbidden> {
        match self.role >= role {
            _ if self.lacks_factor => Err(Forbidden::SecondFactor),
            true => Ok(self),
            false => Err(Forbidden::Role(role)),
        }
    }
}

/// May look.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a>(&'a Administrator);

/// May change users.
#[derive(Clone, Copy, Debug)]
pub struct Operator<'a>(&'a Administrator);

/// May change administrators.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a>(&'a Administrator);

impl<'a> Viewer<'a> {
    /// Who.
    pub const fn administrator(self) -> &'a Administrator {
        self.0
    }
}

impl<'a> Operator<'a> {
    /// An operator may also view.
    pub const fn viewing(self) -> Viewer<'a> {
        Viewer(self.0)
    }

    /// Who.
    pub const fn administrator(self) -> &'a Administrator {
        self.0
    }
}

impl<'a> Owner<'a> {
    /// Who.
    pub const fn administrator(self) -> &'a Administrator {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn administrator(role: AdministratorRole, at: i64) -> Result<Administrator, Ended> {
        admitted(role, at, FactorRequirement::Off, false)
    }

    fn admitted(
        role: AdministratorRole,
        at: i64,
        requirement: FactorRequirement,
        second_factor: bool,
    ) -> Result<Administrator, Ended> {
        let id = AdministratorId(1);
        let (zero, end) = (Timestamp::from_millis(0), Timestamp::from_millis(100));
        let session = AdministratorSession {
            id: SessionId::from_store([1; 32]),
            administrator: id,
            from: None,
            started_at: zero,
            seen_at: zero,
            expires_at: end,
        };
        let name = AdministratorName::from_store("ann".to_owned());
        let account =
            AdministratorAccount { id, name, role, created_at: zero, last_login_at: None, second_factor };
        let from = ClientAddress::new([192, 0, 2, 1].into());
        Administrator::admit(&session, &account, requirement, from, Timestamp::from_millis(at))
    }

    #[test]
    fn a_role_may_do_what_those_before_it_may_and_no_more() {
        for (role, operating, owning) in [
            (AdministratorRole::Viewer, false, false),
            (AdministratorRole::Operator, true, false),
            (AdministratorRole::Owner, true, true),
        ] {
            let administrator = administrator(role, 0).unwrap();
            assert_eq!(
                (administrator.operating().is_ok(), administrator.owning().is_ok()),
                (operating, owning)
            );
        }
        let code = SetUpCode::new("a code".to_owned());
        assert!(Administrator::with(&code).owning().is_ok());
    }

    #[test]
    fn without_a_required_second_factor_there_is_no_authority() {
        use AdministratorRole::{Operator, Owner, Viewer};
        use FactorRequirement::{All, Off, Owners};
        for (requirement, role, lacks) in [
            (Off, Owner, false),
            (Owners, Owner, true),
            (Owners, Operator, false),
            (All, Operator, true),
            (All, Viewer, true),
        ] {
            let without = admitted(role, 0, requirement, false).unwrap();
            assert_eq!(without.lacks_factor(), lacks);
            assert_eq!(without.viewing().err(), lacks.then_some(Forbidden::SecondFactor));
            if lacks {
                assert_eq!(without.operating().err(), Some(Forbidden::SecondFactor));
                assert_eq!(without.owning().err(), Some(Forbidden::SecondFactor));
            }
            let with = admitted(role, 0, requirement, true).unwrap();
            assert!(with.viewing().is_ok() && !with.lacks_factor());
        }
        let code = SetUpCode::new("a code".to_owned());
        assert!(Administrator::with(&code).viewing().is_ok());
    }

    #[test]
    fn an_administrators_session_ends_at_its_time() {
        assert!(administrator(AdministratorRole::Owner, 99).is_ok());
        assert_eq!(administrator(AdministratorRole::Owner, 100), Err(Ended::Expired));
    }
}
