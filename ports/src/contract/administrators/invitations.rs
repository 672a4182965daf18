use std::sync::Arc;

use usher_domain::{
    AdministratorName, AdministratorRole, AuditContext, Invitation, SessionId, SessionSecret, Timestamp,
};

use super::super::{at_once, context, hash, later, number};
use super::{Repository, an_administrator, is_live, opened};
use crate::outbound::Invited;

fn an_id() -> SessionId {
    let mut secret = [7; 32];
    secret[..4].copy_from_slice(&number().to_be_bytes());
    SessionSecret::new(secret).id()
}

fn named() -> AdministratorName {
    AdministratorName::parse(&format!("guest_{}", number())).expect("a name")
}

fn invitation(name: &AdministratorName, role: Option<AdministratorRole>) -> Invitation {
    Invitation { name: name.clone(), role, by: "ann".to_owned(), expires_at: later(60) }
}

async fn invite(it: &Repository, id: SessionId, invitation: &Invitation) -> Invited {
    it.invite(id, invitation, &context(1)).await.expect("an answer")
}

async fn accept(it: &Repository, id: SessionId, seconds: u32) -> bool {
    it.accept(id, &hash("$chosen$"), &context(seconds)).await.expect("an answer")
}

async fn live(it: &Repository, now: Timestamp) -> Vec<Invitation> {
    it.invitations(now).await.expect("invitations")
}

/// A link is found as it was made, until its time is up.
pub async fn finds_an_invitation_until_it_expires(it: &Repository) {
    let (id, name) = (an_id(), named());
    let made = invitation(&name, Some(AdministratorRole::Operator));
    assert_eq!(invite(it, id, &made).await, Invited::Done);
    assert_eq!(it.invitation(id, later(59)).await.expect("an answer"), Some(made.clone()));
    assert_eq!(it.invitation(id, later(60)).await.expect("an answer"), None);
    assert_eq!(it.invitation(an_id(), later(2)).await.expect("an answer"), None);
    assert_eq!((live(it, later(59)).await, live(it, later(60)).await), (vec![made], vec![]));
    assert!(!accept(it, id, 60).await, "it has expired");
}

/// Of uses of a link at once one makes the administrator, who has the role and the password.
pub async fn an_invitation_works_once(it: &Repository) {
    let (id, name) = (an_id(), named());
    invite(it, id, &invitation(&name, Some(AdministratorRole::Operator))).await;
    let used = at_once((0..4).map(|_| {
        let it = Arc::clone(it);
        async move { accept(&it, id, 2).await }
    }))
    .await;
    assert_eq!(used.iter().filter(|worked| **worked).count(), 1);
    let (account, password) = it.find_by_name(&name).await.expect("an answer").expect("an administrator");
    assert_eq!((account.role, password), (AdministratorRole::Operator, hash("$chosen$")));
    assert!(live(it, later(2)).await.is_empty() && !accept(it, id, 3).await);
}

/// A link for a new password ends all sessions of the administrator, who keeps the role.
pub async fn a_reset_link_gives_a_new_password(it: &Repository) {
    let ann = an_administrator(it, AdministratorRole::Owner).await;
    let (id, session) = (an_id(), opened(it, &ann).await);
    assert_eq!(invite(it, id, &invitation(&ann.name, None)).await, Invited::Done);
    assert!(is_live(it, session.id).await, "nothing happens before it is used");
    assert!(accept(it, id, 2).await);
    assert!(!is_live(it, session.id).await);
    let (account, password) = it.find_by_name(&ann.name).await.expect("an answer").expect("an administrator");
    assert_eq!((account.role, password), (AdministratorRole::Owner, hash("$chosen$")));
}

/// Who exists is not invited, and who does not gets no new password; also if that changed since the link was made.
pub async fn an_invitation_is_for_whom_it_fits(it: &Repository) {
    let ann = an_administrator(it, AdministratorRole::Owner).await;
    let viewer = Some(AdministratorRole::Viewer);
    assert_eq!(invite(it, an_id(), &invitation(&ann.name, viewer)).await, Invited::NameTaken);
    assert_eq!(invite(it, an_id(), &invitation(&named(), None)).await, Invited::NotFound);
    let ben = an_administrator(it, AdministratorRole::Viewer).await;
    let id = an_id();
    invite(it, id, &invitation(&ben.name, None)).await;
    it.remove(ben.id, &context(2)).await.expect("an answer");
    assert!(!accept(it, id, 3).await);
    assert_eq!(it.find_by_name(&ben.name).await.expect("an answer"), None);
}

/// The newest link for a name is the one that works, and one that was withdrawn does not.
pub async fn one_invitation_works_for_a_name(it: &Repository) {
    let (first, second, name) = (an_id(), an_id(), named());
    for id in [first, second] {
        invite(it, id, &invitation(&name, Some(AdministratorRole::Viewer))).await;
    }
    assert_eq!(live(it, later(2)).await.len(), 1);
    assert!(!accept(it, first, 2).await);
    let withdraw = async |by: &AuditContext| it.withdraw(&name, by).await.expect("an answer");
    assert!(withdraw(&context(3)).await && !withdraw(&context(3)).await);
    assert!(!accept(it, second, 4).await);
    assert_eq!(it.find_by_name(&name).await.expect("an answer"), None);
}
