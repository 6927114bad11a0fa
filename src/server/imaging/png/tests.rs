use super::super::{
    PictureError, decode, exif, normalise, peek,
    samples::{file, noise, painted, photo, with_chunk, zlib},
};
use super::*;
use crate::domain::source::Removed::{Exif, Frames, Gps, Icc, Text, Trailing, Xmp};
use ::png::{BitDepth, ColorType};

const SIZE: Size = Size::new(70, 53);

/// A PNG of these rows, as the library writes it.
fn written(
    colour: ColorType,
    depth: BitDepth,
    rows: &[u8],
    set: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, SIZE.width, SIZE.height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    set(&mut encoder);
    encoder
        .write_header()
        .expect("header")
        .write_image_data(rows)
        .expect("rows");
    bytes
}

fn value(x: u32, y: u32) -> u8 {
    u8::try_from((x * 3 + y * 2) % 256).expect("small")
}

fn places() -> impl Iterator<Item = (u32, u32)> {
    (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (x, y)))
}

#[test]
fn every_kind_of_pixel_is_read() {
    let grey = painted(SIZE, |x, y| [value(x, y), value(x, y), value(x, y), 255]);
    let bytes: Vec<u8> = places().map(|(x, y)| value(x, y)).collect();
    assert_eq!(
        decode(&written(ColorType::Grayscale, BitDepth::Eight, &bytes, |_| {})).as_ref(),
        Ok(&grey)
    );
    // 16 bits are rounded to the nearest of 8.
    let wide: Vec<u8> = bytes
        .iter()
        .flat_map(|&value| (u16::from(value) * 257).to_be_bytes())
        .collect();
    assert_eq!(
        decode(&written(ColorType::Grayscale, BitDepth::Sixteen, &wide, |_| {})).as_ref(),
        Ok(&grey)
    );
    let nearly: Vec<u8> = bytes
        .iter()
        .flat_map(|&value| (u16::from(value) * 257).saturating_add(120).to_be_bytes())
        .collect();
    assert_eq!(
        decode(&written(ColorType::Grayscale, BitDepth::Sixteen, &nearly, |_| {})).as_ref(),
        Ok(&grey)
    );

    let glass = painted(SIZE, |x, y| [value(x, y), value(y, x), 7, value(x, x)]);
    let wide: Vec<u8> = glass
        .rgba()
        .iter()
        .flat_map(|&value| (u16::from(value) * 257).to_be_bytes())
        .collect();
    assert_eq!(
        decode(&written(ColorType::Rgba, BitDepth::Sixteen, &wide, |_| {})).as_ref(),
        Ok(&glass)
    );
    let pair: Vec<u8> = places().flat_map(|(x, y)| [value(x, y), value(y, x)]).collect();
    let expected = painted(SIZE, |x, y| [value(x, y), value(x, y), value(x, y), value(y, x)]);
    assert_eq!(
        decode(&written(ColorType::GrayscaleAlpha, BitDepth::Eight, &pair, |_| {})),
        Ok(expected)
    );
}

#[test]
fn palettes_and_their_transparency_are_read() {
    let rows: Vec<u8> = (0..SIZE.height)
        .flat_map(|y| (0..SIZE.width.div_ceil(2)).map(move |x| if (x + y) % 2 == 0 { 0x01 } else { 0x12 }))
        .collect();
    let bytes = written(ColorType::Indexed, BitDepth::Four, &rows, |encoder| {
        encoder.set_palette(vec![1, 2, 3, 40, 50, 60, 200, 210, 220]);
        encoder.set_trns(vec![0, 128]);
    });
    let colours = [[1, 2, 3, 0], [40, 50, 60, 128], [200, 210, 220, 255]];
    let expected = painted(SIZE, |x, y| {
        let pair = if (x / 2 + y) % 2 == 0 { [0, 1] } else { [1, 2] };
        colours[pair[(x % 2) as usize]]
    });
    assert_eq!(decode(&bytes), Ok(expected));

    let rows: Vec<u8> = places().map(|(x, y)| value(x, y)).collect();
    let bytes = written(ColorType::Grayscale, BitDepth::Eight, &rows, |encoder| {
        encoder.set_trns(vec![0, 9]);
    });
    let expected = painted(SIZE, |x, y| {
        let grey = value(x, y);
        [grey, grey, grey, if grey == 9 { 0 } else { 255 }]
    });
    assert_eq!(decode(&bytes), Ok(expected));
}

#[test]
fn single_bits_and_wide_keys_are_read() {
    // Rows of one bit a pixel, nine bytes each.
    let rows: Vec<u8> = (0..SIZE.height)
        .flat_map(|y| [if y % 2 == 0 { 0b1100_0110 } else { 0b0001_1010 }; 9])
        .collect();
    let bit = |x: u32, y: u32| rows[(y * 9 + x / 8) as usize] >> (7 - x % 8) & 1;
    let grey = painted(SIZE, |x, y| {
        let value = bit(x, y) * 255;
        [value, value, value, 255]
    });
    assert_eq!(
        decode(&written(ColorType::Grayscale, BitDepth::One, &rows, |_| {})),
        Ok(grey)
    );
    let bytes = written(ColorType::Indexed, BitDepth::One, &rows, |encoder| {
        encoder.set_palette(vec![9, 8, 7, 250, 100, 30]);
        encoder.set_trns(vec![40]);
    });
    let colours = [[9, 8, 7, 40], [250, 100, 30, 255]];
    assert_eq!(
        decode(&bytes),
        Ok(painted(SIZE, |x, y| colours[usize::from(bit(x, y))]))
    );

    // A key of sixteen bits is that colour alone, not all that look the same in eight.
    let wide: Vec<u8> = places()
        .flat_map(|(x, _)| [0x1234, 0x5678, if x % 2 == 0 { 0x9abc } else { 0x9abd }])
        .flat_map(u16::to_be_bytes)
        .collect();
    let bytes = written(ColorType::Rgb, BitDepth::Sixteen, &wide, |encoder| {
        encoder.set_trns(vec![0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc]);
    });
    let expected = painted(SIZE, |x, _| [0x12, 0x56, 0x9a, if x % 2 == 0 { 0 } else { 255 }]);
    assert_eq!(decode(&bytes), Ok(expected));
}

#[test]
fn interlaced_pictures_are_read() {
    // Written by hand: seven passes without filters, in blocks without compression.
    let source = noise(SIZE, 3, true);
    let mut raw = Vec::new();
    for (x0, y0, dx, dy) in [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ] {
        for y in (y0..SIZE.height).step_by(dy) {
            raw.push(0);
            for x in (x0..SIZE.width).step_by(dx) {
                raw.extend_from_slice(&source.rgba()[((y * SIZE.width + x) * 4) as usize..][..4]);
            }
        }
    }
    let data = zlib(&raw);
    let header = [
        &SIZE.width.to_be_bytes()[..],
        &SIZE.height.to_be_bytes(),
        &[8, 6, 0, 0, 1],
    ]
    .concat();
    let empty = [SIGNATURE, &[0; 25]].concat();
    let chunk = |name: &[u8; 4], body: &[u8]| with_chunk(&empty, *name, body)[33..].to_vec();
    let bytes = [
        SIGNATURE,
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", &data),
        &chunk(b"IEND", b""),
    ]
    .concat();
    assert_eq!(decode(&bytes), Ok(source));
}

#[test]
fn orientation_and_metadata_of_a_png_are_seen_and_dropped() {
    let source = photo(SIZE);
    let mut bytes = file(&source, Format::Png);
    bytes = with_chunk(
        &bytes,
        *b"eXIf",
        &exif::tests::block(true, &[(0x0112, 3, 6), (0x8825, 4, 8)]),
    );
    bytes = with_chunk(&bytes, *b"tEXt", b"Comment\0SECRET");
    bytes = with_chunk(&bytes, *b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET");
    bytes = with_chunk(&bytes, *b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    bytes = with_chunk(&bytes, *b"iCCP", b"name\0\0SECRET");
    bytes.extend_from_slice(b"SECRET");
    let sound = normalise(&bytes).expect("sound");
    assert_eq!(sound.removed, [Exif, Gps, Xmp, Icc, Text, Frames, Trailing]);
    assert_eq!(sound.master.size, Size::new(53, 70));
    assert!(!sound.master.bytes.windows(6).any(|some| some == b"SECRET"));
    assert_eq!(peek(&sound.master.bytes).expect("ours").removed, []);
}

#[test]
fn broken_chunks_that_are_not_pixels_do_no_harm() {
    let source = photo(SIZE);
    let whole = file(&source, Format::Png);
    for name in [
        b"eXIf", b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"acTL", b"fcTL", b"fdAT", b"pHYs", b"zTXt", b"cICP", b"tIME",
        b"abCd",
    ] {
        for body in [b"".as_slice(), b"\0", b"\xff\xff\xff\xff\xff\xff", &[0; 26]] {
            let mut bytes = with_chunk(&whole, *name, body);
            assert_eq!(decode(&bytes).as_ref(), Ok(&source), "{name:?} {body:?}");
            // With a wrong checksum as well.
            bytes[33 + 8 + body.len()] ^= 1;
            assert_eq!(decode(&bytes).as_ref(), Ok(&source), "{name:?} {body:?}");
        }
    }
}

#[test]
fn profiles_of_a_png_are_used() {
    let source = painted(SIZE, |_, _| [200, 100, 50, 128]);
    let p3 = painted(SIZE, |_, _| [215, 93, 31, 128]);
    // Display P3 in four bytes: primaries 12, transfer of sRGB.
    let bytes = with_chunk(&file(&source, Format::Png), *b"cICP", &[12, 13, 0, 1]);
    let read = decode(&bytes).expect("sound");
    assert!(
        super::super::samples::apart(&p3, &read) < 1.0,
        "{:?}",
        &read.rgba()[..4]
    );
    let mut encoded = Vec::new();
    let mut info = ::png::Info::with_size(SIZE.width, SIZE.height);
    info.color_type = ColorType::Rgba;
    info.bit_depth = BitDepth::Eight;
    info.icc_profile = Some(
        moxcms::ColorProfile::new_display_p3()
            .encode()
            .expect("a profile")
            .into(),
    );
    Encoder::with_info(&mut encoded, info)
        .expect("sound")
        .write_header()
        .expect("header")
        .write_image_data(source.rgba())
        .expect("rows");
    let read = decode(&encoded).expect("sound");
    assert!(
        super::super::samples::apart(&p3, &read) < 1.0,
        "{:?}",
        &read.rgba()[..4]
    );
}

#[test]
fn a_missing_end_is_shown_and_missing_pixels_are_refused() {
    let source = photo(SIZE);
    let whole = file(&source, Format::Png);
    assert_eq!(decode(&whole[..whole.len() - 12]), Ok(source));
    for part in 1..10 {
        let cut = 60 + (whole.len() - 80) * part / 10;
        assert_eq!(decode(&whole[..cut]), Err(PictureError::Damaged), "{part}");
    }
}

#[test]
fn limits_are_checked_on_the_header() {
    let sized = |width: u32, height: u32| {
        let mut bytes = file(&photo(SIZE), Format::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = super::super::samples::crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        decode(&bytes).map(|pixels| pixels.size())
    };
    assert_eq!(sized(50_000, 50_000), Err(PictureError::TooManyPixels));
    assert_eq!(sized(u32::MAX, u32::MAX), Err(PictureError::TooManyPixels));
    assert_eq!(sized(20_000, 100), Err(PictureError::TooLong));
    assert_eq!(sized(70, 49), Err(PictureError::TooSmall));
    assert_eq!(sized(0, 70), Err(PictureError::Damaged));
    assert_eq!(sized(70, 54), Err(PictureError::Damaged));
    // A second header, with a size that was never looked at.
    let bytes = file(&photo(SIZE), Format::Png);
    assert_eq!(
        decode(&[&bytes[..33], &bytes[8..]].concat()),
        Err(PictureError::Damaged)
    );
}
