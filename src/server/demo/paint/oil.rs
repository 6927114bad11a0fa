//! Oil: brush strokes from broad to fine laid along the forms, where the picture still differs from what lies there
//! (after Hertzmann, 1998), with the relief of the paint lit from the upper left.

use super::{
    canvas::Canvas,
    flow::Flow,
    noise::{self, Dice},
    smooth,
};

/// Paint on the canvas: its colour and how thick it lies.
struct Ground {
    width: usize,
    height: usize,
    rgb: Vec<f32>,
    relief: Vec<f32>,
}

/// Paints the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    let small = canvas.resized((width / 2).max(2), (height / 2).max(2));
    let luma = small.luma().boxed(1);
    let flow = Flow::of(&luma, ((6.0 * scale) as usize).max(2));
    let flat = Canvas::of_planes(&smooth::flatten(small.planes(), 1, 1));
    let mut ground = Ground::primed(canvas);
    let mut dice = Dice::new(seed, 0x51);
    for (layer, (radius, threshold)) in [(17.0, 0.0), (9.0, 0.03), (4.6, 0.045), (2.5, 0.07)]
        .into_iter()
        .enumerate()
    {
        let radius: f32 = radius * scale;
        if radius < 1.0 {
            break;
        }
        lay(&mut ground, &flat, &flow, radius, threshold, layer, &mut dice);
    }
    ground.lit(scale, seed)
}

impl Ground {
    /// A warm brown ground, tinted with the picture's own mean.
    fn primed(canvas: &Canvas) -> Self {
        let (width, height) = (canvas.width(), canvas.height());
        let tiny = canvas.resized(1, 1);
        let mean: Vec<f32> = tiny.rgb().iter().map(|value| f32::from(*value) / 255.0).collect();
        let mut rgb = vec![0.0; width * height * 3];
        for pixel in rgb.chunks_exact_mut(3) {
            pixel[0] = 0.5 * mean[0] + 0.20;
            pixel[1] = 0.5 * mean[1] + 0.14;
            pixel[2] = 0.5 * mean[2] + 0.09;
        }
        Self {
            width,
            height,
            rgb,
            relief: vec![0.0; width * height],
        }
    }

    /// One touch of the brush: from here along a direction, bristles and all.
    fn touch(
        &mut self,
        place: (f32, f32),
        along: (f32, f32),
        radius: f32,
        length: f32,
        colour: [f32; 3],
        bristle: u64,
    ) {
        let half = length * 0.5;
        let reach = half + radius;
        let (left, right) = (
            (place.0 - reach).max(0.0) as usize,
            ((place.0 + reach) as usize + 1).min(self.width),
        );
        let (top, bottom) = (
            (place.1 - reach).max(0.0) as usize,
            ((place.1 + reach) as usize + 1).min(self.height),
        );
        // Sixteen bristles with their own load of paint.
        let mut load = [0.0_f32; 16];
        let mut dice = Dice::new(bristle, 0x52);
        for value in &mut load {
            *value = dice.unit();
        }
        let rgb: &mut [f32] = &mut self.rgb;
        let relief: &mut [f32] = &mut self.relief;
        let (ax, ay) = along;
        for y in top..bottom {
            let dy = y as f32 - place.1;
            // Of a long slanting stroke only a short stretch lies on each row: where it is not too far across or along.
            let (mut from, mut to) = (left as f32, right as f32);
            for (slope, offset, most) in [(ay, dy * ax, radius), (ax, -dy * ay, reach)] {
                if slope.abs() > 0.02 {
                    let (a, b) = ((offset - most) / slope, (offset + most) / slope);
                    let (low, high) = if a < b { (a, b) } else { (b, a) };
                    from = from.max(place.0 + low);
                    to = to.min(place.0 + high + 1.0);
                }
            }
            if to <= from {
                continue;
            }
            let mut x = from as usize;
            let right = (to as usize + 1).min(right);
            while x < right {
                let dx = x as f32 - place.0;
                let u = dx * ax + dy * ay;
                let v = dx * ay - dy * ax;
                let beyond = if u > half {
                    u - half
                } else if u < -half {
                    -half - u
                } else {
                    0.0
                };
                let distance = (beyond * beyond + v * v).sqrt();
                if distance < radius {
                    let lane = (v / radius + 1.0) * 7.99;
                    let place = lane as usize;
                    let next = if place < 15 { place + 1 } else { 15 };
                    let between = lane - place as f32;
                    let thick = load[place] * (1.0 - between) + load[next] * between;
                    let rim = 1.0 - distance / radius;
                    let edge = if rim * 4.0 > 1.0 { 1.0 } else { rim * 4.0 };
                    // The brush runs dry towards its end.
                    let dry = (u + half) / (length + 0.01);
                    let cover = edge * (1.0 - 0.55 * dry * thick);
                    let cover = if cover > 0.0 { cover } else { 0.0 };
                    let shade = 1.0 + (thick - 0.5) * 0.11;
                    let at = y * self.width + x;
                    let to = at * 3;
                    rgb[to] += (colour[0] * shade - rgb[to]) * cover;
                    rgb[to + 1] += (colour[1] * shade - rgb[to + 1]) * cover;
                    rgb[to + 2] += (colour[2] * shade - rgb[to + 2]) * cover;
                    let height = 0.35 + 0.65 * thick + 0.35 * (1.0 - edge);
                    relief[at] += (height - relief[at]) * cover;
                }
                x += 1;
            }
        }
    }

    /// The finished painting, lit from the upper left.
    fn lit(&self, scale: f32, seed: u64) -> Canvas {
        let (width, height) = (self.width, self.height);
        let weave = noise::smooth(width, height, 2.0, 2.0, seed ^ 0x53);
        let mut rgb = vec![0_u8; width * height * 3];
        let relief: &[f32] = &self.relief;
        let paint: &[f32] = &self.rgb;
        let weave: &[f32] = &weave.values;
        let out: &mut [u8] = &mut rgb;
        let step = (scale.round() as usize).max(1);
        for y in 0..height {
            let above = y.saturating_sub(step) * width;
            let below = (y + step).min(height - 1) * width;
            let mut x = 0;
            while x < width {
                let left = if x > step { x - step } else { 0 };
                let right = if x + step < width { x + step } else { width - 1 };
                let at = y * width + x;
                let slope =
                    (relief[y * width + left] - relief[y * width + right]) + (relief[above + x] - relief[below + x]);
                let light = 1.0 - slope * 0.11 + weave[at] * 0.012;
                let shine = if slope < -0.55 { (-slope - 0.55) * 0.10 } else { 0.0 };
                let mut channel = 0;
                while channel < 3 {
                    let value = paint[at * 3 + channel] * light + shine;
                    out[at * 3 + channel] = (value * 255.0 + 0.5) as u8;
                    channel += 1;
                }
                x += 1;
            }
        }
        Canvas::of_rgb(width, height, rgb)
    }
}

/// One layer of strokes of a size, only where they are needed.
fn lay(ground: &mut Ground, flat: &Canvas, flow: &Flow, radius: f32, threshold: f32, layer: usize, dice: &mut Dice) {
    let (width, height) = (ground.width, ground.height);
    let (columns, rows) = (flat.width(), flat.height());
    let grid = (radius * if layer == 0 { 1.3 } else { 1.5 }).max(1.0);
    let (across, down) = ((width as f32 / grid) as usize + 1, (height as f32 / grid) as usize + 1);
    // In a random order, or rows of strokes would show.
    let mut order: Vec<u32> = (0..(across * down) as u32).collect();
    for place in (1..order.len()).rev() {
        let other = dice.below(place + 1);
        order.swap(place, other);
    }
    let source = flat.rgb();
    for cell in order {
        let (cx, cy) = (cell as usize % across, cell as usize / across);
        let x = ((cx as f32 + dice.unit()) * grid).min((width - 1) as f32);
        let y = ((cy as f32 + dice.unit()) * grid).min((height - 1) as f32);
        let (sx, sy) = (
            ((x * columns as f32 / width as f32) as usize).min(columns - 1),
            ((y * rows as f32 / height as f32) as usize).min(rows - 1),
        );
        let from = (sy * columns + sx) * 3;
        let colour = [source[from], source[from + 1], source[from + 2]].map(|value| f32::from(value) / 255.0);
        if layer > 0 {
            let at = (y as usize * width + x as usize) * 3;
            let lies = &ground.rgb[at..at + 3];
            let differs = (colour[0] - lies[0]).abs() * 0.3
                + (colour[1] - lies[1]).abs() * 0.59
                + (colour[2] - lies[2]).abs() * 0.2;
            if differs < threshold {
                continue;
            }
        }
        let at = sy * columns + sx;
        let directed = flow.coherence.values[at];
        let turn = (dice.unit() - 0.5) * (1.5 - 1.2 * directed);
        let (mut ax, mut ay) = (flow.x.values[at], flow.y.values[at]);
        if directed < 0.15 {
            // Nothing to follow: the hand's own slant.
            (ax, ay) = (0.8, -0.6);
        }
        let (sin, cos) = (turn.sin(), turn.cos());
        let along = (ax * cos - ay * sin, ax * sin + ay * cos);
        let length = radius * dice.between(2.2, 4.6) * (0.6 + 0.6 * directed);
        // No two mixtures are the same.
        let drift = (dice.unit() - 0.5) * 0.07;
        let warm = (dice.unit() - 0.5) * 0.035;
        let mixed = [colour[0] + drift + warm, colour[1] + drift, colour[2] + drift - warm];
        let mean = (mixed[0] + mixed[1] + mixed[2]) / 3.0;
        let mixed = mixed.map(|value| (mean + (value - mean) * 1.16).clamp(0.0, 1.0));
        ground.touch((x, y), along, radius, length, mixed, dice.next());
    }
}
