//! Whom a change is about.

use usher::compose;
use usher_domain::{
    AuthenticatedDevice, ClientAddress, DeviceAttributes, PlainPassword, Reason, SignedClaim, Status,
    Timestamp, UserId, Username, UsernameKey,
};
use usher_ports::inbound::{Credentials, Registration, StatusCommand};

use super::change::Kind;
use super::world::{Node, World, accepts, number, retry};
use crate::support::{authenticate, operator};

/// Somebody with a session, who is new in each schedule.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: UserId,
    name: String,
    device: u32,
    pub(super) tokens: Vec<String>,
}

fn somewhere() -> ClientAddress {
    ClientAddress::new([192, 0, 2, 1].into())
}

fn password(text: &str) -> PlainPassword {
    PlainPassword::parse(text).expect("a password")
}

fn authenticated(device: u32) -> AuthenticatedDevice {
    let at = Timestamp::from_millis(0);
    let claim = SignedClaim { device: format!("{device:08x}-bf16-5425-adbc-d12f49cfa332"), at };
    authenticate(claim)
}

fn registration(name: &str) -> Registration {
    Registration {
        username: Username::register(name).expect("a name"),
        password: password("hunter22"),
        from: somewhere(),
    }
}

impl Person {
    /// Known to both nodes.
    pub(super) async fn new(world: &World, kind: Kind) -> Self {
        let (first, device) = (&world.nodes[0], number());
        let name = format!("person_{device}");
        let signed_in = if kind == Kind::Upgrade {
            retry(async || {
                let attributes = DeviceAttributes::default();
                first.cases.register_visitor.register(authenticated(device), attributes, somewhere()).await
            })
            .await
        } else {
            // One that failed may have taken the name.
            retry(async || {
                first.cases.register_user.register(registration(&format!("person_{}", number()))).await
            })
            .await
        };
        let token = signed_in.token.expose().to_owned();
        for node in &world.nodes {
            let known = async || accepts(node, &token).await.filter(|accepted| *accepted).ok_or("a session");
            retry(known).await;
        }
        let name = if kind == Kind::Upgrade { name } else { signed_in.account.username.as_str().to_owned() };
        Self { id: signed_in.account.id, name, device, tokens: vec![token] }
    }

    pub(super) async fn log_in(&self, node: &Node) -> Option<String> {
        let credentials = Credentials {
            username: UsernameKey::of(&self.name),
            password: password("hunter22"),
            from: somewhere(),
        };
        node.cases.log_in.log_in(credentials).await.ok().map(|signed_in| signed_in.token.expose().to_owned())
    }

    /// Tells whether it was answered.
    pub(super) async fn change(&self, node: &Node, kind: Kind) -> bool {
        let disabled = StatusCommand::now(Status::Disabled);
        match kind {
            Kind::Disable => node.admin.toggle_status.set(operator(), self.id, disabled).await.is_ok(),
            Kind::Delete => {
                node.admin.delete_user.delete(operator(), self.id, None, Reason::default()).await.is_ok()
            }
            Kind::Password => compose::set_password(&node.adapters)
                .set(operator(), self.id, password("another22"))
                .await
                .is_ok(),
            Kind::Upgrade => {
                let command = registration(&self.name);
                node.cases.upgrade_visitor.upgrade(authenticated(self.device), command).await.is_ok()
            }
        }
    }

    /// Whether the change is in the database.
    pub(super) async fn changed(&self, world: &World) -> bool {
        let users = &world.nodes[0].adapters.users;
        let user = retry(async || users.find(self.id).await).await;
        user.expect("a user").epoch.0 > 0
    }
}
