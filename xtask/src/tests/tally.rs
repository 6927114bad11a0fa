//! The count over all runners.

use crate::progress;
use anyhow::Result;
use std::process::ExitCode;

/// What one runner said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not.
    pub failed: u64,
    /// Tests the runner did not run: long ones without `--full`, or not meant for this kind of browser.
    pub skipped: u64,
}

/// Everything so far.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Counts,
    faults: Vec<String>,
    left_out: Vec<String>,
}

impl Tally {
    /// Counts something that holds or does not.
    pub fn check(&mut self, name: &str, result: Result<()>) {
        let passed = u64::from(result.is_ok());
        let counts = Counts {
            passed,
            failed: 1 - passed,
            skipped: 0,
        };
        self.suite(name, result.map(|()| counts));
    }

    /// Counts what a runner counted; a runner that could not run is one failure.
    pub fn suite(&mut self, name: &str, result: Result<Counts>) {
        let counts = match result {
            Ok(counts) => {
                if counts.failed > 0 {
                    self.faults.push(format!("{name}: {} failed", counts.failed));
                }
                counts
            }
            Err(error) => {
                progress::fault(&format!("{error:#}"));
                self.faults.push(format!("{name}: {error:#}"));
                Counts {
                    failed: 1,
                    ..Counts::default()
                }
            }
        };
        self.counts.passed += counts.passed;
        self.counts.failed += counts.failed;
        self.counts.skipped += counts.skipped;
    }

    /// Notes what this machine cannot do, and how to get it.
    pub fn left_out(&mut self, what: &str, remedy: &str) {
        self.left_out.push(format!("{what}: {remedy}"));
    }

    /// Says how it went. The last line is the count.
    pub fn finish(self, strict: bool) -> ExitCode {
        progress::step("done");
        for fault in &self.faults {
            eprintln!("failed: {fault}");
        }
        for left_out in &self.left_out {
            eprintln!("left out: {left_out}");
        }
        if self.counts.skipped > 0 {
            eprintln!(
                "skipped: {} (long ones, which `--full` runs, or not meant for a browser of that size)",
                self.counts.skipped
            );
        }
        let failed = self.failures(strict);
        println!("{} passed, {failed} failed", self.counts.passed);
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn failures(&self, strict: bool) -> u64 {
        let left_out = if strict { self.left_out.len() as u64 } else { 0 };
        self.counts.failed + left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn counts_add_up_and_a_runner_that_cannot_run_is_one_failure() {
        let mut tally = Tally::default();
        tally.check("formatting", Ok(()));
        tally.check("clippy", Err(anyhow!("warnings")));
        tally.suite(
            "tests",
            Ok(Counts {
                passed: 40,
                failed: 2,
                skipped: 1,
            }),
        );
        tally.suite("broken", Err(anyhow!("does not compile")));
        assert_eq!((tally.counts.passed, tally.failures(false)), (41, 4));
        assert_eq!(tally.faults.len(), 3);
    }

    #[test]
    fn left_out_fails_only_when_strict() {
        let mut tally = Tally::default();
        tally.left_out("end to end", "install Node");
        assert_eq!(tally.failures(false), 0);
        assert_eq!(tally.failures(true), 1);
    }
}
