//! Bringing colours to sRGB. A profile that is broken, or made for other channels than the picture has, is ignored:
//! it never costs anybody their picture.

use super::raster::{Layout, Raster};
use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, MatrixCoefficients, ParsingOptions,
    TransferCharacteristics, Transform8BitExecutor, TransformOptions,
};
use std::{panic, sync::Arc};

/// Largest profile looked at; those of printing presses have about two megabytes.
const MAX_PROFILE_BYTES: usize = 8 * 1024 * 1024;

/// What the bytes of a decoded picture mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channels {
    /// Red, green, blue, perhaps alpha.
    Rgb,
    /// The same grey in all three.
    Grey,
    /// Four inks, as Adobe stores them: 255 is no ink.
    Inks,
}

/// Where a picture says what its colours are.
#[derive(Debug, Clone)]
pub(super) enum Profile {
    /// A profile as a file.
    Icc(Vec<u8>),
    /// Two numbers of ITU-T H.273: primaries and transfer.
    Cicp(u8, u8),
}

/// Converts the picture to sRGB, or leaves it where its profile is of no use.
pub(super) fn to_srgb(raster: &mut Raster, channels: Channels, profile: Option<&Profile>) {
    // Profiles come from strangers; whatever the library makes of them, the pixels are sound.
    let conversion = profile.and_then(|profile| {
        panic::catch_unwind(|| Conversion::new(channels, raster.layout, profile)).unwrap_or_default()
    });
    match (conversion, channels) {
        (Some(conversion), _) => conversion.apply(raster),
        (None, Channels::Inks) => mix_inks(raster),
        (None, _) => {}
    }
}

struct Conversion {
    transform: Arc<Transform8BitExecutor>,
    channels: Channels,
}

impl Conversion {
    /// The conversion, or nothing when the profile is unusable or means sRGB anyway.
    fn new(channels: Channels, layout: Layout, profile: &Profile) -> Option<Self> {
        let profile = match profile {
            Profile::Icc(icc) => {
                let options = ParsingOptions {
                    max_profile_size: MAX_PROFILE_BYTES,
                    ..ParsingOptions::default()
                };
                ColorProfile::new_from_slice_with_options(icc, options).ok()?
            }
            Profile::Cicp(primaries, transfer) => standard(*primaries, *transfer)?,
        };
        let fits = match channels {
            Channels::Rgb => profile.color_space == DataColorSpace::Rgb,
            // Cameras put RGB profiles into grey pictures; then all three channels go through it.
            Channels::Grey => matches!(profile.color_space, DataColorSpace::Gray | DataColorSpace::Rgb),
            Channels::Inks => profile.color_space == DataColorSpace::Cmyk,
        };
        if !fits {
            return None;
        }
        let channels = if profile.color_space == DataColorSpace::Rgb {
            Channels::Rgb
        } else {
            channels
        };
        let (from, to) = match (channels, layout) {
            (Channels::Rgb, Layout::Rgb) => (moxcms::Layout::Rgb, moxcms::Layout::Rgb),
            (Channels::Rgb, Layout::Rgba) => (moxcms::Layout::Rgba, moxcms::Layout::Rgba),
            (Channels::Grey, _) => (moxcms::Layout::Gray, moxcms::Layout::Rgb),
            // Four inks travel in the places of red, green, blue and alpha.
            (Channels::Inks, _) => (moxcms::Layout::Rgba, moxcms::Layout::Rgb),
        };
        let options = TransformOptions {
            rendering_intent: profile.rendering_intent,
            ..TransformOptions::default()
        };
        let transform = profile
            .create_transform_8bit(from, &ColorProfile::new_srgb(), to, options)
            .ok()?;
        let conversion = Self { transform, channels };
        (!conversion.changes_nothing(layout)).then_some(conversion)
    }

    /// Whether no colour of a coarse grid moves by more than one step, as with the many spellings of sRGB.
    fn changes_nothing(&self, layout: Layout) -> bool {
        if self.channels != Channels::Rgb {
            return false;
        }
        let steps = || (0..=255_u8).step_by(15);
        let grid: Vec<u8> = steps()
            .flat_map(|r| steps().flat_map(move |g| steps().map(move |b| [r, g, b, 255])))
            .flat_map(|colour| colour.into_iter().take(layout.bytes()))
            .collect();
        let mut moved = vec![0; grid.len()];
        self.transform.transform(&grid, &mut moved).is_ok()
            && grid
                .iter()
                .zip(&moved)
                .all(|(before, after)| before.abs_diff(*after) <= 1)
    }

    fn apply(&self, raster: &mut Raster) {
        let width = raster.size.width as usize;
        let bytes = raster.layout.bytes();
        let mut source = Vec::with_capacity(width * bytes);
        let mut target = vec![0; width * 3];
        for row in raster.used().chunks_exact_mut(width * bytes) {
            source.clear();
            match self.channels {
                Channels::Rgb => {
                    source.extend_from_slice(row);
                    if self.transform.transform(&source, row).is_err() {
                        row.copy_from_slice(&source);
                    }
                    continue;
                }
                Channels::Grey => source.extend(row.iter().step_by(bytes)),
                Channels::Inks => source.extend(row.iter().map(|value| 255 - value)),
            }
            if self.transform.transform(&source, &mut target).is_err() {
                continue;
            }
            for (pixel, colour) in row.chunks_exact_mut(bytes).zip(target.chunks_exact(3)) {
                pixel[..3].copy_from_slice(colour);
                if self.channels == Channels::Inks {
                    pixel[3] = 255;
                }
            }
        }
    }
}

/// The colours of ITU-T H.273, without those of films brighter than white, which have no one translation to sRGB.
fn standard(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    let transfer = TransferCharacteristics::try_from(transfer).ok()?;
    if matches!(
        transfer,
        TransferCharacteristics::Smpte2084 | TransferCharacteristics::Hlg
    ) {
        return None;
    }
    Some(ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: transfer,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    }))
}

/// Inks without a usable profile: each takes away its light, as every browser shows it.
fn mix_inks(raster: &mut Raster) {
    let (pixels, _) = raster.data.as_chunks_mut::<4>();
    for [c, m, y, k] in pixels {
        for ink in [c, m, y] {
            *ink = u8::try_from((u16::from(*ink) * u16::from(*k) + 127) / 255).unwrap_or(u8::MAX);
        }
        *k = 255;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::spec::Size;

    fn picture(layout: Layout, colours: &[[u8; 4]]) -> Raster {
        let mut raster = Raster::new(Size::new(u32::try_from(colours.len()).expect("few"), 1), layout);
        for (pixel, colour) in raster.used().chunks_exact_mut(layout.bytes()).zip(colours) {
            pixel.copy_from_slice(&colour[..layout.bytes()]);
        }
        raster
    }

    fn icc(profile: &ColorProfile) -> Profile {
        Profile::Icc(profile.encode().expect("a profile"))
    }

    #[test]
    fn display_p3_becomes_srgb_and_alpha_stays() {
        let p3 = icc(&ColorProfile::new_display_p3());
        for layout in [Layout::Rgb, Layout::Rgba] {
            let mut raster = picture(layout, &[[200, 100, 50, 7], [128, 128, 128, 255]]);
            to_srgb(&mut raster, Channels::Rgb, Some(&p3));
            let used = raster.used().to_vec();
            // By the matrices of Display P3 and sRGB: (214.9, 92.6, 31.0).
            for (value, expected) in used.iter().zip([215_u8, 93, 31]) {
                assert!(value.abs_diff(expected) <= 2, "{used:?}");
            }
            if layout == Layout::Rgba {
                assert_eq!(used[3..], [7, 128, 128, 128, 255]);
            }
        }
    }

    #[test]
    fn srgb_by_any_spelling_is_left_alone() {
        let mut raster = picture(Layout::Rgb, &[[3, 254, 77, 0]]);
        to_srgb(&mut raster, Channels::Rgb, Some(&icc(&ColorProfile::new_srgb())));
        to_srgb(&mut raster, Channels::Rgb, Some(&Profile::Cicp(1, 13)));
        assert_eq!(raster.used(), [3, 254, 77]);
    }

    #[test]
    fn a_grey_profile_serves_grey_pictures_only() {
        let grey = icc(&ColorProfile::new_gray_with_gamma(1.0));
        let mut raster = picture(Layout::Rgba, &[[55, 55, 55, 9]]);
        to_srgb(&mut raster, Channels::Grey, Some(&grey));
        // Linear 55/255 is 128 in sRGB.
        assert!(
            raster.used()[0].abs_diff(128) <= 2 && raster.used()[3] == 9,
            "{:?}",
            raster.used()
        );
        let mut colours = picture(Layout::Rgba, &[[1, 2, 3, 4]]);
        to_srgb(&mut colours, Channels::Rgb, Some(&grey));
        assert_eq!(colours.used(), [1, 2, 3, 4]);
    }

    #[test]
    fn broken_profiles_change_nothing() {
        let whole = ColorProfile::new_display_p3().encode().expect("a profile");
        for length in (0..whole.len()).step_by(7) {
            let mut raster = picture(Layout::Rgb, &[[10, 20, 30, 0]]);
            to_srgb(
                &mut raster,
                Channels::Rgb,
                Some(&Profile::Icc(whole[..length].to_vec())),
            );
        }
        let mut raster = picture(Layout::Rgb, &[[10, 20, 30, 0]]);
        to_srgb(
            &mut raster,
            Channels::Rgb,
            Some(&Profile::Icc(b"no profile at all".to_vec())),
        );
        assert_eq!(raster.used(), [10, 20, 30]);
    }

    #[test]
    fn inks_without_a_profile_take_away_light() {
        let mut raster = picture(
            Layout::Rgba,
            &[
                [255, 255, 255, 255],
                [255, 0, 0, 255],
                [255, 255, 255, 0],
                [100, 255, 255, 128],
            ],
        );
        to_srgb(&mut raster, Channels::Inks, None);
        let expected = [
            [255, 255, 255, 255],
            [255, 0, 0, 255],
            [0, 0, 0, 255],
            [50, 128, 128, 255],
        ];
        assert_eq!(raster.used(), expected.as_flattened());
    }
}
