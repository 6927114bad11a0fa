//! Regions that stand out: points whose smoothed colour is far from the picture's mean and from its border, joined into
//! connected patches.

use super::{
    Grid, Region,
    colour::{self, COLOURS},
};
use crate::{
    domain::{source::Rect, spec::Size},
    server::demo::oklab::Lab,
};

/// Regions told of, at most.
const REGIONS: usize = 6;
/// A region covers at least this share of the picture.
const LEAST_SHARE: f32 = 0.008;

/// Colour draws the eye more than light does.
const STANDS_OUT: f32 = 9.0;

/// How much each point stands out, the most as 1.
pub(super) fn salience(labs: &[Lab], width: usize, height: usize) -> Grid {
    let smooth = smooth(labs, width, height, width.max(height) / 40 + 1);
    let mean = average(smooth.iter());
    // The border is mostly background.
    let rim = (width.min(height) / 16).max(1);
    let border = average(smooth.iter().enumerate().filter_map(|(at, lab)| {
        let (x, y) = (at % width, at / width);
        (x < rim || y < rim || x >= width - rim || y >= height - rim).then_some(lab)
    }));
    let mut values: Vec<f32> = smooth
        .iter()
        .enumerate()
        .map(|(at, lab)| {
            let (x, y) = ((at % width) as f32 / width as f32, (at / width) as f32 / height as f32);
            // Pictures are composed towards the middle.
            let middle = 1.0 - 0.55 * ((x - 0.5).powi(2) + (y - 0.5).powi(2)).sqrt() * 1.414;
            (lab.distance(mean, STANDS_OUT).sqrt() * 0.5 + lab.distance(border, STANDS_OUT).sqrt() * 0.5) * middle
        })
        .collect();
    let most = values.iter().copied().fold(f32::EPSILON, f32::max);
    // A picture of one colour has nothing that stands out.
    let scale = 1.0 / most.max(0.08);
    for value in &mut values {
        *value *= scale;
    }
    Grid { width, height, values }
}

/// The regions that stand out, most first.
pub(super) fn find(labs: &[Lab], salience: &Grid, size: Size) -> Vec<Region> {
    let (width, height) = (salience.width, salience.height);
    let count = labs.len() as f32;
    let mean = salience.values.iter().sum::<f32>() / count;
    let spread = (salience.values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count).sqrt();
    let threshold = (mean + 0.8 * spread).clamp(0.25, 0.9);
    // A label for each point that stands out: its nearest named colour, so that touching things of two colours stay two.
    let names: Vec<Option<usize>> = labs
        .iter()
        .zip(&salience.values)
        .map(|(lab, value)| (*value >= threshold).then(|| family(colour::nearest(*lab))))
        .collect();
    let overall = average(labs.iter());
    let mut visited = vec![false; names.len()];
    let mut regions = Vec::new();
    for start in 0..names.len() {
        let Some(name) = names[start] else { continue };
        if visited[start] {
            continue;
        }
        let patch = grow(start, name, &names, &mut visited, width, height);
        let share = patch.len() as f32 / count;
        if share < LEAST_SHARE {
            continue;
        }
        let (mut left, mut top, mut right, mut bottom) = (width, height, 0, 0);
        for at in &patch {
            left = left.min(at % width);
            right = right.max(at % width);
            top = top.min(at / width);
            bottom = bottom.max(at / width);
        }
        let lab = average(patch.iter().map(|at| &labs[*at]));
        let clear = patch.iter().map(|at| salience.values[*at]).sum::<f32>() / patch.len() as f32;
        let box_share = patch.len() as f32 / ((right - left + 1) * (bottom - top + 1)) as f32;
        regions.push(Region {
            bounds: scaled(left, top, right + 1, bottom + 1, (width, height), size),
            colour: &COLOURS[colour::nearest(lab)],
            bright: lab.light - overall.light > 0.18 && lab.chroma() < 0.08,
            // Compact and far from the rest: clear. Ragged: less so.
            strength: (0.25 + 0.55 * clear + 0.25 * box_share).clamp(0.2, 0.95),
            share,
        });
    }
    regions.sort_by(|a, b| (b.strength * b.share.sqrt()).total_cmp(&(a.strength * a.share.sqrt())));
    regions.truncate(REGIONS);
    regions
}

/// Shades of one colour are one thing: dark orange in the shadow and orange in the light.
fn family(place: usize) -> usize {
    let name = COLOURS[place].name[0];
    let group = match name {
        "black" | "dark grey" => "black",
        "grey" | "light grey" | "white" | "cream" => "white",
        "red" | "dark red" => "red",
        "orange" | "ochre" | "yellow" => "orange",
        "brown" | "dark brown" | "olive" => "brown",
        "beige" | "peach" | "pink" => "peach",
        "green" | "light green" | "dark green" => "green",
        "light blue" | "blue" | "dark blue" | "grey blue" | "turquoise" => "blue",
        other => other,
    };
    COLOURS
        .iter()
        .position(|colour| colour.name[0] == group)
        .unwrap_or(place)
}

/// The connected points of one label.
fn grow(
    start: usize,
    name: usize,
    names: &[Option<usize>],
    visited: &mut [bool],
    width: usize,
    height: usize,
) -> Vec<usize> {
    let mut patch = vec![start];
    visited[start] = true;
    let mut next = 0;
    while next < patch.len() {
        let (x, y) = (patch[next] % width, patch[next] / width);
        next += 1;
        for (dx, dy) in [(-1_isize, 0_isize), (1, 0), (0, -1), (0, 1)] {
            let (Some(x), Some(y)) = (x.checked_add_signed(dx), y.checked_add_signed(dy)) else {
                continue;
            };
            let at = y * width + x;
            if x < width && y < height && !visited[at] && names[at] == Some(name) {
                visited[at] = true;
                patch.push(at);
            }
        }
    }
    patch
}

/// From points of the small copy to pixels of the picture.
fn scaled(left: usize, top: usize, right: usize, bottom: usize, grid: (usize, usize), size: Size) -> Rect {
    let place = |value: usize, of: usize, side: u32| (value as u64 * u64::from(side) / of as u64) as u32;
    let (x, y) = (place(left, grid.0, size.width), place(top, grid.1, size.height));
    Rect {
        x,
        y,
        width: place(right, grid.0, size.width).saturating_sub(x).max(1),
        height: place(bottom, grid.1, size.height).saturating_sub(y).max(1),
    }
}

fn average<'a>(labs: impl Iterator<Item = &'a Lab>) -> Lab {
    let (mut sum, mut count) = (Lab::default(), 0.0_f32);
    for lab in labs {
        sum.light += lab.light;
        sum.a += lab.a;
        sum.b += lab.b;
        count += 1.0;
    }
    let count = count.max(1.0);
    Lab {
        light: sum.light / count,
        a: sum.a / count,
        b: sum.b / count,
    }
}

/// The mean over a square of `radius`, by running sums.
fn smooth(labs: &[Lab], width: usize, height: usize, radius: usize) -> Vec<Lab> {
    let pass = |labs: &[Lab], across: bool| {
        let (lines, length) = if across { (height, width) } else { (width, height) };
        let at = |line: usize, step: usize| {
            if across {
                line * width + step
            } else {
                step * width + line
            }
        };
        let mut result = labs.to_vec();
        for line in 0..lines {
            for step in 0..length {
                let (from, to) = (step.saturating_sub(radius), (step + radius + 1).min(length));
                result[at(line, step)] = average((from..to).map(|step| &labs[at(line, step)]));
            }
        }
        result
    };
    pass(&pass(labs, true), false)
}
