//! Sound files with something wrong in them, the same on every run.

use crate::harness::pictures;
use image::{DynamicImage, ImageFormat};
use std::io::Cursor;

/// A small generator of numbers (`SplitMix64`).
pub struct Numbers(pub u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).expect("below the bound")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// Sound files, small, of every kind we take and with every kind of block.
pub fn sound() -> Vec<Vec<u8>> {
    let (jpeg, png) = (pictures::jpeg(72, 56), pictures::png(72, 56));
    let picture = image::load_from_memory(&png).expect("a picture");
    let mut veiled = picture.to_rgba8();
    for (x, _, pixel) in veiled.enumerate_pixels_mut() {
        pixel[3] = u8::try_from(x * 3).expect("below 256");
    }
    let veiled = DynamicImage::from(veiled);
    let written = |picture: &DynamicImage, format| {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).expect("a file");
        file.into_inner()
    };
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let in_jpeg = |segment: &[u8]| {
        let length = u16::try_from(segment.len() + 2).expect("short").to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, segment, &jpeg[2..]].concat()
    };
    vec![
        in_jpeg(exif),
        jpeg.clone(),
        png.clone(),
        super::files::with_chunk(&png, *b"eXIf", &exif[6..]),
        written(&veiled, ImageFormat::Png),
        written(&DynamicImage::from(picture.to_luma16()), ImageFormat::Png),
        written(&picture, ImageFormat::WebP),
        written(&veiled, ImageFormat::WebP),
        written(&picture, ImageFormat::Gif),
        include_bytes!("../../../public/styles/night.webp").to_vec(),
    ]
}

/// A file with one to four things wrong in it.
pub fn mutated(sound: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut file = sound[numbers.below(sound.len())].clone();
    for _ in 0..=numbers.below(4) {
        hurt(&mut file, sound, numbers);
    }
    // Half of the PNGs get right sums again, or nothing behind the sums would ever be reached.
    if file.starts_with(b"\x89PNG") && numbers.below(2) == 0 {
        mend_sums(&mut file);
    }
    file
}

fn hurt(file: &mut Vec<u8>, sound: &[Vec<u8>], numbers: &mut Numbers) {
    /// Numbers that programs get wrong.
    const EXTREMES: [u32; 8] = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
    let length = file.len();
    if length < 16 {
        return;
    }
    // Headers are where the numbers are: half of the time there.
    let reach = if numbers.below(2) == 0 { length.min(120) } else { length };
    let at = numbers.below(reach);
    let some = 1 + numbers.below(40);
    match numbers.below(9) {
        0 => file[at] ^= 1 << numbers.below(8),
        1 => file[at] = numbers.byte(),
        2 => {
            let value = EXTREMES[numbers.below(EXTREMES.len())].to_be_bytes();
            let bytes = 1 << numbers.below(3);
            for (place, byte) in file[at..].iter_mut().zip(&value[4 - bytes..]) {
                *place = *byte;
            }
        }
        3 => file.truncate(length - numbers.below(length / 2)),
        4 => {
            file.drain(at..(at + some).min(length));
        }
        5 => {
            let again = file[at..(at + some).min(length)].to_vec();
            file.splice(at..at, again);
        }
        6 => {
            let noise: Vec<u8> = (0..some).map(|_| numbers.byte()).collect();
            file.splice(at..at, noise);
        }
        7 => {
            let other = &sound[numbers.below(sound.len())];
            let from = numbers.below(other.len());
            let piece = &other[from..(from + some * 8).min(other.len())];
            file.splice(at..(at + some).min(length), piece.iter().copied());
        }
        _ => file.extend_from_slice(b"<?php <script PK\x03\x04"),
    }
}

/// Writes the sums that the chunks have now, as far as their lengths lead.
fn mend_sums(file: &mut [u8]) {
    let mut at = 8;
    while let Some(head) = file.get(at..at + 4) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(end) = at.checked_add(length).and_then(|end| end.checked_add(8)) else {
            return;
        };
        if file.len() < end + 4 {
            return;
        }
        let mut sum = flate2::Crc::new();
        sum.update(&file[at + 4..end]);
        file[end..end + 4].copy_from_slice(&sum.sum().to_be_bytes());
        at = end + 4;
    }
}
