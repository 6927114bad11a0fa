//! A picture in a few given colours: which of them each point takes.

use super::plane::Plane;
use crate::server::demo::oklab::{Lab, lab};

/// Hue counts more than lightness, or large shadows take every colour.
const HUE: f32 = 2.2;

/// The place of the nearest colour.
pub(super) fn nearest(point: Lab, palette: &[Lab]) -> usize {
    let (mut best, mut least, mut place) = (0, f32::MAX, 0);
    while place < palette.len() {
        let colour = &palette[place];
        let (light, a, b) = (point.light - colour.light, point.a - colour.a, point.b - colour.b);
        let distance = light * light + HUE * (a * a + b * b);
        if distance < least {
            best = place;
            least = distance;
        }
        place += 1;
    }
    best
}

/// Which colour each point takes. Colours are looked up once for each of some thousand shades.
pub(super) fn assign(planes: &[Plane; 3], palette: &[Lab]) -> Vec<u8> {
    // Four bits a channel with a little dither would show; five do not.
    let mut table = vec![u8::MAX; 1 << 15];
    let count = planes[0].values.len();
    let mut labels = vec![0_u8; count];
    let (r, g, b): (&[f32], &[f32], &[f32]) = (&planes[0].values, &planes[1].values, &planes[2].values);
    let (table, out): (&mut [u8], &mut [u8]) = (&mut table, &mut labels);
    let mut at = 0;
    while at < count {
        let (qr, qg, qb) = (
            (r[at] * 31.0 + 0.5) as usize,
            (g[at] * 31.0 + 0.5) as usize,
            (b[at] * 31.0 + 0.5) as usize,
        );
        let key = (qr << 10) | (qg << 5) | qb;
        if table[key] == u8::MAX {
            let shade = [qr, qg, qb].map(|value| (value * 255 / 31) as u8);
            table[key] = nearest(lab(shade), palette) as u8;
        }
        out[at] = table[key];
        at += 1;
    }
    labels
}

/// Lets lone points join their neighbours.
pub(super) fn join(labels: &mut [u8], width: usize, height: usize, rounds: usize) {
    for _ in 0..rounds {
        let before = labels.to_vec();
        let (before, after): (&[u8], &mut [u8]) = (&before, labels);
        for y in 1..height.saturating_sub(1) {
            let mut x = 1;
            while x + 1 < width {
                let at = y * width + x;
                let own = before[at];
                let around = [
                    before[at - width - 1],
                    before[at - width],
                    before[at - width + 1],
                    before[at - 1],
                    before[at + 1],
                    before[at + width - 1],
                    before[at + width],
                    before[at + width + 1],
                ];
                let (mut same, mut step) = (0, 0);
                while step < 8 {
                    if around[step] == own {
                        same += 1;
                    }
                    step += 1;
                }
                if same < 4 {
                    after[at] = most_frequent(around, own);
                }
                x += 1;
            }
        }
    }
}

/// The most frequent of eight neighbours.
fn most_frequent(around: [u8; 8], own: u8) -> u8 {
    let (mut best, mut most) = (own, 0);
    for candidate in around {
        let mut count = 0;
        for other in around {
            if other == candidate {
                count += 1;
            }
        }
        if count > most {
            best = candidate;
            most = count;
        }
    }
    best
}

/// Colours that many points are near to, at most `count` of them: seeds far from each other, then the means of what is
/// nearest to each (Lloyd, 1982).
pub(super) fn found(points: &[Lab], count: usize) -> Vec<Lab> {
    const ROUNDS: usize = 6;
    // A few thousand points tell it well enough.
    let step = (points.len() / 4_000).max(1);
    let some: Vec<Lab> = points.iter().copied().step_by(step).collect();
    let Some(first) = some.get(some.len() / 2) else {
        return Vec::new();
    };
    let mut colours = vec![*first];
    let mut far: Vec<f32> = some.iter().map(|point| point.distance(*first, HUE)).collect();
    while colours.len() < count {
        let next = (0..some.len())
            .max_by(|a, b| far[*a].total_cmp(&far[*b]))
            .unwrap_or_default();
        // Nothing is far from all any more.
        if far[next] < 1e-4 {
            break;
        }
        colours.push(some[next]);
        for (known, point) in far.iter_mut().zip(&some) {
            *known = known.min(point.distance(some[next], HUE));
        }
    }
    for _ in 0..ROUNDS {
        let mut sums = vec![(Lab::default(), 0.0_f32); colours.len()];
        for point in &some {
            let (sum, count) = &mut sums[nearest(*point, &colours)];
            sum.light += point.light;
            sum.a += point.a;
            sum.b += point.b;
            *count += 1.0;
        }
        for (colour, (sum, count)) in colours.iter_mut().zip(sums) {
            if count > 0.0 {
                *colour = Lab {
                    light: sum.light / count,
                    a: sum.a / count,
                    b: sum.b / count,
                };
            }
        }
    }
    colours
}
