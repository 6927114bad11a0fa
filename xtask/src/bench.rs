//! `bench`: figures, measured on this machine and written down with it.
//!
//! A subject is a file here with a `run` and a line in [`SUBJECTS`]; it measures, and hands a [`report::Section`] to
//! `docs/BENCHMARKS.md`, where it replaces what it wrote before. Benches are never part of `test`: a time is no promise
//! on a machine that does something else as well.

mod figures;
mod hostile;
mod imaging;
mod ledger;
mod report;

use crate::{arguments::Arguments, metadata::Project};
use anyhow::{Context, Result};
use std::process::ExitCode;

type Run = fn(&Project, Arguments) -> Result<report::Section>;

const SUBJECTS: [(&str, Run); 3] = [
    ("hostile", hostile::run),
    ("imaging", imaging::run),
    ("ledger", ledger::run),
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
