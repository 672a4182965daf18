//! WebP (RFC 9649): chunks of name, length and content. Of an animation, the first frame.

use image::ImageFormat;
use image::metadata::Orientation;

use super::{StillImage, orientation};

/// Before the first chunk: `RIFF`, the length of the rest, `WEBP`.
const HEAD: usize = 12;

/// What stands in a frame before its chunks.
const FRAME: usize = 16;

/// The bit of an extended header that says that there is transparency.
const ALPHA: u8 = 0x10;

/// The parts of one picture.
#[derive(Default)]
struct Parts<'a> {
    lossy: Option<&'a [u8]>,
    lossless: Option<&'a [u8]>,
    alpha: Option<&'a [u8]>,
}

pub(super) fn still(file: &[u8]) -> Option<StillImage> {
    let (mut parts, mut turned, mut frames) = (Parts::default(), Orientation::NoTransforms, 0);
    for chunk in chunks(file.get(HEAD..)?) {
        match chunk? {
            (b"EXIF", exif) => turned = orientation(exif),
            (b"ANMF", frame) => {
                frames += 1;
                if frames == 1 {
                    chunks(frame.get(FRAME..)?).try_for_each(|chunk| chunk.map(|it| parts.add(it)))?;
                }
            }
            chunk => parts.add(chunk),
        }
    }
    let (file, beside) = parts.file()?;
    Some(StillImage { format: ImageFormat::WebP, file, orientation: turned, beside })
}

impl<'a> Parts<'a> {
    fn add(&mut self, (name, content): (&[u8; 4], &'a [u8])) {
        let part = match name {
            b"VP8 " => &mut self.lossy,
            b"VP8L" => &mut self.lossless,
            b"ALPH" => &mut self.alpha,
            _ => return,
        };
        part.get_or_insert(content);
    }

    /// A file of these parts alone, and what its decoder allocates beside the pixels.
    fn file(&self) -> Option<(Vec<u8>, u64)> {
        if let Some(lossless) = self.lossless {
            let size = u32::from_le_bytes(lossless.get(1..5)?.try_into().ok()?);
            let (width, height) = (u64::from(size & 0x3fff) + 1, u64::from(size >> 14 & 0x3fff) + 1);
            // All channels, from which those that are wanted are taken.
            return Some((riff(&[(b"VP8L", lossless)]), width * height * 4));
        }
        let lossy = self.lossy?;
        let side = |at| Some(u16::from_le_bytes(lossy.get(at..at + 2)?.try_into().ok()?) & 0x3fff);
        let (width, height) = (side(6)?, side(8)?);
        // Luma, and chroma of half the width and height, in blocks of 16 × 16.
        let planes = u64::from(width.div_ceil(16)) * u64::from(height.div_ceil(16)) * 16 * 16 * 3 / 2;
        let Some(alpha) = self.alpha else { return Some((riff(&[(b"VP8 ", lossy)]), planes)) };
        let file = riff(&[(b"VP8X", &extended(width, height)?), (b"ALPH", alpha), (b"VP8 ", lossy)]);
        // Transparency is decoded as a picture of four channels, of which one is copied.
        Some((file, planes + u64::from(width) * u64::from(height) * 5))
    }
}

/// The header of a picture with transparency.
fn extended(width: u16, height: u16) -> Option<[u8; 10]> {
    let (width, height) = (width.checked_sub(1)?.to_le_bytes(), height.checked_sub(1)?.to_le_bytes());
    Some([ALPHA, 0, 0, 0, width[0], width[1], 0, height[0], height[1], 0])
}

/// Name and content of each chunk until the end; `None` for one that goes beyond it, which is the last.
fn chunks(mut rest: &[u8]) -> impl Iterator<Item = Option<(&[u8; 4], &[u8])>> {
    std::iter::from_fn(move || {
        let name = rest.first_chunk()?;
        let Some((content, after)) = content(rest) else {
            rest = &[];
            return Some(None);
        };
        // Chunks begin at even places.
        rest = after.get(content.len() % 2..).unwrap_or_default();
        Some(Some((name, content)))
    })
}

fn content(chunk: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_le_bytes(chunk.get(4..8)?.try_into().ok()?);
    chunk.get(8..)?.split_at_checked(usize::try_from(length).ok()?)
}

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let length = |content: &[u8]| u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut body = b"WEBP".to_vec();
    for (name, content) in chunks {
        body.extend(*name);
        body.extend(length(content));
        body.extend(*content);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [b"RIFF".as_slice(), &length(&body), &body].concat()
}
