//! How attempts to log in ended, for the log: a line for each whose credentials were compared. What is refused before that,
//! by a rate limit or a store, is in the line of the request alone. Address and request are in that line, too.

use usher_domain::{AdministratorId, OneTimeCode, UserId};
use usher_ports::inbound::{AdminRefusal, Refusal};

/// A user's. The name that was typed is not logged: people type passwords there.
pub(crate) fn user<T>(id: Option<UserId>, kind: &'static str, passed: &Result<T, Refusal>) {
    let result = match passed {
        Ok(_) => "accepted",
        Err(Refusal::WrongPassword) => "wrong password",
        Err(Refusal::AccountUnavailable) => "unknown or disabled account",
        Err(_) => "failed",
    };
    tracing::info!(user = id.map(|id| id.0), kind, result, "login");
}

/// An administrator's.
pub(crate) fn administrator<T>(
    id: Option<AdministratorId>,
    code: Option<&OneTimeCode>,
    passed: &Result<T, AdminRefusal>,
) {
    let kind = match code {
        None => "password",
        Some(OneTimeCode::App(_)) => "password and app code",
        Some(OneTimeCode::Recovery(_)) => "password and recovery code",
    };
    let result = match passed {
        Ok(_) => "accepted",
        Err(AdminRefusal::WrongCredentials) => "wrong credentials",
        Err(_) => "failed",
    };
    tracing::info!(administrator = id.map(|id| id.0), kind, result, "administrator login");
}
