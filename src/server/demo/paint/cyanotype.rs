//! Cyanotype: Prussian blue on paper brushed with the solution, which ends in strokes at the edge.

use super::{
    canvas::Canvas,
    noise,
    plane::{mix, ramp},
};

/// From the deepest blue to the paper.
const TONES: [[f32; 3]; 4] = [
    [0.035, 0.085, 0.20],
    [0.085, 0.22, 0.43],
    [0.42, 0.60, 0.74],
    [0.95, 0.945, 0.905],
];

/// Prints the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let luma = canvas.luma();
    let (dark, light) = (luma.quantile(0.01), luma.quantile(0.98).max(luma.quantile(0.01) + 0.1));
    let tooth = noise::paper(width, height, seed ^ 0x1d1);
    let brushed = noise::layered(width, height, 240.0 * scale, 7.0 * scale, 3, seed ^ 0x1d2);
    let ends = noise::layered(width, height, 90.0 * scale, 5.0 * scale, 3, seed ^ 0x1d3);
    let uneven = noise::layered(width, height, 260.0 * scale, 220.0 * scale, 3, seed ^ 0x1d4);
    let margin = 0.055 * width.min(height) as f32;
    let mut rgb = vec![0_u8; width * height * 3];
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let tone = ((luma.values[at] - dark) / (light - dark)).clamp(0.0, 1.0);
            let side = x.min(width - 1 - x) as f32 + 0.02 * margin;
            let level = y.min(height - 1 - y) as f32;
            // Brushed from side to side: the ends of the strokes are ragged, the upper and lower edge less so.
            let reached = ramp(0.35, 0.75, side / margin + 0.9 * ends.values[at])
                * ramp(0.35, 0.65, level / margin + 0.35 * brushed.values[at]);
            let exposed = tone + 0.035 * brushed.values[at] + 0.05 * uneven.values[at];
            let value = mix(1.0, exposed.clamp(0.0, 1.0), reached);
            let place = value * 3.0;
            let band = (place as usize).min(2);
            let share = ramp(0.0, 1.0, place - band as f32);
            let sheet = 1.0 + 0.022 * tooth.values[at];
            for channel in 0..3 {
                let toned = mix(TONES[band][channel], TONES[band + 1][channel], share) * sheet;
                rgb[at * 3 + channel] = (toned * 255.0 + 0.5) as u8;
            }
        }
    }
    Canvas::of_rgb(width, height, rgb)
}
