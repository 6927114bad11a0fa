//! What the real models do to every picture, whether asked or not: they repaint what they were told to leave, move the
//! whole by a few pixels, and tint it a little.

use super::{
    canvas::Canvas,
    light::to_byte,
    noise::{self, Dice},
    plane::mix,
};

/// The picture moved by three to eight pixels and tinted. Edges are repeated.
pub(super) fn moved_and_tinted(canvas: &Canvas, seed: u64) -> Canvas {
    let mut dice = Dice::new(seed, 0x91);
    let angle = dice.between(0.0, std::f32::consts::TAU);
    let far = dice.between(3.4, 7.6);
    let (dx, dy) = (
        (angle.cos() * far).round() as isize,
        (angle.sin() * far).round() as isize,
    );
    let gains: [f32; 3] = std::array::from_fn(|_| dice.between(0.965, 1.03));
    let lift = dice.between(-3.0, 4.0);
    let tables: [Vec<u8>; 3] = gains.map(|gain| {
        (0..=255_u8)
            .map(|value| (f32::from(value) * gain + lift + 0.5) as u8)
            .collect()
    });
    let (width, height) = (canvas.width() as isize, canvas.height() as isize);
    let source = canvas.rgb();
    let mut result = canvas.clone();
    let rgb = result.rgb_mut();
    let [red, green, blue] = &tables;
    let (red, green, blue): (&[u8], &[u8], &[u8]) = (red, green, blue);
    for y in 0..height {
        let from_row = (y - dy).clamp(0, height - 1) * width;
        let mut x = 0;
        while x < width {
            let from_x = x - dx;
            let from_x = if from_x < 0 {
                0
            } else if from_x >= width {
                width - 1
            } else {
                from_x
            };
            let from = (from_row + from_x) as usize * 3;
            let to = (y * width + x) as usize * 3;
            rgb[to] = red[source[from] as usize];
            rgb[to + 1] = green[source[from + 1] as usize];
            rgb[to + 2] = blue[source[from + 2] as usize];
            x += 1;
        }
    }
    result
}

/// The picture as a model repaints it where nothing was to change: nearly the same, not quite.
pub(super) fn repainted(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let soft = canvas.planes().map(|plane| plane.boxed(1));
    let uneven = noise::smooth(width, height, 90.0, 90.0, seed ^ 0x92);
    let grain = noise::smooth(width, height, 2.0, 2.0, seed ^ 0x93);
    let mut result = canvas.clone();
    let rgb = result.rgb_mut();
    let (uneven, grain): (&[f32], &[f32]) = (&uneven.values, &grain.values);
    for (channel, plane) in soft.iter().enumerate() {
        let values: &[f32] = &plane.values;
        let (mut at, mut to) = (0, channel);
        while at < values.len() {
            let own = f32::from(rgb[to]) / 255.0;
            rgb[to] = to_byte(mix(own, values[at], 0.45) + 0.008 * uneven[at] + 0.006 * grain[at]);
            at += 1;
            to += 3;
        }
    }
    result
}
