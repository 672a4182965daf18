//! What pages load: part of the program, under names that change with the content.

use salvo::http::StatusCode;
use salvo::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use salvo::{Request, Response, Router, handler};

pub(super) struct Asset {
    name: &'static str,
    file: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Where a page finds it; nowhere if the program was built without.
pub(super) fn path(name: &str) -> Option<String> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| format!("/admin/assets/{}", asset.file))
}

pub(super) fn router() -> Router {
    Router::with_path("admin/assets/{file}").get(serve)
}

/// Whatever has this name has this content, for ever.
#[handler]
fn serve(request: &Request, response: &mut Response) {
    let file = request.param::<String>("file").unwrap_or_default();
    let Some(asset) = ASSETS.iter().find(|asset| asset.file == file) else {
        response.status_code(StatusCode::NOT_FOUND);
        return;
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if response.write_body(asset.bytes).is_err() {
        response.status_code(StatusCode::INTERNAL_SERVER_ERROR);
    }
}

#[cfg(test)]
#[path = "../../build/npm.rs"]
mod npm;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::npm::has_pinned;

    fn lock(digest: &str) -> String {
        format!(
            r#"{{"packages": {{"": {{}}, "node_modules/htmx.org": {{"version": "2.0.0", "integrity": "{digest}"}}}}}}"#
        )
    }

    #[test]
    fn the_build_takes_the_pinned_release_and_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let modules = directory.path();
        let takes = |pins: &str| has_pinned(modules, pins.as_bytes(), &["htmx.js"]);
        fs::write(modules.join("htmx.js"), "").unwrap();
        assert!(!takes(&lock("sha512-new")), "nothing says what this is");
        fs::write(modules.join(".package-lock.json"), lock("sha512-old")).unwrap();
        assert!(!takes(&lock("sha512-new")), "left behind by the release before");
        fs::write(modules.join(".package-lock.json"), lock("sha512-new")).unwrap();
        assert!(takes(&lock("sha512-new")));
        assert!(!takes("no lock") && !takes("{}"));
        fs::remove_file(modules.join("htmx.js")).unwrap();
        assert!(!takes(&lock("sha512-new")), "cut off while it was put there");
    }
}
