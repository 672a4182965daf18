use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Url;
use serde_json::{Value, json};

/// How a browser is set.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub(super) language: &'static str,
    pub(super) dark: bool,
    pub(super) narrow: bool,
    pub(super) javascript: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { language: "en", dark: false, narrow: false, javascript: true }
    }
}

/// Chromium, without a window.
pub(super) struct Browser {
    client: Client,
    driver: Child,
    name: String,
    pub(super) settings: Settings,
}

impl Browser {
    pub(super) async fn start(name: &str, settings: Settings) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver; scripts/test installs it with Chromium on Debian");
        let lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let port = { lines }.find_map(|line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            rest.trim_end_matches('.').parse::<u16>().ok()
        });
        let driver_url = format!("http://127.0.0.1:{}", port.expect("a port"));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(settings))
            .connect(&driver_url)
            .await
            .expect("Chromium");
        let theme = if settings.dark { "dark" } else { "light" };
        let width = if settings.narrow { "narrow" } else { "wide" };
        Self { client, driver, name: format!("{name}-{}-{theme}-{width}", settings.language), settings }
    }

    pub(super) async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("a page");
    }

    /// Changes the size of the window.
    pub(super) async fn size(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("a window");
    }

    /// From now on it shows pages in the few colours that its user has chosen.
    pub(super) async fn force_colours(&self) {
        let features = json!([{"name": "forced-colors", "value": "active"}]);
        self.emulate("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// From now on it is somewhere else.
    pub(super) async fn move_to(&self, zone: &str) {
        self.emulate("Emulation.setTimezoneOverride", json!({"timezoneId": zone})).await;
    }

    async fn emulate(&self, command: &'static str, parameters: Value) {
        let command = Emulation(json!({"cmd": command, "params": parameters}));
        self.client.issue_cmd(command).await.expect("the protocol of Chromium's developer tools");
    }

    pub(super) async fn write(&self, into: &str, text: &str) {
        self.element(into).await.send_keys(text).await.expect("a field");
    }

    pub(super) async fn press(&self, on: &str, key: &str) {
        self.element(on).await.send_keys(key).await.expect("a button");
    }

    pub(super) async fn click(&self, on: &str) {
        self.element(on).await.click().await.expect("a button");
    }

    pub(super) async fn attribute(&self, of: &str, name: &str) -> String {
        let value = self.element(of).await.attr(name).await.expect("an element");
        value.unwrap_or_else(|| panic!("no {name} at {of}"))
    }

    /// Waits until it is there.
    pub(super) async fn see_one(&self, selector: &str) {
        self.element(selector).await;
    }

    /// Waits until it says this.
    pub(super) async fn see(&self, selector: &str, words: &str) {
        let begun = Instant::now();
        loop {
            // It may be replaced while it is looked at.
            let said = match self.client.find(Locator::Css(selector)).await {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if said.contains(words) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{selector} says {said:?}, not {words:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn element(&self, selector: &str) -> fantoccini::elements::Element {
        let found =
            self.client.wait().at_most(Duration::from_secs(10)).for_element(Locator::Css(selector)).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                panic!("no {selector}: {error} in {}", self.client.source().await.unwrap_or_default())
            }
        }
    }

    /// Runs a script, and tells what it returns.
    pub(super) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("a script")
    }

    /// Waits until a script returns this.
    pub(super) async fn until(&self, script: &str, expected: impl Into<Value>) {
        let (begun, expected) = (Instant::now(), expected.into());
        loop {
            let found = self.run(script).await;
            if found == expected {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{script}: {found}, not {expected}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Adds up what a first visit to the page takes on the wire: less than 100 kB, and nothing from elsewhere.
    pub(super) async fn is_light(&self) {
        let all =
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]";
        let bytes = self.run(&format!("return {all}.reduce((sum, it) => sum + it.encodedBodySize, 0)")).await;
        assert!(
            bytes.as_u64().is_some_and(|bytes| (1_000..100_000).contains(&bytes)),
            "{}: {bytes}",
            self.name
        );
        let elsewhere = format!("return {all}.filter(it => !it.name.startsWith(location.origin)).length");
        assert_eq!(self.run(&elsewhere).await, 0);
    }

    /// Looks at the page with axe-core, which must find nothing.
    pub(super) async fn is_accessible(&self) {
        self.client.execute(axe(), Vec::new()).await.expect("axe-core");
        let look = "const done = arguments[0]; axe.run().then(it => done(it.violations.map(v => \
                    `${v.id}: ${v.nodes.map(n => n.html).join(' ')}`)))";
        let found = self.client.execute_async(look, Vec::new()).await.expect("a look");
        assert_eq!(found, json!([]), "{}", self.name);
    }

    /// Keeps a picture in `target/screenshots`.
    pub(super) async fn shoot(&self, page: &str) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        let picture = self.client.screenshot().await.expect("a picture");
        std::fs::write(folder.join(format!("{}-{page}.png", self.name)), picture).expect("a file");
    }

    pub(super) async fn stop(mut self) {
        self.client.clone().close().await.expect("an end");
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// One of Chromium's own commands.
#[derive(Debug)]
struct Emulation(Value);

impl WebDriverCompatibleCommand for Emulation {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}

/// axe-core, as `npm/package-lock.json` pins it.
fn axe() -> &'static str {
    static AXE: LazyLock<String> = LazyLock::new(|| {
        let pins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys/chromium/npm");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser-tests");
        let script = folder.join("node_modules/axe-core/axe.min.js");
        std::fs::create_dir_all(&folder).expect("a folder");
        for file in ["package.json", "package-lock.json"] {
            std::fs::copy(pins.join(file), folder.join(file)).expect("a copy");
        }
        let fetched = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder)
            .status();
        assert!(fetched.is_ok_and(|status| status.success()), "npm cannot fetch axe-core");
        std::fs::read_to_string(script).expect("axe-core")
    });
    &AXE
}

fn capabilities(settings: Settings) -> serde_json::Map<String, Value> {
    let mut arguments = vec![
        "--headless=new",
        // Containers and root have no user namespaces to build a sandbox of; what is shown is our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
    ];
    if settings.dark {
        arguments.push("--force-dark-mode");
    }
    let scripts = if settings.javascript { 1 } else { 2 };
    let mut options = json!({
        "args": arguments,
        "prefs": {
            "intl.accept_languages": settings.language,
            "profile.managed_default_content_settings.javascript": scripts,
        },
    });
    if settings.narrow {
        options["mobileEmulation"] = json!({"deviceMetrics": {"width": 360, "height": 780, "pixelRatio": 1}});
    }
    let mut wanted = serde_json::Map::new();
    wanted.insert("goog:chromeOptions".to_owned(), options);
    wanted
}
