//! Pictures and files for the tests, made here so that every byte of them is understood.

use super::{Pixels, Quality, encode};
use crate::domain::{source::Format, spec::Size};

/// A small generator of numbers, the same on every run.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below the bound")
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// A picture with this colour at each place.
pub(super) fn painted(size: Size, colour: impl Fn(u32, u32) -> [u8; 4]) -> Pixels {
    let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    Pixels::new(size, places.flat_map(|(x, y)| colour(x, y)).collect()).expect("all pixels")
}

/// Something like a photograph: soft hills of several sizes with a little grain.
pub(super) fn photo(size: Size) -> Pixels {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a byte"
    )]
    painted(size, |x, y| {
        let (u, v) = (f64::from(x), f64::from(y));
        let hill = (u / 23.0).sin() * (v / 17.0).cos() * 50.0 + (u / 7.0 + v / 9.0).sin() * 25.0;
        let grain = f64::from(u32::from(grain(x, y)) % 9);
        let byte = |value: f64| value.clamp(0.0, 255.0) as u8;
        [
            byte(120.0 + hill + grain),
            byte(110.0 + hill * 0.7 - grain),
            byte(90.0 - hill * 0.5 + grain),
            255,
        ]
    })
}

/// Nothing but noise, alpha too where asked for.
pub(super) fn noise(size: Size, seed: u64, alpha: bool) -> Pixels {
    let mut numbers = Numbers(seed);
    let bytes = (0..size.pixels()).flat_map(|_| {
        let [r, g, b, a, ..] = numbers.next().to_le_bytes();
        [r, g, b, if alpha { a } else { 255 }]
    });
    Pixels::new(size, bytes.collect()).expect("all pixels")
}

fn grain(x: u32, y: u32) -> u8 {
    Numbers(u64::from(x) << 32 | u64::from(y)).byte()
}

/// The picture as a file of ours.
pub(super) fn file(pixels: &Pixels, format: Format) -> Vec<u8> {
    let quality = if format == Format::Png {
        Quality::Lossless
    } else {
        Quality::Lossy(90)
    };
    encode(pixels, format, quality).expect("written").to_vec()
}

/// A JPEG with everything the encoder offers.
pub(super) fn jpeg(pixels: &Pixels, set: impl FnOnce(&mut jpeg_encoder::Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    set(&mut encoder);
    let side = |value: u32| u16::try_from(value).expect("short");
    let (width, height) = (side(pixels.size().width), side(pixels.size().height));
    encoder
        .encode(pixels.rgba(), width, height, jpeg_encoder::ColorType::Rgba)
        .expect("written");
    bytes
}

/// The JPEG with one more segment after its first two bytes.
pub(super) fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, body, &jpeg[2..]].concat()
}

/// The PNG with one more chunk after its header.
pub(super) fn with_chunk(png: &[u8], name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(body.len()).expect("short").to_be_bytes().to_vec();
    chunk.extend_from_slice(&name);
    chunk.extend_from_slice(body);
    chunk.extend_from_slice(&crc(&chunk[4..]).to_be_bytes());
    [&png[..33], &chunk, &png[33..]].concat()
}

/// The checksum of PNG chunks.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
        })
    })
}

/// The bytes in blocks without compression, as PNG's data and profiles are wrapped.
pub(super) fn zlib(raw: &[u8]) -> Vec<u8> {
    let mut data = vec![0x78, 0x01];
    let mut blocks = raw.chunks(60_000).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).expect("short");
        data.push(u8::from(blocks.peek().is_none()));
        data.extend_from_slice(&length.to_le_bytes());
        data.extend_from_slice(&(!length).to_le_bytes());
        data.extend_from_slice(block);
    }
    let (a, b) = raw.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    data.extend_from_slice(&(b << 16 | a).to_be_bytes());
    data
}

/// A WebP of these chunks.
pub(super) fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, bytes) in chunks {
        body.extend_from_slice(*name);
        body.extend_from_slice(&u32::try_from(bytes.len()).expect("short").to_le_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(&[0][..bytes.len() % 2]);
    }
    [
        b"RIFF".as_slice(),
        &u32::try_from(body.len()).expect("short").to_le_bytes(),
        &body,
    ]
    .concat()
}

/// Body of a VP8X chunk.
pub(super) fn canvas(flags: u8, size: Size) -> Vec<u8> {
    let mut body = vec![flags, 0, 0, 0];
    body.extend_from_slice(&(size.width - 1).to_le_bytes()[..3]);
    body.extend_from_slice(&(size.height - 1).to_le_bytes()[..3]);
    body
}

/// A GIF of these frames.
pub(super) fn gif(frames: &[&Pixels]) -> Vec<u8> {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for frame in frames {
            let size = frame.size();
            let buffer = image::RgbaImage::from_raw(size.width, size.height, frame.rgba().to_vec()).expect("fits");
            encoder.encode_frame(image::Frame::new(buffer)).expect("written");
        }
    }
    bytes
}

/// The mean difference of two pictures' values.
pub(super) fn apart(one: &Pixels, other: &Pixels) -> f64 {
    assert_eq!(one.size(), other.size());
    let sum: u64 = one
        .rgba()
        .iter()
        .zip(other.rgba())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "small pictures")]
    let mean = sum as f64 / one.rgba().len() as f64;
    mean
}
