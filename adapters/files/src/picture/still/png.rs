//! PNG (ISO/IEC 15948): chunks of length, name, content and checksum.

use image::ImageFormat;
use image::metadata::Orientation;

use super::{StillImage, orientation};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The length and name before the content, and the checksum behind it.
const AROUND: usize = 12;

pub(super) fn still(file: &[u8]) -> Option<StillImage> {
    let mut rest = file.strip_prefix(SIGNATURE)?;
    let mut kept = SIGNATURE.to_vec();
    let mut turned = Orientation::NoTransforms;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let (chunk, after) = rest.split_at_checked(usize::try_from(length).ok()?.checked_add(AROUND)?)?;
        match &chunk[4..8] {
            b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" => kept.extend(chunk),
            b"eXIf" => turned = orientation(&chunk[8..chunk.len() - 4]),
            b"IEND" => {
                kept.extend(chunk);
                return Some(StillImage {
                    format: ImageFormat::Png,
                    file: kept,
                    orientation: turned,
                    beside: 0,
                });
            }
            _ => {}
        }
        rest = after;
    }
}
