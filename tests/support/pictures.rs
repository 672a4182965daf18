//! Pictures as an attacker makes them: a few kilobytes that claim millions of pixels, and hold them.

/// The colour type of PNG with transparency.
pub(crate) const RGBA: u8 = 6;

/// A black PNG of any size: rows of zeros, compressed 159 to 1.
pub(crate) fn png(width: u32, height: u32, color: u8, depth: u8) -> Vec<u8> {
    png_with(width, height, (color, depth), &[])
}

/// The same with other chunks before the picture's.
pub(crate) fn png_with(width: u32, height: u32, (color, depth): (u8, u8), more: &[u8]) -> Vec<u8> {
    let channels = if color == RGBA { 4 } else { 3 };
    let row = u64::from(width) * channels * u64::from(depth / 8) + 1;
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, color, 0, 0, 0]);
    let picture = zeros(row * u64::from(height));
    [
        b"\x89PNG\r\n\x1a\n",
        &*chunk(*b"IHDR", &header),
        more,
        &chunk(*b"IDAT", &picture),
        &chunk(*b"IEND", &[]),
    ]
    .concat()
}

/// A chunk of PNG.
pub(crate) fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), content].concat();
    let length = u32::try_from(content.len()).expect("a length").to_be_bytes();
    [length.as_slice(), &named, &crc(&named).to_be_bytes()].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256)
        .map(|byte: u32| (0..8).fold(byte, |it, _| if it & 1 == 1 { 0xedb8_8320 ^ it >> 1 } else { it >> 1 }))
        .collect();
    !bytes.iter().fold(!0, |sum, byte| table[(sum & 0xff) as usize ^ usize::from(*byte)] ^ sum >> 8)
}

/// This many zeros in a zlib stream: one, and then `258 more of the same` again and again.
pub(crate) fn zeros(count: u64) -> Vec<u8> {
    let mut bits = Bits { bytes: vec![0x78, 0x01], filled: 0 };
    // The last block, with the fixed codes; the literal 0.
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    bits.push(0b0011_0000_u8.reverse_bits().into(), 8);
    let mut left = count - 1;
    while left >= 258 {
        // Length 258, distance 1.
        bits.push(0b1100_0101_u8.reverse_bits().into(), 8);
        bits.push(0, 5);
        left -= 258;
    }
    for _ in 0..left {
        bits.push(0b0011_0000_u8.reverse_bits().into(), 8);
    }
    bits.push(0, 7);
    let sum = u32::try_from(count % 65_521).expect("a remainder") << 16 | 1;
    [bits.bytes.as_slice(), &sum.to_be_bytes()].concat()
}

struct Bits {
    bytes: Vec<u8>,
    filled: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        for place in 0..count {
            if self.filled.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().expect("a byte");
            *last |= u8::try_from(bits >> place & 1).expect("a bit") << (self.filled % 8);
            self.filled += 1;
        }
    }
}

/// How a JPEG is made.
#[derive(Clone, Copy)]
pub(crate) struct Jpeg {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) progressive: bool,
    /// How many further scans go over the picture.
    pub(crate) more_scans: usize,
    /// How the camera says that it was held, 1 to 8.
    pub(crate) orientation: u8,
}

/// A grey JPEG in three components of full size. Each coefficient of its blocks is one bit, and that is zero.
pub(crate) fn jpeg(it: Jpeg) -> Vec<u8> {
    let exif =
        [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[it.orientation, 0, 0]]
            .concat();
    let (height, width) = (it.height.to_be_bytes(), it.width.to_be_bytes());
    let frame = [&[8], &height[..], &width, &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]].concat();
    // One code of one bit, which stands for the symbol 0.
    let table = |class: u8| [&[class, 1], &[0; 15][..], &[0]].concat();
    let mut file = vec![0xff, 0xd8];
    for (kind, content) in [
        (0xe1, exif),
        (0xdb, [&[0], &[1; 64][..]].concat()),
        (if it.progressive { 0xc2 } else { 0xc0 }, frame),
        (0xc4, [table(0x00), table(0x10)].concat()),
    ] {
        file.extend(segment(kind, &content));
    }
    let blocks = usize::from(it.width.div_ceil(8)) * usize::from(it.height.div_ceil(8));
    let (end, bits) = if it.progressive { (0, 1) } else { (63, 2) };
    file.extend(segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, end, 0]));
    file.resize(file.len() + (blocks * 3 * bits).div_ceil(8) + 1, 0);
    for _ in 0..it.more_scans {
        file.extend(segment(0xda, &[1, 1, 0, 1, 63, 0]));
        file.resize(file.len() + blocks.div_ceil(8) + 1, 0);
    }
    [file.as_slice(), &[0xff, 0xd9]].concat()
}

fn segment(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a length").to_be_bytes();
    [&[0xff, kind], length.as_slice(), content].concat()
}
