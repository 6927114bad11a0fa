//! The browser half: compiled to wasm, then bound to JavaScript.

use crate::{
    build::{self, Kind},
    command,
    metadata::Project,
    progress,
    site::Site,
};
use anyhow::{Context, Result, ensure};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use wasm_bindgen_cli_support::Bindgen;

/// What the browser half is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Cargo's switches for the target and for the folder of the browser half: of its own, so that both halves can be compiled at
/// once. Nothing is compiled twice for it: what runs on this machine meanwhile (macros, build scripts) gets other flags in
/// a build for another target anyway.
pub fn target(project: &Project) -> [OsString; 4] {
    [
        "--target".into(),
        TARGET.into(),
        "--target-dir".into(),
        project.front_target.clone().into(),
    ]
}

/// Adds the target's standard library if rustc lacks it. `rust-toolchain.toml` names it, but does not add it where automatic
/// installation is off.
pub fn ensure_target() -> Result<()> {
    if has_target()? {
        return Ok(());
    }
    progress::step(&format!("adding the target {TARGET}"));
    let added = command::run(Command::new("rustup").args(["target", "add", TARGET]));
    ensure!(
        added.is_ok() && has_target()?,
        "this Rust cannot compile for the browser and `rustup target add {TARGET}` did not help; \
         install Rust with rustup (https://rustup.rs), or the {TARGET} standard library with your system's packages"
    );
    Ok(())
}

fn has_target() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = command::read(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(fs::read_dir(folder.trim()).is_ok_and(|mut files| files.next().is_some()))
}

/// Compiles it and puts script and wasm into the site.
pub fn build(project: &Project, kind: Kind, site: &mut Site) -> Result<()> {
    let profile = match kind {
        Kind::Debug => "dev",
        Kind::Release => &project.lib_profile_release,
    };
    let mut cargo = command::cargo(project);
    cargo.args(["build", "--package", &project.package, "--lib", "--no-default-features"]);
    cargo.args(["--features", &project.lib_features.join(","), "--profile", profile]);
    cargo.args(target(project));
    build::hurry_the_first(project, kind, &mut cargo);
    if kind == Kind::Debug {
        // The server half is compiled at the same time and shows how far it is; two would write over each other.
        cargo.arg("--quiet");
    }
    command::run(&mut cargo)?;
    let folder = if profile == "dev" { "debug" } else { profile };
    let compiled = project
        .front_target
        .join(TARGET)
        .join(folder)
        .join(format!("{}.wasm", project.package.replace('-', "_")));
    let bound = project.notes_dir().join(format!("bindgen-{folder}"));
    if !is_current(&compiled, &bound)? {
        progress::step("binding wasm to JavaScript");
        bind(&compiled, &bound, &project.output_name, kind)?;
        fs::write(bound.join("made-of"), fingerprint(&compiled)?)?;
    }
    put(project, &bound, site)
}

fn bind(compiled: &Path, bound: &Path, name: &str, kind: Kind) -> Result<()> {
    let release = kind == Kind::Release;
    if bound.exists() {
        fs::remove_dir_all(bound)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .debug(!release)
        .keep_debug(false)
        .demangle(!release)
        .remove_name_section(release)
        .remove_producers_section(release);
    bindgen
        .generate(bound)
        .with_context(|| format!("wasm-bindgen cannot read {}", compiled.display()))
}

/// Leptos asks for `{name}.wasm` where wasm-bindgen writes `{name}_bg.wasm`.
fn put(project: &Project, bound: &Path, site: &mut Site) -> Result<()> {
    let wasm = format!("{}_bg.wasm", project.output_name);
    let package = PathBuf::from(&project.site_pkg_dir);
    for name in crate::site::list(bound)? {
        if name == Path::new("made-of") {
            continue;
        }
        let bytes = fs::read(bound.join(&name))?;
        if name == Path::new(&wasm) {
            site.put(package.join(format!("{}.wasm", project.output_name)), &bytes)?;
        } else {
            site.put(package.join(&name), &bytes)?;
        }
    }
    Ok(())
}

fn is_current(compiled: &Path, bound: &Path) -> Result<bool> {
    let made_of = fs::read_to_string(bound.join("made-of")).unwrap_or_default();
    Ok(made_of == fingerprint(compiled)?)
}

/// Changes whenever cargo has written the file anew, or this program changed how it binds.
fn fingerprint(compiled: &Path) -> Result<String> {
    let found = fs::metadata(compiled).with_context(|| format!("{} is missing", compiled.display()))?;
    let tool = fs::metadata(std::env::current_exe()?)?;
    Ok(format!(
        "{:?} {} {:?}",
        found.modified()?,
        found.len(),
        tool.modified()?
    ))
}
