//! Files made to hurt, against the release program: how long each takes, how much memory four at once take, and whether
//! everybody else is served meanwhile.
//!
//! `cargo xtask bench hostile [--rounds N] [--program FILE] [--dry]`. The files are those of `tests/server/hostile`, and
//! those at the very edge of what is allowed. Everything stays on this machine and ends by itself.

// The tests own the files.
#[path = "../../../tests/server/hostile/files.rs"]
mod files;
mod server;

use super::{
    figures::{maybe, median, most, share, short},
    report::Section,
};
use crate::{arguments::Arguments, build, metadata::Project, progress};
use anyhow::{Context, Result, ensure};
use files::{Fate, Hostile};
use server::{Server, Session};
use std::{
    fmt::Write as _,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Uploads at once.
const HANDS: usize = 4;
/// Between two looks at the memory, and between two questions whether it is well.
const PAUSE: Duration = Duration::from_millis(5);
/// The longest any file may take, in milliseconds.
const ANSWER_MS: f64 = 5_000.0;
/// The most memory above rest, in megabytes.
const GROWTH_MB: f64 = 256.0;
/// How long one in a hundred questions whether it is well may take, in milliseconds.
const HEALTH_MS: f64 = 250.0;

/// One file, sent alone.
struct Answered {
    name: &'static str,
    bytes: usize,
    status: u16,
    taken_ms: f64,
    peak_mb: f64,
}

/// What was seen while something else was going on.
struct Watched {
    peak_mb: f64,
    health_ms: Vec<f64>,
}

/// Measures and writes the section.
pub fn run(project: &Project, mut arguments: Arguments) -> Result<Section> {
    let rounds = usize::from(arguments.number("--rounds")?.unwrap_or(2));
    let program = arguments.value("--program")?.map(PathBuf::from);
    arguments.finish()?;
    let program = match program {
        Some(program) => program,
        None => build::everything(project, build::Kind::Release)?,
    };
    progress::step("making the files");
    let files: Vec<Hostile> = files::all().into_iter().chain(files::heaviest()).collect();
    let server = Server::start(&program, &project.target.join("bench/hostile"))?;
    let session = server.session()?;
    // Warm: what a server that has worked before has anyway.
    for _ in 0..3 {
        session.upload(include_bytes!("../../../end2end/pictures/rocket.jpg"))?;
    }
    let rest_mb = server.memory_mb()?;

    progress::step("one at a time");
    let mut alone = Vec::new();
    let (watched_alone, ()) = watch(&server, || {
        for file in &files {
            server.forget_peak()?;
            let (status, taken_ms) = timed(&session, file)?;
            alone.push(Answered {
                name: file.name,
                bytes: file.bytes.len(),
                status,
                taken_ms,
                peak_mb: server.peak_mb()?,
            });
        }
        Ok(())
    })?;

    progress::step("four at a time");
    let next = AtomicUsize::new(0);
    let times = Mutex::new(Vec::new());
    let (watched, ()) = watch(&server, || {
        thread::scope(|scope| {
            let hands: Vec<_> = (0..HANDS)
                .map(|_| {
                    scope.spawn(|| -> Result<()> {
                        loop {
                            let number = next.fetch_add(1, Ordering::Relaxed);
                            // Every hand meets another file: a step that shares no divisor with their number.
                            let Some(file) = (number < rounds * files.len()).then(|| &files[number * 7 % files.len()])
                            else {
                                return Ok(());
                            };
                            let (_, taken_ms) = timed(&session, file)?;
                            times.lock().expect("nobody panics").push(taken_ms);
                        }
                    })
                })
                .collect();
            hands
                .into_iter()
                .try_for_each(|hand| hand.join().expect("nobody panics"))
        })
    })?;
    let together = times.into_inner().expect("nobody panics");
    let (status, _) = timed(&session, &files[0])?;
    ensure!(status == 422, "afterwards it answers {status}");
    server.stop()?;

    let measured = Measured {
        files: files.len(),
        rounds,
        rest_mb,
        alone,
        watched_alone,
        together,
        watched,
    };
    Ok(Section {
        title: "Files made to hurt",
        text: measured.written()?,
    })
}

/// Everything there is to write down.
struct Measured {
    files: usize,
    rounds: usize,
    rest_mb: f64,
    alone: Vec<Answered>,
    watched_alone: Watched,
    together: Vec<f64>,
    watched: Watched,
}

impl Measured {
    fn written(mut self) -> Result<String> {
        let mut text = String::new();
        let grown = |peak_mb: f64| short(peak_mb - self.rest_mb);
        let heaviest: Vec<f64> = self.alone.iter().map(|file| file.peak_mb).collect();
        let health = |watched: &Watched| {
            let times = &watched.health_ms;
            format!(
                "{} / {} / {}",
                maybe(median(times)),
                maybe(share(times, 0.99)),
                maybe(most(times))
            )
        };
        let slowest: Vec<f64> = self.alone.iter().map(|file| file.taken_ms).collect();
        writeln!(
            text,
            "`cargo xtask bench hostile`: {} files, one at a time, then {} times each with {HANDS} at once. Not one was \
             answered with a server error.\n",
            self.files, self.rounds
        )?;
        writeln!(
            text,
            "| what | goal | alone | {HANDS} at once |\n| --- | --- | --- | --- |"
        )?;
        writeln!(
            text,
            "| the slowest answer, ms | ≤ {} | {} | {} |",
            short(ANSWER_MS),
            maybe(most(&slowest)),
            maybe(most(&self.together))
        )?;
        writeln!(
            text,
            "| memory above rest (which is {}), MB | < {} | {} | {} |",
            short(self.rest_mb),
            short(GROWTH_MB),
            grown(most(&heaviest).unwrap_or_default()),
            grown(self.watched.peak_mb)
        )?;
        writeln!(
            text,
            "| `/healthz` meanwhile, ms: median / p99 / most | p99 < {} | {} | {} |\n",
            short(HEALTH_MS),
            health(&self.watched_alone),
            health(&self.watched)
        )?;
        let mut rows = |title: &str, figure: fn(&Answered) -> f64| -> Result<()> {
            writeln!(
                text,
                "{title}:\n\n| file | bytes | answer | ms | MB above rest |\n| --- | --- | --- | --- | --- |"
            )?;
            self.alone.sort_by(|one, other| figure(other).total_cmp(&figure(one)));
            for file in self.alone.iter().take(5) {
                let Answered {
                    name, bytes, status, ..
                } = file;
                let (taken, grown) = (short(file.taken_ms), short(file.peak_mb - self.rest_mb));
                writeln!(text, "| {name} | {bytes} | {status} | {taken} | {grown} |")?;
            }
            Ok(())
        };
        rows("The five that took longest, alone", |file| file.taken_ms)?;
        rows("\nThe five that took most memory, alone", |file| file.peak_mb)?;
        Ok(text)
    }
}

/// Uploads it: the status, and how long that took.
fn timed(session: &Session, file: &Hostile) -> Result<(u16, f64)> {
    let began = Instant::now();
    let status = session.upload(&file.bytes).with_context(|| file.name)?;
    let taken_ms = began.elapsed().as_secs_f64() * 1000.0;
    let right = match file.fate {
        Fate::Refused(_) => (400..500).contains(&status),
        Fate::Taken => status == 201,
        Fate::Open => status == 201 || (400..500).contains(&status),
    };
    ensure!(right, "{}: {status}", file.name);
    Ok((status, taken_ms))
}

/// Looks at memory and health while the work goes on.
fn watch<T>(server: &Server, work: impl FnOnce() -> Result<T>) -> Result<(Watched, T)> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let memory = scope.spawn(|| -> Result<f64> {
            let mut peak: f64 = 0.0;
            while !over.load(Ordering::Relaxed) {
                peak = peak.max(server.memory_mb()?);
                thread::sleep(PAUSE);
            }
            Ok(peak)
        });
        let health = scope.spawn(|| -> Result<Vec<f64>> {
            let mut times = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let began = Instant::now();
                ensure!(server.get("/healthz")? == 200, "it is not well");
                times.push(began.elapsed().as_secs_f64() * 1000.0);
                thread::sleep(PAUSE);
            }
            Ok(times)
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        let watched = Watched {
            peak_mb: memory.join().expect("nobody panics")?,
            health_ms: health.join().expect("nobody panics")?,
        };
        Ok((watched, done?))
    })
}
