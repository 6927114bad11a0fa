//! A painter's answer: how much memory it takes while it is read, a 4K PNG of about 30 MB of base64.
//!
//! `cargo xtask bench answer [--dry]`. The tasks stand in `benches/answer.rs`: one process answers, another reads, so that only the
//! reader's memory is measured.

use super::{
    figures::{maybe, median, most, short},
    report::Section,
};
use crate::{arguments::Arguments, command, metadata::Project, progress};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// How often each is read; the highest figure counts.
const TIMES: usize = 5;
/// What the memory for an answer may be, as a multiple of the file that comes of it.
const GOAL: f64 = 3.0;

/// Measures.
pub fn run(project: &Project, arguments: Arguments) -> Result<Section> {
    arguments.finish()?;
    progress::step("compiling the bench");
    let program = super::program(project, "answer")?;
    progress::step("painting noise at 4K");
    let answering = Answering::start(&program)?;
    let mut rows = Vec::new();
    for (how, words) in [
        ("plain", "with its length"),
        ("unannounced", "without its length"),
        ("streamed", "as the last event of a stream"),
    ] {
        progress::step(words);
        let times: Vec<Value> = (0..TIMES)
            .map(|_| read(&program, &answering.port, how))
            .collect::<Result<_>>()?;
        rows.push((words, times));
    }
    Ok(Section {
        title: "A painter’s answer",
        text: text(&answering, &rows)?,
    })
}

/// The process that answers; it ends when this is dropped.
struct Answering {
    child: Child,
    port: String,
    file_bytes: f64,
    base64_bytes: f64,
}

impl Answering {
    fn start(program: &Path) -> Result<Self> {
        let mut child = Command::new(program)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the bench does not start")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("it says nothing")?).read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let mut next = || words.next().context("it did not say where it is");
        Ok(Self {
            port: next()?.to_owned(),
            file_bytes: next()?.parse()?,
            base64_bytes: next()?.parse()?,
            child,
        })
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        // It ends with its input; nothing more can be done here.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn read(program: &Path, port: &str, how: &str) -> Result<Value> {
    let said = command::read(Command::new(program).args(["read", port, how]))?;
    serde_json::from_str(&said).context("the bench did not print its figures")
}

fn text(answering: &Answering, rows: &[(&str, Vec<Value>)]) -> Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "`cargo xtask bench answer`: a 4K PNG of noise, {} MB, in {} MB of base64, read by the server’s own client from another \
         process. Memory is what the reading process had at most, less what it had before the call; the highest of {TIMES}.\n",
        short(answering.file_bytes / 1e6),
        short(answering.base64_bytes / 1e6),
    )?;
    writeln!(
        text,
        "| an answer | goal | memory, MB | times the file | ms |\n| --- | --- | --- | --- | --- |"
    )?;
    for (words, times) in rows {
        let figure = |name: &str| -> Vec<f64> { times.iter().filter_map(|time| time[name].as_f64()).collect() };
        let memory: Vec<f64> = figure("peak_kb")
            .iter()
            .zip(figure("before_kb"))
            .map(|(peak, before)| (peak - before) * 1024.0)
            .collect();
        ensure!(
            figure("decoded_bytes")
                .iter()
                .all(|bytes| (bytes - answering.file_bytes).abs() < 0.5),
            "another file came"
        );
        let highest = most(&memory).context("nothing was measured")?;
        writeln!(
            text,
            "| {words} | ≤ {GOAL} × | {} | {} | {} |",
            short(highest / 1e6),
            short(highest / answering.file_bytes),
            maybe(median(&figure("ms")))
        )?;
    }
    Ok(text)
}
