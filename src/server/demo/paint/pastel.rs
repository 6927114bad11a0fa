//! Pastel: dry chalk laid on toned paper in strokes along the forms, colours clear, the paper showing where they end.

use super::{
    canvas::Canvas,
    flow::{self, Flow},
    noise,
    plane::{Plane, mix, ramp},
    smooth,
};

/// The paper, a warm grey.
const PAPER: [f32; 3] = [0.52, 0.47, 0.42];

/// Paints the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width * 2 / 3).max(2), (height * 2 / 3).max(2));
    let luma = small.luma();
    let mut flow = Flow::of(&luma.boxed(1), ((5.0 * scale) as usize).max(2));
    slanted(&mut flow);
    let flat = smooth::flatten(small.planes(), ((2.5 * scale) as usize).max(1), 2);
    // Chalk drawn along the forms: grain pulled out along them.
    let grain = noise::smooth(small.width(), small.height(), 1.9, 1.9, seed ^ 0xd1);
    let strokes = flow::follow(&grain, &flow, (9.0 * scale) as usize + 3);
    let drawn = flat.map(|plane| flow::follow(&plane, &flow, (3.0 * scale) as usize + 1).resized(width, height));
    lay(drawn, &strokes.resized(width, height), scale, seed)
}

/// Where the picture has no direction, the hand has one: from the lower left to the upper right.
fn slanted(flow: &mut Flow) {
    let (hand_x, hand_y) = (0.80, -0.60);
    for at in 0..flow.coherence.values.len() {
        let (x, y) = (flow.x.values[at], flow.y.values[at]);
        let sign = if x * hand_x + y * hand_y < 0.0 { -1.0 } else { 1.0 };
        let own = ramp(0.20, 0.65, flow.coherence.values[at]) * ramp(0.004, 0.016, flow.strength.values[at]);
        let (x, y) = (mix(hand_x, x * sign, own), mix(hand_y, y * sign, own));
        let length = (x * x + y * y).sqrt().max(1e-3);
        flow.x.values[at] = x / length;
        flow.y.values[at] = y / length;
    }
}

fn lay(mut planes: [Plane; 3], strokes: &Plane, scale: f32, seed: u64) -> Canvas {
    let (width, height) = (strokes.width, strokes.height);
    let tooth = noise::paper(width, height, seed ^ 0xd2);
    let torn = noise::layered(width, height, 50.0 * scale, 26.0 * scale, 4, seed ^ 0xd3);
    let warm = noise::layered(width, height, 90.0 * scale, 90.0 * scale, 3, seed ^ 0xd4);
    let (strokes, tooth): (&[f32], &[f32]) = (&strokes.values, &tooth.values);
    let (torn, warm): (&[f32], &[f32]) = (&torn.values, &warm.values);
    let [r, g, b] = &mut planes;
    let (red, green, blue): (&mut [f32], &mut [f32], &mut [f32]) = (&mut r.values, &mut g.values, &mut b.values);
    let margin = 0.035 * width.min(height) as f32;
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let own = [red[at], green[at], blue[at]];
            let tone = own[0] * 0.299 + own[1] * 0.587 + own[2] * 0.114;
            let stroke = strokes[at] * 2.4;
            let side = x.min(width - 1 - x).min(y.min(height - 1 - y)) as f32;
            let reached = ramp(0.1, 0.7, side / margin + 0.8 * torn[at] + 0.25 * stroke);
            let covered = ramp(-0.75, 0.30, stroke * 0.55 + tooth[at] * 0.75 + 0.30) * reached;
            // Every stroke is a shade of its own: lighter, or a little warmer or colder.
            let lift = 0.055 * stroke;
            let turn = 0.030 * warm[at] * (1.0 - tone);
            let tint = [turn, 0.0, -turn];
            let mut values = [0.0_f32; 3];
            for channel in 0..3 {
                let clear = tone + (own[channel] - tone) * 1.30;
                // Chalk has no deep black.
                let chalk = 0.10 + 0.90 * clear + lift + tint[channel];
                let sheet = PAPER[channel] * (1.0 + 0.035 * tooth[at]);
                values[channel] = mix(sheet, chalk, 0.12 * reached + 0.86 * covered);
            }
            [red[at], green[at], blue[at]] = values;
        }
    }
    Canvas::of_planes(&planes)
}
