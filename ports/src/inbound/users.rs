//! Users: what they do about themselves and each other, and what administrators do about them.

mod admin_delete_user;
mod admin_edit_user;
mod admin_list_users;
mod admin_reveal_devices;
mod admin_set_password;
mod admin_toggle_status;
mod admin_unlink_device;
mod export_user;
mod load_demo;
mod manage_bulk_jobs;
mod note_users;
mod register_user;
mod search_users;
mod view_profile;

pub use admin_delete_user::AdminDeleteUser;
pub use admin_edit_user::{AdminEditUser, ConvertUserCommand, CreateUserCommand, EditUserCommand};
pub use admin_list_users::{AdminListUsers, ListedDevice, UserDetails, UserReference};
pub use admin_reveal_devices::AdminRevealDevices;
pub use admin_set_password::AdminSetPassword;
pub use admin_toggle_status::{AdminToggleStatus, StatusCommand};
pub use admin_unlink_device::AdminUnlinkDevice;
pub use export_user::{ExportUser, UserExport};
pub use load_demo::{DemoLoaded, LoadDemo};
pub use manage_bulk_jobs::{BulkCommand, BulkPlan, BulkProgress, BulkSelection, BulkStarted, ManageBulkJobs};
pub use note_users::NoteUsers;
pub use register_user::RegisterUser;
pub use search_users::SearchUsers;
pub use view_profile::ViewProfile;
