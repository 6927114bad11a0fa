//! A picture in small pieces that follow its forms: pixels join the nearest of a grid of seeds, near in place and in
//! colour, and the seeds move to the middle of what joined them (after Achanta et al., *SLIC superpixels*, 2012).

use super::canvas::Canvas;
use crate::server::demo::oklab::{Lab, lab};

/// The pieces of a picture.
pub(super) struct Cells {
    pub width: usize,
    pub height: usize,
    /// Which piece each pixel belongs to.
    pub of: Vec<u32>,
    /// Each piece's colour and middle.
    pub pieces: Vec<Piece>,
}

/// A piece.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Piece {
    pub colour: Lab,
    pub x: f32,
    pub y: f32,
}

/// Times the seeds move.
const ROUNDS: usize = 5;

impl Cells {
    /// Pieces about `side` pixels wide; the more `compact`, the more they are squares and the less they follow forms.
    /// Like `bricks` they have no long joints, and become six-sided.
    pub(super) fn of(canvas: &Canvas, side: f32, compact: f32, bricks: bool) -> Self {
        let (width, height) = (canvas.width(), canvas.height());
        let labs: Vec<Lab> = canvas
            .rgb()
            .chunks_exact(3)
            .map(|pixel| lab([pixel[0], pixel[1], pixel[2]]))
            .collect();
        let columns = ((width as f32 / side).round() as usize).max(1);
        let rows = ((height as f32 / side).round() as usize).max(1);
        let (step_x, step_y) = (width as f32 / columns as f32, height as f32 / rows as f32);
        let mut pieces: Vec<Piece> = (0..columns * rows)
            .map(|number| {
                let row = number / columns;
                let shift = if bricks { 0.25 + 0.5 * (row % 2) as f32 } else { 0.5 };
                let x = ((number % columns) as f32 + shift) * step_x;
                let y = (row as f32 + 0.5) * step_y;
                let at = (y as usize).min(height - 1) * width + (x as usize).min(width - 1);
                Piece { colour: labs[at], x, y }
            })
            .collect();
        let weight = compact * compact / (side * side);
        let mut of = vec![0_u32; width * height];
        for _ in 0..ROUNDS {
            assign(
                &labs,
                &mut of,
                &pieces,
                (width, columns, rows),
                (step_x, step_y),
                weight,
            );
            pieces = middles(&labs, &of, &pieces, width);
        }
        Self {
            width,
            height,
            of,
            pieces,
        }
    }

    /// How far each pixel is from the border of its piece, up to `reach`, in pixels: 0 on the border.
    pub(super) fn depth(&self, reach: usize) -> Vec<u8> {
        let (width, height) = (self.width, self.height);
        let mut depth = vec![reach as u8; width * height];
        for y in 0..height {
            for x in 0..width {
                let at = y * width + x;
                let own = self.of[at];
                let differs = (x + 1 < width && self.of[at + 1] != own)
                    || (y + 1 < height && self.of[at + width] != own)
                    || (x > 0 && self.of[at - 1] != own)
                    || (y > 0 && self.of[at - width] != own);
                if differs {
                    depth[at] = 0;
                }
            }
        }
        // There and back again, by city blocks.
        for y in 0..height {
            for x in 0..width {
                let at = y * width + x;
                let left = if x > 0 { depth[at - 1] } else { u8::MAX - 1 };
                let above = if y > 0 { depth[at - width] } else { u8::MAX - 1 };
                depth[at] = depth[at].min(left.min(above) + 1);
            }
        }
        for y in (0..height).rev() {
            for x in (0..width).rev() {
                let at = y * width + x;
                let right = if x + 1 < width { depth[at + 1] } else { u8::MAX - 1 };
                let below = if y + 1 < height { depth[at + width] } else { u8::MAX - 1 };
                depth[at] = depth[at].min(right.min(below) + 1);
            }
        }
        depth
    }
}

fn assign(
    labs: &[Lab],
    of: &mut [u32],
    pieces: &[Piece],
    (width, columns, rows): (usize, usize, usize),
    (step_x, step_y): (f32, f32),
    weight: f32,
) {
    let mut at = 0;
    while at < labs.len() {
        let (x, y) = ((at % width) as f32, (at / width) as f32);
        let (column, row) = ((x / step_x) as isize, (y / step_y) as isize);
        let own = labs[at];
        let (mut best, mut least) = (of[at], f32::MAX);
        let mut near_row = row - 1;
        while near_row <= row + 1 {
            let mut near = column - 1;
            while near <= column + 1 {
                if near_row >= 0 && near >= 0 && (near_row as usize) < rows && (near as usize) < columns {
                    let number = near_row as usize * columns + near as usize;
                    let piece = pieces[number];
                    let (light, a, b) = (
                        own.light - piece.colour.light,
                        own.a - piece.colour.a,
                        own.b - piece.colour.b,
                    );
                    let (dx, dy) = (x - piece.x, y - piece.y);
                    let far = light * light + 2.0 * (a * a + b * b) + weight * (dx * dx + dy * dy);
                    if far < least {
                        least = far;
                        best = number as u32;
                    }
                }
                near += 1;
            }
            near_row += 1;
        }
        of[at] = best;
        at += 1;
    }
}

fn middles(labs: &[Lab], of: &[u32], before: &[Piece], width: usize) -> Vec<Piece> {
    let mut sums = vec![(Piece::default(), 0.0_f32); before.len()];
    let mut at = 0;
    while at < labs.len() {
        let (sum, count) = &mut sums[of[at] as usize];
        sum.colour.light += labs[at].light;
        sum.colour.a += labs[at].a;
        sum.colour.b += labs[at].b;
        sum.x += (at % width) as f32;
        sum.y += (at / width) as f32;
        *count += 1.0;
        at += 1;
    }
    sums.iter()
        .zip(before)
        .map(|((sum, count), before)| {
            if *count == 0.0 {
                return *before;
            }
            Piece {
                colour: Lab {
                    light: sum.colour.light / count,
                    a: sum.colour.a / count,
                    b: sum.colour.b / count,
                },
                x: sum.x / count,
                y: sum.y / count,
            }
        })
        .collect()
}
