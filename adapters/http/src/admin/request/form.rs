//! Bodies of forms, with and without files.

use std::convert::Infallible;

use bytes::Bytes;
use salvo::Request;
use salvo::http::header::CONTENT_TYPE;

use crate::admin::failure::Failure;

/// The fields of a form with a file in it, and the file, if one was chosen.
pub(super) async fn parts(
    bytes: Bytes,
    boundary: String,
) -> Result<(Vec<(String, String)>, Option<Bytes>), Failure> {
    let stream = futures_util::stream::once(async { Ok::<_, Infallible>(bytes) });
    let mut form = multer::Multipart::new(stream, boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = form.next_field().await.map_err(|_| Failure::Malformed)? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            let bytes = part.bytes().await.map_err(|_| Failure::Malformed)?;
            file = Some(bytes).filter(|bytes| !bytes.is_empty()).or(file);
        } else {
            // As in the other kind of form: UTF-8, whatever the field says of itself, and all of it.
            let bytes = part.bytes().await.map_err(|_| Failure::Malformed)?;
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok((fields, file))
}

/// What separates the fields of a form with files, if this is one.
pub(super) fn boundary(request: &Request) -> Option<String> {
    let kind = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}
