//! Files made to hurt: small on the wire, large, slow or something else once looked at. Written with nothing but
//! zlib, because no sound program writes them. The bench of hostile inputs uses them too.

// Named by path, so that whoever takes this file by path finds them too.
#[path = "files/gif.rs"]
mod gif;
#[path = "files/jpeg.rs"]
mod jpeg;
#[path = "files/png.rs"]
mod png;
#[path = "files/webp.rs"]
mod webp;

use gif::{gif, script_gif};
use jpeg::{
    PHOTOGRAPH, circular_exif, comments, filled, many_profiles, scans, two_frames, with_comment, with_frame_size,
};
pub use png::with_chunk;
use png::{compressed_zeros, lying_chunk, many_chunks, png, png_of, spelt};
use webp::{PICTURE, canvas, lossless_header, lying_riff, riff_with};

const MIB: usize = 1024 * 1024;

/// What has to become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// With this code: nothing in it is a picture, or it costs more than a picture may.
    Refused(&'static str),
    /// Its pixels are sound.
    Taken,
    /// Either is right, as long as what is served is clean.
    Open,
}

/// A file with a name for people.
pub struct Hostile {
    /// What it is.
    pub name: &'static str,
    /// What has to become of it.
    pub fate: Fate,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Every file that costs a sound server little.
pub fn all() -> Vec<Hostile> {
    let mut files = oversized();
    files.extend(masked());
    files
}

/// Files that are more than they look, or say that they are.
fn oversized() -> Vec<Hostile> {
    let small = || png(60, 60, 8, &compressed_zeros(60 * 61));
    let text = |name: &[u8; 4], head: &[u8]| {
        let body = [head, &compressed_zeros(512 * MIB)].concat();
        with_chunk(&small(), *name, &body)
    };
    let profile = &[b"p\0\0", &compressed_zeros(512 * MIB)[..]].concat();
    let (open, taken) = (Fate::Open, Fate::Taken);
    let pixels = Fate::Refused("picture_too_many_pixels");
    let complex = Fate::Refused("picture_too_complex");
    [
        (
            "a PNG of 50,000 × 50,000 pixels in 300 kB",
            pixels,
            png(50_000, 50_000, 1, &compressed_zeros(50_000 * 6_251)),
        ),
        (
            "a PNG that says 16,000 × 16,000 and holds nothing",
            pixels,
            png(16_000, 16_000, 8, &[]),
        ),
        (
            "a PNG of 60 × 60 pixels with 512 MB of rows",
            open,
            png(60, 60, 8, &compressed_zeros(512 * MIB)),
        ),
        ("a PNG with a zTXt of 512 MB", open, text(b"zTXt", b"Comment\0\0")),
        (
            "a PNG with an iTXt of 512 MB",
            open,
            text(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0"),
        ),
        (
            "a PNG with a profile of 512 MB",
            open,
            with_chunk(&small(), *b"iCCP", profile),
        ),
        ("a PNG of a million chunks", open, many_chunks(1_000_000)),
        ("a PNG with a chunk of four gigabytes", open, lying_chunk(&small())),
        ("a JPEG of 4,000 scans", complex, scans(2000, 2000, 4000)),
        (
            "a JPEG that says 65,500 × 65,500",
            pixels,
            with_frame_size(65_500, 65_500),
        ),
        (
            "a JPEG that says ten times its height",
            open,
            with_frame_size(427, 6_400),
        ),
        ("a JPEG that says a tenth of its height", open, with_frame_size(427, 64)),
        ("a JPEG with two frame headers", open, two_frames()),
        ("a JPEG with 15 MB of filling", open, filled(15 * MIB)),
        ("a JPEG of 250,000 comments", open, comments(250_000)),
        ("a JPEG with 16 MB of profile", open, many_profiles(255)),
        ("a JPEG whose Exif turns in circles", taken, circular_exif()),
        ("a GIF of a million frames", open, gif(60, 60, 60, 60, 1_000_000)),
        (
            "a GIF whose screen says 65,535 × 65,535",
            open,
            gif(65_535, 65_535, 60, 60, 1),
        ),
        (
            "a GIF whose frame says 65,535 × 65,535",
            Fate::Refused("picture_damaged"),
            gif(60, 60, 65_535, 65_535, 1),
        ),
        (
            "a WebP whose canvas says 16,384 × 16,384",
            Fate::Refused("picture_damaged"),
            canvas(16_384, 16_384),
        ),
        ("a lossless WebP that says 16,384 × 16,384", pixels, lossless_header()),
        ("a WebP that says four gigabytes", open, lying_riff()),
    ]
    .into_iter()
    .map(|(name, fate, bytes)| Hostile { name, fate, bytes })
    .collect()
}

/// Files that are something else as well, or only that.
fn masked() -> Vec<Hostile> {
    let small = || png(60, 60, 8, &compressed_zeros(60 * 61));
    let (open, taken) = (Fate::Open, Fate::Taken);
    let kind = Fate::Refused("picture_unsupported");
    [
        ("a JPEG that is a ZIP", taken, [PHOTOGRAPH, ZIP].concat()),
        (
            "a JPEG that is a PDF",
            taken,
            with_comment(b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript>>>>"),
        ),
        ("a JPEG that is PHP", taken, [&with_comment(PHP)[..], PHP].concat()),
        ("a JPEG that is a page", taken, [&with_comment(PAGE)[..], PAGE].concat()),
        (
            "a PNG that is a page",
            taken,
            [&with_chunk(&small(), *b"tEXt", &[b"x\0", PAGE].concat())[..], PAGE].concat(),
        ),
        ("a PNG that is a ZIP", taken, [&small()[..], ZIP].concat()),
        ("a PNG whose pixels spell a page and PHP", taken, spelt()),
        ("a GIF that is a script", open, script_gif()),
        (
            "a GIF that is a ZIP",
            taken,
            [&gif(60, 60, 60, 60, 1)[..], ZIP].concat(),
        ),
        ("a WebP that is a ZIP", taken, [PICTURE, ZIP].concat()),
        ("a WebP with a ZIP inside", taken, riff_with(*b"ZIP ", ZIP)),
        (
            "a PNG that calls itself a GIF inside",
            taken,
            [&small()[..], b"GIF89a"].concat(),
        ),
        (
            "a JPEG's beginning before a PNG",
            kind,
            [&PHOTOGRAPH[..2], &small()[..]].concat(),
        ),
        ("a page", kind, PAGE.to_vec()),
        ("a ZIP", kind, ZIP.to_vec()),
        ("every byte there is", kind, (0..=255).cycle().take(MIB).collect()),
    ]
    .into_iter()
    .map(|(name, fate, bytes)| Hostile { name, fate, bytes })
    .collect()
}

/// Files at the very edge of what is allowed: each costs all that a picture may cost.
pub fn heaviest() -> Vec<Hostile> {
    let rows = |bytes: usize| compressed_zeros(5_000 * (8_000 * bytes + 1));
    [
        ("a PNG of 40 Mpx", png_of(8_000, 5_000, 8, 2, &rows(3))),
        (
            "a PNG of 40 Mpx in sixteen bits with alpha",
            png_of(8_000, 5_000, 16, 6, &rows(8)),
        ),
        (
            "a PNG of 15,900 × 50",
            png_of(15_900, 50, 8, 6, &compressed_zeros(50 * (15_900 * 4 + 1))),
        ),
        ("a JPEG of 40 Mpx in one scan", scans(8_000, 5_000, 1)),
        ("a JPEG of 25 Mpx in 64 scans", scans(5_000, 5_000, 64)),
        (
            "a JPEG that says 40 Mpx and holds little",
            with_frame_size(8_000, 5_000),
        ),
        ("a GIF of 40 Mpx", gif(8_000, 5_000, 8_000, 5_000, 1)),
    ]
    .into_iter()
    .map(|(name, bytes)| Hostile {
        name,
        fate: Fate::Open,
        bytes,
    })
    .collect()
}

const PHP: &[u8] = b"<?php system($_GET['x']); ?>";
const PAGE: &[u8] = b"<!DOCTYPE html><script>alert(document.domain)</script>";
/// An archive with one empty file named `a`.
const ZIP: &[u8] = b"PK\x03\x04\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a\
    PK\x01\x02\x0a\0\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a\
    PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x1f\0\0\0\0\0";
