//! Charcoal: broad lines, soft smudged tones drawn with the side of the stick, and paper that shows through its grain.

use super::{
    canvas::Canvas,
    flow::{self, Flow},
    noise::{self, Dice},
    plane::{Plane, mix, ramp},
};

/// The paper.
const PAPER: [f32; 3] = [0.925, 0.90, 0.855];
/// Burnt wood.
const COAL: [f32; 3] = [0.085, 0.08, 0.08];

/// Draws the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width / 2).max(2), (height / 2).max(2));
    let luma = small.luma();
    let flow = Flow::of(&luma.boxed(1), ((4.0 * scale) as usize).max(2));
    let line = flow::lines(
        &luma.boxed(1),
        &flow,
        (1.3 * scale).max(0.8),
        (6.0 * scale) as usize + 2,
    );
    let line = line.boxed(1).resized(width, height);
    let (dark, light) = (luma.quantile(0.03), luma.quantile(0.985).max(luma.quantile(0.03) + 0.1));
    let around = luma.blurred((20.0 * scale) as usize + 2);
    let tone = luma
        .with(&around, |own, around| own + 0.3 * (own - around))
        .map(|value| ((value - dark) / (light - dark)).clamp(0.0, 1.0));
    // A finger goes over it along the forms.
    let smudged = flow::follow(&tone, &flow, (5.0 * scale) as usize + 2)
        .boxed(1)
        .resized(width, height);
    draw(&line, &smudged, scale, seed)
}

fn draw(line: &Plane, tone: &Plane, scale: f32, seed: u64) -> Canvas {
    let (width, height) = (tone.width, tone.height);
    let slant = Dice::new(seed, 0xc1).between(0.6, 1.0);
    let tooth = noise::paper(width, height, seed ^ 0xc2);
    let coarse = noise::layered(width, height, 5.0 * scale, 3.2 * scale, 2, seed ^ 0xc3);
    let side = noise::layered(width, height, 70.0 * scale * slant, 14.0 * scale, 3, seed ^ 0xc4);
    let mut rgb = vec![0_u8; width * height * 3];
    let (line, tone): (&[f32], &[f32]) = (&line.values, &tone.values);
    let (tooth, coarse, side): (&[f32], &[f32], &[f32]) = (&tooth.values, &coarse.values, &side.values);
    let out: &mut [u8] = &mut rgb;
    let mut at = 0;
    while at < tone.len() {
        let dark = 1.0 - tone[at] + 0.07 * side[at];
        // The stick catches on what stands up from the paper; pressed hard it fills the hollows too.
        let grain = 0.62 * tooth[at] + 0.5 * coarse[at];
        let caught = ramp(0.22, 1.0, dark + 0.40 * grain);
        let smudge = 0.46 * ramp(0.02, 1.0, dark);
        let stroke = ramp(0.004, 0.018, line[at] + 0.003 * grain) * (0.80 + 0.2 * grain);
        let black = 1.0 - (1.0 - smudge) * (1.0 - 0.84 * caught) * (1.0 - 0.85 * stroke);
        let black = black.clamp(0.0, 0.97);
        let sheet = 1.0 + 0.022 * tooth[at] + 0.012 * coarse[at];
        let mut channel = 0;
        while channel < 3 {
            out[at * 3 + channel] = (mix(PAPER[channel] * sheet, COAL[channel], black) * 255.0 + 0.5) as u8;
            channel += 1;
        }
        at += 1;
    }
    Canvas::of_rgb(width, height, rgb)
}
