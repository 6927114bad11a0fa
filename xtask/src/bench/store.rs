//! The database: how many acts of money a second reach the disk, and how long a page of a large library takes.
//!
//! `cargo xtask bench store [--seconds N] [--dry]`. The tasks stand in `benches/store.rs`; the database is in the target
//! folder, so it is that disk which is measured, and its bare rate stands beside.

use super::{
    figures::{maybe, median, most, share, short},
    report::Section,
};
use crate::{arguments::Arguments, command, metadata::Project, progress};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path, process::Command};

/// Measures.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<Section> {
    let seconds = arguments.number("--seconds")?.unwrap_or(20);
    arguments.finish()?;
    progress::step("compiling the bench");
    let program = super::program(project, "store")?;
    let folder = project.notes_dir().join("bench-store");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    progress::step("64 writers");
    let ledger = ask(
        &program,
        &["ledger", &path(&folder.join("ledger"))?, &seconds.to_string()],
    )?;
    progress::step("a library of 100,000 works");
    let library = ask(&program, &["library", &path(&folder.join("library"))?])?;
    fs::remove_dir_all(&folder)?;
    Ok(Section {
        title: "The database",
        text: text(&ledger, &library)?,
    })
}

fn path(folder: &Path) -> Result<String> {
    Ok(folder.to_str().context("the folder's name is no text")?.to_owned())
}

fn ask(program: &Path, words: &[&str]) -> Result<Value> {
    let said = command::read(Command::new(program).args(words))?;
    serde_json::from_str(&said).context("the bench did not print its figures")
}

fn times(of: &Value) -> Result<Vec<f64>> {
    let list = of["ms"].as_array().context("no times")?;
    Ok(list.iter().filter_map(Value::as_f64).collect())
}

#[expect(clippy::cast_precision_loss, reason = "counts of acts are small")]
fn text(ledger: &Value, library: &Value) -> Result<String> {
    ensure!(ledger["wrong"] == 0, "the books do not balance");
    let acts = times(ledger)?;
    let seconds = ledger["seconds"].as_f64().context("no seconds")?;
    let fsyncs = ledger["fsyncs"].as_f64();
    let mut text = String::new();
    writeln!(
        text,
        "`cargo xtask bench store`: SQLite, `synchronous=FULL`. 64 writers reserve and settle in turn, each act answered when \
         it is on the disk.\n"
    )?;
    writeln!(text, "| what | goal | figure |\n| --- | --- | --- |")?;
    writeln!(
        text,
        "| durable acts a second | ≥ 800 | {} |",
        short(acts.len() as f64 / seconds)
    )?;
    writeln!(
        text,
        "| an act, ms: median / p99 / most | p99 ≤ 100 | {} / {} / {} |",
        maybe(median(&acts)),
        maybe(share(&acts, 0.99)),
        maybe(most(&acts))
    )?;
    writeln!(text, "| “database is locked” | 0 | {} |", ledger["locked"])?;
    writeln!(
        text,
        "| the disk alone: 4 kB appended and confirmed, a second | – | {} |",
        maybe(fsyncs)
    )?;
    for depth in library["depths"].as_array().context("no depths")? {
        let asked = times(depth)?;
        writeln!(
            text,
            "| a page of {} of {} works, {} above it, ms: median / p99 | p99 ≤ 2 | {} / {} |",
            library["page"],
            library["works"],
            depth["above"],
            maybe(median(&asked)),
            maybe(share(&asked, 0.99))
        )?;
    }
    Ok(text)
}
