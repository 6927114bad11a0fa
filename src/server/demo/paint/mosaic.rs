//! Mosaic: small stones set close together, nearly square, each a shade of its own, with mortar between them.

use super::{
    canvas::Canvas,
    cells::Cells,
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
};
use crate::server::demo::oklab::Lab;

/// The mortar.
const MORTAR: [f32; 3] = [0.46, 0.43, 0.40];

/// Sets the stones.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let stone = (13.0 * scale).max(5.0);
    let cells = Cells::of(canvas, stone, 0.34, false);
    let mut dice = Dice::new(seed, 0x1b1);
    let stones: Vec<([f32; 3], f32, f32)> = cells
        .pieces
        .iter()
        .map(|piece| {
            let colour = Lab {
                light: (piece.colour.light * 1.02 + dice.between(-0.045, 0.045)).clamp(0.04, 0.98),
                a: piece.colour.a * 1.3,
                b: piece.colour.b * 1.3,
            };
            // No stone lies quite level.
            let (tilt_x, tilt_y) = (dice.between(-1.0, 1.0), dice.between(-1.0, 1.0));
            (colour.rgb().map(|value| f32::from(value) / 255.0), tilt_x, tilt_y)
        })
        .collect();
    let grain = noise::paper(width, height, seed ^ 0x1b2);
    let mut inside = Plane::new(width, height);
    for (value, depth) in inside.values.iter_mut().zip(cells.depth(6)) {
        *value = f32::from(depth);
    }
    let inside = inside.boxed(1);
    let mut planes: [Plane; 3] = std::array::from_fn(|_| Plane::new(width, height));
    let joint = (0.30 * scale).max(0.2);
    for (channel, plane) in planes.iter_mut().enumerate() {
        let mut at = 0;
        while at < plane.values.len() {
            let number = cells.of[at] as usize;
            let (colour, tilt_x, tilt_y) = stones[number];
            let piece = cells.pieces[number];
            let (dx, dy) = (
                ((at % width) as f32 - piece.x) / stone,
                ((at / width) as f32 - piece.y) / stone,
            );
            let slope = 1.0 + 0.10 * (dx * tilt_x + dy * tilt_y) - 0.09 * (dx + dy);
            let face = ramp(joint, joint + 0.8, inside.values[at]);
            let shine = 1.0 + 0.035 * grain.values[at];
            let mortar = mix(MORTAR[channel], colour[channel], 0.35) * (0.80 + 0.06 * grain.values[at]);
            plane.values[at] = mix(mortar, colour[channel] * slope * shine, face);
            at += 1;
        }
    }
    Canvas::of_planes(&planes)
}
