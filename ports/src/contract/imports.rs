//! The laws of a [`UserImport`].

use std::sync::Arc;

use usher_domain::{
    Device, DeviceAttributes, Keyword, NewVisitor, Nickname, Role, User, UserFilter, UserOrder, Username,
    Visit,
};

use super::{
    NOW, UNKNOWN_USER, a_user_called, a_visitor, add_visitor, address, attribute, hash, hash_of, new_device,
    new_name, new_uuid,
};
use crate::outbound::{Imported, ImportedUser, UserImport, UserRepository};

/// More than any engine takes with one statement.
const MANY: usize = 1_203;

/// An import, and the users it adds to.
pub struct Importing {
    /// Adds many users.
    pub import: Arc<dyn UserImport>,
    /// Finds them.
    pub users: Arc<dyn UserRepository>,
}

impl Importing {
    async fn import(&self, users: &[ImportedUser]) -> Imported {
        self.import.import(users).await.expect("an import")
    }

    async fn count(&self) -> u32 {
        self.users.count(&UserFilter::default(), 10_000).await.expect("a count")
    }

    async fn found(&self, part: &str) -> usize {
        let keyword = Keyword::parse(part).expect("a keyword");
        self.users.search(&keyword, UNKNOWN_USER, 10_000).await.expect("a search").len()
    }
}

/// Every third is registered.
fn imported(number: usize) -> ImportedUser {
    let id = new_device();
    let registered = number.is_multiple_of(3);
    let username =
        if registered { Username::from_store(format!("Import_{number}")) } else { Username::visitor(&id) };
    ImportedUser {
        uuid: new_uuid(),
        username,
        password: registered.then(|| hash("$imported$")),
        nickname: Nickname::from_store(if registered { "小明".to_owned() } else { String::new() }),
        device: Device {
            id,
            attributes: DeviceAttributes { platform: Some(attribute("app")), ..DeviceAttributes::default() },
        },
        from: address(7),
        at: NOW,
    }
}

fn is_as_imported(user: &User, import: &ImportedUser) {
    assert_eq!(
        (user.uuid, &user.username, &user.nickname),
        (import.uuid, &import.username, &import.nickname)
    );
    let role = if import.password.is_some() { Role::User } else { Role::Visitor };
    assert_eq!((user.role, user.device.as_ref()), (role, Some(&import.device)));
    let visit = Visit { at: import.at, from: Some(import.from.ip()) };
    assert_eq!((user.registered, user.last_login), (visit, Some(visit)));
}

/// Imported users are found by id, UUID, name, device and a substring of the name, as those who were added one by one.
pub async fn imported_users_are_found(it: &Importing) {
    let all: Vec<ImportedUser> = (0..MANY).map(imported).collect();
    let Imported::Done(ids) = it.import(&all).await else { unreachable!("an import was refused") };
    assert_eq!(ids.len(), MANY);
    assert_eq!(it.count().await, u32::try_from(MANY).expect("it fits"));
    for place in [0, 1, 2, 499, 500, MANY - 1] {
        let (import, id) = (&all[place], ids[place]);
        let user = it.users.find(id).await.expect("a search by id").expect("an imported user");
        is_as_imported(&user, import);
        let by_uuid = it.users.find_by_uuid(import.uuid).await.expect("a search by uuid");
        let by_name = it.users.find_by_username(&import.username.key()).await.expect("a search by name");
        let by_device = it.users.find_by_device(&import.device.id).await.expect("a search by device");
        for found in [by_uuid, by_name, by_device] {
            assert_eq!(found.as_ref(), Some(&user));
        }
        assert_eq!(hash_of(&it.users, &user).await, import.password);
        assert!(it.users.profile(id).await.expect("a search for a profile").is_some());
    }
    for part in ["m", "im", "import_"] {
        assert_eq!(it.found(part).await, MANY.div_ceil(3), "{part}");
    }
    assert_eq!(it.found("import_600").await, 1);
    assert_eq!(it.found("vis").await, 0, "visitors are not found");
}

/// An import with one taken name or device adds no user.
pub async fn an_import_with_a_conflict_adds_no_user(it: &Importing) {
    let alice = a_user_called(&it.users, &new_name()).await;
    let visitor = a_visitor(&it.users).await;
    let mut named: Vec<ImportedUser> = (0..MANY).map(imported).collect();
    let mut reached = named.clone();
    named[MANY - 1].username = Username::from_store(alice.username.as_str().to_uppercase());
    reached[MANY - 1].device = visitor.device.clone().expect("a device");
    for import in [&named, &reached] {
        assert_eq!(it.import(import).await, Imported::Taken);
        assert_eq!(it.count().await, 2);
        assert_eq!(it.found("import").await, 0);
    }
    let free = NewVisitor {
        uuid: new_uuid(),
        username: named[1].username.clone(),
        device: named[1].device.clone(),
        from: address(1),
        at: NOW,
    };
    add_visitor(&it.users, &free).await;
    let everybody =
        it.users.list(&UserFilter::default(), &UserOrder::Newest.start(), 10).await.expect("a list");
    assert_eq!(everybody.len(), 3);
}

/// Tests an import: `imports_contract!(sqlite, setup())`, where the setup yields `(Importing, guard)`.
#[macro_export]
macro_rules! imports_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            imports,
            [imported_users_are_found, an_import_with_a_conflict_adds_no_user]
        );
    };
}
