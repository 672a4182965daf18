//! Bodies of forms, with and without files.

use std::io;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use salvo::Request;
use salvo::http::header::CONTENT_TYPE;

use super::{MOST_BYTES, MOST_FILE};
use crate::admin::failure::Failure;

/// The most of a form with a file that is read, in bytes. A file that is too large is read to its end and thrown away, up
/// to here, so that the form can be shown again with what was typed into it.
pub(super) const MOST_READ: usize = 32 * 1024 * 1024;

/// What a field costs beside its name and its text, in bytes.
const FIELD: usize = 64;

/// A form with a file.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) fields: Vec<(String, String)>,
    /// The file, if one was chosen and is not too large.
    pub(super) file: Option<Bytes>,
    /// Whether a file was too large.
    pub(super) oversized: bool,
}

/// The fields of a form with a file in it, and the file; of `most` bytes.
pub(super) async fn parts<S, E>(stream: S, boundary: String, most: usize) -> Result<Parts, Failure>
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    let mut left = most;
    let limited = stream.map(move |chunk| {
        let chunk = chunk.map_err(io::Error::other)?;
        left = left.checked_sub(chunk.len()).ok_or_else(|| io::Error::other("too large"))?;
        Ok::<_, io::Error>(chunk)
    });
    let failed = |error| match error {
        multer::Error::StreamReadFailed(_) => Failure::TooLarge,
        _ => Failure::Malformed,
    };
    let mut form = multer::Multipart::new(limited, boundary);
    let (mut read, mut room) = (Parts::default(), MOST_BYTES);
    while let Some(mut part) = form.next_field().await.map_err(failed)? {
        let (name, is_file) = (part.name().unwrap_or_default().to_owned(), part.file_name().is_some());
        room = room.checked_sub(name.len() + FIELD).ok_or(Failure::TooLarge)?;
        let most = if is_file { MOST_FILE } else { room };
        let (mut bytes, mut fits) = (Vec::new(), true);
        while let Some(chunk) = part.chunk().await.map_err(failed)? {
            fits = fits && bytes.len() + chunk.len() <= most;
            if fits {
                bytes.extend_from_slice(&chunk);
            }
        }
        match (is_file, fits) {
            (true, true) => read.file = Some(Bytes::from(bytes)).filter(|it| !it.is_empty()).or(read.file),
            (true, false) => read.oversized = true,
            (false, false) => return Err(Failure::TooLarge),
            (false, true) => {
                room -= bytes.len();
                // As in the other kind of form: UTF-8, whatever the field says of itself, and all of it.
                read.fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
    Ok(read)
}

/// What separates the fields of a form with files, if this is one.
pub(super) fn boundary(request: &Request) -> Option<String> {
    let kind = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}
