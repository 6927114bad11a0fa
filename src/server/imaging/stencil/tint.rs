//! Undoing the provider's tint: what brings the answer's surroundings of the hole to the source's is done inside too.

use super::align::{Likeness, MIN_LIKENESS, MIN_SPREAD, luma};

/// Most steps of 255 that a channel is moved by: beyond it is no tint but another picture.
const MAX_OFFSET: f64 = 40.0;
/// How much contrast may be changed.
const GAINS: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// Correlation from which a difference in contrast is taken for a fact.
const GAIN_LIKENESS: f64 = 0.85;
/// Fewest places that say anything.
const MIN_PLACES: f64 = 64.0;

/// For red, green and blue what each value becomes.
pub(super) type Tables = [[u8; 256]; 3];

/// Sums over the ring for one channel.
#[derive(Default, Clone, Copy)]
struct Sums {
    count: f64,
    source: f64,
    answer: f64,
    source_squares: f64,
    answer_squares: f64,
    products: f64,
}

impl Sums {
    fn add(&mut self, source: u8, answer: u8) {
        let (source, answer) = (f64::from(source), f64::from(answer));
        self.count += 1.0;
        self.source += source;
        self.answer += answer;
        self.source_squares += source * source;
        self.answer_squares += answer * answer;
        self.products += source * answer;
    }

    /// Means, standard deviations and correlation.
    fn read(self) -> ((f64, f64), (f64, f64), f64) {
        let means = (self.source / self.count, self.answer / self.count);
        let spread = |squares: f64, mean: f64| (squares / self.count - mean * mean).max(0.0).sqrt();
        let spreads = (
            spread(self.source_squares, means.0),
            spread(self.answer_squares, means.1),
        );
        let both = spreads.0 * spreads.1;
        let correlation = if both > 1e-6 {
            (self.products / self.count - means.0 * means.1) / both
        } else {
            0.0
        };
        (means, spreads, correlation)
    }
}

/// Colours of the same place in source and answer.
type Pair = ([u8; 4], [u8; 4]);

/// What undoes the tint, from the colours of the surroundings; nothing when those are not the same picture, or need no
/// change.
pub(super) fn tables(pairs: &[Pair]) -> Option<Tables> {
    let brightness = |&(source, answer): &Pair| (f32::from(luma(source)), f32::from(luma(answer)));
    let likeness = Likeness::of(pairs.iter().map(brightness), pairs.len());
    let plain = likeness.spread.0 < MIN_SPREAD && likeness.spread.1 < 2.0 * MIN_SPREAD;
    if likeness.correlation < MIN_LIKENESS && !plain {
        return None;
    }
    let first = sums(pairs, |_, _| true);
    if first[0].count < MIN_PLACES {
        return None;
    }
    // Once more without the places where the model painted something else.
    let middle = first.map(|channel| {
        let ((source, answer), ..) = channel.read();
        source - answer
    });
    let width = 2.0
        * first
            .map(|channel| {
                let (_, (source, answer), correlation) = channel.read();
                (source * source + answer * answer - 2.0 * correlation * source * answer)
                    .max(0.0)
                    .sqrt()
            })
            .into_iter()
            .fold(1.0, f64::max);
    let second = sums(pairs, |source, answer| {
        let apart = |index: usize| f64::from(source[index]) - f64::from(answer[index]) - middle[index];
        (0..3).all(|index| apart(index).abs() <= width)
    });
    let used = if second[0].count >= MIN_PLACES { second } else { first };
    let moves = used.map(|channel| {
        let ((source, answer), ..) = channel.read();
        source - answer
    });
    if moves.iter().any(|moved| moved.abs() > MAX_OFFSET) {
        return None;
    }
    let tables = used.map(table);
    let changes = tables.iter().any(|table| {
        table
            .iter()
            .enumerate()
            .any(|(value, &becomes)| value != usize::from(becomes))
    });
    changes.then_some(tables)
}

fn sums(pairs: &[Pair], take: impl Fn([u8; 4], [u8; 4]) -> bool) -> [Sums; 3] {
    let mut sums = [Sums::default(); 3];
    for &(source, answer) in pairs.iter().filter(|&&(source, answer)| take(source, answer)) {
        for (index, sum) in sums.iter_mut().enumerate() {
            sum.add(source[index], answer[index]);
        }
    }
    sums
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte before"
)]
fn table(sums: Sums) -> [u8; 256] {
    let ((source, answer), spreads, correlation) = sums.read();
    let gain = if correlation >= GAIN_LIKENESS && spreads.1 > MIN_SPREAD {
        (spreads.0 / spreads.1).clamp(*GAINS.start(), *GAINS.end())
    } else {
        1.0
    };
    let offset = source - answer;
    let mut values = 0_u8..=255;
    std::array::from_fn(|_| {
        let value = f64::from(values.next().unwrap_or(255));
        ((value - answer) * gain + answer + offset).round().clamp(0.0, 255.0) as u8
    })
}
