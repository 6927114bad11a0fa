//! Removal: the hole is filled with patches of its surroundings.
//!
//! For each point of the hole the most similar patch outside is searched by `PatchMatch` (Barnes and others, 2009)
//! on a pyramid, small pictures first; the colours are then fetched at full size through the offsets that were found.

use super::{
    canvas::Canvas,
    light::to_byte,
    noise::Dice,
    plane::{Plane, mix, ramp},
};

/// A patch reaches this far from its middle.
const REACH: usize = 3;
/// Points of the hole at the finest level of the search, at most.
const HOLE_POINTS: f32 = 7000.0;
/// The longer side of the finest level, at most.
const SIDE: f32 = 240.0;

/// A step along the border beyond this is an edge of the picture, not a difference of light.
const STEP: f32 = 0.12;
/// What the farthest patch pays, in squared differences of bytes.
const FAR: f32 = 2600.0;

/// A level of the pyramid: colours with their hole, and where each point of the hole takes its patch from.
struct Level {
    width: usize,
    height: usize,
    rgb: Vec<f32>,
    hole: Vec<bool>,
    /// Whether the middle of a patch around this point lies outside the hole and inside the picture.
    whole: Vec<bool>,
    /// How far a point's colour can be relied on: wholly outside the hole, ever less towards its middle.
    trust: Vec<f32>,
    from: Vec<u32>,
}

/// Where the work happens: the hole with surroundings, in pixels of the picture.
#[derive(Debug, Clone, Copy)]
struct Window {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// The picture with the hole closed by its surroundings. `open` is how open each pixel is.
pub(super) fn close(canvas: &Canvas, open: &Plane, seed: u64) -> Canvas {
    let Some(window) = window(open) else {
        return canvas.clone();
    };
    let (part, part_open) = cut(canvas, open, window);
    let area = part_open.values.iter().filter(|value| **value > 0.02).count() as f32;
    let longest = part.width().max(part.height()) as f32;
    let shrink = (HOLE_POINTS / area).sqrt().min(SIDE / longest).min(1.0);
    let dice = &mut Dice::new(seed, 0x81);
    let mut levels = pyramid(&part, &part_open, shrink);
    let Some(mut coarse) = levels.pop() else {
        return canvas.clone();
    };
    diffuse(&mut coarse);
    coarse.throw(dice);
    coarse.settle(dice, 9);
    while let Some(mut fine) = levels.pop() {
        fine.inherit(&coarse, dice);
        fine.settle(dice, if levels.is_empty() { 2 } else { 4 });
        coarse = fine;
    }
    let filled = fetch(canvas, open, window, &coarse);
    joined(canvas, filled, open, window)
}

/// The hole's box with surroundings of its own size.
fn window(open: &Plane) -> Option<Window> {
    let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
    for y in 0..open.height {
        let row: &[f32] = &open.values[y * open.width..(y + 1) * open.width];
        let (mut x, mut any) = (0, false);
        while x < row.len() {
            if row[x] > 0.02 {
                left = left.min(x);
                right = right.max(x + 1);
                any = true;
            }
            x += 1;
        }
        if any {
            top = top.min(y);
            bottom = y + 1;
        }
    }
    if left == usize::MAX {
        return None;
    }
    let room = ((right - left).max(bottom - top) * 9 / 10).max(24);
    let (left, top) = (left.saturating_sub(room), top.saturating_sub(room));
    Some(Window {
        left,
        top,
        width: (right + room).min(open.width) - left,
        height: (bottom + room).min(open.height) - top,
    })
}

fn cut(canvas: &Canvas, open: &Plane, window: Window) -> (Canvas, Plane) {
    let mut rgb = Vec::with_capacity(window.width * window.height * 3);
    let mut part = Plane::new(window.width, window.height);
    for y in 0..window.height {
        let from = (window.top + y) * canvas.width() + window.left;
        rgb.extend_from_slice(&canvas.rgb()[from * 3..(from + window.width) * 3]);
        part.values[y * window.width..(y + 1) * window.width].copy_from_slice(&open.values[from..from + window.width]);
    }
    (Canvas::of_rgb(window.width, window.height, rgb), part)
}

/// Finest first.
fn pyramid(part: &Canvas, open: &Plane, shrink: f32) -> Vec<Level> {
    let mut levels = Vec::new();
    let mut scale = shrink;
    loop {
        let width = ((part.width() as f32 * scale) as usize).max(8);
        let height = ((part.height() as f32 * scale) as usize).max(8);
        levels.push(Level::of(part, open, width, height));
        scale *= 0.5;
        if (part.width().min(part.height()) as f32) * scale < 32.0 || levels.len() == 6 {
            return levels;
        }
    }
}

impl Level {
    fn of(part: &Canvas, open: &Plane, width: usize, height: usize) -> Self {
        let small = part.resized(width, height);
        // Generous: what the hole touches at all is not to be copied from.
        let reach = (part.width() / width / 2).max(1);
        let hole: Vec<bool> = open
            .boxed(reach)
            .resized(width, height)
            .values
            .iter()
            .map(|value| *value > 0.03)
            .collect();
        let mut whole = vec![false; width * height];
        let inside = |x: usize, y: usize| !hole[y * width + x];
        for y in 1..height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                whole[y * width + x] = (y - 1..=y + 1).all(|py| (x - 1..=x + 1).all(|px| inside(px, py)));
            }
        }
        // Next to nothing is whole: single points must do.
        if !whole.contains(&true) {
            whole = hole.iter().map(|open| !open).collect();
        }
        let trust = trust(&hole, width, height);
        Self {
            trust,
            width,
            height,
            rgb: small.rgb().iter().map(|value| f32::from(*value)).collect(),
            hole,
            whole,
            from: vec![0; width * height],
        }
    }

    /// A whole point anywhere.
    fn anywhere(&self, dice: &mut Dice) -> u32 {
        for _ in 0..200 {
            let place = dice.below(self.whole.len());
            if self.whole[place] {
                return place as u32;
            }
        }
        self.whole.iter().position(|whole| *whole).unwrap_or(0) as u32
    }

    /// Every point of the hole takes a patch by chance.
    fn throw(&mut self, dice: &mut Dice) {
        for place in 0..self.hole.len() {
            if self.hole[place] {
                self.from[place] = self.anywhere(dice);
            }
        }
    }

    /// The offsets of a smaller level, twice as long.
    fn inherit(&mut self, coarse: &Self, dice: &mut Dice) {
        let (step_x, step_y) = (
            coarse.width as f32 / self.width as f32,
            coarse.height as f32 / self.height as f32,
        );
        for y in 0..self.height {
            for x in 0..self.width {
                let place = y * self.width + x;
                if !self.hole[place] {
                    continue;
                }
                let cx = ((x as f32 * step_x) as usize).min(coarse.width - 1);
                let cy = ((y as f32 * step_y) as usize).min(coarse.height - 1);
                let at = cy * coarse.width + cx;
                let mut source = None;
                if coarse.hole[at] {
                    let from = coarse.from[at] as usize;
                    let (dx, dy) = (
                        (from % coarse.width) as f32 - cx as f32,
                        (from / coarse.width) as f32 - cy as f32,
                    );
                    let px = (x as f32 + dx / step_x).round();
                    let py = (y as f32 + dy / step_y).round();
                    if px >= 0.0 && py >= 0.0 && (px as usize) < self.width && (py as usize) < self.height {
                        let there = py as usize * self.width + px as usize;
                        source = self.whole[there].then_some(there as u32);
                    }
                }
                self.from[place] = source.unwrap_or_else(|| self.anywhere(dice));
            }
        }
        // Begin with what the patches show.
        self.vote();
    }

    /// How unlike the patches around two points are.
    fn unlike(&self, here: usize, there: usize) -> f32 {
        let (hx, hy) = (here % self.width, here / self.width);
        let (tx, ty) = (there % self.width, there / self.width);
        let (rgb, trust): (&[f32], &[f32]) = (&self.rgb, &self.trust);
        let mut sum = 0.0;
        let mut count = 0.0;
        let reach = REACH as isize;
        let mut dy = -reach;
        while dy <= reach {
            let (ya, yb) = (hy as isize + dy, ty as isize + dy);
            if ya >= 0 && yb >= 0 && (ya as usize) < self.height && (yb as usize) < self.height {
                let mut dx = -reach;
                while dx <= reach {
                    let (xa, xb) = (hx as isize + dx, tx as isize + dx);
                    if xa >= 0 && xb >= 0 && (xa as usize) < self.width && (xb as usize) < self.width {
                        let a = (ya as usize * self.width + xa as usize) * 3;
                        let b = (yb as usize * self.width + xb as usize) * 3;
                        let (r, g, blue) = (rgb[a] - rgb[b], rgb[a + 1] - rgb[b + 1], rgb[a + 2] - rgb[b + 2]);
                        // What lies in the hole there tells less.
                        let weight = trust[a / 3] * trust[b / 3];
                        sum += (r * r + g * g + blue * blue) * weight;
                        count += weight;
                    }
                    // Every second point tells enough.
                    dx += 2;
                }
            }
            dy += 2;
        }
        if count > 0.0 { sum / count } else { f32::MAX }
    }

    /// How ill a patch fits: unlike what lies there, and far away. The near surroundings know best what belongs here.
    fn cost(&self, here: usize, there: usize, most: f32) -> f32 {
        let (dx, dy) = (
            (here % self.width) as f32 - (there % self.width) as f32,
            (here / self.width) as f32 - (there / self.width) as f32,
        );
        let side = (self.width * self.width + self.height * self.height) as f32;
        let far = FAR * (dx * dx + dy * dy) / side;
        if far >= most {
            return f32::MAX;
        }
        far + self.unlike(here, there)
    }

    /// Searches and shows in turns until the hole has settled.
    fn settle(&mut self, dice: &mut Dice, rounds: usize) {
        for round in 0..rounds {
            self.search(dice, round % 2 == 1);
            self.vote();
        }
    }

    /// One sweep: try what the neighbours found, and chance within ever smaller circles.
    fn search(&mut self, dice: &mut Dice, backwards: bool) {
        let (width, height) = (self.width, self.height);
        let places: Vec<usize> = (0..self.hole.len()).filter(|place| self.hole[*place]).collect();
        let mut costs = vec![f32::MAX; self.hole.len()];
        for place in &places {
            costs[*place] = self.cost(*place, self.from[*place] as usize, f32::MAX / 32.0);
        }
        for turn in 0..places.len() {
            let place = if backwards {
                places[places.len() - 1 - turn]
            } else {
                places[turn]
            };
            let (x, y) = (place % width, place / width);
            let step: isize = if backwards { -1 } else { 1 };
            for (dx, dy) in [(step, 0), (0, step)] {
                let (nx, ny) = (x as isize - dx, y as isize - dy);
                if nx < 0 || ny < 0 || nx as usize >= width || ny as usize >= height {
                    continue;
                }
                let neighbour = ny as usize * width + nx as usize;
                if !self.hole[neighbour] {
                    continue;
                }
                let from = self.from[neighbour] as usize;
                let (fx, fy) = ((from % width) as isize + dx, (from / width) as isize + dy);
                self.consider(place, fx, fy, &mut costs);
            }
            let mut circle = width.max(height) as f32 * 0.6;
            while circle >= 1.0 {
                let from = self.from[place] as usize;
                let fx = (from % width) as f32 + dice.between(-circle, circle);
                let fy = (from / width) as f32 + dice.between(-circle, circle);
                self.consider(place, fx as isize, fy as isize, &mut costs);
                circle *= 0.42;
            }
        }
    }

    /// Takes a patch if it fits better.
    fn consider(&mut self, place: usize, fx: isize, fy: isize, costs: &mut [f32]) {
        if fx < 0 || fy < 0 || fx as usize >= self.width || fy as usize >= self.height {
            return;
        }
        let candidate = fy as usize * self.width + fx as usize;
        if !self.whole[candidate] || self.from[place] as usize == candidate {
            return;
        }
        let cost = self.cost(place, candidate, costs[place]);
        if cost < costs[place] {
            costs[place] = cost;
            self.from[place] = candidate as u32;
        }
    }

    /// Every point of the hole becomes the mean of what the patches over it show.
    fn vote(&mut self) {
        let (width, height) = (self.width, self.height);
        let before = self.rgb.clone();
        let reach = 2_isize;
        for y in 0..height {
            for x in 0..width {
                let place = y * width + x;
                if !self.hole[place] {
                    continue;
                }
                let (mut sum, mut count) = ([0.0_f32; 3], 0.0_f32);
                let mut dy = -reach;
                while dy <= reach {
                    let mut dx = -reach;
                    while dx <= reach {
                        let (nx, ny) = (x as isize + dx, y as isize + dy);
                        if nx >= 0 && ny >= 0 && (nx as usize) < width && (ny as usize) < height {
                            let neighbour = ny as usize * width + nx as usize;
                            if self.hole[neighbour] {
                                let from = self.from[neighbour] as usize;
                                let (sx, sy) = ((from % width) as isize - dx, (from / width) as isize - dy);
                                if sx >= 0 && sy >= 0 && (sx as usize) < width && (sy as usize) < height {
                                    let at = sy as usize * width + sx as usize;
                                    if !self.hole[at] {
                                        let weight = self.trust[neighbour];
                                        sum[0] += before[at * 3] * weight;
                                        sum[1] += before[at * 3 + 1] * weight;
                                        sum[2] += before[at * 3 + 2] * weight;
                                        count += weight;
                                    }
                                }
                            }
                        }
                        dx += 1;
                    }
                    dy += 1;
                }
                if count > 0.0 {
                    for (channel, sum) in sum.iter().enumerate() {
                        self.rgb[place * 3 + channel] = sum / count;
                    }
                }
            }
        }
    }
}

/// From 1 outside, by a fifth less for each step into the hole.
fn trust(hole: &[bool], width: usize, height: usize) -> Vec<f32> {
    let mut trust: Vec<f32> = hole.iter().map(|open| if *open { 0.0 } else { 1.0 }).collect();
    for (start, step) in [(0, 1_isize), (hole.len() - 1, -1)] {
        let mut at = start as isize;
        while at >= 0 && (at as usize) < hole.len() {
            let place = at as usize;
            if hole[place] {
                let (x, y) = (place % width, place / width);
                let across = if step > 0 { x > 0 } else { x + 1 < width };
                let down = if step > 0 { y > 0 } else { y + 1 < height };
                let mut most = trust[place];
                if across {
                    most = most.max(trust[(at - step) as usize] * 0.8);
                }
                if down {
                    most = most.max(trust[(at - step * width as isize) as usize] * 0.8);
                }
                trust[place] = most.max(0.02);
            }
            at += step;
        }
    }
    trust
}

/// The smallest level starts from its rim's colours, spread inwards.
fn diffuse(level: &mut Level) {
    let (width, height) = (level.width, level.height);
    let mut known: Vec<bool> = level.hole.iter().map(|open| !open).collect();
    if !known.contains(&true) {
        return;
    }
    while known.contains(&false) {
        let before = known.clone();
        for place in 0..known.len() {
            if before[place] {
                continue;
            }
            let (x, y) = (place % width, place / width);
            let (mut sum, mut count) = ([0.0_f32; 3], 0.0_f32);
            for (nx, ny) in [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)] {
                if nx < width && ny < height && before[ny * width + nx] {
                    for (channel, sum) in sum.iter_mut().enumerate() {
                        *sum += level.rgb[(ny * width + nx) * 3 + channel];
                    }
                    count += 1.0;
                }
            }
            if count > 0.0 {
                for (channel, sum) in sum.iter().enumerate() {
                    level.rgb[place * 3 + channel] = sum / count;
                }
                known[place] = true;
            }
        }
    }
}

/// The colours at full size, through the offsets of the finest level; borders between offsets are mixed.
fn fetch(canvas: &Canvas, open: &Plane, window: Window, level: &Level) -> Canvas {
    let mut result = canvas.clone();
    let (width, height) = (canvas.width() as isize, canvas.height() as isize);
    let (step_x, step_y) = (
        level.width as f32 / window.width as f32,
        level.height as f32 / window.height as f32,
    );
    let source = canvas.rgb();
    let rgb = result.rgb_mut();
    for y in window.top..window.top + window.height {
        for x in window.left..window.left + window.width {
            let at = y * canvas.width() + x;
            let share = open.values[at];
            if share <= 0.02 {
                continue;
            }
            let lx = (x - window.left) as f32 * step_x;
            let ly = (y - window.top) as f32 * step_y;
            let (cx, cy) = (lx as usize, ly as usize);
            let (fx, fy) = (lx - cx as f32, ly - cy as f32);
            let (mut sum, mut weights) = ([0.0_f32; 3], 0.0_f32);
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let (px, py) = ((cx + dx).min(level.width - 1), (cy + dy).min(level.height - 1));
                let cell = py * level.width + px;
                if !level.hole[cell] {
                    continue;
                }
                let from = level.from[cell] as usize;
                let move_x = ((from % level.width) as f32 - px as f32) / step_x;
                let move_y = ((from / level.width) as f32 - py as f32) / step_y;
                let sx = (x as isize + move_x.round() as isize).clamp(0, width - 1);
                let sy = (y as isize + move_y.round() as isize).clamp(0, height - 1);
                let there = (sy * width + sx) as usize;
                // Never from the hole itself.
                if open.values[there] > 0.02 {
                    continue;
                }
                let weight = (if dx == 0 { 1.0 - fx } else { fx }) * (if dy == 0 { 1.0 - fy } else { fy }) + 0.001;
                for (channel, sum) in sum.iter_mut().enumerate() {
                    *sum += f32::from(source[there * 3 + channel]) * weight;
                }
                weights += weight;
            }
            for channel in 0..3 {
                let filled = if weights > 0.0 {
                    sum[channel] / weights
                } else {
                    // No patch at full size: what the search itself shows.
                    let cell = cy.min(level.height - 1) * level.width + cx.min(level.width - 1);
                    level.rgb[cell * 3 + channel]
                };
                let own = f32::from(source[at * 3 + channel]);
                rgb[at * 3 + channel] = (mix(own, filled, ramp(0.0, 0.35, share)) + 0.5) as u8;
            }
        }
    }
    result
}

/// The filling with the light of its surroundings: how it differs from them along the border is spread over the hole
/// and taken away, so that no step is left.
fn joined(canvas: &Canvas, mut filled: Canvas, open: &Plane, window: Window) -> Canvas {
    let (outside, part_open) = cut(canvas, open, window);
    let (inside, _) = cut(&filled, open, window);
    let shrink = (160.0 / window.width.max(window.height) as f32).min(1.0);
    let width = ((window.width as f32 * shrink) as usize).max(2);
    let height = ((window.height as f32 * shrink) as usize).max(2);
    let small_open = part_open.resized(width, height);
    let near = (width.max(height) / 40).max(1);
    // Means just inside and just outside the border, each without the other.
    let weights_in = small_open.clone().map(|open| if open > 0.5 { 1.0 } else { 0.0 });
    let weights_out = small_open.clone().map(|open| if open < 0.01 { 1.0 } else { 0.0 });
    let (around_in, around_out) = (weights_in.boxed(near), weights_out.boxed(near));
    let border = around_in
        .clone()
        .with(&around_out, |a, b| if a > 0.05 && b > 0.05 { 1.0 } else { 0.0 });
    let (small_in, small_out) = (
        inside.resized(width, height).planes(),
        outside.resized(width, height).planes(),
    );
    let corrections: Vec<Plane> = (0..3)
        .map(|channel| {
            let mean = |plane: &Plane, weights: &Plane, around: &Plane| {
                plane
                    .clone()
                    .with(weights, |value, weight| value * weight)
                    .boxed(near)
                    .with(around, |sum, weight| sum / weight.max(1e-4))
            };
            let step = mean(&small_out[channel], &weights_out, &around_out)
                .with(&mean(&small_in[channel], &weights_in, &around_in), |out, inside| {
                    (out - inside).clamp(-STEP, STEP)
                })
                .with(&border, |step, border| step * border);
            // Spread from the border: near things weigh more, far ones where there is nothing near.
            let (mut sum, mut weight) = (Plane::new(width, height), Plane::new(width, height));
            for (radius, share) in [(near, 1.0), (near * 3, 0.2), (near * 8, 0.03), (near * 20, 0.004)] {
                sum = sum.with(&step.blurred(radius), |sum, more| sum + more * share);
                weight = weight.with(&border.blurred(radius), |sum, more| sum + more * share);
            }
            sum.with(&weight, |sum, weight| sum / weight.max(1e-6))
                .resized(window.width, window.height)
        })
        .collect();
    let whole_width = canvas.width();
    let rgb = filled.rgb_mut();
    for y in 0..window.height {
        for x in 0..window.width {
            let share = part_open.values[y * window.width + x];
            if share > 0.02 {
                let at = (window.top + y) * whole_width + window.left + x;
                for (channel, correction) in corrections.iter().enumerate() {
                    let lift = correction.values[y * window.width + x] * ramp(0.0, 0.35, share);
                    rgb[at * 3 + channel] = to_byte(f32::from(rgb[at * 3 + channel]) / 255.0 + lift);
                }
            }
        }
    }
    filled
}
