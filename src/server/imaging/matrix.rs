//! Every format in every position with every kind of profile: upright, in the right colours, and with nothing left of
//! what came along.

use super::{
    Pixels, Quality, decode, encode, exif, normalise, peek,
    samples::{apart, canvas, file, painted, webp, with_chunk, with_segment, zlib},
};
use crate::domain::{source::Format, source::Removed, spec::Size};
use moxcms::ColorProfile;

const SIZE: Size = Size::new(96, 64);

/// A way of storing a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
    WidePng,
    Webp,
    LosslessWebp,
}

const KINDS: [Kind; 5] = [Kind::Jpeg, Kind::Png, Kind::WidePng, Kind::Webp, Kind::LosslessWebp];

/// Soft slopes, so that lossy formats keep them; each corner is another colour.
fn slopes(size: Size, alpha: bool) -> Pixels {
    painted(size, |x, y| {
        let part = |value: u32, of: u32| u8::try_from(40 + value * 170 / of).expect("a byte");
        let (across, down) = (part(x, size.width), part(y, size.height));
        [
            across,
            down,
            250 - across / 2 - down / 4,
            if alpha { 255 - down / 2 } else { 255 },
        ]
    })
}

/// The picture as a file of this kind, with this orientation and profile in it.
fn stored(kind: Kind, pixels: &Pixels, orientation: u32, profile: Option<&[u8]>) -> Vec<u8> {
    let block = exif::tests::block(orientation % 2 == 0, &[(0x0112, 3, orientation), (0x8825, 4, 8)]);
    match kind {
        Kind::Jpeg => {
            let mut bytes = file(pixels, Format::Jpeg);
            if let Some(profile) = profile {
                bytes = with_segment(&bytes, 0xe2, &[b"ICC_PROFILE\0\x01\x01", profile].concat());
            }
            with_segment(&bytes, 0xe1, &[b"Exif\0\0", block.as_slice()].concat())
        }
        Kind::Png | Kind::WidePng => {
            let mut bytes = if kind == Kind::Png {
                file(pixels, Format::Png)
            } else {
                wide(pixels)
            };
            if let Some(profile) = profile {
                bytes = with_chunk(&bytes, *b"iCCP", &[b"made here\0\0", zlib(profile).as_slice()].concat());
            }
            with_chunk(&bytes, *b"eXIf", &block)
        }
        Kind::Webp | Kind::LosslessWebp => {
            let quality = if kind == Kind::Webp {
                Quality::Lossy(95)
            } else {
                Quality::Lossless
            };
            let bytes = encode(pixels, Format::Webp, quality).expect("written");
            let alpha = !pixels.is_opaque();
            let mut chunks: Vec<(&[u8; 4], &[u8])> = Vec::new();
            let flags = 0x08 | if alpha { 0x10 } else { 0 } | if profile.is_some() { 0x20 } else { 0 };
            let screen = canvas(flags, pixels.size());
            chunks.push((b"VP8X", &screen));
            chunks.extend(profile.map(|profile| (b"ICCP", profile)));
            let mut rest = &bytes[12..];
            while let Some((name, body)) = rest.split_first_chunk::<4>() {
                let length = u32::from_le_bytes(body[..4].try_into().expect("four")) as usize;
                if name != b"VP8X" {
                    chunks.push((name, &body[4..4 + length]));
                }
                rest = &body[4 + length + length % 2..];
            }
            chunks.push((b"EXIF", &block));
            webp(&chunks)
        }
    }
}

/// A PNG of sixteen bits a channel.
fn wide(pixels: &Pixels) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, pixels.size().width, pixels.size().height);
    encoder.set_color(::png::ColorType::Rgba);
    encoder.set_depth(::png::BitDepth::Sixteen);
    let rows: Vec<u8> = pixels.rgba().iter().flat_map(|&value| [value, value]).collect();
    encoder
        .write_header()
        .expect("header")
        .write_image_data(&rows)
        .expect("rows");
    bytes
}

/// The upright picture of a stored one, by where Exif says that a stored pixel is seen.
fn upright(pixels: &Pixels, orientation: u32) -> Pixels {
    let Size { width, height } = pixels.size();
    let size = if orientation > 4 {
        Size::new(height, width)
    } else {
        Size::new(width, height)
    };
    let all = pixels.rgba().as_chunks::<4>().0;
    painted(size, |u, v| {
        // Orientation 6 is stored turned to the left: its first row is seen as the right column.
        let (x, y) = match orientation {
            1 => (u, v),
            2 => (width - 1 - u, v),
            3 => (width - 1 - u, height - 1 - v),
            4 => (u, height - 1 - v),
            5 => (v, u),
            6 => (v, height - 1 - u),
            7 => (width - 1 - v, height - 1 - u),
            _ => (width - 1 - v, u),
        };
        all[(y * width + x) as usize]
    })
}

/// A colour space of three primaries and a power, in the numbers of its own specification.
struct Space {
    to_xyz: [[f64; 3]; 3],
    light: fn(f64) -> f64,
}

fn srgb_light(value: f64) -> f64 {
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

const P3: Space = Space {
    to_xyz: [
        [0.486_570_9, 0.265_667_7, 0.198_217_3],
        [0.228_974_6, 0.691_738_5, 0.079_286_9],
        [0.0, 0.045_113_4, 1.043_944_4],
    ],
    light: srgb_light,
};
const ADOBE: Space = Space {
    to_xyz: [
        [0.576_670_9, 0.185_558_2, 0.188_231_2],
        [0.297_344_8, 0.627_377_9, 0.075_277_3],
        [0.027_031_8, 0.070_687_2, 0.991_339_6],
    ],
    light: |value| value.powf(563.0 / 256.0),
};

impl Space {
    /// The same colour in sRGB, by the matrices of IEC 61966-2-1.
    fn srgb(&self, [r, g, b, a]: [u8; 4]) -> [u8; 4] {
        let light = [r, g, b].map(|value| (self.light)(f64::from(value) / 255.0));
        let times = |matrix: [[f64; 3]; 3], values: [f64; 3]| {
            matrix.map(|row| row.iter().zip(values).map(|(one, other)| one * other).sum::<f64>())
        };
        let linear = times(
            [
                [3.240_970_0, -1.537_383_2, -0.498_610_8],
                [-0.969_243_6, 1.875_967_5, 0.041_555_1],
                [0.055_630_1, -0.203_977_0, 1.056_971_5],
            ],
            times(self.to_xyz, light),
        );
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to a byte"
        )]
        let [r, g, b] = linear.map(|value| {
            let value = value.clamp(0.0, 1.0);
            let value = if value <= 0.003_130_8 {
                value * 12.92
            } else {
                1.055 * value.powf(1.0 / 2.4) - 0.055
            };
            (value * 255.0).round() as u8
        });
        [r, g, b, a]
    }
}

/// A name, the profile, and what it makes of a colour.
type Case = (&'static str, Option<Vec<u8>>, fn([u8; 4]) -> [u8; 4]);

fn profiles() -> [Case; 5] {
    let file = |profile: ColorProfile| Some(profile.encode().expect("a profile"));
    let mut swapped = ColorProfile::new_srgb();
    std::mem::swap(&mut swapped.red_colorant, &mut swapped.green_colorant);
    // A profile that shows whether it is used is no spelling of sRGB.
    swapped.cicp = None;
    [
        ("none", None, |colour| colour),
        ("sRGB", file(ColorProfile::new_srgb()), |colour| colour),
        ("Display P3", file(ColorProfile::new_display_p3()), |colour| {
            P3.srgb(colour)
        }),
        ("Adobe RGB", file(ColorProfile::new_adobe_rgb()), |colour| {
            ADOBE.srgb(colour)
        }),
        ("swapped", file(swapped), |[r, g, b, a]| [g, r, b, a]),
    ]
}

#[test]
fn every_format_orientation_profile_and_alpha_comes_out_right() {
    for kind in KINDS {
        for alpha in [false, true] {
            if alpha && kind == Kind::Jpeg {
                continue;
            }
            let source = slopes(SIZE, alpha);
            for (name, profile, convert) in profiles() {
                let expected = painted(SIZE, |x, y| {
                    convert(source.rgba().as_chunks::<4>().0[(y * SIZE.width + x) as usize])
                });
                for orientation in 1..=8 {
                    let case = format!("{kind:?} {name} {orientation} alpha {alpha}");
                    let bytes = stored(kind, &source, orientation, profile.as_deref());
                    let made = normalise(&bytes).expect(&case);
                    let expected = upright(&expected, orientation);
                    let master = decode(&made.master.bytes).expect(&case);
                    assert_eq!(master.size(), expected.size(), "{case}");
                    let most = if matches!(kind, Kind::Jpeg | Kind::Webp) {
                        2.5
                    } else {
                        1.0
                    };
                    let off = apart(&master, &expected);
                    assert!(off < most, "{case}: {off}");
                    // Alpha is not a colour: it stays to the bit.
                    let alphas =
                        |pixels: &Pixels| pixels.rgba().iter().skip(3).step_by(4).copied().collect::<Vec<u8>>();
                    assert_eq!(alphas(&master), alphas(&expected), "{case}");
                    assert_eq!(made.alpha, alpha, "{case}");
                    let mut removed = vec![Removed::Exif, Removed::Gps];
                    removed.extend(profile.as_ref().map(|_| Removed::Icc));
                    assert_eq!(made.removed, removed, "{case}");
                    for written in [&made.master, &made.preview, &made.thumb] {
                        assert_eq!(peek(&written.bytes).expect("ours").removed, [], "{case}");
                    }
                }
            }
        }
    }
}

/// A profile of four inks, with a table of two steps for each: what its corners are in Lab.
fn inks(corner: impl Fn([bool; 4]) -> [u8; 3]) -> Vec<u8> {
    let mut table = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    for value in [1_i32, 0, 0, 0, 1, 0, 0, 0, 1] {
        table.extend((value << 16).to_be_bytes());
    }
    table.extend((0..4).flat_map(|_| 0..=255_u8));
    for index in 0..16 {
        // The first ink changes slowest.
        table.extend(corner([8, 4, 2, 1].map(|bit| index & bit != 0)));
    }
    table.extend((0..3).flat_map(|_| 0..=255_u8));
    while table.len() % 4 != 0 {
        table.push(0);
    }
    let length = |value: usize| u32::try_from(value).expect("short").to_be_bytes();
    let mut profile = length(128 + 4 + 12 + table.len()).to_vec();
    profile.extend(b"\0\0\0\0\x02\x10\0\0prtrCMYKLab ");
    profile.resize(36, 0);
    profile.extend(b"acsp");
    profile.resize(68, 0);
    // The white that all profiles are joined at: D50.
    for value in [0xf6d6_u32, 0x1_0000, 0xd32d] {
        profile.extend(value.to_be_bytes());
    }
    profile.resize(128, 0);
    profile.extend(length(1));
    profile.extend(b"A2B0");
    profile.extend(length(144));
    profile.extend(length(table.len()));
    profile.extend(table);
    profile
}

#[test]
fn four_inks_go_through_their_profile() {
    // Inks as no press has them: the first is a pure red, and black is not black. Lab in bytes: L · 255 / 100,
    // a + 128 and b + 128; the red is sRGB's own as seen in D50.
    let profile = inks(|[first, _, _, black]| match (first, black) {
        (false, false) => [255, 128, 128],
        (true, false) => [138, 209, 198],
        (_, true) => [128, 128, 128],
    });
    let write = |ink: [u8; 4], profile: Option<&[u8]>| {
        let bytes: Vec<u8> = ink.iter().copied().cycle().take(96 * 64 * 4).collect();
        let mut out = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut out, 98);
        encoder
            .encode(&bytes, 96, 64, jpeg_encoder::ColorType::Cmyk)
            .expect("written");
        match profile {
            Some(profile) => with_segment(&out, 0xe2, &[b"ICC_PROFILE\0\x01\x01", profile].concat()),
            None => out,
        }
    };
    // Paper, the first ink and black: with the profile, and without it as light that is taken away.
    for (ink, with, without) in [
        ([0, 0, 0, 0], [255, 255, 255], [255, 255, 255]),
        ([255, 0, 0, 0], [254, 0, 0], [0, 255, 255]),
        ([0, 0, 0, 255], [119, 119, 119], [0, 0, 0]),
    ] {
        for (profile, expected) in [(Some(profile.as_slice()), with), (None, without)] {
            let pixels = decode(&write(ink, profile)).expect("sound");
            assert!(pixels.is_opaque());
            for pixel in pixels.rgba().as_chunks::<4>().0 {
                let near = pixel
                    .iter()
                    .zip(expected)
                    .all(|(value, expected)| value.abs_diff(expected) <= 6);
                assert!(near, "{ink:?} became {pixel:?}, not {expected:?}");
            }
        }
    }
}
