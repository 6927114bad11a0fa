//! What a quote is multiplied by since a call cost more than its quote.
//!
//! A quote is meant as an upper bound. When a provider charges more all the same, what it charges is booked as it is, and later
//! quotes for the same provider and model are multiplied so that they would have covered it. All of it is integer arithmetic,
//! rounded to the safe side.

use crate::domain::{
    money::Micros,
    order::{Quote, QuoteLine},
};
use serde::{Deserialize, Serialize};

/// In thousandths, from 1000 on: it never makes a quote smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub struct Factor(u32);

impl Factor {
    /// Quotes as the catalogue makes them.
    pub const ONE: Self = Self(1_000);

    /// The factor of so many thousandths; below 1000 it is 1000.
    #[must_use]
    pub fn from_per_mille(per_mille: u32) -> Self {
        Self(per_mille.max(Self::ONE.0))
    }

    /// In thousandths.
    #[must_use]
    pub const fn per_mille(self) -> u32 {
        self.0
    }

    /// An amount multiplied, rounded up.
    #[must_use]
    pub fn times(self, amount: Micros) -> Micros {
        let product = i128::from(amount.0) * i128::from(self.0);
        Micros(i64::try_from((product + 999).div_euclid(1_000)).unwrap_or(i64::MAX))
    }

    /// The factor with which a call that was quoted `quote` under this one would have been quoted at least `spent`. Never a
    /// smaller one. A quote of nothing stays nothing, whatever it is multiplied by.
    #[must_use]
    pub fn covering(self, quote: Micros, spent: Micros) -> Self {
        if spent <= quote || quote <= Micros::ZERO {
            return self;
        }
        // The quote was rounded up; this is the smallest amount that it can have been made from.
        let least = i128::from(quote.0 - 1) * 1_000 / i128::from(self.0) + 1;
        let needed = (i128::from(spent.0) * 1_000 + least - 1) / least;
        self.max(Self(u32::try_from(needed).unwrap_or(u32::MAX)))
    }
}

impl Default for Factor {
    fn default() -> Self {
        Self::ONE
    }
}

impl From<u32> for Factor {
    fn from(per_mille: u32) -> Self {
        Self::from_per_mille(per_mille)
    }
}

impl From<Factor> for u32 {
    fn from(factor: Factor) -> Self {
        factor.0
    }
}

/// The quote multiplied as a whole, with a line of its own for what that adds. The lines still add up.
#[must_use]
pub fn raised(quote: Quote, factor: Factor) -> Quote {
    if factor == Factor::ONE {
        return quote;
    }
    let quote_micros = factor.times(quote.quote_micros);
    let mut lines = quote.lines;
    lines.push(QuoteLine {
        what: "raised".to_owned(),
        micros: quote_micros - quote.quote_micros,
    });
    Quote {
        quote_micros,
        expected_micros: factor.times(quote.expected_micros),
        lines,
        used: quote.used,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        order::{Strategy, Used},
        spec::Size,
    };

    #[test]
    fn a_factor_is_rounded_to_the_safe_side() {
        assert_eq!(Factor::ONE.times(Micros(7)), Micros(7));
        assert_eq!(Factor::from(1_001).times(Micros(1)), Micros(2));
        assert_eq!(Factor::from(u32::MAX).times(Micros(i64::MAX)), Micros(i64::MAX));
        assert_eq!(Factor::from(3), Factor::ONE, "never below");
        assert_eq!(Factor::ONE.covering(Micros(100), Micros(130)), Factor::from(1_300));
        assert_eq!(Factor::ONE.covering(Micros(100), Micros(100)), Factor::ONE);
        assert_eq!(
            Factor::ONE.covering(Micros::ZERO, Micros(5)),
            Factor::ONE,
            "nothing helps"
        );
    }

    #[test]
    fn the_lines_of_a_raised_quote_add_up() {
        let line = |micros| QuoteLine {
            what: "image_out".to_owned(),
            micros: Micros(micros),
        };
        let quote = Quote {
            quote_micros: Micros(1_003),
            expected_micros: Micros(900),
            lines: vec![line(1_000), line(3)],
            used: Used {
                size: Size::new(1024, 1024),
                strategy: Strategy::Whole,
                reference: None,
                crop: None,
                complexity: None,
            },
        };
        assert_eq!(raised(quote.clone(), Factor::ONE), quote);
        let raised = raised(quote, Factor::from(1_500));
        assert_eq!(
            (raised.quote_micros, raised.expected_micros),
            (Micros(1_505), Micros(1_350))
        );
        let sum: Micros = raised.lines.iter().map(|line| line.micros).sum();
        assert_eq!(sum, raised.quote_micros);
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod laws {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn what_was_charged_once_is_covered_from_then_on(
                base in 1..1_000_000_000_i64, factor in 1_000..50_000_u32, more in 0..1_000_000_000_i64,
            ) {
                let before = Factor::from(factor);
                let quote = before.times(Micros(base));
                let spent = quote + Micros(more);
                let after = before.covering(quote, spent);
                prop_assert!(after >= before);
                prop_assert!(after.times(Micros(base)) >= spent);
            }

            #[test]
            fn a_factor_is_not_raised_further_than_the_overrun(
                base in 1_000_000..1_000_000_000_i64, factor in 1_000..50_000_u32, percent in 101..1_000_i64,
            ) {
                let before = Factor::from(factor);
                let quote = before.times(Micros(base));
                let after = before.covering(quote, Micros(quote.0 * percent / 100));
                let exact = i64::from(factor) * percent / 100;
                prop_assert!(i64::from(after.per_mille()) <= exact + 2, "{after:?} for {exact}");
            }
        }
    }
}
