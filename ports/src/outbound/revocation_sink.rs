use async_trait::async_trait;
use uuid::Uuid;

use super::{Revocation, StoreError};

/// Names a state of a session store. Never given twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SyncToken(pub Uuid);

impl SyncToken {
    /// How many deliveries a state remembers at least: as many as may be made between a delivery and its confirmation,
    /// which is one for each other node. Where there were more, everything is delivered again.
    pub const KEPT: usize = 16;
}

/// A session store that is kept apart from the users, and has to be told whose sessions end.
///
/// Such a store may go back to an earlier state: it comes back from a snapshot, or a replica takes over that had not
/// received everything. Its state therefore carries the tokens of the states it grew out of.
///
/// - A delivery must end the sessions before each epoch, and none may be started from then on.
/// - A delivery onto `after` must be accepted if the state grew out of the one that `after` names, and refused if not.
/// - A state that includes the token of an accepted delivery must hold what was delivered, and everything that the state
///   named by `after` held.
/// - A state that goes back must take its tokens back.
/// - The tokens of the last [`SyncToken::KEPT`] accepted deliveries must be included, from whichever node.
#[async_trait]
pub trait RevocationSink: Send + Sync {
    /// Whether the state grew out of the one that this token names.
    async fn includes(&self, token: SyncToken) -> Result<bool, StoreError>;

    /// Ends the sessions, and calls the state from then on `next` if it grew out of `after`; returns whether it did. Without
    /// `after` it always does. The sessions are ended either way.
    ///
    /// # Errors
    /// When the store fails; whether the delivery was accepted is then unknown.
    async fn deliver(
        &self,
        revocations: &[Revocation],
        after: Option<SyncToken>,
        next: SyncToken,
    ) -> Result<bool, StoreError>;
}
