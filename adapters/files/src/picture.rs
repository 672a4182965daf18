//! A picture drawn anew: whatever else was in the file is not in ours.

mod still;

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits,
    RgbaImage,
};
use usher_domain::{AvatarSize, PictureKind};

use still::StillImage;

/// The largest file that is looked at, in bytes.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The most memory that decoding a picture may take, in bytes: a photo of 50 megapixels, a screenshot with
/// transparency of 37, a progressive JPEG of 17 to 25. A small file can claim any size, so this is compared with what
/// its header says before a pixel is decoded.
const MOST_MEMORY: u64 = 144 * 1024 * 1024;

/// The most memory that a PNG decoder may take for its rows, in bytes.
const MOST_ROWS: u64 = 16 * 1024 * 1024;

/// The side of the square from which all sizes are drawn, in pixels. Averaging down to it takes no memory beside the
/// picture; the better filter, which does, gets no more than this.
const SQUARE: u32 = 1_024;

/// Of 100.
const QUALITY: u8 = 85;

/// Why it was not drawn.
#[derive(Debug)]
pub(crate) enum Unusable {
    NotAPicture,
    TooLarge,
    Busy,
}

impl From<ImageError> for Unusable {
    fn from(error: ImageError) -> Self {
        if matches!(error, ImageError::Limits(_)) { Self::TooLarge } else { Self::NotAPicture }
    }
}

/// A picture in all sizes.
pub(crate) struct Renditions {
    pub(crate) kind: PictureKind,
    pub(crate) sizes: Vec<(AvatarSize, Vec<u8>)>,
}

/// Takes as long as the picture is large.
pub(crate) fn draw(file: &[u8]) -> Result<Renditions, Unusable> {
    if file.len() > MOST_BYTES {
        return Err(Unusable::TooLarge);
    }
    let square = square(StillImage::of(file).ok_or(Unusable::NotAPicture)?)?;
    let opaque = square.as_rgba8().is_none_or(|pixels| pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX));
    let kind = if opaque { PictureKind::Jpeg } else { PictureKind::Png };
    let sizes = AvatarSize::ALL.into_iter().map(|size| {
        let picture = square.resize_exact(size.pixels(), size.pixels(), FilterType::Lanczos3);
        encode(&picture, kind).map(|bytes| (size, bytes))
    });
    Ok(Renditions { kind, sizes: sizes.collect::<Result<_, _>>()? })
}

/// The square in the middle of a picture, upright, with 8 bits a channel, and no larger than [`SQUARE`].
fn square(still: StillImage) -> Result<DynamicImage, Unusable> {
    let orientation = still.orientation;
    let picture = decode(still)?;
    let (width, height) = picture.dimensions();
    let side = width.min(height);
    if side == 0 {
        return Err(Unusable::NotAPicture);
    }
    // A view, not a copy. Cutting comes first: a picture of 1 × 1,000,000 pixels would be stretched to a huge one.
    let middle = imageops::crop_imm(&picture, (width - side) / 2, (height - side) / 2, side, side);
    let pixels: RgbaImage =
        if side > SQUARE { imageops::thumbnail(&*middle, SQUARE, SQUARE) } else { middle.to_image() };
    drop(picture);
    let mut square = DynamicImage::ImageRgba8(pixels);
    square.apply_orientation(orientation);
    Ok(square)
}

fn decode(still: StillImage) -> Result<DynamicImage, Unusable> {
    let mut reader = ImageReader::with_format(Cursor::new(still.file), still.format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_ROWS);
    reader.limits(limits);
    let decoder = reader.into_decoder()?;
    if decoder.total_bytes().saturating_add(still.beside) > MOST_MEMORY {
        return Err(Unusable::TooLarge);
    }
    Ok(DynamicImage::from_decoder(decoder)?)
}

fn encode(picture: &DynamicImage, kind: PictureKind) -> Result<Vec<u8>, Unusable> {
    let mut bytes = Cursor::new(Vec::new());
    match kind {
        PictureKind::Jpeg => {
            picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))
        }
        PictureKind::Png => picture.write_to(&mut bytes, ImageFormat::Png),
    }?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG whose header says this, and whose pixels are missing.
    fn claiming(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
        let chunk = |name: &[u8], content: &[u8]| {
            let named = [name, content].concat();
            let sum = named.iter().fold(!0_u32, |sum, byte| {
                (0..8).fold(
                    sum ^ u32::from(*byte),
                    |it, _| if it & 1 == 1 { 0xedb8_8320 ^ it >> 1 } else { it >> 1 },
                )
            });
            let length = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&length[..], &named, &(!sum).to_be_bytes()].concat()
        };
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat();
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", &[]), &chunk(b"IEND", &[])]
            .concat()
    }

    #[test]
    fn what_decoding_takes_is_known_beforehand() {
        // 144 MiB are 6,144 × 6,144 pixels of four bytes, and half as many rows of eight.
        for (width, height, depth, large) in [
            (6_144, 6_144, 8, false),
            (6_144, 6_145, 8, true),
            (6_144, 3_072, 16, false),
            (6_144, 3_073, 16, true),
            (7_071, 7_071, 16, true),
            (u32::MAX >> 1, 1, 8, true),
            (u32::MAX >> 1, u32::MAX >> 1, 16, true),
        ] {
            let refused = draw(&claiming(width, height, depth, 6)).map(|_| ()).unwrap_err();
            assert_eq!(matches!(refused, Unusable::TooLarge), large, "{width} x {height} of {depth} bits");
        }
    }
}
