//! The laws of an [`AvatarStore`].

use std::sync::Arc;

use usher_domain::{AvatarName, AvatarSize, InstallationId, PictureKind, Timestamp};

use super::{new_uuid, number};
use crate::outbound::{AvatarStore, StoreAvatar};

type Store = Arc<dyn AvatarStore>;

/// A picture of 3 × 2 pixels, of which one lets the ground through.
const PNG: &[u8] = include_bytes!("avatars/transparent.png");
/// One of 4 × 2 pixels that a camera held upright marked as lying on its side; a comment is in it.
const JPEG: &[u8] = include_bytes!("avatars/sideways.jpg");
/// One of 5 × 5 pixels, without transparency.
const WEBP: &[u8] = include_bytes!("avatars/opaque.webp");

fn random() -> [u8; 16] {
    let mut bytes = [0x5a; 16];
    bytes[..4].copy_from_slice(&number().to_be_bytes());
    bytes
}

async fn stored(it: &Store, picture: &[u8]) -> AvatarName {
    match it.store(picture.to_vec(), random()).await.expect("an answer") {
        StoreAvatar::Stored(name) => name,
        refused => unreachable!("a picture was refused: {refused:?}"),
    }
}

async fn file(it: &Store, name: &AvatarName, size: AvatarSize) -> Vec<u8> {
    it.find(name, size).await.expect("an answer").expect("a picture")
}

/// Width and height of a PNG or JPEG.
fn dimensions(file: &[u8]) -> (u32, u32) {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    if file.starts_with(b"\x89PNG") {
        return (number(&file[16..20]), number(&file[20..24]));
    }
    let mut at = 2;
    loop {
        let (marker, length) = (file[at + 1], number(&file[at + 2..at + 4]) as usize);
        if (0xc0..=0xc2).contains(&marker) {
            return (number(&file[at + 7..at + 9]), number(&file[at + 5..at + 7]));
        }
        at += 2 + length;
    }
}

/// Each kind is taken, and is square in every size afterwards.
pub async fn takes_png_jpeg_and_webp(it: &Store) {
    for (picture, kind) in [(PNG, PictureKind::Png), (JPEG, PictureKind::Jpeg), (WEBP, PictureKind::Jpeg)] {
        let name = stored(it, picture).await;
        assert_eq!(name.kind(), kind);
        for size in AvatarSize::ALL {
            let found = file(it, &name, size).await;
            assert_eq!(dimensions(&found), (size.pixels(), size.pixels()));
            assert_eq!(found.starts_with(b"\x89PNG"), kind == PictureKind::Png);
        }
    }
}

/// Nothing but the pixels is kept.
pub async fn keeps_nothing_but_the_pixels(it: &Store) {
    let within = |file: &[u8], text: &[u8]| file.windows(text.len()).any(|part| part == text);
    assert!(within(JPEG, b"Exif") && within(JPEG, b"GPS-SECRET"), "the sample has what is to be lost");
    let name = stored(it, JPEG).await;
    for size in AvatarSize::ALL {
        let found = file(it, &name, size).await;
        assert!(!within(&found, b"Exif") && !within(&found, b"GPS-SECRET"));
    }
}

/// What is no picture is refused, whatever it says it is.
pub async fn refuses_what_is_no_picture(it: &Store) {
    let cut = &PNG[..PNG.len() / 2];
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    let gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".as_slice();
    let disguised = [b"\x89PNG\r\n\x1a\n".as_slice(), b"<script>alert(1)</script>"].concat();
    for file in [b"".as_slice(), cut, svg, gif, &disguised, b"MZ\x90"] {
        let answer = it.store(file.to_vec(), random()).await.expect("an answer");
        assert_eq!(answer, StoreAvatar::NotAPicture, "{file:?}");
    }
}

/// What is too large is refused: by its bytes, and by the pixels that it says it has.
pub async fn refuses_what_is_too_large(it: &Store) {
    // A PNG whose header claims 60,000 × 60,000 pixels.
    let bomb = include_bytes!("avatars/bomb.png").to_vec();
    let padded = [PNG, vec![0; 5 * 1024 * 1024].as_slice()].concat();
    for file in [bomb, padded] {
        let answer = it.store(file, random()).await.expect("an answer");
        assert_eq!(answer, StoreAvatar::TooLarge);
    }
}

/// A picture is found until it is deleted, and no other one is.
pub async fn deletes_a_picture(it: &Store) {
    let (gone, stays) = (stored(it, PNG).await, stored(it, PNG).await);
    it.delete(&gone).await.expect("an answer");
    it.delete(&gone).await.expect("an answer");
    for size in AvatarSize::ALL {
        assert_eq!(it.find(&gone, size).await.expect("an answer"), None);
        assert!(it.find(&stays, size).await.expect("an answer").is_some());
    }
    let other = AvatarName::new([7; 16], PictureKind::Png);
    assert_eq!(it.find(&other, AvatarSize::Large).await.expect("an answer"), None);
}

/// Each picture is told once that was stored before a given time.
pub async fn tells_what_was_stored_before_a_moment(it: &Store) {
    let name = stored(it, PNG).await;
    let (past, future) = (Timestamp::from_millis(0), Timestamp::from_millis(9_000_000_000_000));
    assert_eq!(it.stored_before(past).await.expect("names"), []);
    assert_eq!(it.stored_before(future).await.expect("names"), [name]);
}

/// A store belongs to the installation that claimed it first, until another one takes it over.
pub async fn belongs_to_one_installation(it: &Store) {
    let (ours, theirs) = (InstallationId::new(new_uuid()), InstallationId::new(new_uuid()));
    assert_eq!(it.owner().await.expect("an answer"), None);
    assert_eq!(it.claim(ours).await.expect("an owner"), ours);
    assert_eq!(it.claim(theirs).await.expect("an owner"), ours);
    assert_eq!(it.owner().await.expect("an answer"), Some(ours));
    it.take_over(theirs).await.expect("an answer");
    assert_eq!(it.owner().await.expect("an answer"), Some(theirs));
    assert_eq!(it.claim(ours).await.expect("an owner"), theirs);
    let future = Timestamp::from_millis(9_000_000_000_000);
    assert_eq!(it.stored_before(future).await.expect("names"), [], "the mark is no picture");
}

/// Tests a store: `avatars_contract!(directory, setup())`, where the setup yields `(Arc<dyn AvatarStore>, guard)`.
#[macro_export]
macro_rules! avatars_contract {
    ($backend:ident, $setup:expr) => {
        $crate::contract_tests!(
            $backend,
            $setup,
            avatars,
            [
                takes_png_jpeg_and_webp,
                keeps_nothing_but_the_pixels,
                refuses_what_is_no_picture,
                refuses_what_is_too_large,
                deletes_a_picture,
                tells_what_was_stored_before_a_moment,
                belongs_to_one_installation,
            ]
        );
    };
}
