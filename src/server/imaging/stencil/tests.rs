use super::super::{
    Quality, encode,
    samples::{noise, painted, photo},
};
use super::*;
use crate::domain::{
    mask::{Point, Stroke, StrokeMode},
    source::Format,
};

const SIZE: Size = Size::new(240, 180);

fn blob(size: Size, x: f32, y: f32, width: f32) -> Mask {
    let stroke = Stroke {
        points: vec![
            Point { x, y },
            Point {
                x: x + 20.0,
                y: y + 5.0,
            },
        ],
        width,
        mode: StrokeMode::Paint,
    };
    Mask::from_strokes(size.width, size.height, &[stroke])
}

/// The picture moved right and down, its edge pulled along, and tinted.
fn moved(source: &Pixels, shift: (i32, i32), tint: impl Fn([u8; 4]) -> [u8; 4]) -> Pixels {
    let size = source.size();
    let pixels = source.rgba().as_chunks::<4>().0;
    let clamp = |value: i64, length: u32| usize::try_from(value.clamp(0, i64::from(length) - 1)).expect("inside");
    painted(size, |x, y| {
        let u = clamp(i64::from(x) - i64::from(shift.0), size.width);
        let v = clamp(i64::from(y) - i64::from(shift.1), size.height);
        tint(pixels[v * size.width as usize + u])
    })
}

#[test]
fn the_count_finds_every_changed_pixel() {
    let source = photo(SIZE);
    let mask = blob(SIZE, 100.0, 80.0, 30.0);
    let mut stored = source.clone();
    let place = |x: usize, y: usize| (y * 240 + x) * 4;
    stored.rgba_mut()[place(0, 0)] ^= 1;
    stored.rgba_mut()[place(239, 179) + 3] = 254;
    stored.rgba_mut()[place(105, 82)] ^= 1;
    let changed = Protected {
        pixels: mask.protected_pixels(),
        changed: 2,
    };
    assert_eq!(count_protected(&source, &stored, &mask), Ok(changed));
    let written = encode(&stored, Format::Png, Quality::Lossless).expect("written");
    assert_eq!(count_in_png(&source, &written, &mask), Ok(changed));

    let other = photo(Size::new(180, 240));
    let unreadable = |file: &[u8]| matches!(count_in_png(&source, file, &mask), Err(StencilError::Unreadable(_)));
    assert!(unreadable(
        &encode(&other, Format::Png, Quality::Lossless).expect("written")
    ));
    assert!(
        unreadable(&written[..written.len() / 2]),
        "what is missing is not counted as unchanged"
    );
    assert_eq!(count_in_png(&other, &written, &mask), Err(StencilError::Size));
    assert_eq!(count_protected(&source, &other, &mask), Err(StencilError::Size));
    assert_eq!(
        compose(&other, &source, &mask, &Options { feather_px: 0 }).map(|_| ()),
        Err(StencilError::Size)
    );
}

#[test]
fn inside_the_hole_is_the_answer_and_the_feather_rises_inwards() {
    let source = painted(SIZE, |_, _| [0, 0, 0, 255]);
    let answer = painted(SIZE, |_, _| [200, 200, 200, 255]);
    let mask = blob(SIZE, 90.0, 80.0, 70.0);
    let sharp = compose(&source, &answer, &mask, &Options { feather_px: 0 }).expect("one size");
    let all = |pixels: &Pixels, inside: bool, value: u8| {
        let pixels = pixels.rgba().as_chunks::<4>().0;
        pixels
            .iter()
            .zip(mask.hole())
            .filter(|(_, hole)| (**hole != 0) == inside)
            .all(|(pixel, _)| pixel[0] == value)
    };
    assert!(all(&sharp.pixels, true, 200) && all(&sharp.pixels, false, 0));

    for feather_px in [1, 5, 12, 400] {
        let soft = compose(&source, &answer, &mask, &Options { feather_px }).expect("one size");
        assert!(all(&soft.pixels, false, 0));
        let inside = mask.distance_inside(254);
        let mut by_distance: Vec<(u8, u8)> = inside
            .iter()
            .zip(soft.pixels.rgba().iter().step_by(4))
            .map(|(&distance, &value)| (distance, value))
            .collect();
        by_distance.sort_unstable();
        assert!(
            by_distance.windows(2).all(|pair| pair[0].1 <= pair[1].1),
            "{feather_px}"
        );
        // Where the hole is too narrow for the feather, half its depth fades.
        let deepest = by_distance.last().map_or(0, |&(distance, _)| u32::from(distance));
        let fading = if deepest > 2 * feather_px {
            feather_px
        } else {
            deepest / 2
        };
        for (distance, value) in by_distance {
            assert_eq!(value == 200, u32::from(distance) > fading, "{feather_px} {distance}");
        }
    }
}

#[test]
fn shifts_and_tints_of_the_provider_are_undone() {
    let source = photo(SIZE);
    let mask = blob(SIZE, 100.0, 80.0, 60.0);
    let tints: [fn([u8; 4]) -> [u8; 4]; 3] = [
        |pixel| pixel,
        |[r, g, b, a]| [r.saturating_add(14), g.saturating_sub(6), b.saturating_add(9), a],
        |pixel| {
            pixel.map(|value| {
                if value == 255 {
                    255
                } else {
                    u8::try_from(u16::from(value) * 9 / 10 + 8).expect("small")
                }
            })
        },
    ];
    for shift in [(0, 0), (3, -5), (-8, 2), (7, 8), (1, 0), (-12, 12)] {
        for tint in tints {
            let answer = moved(&source, shift, tint);
            let composed = compose(&source, &answer, &mask, &Options { feather_px: 6 }).expect("one size");
            assert_eq!(composed.shift, shift);
            // The model repainted nothing, so with shift and tint undone the source comes back.
            let worst = composed
                .pixels
                .rgba()
                .iter()
                .zip(source.rgba())
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            assert!(worst.is_some_and(|worst| worst <= 6), "{shift:?} {worst:?}");
        }
    }
}

#[test]
fn answers_of_other_sizes_are_aligned_in_the_pixels_of_the_source() {
    let source = photo(Size::new(480, 360));
    let mask = blob(source.size(), 200.0, 160.0, 90.0);
    // The provider paints at half the size and shifts by three of its own pixels.
    let answer = moved(&super::super::resize(&source, SIZE), (3, -4), |pixel| pixel);
    let composed = compose(&source, &answer, &mask, &Options { feather_px: 8 }).expect("covers");
    assert!(
        (composed.shift.0 - 6).abs() <= 1 && (composed.shift.1 + 8).abs() <= 1,
        "{:?}",
        composed.shift
    );
}

#[test]
fn nothing_is_moved_or_tinted_by_chance() {
    let mask = blob(SIZE, 100.0, 80.0, 60.0);
    let options = Options { feather_px: 4 };
    let plain = painted(SIZE, |_, _| [90, 120, 150, 255]);
    let unlike = noise(SIZE, 11, false);
    for (source, answer) in [
        (&plain, &unlike),
        (&photo(SIZE), &unlike),
        (&unlike, &photo(SIZE)),
        (&unlike, &plain),
    ] {
        let composed = compose(source, answer, &mask, &options).expect("one size");
        assert_eq!(composed.shift, (0, 0));
        let middle = (82 * 240 + 110) * 4;
        assert_eq!(
            composed.pixels.rgba()[middle..middle + 4],
            answer.rgba()[middle..middle + 4]
        );
    }
    // A plain sky in a slightly other blue is matched all the same.
    let sky = painted(SIZE, |_, _| [96, 126, 160, 255]);
    assert_eq!(compose(&plain, &sky, &mask, &options).expect("one size").pixels, plain);
}

#[test]
fn an_answer_to_a_part_is_set_into_that_part() {
    let source = photo(SIZE);
    let frame = Rect {
        x: 60,
        y: 40,
        width: 140,
        height: 110,
    };
    let mask = blob(SIZE, 110.0, 90.0, 40.0);
    let part = source.crop(frame).expect("inside");
    let answer = moved(&part, (4, 3), |pixel| pixel);
    let options = Options { feather_px: 3 };
    let composed = compose_in(&source, frame, &answer, &mask, &options, Corrections::ALL).expect("covers");
    assert_eq!(composed.shift, (4, 3));
    let worst = composed
        .pixels
        .rgba()
        .iter()
        .zip(source.rgba())
        .map(|(a, b)| a.abs_diff(*b))
        .max();
    assert!(worst.is_some_and(|worst| worst <= 3), "{worst:?}");
    let raw = compose_in(&source, frame, &answer, &mask, &options, Corrections::NONE).expect("covers");
    assert_eq!(raw.shift, (0, 0));
    assert_ne!(raw.pixels, composed.pixels);
    let small = Rect { width: 70, ..frame };
    assert_eq!(
        compose_in(&source, small, &answer, &mask, &options, Corrections::ALL).map(|_| ()),
        Err(StencilError::OutsideFrame)
    );
}

#[test]
fn a_mask_without_a_hole_changes_nothing_and_one_of_everything_changes_all() {
    let (source, answer) = (photo(SIZE), noise(SIZE, 1, true));
    let mut mask = Mask::closed(SIZE.width, SIZE.height);
    let options = Options { feather_px: 9 };
    assert_eq!(
        compose(&source, &answer, &mask, &options).expect("one size").pixels,
        source
    );
    mask.invert();
    assert_eq!(
        compose(&source, &answer, &mask, &options).expect("one size").pixels,
        answer
    );
}

#[test]
fn the_seam_is_no_step() {
    let source = photo(SIZE);
    let mask = blob(SIZE, 100.0, 80.0, 80.0);
    let answer = moved(&source, (5, -3), |[r, g, b, a]| {
        [r.saturating_add(18), g.saturating_add(4), b.saturating_sub(12), a]
    });
    let composed = compose(&source, &answer, &mask, &Options { feather_px: 10 }).expect("one size");
    // The mean step between a pixel of the hole and its protected neighbour on the right.
    let step = |pixels: &Pixels| {
        let all = pixels.rgba().as_chunks::<4>().0;
        let edge = (0..all.len() - 1).filter(|&index| mask.hole()[index] != mask.hole()[index + 1]);
        let steps: Vec<u32> = edge
            .map(|index| {
                (0..3)
                    .map(|channel| u32::from(all[index][channel].abs_diff(all[index + 1][channel])))
                    .sum()
            })
            .collect();
        f64::from(steps.iter().sum::<u32>()) / f64::from(u32::try_from(steps.len()).expect("few"))
    };
    assert!(
        step(&composed.pixels) <= 1.5 * step(&source),
        "{} {}",
        step(&composed.pixels),
        step(&source)
    );
}

#[test]
fn after_care_compares_around_what_was_painted_and_changes_only_what_is_open() {
    let source = photo(SIZE);
    let painted = blob(SIZE, 100.0, 80.0, 60.0);
    // The model painted something else, and moved and tinted all of it.
    let mut answer = source.clone();
    for (pixel, hole) in answer.rgba_mut().as_chunks_mut::<4>().0.iter_mut().zip(painted.hole()) {
        if *hole != 0 {
            *pixel = [pixel[1] / 2, 255 - pixel[0], 40, 255];
        }
    }
    let answer = moved(&answer, (4, -3), |[r, g, b, a]| {
        [r.saturating_add(12), g, b.saturating_add(5), a]
    });
    let all = Rect {
        x: 0,
        y: 0,
        width: SIZE.width,
        height: SIZE.height,
    };
    let options = Options { feather_px: 4 };
    let first = compose(&source, &answer, &painted, &options).expect("one size");
    assert_eq!(first.shift, (4, -3));

    // A history brush over all but a small spot: what is compared stays the same, so what is placed does.
    let mut history = blob(SIZE, 104.0, 82.0, 22.0);
    history.invert();
    let open = painted.after_care(0, Some(&history), all).expect("one size");
    let holes = Holes {
        painted: &painted,
        open: &open,
    };
    let again = recompose(
        &source,
        all,
        &answer,
        holes,
        &Options { feather_px: 0 },
        Corrections::ALL,
    )
    .expect("covers");
    assert_eq!(again.shift, (4, -3));
    let counted = count_protected(&source, &again.pixels, &open).expect("one size");
    assert_eq!(
        counted,
        Protected {
            pixels: open.protected_pixels(),
            changed: 0
        }
    );
    let middle = (82 * 240 + 112) * 4;
    assert_eq!(
        again.pixels.rgba()[middle..middle + 4],
        first.pixels.rgba()[middle..middle + 4]
    );
    assert_ne!(again.pixels, source);

    // All of it given back: the source, whatever the answer.
    let nothing = Mask::closed(SIZE.width, SIZE.height);
    let holes = Holes {
        painted: &painted,
        open: &nothing,
    };
    let closed = recompose(&source, all, &answer, holes, &options, Corrections::ALL).expect("covers");
    assert_eq!(closed.pixels, source);

    // Grown beyond what was painted: there the answer repeats the source, so nothing is seen of it.
    let grown = painted.after_care(10, None, all).expect("one size");
    let holes = Holes {
        painted: &painted,
        open: &grown,
    };
    let grown = recompose(
        &source,
        all,
        &answer,
        holes,
        &Options { feather_px: 0 },
        Corrections::ALL,
    )
    .expect("covers");
    let ring = grown
        .pixels
        .rgba()
        .as_chunks::<4>()
        .0
        .iter()
        .zip(source.rgba().as_chunks::<4>().0);
    let worst = ring
        .zip(painted.hole())
        .filter(|(_, hole)| **hole == 0)
        .flat_map(|((one, other), _)| one.iter().zip(other).map(|(a, b)| a.abs_diff(*b)))
        .max();
    assert!(worst.is_some_and(|worst| worst <= 4), "{worst:?}");

    let small = Mask::closed(7, 7);
    let holes = Holes {
        painted: &painted,
        open: &small,
    };
    assert_eq!(
        recompose(&source, all, &answer, holes, &options, Corrections::ALL).map(|_| ()),
        Err(StencilError::Size)
    );
}
