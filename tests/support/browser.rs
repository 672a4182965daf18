use std::collections::BTreeMap;
use std::sync::Arc;

use salvo::http::header::SET_COOKIE;
use salvo::test::TestClient;
use serde_json::Value;
use usher_domain::{AdministratorName, AdministratorRole, PlainPassword};

use super::{Answer, Stage, owner};

/// Somebody's browser on the administration, without JavaScript: cookies, forms, and no redirect followed.
#[derive(Clone)]
pub(crate) struct Browser {
    stage: Arc<Stage>,
    cookies: BTreeMap<String, String>,
    /// What is sent with every request.
    headers: Vec<(&'static str, String)>,
    /// The token of the page that was last looked at.
    pub(crate) csrf: String,
}

pub(crate) const ADMIN_PASSWORD: &str = "correct horse";

impl Browser {
    pub(crate) fn new(stage: &Arc<Stage>) -> Self {
        Self { stage: Arc::clone(stage), cookies: BTreeMap::new(), headers: Vec::new(), csrf: String::new() }
    }

    /// The browser of an administrator of this role, who has logged in.
    pub(crate) async fn of(stage: &Arc<Stage>, role: AdministratorRole) -> Self {
        let name = AdministratorName::parse(role.as_str()).expect("a name");
        let password = PlainPassword::for_administrator(ADMIN_PASSWORD).expect("a password");
        let added = stage.admin.manage_administrators.add(owner(), name, role, password).await;
        added.expect("an administrator");
        let mut browser = Self::new(stage);
        browser.log_in(role.as_str()).await;
        browser
    }

    pub(crate) async fn log_in(&mut self, name: &str) {
        let come = self.post("/admin/login", &[("username", name), ("password", ADMIN_PASSWORD)]).await;
        assert_eq!((come.status, come.header("location")), (303, Some("/admin/users")), "{}", come.body);
        self.get("/admin/users").await;
    }

    /// With another header from now on.
    pub(crate) fn saying(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With a cookie that a script set.
    pub(crate) fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Without its cookies.
    pub(crate) fn forget(&mut self) {
        self.cookies.clear();
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = TestClient::get(format!("http://usher{path}"));
        self.send(request).await
    }

    /// Sends a form, with the token that its page held.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = fields.to_vec();
        let csrf = self.csrf.clone();
        if fields.iter().all(|(name, _)| *name != "csrf") {
            form.push(("csrf", &csrf));
        }
        let request = TestClient::post(format!("http://usher{path}")).form(&form);
        self.send(request).await
    }

    /// Sends a form with a file in it.
    pub(crate) async fn send_file(&mut self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields.iter().chain(&[("csrf", self.csrf.as_str())]) {
            body.extend(
                format!("--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        let head = "--limit\r\ncontent-disposition: form-data; name=\"avatar\"; filename=\"../../x.svg\"\r\n\
                    content-type: image/svg+xml\r\n\r\n";
        body.extend(head.bytes().chain(file.iter().copied()).chain(*b"\r\n--limit--\r\n"));
        let request = TestClient::post(format!("http://usher{path}"))
            .add_header("content-type", "multipart/form-data; boundary=limit", true)
            .body(body);
        self.send(request).await
    }

    async fn send(&mut self, mut request: salvo::test::RequestBuilder) -> Answer {
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !jar.is_empty() {
            request = request.add_header("cookie", jar.join("; "), true);
        }
        for (name, value) in &self.headers {
            request = request.add_header(*name, value, true);
        }
        let answer = Answer::of(request.send(&self.stage.service).await).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let (name, rest) = cookie.split_once('=').expect("a name");
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(token) = answer.text().split("name=\"csrf\" value=\"").nth(1) {
            token.split('"').next().unwrap_or_default().clone_into(&mut self.csrf);
        }
        answer
    }
}

impl Answer {
    /// A page.
    pub(crate) fn text(&self) -> &str {
        match &self.body {
            Value::String(text) => text,
            _ => "",
        }
    }

    /// A page with what is escaped in it read back.
    pub(crate) fn unescaped(&self) -> String {
        let escapes = [
            ("&#x27;", "'"),
            ("&#x2f;", "/"),
            ("&quot;", "\""),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&amp;", "&"),
        ];
        escapes
            .iter()
            .fold(self.text().to_owned(), |text, (escape, character)| text.replace(escape, character))
    }

    /// A page with this status and this message, which is named as in `templates/locales`, in whichever language.
    #[track_caller]
    pub(crate) fn says(&self, status: u16, message: &str) {
        let text = self.unescaped();
        let said = LOCALES.iter().any(|locale| parts(locale, message).all(|part| text.contains(part)));
        assert!(self.status == status && said, "not {status} {message}: {} {}", self.status, self.body);
    }

    /// A redirect to this path.
    #[track_caller]
    pub(crate) fn leads_to(&self, path: &str) {
        assert_eq!((self.status, self.header("location")), (303, Some(path)), "{}", self.body);
    }
}

const LOCALES: [&str; 2] =
    [include_str!("../../templates/locales/en.ftl"), include_str!("../../templates/locales/zh-CN.ftl")];

/// The texts of a message, without what is filled in between them.
fn parts<'a>(locale: &'a str, message: &str) -> impl Iterator<Item = &'a str> {
    let line = locale.lines().find_map(|line| line.strip_prefix(message)?.strip_prefix(" = "));
    let line = line.unwrap_or_else(|| panic!("there is no message {message}"));
    line.split(['{', '}']).step_by(2).filter(|part| !part.is_empty())
}
