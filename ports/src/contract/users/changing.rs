use std::sync::Arc;

use usher_domain::{NewUser, Nickname, Origin, Reason, Status, User, UserChange, UserEdit, Username};

use super::super::{
    UNKNOWN_USER, a_user, a_user_called, a_visitor, add_user, add_visitor, at_once, context, done, hash,
    hash_of, later, new_user, new_visitor, now,
};
use crate::outbound::{Changed, UserRepository};

type Users = Arc<dyn UserRepository>;

fn edit(username: Option<&str>, nickname: &str) -> UserEdit {
    UserEdit {
        username: username.map(|name| Username::from_store(name.to_owned())),
        nickname: Nickname::from_store(nickname.to_owned()),
        avatar: None,
        password: None,
    }
}

async fn change(users: &Users, user: &User, change: UserChange) -> Changed {
    users.change(user.id, &change, Some(user.version), &context(60)).await.expect("an answer")
}

/// A change is found as it was written.
pub async fn an_edit_is_found(users: &Users) {
    let user = a_user(users).await;
    let all = UserEdit {
        avatar: Some("/avatars/a.png".to_owned()),
        password: Some(hash("$second$")),
        ..edit(Some("Renamed_01"), "小明")
    };
    let after = done(change(users, &user, UserChange::Edit(Box::new(all))).await).expect("a user");
    assert_eq!((after.username.as_str(), after.nickname.as_str()), ("Renamed_01", "小明"));
    assert_eq!(after.avatar, "/avatars/a.png");
    assert_eq!((after.version.0, after.epoch.0), (user.version.0 + 1, user.epoch.0 + 1));
    assert_eq!(now(users, &user).await, after);
    assert_eq!(hash_of(users, &user).await, Some(hash("$second$")));
    let found = users.find_by_username(&after.username.key()).await.expect("an answer");
    assert_eq!(found, Some(after));
}

/// What makes no sense changes nothing.
pub async fn what_does_not_apply_changes_nothing(users: &Users) {
    let visitor = a_visitor(users).await;
    let renamed = UserChange::Edit(Box::new(edit(Some("renamed_02"), "")));
    assert_eq!(change(users, &visitor, renamed).await, Changed::NotApplicable);
    assert_eq!(now(users, &visitor).await, visitor);
    let nobody =
        users.change(UNKNOWN_USER, &UserChange::Delete, None, &context(60)).await.expect("an answer");
    assert_eq!(nobody, Changed::NotFound);
}

/// A taken name is not given to another user, whatever its case; the case of one's own can change.
pub async fn a_taken_name_is_not_given_again(users: &Users) {
    let (alice, bob) = (a_user_called(users, "alice_09").await, a_user_called(users, "bobby_09").await);
    let taken = UserChange::Edit(Box::new(edit(Some("ALICE_09"), "x")));
    assert_eq!(change(users, &bob, taken.clone()).await, Changed::UsernameTaken);
    assert_eq!(now(users, &bob).await, bob);
    assert!(done(change(users, &alice, taken).await).is_some());
}

/// Of edits of one version at once, one is made; the others are shown how it is now.
pub async fn of_edits_at_once_one_is_made(users: &Users) {
    let user = a_user(users).await;
    let answers =
        at_once(
            (0..10).map(|n| {
                let (users, user) = (Arc::clone(users), user.clone());
                async move {
                    change(&users, &user, UserChange::Edit(Box::new(edit(None, &format!("n{n}"))))).await
                }
            }),
        )
        .await;
    let after = Box::new(now(users, &user).await);
    let made = answers.iter().filter(|answer| **answer == Changed::Done(after.clone())).count();
    let late = answers.iter().filter(|answer| **answer == Changed::Conflict(after.clone())).count();
    assert_eq!((made, late), (1, 9), "{answers:?}");
}

/// A temporary block holds until its end, and enabling ends it.
pub async fn disabling_has_an_end_if_it_is_given_one(users: &Users) {
    let user = a_user(users).await;
    let off = UserChange::Status { status: Status::Disabled, until: Some(later(90)), spares_bans: false };
    let off = done(change(users, &user, off).await).expect("a user");
    assert_eq!((off.status, off.disabled_until), (Status::Disabled, Some(later(90))));
    let on = UserChange::status(Status::Enabled);
    let on = done(change(users, &off, on).await).expect("a user");
    assert_eq!(
        (on.status, on.disabled_until, now(users, &user).await.disabled_until),
        (Status::Enabled, None, None)
    );
}

/// Why and by whom a user is disabled is kept until it is enabled, whatever else changes.
pub async fn a_ban_has_a_reason_and_an_actor(users: &Users) {
    let user = a_user(users).await;
    let reason = Reason::parse(&"因".repeat(200)).expect("a reason");
    let why = context(60).because(reason.clone());
    let off = UserChange::status(Status::Disabled);
    let off = done(users.change(user.id, &off, None, &why).await.expect("an answer")).expect("a user");
    let banned = |user: &User| (user.disabled_reason.clone(), user.disabled_by.clone());
    assert_eq!(banned(&off), (reason, why.by.clone()));
    let edited =
        done(change(users, &off, UserChange::Edit(Box::new(edit(None, "n")))).await).expect("a user");
    assert_eq!((banned(&edited), banned(&now(users, &user).await)), (banned(&off), banned(&off)));
    done(change(users, &edited, UserChange::status(Status::Enabled)).await).expect("a user");
    assert_eq!(banned(&now(users, &user).await), (Reason::default(), String::new()));
}

/// A change that spares bans leaves one as it is, with its end.
pub async fn a_change_that_spares_bans_leaves_them(users: &Users) {
    let user = a_user(users).await;
    let off = UserChange::Status { status: Status::Disabled, until: Some(later(90)), spares_bans: false };
    let off = done(change(users, &user, off).await).expect("a user");
    for status in [Status::Disabled, Status::Enabled] {
        let spares = UserChange::Status { status, until: None, spares_bans: true };
        assert_eq!(change(users, &off, spares).await, Changed::Unchanged(Box::new(off.clone())));
    }
    assert_eq!(now(users, &user).await, off);
}

/// A user created by an administrator never logged in.
pub async fn an_administrator_makes_users(users: &Users) {
    let new = NewUser {
        avatar: "/avatars/x.png".to_owned(),
        origin: Origin::Administrator(context(5)),
        ..new_user("made_01")
    };
    let user = add_user(users, &new).await;
    assert_eq!(
        (user.registered.at, user.last_login, user.avatar.as_str()),
        (later(5), None, "/avatars/x.png")
    );
    assert_eq!(now(users, &user).await, user);
}

/// Pictures in use are told from the others.
pub async fn pictures_in_use_are_told(users: &Users) {
    for (name, avatar) in
        [("pictured_01", "/avatars/x.png"), ("pictured_02", "/avatars/x.png"), ("pictured_03", "")]
    {
        add_user(users, &NewUser { avatar: avatar.to_owned(), ..new_user(name) }).await;
    }
    let asked = ["/avatars/x.png", "/avatars/y.png", "/avatars/X.png"].map(str::to_owned);
    assert_eq!(users.avatars_in_use(&asked).await.expect("a list"), ["/avatars/x.png"]);
    assert_eq!(users.avatars_in_use(&[]).await.expect("a list"), Vec::<String>::new());
}

/// The devices of an account are told with what is known of them.
pub async fn devices_are_listed(users: &Users) {
    let new = new_visitor();
    let visitor = add_visitor(users, &new).await;
    users.record_visit(&new.device.id, &new.device.attributes, new.from, later(30)).await.expect("a visit");
    let devices = users.devices(visitor.id).await.expect("a list");
    let [seen] = devices.as_slice() else { unreachable!("one device: {devices:?}") };
    assert_eq!((&seen.device, seen.first_seen, seen.last_seen), (&new.device, new.at, later(30)));
    assert_eq!(users.devices(UNKNOWN_USER).await.expect("a list"), []);
}
