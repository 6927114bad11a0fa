use super::{
    PictureError, Pixels, decode, encode, normalise, peek,
    samples::{Numbers, apart, file, gif, noise, painted, photo, webp},
    *,
};
use crate::domain::limits::{MAX_PIXELS, MAX_UPLOAD_BYTES};

const SIZE: Size = Size::new(72, 56);

fn one_of_each() -> Vec<(&'static str, Vec<u8>)> {
    let soft = photo(SIZE);
    let glass = noise(SIZE, 5, true);
    vec![
        ("jpeg", file(&soft, Format::Jpeg)),
        (
            "progressive",
            samples::jpeg(&soft, |encoder| encoder.set_progressive(true)),
        ),
        (
            "restarts",
            samples::jpeg(&soft, |encoder| {
                encoder.set_restart_interval(2);
            }),
        ),
        ("png", file(&glass, Format::Png)),
        ("webp", file(&soft, Format::Webp)),
        ("webp with alpha", file(&glass, Format::Webp)),
        (
            "lossless webp",
            encode(&glass, Format::Webp, Quality::Lossless)
                .expect("written")
                .to_vec(),
        ),
        ("gif", gif(&[&soft, &glass])),
    ]
}

#[test]
fn only_pictures_we_take_are_taken() {
    assert_eq!(decode(b""), Err(PictureError::Empty));
    let others: [&[u8]; 14] = [
        b"<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><title>x</title>",
        b"%PDF-1.7\n",
        b"BM\x3a\0\0\0\0\0",
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
        b"\0\0\0\x20ftypavif",
        b"\0\0\0\x18ftypheic",
        b"PK\x03\x04",
        b"RIFF\x04\0\0\0AVI ",
        b"GIF88a",
        b"\xff\xd8",
        b" \x89PNG\r\n\x1a\n",
    ];
    for other in others {
        assert_eq!(
            normalise(other).map(|_| ()),
            Err(PictureError::Unsupported),
            "{other:?}"
        );
        assert_eq!(peek(other).map(|_| ()), Err(PictureError::Unsupported));
    }
    for (name, bytes) in one_of_each() {
        assert!(decode(&bytes).is_ok(), "{name}");
        // The beginning of a file is what it is called, and nothing more.
        assert_eq!(decode(&bytes[..16]), Err(PictureError::Damaged), "{name}");
    }
}

#[test]
fn a_file_above_the_limit_is_not_even_looked_at() {
    let mut bytes = file(&photo(SIZE), Format::Jpeg);
    bytes.resize(usize::try_from(MAX_UPLOAD_BYTES).expect("fits") + 1, 0);
    assert_eq!(normalise(&bytes).map(|_| ()), Err(PictureError::TooBig));
    bytes.pop();
    assert!(normalise(&bytes).is_ok());
}

#[test]
fn masters_are_jpeg_for_jpeg_and_lossless_for_all_others() {
    for (name, bytes) in one_of_each() {
        let (pixels, made) = (decode(&bytes).expect("sound"), normalise(&bytes).expect("sound"));
        let master = decode(&made.master.bytes).expect("ours");
        if bytes.starts_with(&[0xff, 0xd8]) {
            assert_eq!(made.master.format, Format::Jpeg, "{name}");
            assert!(apart(&pixels, &master) < 1.5, "{name}");
        } else {
            assert_eq!(made.master.format, Format::Png, "{name}");
            assert_eq!(pixels, master, "{name}");
        }
        assert_eq!(made.alpha, !pixels.is_opaque(), "{name}");
        assert!(!made.thumbhash.is_empty() && made.thumbhash.len() < 40);
        for (small, format) in [
            (&made.preview, Format::Webp),
            (&made.thumb, Format::Webp),
            (&made.master, made.master.format),
        ] {
            assert_eq!((small.size, small.format), (SIZE, format));
            let seen = peek(&small.bytes).expect("ours");
            assert_eq!((seen.format, seen.size, seen.removed), (Some(format), SIZE, Vec::new()));
        }
        // What "unchanged" is measured against has to be the same each time.
        assert_eq!(master, decode(&made.master.bytes).expect("ours"));
    }
}

#[test]
fn lossless_means_every_byte_also_under_alpha_0() {
    for seed in 0..4 {
        for alpha in [false, true] {
            let source = noise(Size::new(61, 53), seed, alpha);
            for format in [Format::Png, Format::Webp] {
                let bytes = encode(&source, format, Quality::Lossless).expect("written");
                assert_eq!(decode(&bytes).as_ref(), Ok(&source), "{format:?}");
            }
        }
    }
    let hidden = painted(SIZE, |x, y| {
        [u8::try_from(x).expect("small"), u8::try_from(y).expect("small"), 77, 0]
    });
    for format in [Format::Png, Format::Webp] {
        assert_eq!(
            decode(&encode(&hidden, format, Quality::Lossless).expect("written")).as_ref(),
            Ok(&hidden)
        );
    }
}

/// Two thousand files with a few bytes changed, cut, doubled or dropped.
#[test]
fn whatever_happens_to_a_file_nothing_panics_and_no_limit_is_passed() {
    let files = one_of_each();
    let mut numbers = Numbers(2026);
    let (mut taken, mut refused) = (0, 0);
    for round in 0..2000 {
        let (name, whole) = &files[round % files.len()];
        let mut bytes = whole.clone();
        for _ in 0..=numbers.below(4) {
            // Half of the changes go where headers are.
            let bound = if numbers.below(2) == 0 {
                bytes.len().min(200)
            } else {
                bytes.len()
            };
            let at = numbers.below(bound.max(1)).min(bytes.len().saturating_sub(1));
            match numbers.below(6) {
                0 => bytes[at] = 0xff,
                1 => bytes[at] ^= 1 << numbers.below(8),
                2 => bytes[at] = numbers.byte(),
                3 => bytes.truncate(at.max(16)),
                4 => drop(bytes.drain(at..(at + numbers.below(9)).min(bytes.len()))),
                _ => {
                    let end = (at + numbers.below(40)).min(bytes.len());
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        let seen = peek(&bytes);
        if let Ok(seen) = &seen {
            assert!(
                seen.size.pixels() <= MAX_PIXELS && seen.decoded_bytes <= 250_000_000,
                "{name} {round}"
            );
            // Large ones would make the test slow; that they are refused or decoded is tried elsewhere.
            if seen.size.pixels() > 2_000_000 {
                continue;
            }
        }
        match decode(&bytes) {
            Ok(pixels) => {
                taken += 1;
                assert_eq!(Some(pixels.size()), seen.ok().map(|seen| seen.size), "{name} {round}");
            }
            Err(_) => refused += 1,
        }
    }
    assert!(taken > 200 && refused > 200, "{taken} taken, {refused} refused");
}

#[test]
fn sizes_at_the_limits_are_taken() {
    let narrow = painted(Size::new(50, 16_000), |_, _| [9, 8, 7, 255]);
    assert_eq!(decode(&file(&narrow, Format::Png)).as_ref(), Ok(&narrow));
    for (size, error) in [
        (Size::new(49, 60), PictureError::TooSmall),
        (Size::new(60, 49), PictureError::TooSmall),
        (Size::new(16_001, 50), PictureError::TooLong),
    ] {
        let pixels: Pixels = painted(size, |_, _| [9, 8, 7, 255]);
        assert_eq!(decode(&file(&pixels, Format::Png)), Err(error));
    }
    assert_eq!(
        peek(&webp(&[(b"VP8X", &samples::canvas(0, Size::new(8000, 5001)))])),
        Err(PictureError::Damaged)
    );
}
