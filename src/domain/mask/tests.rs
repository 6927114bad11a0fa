// The tests in the browser take the same file.
mod same_everywhere;

use super::*;

#[test]
fn bounds_are_tight() {
    let mut mask = Mask::closed(10, 8);
    assert_eq!(mask.bounds(), None);
    mask.hole_mut()[2 * 10 + 3] = 255;
    mask.hole_mut()[5 * 10 + 7] = 255;
    let bounds = Rect {
        x: 3,
        y: 2,
        width: 5,
        height: 4,
    };
    assert_eq!(mask.bounds(), Some(bounds));
    assert_eq!(mask.hole_pixels(), 2);
    assert!(mask.is_hole(7, 5) && !mask.is_hole(7, 6) && !mask.is_hole(10, 0));
}

#[test]
fn inverting_twice_changes_nothing() {
    let mut mask = Mask::closed(3, 2);
    mask.hole_mut()[1] = 255;
    let before = mask.clone();
    mask.invert();
    assert_eq!(mask.hole(), [255, 0, 255, 255, 255, 255]);
    assert!((mask.area_share() - 5.0 / 6.0).abs() < 1e-9);
    mask.invert();
    assert_eq!(mask, before);
    mask.clear();
    assert_eq!(mask.hole_pixels(), 0);
}

#[test]
fn the_picture_of_a_mask_is_see_through_in_the_hole() {
    let mut mask = Mask::closed(2, 1);
    mask.hole_mut()[0] = 255;
    assert_eq!(mask.to_rgba_alpha(), [0, 0, 0, 0, 0, 0, 0, 255]);
    let alpha = mask
        .to_rgba_alpha()
        .chunks_exact(4)
        .map(|pixel| pixel[3])
        .collect::<Vec<_>>();
    assert_eq!(Mask::from_alpha(2, 1, alpha.into_iter()), Ok(mask));
}

#[test]
fn scaling_takes_the_nearest_pixel() {
    let mut mask = Mask::closed(2, 2);
    mask.hole_mut()[3] = 255;
    let large = mask.scaled(6, 4);
    assert_eq!(
        large.bounds(),
        Some(Rect {
            x: 3,
            y: 2,
            width: 3,
            height: 2
        })
    );
    assert_eq!(large.hole_pixels(), 6);
    assert_eq!(large.scaled(2, 2), mask);
}

#[test]
fn a_crop_is_cut_at_the_edge() {
    let mut mask = Mask::closed(4, 4);
    mask.hole_mut()[15] = 255;
    let corner = mask.crop(Rect {
        x: 2,
        y: 3,
        width: 9,
        height: 9,
    });
    assert_eq!(
        (corner.width(), corner.height(), corner.hole()),
        (2, 1, [0, 255].as_slice())
    );
    assert_eq!(
        mask.crop(Rect {
            x: 9,
            y: 0,
            width: 2,
            height: 2
        })
        .hole(),
        [0_u8; 0]
    );
}

#[test]
fn alpha_below_the_middle_may_change() {
    let mask = Mask::from_alpha(2, 2, [0, 127, 128, 255].into_iter()).expect("four values");
    assert_eq!(mask.hole(), [255, 255, 0, 0]);
    assert_eq!(Mask::from_alpha(2, 2, [0].into_iter()), Err(WrongLength));
}

#[test]
fn operations_open_the_same_pixels_as_in_the_browser() {
    same_everywhere::check();
}

/// Whether any byte is neither hole nor protected.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn half_open(mask: &Mask) -> bool {
    mask.hole().iter().any(|&value| value != 0 && value != 255)
}

/// Small masks of every kind. proptest is a tool of the machine that builds.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn masks() -> impl proptest::prelude::Strategy<Value = Mask> {
    use proptest::prelude::*;
    (1_u32..14, 1_u32..14, 1_u8..9, any::<bool>()).prop_flat_map(|(width, height, rare, inverted)| {
        proptest::collection::vec(0..=rare, (width * height) as usize).prop_map(move |values| {
            let mut mask = Mask::closed(width, height);
            for (target, value) in mask.hole_mut().iter_mut().zip(values) {
                *target = if (value == 0) == inverted { 0 } else { 255 };
            }
            mask
        })
    })
}
