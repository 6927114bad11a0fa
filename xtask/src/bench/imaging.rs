//! The picture engine beside sharp and Pillow: the same files, turn by turn, each in a process of its own.
//!
//! `cargo xtask bench imaging [--rounds N] [--repeats N] [--dry]`. What is timed is time on processors of the task alone,
//! without starting the process and reading the file; the first of the repeats warms up and is not counted. Memory is the
//! most the whole process had, less what the same process has without any work.
//!
//! The tasks stand in `benches/imaging.rs`, and the same again in `xtask/bench/imaging.mjs` and `.py`.

use super::{
    figures::{maybe, median, most, short},
    report::Section,
};
use crate::{arguments::Arguments, command, metadata::Project, progress};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    collections::HashMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const PHOTOGRAPHS: [&str; 4] = ["coffee.jpg", "astronaut.jpg", "rocket.jpg", "chelsea.jpg"];
const PILLOW: &str = "pillow==13.0.0";
/// Pixels of the large pictures.
const PIXELS: f64 = 12_000_000.0;

/// Something to be done with files.
struct Task {
    /// For people.
    title: &'static str,
    name: &'static str,
    files: &'static [&'static str],
    /// Whether the others do it too.
    shared: bool,
    /// What is to be reached, for people.
    goal: &'static str,
}

const TASKS: [Task; 10] = [
    Task {
        title: "JPEG 12 Mpx, read and nothing else",
        name: "read",
        files: &["12.jpg"],
        shared: true,
        goal: "–",
    },
    Task {
        title: "JPEG 2725 × 2225 → 720, quality 80",
        name: "jpeg-720",
        files: &["6.jpg"],
        shared: true,
        goal: "≤ 20 ms",
    },
    Task {
        title: "JPEG 12 Mpx → 1024, quality 80",
        name: "jpeg-1024",
        files: &["12.jpg"],
        shared: true,
        goal: "≤ 50 ms",
    },
    Task {
        title: "JPEG 12 Mpx → master, preview, thumbnail",
        name: "upload",
        files: &["12.jpg"],
        shared: true,
        goal: "≤ sharp, 250 ms if it can be",
    },
    Task {
        title: "the same, turned by its Exif",
        name: "upload",
        files: &["12-turned.jpg"],
        shared: true,
        goal: "≤ 7 bytes a pixel + 24 MB",
    },
    Task {
        title: "the same, progressive",
        name: "upload",
        files: &["12-progressive.jpg"],
        shared: true,
        goal: "≤ 10 bytes a pixel + 24 MB",
    },
    Task {
        title: "PNG 12 Mpx of sixteen bits → master, preview, thumbnail",
        name: "upload",
        files: &["12-wide.png"],
        shared: true,
        goal: "≤ 9 bytes a pixel + 24 MB",
    },
    Task {
        title: "PNG with alpha 2048 × 1536 → 720",
        name: "png-720",
        files: &["veiled.png"],
        shared: true,
        goal: "≤ 37 ms",
    },
    Task {
        title: "masked finish at 12 Mpx, hole of 5 %",
        name: "masked-finish",
        files: &["12.jpg", "answer.png"],
        shared: false,
        goal: "≤ 700 ms, ≤ 12 bytes a pixel",
    },
    Task {
        title: "the codecs of it alone",
        name: "masked-finish-codecs",
        files: &["12.jpg", "answer.png"],
        shared: false,
        goal: "≤ 250 ms less than the above",
    },
];

/// What does the work.
struct Engine {
    name: &'static str,
    program: PathBuf,
    script: Option<PathBuf>,
    /// Whose folder it is run in: packages are found from there.
    folder: PathBuf,
}

/// What one process said.
struct Said {
    cpu_ms: Vec<f64>,
    peak_kb: f64,
    size: (u64, u64),
}

#[derive(Default)]
struct Figures {
    cpu_ms: Vec<f64>,
    peak_kb: Vec<f64>,
    size: Option<(u64, u64)>,
}

/// Measures and writes the table.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<Section> {
    let rounds = arguments.number("--rounds")?.unwrap_or(7);
    let repeats = arguments.number("--repeats")?.unwrap_or(5).max(2);
    arguments.finish()?;
    let folder = project.target.join("bench/imaging");
    fs::create_dir_all(&folder)?;
    let pillow = pillow(project, &folder)?;
    let engines = [ours(project, &folder)?, sharp(project, &folder)?, pillow];
    make_files(project, &folder, &engines[2])?;

    let mut idle = HashMap::new();
    for engine in &engines {
        idle.insert(engine.name, engine.run("nothing", 1, &[])?.peak_kb);
    }
    let mut found: HashMap<(usize, &str), Figures> = HashMap::new();
    for round in 1..=rounds {
        progress::step(&format!("round {round} of {rounds}"));
        for (place, task) in TASKS.iter().enumerate() {
            for engine in engines.iter().filter(|engine| task.shared || engine.script.is_none()) {
                let said = engine.run(task.name, repeats, task.files)?;
                let figures = found.entry((place, engine.name)).or_default();
                figures.cpu_ms.extend(said.cpu_ms.into_iter().skip(1));
                figures.peak_kb.push(said.peak_kb - idle[engine.name]);
                figures.size = Some(said.size);
            }
        }
    }
    // Whoever does something else is not faster.
    for (place, task) in TASKS.iter().enumerate().filter(|(_, task)| task.shared) {
        let sizes: Vec<_> = engines
            .iter()
            .filter_map(|engine| found[&(place, engine.name)].size)
            .collect();
        ensure!(
            sizes.windows(2).all(|pair| pair[0] == pair[1]),
            "{}: pictures of different sizes came out: {sizes:?}",
            task.title
        );
    }
    let text = table(&engines, &found, rounds, repeats)?;
    Ok(Section {
        title: "Pictures",
        text,
    })
}

fn table(engines: &[Engine], found: &HashMap<(usize, &str), Figures>, rounds: u16, repeats: u16) -> Result<String> {
    let mut text = format!(
        "`cargo xtask bench imaging`: {rounds} rounds of {} counted runs, medians. Milliseconds on one processor; in \
         brackets megabytes at the highest, and bytes for each pixel of 12 Mpx. Pictures with alpha are scaled with \
         premultiplied alpha by all three; sharp with one thread and without a cache.\n\n",
        repeats - 1
    );
    let names: Vec<_> = engines.iter().map(|engine| engine.name).collect();
    writeln!(text, "| what | goal | {} | to sharp | to Pillow |", names.join(" | "))?;
    writeln!(text, "| --- | --- |{} --- | --- |", " --- |".repeat(names.len()))?;
    for (place, task) in TASKS.iter().enumerate() {
        let time = |name: &str| median(&found.get(&(place, name))?.cpu_ms);
        let cell = |name: &str| {
            let Some(figures) = found.get(&(place, name)) else {
                return "–".to_owned();
            };
            let peak = most(&figures.peak_kb).unwrap_or_default() * 1024.0;
            format!(
                "{} ms ({} MB, {})",
                maybe(median(&figures.cpu_ms)),
                short(peak / 1e6),
                short(peak / PIXELS)
            )
        };
        let ratio = |other: &str| Some(time(names[0])? / time(other)?);
        writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            task.title,
            task.goal,
            names.iter().map(|name| cell(name)).collect::<Vec<_>>().join(" | "),
            maybe(ratio(names[1])),
            maybe(ratio(names[2]))
        )?;
    }
    Ok(text)
}

impl Engine {
    fn run(&self, task: &str, repeats: u16, files: &[&str]) -> Result<Said> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.script)
            .args([task, &repeats.to_string()])
            .args(files.iter().map(|file| self.folder.join(file)))
            .current_dir(&self.folder);
        let text = command::read(&mut command)?;
        let line = text.lines().last().unwrap_or_default();
        let said: Value = serde_json::from_str(line).with_context(|| format!("{} said {text:?}", self.name))?;
        let number = |name: &str| {
            said[name]
                .as_u64()
                .with_context(|| format!("{} did not say {name}", self.name))
        };
        Ok(Said {
            cpu_ms: said["cpu_ms"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_f64)
                .collect(),
            peak_kb: said["peak_kb"].as_f64().context("no peak")?,
            size: (number("width")?, number("height")?),
        })
    }
}

fn ours(project: &Project, folder: &Path) -> Result<Engine> {
    progress::step("compiling our engine");
    let program = super::program(project, "imaging")?;
    Ok(Engine {
        name: "Pochoir",
        program,
        script: None,
        folder: folder.to_owned(),
    })
}

fn sharp(project: &Project, folder: &Path) -> Result<Engine> {
    const NODE: &str = "the bench needs Node 20 or later with npm";
    let program = command::find("node").context(NODE)?;
    let wanted = project.root.join("xtask/bench/package.json");
    if fs::read(folder.join("package.json")).ok() != Some(fs::read(&wanted)?) {
        progress::step("installing sharp");
        fs::copy(&wanted, folder.join("package.json"))?;
        let mut npm = Command::new(command::find("npm").context(NODE)?);
        npm.args(["install", "--no-audit", "--no-fund"]).current_dir(folder);
        if let Err(error) = command::run(&mut npm) {
            fs::remove_file(folder.join("package.json"))?;
            return Err(error.context("`npm install` of sharp must work; it needs the npm registry"));
        }
    }
    Ok(Engine {
        name: "sharp",
        program,
        script: Some(project.root.join("xtask/bench/imaging.mjs")),
        folder: folder.to_owned(),
    })
}

fn pillow(project: &Project, folder: &Path) -> Result<Engine> {
    let environment = folder.join("python");
    let program = environment.join("bin/python");
    let done = environment.join("installed");
    if fs::read_to_string(&done).ok().as_deref() != Some(PILLOW) {
        progress::step("installing Pillow");
        let system = command::find("python3").context("the bench needs Python 3.10 or later with venv")?;
        command::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&environment))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PILLOW];
        command::run(Command::new(&program).args(pip))?;
        fs::write(done, PILLOW)?;
    }
    Ok(Engine {
        name: "Pillow",
        program,
        script: Some(project.root.join("xtask/bench/imaging.py")),
        folder: folder.to_owned(),
    })
}

/// The files all work on. Grain is random; within a session all have the same.
fn make_files(project: &Project, folder: &Path, pillow: &Engine) -> Result<()> {
    progress::step("making the pictures");
    let photographs = PHOTOGRAPHS.map(|name| project.root.join("end2end/pictures").join(name));
    command::run(
        Command::new(&pillow.program)
            .args(&pillow.script)
            .arg("make")
            .arg(folder)
            .args(photographs),
    )
}
