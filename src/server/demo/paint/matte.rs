//! What stands in front in a photograph, as far as colours and places tell it: two sets of colours, one of the border
//! and one of what is unlike it, taken in turns, and an edge that follows the picture's own (guided filter: He, Sun and
//! Tang, 2010).

use super::{
    canvas::Canvas,
    palette,
    plane::{Plane, ramp},
};
use crate::server::demo::oklab::{Lab, lab};

/// The longer side of the copy that is looked at.
const SIDE_PIXELS: usize = 176;
/// Colours of the front, and of what is behind.
const COLOURS: (usize, usize) = (9, 9);
/// Times the two sets are taken anew.
const ROUNDS: usize = 4;

/// How much each pixel belongs to what stands in front, 0 to 1, at the picture's size.
pub(super) fn front(canvas: &Canvas) -> Plane {
    let small = canvas.within(SIDE_PIXELS);
    let (width, height) = (small.width(), small.height());
    let labs: Vec<Lab> = small
        .rgb()
        .chunks_exact(3)
        .map(|pixel| lab([pixel[0], pixel[1], pixel[2]]))
        .collect();
    let luma = small.luma();
    let place = places(width, height);
    let border = border_colours(&labs, width, height);
    let calm = calm_as_the_border(&labs, &luma, &border);
    let mut front = first_guess(&labs, &place, &border, width, height);
    for _ in 0..ROUNDS {
        let of = |keep: &dyn Fn(f32) -> bool| -> Vec<Lab> {
            let chosen = labs.iter().zip(&front.values).filter(|(_, share)| keep(**share));
            chosen.map(|(lab, _)| *lab).collect()
        };
        let inner = palette::found(&of(&|share| share > 0.62), COLOURS.0);
        let outer = palette::found(&of(&|share| share < 0.38), COLOURS.1);
        if inner.is_empty() || outer.is_empty() {
            break;
        }
        let mut guess = Plane::new(width, height);
        for (at, value) in guess.values.iter_mut().enumerate() {
            let near = |colours: &[Lab]| {
                let nearest = colours[palette::nearest(labs[at], colours)];
                labs[at].distance(nearest, 2.2).sqrt() + 0.012
            };
            let (in_front, behind) = (near(&inner), near(&outer));
            let by_colour = (behind - in_front) / (behind + in_front) - 0.5 * calm.values[at];
            *value = ramp(-0.55, 0.55, by_colour * 0.90 + (place.values[at] - 0.5) * 0.85);
        }
        front = guided(&guess, &luma, (width / 44).max(2), 2e-3);
    }
    let whole = one_piece(&front);
    let soft = guided(&whole, &luma, (width / 40).max(2), 8e-4);
    // The edge at a finer size, where hair and rims are.
    let fine = canvas.within(SIDE_PIXELS * 4);
    let guide = fine.luma();
    let large = soft.resized(fine.width(), fine.height());
    guided(&large, &guide, (fine.width() / 110).max(2), 6e-4)
        .map(|share| ramp(0.30, 0.72, share))
        .resized(canvas.width(), canvas.height())
}

/// How likely something stands at a place: towards the middle, and down to the lower edge.
fn places(width: usize, height: usize) -> Plane {
    let mut place = Plane::new(width, height);
    for y in 0..height {
        for x in 0..width {
            let across = (x as f32 + 0.5) / width as f32 - 0.5;
            let down = (y as f32 + 0.5) / height as f32;
            let above = ((0.50 - down) / 0.50).max(0.0);
            // What stands is broader below.
            let far = (across * across * (5.6 - 2.6 * down) + above * above * 0.55).sqrt();
            place.values[y * width + x] = 1.0 - ramp(0.25, 1.05, far);
        }
    }
    place
}

/// The colours of the upper and outer borders.
fn border_colours(labs: &[Lab], width: usize, height: usize) -> Vec<Lab> {
    let rim = (width.min(height) / 14).max(1);
    let border: Vec<Lab> = (0..labs.len())
        .filter(|at| {
            let (x, y) = (at % width, at / width);
            // What stands in front often comes in from below.
            y < rim || ((x < rim || x >= width - rim) && y < height * 4 / 5)
        })
        .map(|at| labs[at])
        .collect();
    palette::found(&border, COLOURS.1)
}

/// Where a colour of the border lies without any detail: a sky, a wall. That is behind, wherever it is.
fn calm_as_the_border(labs: &[Lab], luma: &Plane, border: &[Lab]) -> Plane {
    let (across, down) = luma.gradient();
    let mut calm = across
        .with(&down, |across, down| (across * across + down * down).sqrt())
        .blurred(2)
        .map(|steep| 1.0 - ramp(0.004, 0.012, steep));
    for (value, own) in calm.values.iter_mut().zip(labs) {
        let nearest = border[palette::nearest(*own, border)];
        *value *= 1.0 - ramp(0.02, 0.06, own.distance(nearest, 2.2).sqrt());
    }
    calm
}

/// Unlike the border, and near the middle.
fn first_guess(labs: &[Lab], place: &Plane, outer: &[Lab], width: usize, height: usize) -> Plane {
    let mut guess = Plane::new(width, height);
    for (at, value) in guess.values.iter_mut().enumerate() {
        let nearest = outer[palette::nearest(labs[at], outer)];
        *value = labs[at].distance(nearest, 3.0).sqrt() * (0.35 + place.values[at]);
    }
    let level = guess.quantile(0.60).max(0.03);
    guess
        .boxed((width / 40).max(1))
        .map(|unlike| ramp(level * 0.6, level * 1.4, unlike))
        .with(place, |unlike, place| unlike * 0.6 + place * 0.4)
}

/// A plane smoothed where the guide is smooth, with edges where the guide has them.
fn guided(plane: &Plane, guide: &Plane, radius: usize, least: f32) -> Plane {
    let mean_guide = guide.boxed(radius);
    let mean_plane = plane.boxed(radius);
    let product = plane.clone().with(guide, |value, guide| value * guide).boxed(radius);
    let square = guide.clone().map(|guide| guide * guide).boxed(radius);
    let mut slope = Plane::new(plane.width, plane.height);
    let mut lift = Plane::new(plane.width, plane.height);
    for at in 0..plane.values.len() {
        let variance = square.values[at] - mean_guide.values[at] * mean_guide.values[at];
        let common = product.values[at] - mean_guide.values[at] * mean_plane.values[at];
        slope.values[at] = common / (variance + least);
        lift.values[at] = mean_plane.values[at] - slope.values[at] * mean_guide.values[at];
    }
    slope
        .boxed(radius)
        .with(guide, |slope, guide| slope * guide)
        .with(&lift.boxed(radius), |value, lift| (value + lift).clamp(0.0, 1.0))
}

/// The largest connected piece, without holes, softened by what it was.
fn one_piece(front: &Plane) -> Plane {
    let (width, height) = (front.width, front.height);
    let solid: Vec<bool> = front.values.iter().map(|share| *share > 0.5).collect();
    let (mut label, sizes) = pieces(&solid, width, height);
    let Some(largest) = (0..sizes.len()).max_by_key(|piece| sizes[*piece].0) else {
        return front.clone();
    };
    // Nearly as large ones belong too: a pair, a cup beside a plate.
    let kept: Vec<bool> = sizes.iter().map(|(size, _)| size * 4 >= sizes[largest].0).collect();
    let mut solid: Vec<bool> = label
        .iter()
        .map(|piece| piece.is_some_and(|piece| kept[piece]))
        .collect();
    // What is enclosed is no background.
    let outside: Vec<bool> = solid.iter().map(|solid| !solid).collect();
    let (holes, sizes) = pieces(&outside, width, height);
    label = holes;
    for (solid, hole) in solid.iter_mut().zip(&label) {
        if let Some(hole) = hole
            && !sizes[*hole].1
        {
            *solid = true;
        }
    }
    let mut result = Plane::new(width, height);
    for (value, solid) in result.values.iter_mut().zip(solid) {
        *value = if solid { 1.0 } else { 0.0 };
    }
    result
}

/// Connected pieces of what is set: the piece of each point, and each piece's size and whether it touches the border.
fn pieces(set: &[bool], width: usize, height: usize) -> (Vec<Option<usize>>, Vec<(usize, bool)>) {
    let mut label: Vec<Option<usize>> = vec![None; set.len()];
    let mut sizes = Vec::new();
    for start in 0..set.len() {
        if !set[start] || label[start].is_some() {
            continue;
        }
        let piece = sizes.len();
        let (mut waiting, mut size, mut at_border) = (vec![start], 0, false);
        label[start] = Some(piece);
        while let Some(at) = waiting.pop() {
            size += 1;
            let (x, y) = (at % width, at / width);
            at_border |= x == 0 || y == 0 || x + 1 == width || y + 1 == height;
            let around = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then(|| at + 1),
                (y > 0).then(|| at - width),
                (y + 1 < height).then(|| at + width),
            ];
            for next in around.into_iter().flatten() {
                if set[next] && label[next].is_none() {
                    label[next] = Some(piece);
                    waiting.push(next);
                }
            }
        }
        sizes.push((size, at_border));
    }
    (label, sizes)
}
