//! Money as integer micro-dollars. No float anywhere on its path.

use serde::{Deserialize, Serialize};
use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub},
    str::FromStr,
};

/// An amount in millionths of a US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// What `tokens` cost at `price_per_million` (micro-dollars for a million tokens), rounded up: a bound stays a bound.
    #[must_use]
    pub fn for_tokens(tokens: u64, price_per_million: Self) -> Self {
        let product = i128::from(tokens) * i128::from(price_per_million.0);
        let micros = (product + 999_999).div_euclid(1_000_000);
        Self(i64::try_from(micros).unwrap_or(i64::MAX))
    }

    /// The amount taken `times` times; stops at the largest amount.
    #[must_use]
    pub const fn times(self, times: i64) -> Self {
        Self(self.0.saturating_mul(times))
    }

    /// The sum; stops at the largest amount.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl AddAssign for Micros {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Micros {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Micros {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Why a text is not an amount of dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount in dollars has digits, at most one point and at most six decimals, like 2.00")]
pub struct BadDollars;

impl FromStr for Micros {
    type Err = BadDollars;

    /// Reads dollars with at most six decimals, as settings write them.
    fn from_str(text: &str) -> Result<Self, BadDollars> {
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || decimals.len() > 6 || !digits(whole) || !digits(decimals) {
            return Err(BadDollars);
        }
        let dollars: i64 = whole.parse().map_err(|_| BadDollars)?;
        let millionths: i64 = format!("{decimals:0<6}").parse().map_err(|_| BadDollars)?;
        dollars
            .checked_mul(1_000_000)
            .and_then(|micros| micros.checked_add(millionths))
            .map(Self)
            .ok_or(BadDollars)
    }
}

/// Writes dollars with six decimals, the form settings and the log use. People see `domain::text::number`.
impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:06}", amount / 1_000_000, amount % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_round_up() {
        assert_eq!(Micros::for_tokens(439, Micros(30_000_000)), Micros(13_170));
        assert_eq!(Micros::for_tokens(1, Micros(1)), Micros(1));
        assert_eq!(Micros::for_tokens(0, Micros(30_000_000)), Micros::ZERO);
    }

    #[test]
    fn dollars_read_and_write() {
        assert_eq!("2.00".parse(), Ok(Micros(2_000_000)));
        assert_eq!("0.000001".parse(), Ok(Micros(1)));
        assert_eq!(Micros(1_234_567).to_string(), "1.234567");
        for text in [
            "",
            ".5",
            "1,5",
            "-1",
            "0.0000001",
            "1.2.3",
            "1e3",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<Micros>(), Err(BadDollars), "{text}");
        }
    }
}
