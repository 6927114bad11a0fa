//! What may be asked, and how much may be kept.

use super::settings::Reader;
use std::time::Duration;

/// What may be asked, and how much may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of pictures kept; nothing when there is no limit: `POCHOIR_STORAGE_MAX`.
    pub storage_max_bytes: Option<u64>,
    /// How long calls to providers may take once the server was asked to stop: `POCHOIR_STOP_PATIENCE`, in seconds.
    pub stop_patience: Duration,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            storage_max_bytes: reader.parsed("POCHOIR_STORAGE_MAX", bytes),
            stop_patience: reader
                .parsed("POCHOIR_STOP_PATIENCE", |text| match text.parse() {
                    Ok(seconds) if seconds <= 600 => Ok(Duration::from_secs(seconds)),
                    _ => Err("a number of seconds from 0 to 600"),
                })
                .unwrap_or_default(),
        }
    }
}

/// Reads `500MB`, `20GB`, `1073741824`. Decimal units.
fn bytes(text: &str) -> Result<u64, &'static str> {
    const WORDS: &str = "a number of bytes was expected, like 20GB";
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        _ => return Err(WORDS),
    };
    let number: u64 = number.parse().map_err(|_| WORDS)?;
    number.checked_mul(factor).ok_or(WORDS)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn bytes_have_decimal_units() {
        assert_eq!(bytes("20GB"), Ok(20_000_000_000));
        assert_eq!(bytes("500 mb"), Ok(500_000_000));
        assert_eq!(bytes("1024"), Ok(1024));
        for text in ["", "GB", "-1", "1.5GB", "20XB", "99999999999TB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
