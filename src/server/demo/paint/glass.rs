//! Stained glass: pieces of coloured glass that follow the forms, lit from behind, in dark lead.

use super::{
    canvas::Canvas,
    cells::Cells,
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
    smooth,
};
use crate::server::demo::oklab::Lab;

/// The lead.
const LEAD: [f32; 3] = [0.075, 0.075, 0.085];

/// Sets the window.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width / 2).max(2), (height / 2).max(2));
    let flat = Canvas::of_planes(&smooth::flatten(small.planes(), ((4.0 * scale) as usize).max(1), 2));
    let cells = Cells::of(&flat, (19.0 * scale).max(6.0), 0.10, true);
    let mut lights: Vec<f32> = cells.pieces.iter().map(|piece| piece.colour.light).collect();
    lights.sort_by(f32::total_cmp);
    let (dark, light) = (lights[lights.len() / 30], lights[lights.len() - 1 - lights.len() / 30]);
    let mut dice = Dice::new(seed, 0x1a1);
    let panes: Vec<[f32; 3]> = cells
        .pieces
        .iter()
        .map(|piece| {
            // Glass is clear: strong in colour, and no piece is without light.
            let stretched = ((piece.colour.light - dark) / (light - dark).max(0.2)).clamp(0.0, 1.0);
            let light = 0.27 + 0.68 * stretched + dice.between(-0.03, 0.03);
            let strong = 1.75;
            let colour = Lab {
                light: light.clamp(0.1, 0.97),
                a: piece.colour.a * strong,
                b: piece.colour.b * strong,
            };
            colour.rgb().map(|value| f32::from(value) / 255.0)
        })
        .collect();
    set(&cells, &panes, (width, height), scale, seed)
}

fn set(cells: &Cells, panes: &[[f32; 3]], (width, height): (usize, usize), scale: f32, seed: u64) -> Canvas {
    let reach = 12;
    let mut inside = Plane::new(cells.width, cells.height);
    for (value, depth) in inside.values.iter_mut().zip(cells.depth(reach)) {
        *value = f32::from(depth);
    }
    let inside = inside.boxed(1).resized(width, height);
    let mut planes: [Plane; 3] = std::array::from_fn(|_| Plane::new(cells.width, cells.height));
    for (channel, plane) in planes.iter_mut().enumerate() {
        for (value, of) in plane.values.iter_mut().zip(&cells.of) {
            *value = panes[*of as usize][channel];
        }
    }
    let mut planes = planes.map(|plane| plane.boxed(1).resized(width, height));
    let streaks = noise::layered(width, height, 46.0 * scale, 9.0 * scale, 3, seed ^ 0x1a2);
    let light = noise::layered(width, height, 420.0 * scale, 420.0 * scale, 2, seed ^ 0x1a3);
    // Where the lead begins, in pixels of the smaller copy.
    let lead = 0.55;
    for (channel, plane) in planes.iter_mut().enumerate() {
        let (values, inside): (&mut [f32], &[f32]) = (&mut plane.values, &inside.values);
        let (streaks, light): (&[f32], &[f32]) = (&streaks.values, &light.values);
        let mut at = 0;
        while at < values.len() {
            let glass = ramp(lead, lead + 0.85, inside[at]);
            let glow = 0.84 + 0.22 * ramp(1.0, 9.0, inside[at]) + 0.07 * streaks[at] + 0.12 * light[at];
            // The lead is round: its middle catches a little light.
            let round = LEAD[channel] + 0.11 * (1.0 - ramp(0.0, lead, inside[at]));
            values[at] = mix(round, values[at] * glow, glass);
            at += 1;
        }
    }
    Canvas::of_planes(&planes)
}
