//! PNG files, and noughts by the million.

use super::{MIB, PAGE, PHP};
use flate2::{Compression, write::ZlibEncoder};
use std::io::Write as _;

/// This many noughts as zlib has them: a thousandth.
pub(super) fn compressed_zeros(bytes: usize) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
    let some = vec![0; MIB];
    let mut left = bytes;
    while left > 0 {
        let now = left.min(some.len());
        out.write_all(&some[..now]).expect("memory takes it");
        left -= now;
    }
    out.finish().expect("memory takes it")
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).expect("memory takes it");
    out.finish().expect("memory takes it")
}

fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(name);
    sum.update(body);
    let length = u32::try_from(body.len()).expect("a chunk");
    [&length.to_be_bytes()[..], name, body, &sum.sum().to_be_bytes()[..]].concat()
}

/// A grey PNG with this for its rows.
pub(super) fn png(width: u32, height: u32, depth: u8, rows: &[u8]) -> Vec<u8> {
    png_of(width, height, depth, 0, rows)
}

pub(super) fn png_of(width: u32, height: u32, depth: u8, colour: u8, rows: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, colour, 0, 0, 0]);
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", rows),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// Where the chunks after the header begin.
const AFTER_HEADER: usize = 8 + 25;

/// The PNG with another chunk before its pixels.
pub fn with_chunk(png: &[u8], name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(AFTER_HEADER);
    [head, &chunk(&name, body), rest].concat()
}

pub(super) fn many_chunks(number: usize) -> Vec<u8> {
    let file = png(60, 60, 8, &compressed_zeros(60 * 61));
    let (head, rest) = file.split_at(AFTER_HEADER);
    [head, &chunk(b"xxXx", b"").repeat(number), rest].concat()
}

pub(super) fn lying_chunk(png: &[u8]) -> Vec<u8> {
    let (head, rest) = png.split_at(AFTER_HEADER);
    [head, b"\xff\xff\xff\xfftEXt", rest].concat()
}

/// Noise that zlib cannot make smaller, with words in it: where rows are stored as they are, the words would stand in
/// the file.
pub(super) fn spelt() -> Vec<u8> {
    let mut state = 1_u64;
    let mut rows = Vec::new();
    for y in 0..200 {
        rows.push(0);
        let begin = rows.len();
        rows.extend((0..600).map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        }));
        for (place, words) in [PHP, PAGE, b"%PDF-1.7", b"Exif\0\0MM\0*"].into_iter().enumerate() {
            let at = begin + (y * 7 + place * 150) % (600 - words.len());
            rows[at..at + words.len()].copy_from_slice(words);
        }
    }
    png_of(200, 200, 8, 2, &deflated(&rows))
}
