//! Both halves and the site between them.

use crate::{assets, command, compress, metadata::Project, progress, site::Site, style, wasm};
use anyhow::{Result, anyhow};
use std::{path::PathBuf, process::Command};

/// Cargo's own switch for keeping what later builds can use.
const INCREMENTAL: &str = "CARGO_INCREMENTAL";

/// For working on it, or for using it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Quick to build; the server reads the site from its folder.
    Debug,
    /// Small and fast; the site is inside the server.
    Release,
}

impl Kind {
    /// The kind the `--release` switch asks for.
    pub const fn of(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }
}

/// Builds the site and the server. Answers where the server is.
pub fn everything(project: &Project, kind: Kind) -> Result<PathBuf> {
    wasm::ensure_target()?;
    let server = match kind {
        Kind::Debug => side_by_side(project)?,
        Kind::Release => server(project, kind, &site(project, kind)?)?,
    };
    progress::step(&format!(
        "built {}",
        server.strip_prefix(&project.root).unwrap_or(&server).display()
    ));
    Ok(server)
}

/// Both halves at once: each ends with a crate that one core compiles alone, while the other core has work of the other half.
fn side_by_side(project: &Project) -> Result<PathBuf> {
    std::thread::scope(|scope| {
        let browser = scope.spawn(|| site(project, Kind::Debug));
        let server = server(project, Kind::Debug, "");
        browser
            .join()
            .map_err(|_| anyhow!("building the browser half ended in a panic"))??;
        server
    })
}

/// Everything the browser loads. Answers what changes whenever a file of it does.
fn site(project: &Project, kind: Kind) -> Result<String> {
    let mut site = Site::open(&project.site_root)?;
    progress::step("compiling the browser half");
    wasm::build(project, kind, &mut site)?;
    style::bundle(project, &mut site)?;
    assets::copy(project, &mut site)?;
    if kind == Kind::Release {
        progress::step("compressing the site");
        compress::siblings(&mut site)?;
    }
    site.prune()?;
    site.digest()
}

/// What makes later builds of our own code quicker makes the first one slower, and that is the one somebody waits for.
pub fn hurry_the_first(project: &Project, kind: Kind, cargo: &mut Command) {
    let first = !program(project, kind).exists();
    if first && std::env::var_os(INCREMENTAL).is_none() {
        cargo.env(INCREMENTAL, "0");
    }
}

/// Where the server is once it is built.
fn program(project: &Project, kind: Kind) -> PathBuf {
    let folder = match kind {
        Kind::Debug => "debug",
        Kind::Release => "release",
    };
    project
        .target
        .join(folder)
        .join(&project.package)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// The server; a release has the site inside, so the site comes first.
fn server(project: &Project, kind: Kind, site_digest: &str) -> Result<PathBuf> {
    progress::step("compiling the server half");
    let mut features = project.bin_features.clone();
    let mut cargo = command::cargo(project);
    cargo.args([
        "build",
        "--package",
        &project.package,
        "--bin",
        &project.package,
        "--no-default-features",
    ]);
    if kind == Kind::Release {
        cargo.arg("--release");
        // Cargo does not see files that came or went; the server names this, so it is compiled again.
        cargo.env("SITE_DIGEST", site_digest);
        features.push("embed-site".to_owned());
    }
    hurry_the_first(project, kind, &mut cargo);
    command::run(cargo.args(["--features", &features.join(",")]))?;
    Ok(program(project, kind))
}
