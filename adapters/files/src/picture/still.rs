//! A file reduced to what a decoder needs for one picture: no texts, profiles, previews or further frames, whose decoders
//! have allocated and looped on what a file claims. What remains says how much memory decoding will take.

mod jpeg;
mod png;
mod webp;

use image::ImageFormat;
use image::metadata::Orientation;

/// One picture, and what its file said about it.
pub(super) struct StillImage {
    pub(super) format: ImageFormat,
    pub(super) file: Vec<u8>,
    pub(super) orientation: Orientation,
    /// What the decoder will allocate beside the pixels, in bytes.
    pub(super) beside: u64,
}

impl StillImage {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pictures of each kind, as programs write them.
    const SAMPLES: [&[u8]; 3] = [
        include_bytes!("../../../../ports/src/contract/avatars/transparent.png"),
        include_bytes!("../../../../ports/src/contract/avatars/sideways.jpg"),
        include_bytes!("../../../../ports/src/contract/avatars/opaque.webp"),
    ];

    /// A picture with some bytes changed, cut off, or repeated; or any bytes behind the beginning of one.
    fn file() -> impl Strategy<Value = Vec<u8>> {
        let sample = prop::sample::select(SAMPLES.to_vec());
        let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
        let changed = (sample.clone(), edits, any::<prop::sample::Index>(), any::<bool>());
        let changed = changed.prop_map(|(sample, edits, cut, twice)| {
            let mut file = sample.to_vec();
            for (place, byte) in edits {
                *place.get_mut(&mut file) = byte;
            }
            let cut = cut.index(file.len());
            if twice { [&file[..cut], &file].concat() } else { file[..=cut].to_vec() }
        });
        let any = (sample, 2_usize..40, prop::collection::vec(any::<u8>(), 0..300));
        let any = any.prop_map(|(sample, head, rest)| [&sample[..head.min(sample.len())], &rest].concat());
        prop_oneof![3 => changed, 1 => any]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_is_left_is_a_picture_and_nothing_more_is_taken_from_it(file in file()) {
            let Some(still) = StillImage::of(&file) else { return Ok(()) };
            // A header that was left out of an animation may have to be added.
            prop_assert!(still.file.len() <= file.len() + 64);
            let again = StillImage::of(&still.file);
            prop_assert!(again.is_some(), "what is left is no picture");
            let again = again.unwrap_or(still);
            prop_assert_eq!(StillImage::of(&again.file).map(|it| (it.file, it.beside)), Some((again.file.clone(), again.beside)));
        }
    }

    #[test]
    fn pictures_as_programs_write_them_stay_pictures() {
        for sample in SAMPLES {
            let still = StillImage::of(sample).unwrap();
            assert!(image::load_from_memory_with_format(&still.file, still.format).is_ok());
        }
        assert!(
            StillImage::of(SAMPLES[1]).is_some_and(|still| still.orientation != Orientation::NoTransforms)
        );
    }
}
