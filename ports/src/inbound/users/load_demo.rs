use async_trait::async_trait;
use usher_domain::Owner;

use crate::inbound::AdminRefusal;

/// The people of a demo.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoLoaded {
    /// How many there are.
    pub people: u32,
    /// The password of those that are registered. It is drawn anew each time and kept nowhere.
    pub password: String,
}

/// Fills an empty installation with people who do not exist, to look at.
#[async_trait]
pub trait LoadDemo: Send + Sync {
    /// Adds the people; `None`, and nobody is added, where there is a user already. Two owners who call at once may both
    /// add some.
    ///
    /// # Errors
    /// When a store fails.
    async fn load(&self, by: Owner<'_>) -> Result<Option<DemoLoaded>, AdminRefusal>;
}
