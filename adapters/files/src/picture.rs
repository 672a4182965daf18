//! A picture drawn anew: whatever else was in the file is not in ours.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use usher_domain::{AvatarSize, PictureKind};

/// The largest file that is looked at, in bytes.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The most pixels that are decoded: what a telephone's camera makes. A small file can claim any number.
const MOST_PIXELS: u64 = 50_000_000;

/// The most memory a decoder may take beside the picture, in bytes.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// Of 100.
const QUALITY: u8 = 85;

/// Why it was not drawn.
pub(crate) enum Unusable {
    NotAPicture,
    TooLarge,
}

/// In all sizes.
pub(crate) struct Drawn {
    pub(crate) kind: PictureKind,
    pub(crate) sizes: Vec<(AvatarSize, Vec<u8>)>,
}

/// Takes as long as the picture is large.
pub(crate) fn draw(file: &[u8]) -> Result<Drawn, Unusable> {
    if file.len() > MOST_BYTES {
        return Err(Unusable::TooLarge);
    }
    let picture = decode(file)?;
    let kind = if is_opaque(&picture) { PictureKind::Jpeg } else { PictureKind::Png };
    let sizes = AvatarSize::ALL.into_iter().map(|size| {
        let square = picture.resize_to_fill(size.pixels(), size.pixels(), FilterType::Lanczos3);
        encode(&square, kind).map(|bytes| (size, bytes))
    });
    Ok(Drawn { kind, sizes: sizes.collect::<Result<_, _>>()? })
}

fn decode(file: &[u8]) -> Result<DynamicImage, Unusable> {
    let not = |_| Unusable::NotAPicture;
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| Unusable::NotAPicture)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) {
        return Err(Unusable::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(not)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unusable::TooLarge);
    }
    let orientation = decoder.orientation().map_err(not)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(not)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn is_opaque(picture: &DynamicImage) -> bool {
    !picture.color().has_alpha() || picture.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX)
}

fn encode(picture: &DynamicImage, kind: PictureKind) -> Result<Vec<u8>, Unusable> {
    let mut bytes = Cursor::new(Vec::new());
    let written = match kind {
        PictureKind::Jpeg => {
            picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))
        }
        PictureKind::Png => picture.to_rgba8().write_to(&mut bytes, ImageFormat::Png),
    };
    written.map_err(|_| Unusable::NotAPicture)?;
    Ok(bytes.into_inner())
}
