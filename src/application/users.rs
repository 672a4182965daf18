//! What users do, and what administrators do about them.

mod admin_delete_user;
mod admin_edit_user;
mod admin_list_users;
mod admin_reveal_devices;
mod admin_set_password;
mod admin_toggle_status;
mod amender;
mod register_user;
mod search_users;
mod view_profile;

pub use admin_delete_user::DeleteUser;
pub use admin_edit_user::EditUser;
pub use admin_list_users::ListUsers;
pub use admin_reveal_devices::RevealDevices;
pub use admin_set_password::SetPassword;
pub use admin_toggle_status::ToggleStatus;
pub use amender::Amender;
pub use register_user::UserRegistration;
pub use search_users::UserSearch;
pub use view_profile::ProfileView;
