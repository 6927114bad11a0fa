//! Both halves and the site between them.

use crate::{assets, command, compress, metadata::Project, progress, site::Site, style, wasm};
use anyhow::Result;
use std::path::PathBuf;

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

/// Builds the site, then the server. Answers where the server is.
pub fn everything(project: &Project, kind: Kind) -> Result<PathBuf> {
    let digest = site(project, kind)?;
    let server = server(project, kind, &digest)?;
    progress::step(&format!(
        "built {}",
        server.strip_prefix(&project.root).unwrap_or(&server).display()
    ));
    Ok(server)
}

/// Everything the browser loads. Answers what changes whenever a file of it does.
fn site(project: &Project, kind: Kind) -> Result<String> {
    wasm::ensure_target()?;
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
    command::run(cargo.args(["--features", &features.join(",")]))?;
    let folder = match kind {
        Kind::Debug => "debug",
        Kind::Release => "release",
    };
    Ok(project
        .target
        .join(folder)
        .join(&project.package)
        .with_extension(std::env::consts::EXE_EXTENSION))
}
