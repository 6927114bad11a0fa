use super::*;

/// A mask from a drawing: `#` is hole.
fn drawn<const N: usize>(rows: [&str; N]) -> Mask {
    let width = u32::try_from(rows[0].len()).expect("short");
    let mut mask = Mask::closed(width, u32::try_from(N).expect("few"));
    for (value, sign) in mask.hole_mut().iter_mut().zip(rows.concat().bytes()) {
        *value = if sign == b'#' { 255 } else { 0 };
    }
    mask
}

#[test]
fn what_a_line_goes_around_is_opened() {
    let mut ring = drawn([
        "..##...", //
        ".#..#..", //
        "#....#.", //
        ".#..#..", //
        "..##..#",
    ]);
    ring.open_islands();
    let filled = drawn([
        "..##...", //
        ".####..", //
        "######.", //
        ".####..", //
        "..##..#",
    ]);
    assert_eq!(ring, filled);
}

#[test]
fn what_reaches_the_edge_stays_protected() {
    let open = [
        ".####..", //
        ".#..#..", //
        ".#..###", //
        ".#.....", //
        ".######",
    ];
    let mut mask = drawn(open);
    mask.open_islands();
    assert_eq!(mask, drawn(open));
}

#[test]
fn small_islands_are_opened_and_large_ones_kept() {
    let mut mask = drawn([
        "##########", //
        "#.##....##", //
        "####....##", //
        "#..#....##", //
        "##########",
    ]);
    mask.open_islands_up_to(2);
    let large = drawn([
        "##########", //
        "####....##", //
        "####....##", //
        "####....##", //
        "##########",
    ]);
    assert_eq!(mask, large);
    mask.open_islands_up_to(12);
    assert_eq!(mask.protected_pixels(), 0);
}

#[test]
fn masks_of_other_sizes_are_not_mixed() {
    let mut mask = drawn(["#.", ".#"]);
    let before = mask.clone();
    let other = drawn(["###", "###"]);
    assert_eq!(mask.subtract(&other), Err(OtherSize));
    assert_eq!(mask.unite(&other), Err(OtherSize));
    assert_eq!(mask.intersect(&other), Err(OtherSize));
    let all = Rect {
        x: 0,
        y: 0,
        width: 2,
        height: 2,
    };
    assert_eq!(mask.after_care(3, Some(&other), all), Err(OtherSize));
    assert_eq!(mask, before);
}

#[test]
fn after_care_grows_then_gives_back_what_the_history_opened() {
    let mask = drawn([
        ".......", //
        "...#...", //
        ".......",
    ]);
    let history = drawn([
        "....##.", //
        "....##.", //
        "....##.",
    ]);
    let all = Rect {
        x: 0,
        y: 0,
        width: 7,
        height: 3,
    };
    let grown = mask.after_care(1, Some(&history), all).expect("one size");
    assert_eq!(grown, drawn(["...#...", "..##...", "...#..."]));
    // Nothing was painted in the first three columns.
    let part = Rect { x: 3, width: 4, ..all };
    let cut = mask.after_care(1, Some(&history), part).expect("one size");
    assert_eq!(cut, drawn(["...#...", "...#...", "...#..."]));
    assert_eq!(mask.after_care(-1, None, all).expect("one size").hole_pixels(), 0);
}

// proptest is a tool of the machine that builds.
#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use super::super::super::tests::{half_open, masks};
    use super::*;
    use proptest::prelude::*;

    /// Which protected pixels reach the edge, by looking until nothing changes any more.
    fn reaching(mask: &Mask) -> Vec<bool> {
        let (width, height) = (mask.width(), mask.height());
        let place = |x: u32, y: u32| (y * width + x) as usize;
        let mut reached = vec![false; (width * height) as usize];
        loop {
            let before = reached.clone();
            for y in 0..height {
                for x in 0..width {
                    let edge = x == 0 || y == 0 || x + 1 == width || y + 1 == height;
                    let beside = || {
                        reached[place(x - 1, y)]
                            || reached[place(x + 1, y)]
                            || reached[place(x, y - 1)]
                            || reached[place(x, y + 1)]
                    };
                    if !mask.is_hole(x, y) && (edge || beside()) {
                        reached[place(x, y)] = true;
                    }
                }
            }
            if before == reached {
                return reached;
            }
        }
    }

    proptest! {
        #[test]
        fn islands_are_what_does_not_reach_the_edge(mask in masks()) {
            let mut filled = mask.clone();
            filled.open_islands();
            for (value, reached) in filled.hole().iter().zip(reaching(&mask)) {
                prop_assert_eq!(*value == 0, reached);
            }
            prop_assert!(!half_open(&filled));
            let once = filled.clone();
            filled.open_islands();
            prop_assert_eq!(filled, once);
        }

        #[test]
        fn larger_islands_are_opened_only_when_allowed(mask in masks(), pixels in 0_u64..12) {
            let (mut some, mut more, mut all) = (mask.clone(), mask.clone(), mask.clone());
            some.open_islands_up_to(pixels);
            more.open_islands_up_to(pixels + 1);
            all.open_islands();
            let within = |inner: &Mask, outer: &Mask| inner.hole().iter().zip(outer.hole()).all(|(one, other)| one <= other);
            prop_assert!(within(&mask, &some) && within(&some, &more) && within(&more, &all));
            prop_assert!(!half_open(&some));
            if pixels == 0 {
                prop_assert_eq!(some, mask);
            }
        }

        #[test]
        fn masks_behave_as_sets(one in masks(), seed: u64) {
            let mut other = one.clone();
            for (index, value) in other.hole_mut().iter_mut().enumerate() {
                *value = if (seed >> (index % 61)) & 1 == 1 { 255 } else { 0 };
            }
            let (mut minus, mut both, mut either) = (one.clone(), one.clone(), one.clone());
            minus.subtract(&other).expect("one size");
            both.intersect(&other).expect("one size");
            either.unite(&other).expect("one size");
            prop_assert_eq!(minus.hole_pixels() + both.hole_pixels(), one.hole_pixels());
            prop_assert_eq!(either.hole_pixels() + both.hole_pixels(), one.hole_pixels() + other.hole_pixels());
            minus.unite(&both).expect("one size");
            prop_assert_eq!(&minus, &one);
            other.invert();
            let mut kept = one.clone();
            kept.intersect(&other).expect("one size");
            let mut left = one;
            other.invert();
            left.subtract(&other).expect("one size");
            prop_assert_eq!(kept, left);
        }

        #[test]
        fn only_the_rectangle_stays_open(
            mask in masks(), x in 0_u32..16, y in 0_u32..16, width in 0_u32..16, height in 0_u32..16,
        ) {
            let mut cut = mask.clone();
            cut.close_outside(Rect { x, y, width, height });
            for v in 0..mask.height() {
                for u in 0..mask.width() {
                    let inside = (x..x + width).contains(&u) && (y..y + height).contains(&v);
                    prop_assert_eq!(cut.is_hole(u, v), inside && mask.is_hole(u, v));
                }
            }
        }

        #[test]
        fn after_care_never_opens_the_history_nor_beyond_what_was_painted(
            mask in masks(), grow_px in -4_i32..5, seed: u64, x in 0_u32..6, y in 0_u32..6, side in 1_u32..12,
        ) {
            let mut history = mask.clone();
            for (index, value) in history.hole_mut().iter_mut().enumerate() {
                *value = if (seed >> (index % 61)) & 1 == 1 { 255 } else { 0 };
            }
            let painted = Rect { x, y, width: side, height: side };
            let cared = mask.after_care(grow_px, Some(&history), painted).expect("one size");
            let mut grown = mask.clone();
            if grow_px < 0 { grown.shrink(grow_px.unsigned_abs()) } else { grown.grow(grow_px.unsigned_abs()) }
            for v in 0..mask.height() {
                for u in 0..mask.width() {
                    let inside = (x..x + side).contains(&u) && (y..y + side).contains(&v);
                    let open = inside && grown.is_hole(u, v) && !history.is_hole(u, v);
                    prop_assert_eq!(cared.is_hole(u, v), open);
                }
            }
            prop_assert!(!half_open(&cared));
        }
    }
}
