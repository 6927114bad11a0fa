//! What is promised whatever comes: any picture, any stencil, any answer.

use super::*;
use crate::domain::{
    mask::{Point, Stroke, StrokeMode},
    source::Format,
};
use crate::server::imaging::{
    Quality, decode, encode, normalise,
    samples::{Numbers, file, gif, jpeg, noise, painted, photo},
};
use proptest::prelude::*;
use std::cmp::Ordering;

fn masks(size: Size, seed: u64) -> Mask {
    let mut numbers = Numbers(seed);
    let mut mask = Mask::closed(size.width, size.height);
    for _ in 0..=numbers.below(4) {
        let (x, y) = (numbers.below(size.width as usize), numbers.below(size.height as usize));
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        mask.draw(&Stroke {
            points: vec![
                Point {
                    x: x as f32,
                    y: y as f32,
                },
                Point {
                    x: y as f32,
                    y: x as f32,
                },
            ],
            width: numbers.below(40) as f32,
            mode: if numbers.below(4) == 0 {
                StrokeMode::Erase
            } else {
                StrokeMode::Paint
            },
        });
    }
    if numbers.below(5) == 0 {
        mask.invert();
    }
    mask
}

/// What a person uploads.
fn upload(kind: usize, size: Size, seed: u64) -> Vec<u8> {
    match kind {
        0 => jpeg(&photo(size), |_| {}),
        1 => jpeg(&noise(size, seed, false), |encoder| encoder.set_progressive(true)),
        2 => file(&noise(size, seed, false), Format::Png),
        3 => file(&noise(size, seed, true), Format::Png),
        4 => file(&photo(size), Format::Webp),
        5 => encode(&noise(size, seed, true), Format::Webp, Quality::Lossless)
            .expect("written")
            .to_vec(),
        _ => gif(&[&photo(size)]),
    }
}

/// What a provider sends back: another picture, in any format.
fn answer(kind: usize, size: Size, seed: u64) -> Pixels {
    let drawn = match kind % 3 {
        0 => noise(size, seed, false),
        1 => noise(size, seed, true),
        _ => photo(size),
    };
    let (format, quality) = match kind / 3 {
        0 => (Format::Png, Quality::Lossless),
        1 => (Format::Jpeg, Quality::Lossy(70)),
        _ => (Format::Webp, Quality::Lossy(70)),
    };
    decode(&encode(&drawn, format, quality).expect("written")).expect("ours")
}

/// The hole's box with something around it, as far as the picture reaches.
fn frame_of(mask: &Mask, numbers: &mut Numbers) -> Option<Rect> {
    let hole = mask.bounds()?;
    let mut less = |value: u32| u32::try_from(numbers.below(value as usize + 1)).expect("small");
    let (x, y) = (less(hole.x), less(hole.y));
    let (right, bottom) = (hole.x + hole.width, hole.y + hole.height);
    let (right, bottom) = (
        right + less(mask.width() - right),
        bottom + less(mask.height() - bottom),
    );
    Some(Rect {
        x,
        y,
        width: right - x,
        height: bottom - y,
    })
}

fn whole_of(size: Size) -> Rect {
    Rect {
        x: 0,
        y: 0,
        width: size.width,
        height: size.height,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn not_one_byte_outside_the_hole_differs_from_the_master(
        (width, height) in (50_u32..130, 50_u32..130),
        (across, down) in (50_u32..160, 50_u32..160),
        (source, provider) in (0_usize..7, 0_usize..9),
        (feather_px, grow_px) in (0_u32..30, -6_i32..7),
        (align, match_colours, crop, care) in any::<(bool, bool, bool, bool)>(),
        seed: u64,
    ) {
        let size = Size::new(width, height);
        let master = normalise(&upload(source, size, seed)).expect("sound").master;
        let source = decode(&master.bytes).expect("ours");
        let mask = masks(size, seed);
        let mut numbers = Numbers(seed);
        let frame = frame_of(&mask, &mut numbers).filter(|_| crop).unwrap_or(whole_of(size));
        let open = if care {
            mask.after_care(grow_px, Some(&masks(size, seed.wrapping_add(3))), frame).expect("one size")
        } else {
            mask.clone()
        };
        let answer = answer(provider, Size::new(across, down), seed.wrapping_add(77));
        let holes = Holes { painted: &mask, open: &open };
        let corrections = Corrections { align, match_colours };
        let composed = recompose(&source, frame, &answer, holes, &Options { feather_px }, corrections).expect("covers");
        for format in [Format::Png, Format::Webp] {
            let written = encode(&composed.pixels, format, Quality::Lossless).expect("written");
            let stored = decode(&written).expect("ours");
            prop_assert_eq!(&stored, &composed.pixels);
            // Against the master as it is read again, not against what was in memory.
            let master = decode(&master.bytes).expect("ours");
            let counted = count_protected(&master, &stored, &open).expect("one size");
            prop_assert_eq!(counted, Protected { pixels: open.protected_pixels(), changed: 0 });
            if format == Format::Png {
                prop_assert_eq!(count_in_png(&master, &written, &open), Ok(counted));
            }
        }
    }

    #[test]
    fn the_feather_rises_inwards_and_never_leaves_the_two_pictures(
        (width, height) in (50_u32..100, 50_u32..100), feather_px in 0_u32..40, seed: u64,
    ) {
        let size = Size::new(width, height);
        let mask = masks(size, seed);
        let (dark, light) = (painted(size, |_, _| [10, 20, 30, 255]), painted(size, |_, _| [210, 220, 130, 255]));
        let composed = recompose(
            &dark, whole_of(size), &light, Holes { painted: &mask, open: &mask }, &Options { feather_px }, Corrections::NONE,
        ).expect("one size").pixels;
        let inside = mask.distance_inside(254);
        let pixels = composed.rgba().as_chunks::<4>().0;
        let width = width as usize;
        for (place, (distance, pixel)) in inside.iter().zip(pixels).enumerate() {
            prop_assert!((10..=210).contains(&pixel[0]) && (20..=220).contains(&pixel[1]) && (30..=130).contains(&pixel[2]));
            prop_assert!(u32::from(*distance) <= feather_px || pixel[0] == 210);
            prop_assert!(*distance > 0 || pixel[0] == 10);
            // Neighbours are of one part of the hole: as far inside, as much of the answer; farther inside, no less.
            let right = (!(place + 1).is_multiple_of(width)).then_some(place + 1);
            for beside in right.into_iter().chain(Some(place + width).filter(|&below| below < pixels.len())) {
                let order = (distance.cmp(&inside[beside]), pixel[0].cmp(&pixels[beside][0]));
                prop_assert!(order.0 == order.1 || (order.0 != Ordering::Equal && order.1 == Ordering::Equal), "{order:?}");
            }
        }
    }
}

proptest! {
    // Each case aligns two answers.
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn a_crop_set_back_is_the_whole_picture_composed(
        (width, height) in (60_u32..140, 60_u32..140), feather_px in 0_u32..12, seed: u64,
    ) {
        let size = Size::new(width, height);
        let (source, answer, mask) = (photo(size), noise(size, seed, true), masks(size, seed));
        let mut numbers = Numbers(seed);
        let Some(frame) = frame_of(&mask, &mut numbers) else { return Ok(()) };
        let part = answer.crop(frame).expect("inside");
        let options = Options { feather_px };
        // Cut out and set back by whole pixels: the same bytes everywhere.
        let whole = compose_in(&source, whole_of(size), &answer, &mask, &options, Corrections::NONE).expect("covers");
        let stitched = compose_in(&source, frame, &part, &mask, &options, Corrections::NONE).expect("covers");
        prop_assert_eq!(&whole.pixels, &stitched.pixels);
        // With corrections, which see other surroundings: the same bytes outside the crop, and outside the hole.
        let whole = compose(&source, &answer, &mask, &options).expect("one size").pixels;
        let stitched = compose_in(&source, frame, &part, &mask, &options, Corrections::ALL).expect("covers").pixels;
        let mut outside = Mask::closed(width, height);
        outside.invert();
        outside.close_outside(frame);
        for mask in [&outside, &mask] {
            let counted = count_protected(&whole, &stitched, mask).expect("one size");
            prop_assert_eq!(counted, Protected { pixels: mask.protected_pixels(), changed: 0 });
        }
    }
}
