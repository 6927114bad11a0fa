//! Pictures: sound ones, strange ones, and files that are none.

use image::{
    ExtendedColorType, ImageEncoder as _, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use pochoir::domain::source::Rect;

/// Soft colours with an edge and a little grain: something to describe, to paint and to compress.
fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let channel = |value: u32| u8::try_from(value % 256).expect("below 256");
        let grain = (x * 31 + y * 17) % 7;
        if y * 3 < height * 2 {
            Rgb([
                channel(90 + y * 80 / height + grain),
                channel(130 + grain),
                channel(200 - y * 60 / height),
            ])
        } else {
            Rgb([channel(60 + x * 90 / width + grain), channel(110 + grain), channel(50)])
        }
    })
}

/// A sound JPEG.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 88)
        .write_image(&scene(width, height), width, height, ExtendedColorType::Rgb8)
        .expect("a JPEG");
    file
}

/// A sound PNG.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&scene(width, height), width, height, ExtendedColorType::Rgb8)
        .expect("a PNG");
    file
}

/// A mask: transparent inside the rectangle from a quarter to a half of each side, so that this may change.
pub fn mask(width: u32, height: u32) -> Vec<u8> {
    alpha(width, height, |x, y| {
        let inside = |at: u32, side: u32| at >= side / 4 && at < side / 2;
        if inside(x, width) && inside(y, height) { 0 } else { 255 }
    })
}

/// A mask whose hole is this rectangle.
pub fn hole(width: u32, height: u32, hole: Rect) -> Vec<u8> {
    alpha(width, height, |x, y| {
        let inside = (hole.x..hole.x + hole.width).contains(&x) && (hole.y..hole.y + hole.height).contains(&y);
        if inside { 0 } else { 255 }
    })
}

/// A PNG of one alpha everywhere.
pub fn even(width: u32, height: u32, value: u8) -> Vec<u8> {
    alpha(width, height, |_, _| value)
}

fn alpha(width: u32, height: u32, value: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |x, y| Rgba([0, 0, 0, value(x, y)]));
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&picture, width, height, ExtendedColorType::Rgba8)
        .expect("a PNG");
    file
}

/// The header of a PNG that claims to be this large, and nothing after it.
pub fn lying_png(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\r".to_vec();
    let sum = crc32(&header);
    file.extend(header);
    file.extend(sum.to_be_bytes());
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

/// A drawing in words.
pub const SVG: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\"><script>alert(1)</script></svg>";
