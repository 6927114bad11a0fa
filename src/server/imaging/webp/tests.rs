use super::super::{
    PictureError, Quality, decode, encode, exif, normalise, peek,
    samples::{apart, canvas, file, noise, painted, photo, webp},
};
use super::*;
use crate::domain::source::Removed::{Exif, Frames, Gps, Icc, Trailing, Xmp};

const SIZE: Size = Size::new(80, 60);

/// The chunks of a file, by name.
fn chunk(file: &[u8], name: [u8; 4]) -> Vec<u8> {
    let (_, body, whole) = (Chunks { rest: &file[12..] })
        .find(|chunk| chunk.0 == name)
        .expect("the chunk");
    assert!(whole);
    body.to_vec()
}

fn lossy() -> Vec<u8> {
    chunk(&file(&photo(SIZE), Format::Webp), *b"VP8 ")
}

/// A frame of an animation, at twice this place.
fn frame(at: (u8, u8), size: Size, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = vec![at.0, 0, 0, at.1, 0, 0];
    body.extend_from_slice(&(size.width - 1).to_le_bytes()[..3]);
    body.extend_from_slice(&(size.height - 1).to_le_bytes()[..3]);
    body.extend_from_slice(&[100, 0, 0, 0]);
    body.extend_from_slice(&webp(chunks)[12..]);
    body
}

#[test]
fn lossy_and_lossless_with_and_without_alpha_are_read() {
    let source = photo(SIZE);
    assert!(apart(&source, &decode(&file(&source, Format::Webp)).expect("sound")) < 4.0);
    let glass = painted(SIZE, |x, y| {
        let [r, g, b, _] = [x, y, x + y, 0].map(|value| u8::try_from(value).expect("small"));
        [r, g, b, if x < 40 { 255 } else { 60 }]
    });
    let read = decode(&file(&glass, Format::Webp)).expect("sound");
    assert!(
        read.rgba()
            .iter()
            .skip(3)
            .step_by(4)
            .all(|&alpha| alpha == 255 || alpha == 60)
    );
    let lossless = encode(&glass, Format::Webp, Quality::Lossless).expect("written");
    assert_eq!(decode(&lossless), Ok(glass));
}

#[test]
fn metadata_is_seen_and_dropped_and_missing_metadata_does_no_harm() {
    let pixels = lossy();
    let block = exif::tests::block(false, &[(0x0112, 3, 8), (0x8825, 4, 8)]);
    let mut bytes = webp(&[
        (b"VP8X", &canvas(0x2c, SIZE)),
        (b"ICCP", b"SECRET"),
        (b"VP8 ", &pixels),
        (b"EXIF", &block),
        (b"XMP ", b"SECRET"),
    ]);
    bytes.extend_from_slice(b"SECRET");
    let sound = normalise(&bytes).expect("sound");
    assert_eq!(sound.removed, [Exif, Gps, Xmp, Icc, Trailing]);
    assert_eq!(
        (sound.master.size, sound.master.format),
        (Size::new(60, 80), Format::Png)
    );
    for made in [&sound.master, &sound.preview, &sound.thumb] {
        assert!(!made.bytes.windows(6).any(|some| some == b"SECRET"));
    }
    // Flags that promise what is not there.
    let plain = decode(&webp(&[(b"VP8 ", &pixels)])).expect("sound");
    assert_eq!(
        decode(&webp(&[(b"VP8X", &canvas(0xff, SIZE)), (b"VP8 ", &pixels)])),
        Ok(plain)
    );
}

#[test]
fn the_first_frame_stands_for_an_animation() {
    let (small, red) = (Size::new(50, 52), painted(Size::new(50, 52), |_, _| [255, 0, 0, 255]));
    let red = chunk(
        &encode(&red, Format::Webp, Quality::Lossless).expect("written"),
        *b"VP8L",
    );
    let bytes = webp(&[
        (b"VP8X", &canvas(0x12, SIZE)),
        (b"ANIM", &[0; 6]),
        (b"ANMF", &frame((5, 2), small, &[(b"VP8L", &red)])),
        (b"ANMF", &frame((0, 0), SIZE, &[(b"VP8 ", &lossy())])),
    ]);
    let expected = painted(SIZE, |x, y| {
        if (10..60).contains(&x) && (4..56).contains(&y) {
            [255, 0, 0, 255]
        } else {
            [0; 4]
        }
    });
    assert_eq!(decode(&bytes), Ok(expected));
    assert_eq!(peek(&bytes).expect("sound").removed, [Frames]);
}

#[test]
fn sizes_that_contradict_each_other_are_refused() {
    let pixels = lossy();
    for size in [Size::new(80, 61), Size::new(79, 60), Size::new(8000, 4000)] {
        assert_eq!(
            decode(&webp(&[(b"VP8X", &canvas(0, size)), (b"VP8 ", &pixels)])),
            Err(PictureError::Damaged)
        );
    }
    let outside = frame((1, 0), SIZE, &[(b"VP8 ", &pixels)]);
    let bytes = webp(&[(b"VP8X", &canvas(2, SIZE)), (b"ANIM", &[0; 6]), (b"ANMF", &outside)]);
    assert_eq!(decode(&bytes), Err(PictureError::Damaged));
    let lying = frame((0, 0), Size::new(60, 60), &[(b"VP8 ", &pixels)]);
    let bytes = webp(&[(b"VP8X", &canvas(2, SIZE)), (b"ANIM", &[0; 6]), (b"ANMF", &lying)]);
    assert_eq!(decode(&bytes), Err(PictureError::Damaged));
}

#[test]
fn limits_are_checked_on_the_header() {
    let huge = |width: u32, height: u32| {
        let bits = (width - 1) | (height - 1) << 14;
        let body = [&[0x2f], bits.to_le_bytes().as_slice(), &[0; 8]].concat();
        decode(&webp(&[(b"VP8L", &body)])).map(|pixels| pixels.size())
    };
    assert_eq!(huge(16_384, 16_384), Err(PictureError::TooManyPixels));
    assert_eq!(huge(16_384, 100), Err(PictureError::TooLong));
    assert_eq!(huge(49, 100), Err(PictureError::TooSmall));
    assert_eq!(huge(100, 100), Err(PictureError::Damaged));
}

#[test]
fn what_is_cut_off_is_refused() {
    for pixels in [photo(SIZE), noise(SIZE, 1, true)] {
        for quality in [Quality::Lossless, Quality::Lossy(80)] {
            let whole = encode(&pixels, Format::Webp, quality).expect("written");
            for part in 1..10 {
                let cut = whole.len() * part / 10;
                assert_eq!(decode(&whole[..cut]), Err(PictureError::Damaged), "{part}");
            }
        }
    }
}
