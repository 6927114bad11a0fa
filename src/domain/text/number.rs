//! Numbers, money, sizes, shares and dates as each language writes them: CLDR for English and French, with one
//! convention of our own, small money in cents ("1.7 ¢", "1,7 cent US").
//!
//! Pure and without tables from outside, so that the server and the browser write the same.
//!
//! - To add a kind of number: a function here that takes the language first.
//! - To add a language: an arm in every `match`, and its rule in [`Plural::of`].

use super::Lang;
use crate::domain::money::Micros;

/// No-break space.
const NBSP: char = '\u{a0}';
/// Narrow no-break space.
const NNBSP: char = '\u{202f}';
const MICROS_PER_CENT: i64 = 10_000;
/// From this amount on, dollars are easier to read than cents.
const DOLLARS_FROM: i64 = 10 * MICROS_PER_CENT;

/// The plural category of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plural {
    /// One; in French zero as well.
    One,
    /// Whole millions in French, which take "de".
    Many,
    /// Everything else.
    Other,
}

impl Plural {
    /// The category of this count in this language.
    #[must_use]
    pub const fn of(lang: Lang, count: u64) -> Self {
        match (lang, count) {
            (_, 1) | (Lang::Fr, 0) => Self::One,
            (Lang::Fr, _) if count.is_multiple_of(1_000_000) => Self::Many,
            _ => Self::Other,
        }
    }
}

/// A whole number with its groups: `1,234,567`, `1 234 567`.
#[must_use]
pub fn integer(lang: Lang, number: u64) -> String {
    let separator = match lang {
        Lang::En => ',',
        Lang::Fr => NNBSP,
    };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// A count with its noun. `forms` is `one|other` or `one|other|many`: `picture|pictures`, `pixel|pixels|de pixels`.
#[must_use]
pub fn counted(lang: Lang, count: u64, forms: &str) -> String {
    let mut forms = forms.split('|');
    let one = forms.next().unwrap_or_default();
    let other = forms.next().unwrap_or(one);
    let many = forms.next().unwrap_or(other);
    let noun = match Plural::of(lang, count) {
        Plural::One => one,
        Plural::Other => other,
        Plural::Many => many,
    };
    format!("{}{NBSP}{noun}", integer(lang, count))
}

/// How an amount becomes the figure that is shown.
#[derive(Debug, Clone, Copy)]
enum Rounding {
    /// To the nearest.
    Nearest,
    /// Up, for what may be charged.
    Up,
    /// Down, for what is left.
    Down,
}

/// An amount of money, rounded to the nearest figure shown: `1.7 ¢`, `$1.84`; `1,7 cent US`, `1,84 $US`.
#[must_use]
pub fn money(lang: Lang, amount: Micros) -> String {
    write_money(lang, amount, Rounding::Nearest)
}

/// An upper bound: rounded up, so that it stays one.
#[must_use]
pub fn money_at_most(lang: Lang, amount: Micros) -> String {
    write_money(lang, amount, Rounding::Up)
}

/// What is left: rounded down, so that nobody counts on more.
#[must_use]
pub fn money_left(lang: Lang, amount: Micros) -> String {
    write_money(lang, amount, Rounding::Down)
}

fn write_money(lang: Lang, amount: Micros, rounding: Rounding) -> String {
    let sign = if amount.0 < 0 { "-" } else { "" };
    let micros = amount.0.unsigned_abs();
    // Below a cent two decimals of it, up to ten cents one decimal, then dollars and cents.
    let (unit, decimals) = if micros < MICROS_PER_CENT.unsigned_abs() {
        (100, 2)
    } else if micros < DOLLARS_FROM.unsigned_abs() {
        (1_000, 1)
    } else {
        (10_000, 2)
    };
    let steps = match rounding {
        Rounding::Nearest => micros.saturating_add(unit / 2) / unit,
        Rounding::Up => micros.div_ceil(unit),
        Rounding::Down => micros / unit,
    };
    if micros >= DOLLARS_FROM.unsigned_abs() {
        let figure = decimal(lang, steps, decimals, false);
        return match lang {
            Lang::En => format!("{sign}${figure}"),
            Lang::Fr => format!("{sign}{figure}{NBSP}$US"),
        };
    }
    if steps == 0 && micros > 0 && !matches!(rounding, Rounding::Down) {
        return match lang {
            Lang::En => format!("less than 0.01{NBSP}¢"),
            Lang::Fr => format!("moins de 0,01{NBSP}cent{NBSP}US"),
        };
    }
    let figure = decimal(lang, steps, decimals, true);
    match lang {
        Lang::En => format!("{sign}{figure}{NBSP}¢"),
        Lang::Fr => {
            // 1.9 is singular in French: the whole part decides.
            let whole = steps / 10_u64.pow(decimals);
            let noun = if whole < 2 { "cent" } else { "cents" };
            format!("{sign}{figure}{NBSP}{noun}{NBSP}US")
        }
    }
}

/// `steps` of 10^-`decimals`, optionally without zeros at the end.
fn decimal(lang: Lang, steps: u64, decimals: u32, trimmed: bool) -> String {
    let scale = 10_u64.pow(decimals);
    let whole = integer(lang, steps / scale);
    let width = decimals as usize;
    let fraction = format!("{:0width$}", steps % scale);
    let fraction = if trimmed {
        fraction.trim_end_matches('0')
    } else {
        &fraction
    };
    if fraction.is_empty() {
        return whole;
    }
    let point = match lang {
        Lang::En => '.',
        Lang::Fr => ',',
    };
    format!("{whole}{point}{fraction}")
}

/// A share from 0 to 1 in percent: `42%`, `42 %`. Below one percent with one decimal; never 0 or 100 unless it is.
#[must_use]
pub fn percent(lang: Lang, share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let tenths = whole(share * 1000.0);
    let figure = if share > 0.0 && tenths < 10 {
        decimal(lang, tenths.max(1), 1, true)
    } else if share < 1.0 && tenths >= 995 {
        decimal(lang, tenths.min(999), 1, true)
    } else {
        integer(lang, whole(share * 100.0))
    };
    match lang {
        Lang::En => format!("{figure}%"),
        Lang::Fr => format!("{figure}{NBSP}%"),
    }
}

/// The nearest whole number of something that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and the callers clamp"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// A size of a file: `20 MB`, `20 Mo`; of 1024 as the limits are.
#[must_use]
pub fn bytes(lang: Lang, count: u64) -> String {
    const KIB: u64 = 1024;
    let (unit, en, fr) = match count {
        0..KIB => (1, "B", "o"),
        KIB..0x10_0000 => (KIB, "kB", "ko"),
        0x10_0000..0x4000_0000 => (KIB * KIB, "MB", "Mo"),
        _ => (KIB * KIB * KIB, "GB", "Go"),
    };
    let tenths = (u128::from(count) * 10 + u128::from(unit) / 2) / u128::from(unit);
    let tenths = u64::try_from(tenths).unwrap_or(u64::MAX);
    // A decimal says something below ten alone.
    let figure = if tenths < 100 {
        decimal(lang, tenths, 1, true)
    } else {
        integer(lang, (tenths + 5) / 10)
    };
    match lang {
        Lang::En => format!("{figure}{NBSP}{en}"),
        Lang::Fr => format!("{figure}{NNBSP}{fr}"),
    }
}

/// The sides of a picture: `1024 × 768`, the same in both languages.
#[must_use]
pub fn size(width: u32, height: u32) -> String {
    format!("{width}{NBSP}×{NBSP}{height}")
}

/// A span of time: `18 s`, `1 min 5 s`.
#[must_use]
pub fn seconds(lang: Lang, count: u64) -> String {
    let space = match lang {
        Lang::En => NBSP,
        Lang::Fr => NNBSP,
    };
    if count < 60 {
        return format!("{count}{space}s");
    }
    let minutes = integer(lang, count / 60);
    match count % 60 {
        0 => format!("{minutes}{space}min"),
        rest => format!("{minutes}{space}min{NBSP}{rest}{space}s"),
    }
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The parts of an RFC 3339 time in UTC.
struct Moment {
    year: u16,
    month: usize,
    day: u8,
    hour: u8,
    minute: u8,
}

impl Moment {
    /// Reads `YYYY-MM-DDTHH:MM…Z`.
    fn read(text: &str) -> Option<Self> {
        let part = |from: usize, to: usize| {
            text.get(from..to)
                .filter(|part| part.bytes().all(|b| b.is_ascii_digit()))
        };
        let bytes = text.as_bytes();
        let punctuated = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':')]
            .into_iter()
            .all(|(place, mark)| bytes.get(place) == Some(&mark));
        let moment = Self {
            year: part(0, 4)?.parse().ok()?,
            month: part(5, 7)?.parse().ok()?,
            day: part(8, 10)?.parse().ok()?,
            hour: part(11, 13)?.parse().ok()?,
            minute: part(14, 16)?.parse().ok()?,
        };
        let fits = (1..=12).contains(&moment.month)
            && (1..=31).contains(&moment.day)
            && moment.hour < 24
            && moment.minute < 60;
        (punctuated && text.ends_with('Z') && fits).then_some(moment)
    }
}

/// The day of an RFC 3339 time in UTC: `November 22, 2025`, `22 novembre 2025`. Other texts stay as they are.
#[must_use]
pub fn date(lang: Lang, time: &str) -> String {
    Moment::read(time).map_or_else(|| time.to_owned(), |moment| day_of(lang, &moment))
}

fn day_of(lang: Lang, moment: &Moment) -> String {
    let Moment { year, month, day, .. } = moment;
    match lang {
        Lang::En => format!("{}{NBSP}{day}, {year}", MONTHS_EN[month - 1]),
        Lang::Fr => format!("{day}{NBSP}{} {year}", MONTHS_FR[month - 1]),
    }
}

/// Day and time of an RFC 3339 time, in UTC: `November 22, 2025 at 3:04 PM UTC`, `22 novembre 2025 à 15:04 UTC`.
#[must_use]
pub fn date_time(lang: Lang, time: &str) -> String {
    let Some(moment) = Moment::read(time) else {
        return time.to_owned();
    };
    let day = day_of(lang, &moment);
    let Moment { hour, minute, .. } = moment;
    match lang {
        Lang::En => {
            let half = if hour < 12 { "AM" } else { "PM" };
            let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
            format!("{day} at {hour}:{minute:02}{NNBSP}{half}{NBSP}UTC")
        }
        Lang::Fr => format!("{day} à {hour:02}:{minute:02}{NBSP}UTC"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Lang::{En, Fr};

    #[test]
    fn whole_numbers_are_grouped_by_three() {
        assert_eq!(integer(En, 0), "0");
        assert_eq!(integer(En, 999), "999");
        assert_eq!(integer(En, 1_234_567), "1,234,567");
        assert_eq!(integer(Fr, 1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn french_zero_is_singular_and_a_million_takes_de() {
        let pixels = "pixel|pixels|de pixels";
        assert_eq!(counted(En, 0, "pixel|pixels"), "0\u{a0}pixels");
        assert_eq!(counted(En, 1, "pixel|pixels"), "1\u{a0}pixel");
        assert_eq!(counted(En, 1_000_000, "pixel|pixels"), "1,000,000\u{a0}pixels");
        assert_eq!(counted(Fr, 0, pixels), "0\u{a0}pixel");
        assert_eq!(counted(Fr, 1, pixels), "1\u{a0}pixel");
        assert_eq!(counted(Fr, 2, pixels), "2\u{a0}pixels");
        assert_eq!(counted(Fr, 1_000_000, pixels), "1\u{202f}000\u{202f}000\u{a0}de pixels");
        assert_eq!(counted(Fr, 1_000_001, pixels), "1\u{202f}000\u{202f}001\u{a0}pixels");
    }

    #[test]
    fn small_money_is_in_cents() {
        assert_eq!(money(En, Micros(17_000)), "1.7\u{a0}¢");
        assert_eq!(money(Fr, Micros(17_000)), "1,7\u{a0}cent\u{a0}US");
        assert_eq!(money(Fr, Micros(19_000)), "1,9\u{a0}cent\u{a0}US");
        assert_eq!(money(Fr, Micros(20_000)), "2\u{a0}cents\u{a0}US");
        assert_eq!(money(En, Micros(4_500)), "0.45\u{a0}¢");
        assert_eq!(money(En, Micros(9_000)), "0.9\u{a0}¢");
        assert_eq!(money(Fr, Micros::ZERO), "0\u{a0}cent\u{a0}US");
        assert_eq!(money(En, Micros(20)), "less than 0.01\u{a0}¢");
    }

    #[test]
    fn from_ten_cents_on_money_is_in_dollars() {
        assert_eq!(money(En, Micros(1_840_000)), "$1.84");
        assert_eq!(money(Fr, Micros(1_840_000)), "1,84\u{a0}$US");
        assert_eq!(money(Fr, Micros(1_234_500_000)), "1\u{202f}234,50\u{a0}$US");
        assert_eq!(money(En, Micros(100_000)), "$0.10");
        assert_eq!(money(En, Micros(-1_840_000)), "-$1.84");
    }

    #[test]
    fn bounds_round_up_and_what_is_left_rounds_down() {
        assert_eq!(money_at_most(En, Micros(17_010)), "1.8\u{a0}¢");
        assert_eq!(money(En, Micros(17_010)), "1.7\u{a0}¢");
        assert_eq!(money_left(En, Micros(1_849_999)), "$1.84");
        assert_eq!(money_at_most(En, Micros(1_840_001)), "$1.85");
        assert_eq!(money_at_most(En, Micros(20)), "0.01\u{a0}¢");
        assert_eq!(money_left(En, Micros(20)), "0\u{a0}¢");
        assert_eq!(money_at_most(En, Micros(i64::MAX)), "$9,223,372,036,854.78");
    }

    #[test]
    fn percent_shows_neither_nothing_nor_everything_unless_it_is() {
        assert_eq!(percent(En, 0.4716), "47%");
        assert_eq!(percent(Fr, 0.42), "42\u{a0}%");
        assert_eq!(percent(Fr, 0.0042), "0,4\u{a0}%");
        assert_eq!(percent(En, 0.000_001), "0.1%");
        assert_eq!(percent(En, 0.0), "0%");
        assert_eq!(percent(En, 0.9999), "99.9%");
        assert_eq!(percent(En, 1.0), "100%");
        assert_eq!(percent(En, f64::NAN), "0%");
    }

    #[test]
    fn file_sizes_count_in_1024() {
        assert_eq!(bytes(Fr, 20 * 1024 * 1024), "20\u{202f}Mo");
        assert_eq!(bytes(En, 20 * 1024 * 1024), "20\u{a0}MB");
        assert_eq!(bytes(En, 512), "512\u{a0}B");
        assert_eq!(bytes(Fr, 1536), "1,5\u{202f}ko");
        assert_eq!(bytes(En, u64::MAX), "17,179,869,184\u{a0}GB");
    }

    #[test]
    fn dates_are_written_as_each_language_does() {
        let time = "2025-11-02T15:04:05Z";
        assert_eq!(date(En, time), "November\u{a0}2, 2025");
        assert_eq!(date(Fr, time), "2\u{a0}novembre 2025");
        assert_eq!(date_time(En, time), "November\u{a0}2, 2025 at 3:04\u{202f}PM\u{a0}UTC");
        assert_eq!(date_time(Fr, time), "2\u{a0}novembre 2025 à 15:04\u{a0}UTC");
        assert_eq!(
            date_time(En, "2025-08-01T00:30:00.123Z"),
            "August\u{a0}1, 2025 at 12:30\u{202f}AM\u{a0}UTC"
        );
    }

    #[test]
    fn other_texts_than_times_stay_as_they_are() {
        for text in [
            "",
            "soon",
            "2025-13-01T00:00:00Z",
            "2025-11-02T15:04:05+02:00",
            "é025-11-02T15:04:05Z",
        ] {
            assert_eq!(date(En, text), text);
            assert_eq!(date_time(Fr, text), text);
        }
    }

    #[test]
    fn spans_and_sizes() {
        assert_eq!(seconds(En, 18), "18\u{a0}s");
        assert_eq!(seconds(Fr, 60), "1\u{202f}min");
        assert_eq!(seconds(Fr, 65), "1\u{202f}min\u{a0}5\u{202f}s");
        assert_eq!(size(1024, 768), "1024\u{a0}×\u{a0}768");
    }
}
