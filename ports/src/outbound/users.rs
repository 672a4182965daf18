//! Users with their profiles, devices and aliases. One store offers all of these ports, and each is small.

mod name_search;
mod user_changes;
mod user_directory;
mod user_lookup;
mod user_maintenance;
mod user_notes;
mod user_passwords;
mod user_registry;
mod user_repository;
mod user_visits;

pub use name_search::NameSearch;
pub use user_changes::{Changed, Unlinked, UserChanges};
pub use user_directory::UserDirectory;
pub use user_lookup::UserLookup;
pub use user_maintenance::UserMaintenance;
pub use user_notes::UserNotes;
pub use user_passwords::UserPasswords;
pub use user_registry::{AddUser, AddVisitor, Upgraded, UserRegistry};
pub use user_repository::UserRepository;
pub use user_visits::UserVisits;
