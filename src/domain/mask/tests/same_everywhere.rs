//! What must come out alike to the pixel, natively and in a browser. Whoever takes this file has [`Mask`] and what belongs
//! to it in scope.

use super::{Mask, Point, Rect, Stroke, StrokeMode};

/// Draws, opens, grows, shrinks and looks after a mask, and compares what is open with what always was.
pub(super) fn check() {
    let mut mask = Mask::closed(301, 207);
    let ring = (0..=12_u8).map(|turn| {
        // A polygon of whole and half pixels around the middle.
        let corners = [
            (0.0, -70.0),
            (49.5, -49.5),
            (70.0, 0.0),
            (49.5, 49.5),
            (0.0, 70.0),
            (-49.5, 49.5),
            (-70.0, 0.0),
        ];
        let (x, y) = corners[usize::from(turn % 7)];
        Point {
            x: 150.5 + x,
            y: 103.25 + y,
        }
    });
    mask.draw(&Stroke {
        points: ring.collect(),
        width: 7.5,
        mode: StrokeMode::Paint,
    });
    let mut counts = vec![mask.hole_pixels()];
    mask.open_islands();
    counts.push(mask.hole_pixels());
    mask.grow(11);
    counts.push(mask.hole_pixels());
    mask.shrink(23);
    counts.push(mask.hole_pixels());
    let mut history = Mask::closed(301, 207);
    history.draw(&Stroke {
        points: vec![Point { x: 90.0, y: 40.0 }, Point { x: 170.25, y: 140.75 }],
        width: 21.0,
        mode: StrokeMode::Paint,
    });
    let painted = Rect {
        x: 80,
        y: 30,
        width: 130,
        height: 140,
    };
    let cared = mask.after_care(5, Some(&history), painted).expect("one size");
    counts.push(cared.hole_pixels());
    // FNV-1a over every pixel.
    let digest = cared.hole().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &value| {
        (hash ^ u64::from(value)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(
        (counts, digest),
        (vec![3178, 14_464, 19_589, 9582, 9309], 10_446_924_248_815_221_512)
    );
}
