use super::{super::tests::masks, *};
use proptest::prelude::*;

/// The squared distance to the nearest pixel of this value, by trying all.
fn nearest(mask: &Mask, x: u32, y: u32, value: u8) -> Option<u64> {
    let all = (0..mask.height()).flat_map(|v| (0..mask.width()).map(move |u| (u, v)));
    all.filter(|&(u, v)| mask.is_hole(u, v) == (value == 255))
        .map(|(u, v)| u64::from(u.abs_diff(x)).pow(2) + u64::from(v.abs_diff(y)).pow(2))
        .min()
}

proptest! {
    #[test]
    fn growing_and_shrinking_follow_the_distance(mask in masks(), px in 0_u32..6, shrink: bool) {
        let value = if shrink { 0 } else { 255 };
        let mut changed = mask.clone();
        if shrink { changed.shrink(px) } else { changed.grow(px) }
        for y in 0..mask.height() {
            for x in 0..mask.width() {
                let near = nearest(&mask, x, y, value).is_some_and(|square| square <= u64::from(px * px));
                let had = mask.hole()[(y * mask.width() + x) as usize];
                let expected = if near { value } else { had };
                prop_assert_eq!(changed.hole()[(y * mask.width() + x) as usize], expected);
            }
        }
    }

    #[test]
    fn the_distance_inside_is_exact_up_to_its_maximum(mut mask in masks(), max in 1_u8..7) {
        mask.invert();
        let inside = mask.distance_inside(max);
        for y in 0..mask.height() {
            for x in 0..mask.width() {
                let expected = nearest(&mask, x, y, 0).map_or(u64::from(max), |square| square.isqrt().min(u64::from(max)));
                prop_assert_eq!(u64::from(inside[(y * mask.width() + x) as usize]), expected);
            }
        }
    }
}

#[test]
fn growing_farther_than_one_measurement_reaches_every_side() {
    let mut mask = Mask::closed(700, 3);
    mask.hole_mut()[700 + 350] = 255;
    mask.grow(300);
    let bounds = mask.bounds().expect("a hole");
    assert_eq!((bounds.x, bounds.width, bounds.height), (50, 601, 3));
}

#[test]
fn the_edge_of_the_picture_is_no_seam() {
    let mut mask = Mask::closed(5, 5);
    mask.invert();
    assert_eq!(mask.distance_inside(9), [9; 25]);
    mask.shrink(3);
    assert_eq!(mask.hole_pixels(), 25);
}
