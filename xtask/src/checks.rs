//! Formatting and clippy.

use crate::{command, metadata::Project, progress, wasm};
use anyhow::Result;
use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

/// A check: what it is called and what to run.
pub struct Check {
    /// For people.
    pub name: &'static str,
    /// What fails if the check does.
    pub command: Command,
}

/// Formats the sources.
pub fn format(project: &Project) -> Result<()> {
    command::run(command::cargo(project).args(["fmt", "--all"]))
}

/// Runs every check and says which failed.
pub fn lint(project: &Project) -> Result<ExitCode> {
    wasm::ensure_target()?;
    let mut failed = Vec::new();
    for mut check in all(project) {
        progress::step(check.name);
        if let Err(error) = command::run(&mut check.command) {
            progress::fault(&format!("{error:#}"));
            failed.push(check.name);
        }
    }
    if failed.is_empty() {
        progress::step("nothing to complain about");
        return Ok(ExitCode::SUCCESS);
    }
    progress::fault(&format!("failed: {}", failed.join(", ")));
    Ok(ExitCode::FAILURE)
}

/// Every check, with the features of the builds so that they share what is compiled.
pub fn all(project: &Project) -> Vec<Check> {
    let clippy = |what: &[&str], target: &[OsString]| {
        let mut command = command::cargo(project);
        command
            .arg("clippy")
            .args(what)
            .args(target)
            .args(["--", "--deny", "warnings"]);
        command
    };
    let package = ["--package", &project.package, "--no-default-features", "--features"];
    let (server, browser) = (project.bin_features.join(","), project.lib_features.join(","));
    let mut format = command::cargo(project);
    format.args(["fmt", "--all", "--check"]);
    vec![
        Check {
            name: "formatting",
            command: format,
        },
        Check {
            name: "clippy: server half",
            command: clippy(&[&package[..], &[&server, "--all-targets"]].concat(), &[]),
        },
        Check {
            name: "clippy: browser half",
            command: clippy(
                &[&package[..], &[&browser, "--lib", "--tests"]].concat(),
                &wasm::target(project),
            ),
        },
        Check {
            name: "clippy: xtask",
            command: clippy(
                &["--package", "xtask", "--package", "web-test-runner", "--all-targets"],
                &[],
            ),
        },
    ]
}
