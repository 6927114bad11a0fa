//! JPEGs: a photograph with something wrong in it, and one that is nothing but scans.

use std::fmt::Write as _;

/// A photograph of ours, as it came.
pub(super) const PHOTOGRAPH: &[u8] = include_bytes!("../../../../end2end/pictures/rocket.jpg");

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("a segment");
    [&[0xff, marker][..], &length.to_be_bytes(), body].concat()
}

/// The photograph with another segment at its beginning.
fn with_segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&PHOTOGRAPH[..2], &segment(marker, body), &PHOTOGRAPH[2..]].concat()
}

pub(super) fn with_comment(words: &[u8]) -> Vec<u8> {
    with_segment(0xfe, words)
}

/// Where the photograph's frame header is.
fn frame_at() -> usize {
    let mut at = 2;
    while !matches!(PHOTOGRAPH[at + 1], 0xc0..=0xc2) {
        at += 2 + usize::from(u16::from_be_bytes([PHOTOGRAPH[at + 2], PHOTOGRAPH[at + 3]]));
    }
    at
}

pub(super) fn with_frame_size(width: u16, height: u16) -> Vec<u8> {
    let mut file = PHOTOGRAPH.to_vec();
    let at = frame_at() + 5;
    file[at..at + 2].copy_from_slice(&height.to_be_bytes());
    file[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
    file
}

pub(super) fn two_frames() -> Vec<u8> {
    let at = frame_at();
    let end = at + 2 + usize::from(u16::from_be_bytes([PHOTOGRAPH[at + 2], PHOTOGRAPH[at + 3]]));
    let mut second = PHOTOGRAPH[at..end].to_vec();
    second[5..9].copy_from_slice(&[0xff; 4]);
    [&PHOTOGRAPH[..end], &second, &PHOTOGRAPH[end..]].concat()
}

pub(super) fn filled(bytes: usize) -> Vec<u8> {
    [&PHOTOGRAPH[..2], &vec![0xff; bytes][..], &PHOTOGRAPH[2..]].concat()
}

pub(super) fn comments(number: usize) -> Vec<u8> {
    [&PHOTOGRAPH[..2], &segment(0xfe, b"x").repeat(number), &PHOTOGRAPH[2..]].concat()
}

/// A profile in so many parts, each as long as a segment can be.
pub(super) fn many_profiles(parts: u8) -> Vec<u8> {
    let mut file = PHOTOGRAPH[..2].to_vec();
    for part in 1..=parts {
        let mut body = b"ICC_PROFILE\0".to_vec();
        body.extend([part, parts]);
        body.resize(65_533, 0x20);
        file.extend(segment(0xe2, &body));
    }
    file.extend(&PHOTOGRAPH[2..]);
    file
}

/// Camera data whose directories point at themselves and each other, with lengths beyond everything.
pub(super) fn circular_exif() -> Vec<u8> {
    let mut block = b"Exif\0\0MM\0*\0\0\0\x08\0\x04".to_vec();
    for (tag, kind, count, value) in [
        (0x0112_u16, 3_u16, 1_u32, 1_u32 << 16),
        (0x8769, 4, 1, 8),
        (0x8825, 4, u32::MAX, 8),
        (0x010f, 2, u32::MAX, u32::MAX - 3),
    ] {
        block.extend(tag.to_be_bytes());
        block.extend(kind.to_be_bytes());
        block.extend(count.to_be_bytes());
        block.extend(value.to_be_bytes());
    }
    block.extend(8_u32.to_be_bytes());
    with_segment(0xe1, &block)
}

/// A grey progressive JPEG: the means of all blocks, then scan after scan that says that nothing follows.
pub(super) fn scans(width: u16, height: u16, number: usize) -> Vec<u8> {
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    let mut file = vec![0xff, 0xd8];
    file.extend(segment(0xdb, &[&[0][..], &[1; 64]].concat()));
    let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
    file.extend(segment(0xc2, &[8, h[0], h[1], w[0], w[1], 1, 1, 0x11, 0]));
    // One code of one bit each: no difference; and the longest run of blocks in which nothing follows.
    for (class, symbol) in [(0x00, 0x00), (0x10, 0xe0)] {
        let mut table = vec![class, 1];
        table.extend([0; 15]);
        table.push(symbol);
        file.extend(segment(0xc4, &table));
    }
    file.extend(segment(0xda, &[1, 1, 0, 0, 0, 0]));
    file.extend(vec![0; blocks.div_ceil(8)]);
    // A run is the bit of its code, then fourteen bits that add to 16,384.
    let mut bits = String::new();
    let mut left = blocks;
    while left >= 16_384 {
        let run = left.min(32_767);
        write!(bits, "0{:014b}", run - 16_384).expect("text takes it");
        left -= run;
    }
    // Fewer blocks than a run has: their scans end early, which a decoder notices or not.
    bits += &"1".repeat((8 - bits.len() % 8) % 8);
    let mut entropy = Vec::new();
    for byte in bits.as_bytes().chunks(8) {
        let byte = byte.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
        entropy.push(byte);
        if byte == 0xff {
            entropy.push(0);
        }
    }
    for scan in 1..number {
        let coefficient = u8::try_from((scan - 1) % 63 + 1).expect("below 64");
        file.extend(segment(0xda, &[1, 1, 0, coefficient, coefficient, 0]));
        file.extend(&entropy);
    }
    file.extend([0xff, 0xd9]);
    file
}
