//! `bench`: figures, measured on this machine and written down with it.
//!
//! A subject is a file here with a `run` and a line in [`SUBJECTS`]; it measures, and hands a [`report::Section`] to
//! `docs/BENCHMARKS.md`, where it replaces what it wrote before. Benches are never part of `test`: a time is no promise
//! on a machine that does something else as well.

mod answer;
mod figures;
mod hostile;
mod imaging;
mod report;
mod store;

use crate::{arguments::Arguments, command, metadata::Project};
use anyhow::{Context, Result};
use std::{
    path::PathBuf,
    process::{ExitCode, Stdio},
};

type Run = fn(&Project, Arguments) -> Result<report::Section>;

const SUBJECTS: [(&str, Run); 4] = [
    ("answer", answer::run),
    ("hostile", hostile::run),
    ("imaging", imaging::run),
    ("store", store::run),
];

/// Measures one subject.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<ExitCode> {
    let names = SUBJECTS.map(|(name, _)| name).join(", ");
    let wanted = arguments
        .word()
        .with_context(|| format!("which bench? There are: {names}"))?;
    let (name, run) = SUBJECTS
        .iter()
        .find(|(name, _)| *name == wanted)
        .with_context(|| format!("there is no bench `{wanted}`; there are: {names}"))?;
    let keep = !arguments.switch("--dry");
    let section = run(project, arguments)?;
    println!("{}", section.text);
    if keep {
        report::keep(project, name, &section)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Compiles a bench of `benches/`; where it is.
fn program(project: &Project, name: &str) -> Result<PathBuf> {
    let mut cargo = command::cargo(project);
    cargo.args(["bench", "--no-run", "--package", &project.package, "--bench", name]);
    cargo.args(["--no-default-features", "--features", &project.bin_features.join(",")]);
    cargo
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit());
    let prefix = format!("{name}-");
    // The server is built along.
    command::executables(&command::read(&mut cargo)?)?
        .into_iter()
        .find(|file| {
            file.file_name()
                .is_some_and(|found| found.to_string_lossy().starts_with(&prefix))
        })
        .with_context(|| format!("cargo did not name the bench {name}"))
}
