//! `docs/BENCHMARKS.md`: one section for each subject, with the machine and the day.

use crate::metadata::Project;
use anyhow::{Context, Result};
use std::{
    fmt::Write as _,
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

/// What a bench found out.
pub struct Section {
    /// For people.
    pub title: &'static str,
    /// Markdown, without a heading.
    pub text: String,
}

const INTRODUCTION: &str = "\
# Benchmarks

Measured by `cargo xtask bench SUBJECT`, each in one session, medians of interleaved runs. Compare ratios, not times: the
machine stands below each heading. What is promised is tested elsewhere and does not depend on time.
";

/// Puts the section into the document, in the place of the one that was there.
pub fn keep(project: &Project, name: &str, section: &Section) -> Result<()> {
    let path = project.root.join("docs/BENCHMARKS.md");
    let document = fs::read_to_string(&path).unwrap_or_else(|_| INTRODUCTION.to_owned());
    let body = format!("## {}\n\n{}\n\n{}", section.title, machine()?, section.text.trim_end());
    fs::write(&path, placed(&document, name, &body)).with_context(|| format!("{} cannot be written", path.display()))
}

fn placed(document: &str, name: &str, body: &str) -> String {
    let (begin, end) = (format!("<!-- bench: {name} -->\n"), format!("<!-- end: {name} -->\n"));
    let block = format!("{begin}{body}\n{end}");
    let found = document
        .split_once(&begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match found {
        Some((before, after)) => format!("{before}{block}{after}"),
        None => format!("{}\n\n{block}", document.trim_end()),
    }
}

/// What was measured on, and when.
fn machine() -> Result<String> {
    let line = |path: &str, key: &str| {
        let text = fs::read_to_string(path).ok()?;
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let unknown = || "unknown".to_owned();
    let mut text = format!("On {}, ", today()?);
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(unknown);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = line("/proc/meminfo", "MemTotal").unwrap_or_else(unknown);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    write!(
        text,
        "{cores} × {processor}, {memory} of memory, {} {}, load {load} at the end.",
        std::env::consts::OS,
        std::env::consts::ARCH
    )?;
    Ok(text)
}

/// The day, as `2026-11-22`, UTC.
#[expect(clippy::disallowed_methods, reason = "nothing here is tested against a clock")]
fn today() -> Result<String> {
    let days = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
    let (year, month, day) = civil(days);
    Ok(format!("{year}-{month:02}-{day:02}"))
}

/// Year, month and day of a number of days since 1970, counted month by month.
fn civil(days: u64) -> (u64, u64, u64) {
    let leap = |year: u64| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let (mut year, mut left) = (1970, days);
    while left >= 365 + u64::from(leap(year)) {
        left -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year, month, left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_replaces_the_one_that_was_there_and_no_other() {
        let first = placed("# Benchmarks\n", "one", "first");
        let both = placed(&first, "two", "second");
        let again = placed(&both, "one", "third");
        assert!(again.contains("third") && again.contains("second") && !again.contains("first"));
        assert!(again.find("third") < again.find("second"));
        assert_eq!(placed(&again, "one", "third"), again);
    }

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_779), (2026, 11, 22));
    }
}
