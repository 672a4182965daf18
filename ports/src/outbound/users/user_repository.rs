use super::{
    NameSearch, UserChanges, UserDirectory, UserLookup, UserMaintenance, UserPasswords, UserRegistry,
    UserVisits,
};

/// All ports about users, as one store offers them. A use case takes the ones it needs.
pub trait UserRepository:
    NameSearch
    + UserChanges
    + UserDirectory
    + UserLookup
    + UserMaintenance
    + UserPasswords
    + UserRegistry
    + UserVisits
{
}

impl<
    T: NameSearch
        + UserChanges
        + UserDirectory
        + UserLookup
        + UserMaintenance
        + UserPasswords
        + UserRegistry
        + UserVisits,
> UserRepository for T
{
}
