//! The laws of a [`VisitorSignIn`].

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use usher_domain::{
    DeviceAttributes, NewSession, NewVisitor, Role, Session, SessionOrigin, SessionSecret, Status, User,
    Visit,
};

use super::{
    NOW, a_visitor, address, at_once, attribute, change_status, later, new_device, new_visitor, now, number,
    set_status,
};
use crate::outbound::{AddVisitor, SessionStore, Started, UserRepository, VisitorSignIn};

/// How visitors are signed in, and where that can be seen.
#[derive(Clone)]
pub struct SigningIn {
    /// Signs in.
    pub sign_in: Arc<dyn VisitorSignIn>,
    /// Finds the users.
    pub users: Arc<dyn UserRepository>,
    /// Finds the sessions.
    pub sessions: Arc<dyn SessionStore>,
}

const MANY: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

impl SigningIn {
    async fn add(&self, new: &NewVisitor) -> (AddVisitor, NewSession) {
        let session = new_session();
        (self.sign_in.add(new, &session).await.expect("an answer"), session)
    }

    async fn resume(
        &self,
        user: &User,
        attributes: &DeviceAttributes,
        keep: NonZeroU32,
    ) -> (Started, Session) {
        let session = Session { started_at: later(60), ..new_session().of(user, Role::Visitor) };
        let device = &user.device.as_ref().expect("a device").id;
        let started = self.sign_in.resume(device, attributes, address(7), &session, keep).await;
        (started.expect("an answer"), session)
    }

    async fn sessions_of(&self, user: &User) -> Vec<Session> {
        self.sessions.list(user.id).await.expect("a list")
    }
}

fn new_session() -> NewSession {
    let mut secret = [7; 32];
    secret[..4].copy_from_slice(&number().to_be_bytes());
    let id = SessionSecret::new(secret).id();
    let origin = Arc::new(SessionOrigin::on(&new_device(), Some(attribute("app")), address(1).ip()));
    NewSession { id, started_at: NOW, expires_at: NOW.plus(Duration::from_hours(720)), origin }
}

/// A visitor that is added is there with its session.
pub async fn a_visitor_is_added_with_its_session(it: &SigningIn) {
    let new = new_visitor();
    let (added, session) = it.add(&new).await;
    let AddVisitor::Added(user) = added else { unreachable!("a visitor was refused: {added:?}") };
    assert_eq!(it.users.find_by_device(&new.device.id).await.expect("a search"), Some(*user.clone()));
    assert_eq!(it.sessions_of(&user).await, [session.of(&user, Role::Visitor)]);
}

/// Where device or name are taken no user is added, and no session starts.
pub async fn no_session_starts_where_device_or_name_are_taken(it: &SigningIn) {
    let (first, _) = it.add(&new_visitor()).await;
    let AddVisitor::Added(first) = first else { unreachable!("a visitor was refused: {first:?}") };
    let device = first.device.clone().expect("a device");
    let (again, _) = it.add(&NewVisitor { device, ..new_visitor() }).await;
    assert_eq!(again, AddVisitor::DeviceTaken);
    let namesake = NewVisitor { username: first.username.clone(), ..new_visitor() };
    assert_eq!(it.add(&namesake).await.0, AddVisitor::UsernameTaken);
    assert_eq!(it.users.find_by_device(&namesake.device.id).await.expect("a search"), None);
    assert_eq!(it.sessions_of(&first).await.len(), 1);
}

/// Of many first launches of a device at once one is added, with one session.
pub async fn of_many_first_launches_at_once_one_gets_a_session(it: &SigningIn) {
    let new = new_visitor();
    let launches = (0..8).map(|_| {
        let (it, new) = (it.clone(), NewVisitor { uuid: new_visitor().uuid, ..new.clone() });
        async move { it.add(&new).await.0 }
    });
    let mut added = at_once(launches).await;
    added.retain(|outcome| matches!(outcome, AddVisitor::Added(_)));
    let [AddVisitor::Added(user)] = added.as_slice() else { unreachable!("{added:?}") };
    assert_eq!(it.sessions_of(user).await.len(), 1);
}

/// Who comes back has a new session, and the visit is recorded.
pub async fn coming_back_records_the_visit_and_starts_a_session(it: &SigningIn) {
    let visitor = a_visitor(&it.users).await;
    let attributes = DeviceAttributes { os: Some(attribute("iOS 18")), ..DeviceAttributes::default() };
    let (started, session) = it.resume(&visitor, &attributes, MANY).await;
    assert_eq!(started, Started::Live);
    assert_eq!(it.sessions_of(&visitor).await, std::slice::from_ref(&session));
    let seen = now(&it.users, &visitor).await;
    assert_eq!(seen.last_login, Some(Visit { at: session.started_at, from: Some(address(7).ip()) }));
    let attributes = seen.device.expect("a device").attributes;
    assert_eq!((attributes.os, attributes.platform), (Some(attribute("iOS 18")), Some(attribute("app"))));
}

/// No more sessions than `keep` are left.
pub async fn coming_back_ends_the_sessions_that_are_too_many(it: &SigningIn) {
    let visitor = a_visitor(&it.users).await;
    let keep = NonZeroU32::new(2).expect("not zero");
    for _ in 0..4 {
        assert_eq!(it.resume(&visitor, &DeviceAttributes::default(), keep).await.0, Started::Live);
    }
    assert_eq!(it.sessions_of(&visitor).await.len(), 2);
}

/// Who was disabled meanwhile gets no session, also when both happen at once.
pub async fn a_user_disabled_meanwhile_gets_no_session(it: &SigningIn) {
    let visitor = a_visitor(&it.users).await;
    set_status(&it.users, &visitor, Status::Disabled).await;
    it.sessions.end_before(visitor.id, now(&it.users, &visitor).await.epoch).await.expect("an end");
    let (started, _) = it.resume(&visitor, &DeviceAttributes::default(), MANY).await;
    assert_eq!((started, it.sessions_of(&visitor).await), (Started::Superseded, Vec::new()));
    for _ in 0..8 {
        let visitor = a_visitor(&it.users).await;
        let coming = async {
            let (it, visitor) = (it.clone(), visitor.clone());
            tokio::spawn(async move { it.resume(&visitor, &DeviceAttributes::default(), MANY).await }).await
        };
        let (came, _) = tokio::join!(coming, change_status(&it.users, &visitor, Status::Disabled, None));
        came.expect("no panic");
        it.sessions.end_before(visitor.id, now(&it.users, &visitor).await.epoch).await.expect("an end");
        assert_eq!(it.sessions_of(&visitor).await, []);
    }
}

/// Tests how visitors are signed in: `sign_in_contract!(sqlite, setup())`, where the setup yields `(SigningIn, guard)`.
#[macro_export]
macro_rules! sign_in_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            sign_in,
            [
                a_visitor_is_added_with_its_session,
                no_session_starts_where_device_or_name_are_taken,
                of_many_first_launches_at_once_one_gets_a_session,
                coming_back_records_the_visit_and_starts_a_session,
                coming_back_ends_the_sessions_that_are_too_many,
                a_user_disabled_meanwhile_gets_no_session,
            ]
        );
    };
}
