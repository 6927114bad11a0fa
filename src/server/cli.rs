//! The command line.
//!
//! To add a command: a variant of [`Command`], its arm in [`run`], a line in docs/SELF-HOSTING.md.

use super::{
    admin, backup,
    config::Config,
    serve::{self, ServeError},
    telemetry,
};
use clap::{Args, Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

/// Variations of a picture, with a stencil. Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "pochoir", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the site (what happens without a command, too).
    Serve(Settings),
    /// Checks the settings and prints the effective ones, without their secrets.
    CheckConfig(Settings),
    /// Copies the database and every picture into a new folder. The server may go on meanwhile.
    Backup {
        /// The folder; it must be new or empty.
        folder: PathBuf,
        #[command(flatten)]
        settings: Settings,
    },
    /// Brings a backup back to where the settings say that data is kept. The server must be stopped.
    Restore {
        /// The folder with the backup.
        folder: PathBuf,
        /// Put it in the place of what is there, which is kept aside.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Serves the demo providers alone, for any client of their wire formats (docs/DEMO.md). Any key is taken, but one
    /// that begins with `bad` (401) or with `blocked` (403).
    DemoProviders {
        /// Where to listen.
        #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4010")]
        addr: SocketAddr,
        /// Lets clients script faults. For tests.
        #[arg(long)]
        control: bool,
    },
    /// Looks after the books and the people in them, whether the server runs or not.
    Admin {
        #[command(subcommand)]
        command: admin::Command,
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Debug, Clone, Default, Args)]
struct Settings {
    /// Where to listen; goes before `POCHOIR_ADDR`.
    #[arg(long, value_name = "HOST:PORT")]
    addr: Option<SocketAddr>,
    /// The settings file; `pochoir.toml` when there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Settings {
    fn load(self) -> Result<Config, String> {
        let file = self.config.or_else(|| {
            let usual = PathBuf::from("pochoir.toml");
            usual.exists().then_some(usual)
        });
        // `vars` panics on text that is not Unicode; such a variable is none of ours.
        let env = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name != "POCHOIR_ADDR" || self.addr.is_none())
            .chain(self.addr.map(|addr| ("POCHOIR_ADDR".to_owned(), addr.to_string())));
        Config::load(env, file.as_deref()).map_err(|problems| problems.to_string())
    }
}

/// Settings or arguments that cannot be used.
const UNUSABLE: u8 = 2;

/// Runs what the arguments say.
pub async fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let log = telemetry::start();
    match arguments.command.unwrap_or(Command::Serve(arguments.settings)) {
        Command::Serve(settings) => match settings.load() {
            Ok(config) => {
                log.apply(&config.telemetry);
                end(serve::serve(config).await)
            }
            Err(problems) => refuse(&problems),
        },
        Command::CheckConfig(settings) => match settings.load() {
            Ok(config) => match serve::load_catalogue(&config) {
                Ok(_) => {
                    say(config.describe().trim_end());
                    ExitCode::SUCCESS
                }
                Err(problems) => refuse(&problems.to_string()),
            },
            Err(problems) => refuse(&problems),
        },
        Command::Backup { folder, settings } => match settings.load() {
            Ok(config) => concluded(backup::backup(&config, &folder).await),
            Err(problems) => refuse(&problems),
        },
        Command::Restore {
            folder,
            replace,
            settings,
        } => match settings.load() {
            Ok(config) => concluded(backup::restore(&config, &folder, replace).await),
            Err(problems) => refuse(&problems),
        },
        Command::DemoProviders { addr, control } => end(serve::serve_demo_providers(addr, control).await),
        Command::Admin { command, settings } => match settings.load() {
            Ok(config) => {
                log.apply(&config.telemetry);
                concluded(admin::run(&config, command, &mut std::io::stdout()).await)
            }
            Err(problems) => refuse(&problems),
        },
    }
}

fn end(outcome: Result<(), ServeError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_settings() => refuse(&error.to_string()),
        Err(error) => {
            complain(&format!("{:#}", anyhow::Error::from(error)));
            ExitCode::FAILURE
        }
    }
}

fn concluded<E: std::error::Error + Send + Sync + 'static>(outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{:#}", anyhow::Error::from(error)));
            ExitCode::FAILURE
        }
    }
}

fn refuse(words: &str) -> ExitCode {
    complain(words);
    ExitCode::from(UNUSABLE)
}

/// To whoever typed the command.
#[expect(clippy::print_stdout, reason = "the answer to a command goes to its caller")]
pub(super) fn say(words: &str) {
    println!("{words}");
}

/// To whoever typed the command, when it failed.
#[expect(clippy::print_stderr, reason = "a command that fails says why to its caller")]
pub fn complain(words: &str) {
    eprintln!("pochoir: {words}");
}
