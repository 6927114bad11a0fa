//! Reading what test runners say while people read it too.

use super::tally::Counts;
use crate::command;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

/// Runs a command that prints as Rust's test harness does, once or several times.
pub fn of_libtest(command: &mut Command) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` cannot be started", command::line(command)))?;
    let output = child.stdout.take().context("the output is not piped")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        if let Some(found) = summary(&line) {
            counts.passed += found.passed;
            counts.failed += found.failed;
            counts.skipped += found.skipped;
        }
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        bail!("`{}` failed ({status}) without naming a test", command::line(command));
    }
    Ok(counts)
}

/// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn summary(line: &str) -> Option<Counts> {
    let (_, numbers) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for part in numbers.split(';') {
        let Some((number, what)) = part.trim().split_once(' ') else {
            continue;
        };
        match what {
            "passed" => counts.passed = number.parse().ok()?,
            "failed" => counts.failed = number.parse().ok()?,
            "ignored" => counts.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

/// Reads the report Playwright leaves.
pub fn of_playwright(report: &Path) -> Result<Counts> {
    let text = std::fs::read(report).context("Playwright left no report")?;
    let report: Value = serde_json::from_slice(&text).context("Playwright's report cannot be read")?;
    counts_of(&report)
}

fn counts_of(report: &Value) -> Result<Counts> {
    let number = |name: &str| {
        report["stats"][name]
            .as_u64()
            .with_context(|| format!("Playwright's report lacks `{name}`"))
    };
    Ok(Counts {
        passed: number("expected")? + number("flaky")?,
        failed: number("unexpected")?.max(report["errors"].as_array().map_or(0, Vec::len) as u64),
        skipped: number("skipped")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_summary_of_a_test_harness_is_understood() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s";
        let counts = Counts {
            passed: 12,
            failed: 2,
            skipped: 1,
        };
        assert_eq!(summary(line), Some(counts));
        assert_eq!(summary("test money::adds ... ok"), None);
    }

    #[test]
    fn the_report_of_playwright_is_understood() {
        let stats = json!({"expected": 10, "flaky": 1, "unexpected": 2, "skipped": 3});
        let counts = counts_of(&json!({"stats": stats, "errors": []})).unwrap();
        assert_eq!((counts.passed, counts.failed, counts.skipped), (11, 2, 3));
    }

    #[test]
    fn an_error_outside_every_test_is_a_failure() {
        let stats = json!({"expected": 0, "flaky": 0, "unexpected": 0, "skipped": 0});
        let counts = counts_of(&json!({"stats": stats, "errors": [{"message": "the server did not start"}]})).unwrap();
        assert_eq!(counts.failed, 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_runner_that_dies_without_naming_a_test_is_an_error() {
        assert!(of_libtest(Command::new("sh").args(["-c", "exit 101"])).is_err());
        let script = "echo 'test result: FAILED. 1 passed; 1 failed; 0 ignored'; exit 101";
        assert_eq!(of_libtest(Command::new("sh").args(["-c", script])).unwrap().failed, 1);
    }
}
