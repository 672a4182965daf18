//! What clients do.

use std::cell::Cell;
use std::time::Duration;

use serde_json::Value;
use usher_bench::{Devices, Figures, Installation, Load, Response, Server, ask, get, keyword, post};

/// Devices that come back.
const RETURNING: u32 = 2_000;

/// What 49 users have in their names.
const SHARED: &str = "fortynine";

/// A server, and people that are there from the start.
pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) devices: Devices,
    token: String,
}

impl Scene {
    pub(crate) async fn new(installation: Installation) -> Self {
        let server = installation.serve().await;
        let user = ask(server.address, &credentials("regChat", "alice_01")).await;
        let user: Value = data(&user);
        let token = user["token"].as_str().expect("a token").to_owned();
        for number in 0..49 {
            data(&ask(server.address, &credentials("regChat", &format!("{SHARED}_{number}"))).await);
        }
        Self { server, devices: Devices::new(Installation::SALT), token }
    }
}

/// The data of an answer that must be a good one.
fn data(answer: &Response) -> Value {
    let mut body: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(body["msg"], "ok", "{}", answer.body);
    body["data"].take()
}

fn credentials(route: &str, username: &str) -> Vec<u8> {
    post(&format!("/api/{route}"), &[], &[("username", username), ("password", "hunter22")])
}

/// What so many clients do for so long.
pub(crate) struct Operations<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) clients: usize,
    pub(crate) time: Duration,
}

impl Operations<'_> {
    async fn load(&self, call: impl Fn() -> Vec<u8>) -> Figures {
        let load = Load::new(self.scene.server.address);
        Load { connections: self.clients, time: self.time, ..load }.run(call).await
    }

    /// Devices that were never seen.
    pub(crate) async fn first_launch(&self) -> Figures {
        self.load(|| self.scene.devices.launch()).await
    }

    /// Devices that were, each in its turn.
    pub(crate) async fn resume(&self) -> Figures {
        let devices = &self.scene.devices;
        let known = devices.launched().min(RETURNING);
        let turn = Cell::new(0);
        self.load(|| {
            turn.set((turn.get() + 1) % known);
            devices.register(&devices.id(turn.get()))
        })
        .await
    }

    async fn search(&self, text: &str, hits: usize) -> Figures {
        let request = keyword(&self.scene.token, text);
        let found = data(&ask(self.scene.server.address, &request).await);
        assert_eq!(found.as_array().map(Vec::len), Some(hits), "{text}");
        self.load(|| request.clone()).await
    }

    pub(crate) async fn search_nobody(&self) -> Figures {
        self.search("nobody", 0).await
    }

    /// An answer shows twenty of them.
    pub(crate) async fn search_many(&self) -> Figures {
        self.search(SHARED, 20).await
    }

    pub(crate) async fn log_in(&self) -> Figures {
        self.load(|| credentials("loginChat", "alice_01")).await
    }

    pub(crate) async fn healthz(&self) -> Figures {
        self.load(|| get("/healthz", &[])).await
    }

    /// One client that asks now and then, as a monitoring system does.
    pub(crate) async fn probe(&self) -> Figures {
        let pause = Duration::from_millis(10);
        let load = Load { time: self.time, pause, ..Load::new(self.scene.server.address) };
        load.run(|| get("/healthz", &[])).await
    }
}
