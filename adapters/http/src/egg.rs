//! The protocol of the old backend, as clients in the field speak it: paths, envelope, field names and messages.

mod answer;
mod avatars;
mod catcher;
mod cors;
mod envelope;
mod failure;
mod fields;
mod objects;
mod request;
mod sessions;
mod users;
mod visitors;

use std::sync::Arc;

use jiff::tz::TimeZone;
use salvo::{Handler as _, Router};
use usher_ports::inbound::ManageAvatars;

use crate::api::Api;
use crate::middleware::ClientAddresses;
use crate::{HttpOptions, UseCases};
use answer::{Enveloped, Route};
use sessions::{LogIn, LogOut, Register};
use users::{SearchUser, UserInfo};
use visitors::{VisitorLogIn, VisitorRegister, VisitorUpgrade};

/// The API with the avatars that its clients show.
pub(crate) fn api(
    ports: UseCases,
    avatars: &Arc<dyn ManageAvatars>,
    addresses: &Arc<ClientAddresses>,
    options: &HttpOptions,
) -> Api {
    Api {
        owns: |request, _| ["/api/", "/avatars/"].iter().any(|own| request.uri().path().starts_with(own)),
        router: Router::new()
            .push(router(ports, addresses, &options.time_zone))
            .push(avatars::router(avatars)),
        catcher: catcher::catch.arc(),
        cors: cors::cors(&options.allowed_origins),
    }
}

fn router(ports: UseCases, addresses: &Arc<ClientAddresses>, zone: &TimeZone) -> Router {
    let (devices, sessions) = (ports.authenticate_device, ports.authenticate_session);
    let register = Register { users: ports.register_user, zone: zone.clone() };
    let log_in = LogIn { users: ports.log_in, zone: zone.clone() };
    let log_out = LogOut { sessions: Arc::clone(&sessions), log_out: ports.log_out };
    let search = SearchUser { sessions, users: ports.search_users };
    let profile = UserInfo { profiles: ports.view_profile };
    let visitor_register = VisitorRegister {
        devices: Arc::clone(&devices),
        visitors: ports.register_visitor,
        zone: zone.clone(),
    };
    let visitor_upgrade =
        VisitorUpgrade { devices: Arc::clone(&devices), visitors: ports.upgrade_visitor, zone: zone.clone() };
    let visitor_log_in = VisitorLogIn { devices, visitors: ports.log_in_visitor, zone: zone.clone() };
    Router::new()
        .push(Router::with_path("api/regChat").post(enveloped(register, addresses)))
        .push(Router::with_path("api/loginChat").post(enveloped(log_in, addresses)))
        .push(Router::with_path("api/chat/logout").post(enveloped(log_out, addresses)))
        .push(Router::with_path("api/chat/searchUser").post(enveloped(search, addresses)))
        .push(Router::with_path("api/visitorRegister").post(enveloped(visitor_register, addresses)))
        .push(Router::with_path("api/visitorregChat").post(enveloped(visitor_upgrade, addresses)))
        .push(Router::with_path("api/visitorloginChat").post(enveloped(visitor_log_in, addresses)))
        .push(Router::with_path("api/userinfo/{subject}").get(enveloped(profile, addresses)))
}

fn enveloped<R: Route>(route: R, addresses: &Arc<ClientAddresses>) -> Enveloped<R> {
    Enveloped { route, addresses: Arc::clone(addresses) }
}
