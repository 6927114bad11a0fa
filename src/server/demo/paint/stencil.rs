//! Stencil: four layers sprayed one over the other through cut sheets, with soft specks at every edge.

use super::{
    canvas::Canvas,
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
};

/// The wall, and what is sprayed on it from light to dark.
const SETS: [[[f32; 3]; 4]; 3] = [
    [
        [0.93, 0.89, 0.79],
        [0.90, 0.62, 0.30],
        [0.78, 0.24, 0.19],
        [0.10, 0.12, 0.17],
    ],
    [
        [0.94, 0.91, 0.84],
        [0.52, 0.74, 0.73],
        [0.15, 0.42, 0.50],
        [0.09, 0.11, 0.19],
    ],
    [
        [0.95, 0.90, 0.76],
        [0.93, 0.53, 0.47],
        [0.38, 0.27, 0.51],
        [0.11, 0.09, 0.17],
    ],
];

/// Cuts the sheets and sprays.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width / 2).max(2), (height / 2).max(2));
    let luma = small.luma().blurred((0.8 * scale) as usize + 1);
    let around = luma.blurred((26.0 * scale) as usize + 2);
    // Sheets are cut with a knife: small forms go, the others keep their edge.
    let tone = luma.with(&around, |own, around| own + 0.55 * (own - around));
    // Each sheet opens about a quarter of the picture more.
    let edges = [tone.quantile(0.70), tone.quantile(0.42), tone.quantile(0.20)];
    spray(&tone.resized(width, height), edges, scale, seed)
}

fn spray(tone: &Plane, edges: [f32; 3], scale: f32, seed: u64) -> Canvas {
    let (width, height) = (tone.width, tone.height);
    let mut dice = Dice::new(seed, 0x1e1);
    let [wall, layers @ ..] = SETS[dice.below(SETS.len())];
    let plaster = noise::layered(width, height, 26.0 * scale, 26.0 * scale, 4, seed ^ 0x1e2);
    let tooth = noise::paper(width, height, seed ^ 0x1e3);
    let mut rgb = vec![0_u8; width * height * 3];
    let clouds: [Plane; 3] = std::array::from_fn(|layer| {
        noise::layered(
            width,
            height,
            120.0 * scale,
            120.0 * scale,
            3,
            seed ^ 0x1e4 ^ layer as u64,
        )
    });
    let specks: [Plane; 3] =
        std::array::from_fn(|layer| noise::smooth(width, height, 1.3, 1.3, seed ^ 0x1f1 ^ layer as u64));
    for at in 0..width * height {
        let mut own = wall.map(|value| value * (1.0 + 0.05 * plaster.values[at] + 0.02 * tooth.values[at]));
        for (layer, colour) in layers.iter().enumerate() {
            let open = edges[layer] - tone.values[at];
            // Paint drifts a little under the sheet, in specks.
            let sprayed = ramp(-0.012, 0.012, open)
                .max(0.55 * ramp(-0.075, 0.0, open) * ramp(0.45, 0.75, specks[layer].values[at]));
            let thick = 0.90 + 0.10 * clouds[layer].values[at] + 0.05 * specks[layer].values[at];
            for channel in 0..3 {
                own[channel] = mix(
                    own[channel],
                    colour[channel] * (1.0 + 0.03 * tooth.values[at]),
                    sprayed * thick.min(0.98),
                );
            }
        }
        for channel in 0..3 {
            rgb[at * 3 + channel] = (own[channel] * 255.0 + 0.5) as u8;
        }
    }
    Canvas::of_rgb(width, height, rgb)
}
