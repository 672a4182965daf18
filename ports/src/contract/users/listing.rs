use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use usher_domain::{
    ClientAddress, DeviceAttributes, Keyword, ManagedUser, NewUser, NewVisitor, Nickname, Origin, Role,
    Search, Status, User, UserChange, UserEdit, UserFilter, UserId, UserOrder,
};

use super::super::{
    NOW, a_user, a_user_called, a_visitor, add_user, add_visitor, attribute, context, delete, later,
    new_device, new_user, new_visitor, set_status,
};
use crate::outbound::UserRepository;

type Users = Arc<dyn UserRepository>;

async fn page(
    users: &Users,
    filter: &UserFilter,
    order: UserOrder,
    after: Option<&User>,
    limit: u32,
) -> Vec<User> {
    let last = after.map(|last| ManagedUser::from(last.clone()));
    let cursor = last.map_or_else(|| order.start(), |last| order.after(&last));
    users.list(filter, &cursor, limit).await.expect("a list")
}

async fn ids(users: &Users, filter: &UserFilter) -> Vec<UserId> {
    page(users, filter, UserOrder::Newest, None, 10).await.into_iter().map(|user| user.id).collect()
}

fn newest_first<'a>(users: impl IntoIterator<Item = &'a User>) -> Vec<UserId> {
    let mut ids: Vec<_> = users.into_iter().map(|user| user.id).collect();
    ids.reverse();
    ids
}

fn looking_for(text: &str) -> UserFilter {
    UserFilter { search: Some(Search::parse(text).expect("a search")), ..UserFilter::default() }
}

/// All accounts are listed, the newest first.
pub async fn lists_all_users_newest_first(users: &Users) {
    let (alice, visitor, bob) = (a_user(users).await, a_visitor(users).await, a_user(users).await);
    let disabled = set_status(users, &alice, Status::Disabled).await;
    let everybody = page(users, &UserFilter::default(), UserOrder::Newest, None, 10).await;
    assert_eq!(everybody, [bob, visitor, disabled]);
}

/// In each order, paging from the last of each page returns every user once, in order.
pub async fn lists_page_by_page(users: &Users) {
    for n in 0..3 {
        let user = a_user_called(users, &format!("zed_{}", 9 - n)).await;
        // Two logged in at the same moment, and one never.
        users
            .record_login(user.id, user.epoch, super::super::address(1), later(n / 2))
            .await
            .expect("a login");
        let made =
            NewUser { origin: Origin::Administrator(context(0)), ..new_user(&format!("abel_{}", 9 - n)) };
        add_user(users, &made).await;
    }
    for order in [UserOrder::Newest, UserOrder::LastLogin, UserOrder::Username] {
        let (mut seen, mut after): (Vec<User>, Option<User>) = (Vec::new(), None);
        loop {
            let some = page(users, &UserFilter::default(), order, after.as_ref(), 2).await;
            assert!(some.len() <= 2);
            let Some(last) = some.last() else { break };
            after = Some(last.clone());
            seen.extend(some);
        }
        assert_eq!(seen.len(), 6, "{order:?}");
        assert!(
            seen.is_sorted_by(|one, next| match order {
                UserOrder::Newest => one.id > next.id,
                UserOrder::LastLogin => {
                    let place = |user: &User| (user.last_login.map(|visit| visit.at), user.id);
                    place(one) > place(next)
                }
                UserOrder::Username => one.username.key() < next.username.key(),
            }),
            "{order:?}: {seen:?}"
        );
    }
}

/// Only those of the wanted role and status are listed.
pub async fn lists_by_role_and_status(users: &Users) {
    let (visitor, user) = (a_visitor(users).await, a_user(users).await);
    let (disabled_visitor, disabled_user) = (a_visitor(users).await, a_user(users).await);
    for disabled in [&disabled_visitor, &disabled_user] {
        set_status(users, disabled, Status::Disabled).await;
    }
    let list = async |role, status| ids(users, &UserFilter { role, status, ..UserFilter::default() }).await;
    assert_eq!(list(Some(Role::Visitor), None).await, newest_first([&visitor, &disabled_visitor]));
    assert_eq!(list(None, Some(Status::Enabled)).await, newest_first([&visitor, &user]));
    assert_eq!(list(Some(Role::User), Some(Status::Disabled)).await, newest_first([&disabled_user]));
    assert_eq!(list(Some(Role::User), Some(Status::Locked)).await, []);
}

/// Those who are deleted are listed, or not, or alone.
pub async fn lists_by_deletion(users: &Users) {
    let (alice, bob) = (a_user(users).await, a_user(users).await);
    delete(users, &alice).await.expect("a user");
    let list = async |deleted| ids(users, &UserFilter { deleted, ..UserFilter::default() }).await;
    assert_eq!(list(None).await, newest_first([&alice, &bob]));
    assert_eq!(list(Some(true)).await, [alice.id]);
    assert_eq!(list(Some(false)).await, [bob.id]);
}

/// Only those who came with a device of the platform are listed.
pub async fn lists_by_platform(users: &Users) {
    let app = a_visitor(users).await;
    let mut new = new_visitor();
    new.device.attributes =
        DeviceAttributes { platform: Some(attribute("h5")), ..DeviceAttributes::default() };
    let page = add_visitor(users, &new).await;
    a_user(users).await;
    let list = async |platform| {
        ids(users, &UserFilter { platform: Some(attribute(platform)), ..UserFilter::default() }).await
    };
    assert_eq!(list("app").await, [app.id]);
    assert_eq!(list("h5").await, [page.id]);
    assert_eq!(list("H5").await, []);
    let filter =
        UserFilter { platform: Some(attribute("app")), role: Some(Role::User), ..UserFilter::default() };
    assert_eq!(ids(users, &filter).await, []);
}

/// Registered users are found by a substring of the name, disabled or not, page by page and in every order.
pub async fn lists_by_a_substring_of_the_name(users: &Users) {
    let anna = a_user_called(users, "Anna_Banana").await;
    let hanna = a_user_called(users, "hanna").await;
    let bob = a_user_called(users, "bobby").await;
    let disabled = set_status(users, &anna, Status::Disabled).await;
    for text in ["ANNA", "nna", "an", "a"] {
        let filter = looking_for(text);
        let list = async |order, after, limit| {
            let found = page(users, &filter, order, after, limit).await;
            found.into_iter().map(|user| user.id).collect::<Vec<_>>()
        };
        assert_eq!(list(UserOrder::Newest, None, 10).await, [hanna.id, disabled.id], "{text}");
        assert_eq!(list(UserOrder::Newest, None, 1).await, [hanna.id], "{text}");
        assert_eq!(list(UserOrder::Newest, Some(&hanna), 10).await, [disabled.id], "{text}");
        assert_eq!(list(UserOrder::Username, None, 10).await, [disabled.id, hanna.id], "{text}");
        assert_eq!(list(UserOrder::Username, Some(&disabled), 10).await, [hanna.id], "{text}");
    }
    assert_eq!(ids(users, &looking_for("anna_b")).await, [anna.id]);
    let disabled = UserFilter { status: Some(Status::Disabled), ..looking_for("b") };
    assert_eq!(ids(users, &disabled).await, [anna.id]);
    let visitors = UserFilter { role: Some(Role::Visitor), ..looking_for("b") };
    assert_eq!(ids(users, &visitors).await, []);
    assert_eq!(ids(users, &looking_for("%")).await, []);
    assert_eq!(ids(users, &looking_for("bobby")).await, [bob.id]);
}

/// Anybody is found by the beginning of the name, of the nickname and of a device id, and by id and uuid.
pub async fn lists_by_what_else_is_known(users: &Users) {
    let (visitor, device) = (a_visitor(users).await, new_device());
    let new = NewUser { nickname: Nickname::from_store("小明 Ming".to_owned()), ..new_user("some_body") };
    let user = add_user(users, &NewUser { device: Some(device.clone()), ..new }).await;
    for text in ["小明", "小明 mi", "SOME_", &user.id.to_string(), &user.uuid.to_string()] {
        let found = ids(users, &looking_for(text)).await;
        assert!(found.contains(&user.id), "{text}: {found:?}");
        assert!(!found.contains(&visitor.id), "{text}: {found:?}");
    }
    for text in [visitor.username.as_str(), &visitor.username.as_str()[..11].to_lowercase()] {
        assert_eq!(ids(users, &looking_for(text)).await, [visitor.id], "{text}");
    }
    for text in [device.as_str(), &device.as_str()[..8]] {
        assert_eq!(ids(users, &looking_for(text)).await, [user.id], "{text}");
    }
    for text in ["ming", "@ming", "00000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "明"] {
        assert_eq!(ids(users, &looking_for(text)).await, [], "{text}");
    }
}

/// Those who were registered from an address are found by it, by a search and by the filter, and by nothing like it.
pub async fn lists_by_the_sign_up_address(users: &Users) {
    let from = async |address: &str| {
        let from = ClientAddress::new(address.parse().expect("an address"));
        add_visitor(users, &NewVisitor { from, ..new_visitor() }).await.id
    };
    let (one, other, six) =
        (from("203.0.113.7").await, from("203.0.113.70").await, from("2001:db8::7").await);
    for (text, expected) in [
        ("203.0.113.7", vec![one]),
        (" ::ffff:203.0.113.70 ", vec![other]),
        ("2001:DB8:0::7", vec![six]),
        ("203.0.113.0", vec![]),
    ] {
        assert_eq!(ids(users, &looking_for(text)).await, expected, "{text}");
        let registered_from = text.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical());
        let filter = UserFilter { registered_from, ..UserFilter::default() };
        assert_eq!(ids(users, &filter).await, expected, "{text}");
    }
}

/// They are counted, and no further than asked.
pub async fn counts_up_to_a_limit(users: &Users) {
    for _ in 0..3 {
        a_visitor(users).await;
    }
    a_user(users).await;
    let count = async |filter, most| users.count(&filter, most).await.expect("a number");
    assert_eq!(count(UserFilter::default(), 10).await, 4);
    assert_eq!(count(UserFilter::default(), 2).await, 2);
    assert_eq!(count(UserFilter { role: Some(Role::Visitor), ..UserFilter::default() }, 10).await, 3);
    assert_eq!(count(looking_for("nobody_at_all"), 10).await, 0);
}

/// A renamed user is found by the new name, and the old one is free.
pub async fn finds_by_the_new_name_only(users: &Users) {
    let user = a_user_called(users, "before_01").await;
    let edit = |name: &str| {
        let username = Some(usher_domain::Username::from_store(name.to_owned()));
        let (nickname, avatar, password) = (Nickname::from_store("Neu".to_owned()), None, None);
        UserChange::Edit(Box::new(UserEdit { username, nickname, avatar, password }))
    };
    users.change(user.id, &edit("After_01"), None, &context(60)).await.expect("an answer");
    assert_eq!(ids(users, &looking_for("fter")).await, [user.id]);
    assert_eq!(ids(users, &looking_for("neu")).await, [user.id]);
    assert_eq!(ids(users, &looking_for("efore")).await, []);
    let keyword = Keyword::parse("fter").expect("a keyword");
    let found = users.search(&keyword, UserId(0), 10).await.expect("a search");
    assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [user.id]);
    a_user_called(users, "before_01").await;
}

/// Users whose temporary block is over are due, and no others.
pub async fn those_are_due_whose_time_is_up(users: &Users) {
    let disabled = async |until| {
        let user = a_user(users).await;
        let change = UserChange::Status { status: Status::Disabled, until, spares_bans: false };
        users.change(user.id, &change, None, &context(0)).await.expect("an answer");
        user
    };
    let (due, _, _) =
        (disabled(Some(later(60))).await, disabled(Some(later(61))).await, disabled(None).await);
    let gone = disabled(Some(later(60))).await;
    delete(users, &gone).await.expect("a user");
    let found = users.due(later(60), 10).await.expect("a list");
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [due.id]);
    assert_eq!(users.due(NOW.minus(Duration::from_mins(1)), 10).await.expect("a list"), []);
}
