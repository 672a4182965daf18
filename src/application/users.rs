//! What users do, and what administrators do about them.

mod account_service;
mod admin_delete_user;
mod admin_edit_user;
mod admin_list_users;
mod admin_reveal_devices;
mod admin_set_password;
mod admin_toggle_status;
mod admin_unlink_device;
mod export_user;
mod manage_bulk_jobs;
mod note_users;
mod register_user;
mod search_users;
mod view_profile;

pub use account_service::AccountService;
pub use admin_list_users::AdminListUsersService;
pub use admin_reveal_devices::AdminRevealDevicesService;
pub use admin_unlink_device::AdminUnlinkDeviceService;
pub use export_user::ExportUserService;
pub use manage_bulk_jobs::ManageBulkJobsService;
pub use note_users::NoteUsersService;
pub use register_user::RegisterUserService;
pub use search_users::SearchUsersService;
pub use view_profile::ViewProfileService;
