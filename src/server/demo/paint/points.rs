//! Pointillism: dots of pure colour on a light ground, large ones first; each turned a little in its hue, some to the
//! opposite, so that the eye mixes them.

use super::{
    canvas::Canvas,
    noise::{self, Dice},
    plane::{mix, ramp},
};
use crate::server::demo::oklab::{Lab, lab};

/// The ground.
const GROUND: [f32; 3] = [0.93, 0.90, 0.83];

/// Dots of one size.
struct Layer {
    /// Pixels between their middles at 1024 pixels.
    step: f32,
    /// Radius in parts of the step.
    radius: f32,
    /// How far the hue is turned, in radians.
    turn: f32,
    /// How many are laid, of one.
    share: f32,
}

const LAYERS: [Layer; 3] = [
    Layer {
        step: 8.0,
        radius: 0.86,
        turn: 0.25,
        share: 1.0,
    },
    Layer {
        step: 5.6,
        radius: 0.66,
        turn: 0.55,
        share: 0.96,
    },
    Layer {
        step: 5.0,
        radius: 0.42,
        turn: 0.95,
        share: 0.72,
    },
];

/// Paints the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let mut result = Canvas::filled(width, height, GROUND.map(|value| (value * 255.0) as u8));
    let planes = canvas.planes().map(|plane| plane.boxed((1.6 * scale) as usize + 1));
    let relief = noise::paper(width, height, seed ^ 0xe1);
    let mut dice = Dice::new(seed, 0xe2);
    for layer in LAYERS {
        let step = (layer.step * scale).max(2.5);
        let (columns, rows) = ((width as f32 / step) as usize + 2, (height as f32 / step) as usize + 2);
        for row in 0..rows {
            for column in 0..columns {
                if dice.unit() > layer.share {
                    continue;
                }
                let shift = if row % 2 == 0 { 0.0 } else { 0.5 };
                let x = (column as f32 + shift + dice.between(-0.32, 0.32)) * step;
                let y = (row as f32 + dice.between(-0.32, 0.32)) * step;
                let (px, py) = (
                    (x.max(0.0) as usize).min(width - 1),
                    (y.max(0.0) as usize).min(height - 1),
                );
                let at = py * width + px;
                let own = [0, 1, 2].map(|channel| (planes[channel].values[at] * 255.0) as u8);
                let colour = turned(lab(own), layer.turn, &mut dice);
                dab(
                    &mut result,
                    (x, y),
                    step * layer.radius * dice.between(0.85, 1.12),
                    colour,
                    &relief.values,
                );
            }
        }
    }
    result
}

/// A colour beside this one: purer, its hue turned, its light up or down.
fn turned(own: Lab, turn: f32, dice: &mut Dice) -> [f32; 3] {
    let angle = dice.between(-turn, turn);
    let (sin, cos) = angle.sin_cos();
    // Shadows go to violet and lights to yellow, as the painters did it.
    let light = own.light + dice.between(-0.05, 0.05);
    let (a, b) = (own.a + 0.014, own.b + 0.05 * (own.light - 0.52));
    let pure = 1.38;
    let colour = Lab {
        light: light.clamp(0.05, 0.97),
        a: (a * cos - b * sin) * pure,
        b: (a * sin + b * cos) * pure,
    };
    colour.rgb().map(|value| f32::from(value) / 255.0)
}

/// A round touch of the brush, thicker towards its upper left.
fn dab(canvas: &mut Canvas, middle: (f32, f32), radius: f32, colour: [f32; 3], relief: &[f32]) {
    let (width, height) = (canvas.width() as isize, canvas.height() as isize);
    let (left, right) = ((middle.0 - radius) as isize - 1, (middle.0 + radius) as isize + 1);
    let (top, bottom) = ((middle.1 - radius) as isize - 1, (middle.1 + radius) as isize + 1);
    let rgb = canvas.rgb_mut();
    for y in top.max(0)..=bottom.min(height - 1) {
        for x in left.max(0)..=right.min(width - 1) {
            let (dx, dy) = (x as f32 - middle.0, y as f32 - middle.1);
            let at = (y * width + x) as usize;
            let distance = (dx * dx + dy * dy).sqrt() + 0.5 * relief[at];
            let cover = 1.0 - ramp(radius - 0.9, radius + 0.5, distance);
            if cover > 0.0 {
                let shade = 1.0 - 0.035 * (dx + dy) / radius;
                for channel in 0..3 {
                    let own = f32::from(rgb[at * 3 + channel]) / 255.0;
                    rgb[at * 3 + channel] = (mix(own, colour[channel] * shade, cover * 0.95) * 255.0 + 0.5) as u8;
                }
            }
        }
    }
}
