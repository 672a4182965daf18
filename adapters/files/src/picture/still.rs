//! A file reduced to what a decoder needs for one picture: no texts, profiles, previews or further frames, whose decoders
//! have allocated and looped on what a file claims. What remains says how much memory decoding will take.

mod jpeg;
mod png;
mod webp;

use image::ImageFormat;
use image::metadata::Orientation;

/// One picture, and what its file said about it.
pub(super) struct Still {
    pub(super) format: ImageFormat,
    pub(super) file: Vec<u8>,
    pub(super) orientation: Orientation,
    /// What the decoder will allocate beside the pixels, in bytes.
    pub(super) beside: u64,
}

impl Still {
    /// The first picture in a file; `None` if it is in no format that is taken, or is cut off.
    pub(super) fn of(file: &[u8]) -> Option<Self> {
        match image::guess_format(file).ok()? {
            ImageFormat::Png => png::still(file),
            ImageFormat::Jpeg => jpeg::still(file),
            ImageFormat::WebP => webp::still(file),
            _ => None,
        }
    }
}

/// How a camera was held, by an Exif block with or without the name before it. One that cannot be read says nothing.
fn orientation(exif: &[u8]) -> Orientation {
    let block = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    Orientation::from_exif_chunk(block).unwrap_or(Orientation::NoTransforms)
}

/// A number of two bytes, the most significant one first.
fn big_endian(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes)
}
