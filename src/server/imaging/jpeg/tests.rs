use super::super::{
    PictureError, Pixels, Quality, decode, encode, exif, normalise, peek,
    samples::{apart, file, jpeg, painted, photo, with_segment},
};
use super::*;
use crate::domain::source::Removed::{Exif, Gps, Icc, Iptc, Text, Trailing, Xmp};
use jpeg_encoder::SamplingFactor;

const SIZE: Size = Size::new(96, 64);

fn baseline() -> Vec<u8> {
    jpeg(&photo(SIZE), |_| {})
}

fn progressive() -> Vec<u8> {
    jpeg(&photo(SIZE), |encoder| encoder.set_progressive(true))
}

/// The place of the frame header.
fn frame_at(file: &[u8]) -> usize {
    file.windows(2)
        .position(|pair| matches!(pair, [0xff, 0xc0 | 0xc2]))
        .expect("a frame")
}

fn without_end(mut file: Vec<u8>) -> Vec<u8> {
    assert!(file.ends_with(&[0xff, 0xd9]));
    file.truncate(file.len() - 2);
    file
}

#[test]
fn pixels_survive_every_way_of_writing_them() {
    let source = photo(SIZE);
    for (factor, most) in [
        (SamplingFactor::R_4_4_4, 2.0),
        (SamplingFactor::R_4_2_2, 4.0),
        (SamplingFactor::R_4_2_0, 4.0),
        (SamplingFactor::R_4_4_0, 4.0),
    ] {
        for progressive in [false, true] {
            for restart in [0, 3] {
                let bytes = jpeg(&source, |encoder| {
                    encoder.set_sampling_factor(factor);
                    encoder.set_progressive(progressive);
                    if restart > 0 {
                        encoder.set_restart_interval(restart);
                    }
                });
                let read = decode(&bytes).expect("sound");
                assert!(read.is_opaque());
                assert!(
                    apart(&source, &read) < most,
                    "{factor:?} {progressive} {}",
                    apart(&source, &read)
                );
            }
        }
    }
}

#[test]
fn masters_keep_thin_red_lines() {
    let source = painted(
        SIZE,
        |x, _| if x % 8 == 3 { [255, 0, 0, 255] } else { [0, 0, 255, 255] },
    );
    let bytes = encode(&source, Format::Jpeg, Quality::Lossy(95)).expect("written");
    assert!(apart(&source, &decode(&bytes).expect("sound")) < 3.0);
    assert_eq!(
        encode(&source, Format::Jpeg, Quality::Lossless),
        Err(EncodeError(Format::Jpeg))
    );
}

#[test]
fn what_is_see_through_becomes_white() {
    let source = painted(SIZE, |_, _| [255, 0, 0, 0]);
    let bytes = encode(&source, Format::Jpeg, Quality::Lossy(95)).expect("written");
    assert!(decode(&bytes).expect("sound").rgba().iter().all(|&value| value > 250));
}

#[test]
fn grey_and_four_inks_are_read() {
    let source = painted(SIZE, |x, y| {
        let grey = u8::try_from((x * 2 + y) % 256).expect("small");
        [grey, grey, grey, 255]
    });
    let (width, height) = (96, 64);
    let grey: Vec<u8> = source.rgba().iter().step_by(4).copied().collect();
    for progressive in [false, true] {
        let write = |bytes: &[u8], colour| {
            let mut out = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut out, 95);
            encoder.set_progressive(progressive);
            encoder.encode(bytes, width, height, colour).expect("written");
            out
        };
        assert!(
            apart(
                &source,
                &decode(&write(&grey, jpeg_encoder::ColorType::Luma)).expect("sound")
            ) < 1.5
        );
        // Only black ink, and an orange of two inks.
        let inks: Vec<u8> = grey.iter().flat_map(|&value| [0, 0, 0, 255 - value]).collect();
        let orange: Vec<u8> = grey.iter().flat_map(|_| [0, 100, 200, 0]).collect();
        for colour in [jpeg_encoder::ColorType::Cmyk, jpeg_encoder::ColorType::CmykAsYcck] {
            let read = decode(&write(&inks, colour)).expect("sound");
            assert!(apart(&source, &read) < 2.0, "{colour:?} {}", apart(&source, &read));
            let read = decode(&write(&orange, colour)).expect("sound");
            let expected = painted(SIZE, |_, _| [255, 155, 55, 255]);
            assert!(apart(&expected, &read) < 2.0, "{colour:?} {:?}", &read.rgba()[..4]);
        }
    }
}

#[test]
fn red_green_and_blue_stored_as_they_are_are_read() {
    // Three planes that go through the encoder as they are: brightness and differences they are called, and what is
    // drawn in them are the colours.
    let source = painted(SIZE, |x, y| {
        let part = |value: u32| u8::try_from(20 + value * 2).expect("a byte");
        [part(x), part(y), part(SIZE.width - x), 255]
    });
    let planes: Vec<u8> = source
        .rgba()
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|[r, g, b, _]| [*r, *g, *b])
        .collect();
    for progressive in [false, true] {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 98);
        encoder.set_progressive(progressive);
        encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
        encoder
            .encode(&planes, 96, 64, jpeg_encoder::ColorType::Ycbcr)
            .expect("written");
        assert!(apart(&source, &decode(&bytes).expect("sound")) > 20.0);

        // Adobe's marker says that there is no transform.
        let marked = with_segment(&bytes, 0xee, b"Adobe\0\x64\0\0\0\0\0");
        let off = apart(&source, &decode(&marked).expect("sound"));
        assert!(off < 1.5, "{off}");

        // Or the components are called by their names, in the frame and in every scan.
        let frame = frame_at(&bytes);
        let mut named = bytes.clone();
        let ids: Vec<u8> = (0..3).map(|index| bytes[frame + 10 + 3 * index]).collect();
        for (index, name) in (0..3).zip(*b"RGB") {
            named[frame + 10 + 3 * index] = name;
        }
        let scans: Vec<usize> = (0..named.len() - 1)
            .filter(|&at| named[at..at + 2] == [0xff, 0xda])
            .collect();
        for scan in scans {
            for component in 0..usize::from(named[scan + 4]) {
                let id = &mut named[scan + 5 + 2 * component];
                let index = ids.iter().position(|one| one == id).expect("a component");
                *id = b"RGB"[index];
            }
        }
        let off = apart(&source, &decode(&named).expect("sound"));
        assert!(off < 1.5, "{off}");
        for value in 1..=8 {
            let block = [b"Exif\0\0".to_vec(), exif::tests::block(true, &[(0x0112, 3, value)])].concat();
            let size = decode(&with_segment(&marked, 0xe1, &block)).expect("sound").size();
            assert_eq!(size == SIZE, value < 5);
        }
    }
}

#[test]
fn all_eight_orientations_come_out_upright() {
    // Four corners of different colours say which way is up.
    let corners = |size: Size| {
        painted(size, move |x, y| match (x * 2 < size.width, y * 2 < size.height) {
            (true, true) => [255, 0, 0, 255],
            (false, true) => [0, 255, 0, 255],
            (true, false) => [0, 0, 255, 255],
            (false, false) => [255, 255, 255, 255],
        })
    };
    let colours = |pixels: &Pixels| {
        let (width, height) = (pixels.size().width as usize, pixels.size().height as usize);
        [(8, 8), (width - 8, 8), (8, height - 8), (width - 8, height - 8)].map(|(x, y)| {
            let at = (y * width + x) * 4;
            [0, 1, 2].map(|index| u8::from(pixels.rgba()[at + index] > 128))
        })
    };
    let (r, g, b, w) = ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]);
    let upright = [
        [r, g, b, w],
        [g, r, w, b],
        [w, b, g, r],
        [b, w, r, g],
        [r, b, g, w],
        [b, r, w, g],
        [w, g, b, r],
        [g, w, r, b],
    ];
    for progressive in [false, true] {
        let stored = jpeg(&corners(SIZE), |encoder| encoder.set_progressive(progressive));
        for (value, expected) in (1..).zip(upright) {
            for big in [false, true] {
                let block = [b"Exif\0\0".to_vec(), exif::tests::block(big, &[(0x0112, 3, value)])].concat();
                let bytes = with_segment(&stored, 0xe1, &block);
                let pixels = decode(&bytes).expect("sound");
                let size = if value > 4 { Size::new(64, 96) } else { SIZE };
                assert_eq!((pixels.size(), peek(&bytes).expect("sound").size), (size, size));
                assert!(pixels.is_opaque());
                assert_eq!(colours(&pixels), expected, "orientation {value}");
            }
        }
    }
}

#[test]
fn nothing_but_pixels_is_kept() {
    let exif = [
        b"Exif\0\0".to_vec(),
        exif::tests::block(false, &[(0x0112, 3, 1), (0x8825, 4, 8)]),
    ]
    .concat();
    let mut bytes = baseline();
    bytes = with_segment(&bytes, 0xfe, b"a comment: SECRET");
    bytes = with_segment(&bytes, 0xed, b"Photoshop 3.0\x008BIM SECRET");
    bytes = with_segment(&bytes, 0xe1, b"http://ns.adobe.com/xap/1.0/\0<x>SECRET</x>");
    bytes = with_segment(&bytes, 0xe2, b"ICC_PROFILE\0\x01\x01SECRET");
    bytes = with_segment(&bytes, 0xe1, &exif);
    bytes.extend_from_slice(b"PK SECRET");
    let sound = normalise(&bytes).expect("sound");
    assert_eq!(sound.removed, [Exif, Gps, Xmp, Iptc, Icc, Text, Trailing]);
    for made in [&sound.master, &sound.preview, &sound.thumb] {
        for trace in [b"SECRET".as_slice(), b"Exif", b"ICC_PROFILE", b"http", b"8BIM"] {
            assert!(!made.bytes.windows(trace.len()).any(|some| some == trace), "{trace:?}");
        }
        assert_eq!(peek(&made.bytes).expect("sound").removed, []);
    }
    assert_eq!(sound.master.format, Format::Jpeg);
    assert!(sound.master.bytes.ends_with(&[0xff, 0xd9]));
    assert_eq!(normalise(&baseline()).expect("sound").removed, []);
}

#[test]
fn broken_metadata_never_costs_a_sound_picture() {
    let plain = decode(&baseline()).expect("sound");
    let bodies: [&[u8]; 6] = [
        b"Exif\0\0",
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif",
        b"",
        b"http://ns.adobe.com/xap/1.0/\0",
        b"ICC_PROFILE\0\x07",
    ];
    for marker in [0xe0, 0xe1, 0xe2, 0xe3, 0xed, 0xee, 0xef, 0xfe, 0xf0] {
        for body in bodies {
            assert_eq!(
                decode(&with_segment(&baseline(), marker, body)).as_ref(),
                Ok(&plain),
                "{marker:x} {body:?}"
            );
        }
    }
    // Bytes that belong to nothing, between two segments.
    let at = frame_at(&baseline());
    let stray = [&baseline()[..at], &[0, 1, 2, 0xff, 0xff], &baseline()[at..]].concat();
    assert_eq!(decode(&stray), Ok(plain));
}

#[test]
fn a_missing_end_is_shown_and_a_missing_half_refused() {
    for whole in [
        baseline(),
        progressive(),
        jpeg(&photo(SIZE), |encoder| {
            encoder.set_progressive(true);
            encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        }),
    ] {
        let pixels = decode(&whole).expect("sound");
        let read = decode(&without_end(whole.clone())).expect("only the end is missing");
        assert!(apart(&pixels, &read) < 0.5, "{}", apart(&pixels, &read));
        let start = frame_at(&whole);
        for part in 2..8 {
            let cut = start + (whole.len() - start) * part / 10;
            assert_eq!(
                decode(&whole[..cut]),
                Err(PictureError::Damaged),
                "cut at {cut} of {}",
                whole.len()
            );
        }
    }
}

#[test]
fn turned_pictures_that_are_cut_off_are_refused_too() {
    let exif = [b"Exif\0\0".to_vec(), exif::tests::block(true, &[(0x0112, 3, 6)])].concat();
    let whole = with_segment(&baseline(), 0xe1, &exif);
    assert_eq!(decode(&whole[..whole.len() * 6 / 10]), Err(PictureError::Damaged));
    // Grey of just the value that unread rows are filled with is a picture like any other.
    let grey = painted(SIZE, |_, y| {
        if y < 20 {
            [200, 30, 60, 255]
        } else {
            [128, 128, 128, 255]
        }
    });
    let read = decode(&with_segment(&file(&grey, Format::Jpeg), 0xe1, &exif)).expect("sound");
    assert_eq!(read.size(), Size::new(64, 96));
    assert!(decode(&file(&grey, Format::Jpeg)).is_ok());
}

#[test]
fn limits_are_checked_on_the_header() {
    let resized = |width: u16, height: u16| {
        let mut bytes = baseline();
        let at = frame_at(&bytes);
        bytes[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
        bytes[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
        decode(&bytes).map(|pixels| pixels.size())
    };
    assert_eq!(resized(50_000, 50_000), Err(PictureError::TooManyPixels));
    assert_eq!(resized(20_000, 100), Err(PictureError::TooLong));
    assert_eq!(resized(49, 64), Err(PictureError::TooSmall));
    assert_eq!(resized(96, 0), Err(PictureError::Damaged));
    assert_eq!(resized(96, 16_000), Err(PictureError::Damaged));
}

#[test]
fn many_scans_are_refused_before_decoding() {
    let whole = progressive();
    let scan = whole.windows(2).rposition(|pair| pair == [0xff, 0xda]).expect("a scan");
    let last = &whole[scan..whole.len() - 2];
    let mut bomb = without_end(whole.clone());
    for _ in 0..70 {
        bomb.extend_from_slice(last);
    }
    bomb.extend_from_slice(&[0xff, 0xd9]);
    assert_eq!(decode(&bomb), Err(PictureError::TooComplex));
    // Fewer scans, but of a large picture.
    let mut large = without_end(whole.clone());
    for _ in 0..45 {
        large.extend_from_slice(last);
    }
    let at = frame_at(&large);
    large[at + 5..at + 9].copy_from_slice(&[0x17, 0x70, 0x17, 0x70]);
    assert_eq!(decode(&large), Err(PictureError::TooComplex));
}

#[test]
fn a_second_frame_and_unknown_codings_are_refused() {
    let whole = baseline();
    let at = frame_at(&whole);
    let frame = &whole[at..at + 19];
    assert_eq!(
        decode(&[&whole[..at], frame, &whole[at..]].concat()),
        Err(PictureError::Damaged)
    );
    for coding in [0xc3, 0xc5, 0xc9, 0xca, 0xcb] {
        let mut other = whole.clone();
        other[at + 1] = coding;
        assert_eq!(decode(&other), Err(PictureError::Unsupported));
    }
    let mut deep = whole.clone();
    deep[at + 4] = 12;
    assert_eq!(decode(&deep), Err(PictureError::Unsupported));
    assert_eq!(decode(&whole[..at]), Err(PictureError::Damaged));
}

#[test]
fn progressive_pictures_count_their_coefficients() {
    let (one, other) = (peek(&baseline()).expect("sound"), peek(&progressive()).expect("sound"));
    assert_eq!(one.decoded_bytes, SIZE.pixels() * 4);
    assert_eq!(other.decoded_bytes, SIZE.pixels() * 9);
    // 30 million pixels without subsampling would need 270 MB.
    let mut large = without_end(progressive());
    large.resize(large.len() + 200_000, 0);
    large.extend_from_slice(&[0xff, 0xd9]);
    let at = frame_at(&large);
    large[at + 5..at + 9].copy_from_slice(&[0x13, 0x88, 0x17, 0x70]);
    assert_eq!(peek(&large), Err(PictureError::TooComplex));
}
