//! `test`: everything there is, one after the other, and a count at the end.
//!
//! A step that fails does not stop the others. What this machine cannot do is named as left out, with how to get it; with
//! `XTASK_TEST_STRICT=1` that counts as failed. To add a step: a function here and a line in [`run`].

mod browser;
mod output;
mod tally;
mod witness;

use crate::{arguments::Arguments, build, checks, command, metadata::Project, progress, wasm};
use anyhow::{Context, Result};
use browser::Browser;
use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};
use tally::Tally;
use witness::Witness;

/// What was asked for.
struct Wanted {
    /// The long ones too.
    full: bool,
    /// Only tests whose name has this in it; no checks.
    filter: Option<String>,
}

/// Runs the tests.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<ExitCode> {
    let wanted = Wanted {
        full: arguments.switch("--full"),
        filter: arguments.word(),
    };
    arguments.finish()?;
    let strict = std::env::var("XTASK_TEST_STRICT").is_ok_and(|value| value == "1");
    let mut tally = Tally::default();
    wasm::ensure_target()?;
    if wanted.filter.is_none() {
        run_checks(project, &mut tally);
    }
    run_cargo_tests(project, &wanted, &mut tally);
    run_witnesses(project, &wanted, &mut tally);
    match Browser::get(project) {
        Ok(browser) => {
            run_wasm_tests(project, &browser, &wanted, &mut tally);
            run_end_to_end(project, &browser, &wanted, &mut tally);
        }
        Err(missing) => tally.left_out("the tests in a browser (wasm and end to end)", &format!("{missing:#}")),
    }
    Ok(tally.finish(strict))
}

fn run_checks(project: &Project, tally: &mut Tally) {
    for mut check in checks::all(project) {
        progress::step(check.name);
        tally.check(check.name, command::run(&mut check.command));
    }
}

fn run_cargo_tests(project: &Project, wanted: &Wanted, tally: &mut Tally) {
    let features = project.bin_features.join(",");
    let package = [
        "--package",
        &project.package,
        "--no-default-features",
        "--features",
        &features,
    ];
    for (name, what) in [
        ("tests of the xtask", &["--package", "xtask"][..]),
        ("tests of the server half", &package),
    ] {
        progress::step(name);
        let mut cargo = command::cargo(project);
        cargo.arg("test").args(what).args(["--no-fail-fast", "--"]);
        cargo
            .args(wanted.full.then_some("--include-ignored"))
            .args(&wanted.filter);
        wanted.apply(&mut cargo);
        tally.suite(name, output::of_libtest(&mut cargo));
    }
}

fn run_witnesses(project: &Project, wanted: &Wanted, tally: &mut Tally) {
    let filter = wanted.filter.as_deref();
    let suites: Vec<_> = witness::SUITES
        .iter()
        .filter(|suite| filter.is_none_or(|filter| suite.has_test(project, filter)))
        .collect();
    if suites.is_empty() {
        return;
    }
    let witness = match Witness::get(project) {
        Ok(witness) => witness,
        Err(missing) => {
            let names: Vec<_> = suites.iter().map(|suite| suite.name).collect();
            return tally.left_out(&names.join(" and "), &format!("{missing:#}"));
        }
    };
    let program = match witness::build_program(project) {
        Ok(program) => program,
        Err(error) => return tally.suite("the program, and with it its witnesses", Err(error)),
    };
    for suite in suites {
        progress::step(suite.name);
        tally.suite(suite.name, witness.run(suite, &program, wanted.full, filter));
    }
}

fn run_wasm_tests(project: &Project, browser: &Browser, wanted: &Wanted, tally: &mut Tally) {
    const NAME: &str = "tests of the browser half";
    progress::step(NAME);
    let built = build_wasm_tests(project).and_then(|tests| Ok((tests, build_wasm_runner(project)?)));
    match built {
        Ok((tests, runner)) => {
            for test in tests {
                let mut command = Command::new(&runner);
                command
                    .arg(&test)
                    .args(wanted.full.then_some("--include-ignored"))
                    .args(&wanted.filter);
                tally.suite(NAME, browser.run_wasm(&mut command));
            }
        }
        Err(error) => tally.suite(NAME, Err(error)),
    }
}

/// The wasm files that hold tests, as cargo names them.
fn build_wasm_tests(project: &Project) -> Result<Vec<PathBuf>> {
    let mut cargo = command::cargo(project);
    cargo.args(["test", "--no-run", "--package", &project.package, "--test", "web"]);
    cargo.args(wasm::target(project));
    cargo.args(["--no-default-features", "--features", &project.lib_features.join(",")]);
    cargo
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(std::process::Stdio::inherit());
    command::executables(&command::read(&mut cargo)?)
}

fn build_wasm_runner(project: &Project) -> Result<PathBuf> {
    let mut cargo = command::cargo(project);
    cargo.args([
        "build",
        "--package",
        "web-test-runner",
        "--message-format",
        "json-render-diagnostics",
    ]);
    cargo.stderr(std::process::Stdio::inherit());
    command::executables(&command::read(&mut cargo)?)?
        .pop()
        .context("cargo did not name the test runner")
}

fn run_end_to_end(project: &Project, browser: &Browser, wanted: &Wanted, tally: &mut Tally) {
    const NAME: &str = "end-to-end tests";
    let filter = wanted.filter.as_deref();
    if filter.is_some_and(|filter| !browser.has_test(filter)) {
        return;
    }
    progress::step("building the release for the end-to-end tests");
    match build::everything(project, build::Kind::Release) {
        Ok(server) => {
            progress::step(NAME);
            let mut command = browser.end_to_end(&server, filter);
            wanted.apply(&mut command);
            tally.suite(NAME, browser.run_end_to_end(&mut command));
        }
        Err(error) => tally.suite("the release build, and with it the end-to-end tests", Err(error)),
    }
}

impl Wanted {
    fn apply(&self, command: &mut Command) {
        if self.full {
            command.env("XTASK_TEST_FULL", "1");
        }
    }
}
