//! Pixel art: few large squares in few colours, with a regular dither between them.

use super::{canvas::Canvas, palette};
use crate::server::demo::oklab::{Lab, lab};

/// Squares along the longer side.
const SQUARES: usize = 148;
/// Colours.
const COLOURS: usize = 26;

/// Bayer's matrix of four by four.
const DITHER: [[f32; 4]; 4] = [
    [0.0, 8.0, 2.0, 10.0],
    [12.0, 4.0, 14.0, 6.0],
    [3.0, 11.0, 1.0, 9.0],
    [15.0, 7.0, 13.0, 5.0],
];

/// Sets the squares.
pub(super) fn paint(canvas: &Canvas) -> Canvas {
    let small = canvas.within(SQUARES);
    let labs: Vec<Lab> = small
        .rgb()
        .chunks_exact(3)
        .map(|pixel| {
            let own = lab([pixel[0], pixel[1], pixel[2]]);
            // Clearer than the photograph: a little more light and dark, a little more colour.
            Lab {
                light: (0.5 + (own.light - 0.5) * 1.14).clamp(0.0, 1.0),
                a: own.a * 1.25,
                b: own.b * 1.25,
            }
        })
        .collect();
    let colours = palette::found(&labs, COLOURS);
    let inks: Vec<[u8; 3]> = colours.iter().map(|colour| colour.rgb()).collect();
    let (across, down) = (small.width(), small.height());
    let chosen: Vec<usize> = labs
        .iter()
        .enumerate()
        .map(|(at, own)| {
            let (x, y) = (at % across, at / across);
            let lift = (DITHER[y % 4][x % 4] / 15.0 - 0.5) * 0.045;
            palette::nearest(
                Lab {
                    light: own.light + lift,
                    ..*own
                },
                &colours,
            )
        })
        .collect();
    let (width, height) = (canvas.width(), canvas.height());
    let mut rgb = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        let row = (y * down / height) * across;
        for x in 0..width {
            rgb.extend_from_slice(&inks[chosen[row + x * across / width]]);
        }
    }
    Canvas::of_rgb(width, height, rgb)
}
