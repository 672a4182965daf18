use salvo::http::StatusCode;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};

/// Answers 404 to a path that is not written in its one canonical way.
///
/// The router would take `//readyz`, `/readyz/` and `/%72eadyz` for `/readyz`; a rule of the proxy in front, which
/// compares the path as it was sent, would not. So one spelling is served (RFC 3986, section 6.2.2): no empty and no
/// dot segments, and percent-encoding only for what cannot stand as it is.
pub(crate) struct CanonicalPath;

#[async_trait]
impl Handler for CanonicalPath {
    async fn handle(
        &self,
        request: &mut Request,
        _: &mut Depot,
        response: &mut Response,
        control: &mut FlowCtrl,
    ) {
        if !is_canonical(request.uri().path()) {
            response.status_code(StatusCode::NOT_FOUND);
            control.skip_rest();
        }
    }
}

fn is_canonical(path: &str) -> bool {
    let Some(segments) = path.strip_prefix('/') else { return path == "*" };
    segments.is_empty() || segments.split('/').all(is_canonical_segment)
}

fn is_canonical_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.split('%').skip(1).all(|rest| needs_encoding(rest.as_bytes()))
}

/// Whether what follows a percent sign stands for a byte that cannot stand in a segment as it is and splits no path.
fn needs_encoding(rest: &[u8]) -> bool {
    let digit = |at: usize| rest.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (Some(high), Some(low)) = (digit(0), digit(1)) else { return false };
    let Ok(byte) = u8::try_from(high * 16 + low) else { return false };
    !(byte.is_ascii_alphanumeric() || byte.is_ascii_control() || b"-._~/\\".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_canonical;

    #[test]
    fn one_spelling_of_a_path_is_served() {
        for path in
            ["/", "/readyz", "/api/userinfo/0d4e20a9", "/x/%E5%A4%B4%e5%83%8f", "/x/a%20b", "/x/50%25", "*"]
        {
            assert!(is_canonical(path), "{path}");
        }
        for path in [
            "",
            "//",
            "//readyz",
            "/readyz/",
            "/%72eadyz",
            "//admin/login",
            "/%61dmin/login",
            "/./readyz",
            "/a/../readyz",
            "/a/..",
            "/%2e/readyz",
            "/admin%2Flogin",
            "/admin%5clogin",
            "/a%00",
            "/a%",
            "/a%4",
            "/a%zz",
            "/a%0a",
            "readyz",
        ] {
            assert!(!is_canonical(path), "{path}");
        }
    }
}
