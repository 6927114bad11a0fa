//! Numbers out of many measurements, and how they are written.

/// The value in the middle; of an even number, the lower of the two. Nothing for no values.
pub fn median(values: &[f64]) -> Option<f64> {
    share(values, 0.5)
}

/// The value that this share of all values does not exceed. Nothing for no values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "counts of measurements are small"
)]
pub fn share(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied()
}

/// The largest.
pub fn most(values: &[f64]) -> Option<f64> {
    share(values, 1.0)
}

/// Three digits that say something: `9.87`, `98.7`, `987`.
pub fn short(value: f64) -> String {
    if value.abs() < 9.995 {
        format!("{value:.2}")
    } else if value.abs() < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// A figure that may not be there.
pub fn maybe(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_end() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(median(&values), Some(3.0));
        assert_eq!(median(&values[..4]), Some(2.0));
        assert_eq!(most(&values), Some(5.0));
        assert_eq!(share(&values, 0.99), Some(5.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn three_digits() {
        let written = [9.876, 98.76, 987.6].map(short);
        assert_eq!(written, ["9.88", "98.8", "988"]);
        assert_eq!(maybe(None), "–");
    }
}
