//! The laws of the ports about users, which one [`UserRepository`](crate::outbound::UserRepository) offers.

mod adding;
mod changing;
mod converting;
mod deleting;
mod listing;
mod passwords;
mod racing;
mod searching;
mod status;
mod upgrading;
mod visits;

pub use adding::*;
pub use changing::*;
pub use converting::*;
pub use deleting::*;
pub use listing::*;
pub use passwords::*;
pub use racing::*;
pub use searching::*;
pub use status::*;
pub use upgrading::*;
pub use visits::*;

/// Tests a user repository: `users_contract!(sqlite, setup())`, where the setup yields
/// `(Arc<dyn UserRepository>, guard)`.
#[macro_export]
macro_rules! users_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            users,
            [
                finds_a_visitor_by_all_it_is_known_by,
                finds_a_user_by_all_it_is_known_by,
                finds_no_unknown_user,
                finds_a_name_in_any_case_and_width,
                refuses_a_taken_username,
                refuses_a_taken_device,
                tells_devices_apart_by_case,
                a_refused_addition_changes_nothing,
                a_user_is_reached_by_the_device_it_was_added_with,
                every_user_has_a_profile_from_the_start,
                a_visitor_has_no_password,
                an_edit_is_found,
                what_does_not_apply_changes_nothing,
                a_taken_name_is_not_given_again,
                of_edits_at_once_one_is_made,
                disabling_has_an_end_if_it_is_given_one,
                a_ban_has_a_reason_and_an_actor,
                a_change_that_spares_bans_leaves_them,
                an_administrator_makes_users,
                an_administrator_converts_a_visitor,
                a_device_is_unlinked,
                a_deleted_user_is_marked_once,
                a_deleted_user_is_not_found,
                a_deleted_user_keeps_name_and_device,
                a_deleted_user_can_be_brought_back,
                deleted_users_are_removed_for_good,
                pictures_in_use_are_told,
                devices_are_listed,
                lists_all_users_newest_first,
                lists_page_by_page,
                lists_by_role_and_status,
                lists_by_deletion,
                accounts_are_counted,
                lists_by_platform,
                lists_by_a_substring_of_the_name,
                lists_by_what_else_is_known,
                lists_by_the_sign_up_address,
                counts_up_to_a_limit,
                finds_by_the_new_name_only,
                those_are_due_whose_time_is_up,
                a_new_password_starts_an_epoch,
                a_visitor_is_given_no_password,
                an_unknown_user_gets_no_password,
                a_hash_is_replaced_when_it_is_the_one_that_was_verified,
                a_hash_is_not_replaced_when_it_is_another_one_by_now,
                a_hash_is_not_replaced_where_there_is_none,
                of_visitors_at_once_with_one_device_one_wins,
                of_visitors_at_once_with_one_device_and_name_one_wins,
                of_visitors_at_once_with_one_name_one_wins,
                of_users_at_once_with_one_name_one_wins,
                of_users_at_once_with_one_device_one_wins,
                users_added_at_once_get_distinct_ids,
                of_upgrades_at_once_to_one_name_one_wins,
                of_upgrades_at_once_of_one_visitor_one_wins,
                an_upgrade_and_a_disable_at_once_take_turns,
                of_changes_at_once_from_one_version_one_wins,
                a_password_set_at_once_with_a_replaced_hash_stays,
                a_disable_among_logins_is_the_last_word,
                finds_any_substring_of_a_name,
                finds_one_and_two_characters_also_at_the_end,
                finds_names_in_any_case,
                takes_wildcards_as_characters,
                takes_operators_as_characters,
                takes_any_script,
                puts_the_exact_name_first,
                finds_at_most_the_limit,
                does_not_find_the_searcher,
                does_not_find_visitors,
                finds_only_enabled_users,
                finds_an_upgraded_visitor_by_the_new_name_only,
                shows_found_users,
                a_status_is_set,
                leaving_the_state_enabled_starts_an_epoch,
                enabling_starts_no_epoch,
                a_status_is_set_from_the_expected_version,
                a_status_is_not_set_from_another_version,
                setting_the_same_status_changes_nothing,
                an_unknown_user_gets_no_status,
                an_upgrade_keeps_id_uuid_and_device,
                an_upgrade_starts_an_epoch,
                an_upgrade_sets_the_password,
                an_upgraded_visitor_is_found_by_the_new_name,
                refuses_to_upgrade_a_registered_user,
                refuses_to_upgrade_a_visitor_that_is_not_enabled,
                refuses_to_upgrade_an_unknown_user,
                refuses_to_upgrade_to_a_taken_name,
                a_visit_updates_what_the_device_says,
                a_visit_keeps_what_the_device_does_not_say,
                a_visit_notes_when_and_from_where_a_visitor_came,
                a_visit_leaves_the_record_of_a_registered_user,
                a_visit_of_an_unknown_device_changes_nothing,
                a_login_is_recorded,
                no_login_is_recorded_for_an_inactive_account,
                a_login_is_not_recorded_from_an_earlier_epoch,
                aliases_are_listed_once_and_newest_first,
                aliases_belong_to_the_visitor_they_were_recorded_for,
            ]
        );
    };
}
