//! JPEG (ITU-T T.81): segments that begin with a marker, and behind each start of a scan its data.

use image::ImageFormat;
use image::metadata::Orientation;

use super::{StillImage, big_endian, orientation};

/// The most scans that are decoded. Each goes over the whole picture, however few bytes it has; programs write 10 to 14.
const MOST_SCANS: usize = 32;

/// The most segments that are kept: tables, and starts of scans.
const MOST_SEGMENTS: usize = 256;

/// The side of a block, and the bytes of its coefficients.
const BLOCK: u64 = 8;
const BLOCK_BYTES: u64 = 64 * 2;

mod marker {
    pub(super) const SOI: u8 = 0xd8;
    pub(super) const EOI: u8 = 0xd9;
    pub(super) const SOS: u8 = 0xda;
    pub(super) const DQT: u8 = 0xdb;
    pub(super) const DHT: u8 = 0xc4;
    pub(super) const DRI: u8 = 0xdd;
    pub(super) const APP1: u8 = 0xe1;
    pub(super) const APP14: u8 = 0xee;
    pub(super) const SOF2: u8 = 0xc2;
}

/// What the header of the picture says.
struct Frame {
    width: u64,
    height: u64,
    progressive: bool,
    /// How often each component is sampled, across and down.
    samples: Vec<(u64, u64)>,
}

impl Frame {
    fn read(kind: u8, segment: &[u8]) -> Option<Self> {
        let (height, width) = (big_endian(segment, 1)?, big_endian(segment, 3)?);
        let components = segment.get(6..6 + 3 * usize::from(*segment.get(5)?))?;
        let samples = components.chunks_exact(3).map(|component| {
            let (across, down) = (component[1] >> 4, component[1] & 0xf);
            (u64::from(across), u64::from(down))
        });
        let frame = Self {
            width: width.into(),
            height: height.into(),
            progressive: kind == marker::SOF2,
            samples: samples.collect(),
        };
        let plausible = frame.samples.iter().all(|(a, d)| (1..=4).contains(a) && (1..=4).contains(d));
        (plausible && !frame.samples.is_empty()).then_some(frame)
    }

    /// What the coefficients of all blocks take, which are kept until the last scan where one scan is not all.
    fn coefficients(&self) -> u64 {
        let most = |axis: fn(&(u64, u64)) -> u64| self.samples.iter().map(axis).max().unwrap_or(1);
        let across = self.width.div_ceil(BLOCK * most(|it| it.0));
        let down = self.height.div_ceil(BLOCK * most(|it| it.1));
        self.samples.iter().map(|(a, d)| across * a * down * d * BLOCK_BYTES).sum()
    }
}

/// What was read so far.
struct Reading {
    kept: Vec<u8>,
    frame: Option<Frame>,
    turned: Orientation,
    scans: usize,
    segments: usize,
    /// Whether each scan so far was of all components.
    whole: bool,
}

pub(super) fn still(file: &[u8]) -> Option<StillImage> {
    let mut reading = Reading {
        kept: vec![0xff, marker::SOI],
        frame: None,
        turned: Orientation::NoTransforms,
        scans: 0,
        segments: 0,
        whole: true,
    };
    let mut at = 2;
    while let Some((kind, segment, after)) = next(file, at) {
        at = after;
        if kind == marker::EOI {
            break;
        }
        reading.take(kind, segment)?;
        if kind == marker::SOS {
            at = end_of_scan(file, after);
            reading.kept.extend(&file[after..at]);
        }
    }
    reading.done()
}

impl Reading {
    /// Keeps a segment that a decoder needs; `None` for one that makes the file no picture.
    fn take(&mut self, kind: u8, segment: &[u8]) -> Option<()> {
        match kind {
            marker::APP1 if segment.starts_with(b"Exif\0\0") => self.turned = orientation(segment),
            // Adobe's says what the colours are; only as much of it as is read.
            marker::APP14 if segment.starts_with(b"Adobe") => self.keep(kind, segment.get(..12)?)?,
            0xc0..=0xc2 if self.frame.is_none() => {
                self.frame = Some(Frame::read(kind, segment)?);
                self.keep(kind, segment)?;
            }
            // Another frame, or a way of coding that no decoder here knows.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return None,
            marker::DQT | marker::DHT | marker::DRI => self.keep(kind, segment)?,
            marker::SOS => {
                self.whole &= usize::from(*segment.first()?) == self.frame.as_ref()?.samples.len();
                self.scans += 1;
                self.keep(kind, segment)?;
            }
            _ => {}
        }
        (self.scans <= MOST_SCANS && self.segments <= MOST_SEGMENTS).then_some(())
    }

    fn keep(&mut self, kind: u8, segment: &[u8]) -> Option<()> {
        let length = u16::try_from(segment.len() + 2).ok()?;
        self.kept.extend([0xff, kind]);
        self.kept.extend(length.to_be_bytes());
        self.kept.extend(segment);
        self.segments += 1;
        Some(())
    }

    fn done(mut self) -> Option<StillImage> {
        self.kept.extend([0xff, marker::EOI]);
        let frame = self.frame.filter(|_| self.scans > 0)?;
        let beside = if frame.progressive || !self.whole { frame.coefficients() } else { 0 };
        Some(StillImage { format: ImageFormat::Jpeg, file: self.kept, orientation: self.turned, beside })
    }
}

/// The next marker from here on, what stands in its segment, and where that ends.
fn next(file: &[u8], from: usize) -> Option<(u8, &[u8], usize)> {
    let at = end_of_scan(file, from);
    let kind = *file.get(at + 1)?;
    if kind == marker::EOI {
        return Some((kind, &[], at + 2));
    }
    let after = at + 2 + usize::from(big_endian(file, at + 2)?);
    Some((kind, file.get(at + 4..after)?, after))
}

/// Where the next marker stands that does not belong to the data of a scan; the end if there is none.
fn end_of_scan(file: &[u8], from: usize) -> usize {
    let rest = file.get(from..).unwrap_or_default();
    let belongs = |next: u8| matches!(next, 0 | 1 | 0xd0..=0xd8 | 0xff);
    let found = rest.windows(2).position(|pair| pair[0] == 0xff && !belongs(pair[1]));
    found.map_or(file.len(), |offset| from + offset)
}
