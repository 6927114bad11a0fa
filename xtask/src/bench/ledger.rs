//! Durable acts on the ledger, beside what the disk alone does.
//!
//! `cargo xtask bench ledger [--rounds N] [--seconds N] [--writers N] [--dry]`. Each round is a new database in the target
//! folder, in a process of its own; the work stands in `benches/ledger.rs`.

use super::{
    figures::{maybe, median, most},
    report::Section,
};
use crate::{arguments::Arguments, command, metadata::Project, progress};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Measures and writes the table.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<Section> {
    let rounds = arguments.number("--rounds")?.unwrap_or(5);
    let seconds = arguments.number("--seconds")?.unwrap_or(10).max(1);
    let writers = arguments.number("--writers")?.unwrap_or(64).max(1);
    arguments.finish()?;
    let program = compiled(project)?;
    let folder = project.target.join("bench/ledger");
    let mut said = Vec::new();
    for round in 1..=rounds {
        progress::step(&format!("round {round} of {rounds}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let mut bench = Command::new(&program);
        bench.arg(&folder).args([seconds.to_string(), writers.to_string()]);
        let figures: Value = serde_json::from_str(command::read(&mut bench)?.trim())?;
        ensure!(figures["differences"] == 0, "the books do not balance: {figures}");
        said.push(figures);
    }
    let of = |name: &str| -> Vec<f64> { said.iter().filter_map(|figures| figures[name].as_f64()).collect() };
    let text = format!(
        "`cargo xtask bench ledger`: {rounds} rounds of {seconds} s, {writers} writers at once, each reserving and settling in turn \
         against four caps, SQLite with `synchronous=FULL`. After each round the books balance.\n\n\
         | what | goal | median of the rounds |\n| --- | --- | --- |\n\
         | durable acts a second | ≥ 800 | {} |\n\
         | until an act is answered, ms: median | – | {} |\n\
         | the same, p99 (of the slowest round) | ≤ 100 | {} ({}) |\n\
         | acts that failed | 0 | {} |\n\
         | the disk alone: pages synced a second | – | {} |\n",
        maybe(median(&of("acts_per_s"))),
        maybe(median(&of("median_ms"))),
        maybe(median(&of("p99_ms"))),
        maybe(most(&of("p99_ms"))),
        of("failed").iter().sum::<f64>(),
        maybe(median(&of("syncs_per_s"))),
    );
    Ok(Section {
        title: "The ledger",
        text,
    })
}

fn compiled(project: &Project) -> Result<PathBuf> {
    progress::step("compiling the store");
    let mut cargo = command::cargo(project);
    cargo.args(["bench", "--no-run", "--package", &project.package, "--bench", "ledger"]);
    cargo.args(["--no-default-features", "--features", &project.bin_features.join(",")]);
    cargo
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit());
    let is_bench = |program: &PathBuf| {
        let name = program.file_name().map(|name| name.to_string_lossy().into_owned());
        name.is_some_and(|name| name.starts_with("ledger-"))
    };
    command::executables(&command::read(&mut cargo)?)?
        .into_iter()
        .find(is_bench)
        .context("cargo did not name the bench")
}
