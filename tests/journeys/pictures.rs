//! Malicious pictures, sent to the program as an administrator sends them.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use serde_json::Value;

use super::program::{Installation, Server};
use crate::support::ADMIN_PASSWORD;
use crate::support::pictures::{Jpeg, RGBA, chunk, jpeg, png, png_with, zeros};

/// What a picture may add to the memory of the process beside its pixels, in MiB: the file some times over, the answer.
const BESIDE: u64 = 50;

/// An administrator's browser.
pub(super) struct Administrator {
    client: Client,
    url: String,
    cookie: String,
    csrf: String,
}

impl Administrator {
    pub(super) async fn log_in(installation: &Installation, server: &Server) -> Self {
        let added =
            installation.told(&["admin", "create", "ann", "--role", "owner"], &format!("{ADMIN_PASSWORD}\n"));
        assert!(added.status.success(), "{added:?}");
        let client = Client::builder().no_proxy().redirect(Policy::none()).timeout(Duration::from_mins(1));
        let client = client.build().expect("a client");
        let fields = [("username", "ann"), ("password", ADMIN_PASSWORD)];
        let come = client.post(format!("{}/admin/login", server.url)).form(&fields).send().await;
        let come = come.expect("an answer");
        let cookie = come.headers().get("set-cookie").and_then(|it| it.to_str().ok()).expect("a cookie");
        let cookie = cookie.split(';').next().expect("a value").to_owned();
        let mut it = Self { client, url: server.url.clone(), cookie, csrf: String::new() };
        let page = it.get("/admin/account").await;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).expect("a form");
        csrf.split('"').next().expect("a value").clone_into(&mut it.csrf);
        it
    }

    pub(super) async fn get(&self, path: &str) -> String {
        let page = self.client.get(format!("{}{path}", self.url)).header("cookie", &self.cookie).send().await;
        page.expect("an answer").text().await.expect("a page")
    }

    /// Uploads a file; gives the status and, if the picture was stored, where it is.
    pub(super) async fn upload(&self, file: &[u8]) -> (u16, Option<String>) {
        let head = format!(
            "--limit\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--limit\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"x.png\"\r\n\r\n",
            self.csrf
        );
        let body = [head.as_bytes(), file, b"\r\n--limit--\r\n"].concat();
        let answer = self
            .client
            .post(format!("{}/uploadStreamSingleToServer", self.url))
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=limit")
            .body(body)
            .send()
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        assert!(status != 503 || answer.headers().contains_key("retry-after"), "503 without a time");
        let text = answer.text().await.expect("a body");
        let url = serde_json::from_str::<Value>(&text).ok();
        (status, url.and_then(|body| body["data"].as_str().map(str::to_owned)))
    }
}

fn photo(width: u16, height: u16) -> Jpeg {
    Jpeg { width, height, progressive: false, more_scans: 0, orientation: 6 }
}

#[tokio::test]
async fn a_picture_takes_bounded_memory_whatever_it_claims() {
    let installation = Installation::new();
    let server = installation.serve();
    let ann = Administrator::log_in(&installation, &server).await;
    let progressive = Jpeg { progressive: true, ..photo(8_160, 6_120) };
    let exif = chunk(*b"eXIf", b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    let profile = chunk(*b"iCCP", &[b"x\0\0".as_slice(), &zeros(200_000_000)].concat());
    let text = chunk(*b"zTXt", &[b"x\0\0".as_slice(), &zeros(200_000_000)].concat());
    // What is taken is small: decoders that are not optimized are slow. 144 MiB are the most in any case.
    for (name, file, pixels) in [
        ("16 bits a channel", png(7_071, 7_071, RGBA, 16), None),
        ("the same, turned", png_with(7_071, 7_071, (RGBA, 16), &exif), None),
        ("8 bits a channel", png(6_200, 6_200, RGBA, 8), None),
        ("a row of 18 million pixels", png(18_000_000, 1, RGBA, 8), None),
        ("a column of 4 million pixels", png(1, 4_000_000, RGBA, 8), Some(16)),
        ("a large profile and text", png_with(9, 9, (RGBA, 8), &[profile, text].concat()), Some(0)),
        ("a photo of 53 megapixels", jpeg(photo(8_600, 6_120)), None),
        ("a progressive one of 17", jpeg(Jpeg { width: 4_100, height: 4_180, ..progressive }), None),
        ("one of 64 scans", jpeg(Jpeg { width: 64, height: 64, more_scans: 63, ..progressive }), None),
        ("one of 30 scans", jpeg(Jpeg { width: 512, height: 512, more_scans: 29, ..progressive }), Some(3)),
        ("a photo of 5 megapixels", jpeg(photo(2_600, 2_000)), Some(16)),
        ("a progressive one of 2", jpeg(Jpeg { width: 2_000, height: 1_000, ..progressive }), Some(18)),
    ] {
        let before = server.forget_peak();
        let (status, _) = ann.upload(&file).await;
        let grown = server.peak().saturating_sub(before);
        let refused = if name.ends_with("scans") { 415 } else { 413 };
        assert_eq!(status, if pixels.is_some() { 200 } else { refused }, "{name}");
        assert!(grown < pixels.unwrap_or_default() + BESIDE, "{name}: {grown} MiB");
    }
}

#[tokio::test]
async fn many_pictures_at_once_wait_for_each_other_or_are_refused() {
    let installation = Installation::new();
    let server = installation.serve();
    let ann = Arc::new(Administrator::log_in(&installation, &server).await);
    let file = Arc::new(jpeg(photo(2_000, 1_000)));
    let before = server.forget_peak();
    let uploads: Vec<_> = (0..12)
        .map(|_| {
            let (ann, file) = (Arc::clone(&ann), Arc::clone(&file));
            tokio::spawn(async move { ann.upload(&file).await.0 })
        })
        .collect();
    let mut statuses = Vec::new();
    for upload in uploads {
        statuses.push(upload.await.expect("an answer"));
    }
    let grown = server.peak().saturating_sub(before);
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&200), "{statuses:?}");
    // One at a time is 6 MiB, all at once are 72.
    assert!(grown < 24 + BESIDE, "{grown} MiB");
    assert_eq!(ann.upload(&jpeg(photo(96, 96))).await.0, 200, "it serves on");
}
