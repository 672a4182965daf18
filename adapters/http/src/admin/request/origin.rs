//! Where a request came from, and where the way leads after logging in.

use super::{AdminRequest, FRONT, LOG_IN};

impl AdminRequest {
    /// Where to log in, and come back afterwards to the page that was asked for, or that sent the form.
    pub(in crate::admin) fn log_in_address(&self) -> String {
        let asked = Some(self.return_to.as_str()).filter(|_| !self.changes && !self.is_htmx).and_then(local);
        let page = asked.or_else(|| self.came_from.clone());
        let known = page.filter(|page| page != FRONT && page.split('?').next() != Some(LOG_IN));
        known.map_or_else(
            || LOG_IN.to_owned(),
            |page| {
                let mut query = form_urlencoded::Serializer::new(String::new());
                format!("{LOG_IN}?{}", query.append_pair("next", &page).finish())
            },
        )
    }

    /// The page to show after logging in, if one was asked for.
    pub(in crate::admin) fn next(&self) -> Option<String> {
        local(self.raw("next"))
    }
}

/// The path and query of one of our pages, given its address or these. Nothing that a browser could take for another site:
/// it begins with our own path and holds neither a backslash nor anything that is not seen.
pub(in crate::admin) fn local(url: &str) -> Option<String> {
    let path = match url.split_once("://") {
        Some((_, rest)) if !url.starts_with('/') => &rest[rest.find('/')?..],
        _ => url,
    };
    let path = path.split('#').next().unwrap_or_default();
    let safe =
        path.starts_with("/admin/") && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    safe.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_our_own_pages_only() {
        for (url, path) in [
            ("/admin/users/7/edit?list=%2Fadmin%2Fusers", "/admin/users/7/edit?list=%2Fadmin%2Fusers"),
            ("https://usher.example:8443/admin/audit?by=ann#top", "/admin/audit?by=ann"),
            ("/admin/audit?by=a://b", "/admin/audit?by=a://b"),
        ] {
            assert_eq!(local(url).as_deref(), Some(path));
        }
        for url in [
            "",
            "/",
            "/admin",
            "/adminx/",
            "//evil.example/admin/users",
            "https://evil.example",
            "\\evil.example/admin/",
            "/admin/\\evil.example",
            "/admin/\r\nlocation: x",
            "/admin/ü",
            "javascript:alert(1)",
            "evil.example/admin/",
        ] {
            assert_eq!(local(url), None, "{url}");
        }
    }
}
