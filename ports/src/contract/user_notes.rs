//! The laws of [`UserNotes`].

use std::sync::Arc;

use usher_domain::{AuditAction, AuditContext, AuditFilter, NoteText, UserId, UserNote};

use super::{UNKNOWN_USER, a_user, context, delete, later};
use crate::outbound::{AuditLog, UserNotes, UserRepository};

/// Notes, the users that they are about, and the log that tells of them.
pub struct Noting {
    /// The notes.
    pub notes: Arc<dyn UserNotes>,
    /// The users.
    pub users: Arc<dyn UserRepository>,
    /// The log.
    pub audit: Arc<dyn AuditLog>,
}

fn by(name: &str, seconds: u32) -> AuditContext {
    AuditContext { by: name.to_owned(), ..context(seconds) }
}

impl Noting {
    async fn note(&self, user: UserId, text: &str, by: &AuditContext) -> Option<UserNote> {
        let text = NoteText::parse(text).expect("a text");
        self.notes.add_note(user, &text, by).await.expect("an answer")
    }

    async fn all(&self, user: UserId) -> Vec<UserNote> {
        self.notes.notes(user, 100).await.expect("notes")
    }
}

/// Notes are found as they were added, the newest first, and only about their user.
pub async fn keeps_notes_as_they_were_added(it: &Noting) {
    let (alice, bob) = (a_user(&it.users).await.id, a_user(&it.users).await.id);
    let first = it.note(alice, "Asked for a refund.\n第二行 <b>", &by("ann", 1)).await.expect("a note");
    let second = it.note(alice, "Got it.", &by("ben", 2)).await.expect("a note");
    it.note(bob, "Another.", &by("ann", 3)).await.expect("a note");
    assert_eq!((first.by.as_str(), first.at, first.user), ("ann", later(1), alice));
    assert_eq!(first.text.as_str(), "Asked for a refund.\n第二行 <b>");
    assert_eq!(it.all(alice).await, [second.clone(), first]);
    assert_eq!(it.notes.notes(alice, 1).await.expect("notes"), [second]);
    assert_eq!(it.note(UNKNOWN_USER, "Nobody.", &by("ann", 4)).await, None);
}

/// A note is removed by its author, or by whom no author is asked of; once, and only from its user.
pub async fn a_note_is_removed_by_its_author(it: &Noting) {
    let (alice, bob) = (a_user(&it.users).await.id, a_user(&it.users).await.id);
    let note = it.note(alice, "Wrong.", &by("ann", 1)).await.expect("a note").id;
    let remove = async |user, author| {
        it.notes.remove_note(user, note, author, &by("ben", 2)).await.expect("an answer")
    };
    assert!(!remove(alice, Some("ben")).await && !remove(bob, None).await);
    assert_eq!(it.all(alice).await.len(), 1);
    assert!(remove(alice, Some("ann")).await && !remove(alice, None).await);
    let other = it.note(alice, "Wrong, too.", &by("ann", 3)).await.expect("a note").id;
    assert!(it.notes.remove_note(alice, other, None, &by("ben", 4)).await.expect("an answer"));
    assert_eq!(it.all(alice).await, []);
}

/// Who is removed for good leaves no note.
pub async fn notes_go_with_their_user(it: &Noting) {
    let alice = a_user(&it.users).await;
    it.note(alice.id, "Leaves.", &by("ann", 1)).await.expect("a note");
    delete(&it.users, &alice).await.expect("a change");
    assert_eq!(it.all(alice.id).await.len(), 1, "deleted users can come back");
    assert_eq!(it.users.purge(later(100), 10, &context(200)).await.expect("a number"), 1);
    assert_eq!(it.all(alice.id).await, []);
}

/// The audit log tells of notes, and not what they say.
pub async fn notes_are_audited_without_their_text(it: &Noting) {
    let alice = a_user(&it.users).await;
    let note = it.note(alice.id, "A secret.", &by("ann", 1)).await.expect("a note").id;
    it.notes.remove_note(alice.id, note, None, &by("ben", 2)).await.expect("an answer");
    let about = AuditFilter { user: Some(alice.id), ..AuditFilter::default() };
    let entries = it.audit.list(&about, None, 10).await.expect("entries");
    let said: Vec<_> = entries.iter().map(|it| (it.record.action, it.record.by.as_str())).collect();
    assert_eq!(said, [(AuditAction::NoteRemoved, "ben"), (AuditAction::NoteAdded, "ann")]);
    assert!(entries.iter().all(|entry| !format!("{entry:?}").contains("secret")));
}

/// Tests notes: `user_notes_contract!(sqlite, setup())`, where the setup yields `(Noting, guard)`.
#[macro_export]
macro_rules! user_notes_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            user_notes,
            [
                keeps_notes_as_they_were_added,
                a_note_is_removed_by_its_author,
                notes_go_with_their_user,
                notes_are_audited_without_their_text,
            ]
        );
    };
}
