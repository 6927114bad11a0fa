//! `cargo xtask …`: builds, runs and checks Pochoir with nothing but cargo, Node and a C compiler.
//!
//! It reads the same `[package.metadata.leptos]` that cargo-leptos reads, so both build the same site. To add a command:
//! a line in [`USAGE`], an arm in [`dispatch`], and a file of its name.

mod arguments;
mod assets;
mod bench;
mod build;
mod chaos;
mod checks;
mod command;
mod compress;
mod metadata;
mod progress;
mod run;
mod site;
mod style;
mod tests;
mod wasm;

use anyhow::Result;
use arguments::Arguments;
use metadata::Project;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  run [--port N | --addr HOST:PORT] [--release]   build what changed, then serve
  build [--release]                               the server and the site; a release is one file, target/release/pochoir
  test [--full] [FILTER]                          every test this machine can run; --full also the long ones
  bench SUBJECT [--dry]                           figures for docs/BENCHMARKS.md: answer, hostile, imaging, store; --dry only prints
  chaos                                           the long stories: many starts at once, a hundred sudden ends
  fmt                                             format the sources
  lint                                            formatting and clippy, as the tests check them
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            progress::fault(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let mut arguments = Arguments::from_command_line();
    let command = arguments.command();
    if matches!(command.as_deref(), None | Some("help" | "--help" | "-h")) {
        eprint!("{USAGE}");
        return Ok(if command.is_some() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let project = Project::read()?;
    match command.as_deref().unwrap_or_default() {
        "run" => run::run(&project, arguments),
        "build" => {
            let release = arguments.switch("--release");
            arguments.finish()?;
            build::everything(&project, build::Kind::of(release))?;
            Ok(ExitCode::SUCCESS)
        }
        "test" => tests::run(&project, arguments),
        "bench" => bench::run(&project, arguments),
        "chaos" => {
            chaos::run(&project, arguments)?;
            Ok(ExitCode::SUCCESS)
        }
        "fmt" => {
            arguments.finish()?;
            checks::format(&project)?;
            Ok(ExitCode::SUCCESS)
        }
        "lint" => {
            arguments.finish()?;
            checks::lint(&project)
        }
        unknown => anyhow::bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
}
