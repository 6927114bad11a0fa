//! One task of the picture engine, some number of times, in a process of its own: `cargo xtask bench imaging` runs it
//! beside the same task of other engines, and reads the line it prints.
//!
//! `imaging TASK REPEATS FILE...` prints `{"cpu_ms":[…],"peak_kb":…,"width":…,"height":…}`. To add a task: a function and
//! a line in [`task`], and the same in `xtask/bench/imaging.mjs` and `.py`.

#![expect(clippy::print_stdout, reason = "the figures go to whoever asked for them")]

use pochoir::{
    domain::{mask::Mask, source::Format, spec::Size},
    server::{
        allocator,
        imaging::{self, Quality, stencil},
    },
};
use std::{env, error::Error, fs, hint::black_box, time::Duration};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A file to work on and the size of what came of it.
type Task = fn(&[Vec<u8>]) -> Outcome<Size>;

fn main() -> Outcome<()> {
    // As the server does: its figures of memory are meant.
    allocator::give_back()?;
    // `cargo bench` and `cargo test` hand their own switches to every bench; there is nothing to do for them.
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [name, repeats, files @ ..] = words.as_slice() else {
        println!("this is run by `cargo xtask bench imaging`");
        return Ok(());
    };
    let work = task(name)?;
    let files = files.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    let mut times = Vec::new();
    let mut size = Size::new(0, 0);
    for _ in 0..repeats.parse::<usize>()? {
        let before = cpu_time()?;
        size = black_box(work(black_box(&files))?);
        times.push(cpu_time()?.saturating_sub(before).as_secs_f64() * 1000.0);
    }
    println!(
        "{{\"cpu_ms\":{times:?},\"peak_kb\":{},\"width\":{},\"height\":{}}}",
        peak_kb()?,
        size.width,
        size.height
    );
    Ok(())
}

fn task(name: &str) -> Outcome<Task> {
    Ok(match name {
        "nothing" => |files| Ok(Size::new(u32::try_from(files.len())?, 0)),
        "read" => |files| Ok(imaging::decode(&files[0])?.size()),
        "jpeg-720" => |files| shrink(&files[0], 720, Format::Jpeg, Quality::Lossy(80)),
        "jpeg-1024" => |files| shrink(&files[0], 1024, Format::Jpeg, Quality::Lossy(80)),
        "png-720" => |files| shrink(&files[0], 720, Format::Png, Quality::Lossless),
        "upload" => |files| Ok(imaging::normalise(&files[0])?.master.size),
        "masked-finish" => |files| finish(&files[0], &files[1]),
        "masked-finish-codecs" => |files| codecs(&files[0], &files[1]),
        other => return Err(format!("there is no task {other}").into()),
    })
}

fn shrink(file: &[u8], width: u32, format: Format, quality: Quality) -> Outcome<Size> {
    let pixels = imaging::decode(file)?;
    let full = pixels.size();
    let height = (u64::from(full.height) * u64::from(width) + u64::from(full.width) / 2) / u64::from(full.width);
    let small = imaging::resize(&pixels, Size::new(width, u32::try_from(height)?));
    black_box(imaging::encode(&small, format, quality)?);
    Ok(small.size())
}

/// A hole of a twentieth of the picture: a disc in its middle.
fn hole(size: Size) -> Mask {
    let mut mask = Mask::closed(size.width, size.height);
    // 0.05 / π.
    let radius_squared = size.pixels() * 15_915 / 1_000_000;
    let away = |at: usize, side: u32| (at as u64).abs_diff(u64::from(side) / 2).pow(2);
    for (y, row) in mask.hole_mut().chunks_exact_mut(size.width as usize).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            if away(x, size.width) + away(y, size.height) < radius_squared {
                *value = 255;
            }
        }
    }
    mask
}

/// What the server does with a provider's answer: decode, align, compose, encode, decode again, count.
fn finish(master: &[u8], answer: &[u8]) -> Outcome<Size> {
    let source = imaging::decode(master)?;
    let answer = imaging::decode(answer)?;
    let mask = hole(source.size());
    let composed = stencil::compose(&source, &answer, &mask, &stencil::Options { feather_px: 24 })?.pixels;
    drop(answer);
    let file = imaging::encode(&composed, Format::Png, Quality::Lossless)?;
    drop(composed);
    let counted = stencil::count_in_png(&source, &file, &mask)?;
    if counted.changed != 0 {
        return Err(format!("{} protected pixels changed", counted.changed).into());
    }
    Ok(source.size())
}

/// The codecs of the same: what is left when this is taken away is the stencil's own.
fn codecs(master: &[u8], answer: &[u8]) -> Outcome<Size> {
    let source = imaging::decode(master)?;
    black_box(imaging::decode(answer)?);
    let file = imaging::encode(&source, Format::Png, Quality::Lossless)?;
    Ok(imaging::decode(&file)?.size())
}

/// Time on a processor, of all threads there are.
fn cpu_time() -> Outcome<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        // Time running, time waiting, number of turns.
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += text.split(' ').next().ok_or("no time")?.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// The most memory this process ever had.
fn peak_kb() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .ok_or("no peak")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
