//! How well two sets of brightness values go together.

#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Likeness {
    /// From -1 to 1; 0 where one of the two is plain.
    pub(in super::super) correlation: f64,
    /// Standard deviation of the source's and of the answer's values.
    pub(in super::super) spread: (f64, f64),
    /// Whether enough places could be compared.
    pub(in super::super) sound: bool,
}

impl Likeness {
    /// Of pairs of a source's and an answer's value, of which there might have been `wanted`.
    pub(in super::super) fn of(pairs: impl Iterator<Item = (f32, f32)>, wanted: usize) -> Self {
        let (mut count, mut s, mut p, mut ss, mut pp, mut sp) = (0_u64, 0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        for (source, patch) in pairs {
            let (source, patch) = (f64::from(source), f64::from(patch));
            count += 1;
            s += source;
            p += patch;
            ss += source * source;
            pp += patch * patch;
            sp += source * patch;
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 places")]
        let n = count.max(1) as f64;
        let (s, p) = (s / n, p / n);
        let source = (ss / n - s * s).max(0.0).sqrt();
        let patch = (pp / n - p * p).max(0.0).sqrt();
        let both = source * patch;
        Self {
            correlation: if both > 1e-6 { (sp / n - s * p) / both } else { 0.0 },
            spread: (source, patch),
            sound: count * 10 >= wanted as u64 * 6,
        }
    }
}
