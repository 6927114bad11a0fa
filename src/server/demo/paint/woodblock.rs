//! Woodblock print: few flat colours with soft borders, each pressed from its own block of wood, dark key lines, a
//! gradation wiped into the top of the sky block (*bokashi*), on fibrous paper.

use super::{
    canvas::Canvas,
    flow::{self, Flow},
    noise, palette,
    plane::{Plane, mix, ramp},
    smooth,
};
use crate::server::demo::oklab::{Lab, lab};

/// Blocks cut for one picture, at most.
const BLOCKS: usize = 9;
/// Paper.
const PAPER: [f32; 3] = [0.965, 0.925, 0.845];
/// The ink of the key block.
const SUMI: [f32; 3] = [0.085, 0.09, 0.145];
/// The blue of the gradation.
const PRUSSIAN: [f32; 3] = [0.16, 0.30, 0.50];

/// The inks a printer of the Edo period had on the shelf.
const INKS: [[u8; 3]; 15] = [
    [24, 28, 52],    // indigo, nearly black
    [36, 62, 106],   // Prussian blue
    [84, 118, 152],  // thin Prussian blue
    [164, 188, 196], // a breath of blue
    [176, 54, 38],   // vermilion
    [206, 96, 56],   // red lead
    [222, 156, 92],  // ochre
    [236, 206, 158], // sand
    [248, 236, 212], // the paper's own cream
    [48, 80, 62],    // pine
    [134, 142, 88],  // moss
    [96, 54, 42],    // tea
    [160, 116, 84],  // bark
    [226, 164, 148], // rose
    [196, 188, 174], // thin ink
];

/// Prints the picture.
pub(super) fn paint(canvas: &Canvas, seed: u64) -> Canvas {
    let (width, height) = (canvas.width(), canvas.height());
    let scale = width.max(height) as f32 / 1024.0;
    // Shapes are found on a smaller copy and cut at the whole size.
    let small = canvas.resized((width * 2 / 3).max(2), (height * 2 / 3).max(2));
    let luma = small.luma();
    let flat = smooth::flatten(small.planes(), ((3.0 * scale) as usize).max(1), 2);
    let flat = graded(flat, &luma, scale);
    let shelf: Vec<Lab> = INKS.iter().map(|ink| lab(*ink)).collect();
    let chosen = choose(&Canvas::of_planes(&flat), &shelf);
    let mut labels = palette::assign(&flat, &chosen);
    palette::join(&mut labels, small.width(), small.height(), 3);
    let inks: Vec<[f32; 3]> = chosen
        .iter()
        .map(|ink| ink.rgb().map(|value| f32::from(value) / 255.0))
        .collect();

    let drawn = luma.boxed(1);
    let flow = Flow::of(&drawn, ((3.0 * scale) as usize).max(2));
    let key = flow::lines(&drawn, &flow, (1.15 * scale).max(0.7), (8.0 * scale) as usize + 2);
    let colours = cut(&labels, &inks, small.width(), small.height(), width, height);
    print(colours, &key, scale, seed)
}

/// The picture as the printer reads it: darks and lights stretched to the whole range, forms set off from their
/// surroundings, colours stronger.
fn graded(planes: [Plane; 3], luma: &Plane, scale: f32) -> [Plane; 3] {
    let (dark, light) = (luma.quantile(0.02), luma.quantile(0.97).max(luma.quantile(0.02) + 0.1));
    let around = luma.blurred((14.0 * scale) as usize + 2);
    let [mut r, mut g, mut b] = planes;
    let (red, green, blue): (&mut [f32], &mut [f32], &mut [f32]) = (&mut r.values, &mut g.values, &mut b.values);
    let around: &[f32] = &around.values;
    let mut at = 0;
    while at < around.len() {
        let own = red[at] * 0.299 + green[at] * 0.587 + blue[at] * 0.114;
        let tone = (own + 0.45 * (own - around[at]) - dark) / (light - dark);
        let tone = tone.clamp(0.0, 1.0);
        red[at] = (tone + (red[at] - own) * 1.35).clamp(0.0, 1.0);
        green[at] = (tone + (green[at] - own) * 1.35).clamp(0.0, 1.0);
        blue[at] = (tone + (blue[at] - own) * 1.35).clamp(0.0, 1.0);
        at += 1;
    }
    [r, g, b]
}

/// The inks of the shelf that this picture needs most, darkest first.
fn choose(picture: &Canvas, shelf: &[Lab]) -> Vec<Lab> {
    let step = (picture.width() * picture.height() / 4000).max(1);
    let mut counts = vec![0_usize; shelf.len()];
    for pixel in picture.rgb().chunks_exact(3).step_by(step) {
        counts[palette::nearest(lab([pixel[0], pixel[1], pixel[2]]), shelf)] += 1;
    }
    let mut order: Vec<usize> = (0..shelf.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(counts[*place]));
    order.truncate(BLOCKS);
    // Every print has its darkest ink and its paper.
    for needed in [0, 8] {
        if !order.contains(&needed) {
            order.pop();
            order.insert(0, needed);
        }
    }
    let mut chosen: Vec<Lab> = order.into_iter().map(|place| shelf[place]).collect();
    chosen.sort_by(|a, b| a.light.total_cmp(&b.light));
    chosen
}

/// The blocks at full size. Inside a block the colour is flat; at a border the block that covers most of the
/// surroundings wins, which rounds the steps of the smaller size.
fn cut(labels: &[u8], inks: &[[f32; 3]], columns: usize, rows: usize, width: usize, height: usize) -> [Plane; 3] {
    let mut planes: [Plane; 3] = std::array::from_fn(|_| Plane::new(width, height));
    let (step_x, step_y) = (columns as f32 / width as f32, rows as f32 / height as f32);
    let [to_r, to_g, to_b] = &mut planes;
    let (to_r, to_g, to_b): (&mut [f32], &mut [f32], &mut [f32]) =
        (&mut to_r.values, &mut to_g.values, &mut to_b.values);
    let mut votes = vec![0.0_f32; inks.len()];
    for y in 0..height {
        let py = (y as f32 + 0.5) * step_y - 0.5;
        let top = (py.floor() as isize).clamp(0, rows as isize - 1) as usize;
        let mut x = 0;
        while x < width {
            let px = (x as f32 + 0.5) * step_x - 0.5;
            let left = if px > 0.0 { px as usize } else { 0 };
            let right = if left + 1 < columns { left + 1 } else { left };
            let below = if top + 1 < rows { top + 1 } else { top };
            let first = labels[top * columns + left];
            let mut winner = usize::from(first);
            let uniform = first == labels[top * columns + right]
                && first == labels[below * columns + left]
                && first == labels[below * columns + right];
            if !uniform {
                winner = vote(labels, columns, rows, px, py, &mut votes);
            }
            let ink = inks[winner];
            let at = y * width + x;
            to_r[at] = ink[0];
            to_g[at] = ink[1];
            to_b[at] = ink[2];
            x += 1;
        }
    }
    // One soft pixel, or the borders look like a screen's.
    planes.map(|plane| plane.boxed(usize::from(width > 400)))
}

/// The block that covers most of the surroundings of a place.
fn vote(labels: &[u8], columns: usize, rows: usize, px: f32, py: f32, votes: &mut [f32]) -> usize {
    votes.fill(0.0);
    let (cx, cy) = ((px + 0.5) as isize, (py + 0.5) as isize);
    let mut dy = -1;
    while dy <= 2 {
        let mut dx = -1;
        while dx <= 2 {
            let x = (cx + dx).clamp(0, columns as isize - 1);
            let y = (cy + dy).clamp(0, rows as isize - 1);
            let (ox, oy) = (x as f32 - px, y as f32 - py);
            let weight = 2.6 - ox * ox - oy * oy;
            if weight > 0.0 {
                votes[usize::from(labels[y as usize * columns + x as usize])] += weight;
            }
            dx += 1;
        }
        dy += 1;
    }
    let mut best = 0;
    for place in 1..votes.len() {
        if votes[place] > votes[best] {
            best = place;
        }
    }
    best
}

/// Presses the blocks onto paper.
fn print(mut colours: [Plane; 3], key: &Plane, scale: f32, seed: u64) -> Canvas {
    let (width, height) = (colours[0].width, colours[0].height);
    let key = key.resized(width, height);
    // The grain of the block: long fibres across, bent a little.
    let grain = noise::layered(width, height, 260.0 * scale, 5.0 * scale, 2, seed ^ 0x21);
    let fibres = noise::paper(width, height, seed ^ 0x22);
    // Where the baren pressed less.
    let pressure = noise::layered(width, height, 150.0 * scale, 120.0 * scale, 2, seed ^ 0x23);
    let sky = wiped(&colours, scale, seed);
    let [r, g, b] = &mut colours;
    let channels: [&mut [f32]; 3] = [&mut r.values, &mut g.values, &mut b.values];
    let key: &[f32] = &key.values;
    let (grain, fibres, pressure): (&[f32], &[f32], &[f32]) = (&grain.values, &fibres.values, &pressure.values);
    let [r, g, b] = channels;
    for y in 0..height {
        let mut x = 0;
        while x < width {
            let at = y * width + x;
            // Where less ink lies, the paper shows.
            let bare = 0.05 + 0.05 * grain[at] + 0.03 * fibres[at] + 0.05 * pressure[at];
            let bare = if bare > 0.0 { bare } else { 0.0 };
            let blue = sky[y] * (0.9 + 0.25 * pressure[at]);
            let ink = ramp(0.007, 0.016, key[at]) * (0.95 - 0.10 * fibres[at]);
            let tooth = 1.0 + 0.018 * fibres[at];
            let values = [&mut r[at], &mut g[at], &mut b[at]];
            for (channel, value) in values.into_iter().enumerate() {
                let mut tone = mix(*value, PRUSSIAN[channel], blue * (*value));
                tone = mix(tone, PAPER[channel], bare);
                tone = mix(tone, SUMI[channel], ink) * tooth;
                *value = tone;
            }
            x += 1;
        }
    }
    Canvas::of_planes(&colours)
}

/// How much of the gradation's blue lies on each row: at the top only, where the picture is light there.
fn wiped(colours: &[Plane; 3], scale: f32, seed: u64) -> Vec<f32> {
    let (width, height) = (colours[0].width, colours[0].height);
    let band = (height / 5).max(1);
    let top: f32 = colours
        .iter()
        .map(|plane| plane.values[..band * width].iter().sum::<f32>())
        .sum::<f32>()
        / (3 * band * width) as f32;
    let strength = 0.75 * ramp(0.3, 0.62, top);
    let wobble = noise::smooth(1, height, 1.0, 40.0 * scale, seed ^ 0x24);
    (0..height)
        .map(|y| {
            let place = y as f32 / height as f32 + 0.02 * wobble.values[y];
            strength * (1.0 - ramp(0.0, 0.24, place))
        })
        .collect()
}
